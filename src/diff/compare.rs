//! From pairs of artefacts to their facts.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::domain::{Event, Fact, Problem, Quote};
use crate::kinds;

use super::pair::{self, Pair};
use super::read::{Artefact, ListedFile, Side};
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
pub(super) fn all(before: Vec<Side>, after: Vec<Side>) -> (Vec<ArtefactDiff>, Vec<Problem>) {
    let unreadable = unreadable_paths(&after);
    let frames = frame_facts(&before, &after);
    let mut problems = problems(&before, &after);
    let (old, new) = (artefacts(before), artefacts(after));
    let mut diffs: Vec<ArtefactDiff> =
        pair::all(old, new).into_iter().filter_map(|pair| diff(pair, &unreadable, &frames)).collect();
    mark_swaps(&mut diffs);
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

/// The first problem of each path that the new side cannot wholly read.
fn unreadable_paths(after: &[Side]) -> BTreeMap<String, Problem> {
    let problems = after.iter().rev().flat_map(|side| side.problems.iter().rev()).filter(|problem| problem.is_error());
    problems.map(|problem| (problem.place.path.to_string(), problem.clone())).collect()
}

/// Files that hold several artefacts and changed outside them: the first artefact's key, and whether in form only.
fn frame_facts(before: &[Side], after: &[Side]) -> BTreeMap<String, bool> {
    let framed =
        before.iter().zip(after).filter_map(|(old, new)| Some((old, new, old.frame.as_ref()?, new.frame.as_ref()?)));
    framed
        .filter(|(_, _, old, new)| old.file != new.file)
        .filter_map(|(before, after, old, new)| {
            let form_only = old.skeleton == new.skeleton;
            let survivor = after.artefacts.iter().find(|new| before.artefacts.iter().any(|old| old.id == new.id))?;
            let parts_equal = digests(before) == digests(after);
            (!form_only || parts_equal).then(|| (key(survivor), form_only))
        })
        .collect()
}

fn digests(side: &Side) -> Vec<&crate::domain::Digest> {
    side.artefacts.iter().map(|artefact| &artefact.digest).collect()
}

fn key(artefact: &Artefact) -> String {
    format!("{}\0{}", artefact.id, artefact.path)
}

fn diff(pair: Pair, unreadable: &BTreeMap<String, Problem>, frames: &BTreeMap<String, bool>) -> Option<ArtefactDiff> {
    let (status, facts) = match (&pair.0, &pair.1) {
        (Some(old), Some(new)) => both(old, new, frames.get(&key(new)).copied())?,
        (Some(old), None) => match unreadable.get(&old.path) {
            Some(problem) => (Status::Modified, vec![no_longer_parses(old, problem)]),
            None => (Status::Removed, vec![Fact::new("artefact", Event::Removed, &old.id.name).was(old.text.quote())]),
        },
        (None, Some(new)) => {
            (Status::Added, vec![Fact::new("artefact", Event::Added, &new.id.name).is(new.text.quote())])
        }
        (None, None) => return None,
    };
    Some(ArtefactDiff { status, before: pair.0, after: pair.1, facts })
}

fn no_longer_parses(old: &Artefact, problem: &Problem) -> Fact {
    let quote = Quote { place: problem.place.clone(), text: String::new() };
    Fact::new("artefact", Event::Unfit, &problem.message).was(old.text.quote()).is(quote)
}

fn both(old: &Artefact, new: &Artefact, frame: Option<bool>) -> Option<(Status, Vec<Fact>)> {
    let mut facts = identity(old, new);
    let renamed = !facts.is_empty();
    if old.meaning != new.meaning {
        let mut content = content(old, new);
        if content.is_empty() {
            content.push(changed(old, new));
        }
        facts.append(&mut content);
    } else if old.digest != new.digest && old.id == new.id {
        facts.push(changed(old, new).marked("form-only"));
    }
    match frame {
        Some(true) if facts.is_empty() => facts.push(changed(old, new).marked("form-only")),
        Some(false) => facts.push(changed(old, new)),
        _ => {}
    }
    let status = if old.id != new.id || (renamed && old.digest == new.digest) {
        Status::Renamed
    } else if facts.iter().all(|fact| fact.has("form-only") || fact.aspect == "path") {
        Status::Reformatted
    } else {
        Status::Modified
    };
    (!facts.is_empty()).then_some((status, facts))
}

fn identity(old: &Artefact, new: &Artefact) -> Vec<Fact> {
    let mut facts = Vec::new();
    if old.id != new.id {
        let (mut was, mut is) = (old.text.quote(), new.text.quote());
        was.text.clone_from(&old.id.name);
        is.text.clone_from(&new.id.name);
        facts.push(Fact::new("artefact", Event::Renamed, &old.id.name).was(was).is(is));
    } else if old.path != new.path {
        let (mut was, mut is) = (whole_file(&old.path), whole_file(&new.path));
        was.text.clone_from(&old.path);
        is.text.clone_from(&new.path);
        facts.push(Fact::new("path", Event::Renamed, &new.path).was(was).is(is));
    }
    facts
}

fn content(old: &Artefact, new: &Artefact) -> Vec<Fact> {
    let mut facts = kinds::kind(new.id.kind).map_or_else(Vec::new, |kind| kind.compare(&old.parsed, &new.parsed));
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

fn opaque(artefact: &Artefact) -> BTreeMap<&str, &ListedFile> {
    let files = artefact.files.iter().filter(|file| !file.is_text);
    files.map(|file| (file.path.strip_prefix(artefact.path.as_str()).unwrap_or(&file.path), file)).collect()
}

fn changed(old: &Artefact, new: &Artefact) -> Fact {
    Fact::new("artefact", Event::Changed, &new.id.name).was(old.text.quote()).is(new.text.quote())
}

/// An identity that took another's content is told so: by accident, two files are swapped just like this.
fn mark_swaps(diffs: &mut [ArtefactDiff]) {
    let mut before: BTreeMap<String, String> = BTreeMap::new();
    for old in diffs.iter().filter_map(|diff| diff.before.as_ref()) {
        before.insert(format!("{}\0{}", old.id.kind, old.meaning), old.id.name.clone());
    }
    for diff in diffs {
        let (Some(old), Some(new)) = (&diff.before, &diff.after) else { continue };
        let Some(other) = before.get(&format!("{}\0{}", new.id.kind, new.meaning)) else { continue };
        if old.id == new.id && old.meaning != new.meaning && *other != new.id.name {
            let fact = Fact::new("content", Event::Moved, other).was(old.text.quote()).is(new.text.quote());
            diff.facts.insert(0, fact);
        }
    }
}
