//! Two artefacts of which at least one stands for content of another store.

use std::collections::BTreeSet;

use super::Whole;
use super::members::{Member, Members, below, has_below, is_of, members, put, replace};
use crate::diff::artefact::{Artefact, ListedFile};
use crate::domain::{AtHand, Event, Fact, Problem, SourceFile};
use crate::kinds::shared::pointer::{self, Fault, Pointer, Side};
use crate::kinds::{self, AnyArtefact, AnyKind, Basis, Item};

/// What was seen of two artefacts.
#[derive(Default)]
pub(in crate::diff) struct Seen {
    pub(in crate::diff) facts: Vec<Fact>,
    /// What could not be read of the contents.
    pub(in crate::diff) problems: Vec<Problem>,
    /// Files, by where they stand in the artefact, about which everything is said.
    pub(in crate::diff) settled: BTreeSet<String>,
    /// What is unfit about either side.
    pub(in crate::diff) unfit: (Vec<Fact>, Vec<Fact>),
}

/// One side, and why it cannot be read.
type Unread<'m> = (Option<&'m Member>, Option<Fault>);

/// Compares two artefacts of which at least one has pointers: by what they name, and by the contents where both are at
/// hand.
pub(in crate::diff) fn compare(old: &Artefact, new: &Artefact, basis: &Basis) -> Seen {
    let mut comparing = Comparing {
        at_hand: new.whole.unit.at_hand.as_deref().or(old.whole.unit.at_hand.as_deref()),
        wholes: [&old.whole, &new.whole],
        old: members(old),
        new: members(new),
        seen: Seen::default(),
    };
    comparing.directories();
    comparing.files();
    let Comparing { old: before, new: after, mut seen, .. } = comparing;
    let Some(kind) = kinds::kind(new.id.kind) else { return seen };
    let old_items = parse(kind, &old.whole, before, &mut Vec::new());
    let new_items = parse(kind, &new.whole, after, &mut seen.problems);
    contents((&old_items, &new_items), kind, basis, &mut seen);
    seen
}

/// The items of the members that are text, with whatever could not be read of them.
fn parse(kind: &dyn AnyKind, whole: &Whole, members: Members, problems: &mut Vec<Problem>) -> Vec<Item<AnyArtefact>> {
    let text = |member| match member {
        Member::Here(file) => Some(file),
        Member::Opaque(_) | Member::Behind(_) => None,
    };
    let files: Vec<SourceFile> = members.into_values().filter_map(text).collect();
    if files.is_empty() {
        return Vec::new();
    }
    let parsed = kind.parse(&whole.unit_of(files));
    problems.extend(parsed.problems);
    parsed.items
}

/// What differs between the contents; of several artefacts in one file, name by name.
fn contents(
    (old, new): (&[Item<AnyArtefact>], &[Item<AnyArtefact>]),
    kind: &dyn AnyKind,
    basis: &Basis,
    seen: &mut Seen,
) {
    let is_one = old.len() <= 1 && new.len() <= 1;
    let same = |item: &&Item<AnyArtefact>, name: &Option<String>| is_one || item.name == *name;
    for after in new {
        seen.unfit.1.extend(kind.inspect(&after.artefact, basis));
        match old.iter().find(|before| same(before, &after.name)) {
            Some(before) if before.meaning == after.meaning => {}
            Some(before) => seen.facts.extend(kind.compare(&before.artefact, &after.artefact, basis)),
            None if is_one => {}
            None => seen.facts.extend(after.name.as_ref().map(|name| Fact::new("artefact", Event::Added, name))),
        }
    }
    for before in old {
        seen.unfit.0.extend(kind.inspect(&before.artefact, basis));
        if !is_one && !new.iter().any(|after| same(&after, &before.name)) {
            seen.facts.extend(before.name.as_ref().map(|name| Fact::new("artefact", Event::Removed, name)));
        }
    }
}

/// Two artefacts, file by file; what is settled is taken out, what can be read takes its pointer's place.
struct Comparing<'a> {
    at_hand: Option<&'a dyn AtHand>,
    wholes: [&'a Whole; 2],
    old: Members,
    new: Members,
    seen: Seen,
}

