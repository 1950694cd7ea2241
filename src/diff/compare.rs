//! From pairs of artefacts to their facts.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::domain::{Digest, Event, Fact, KindName, Problem, Quote};
use crate::kinds::shared::lifecycle;
use crate::kinds::{self, Basis};

use super::artefact::{Artefact, ListedFile};
use super::foreign;
use super::frame::{self, Difference};
use super::pair::{self, Pair};
use super::read::Side;
use super::whole_file;

/// What became of an artefact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Status {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// Its meaning changed.
    Modified,
    /// It has another name or path.
    Renamed,
    /// Other bytes, the same meaning.
    Reformatted,
}

/// The differences around artefacts, by the key of the one that tells it.
type Frames = BTreeMap<String, Difference>;

/// One artefact that differs.
#[derive(Debug)]
pub struct ArtefactDiff {
    /// What became of it.
    pub status: Status,
    /// The old side, if it had the artefact.
    pub before: Option<Artefact>,
    /// The new side, if it has the artefact.
    pub after: Option<Artefact>,
    /// What differs; never empty.
    pub facts: Vec<Fact>,
}

impl ArtefactDiff {
    /// The artefact as it is now, or as it last was.
    pub fn artefact(&self) -> Option<&Artefact> {
        self.after.as_ref().or(self.before.as_ref())
    }
}

/// Pairs the artefacts of all units and states what differs.
pub(super) fn all(before: Vec<Side>, after: Vec<Side>, basis: &Basis) -> (Vec<ArtefactDiff>, Vec<Problem>) {
    let unreadable = unreadable_paths(&after);
    let frames = frame::differences(&before, &after);
    let mut problems = problems(&before, &after);
    let (old, new) = (artefacts(before), artefacts(after));
    let around = Around { unreadable, frames, basis, problems: RefCell::default() };
    let mut diffs: Vec<ArtefactDiff> = pair::all(old, new).into_iter().filter_map(|pair| around.diff(pair)).collect();
    problems.extend(around.problems.into_inner());
    mark_swaps(&mut diffs);
    mark_kinds(&mut diffs);
    problems.sort();
    problems.dedup();
    (diffs, problems)
}

fn artefacts(sides: Vec<Side>) -> Vec<Artefact> {
    sides.into_iter().flat_map(|side| side.artefacts).collect()
}

/// Problems are the new side's; the old side's only where the new one no longer has the unit.
fn problems(before: &[Side], after: &[Side]) -> Vec<Problem> {
    let sides = before.iter().zip(after).map(|(old, new)| if new.exists { new } else { old });
    sides.flat_map(|side| side.problems.iter().cloned()).collect()
}

/// The first problem of each path of which the new side can read nothing: what is gone from a file that still gives
/// artefacts is gone.
fn unreadable_paths(after: &[Side]) -> BTreeMap<String, Problem> {
    let unread = after.iter().rev().filter(|side| side.artefacts.is_empty());
    let problems = unread.flat_map(|side| side.problems.iter().rev()).filter(|problem| problem.is_error());
    problems.map(|problem| (problem.place.path.to_string(), problem.clone())).collect()
}

/// What the comparison of one artefact knows of the others and of the project.
struct Around<'b> {
    unreadable: BTreeMap<String, Problem>,
    frames: Frames,
    basis: &'b Basis,
    /// What could not be read of contents that other stores hold.
    problems: RefCell<Vec<Problem>>,
}