impl Comparing<'_> {
    /// Directories that one digest names, as wholes where that tells everything, else file by file.
    fn directories(&mut self) {
        let is_directory = |member: &Member| matches!(member, Member::Behind(pointer) if pointer.is_directory);
        let keys: BTreeSet<String> =
            self.old.iter().chain(&self.new).filter(|(_, it)| is_directory(it)).map(|(key, _)| key.clone()).collect();
        for key in keys {
            let (old, new) = (below(&self.old, &key), below(&self.new, &key));
            let fact = match (old.get(&key), new.get(&key)) {
                (Some(Member::Behind(old)), Some(Member::Behind(new))) if old.name() == new.name() => {
                    Some(renamed(old, new))
                }
                (Some(Member::Behind(pointer)), _) if is_of(pointer, &new) => {
                    Some(Some(pointer::same(Side::Behind(pointer), Side::Here(&pointer.stands_for))))
                }
                (_, Some(Member::Behind(pointer))) if is_of(pointer, &old) => {
                    Some(Some(pointer::same(Side::Here(&pointer.stands_for), Side::Behind(pointer))))
                }
                _ => None,
            };
            match fact {
                Some(fact) => self.settle(&key, fact),
                None => self.expand(&key, (&old, &new)),
            }
        }
    }

    /// Puts the files that a list names in place of their directory, on both sides; else the directories are told as wholes.
    fn expand(&mut self, key: &str, (old, new): (&Members, &Members)) {
        let listed = |members: &Members| match members.get(key) {
            Some(Member::Behind(pointer)) if pointer.is_directory => match self.at_hand {
                Some(at_hand) => pointer::entries(pointer, at_hand).map(Some),
                None => Err(Fault::Absent),
            },
            _ => Ok(None),
        };
        match (listed(old), listed(new)) {
            (Ok(before), Ok(after)) => {
                replace(&mut self.old, key, before);
                replace(&mut self.new, key, after);
                self.fold(key, (old.get(key), new.get(key)));
            }
            (before, after) => {
                let side = |members: &Members| members.get(key).cloned();
                let (old, new) = (side(old), side(new));
                let fact = self.unread((old.as_ref(), before.err()), (new.as_ref(), after.err()), key);
                self.settle(key, Some(fact));
            }
        }
    }

    /// Tells a directory as a whole that was put into another store as it is.
    fn fold<'m>(&mut self, key: &str, (old, new): (Option<&'m Member>, Option<&'m Member>)) {
        let (before, after) = (below(&self.old, key), below(&self.new, key));
        let is_same = |path: &String| matches!(self.equal(before.get(path), after.get(path)), Some(Some(_)));
        let is_whole = before.len() == after.len() && !before.is_empty() && before.keys().all(is_same);
        let Some(place) = old.or(new).and_then(Member::pointer).map(|pointer| pointer.stands_for.as_str()) else {
            return;
        };
        let side =
            |member: Option<&'m Member>| member.and_then(Member::pointer).map_or(Side::Here(place), Side::Behind);
        if is_whole {
            let fact = pointer::same(side(old), side(new));
            self.settle(key, Some(fact));
        }
    }

    /// What is told of a content that cannot be read on both sides.
    fn unread<'m>(&self, old: Unread<'m>, new: Unread<'m>, key: &'m str) -> Fact {
        match (old.0, new.0) {
            (Some(Member::Behind(pointer)), None) if !has_below(&self.new, key) => {
                pointer::behind(Event::Removed, pointer)
            }
            (None, Some(Member::Behind(pointer))) if !has_below(&self.old, key) => {
                pointer::behind(Event::Added, pointer)
            }
            (before, after) => {
                let place = [before, after].into_iter().flatten().find_map(Member::pointer);
                let place = place.map_or(key, |pointer| pointer.stands_for.as_str());
                let side = |member: Option<&'m Member>| match member.and_then(Member::pointer) {
                    Some(pointer) => Side::Behind(pointer),
                    None => Side::Here(place),
                };
                pointer::unseen((side(before), old.1.as_ref()), (side(after), new.1.as_ref()))
            }
        }
    }

    /// Everything else, file by file.
    fn files(&mut self) {
        let is_behind = |member: &Member| matches!(member, Member::Behind(_));
        let keys: BTreeSet<String> =
            self.old.iter().chain(&self.new).filter(|(_, it)| is_behind(it)).map(|(key, _)| key.clone()).collect();
        for key in keys {
            let (old, new) = (self.old.get(&key).cloned(), self.new.get(&key).cloned());
            match self.file(&key, old, new) {
                Verdict::Settled(fact) => self.settle(&key, fact),
                Verdict::Read(old, new) => {
                    put(&mut self.old, &key, old);
                    put(&mut self.new, &key, new);
                }
            }
        }
    }

    fn file(&self, key: &str, old: Option<Member>, new: Option<Member>) -> Verdict {
        if let Some(fact) = self.equal(old.as_ref(), new.as_ref()) {
            return Verdict::Settled(fact);
        }
        let read = |member: &Option<Member>| match member {
            Some(Member::Behind(pointer)) => self.text(pointer),
            Some(Member::Here(file)) => Ok(Some(file.clone())),
            Some(Member::Opaque(_)) | None => Ok(None),
        };
        match (read(&old), read(&new)) {
            (Ok(Some(before)), Ok(Some(after))) => Verdict::Read(Some(before), Some(after)),
            (Ok(Some(before)), Ok(None)) if new.is_none() => Verdict::Read(Some(before), None),
            (Ok(None), Ok(Some(after))) if old.is_none() => Verdict::Read(None, Some(after)),
            (before, after) => {
                let fact = self.unread((old.as_ref(), before.err()), (new.as_ref(), after.err()), key);
                Verdict::Settled(Some(fact))
            }
        }
    }

    fn text(&self, pointer: &Pointer) -> Result<Option<SourceFile>, Fault> {
        self.at_hand.map_or(Err(Fault::Absent), |at_hand| pointer::text(pointer, at_hand))
    }

    /// Whether both sides are the same content, as far as that can be proven; with what is to be told of that.
    #[expect(clippy::option_option, reason = "equal or not, and something to tell or nothing")]
    fn equal(&self, old: Option<&Member>, new: Option<&Member>) -> Option<Option<Fact>> {
        let holds = |pointer: &Pointer, other: &Pointer| {
            let content = self.at_hand.and_then(|at_hand| pointer::content(pointer, at_hand).ok());
            content.is_some_and(|content| pointer::is_of(other, &*content))
        };
        let is_opaque = |pointer: &Pointer, file: &ListedFile| {
            if self.wholes.iter().any(|whole| whole.has_proven(&file.path)) {
                return true;
            }
            let content = self.at_hand.and_then(|at_hand| pointer::content(pointer, at_hand).ok());
            let named = Pointer { digest: Some(file.digest.clone()), unix_lines: false, ..pointer.clone() };
            content.is_some_and(|content| pointer::is_of(&named, &*content))
        };
        match (old, new) {
            (Some(Member::Behind(old)), Some(Member::Behind(new))) => {
                let is_same = old.name() == new.name()
                    || algorithm(old) != algorithm(new) && (holds(old, new) || holds(new, old));
                is_same.then(|| renamed(old, new))
            }
            (Some(Member::Behind(pointer)), Some(Member::Here(file))) if pointer::is_of(pointer, file) => {
                Some(Some(pointer::same(Side::Behind(pointer), Side::Here(&file.path))))
            }
            (Some(Member::Here(file)), Some(Member::Behind(pointer))) if pointer::is_of(pointer, file) => {
                Some(Some(pointer::same(Side::Here(&file.path), Side::Behind(pointer))))
            }
            (Some(Member::Behind(pointer)), Some(Member::Opaque(file))) if is_opaque(pointer, file) => {
                Some(Some(pointer::same(Side::Behind(pointer), Side::Here(&file.path))))
            }
            (Some(Member::Opaque(file)), Some(Member::Behind(pointer))) if is_opaque(pointer, file) => {
                Some(Some(pointer::same(Side::Here(&file.path), Side::Behind(pointer))))
            }
            _ => None,
        }
    }

    /// Takes out what stands at `key` or below it, with what is to be told of it.
    fn settle(&mut self, key: &str, fact: Option<Fact>) {
        self.seen.facts.extend(fact);
        for members in [&mut self.old, &mut self.new] {
            let gone: Vec<String> = below(members, key).into_keys().collect();
            for key in gone {
                members.remove(&key);
                self.seen.settled.insert(key);
            }
        }
    }
}

enum Verdict {
    /// Nothing more is to be found out.
    Settled(Option<Fact>),
    /// What can be compared in depth.
    Read(Option<SourceFile>, Option<SourceFile>),
}

fn algorithm(pointer: &Pointer) -> Option<&str> {
    pointer.digest.as_ref().map(crate::domain::Digest::algorithm)
}

/// What is to be told of one content that two pointers name: nothing where they say the same.
fn renamed(old: &Pointer, new: &Pointer) -> Option<Fact> {
    let is_other = old.elsewhere.keeper != new.elsewhere.keeper || old.elsewhere.address != new.elsewhere.address;
    is_other.then(|| pointer::same(Side::Behind(old), Side::Behind(new)))
}