impl Around<'_> {
    fn diff(&self, pair: Pair) -> Option<ArtefactDiff> {
        let (status, facts) = match (&pair.0, &pair.1) {
            (Some(old), Some(new)) => self.both(old, new)?,
            (Some(old), None) => self.gone(old),
            (None, Some(new)) => (Status::Added, self.came(new)),
            (None, None) => return None,
        };
        Some(ArtefactDiff { status, before: pair.0, after: pair.1, facts })
    }

    fn gone(&self, old: &Artefact) -> (Status, Vec<Fact>) {
        match self.unreadable.get(&old.path) {
            Some(problem) => (Status::Modified, vec![no_longer_parses(old, problem)]),
            None => (Status::Removed, vec![self.removed(old)]),
        }
    }

    /// It is gone; by its own announcement, when the day that it named is past.
    fn removed(&self, old: &Artefact) -> Fact {
        let fact = Fact::new("artefact", Event::Removed, &old.id.name).was(old.text.quote());
        let parts = kinds::kind(old.id.kind).map_or(&[][..], |kind| kind.parts(&old.parsed));
        let is_past = lifecycle::sunset(parts).zip(self.basis.today).is_some_and(|(sunset, today)| sunset <= today);
        if is_past { fact.marked("after-sunset") } else { fact }
    }

    fn came(&self, new: &Artefact) -> Vec<Fact> {
        let added = Fact::new("artefact", Event::Added, &new.id.name).is(new.text.quote());
        let beside = around(new, self.frames.get(&new.key()));
        let kind = kinds::kind(new.id.kind);
        let unfit = kind.map_or_else(Vec::new, |kind| kind.inspect_new(&new.parsed, self.basis));
        [added].into_iter().chain(beside).chain(unfit).collect()
    }

    /// What differs where at least one side has pointers.
    fn foreign(&self, old: &Artefact, new: &Artefact) -> Vec<Fact> {
        let seen = foreign::compare(old, new, self.basis);
        self.problems.borrow_mut().extend(seen.problems);
        let mut facts = seen.facts;
        facts.extend(opaque_files(old, new).into_iter().filter(|fact| !seen.settled.contains(fact.subject.as_str())));
        if facts.is_empty() && old.meaning != new.meaning {
            facts.push(changed(old, new).marked("unclassified"));
        } else if facts.is_empty() && old.id == new.id && texts(old) != texts(new) {
            facts.push(changed(old, new).marked("form-only"));
        }
        let introduced = introduced(seen.unfit, &facts);
        facts.extend(introduced);
        facts
    }

    fn both(&self, old: &Artefact, new: &Artefact) -> Option<(Status, Vec<Fact>)> {
        let frame = self.frames.get(&new.key());
        let mut facts = identity(old, new);
        let renamed = !facts.is_empty();
        if old.whole.is_foreign() || new.whole.is_foreign() {
            facts.extend(self.foreign(old, new));
        } else if old.meaning != new.meaning {
            let mut content = content(old, new, self.basis);
            if content.is_empty() {
                content.push(changed(old, new).marked("unclassified"));
            }
            facts.append(&mut content);
            let introduced = introduced((unfit(old, self.basis), unfit(new, self.basis)), &facts);
            facts.extend(introduced);
        } else if old.id == new.id && texts(old) != texts(new) {
            facts.push(changed(old, new).marked("form-only"));
        }
        facts.extend(modes(old, new));
        facts.extend(around(new, frame));
        if facts.is_empty() && matches!(frame, Some(Difference::Form)) {
            facts.push(changed(old, new).marked("form-only"));
        }
        let status = if renamed && (old.id != new.id || old.digest == new.digest) {
            Status::Renamed
        } else if facts.iter().all(|fact| fact.has("form-only") || fact.aspect == "path") {
            Status::Reformatted
        } else {
            Status::Modified
        };
        (!facts.is_empty()).then_some((status, facts))
    }
}

/// What is unfit about an artefact as it is.
pub fn unfit(artefact: &Artefact, basis: &Basis) -> Vec<Fact> {
    kinds::kind(artefact.id.kind).map_or_else(Vec::new, |kind| kind.inspect(artefact.read(), basis))
}

/// What is unfit about the new side and was not about the old one; what a change tells by its marks is not told again.
fn introduced((had, has): (Vec<Fact>, Vec<Fact>), changes: &[Fact]) -> Vec<Fact> {
    let alike = |one: &Fact, fact: &Fact| one.aspect == fact.aspect && one.subject == fact.subject;
    let is_old = |fact: &Fact| had.iter().any(|old| alike(old, fact) && old.marks == fact.marks);
    let is_told = |fact: &Fact| {
        !fact.marks.is_empty()
            && changes.iter().any(|change| alike(change, fact) && fact.marks.iter().all(|mark| change.has(mark)))
    };
    has.into_iter().filter(|fact| !is_old(fact) && !is_told(fact)).collect()
}

fn no_longer_parses(old: &Artefact, problem: &Problem) -> Fact {
    let quote = Quote { place: problem.place.clone(), text: String::new() };
    Fact::new("artefact", Event::Unfit, &problem.message).was(old.text.quote()).is(quote)
}

/// What changed around an artefact, in the file that it shares with others.
fn around(new: &Artefact, frame: Option<&Difference>) -> Option<Fact> {
    let Some(Difference::Content(old, is)) = frame else { return None };
    let mut fact = Fact::new("artefact", Event::Changed, &new.id.name);
    (fact.old, fact.new) = (old.clone(), is.clone());
    Some(fact)
}

fn identity(old: &Artefact, new: &Artefact) -> Vec<Fact> {
    let mut facts = Vec::new();
    let is_behind = old.whole.is_behind() || new.whole.is_behind();
    let stayed = old.place() == new.place() && (is_behind || !old.named && !new.named);
    if old.id != new.id && !stayed {
        let (mut was, mut is) = (old.text.quote(), new.text.quote());
        was.text.clone_from(&old.id.name);
        is.text.clone_from(&new.id.name);
        facts.push(Fact::new("artefact", Event::Renamed, &old.id.name).was(was).is(is));
    } else if old.place() != new.place() {
        let (mut was, mut is) = (whole_file(&old.path), whole_file(&new.path));
        was.text.clone_from(&old.path);
        is.text.clone_from(&new.path);
        facts.push(Fact::new("path", Event::Renamed, &new.path).was(was).is(is));
    }
    facts
}

fn content(old: &Artefact, new: &Artefact, basis: &Basis) -> Vec<Fact> {
    let kind = kinds::kind(new.id.kind);
    let mut facts = kind.map_or_else(Vec::new, |kind| kind.compare(&old.parsed, &new.parsed, basis));
    facts.extend(opaque_files(old, new));
    facts
}

/// Files of a directory that cannot be read as text, compared by digest.
fn opaque_files(old: &Artefact, new: &Artefact) -> Vec<Fact> {
    let (before, after) = (opaque(old), opaque(new));
    let mut paths: Vec<&str> = before.keys().chain(after.keys()).copied().collect();
    paths.sort_unstable();
    paths.dedup();
    paths
        .into_iter()
        .filter_map(|path| match (before.get(path), after.get(path)) {
            (Some(old), Some(new)) if old.digest == new.digest => None,
            (Some(old), Some(new)) => {
                Some(Fact::new("file", Event::Changed, path).was(whole_file(&old.path)).is(whole_file(&new.path)))
            }
            (Some(old), None) => Some(Fact::new("file", Event::Removed, path).was(whole_file(&old.path))),
            (None, new) => new.map(|new| Fact::new("file", Event::Added, path).is(whole_file(&new.path))),
        })
        .collect()
}

/// The digests of what an artefact is made of: its files', or its part's.
fn texts(artefact: &Artefact) -> Vec<&Digest> {
    match artefact.part {
        Some(_) => vec![&artefact.digest],
        None => artefact.files.iter().map(|file| &file.digest).collect(),
    }
}

/// Files that may be executed now and might not before, or the other way round.
fn modes(old: &Artefact, new: &Artefact) -> Vec<Fact> {
    let shown = |file: &ListedFile| {
        let mut quote = whole_file(&file.path);
        quote.text = if file.executable { "executable" } else { "not executable" }.to_owned();
        quote
    };
    let both = old.files.iter().filter_map(|old| Some((old, new.files.iter().find(|new| new.path == old.path)?)));
    both.filter(|(old, new)| old.executable != new.executable)
        .map(|(old, new)| Fact::new("mode", Event::Changed, &new.path).was(shown(old)).is(shown(new)))
        .collect()
}

fn opaque(artefact: &Artefact) -> BTreeMap<&str, &ListedFile> {
    let files = artefact.files.iter().filter(|file| !file.is_text);
    files.map(|file| (file.path.strip_prefix(artefact.path.as_str()).unwrap_or(&file.path), file)).collect()
}

fn changed(old: &Artefact, new: &Artefact) -> Fact {
    Fact::new("artefact", Event::Changed, &new.id.name).was(old.text.quote()).is(new.text.quote())
}

/// An identity that took another's content is told so: by accident, two files are swapped just like this.
///
/// Entries of one file (models of a price list) are often alike by chance: of them, both have to have changed places.
fn mark_swaps(diffs: &mut [ArtefactDiff]) {
    let key = |artefact: &Artefact| (artefact.id.kind, artefact.meaning.token());
    let before: BTreeMap<(KindName, Vec<u8>), String> =
        diffs.iter().filter_map(|diff| diff.before.as_ref()).map(|old| (key(old), old.id.name.clone())).collect();
    let after: BTreeSet<(String, (KindName, Vec<u8>))> =
        diffs.iter().filter_map(|diff| diff.after.as_ref()).map(|new| (new.id.name.clone(), key(new))).collect();
    for diff in diffs {
        let (Some(old), Some(new)) = (&diff.before, &diff.after) else { continue };
        let Some(other) = before.get(&key(new)).filter(|other| **other != new.id.name) else { continue };
        let is_told = new.part.is_none() || after.contains(&(other.clone(), key(old)));
        if old.id == new.id && old.meaning != new.meaning && is_told {
            let fact = Fact::new("content", Event::Moved, other).was(old.text.quote()).is(new.text.quote());
            diff.facts.insert(0, fact);
        }
    }
}

/// A file whose one artefact is of another kind now says so with the artefact that came.
fn mark_kinds(diffs: &mut [ArtefactDiff]) {
    let mut before: BTreeMap<String, Option<Quote>> = BTreeMap::new();
    for old in diffs.iter().filter(|diff| diff.after.is_none()).filter_map(|diff| diff.before.as_ref()) {
        let mut quote = old.text.quote();
        quote.text = old.id.kind.to_string();
        before.entry(old.path.clone()).and_modify(|several| *several = None).or_insert(Some(quote));
    }
    let mut came: BTreeMap<String, usize> = BTreeMap::new();
    for new in diffs.iter().filter_map(|diff| diff.after.as_ref()) {
        *came.entry(new.path.clone()).or_default() += 1;
    }
    for diff in diffs.iter_mut().filter(|diff| diff.before.is_none()) {
        let Some(new) = diff.after.as_ref().filter(|new| came.get(&new.path) == Some(&1)) else { continue };
        let Some(Some(was)) = before.get(&new.path).cloned() else { continue };
        let mut is = new.text.quote();
        is.text = new.id.kind.to_string();
        diff.facts.push(Fact::new("kind", Event::Changed, &new.path).was(was).is(is));
    }
}
