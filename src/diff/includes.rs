//! Includes, followed: what changed in a partial is told by everything that pulls it in.
//!
//! The meaning of an artefact is that of its own bytes, so the version of an includer stays; the lock names the partial among
//! what it requires. Nothing is read where no changed file has the name of a partial.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::artefact::Artefact;
use super::compare::{ArtefactDiff, Status};
use super::names::Names;
use super::read::{self, Limits};
use super::units::UnitPath;
use super::whole_file;
use crate::domain::{Event, Fact, KindName, Quote};
use crate::git::Snapshot;
use crate::kinds;

/// Includes of includes are followed this far.
const MAX_ROUNDS: usize = 8;

/// Folders whose files are there to be included.
const FOLDERS: &[&str] = &[
    "partials",
    "partial",
    "_partials",
    "includes",
    "include",
    "_includes",
    "fragments",
    "snippets",
    "macros",
    "layouts",
    "components",
    "blocks",
    "shared",
    "common",
];

/// Files that tools read in every conversation, with the files that they name by `@path`.
const STANDING: &[&str] = &["CLAUDE.md", "CLAUDE.local.md", "AGENTS.md", "GEMINI.md", "QWEN.md"];

/// Both sides of a comparison.
pub(super) struct Sides<'s> {
    pub(super) old: (&'s Snapshot, &'s Names),
    pub(super) new: (&'s Snapshot, &'s Names),
    /// Every unit of the new side.
    pub(super) units: &'s [UnitPath],
}

/// What changed in a file: the first of it, and how many things.
#[derive(Clone)]
struct Change {
    old: Quote,
    new: Quote,
    count: usize,
}

/// An artefact that includes others, on both sides.
struct Includer {
    before: Artefact,
    after: Artefact,
}

/// Adds to `diffs` what changed in the files among `touched` that other artefacts include.
pub(super) fn follow(diffs: &mut Vec<ArtefactDiff>, sides: &Sides<'_>, touched: &BTreeSet<&str>) {
    let changed = changes(diffs, sides, touched);
    if changed.is_empty() {
        return;
    }
    let has_partial = changed.keys().any(|path| is_partial(path));
    let candidates = sides.units.iter().filter(|unit| {
        unit.suggested == Some(KindName::Prompt)
            && !unit.is_directory
            && (has_partial || STANDING.contains(&file_name(&unit.path)))
    });
    let candidates: Vec<&UnitPath> = candidates.collect();
    let mut includers: Vec<Includer> = candidates.into_par_iter().flat_map_iter(|unit| read(sides, unit)).collect();
    for (path, facts) in told(&includers, changed) {
        let Some(at) = includers.iter().position(|one| one.after.path == path) else { continue };
        let Includer { before, after } = includers.swap_remove(at);
        match diffs.iter_mut().find(|diff| diff.after.as_ref().is_some_and(|artefact| artefact.path == path)) {
            Some(diff) => diff.facts.extend(facts),
            None => {
                diffs.push(ArtefactDiff { status: Status::Modified, before: Some(before), after: Some(after), facts })
            }
        }
    }
    diffs.sort_by(|one, other| key(one).cmp(&key(other)));
}

fn key(diff: &ArtefactDiff) -> Option<(&crate::domain::ArtefactId, &str)> {
    diff.artefact().map(|artefact| (&artefact.id, artefact.path.as_str()))
}

/// What changed in the touched files that both sides have, by path.
fn changes(diffs: &[ArtefactDiff], sides: &Sides<'_>, touched: &BTreeSet<&str>) -> BTreeMap<String, Change> {
    let on_both = touched.iter().filter(|path| sides.old.0.entry(path).is_some() && sides.new.0.entry(path).is_some());
    let mut changes: BTreeMap<String, Change> = on_both
        .map(|path| ((*path).to_owned(), Change { old: whole_file(path), new: whole_file(path), count: 1 }))
        .collect();
    for diff in diffs {
        let Some(path) = diff.artefact().map(|artefact| artefact.path.as_str()) else { continue };
        let own = || diff.facts.iter().filter(|fact| !fact.has("form-only") && fact.event != Event::Unfit);
        let shown = own().find_map(|fact| Some((fact.old.clone()?, fact.new.clone()?)));
        match (own().count(), shown) {
            // Only its form changed, or it is new or gone.
            (0, _) => {
                changes.remove(path);
            }
            (count, Some((old, new))) => {
                changes.entry(path.to_owned()).and_modify(|change| *change = Change { old, new, count });
            }
            (count, None) => {
                changes.entry(path.to_owned()).and_modify(|change| change.count = count);
            }
        }
    }
    changes
}

/// Whether a file is there to be included, by its name.
fn is_partial(path: &str) -> bool {
    let name = file_name(path);
    let stem = name.split('.').next().unwrap_or_default();
    name.starts_with('_')
        || path.split('/').rev().skip(1).any(|folder| FOLDERS.contains(&folder))
        || ["base", "layout", "macros", "partial"].iter().any(|word| stem.ends_with(word))
}

fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// The artefacts of `unit`, if they include anything.
fn read(sides: &Sides<'_>, unit: &UnitPath) -> Vec<Includer> {
    let includes = |artefact: &Artefact| !includes_of(artefact).is_empty();
    let is_wanted = sides.new.0.entry(&unit.path).and_then(|entry| sides.new.0.read(entry, Limits::PARSED).ok());
    if !is_wanted.is_some_and(|bytes| may_include(&bytes, &unit.path)) {
        return Vec::new();
    }
    let (before, after) = read::sides(sides.old, sides.new, unit);
    let mut before = before.artefacts;
    let after = after.artefacts.into_iter().filter(includes);
    let both = after.filter_map(|after| {
        let at = before.iter().position(|before| before.id == after.id)?;
        Some(Includer { before: before.swap_remove(at), after })
    });
    both.collect()
}

fn may_include(bytes: &[u8], path: &str) -> bool {
    let Ok(text) = std::str::from_utf8(bytes) else { return false };
    let has = |needle: &str| text.contains(needle);
    let jinja = || has("{%") && ["include", "extends", "import"].iter().any(|word| has(word));
    (has("{{") && has(">")) || jinja() || (STANDING.contains(&file_name(path)) && has("@"))
}

fn includes_of(artefact: &Artefact) -> Vec<&str> {
    kinds::kind(artefact.id.kind).map_or_else(Vec::new, |kind| kind.includes(&artefact.parsed))
}

/// The facts of every includer that pulls in something changed, by its path; an includer so told is changed for its own.
fn told(includers: &[Includer], changed: BTreeMap<String, Change>) -> BTreeMap<String, Vec<Fact>> {
    let mut told: BTreeMap<String, Vec<Fact>> = BTreeMap::new();
    let mut seen: BTreeSet<String> = changed.keys().cloned().collect();
    let mut fresh = changed;
    for _ in 0..MAX_ROUNDS {
        let mut next = BTreeMap::new();
        for Includer { after, .. } in includers.iter().filter(|one| !fresh.contains_key(&one.after.path)) {
            let names: BTreeSet<&str> = includes_of(after).into_iter().collect();
            for name in names {
                let Some((_, change)) = fresh.iter().find(|(path, _)| is_meant(path, name, &after.path)) else {
                    continue;
                };
                let fact = Fact::new("include", Event::Changed, name).marked("elsewhere");
                let mut fact = fact.was(change.old.clone()).is(change.new.clone());
                fact.count = change.count;
                told.entry(after.path.clone()).or_default().push(fact);
                next.insert(after.path.clone(), change.clone());
            }
        }
        next.retain(|path, _| seen.insert(path.clone()));
        if next.is_empty() {
            break;
        }
        fresh = next;
    }
    told
}

/// Whether `include`, as written in the file at `includer`, means the file at `path`.
fn is_meant(path: &str, include: &str, includer: &str) -> bool {
    if path == includer || (includer.ends_with(".prompt") && !file_name(path).starts_with('_')) {
        return false;
    }
    let wanted = normal(include.trim_start_matches(['.', '/', '~']), include);
    let found = normal(path, include);
    found == wanted || found.strip_suffix(&wanted).is_some_and(|rest| rest.ends_with('/'))
}

/// A path without the underscore of a partial, and without extensions unless `include` gives one.
fn normal(path: &str, include: &str) -> String {
    let (folder, name) = path.rsplit_once('/').map_or(("", path), |(folder, name)| (folder, name));
    let name = name.trim_start_matches('_');
    let has_extension = file_name(include).contains('.');
    let name = if has_extension { name } else { name.split('.').next().unwrap_or(name) };
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

#[cfg(test)]
mod tests {
    use super::{is_meant, is_partial};

    #[test]
    fn partials_have_telling_names() {
        assert!(
            ["a/_b.prompt", "partials/x.j2", "prompts/macros.j2", "base.jinja"].iter().all(|path| is_partial(path))
        );
        assert!(["a/b.prompt", "prompts/x.md"].iter().all(|path| !is_partial(path)));
    }

    #[test]
    fn names_and_paths_mean_files() {
        assert!(is_meant("p/_header.prompt", "header", "p/greet.prompt"));
        assert!(!is_meant("p/header.prompt", "header", "p/greet.prompt"));
        assert!(is_meant("p/partials/style.j2", "partials/style.j2", "p/greet.j2"));
        assert!(!is_meant("p/partials/style.md", "partials/style.j2", "p/greet.j2"));
        assert!(is_meant("docs/style.md", "./docs/style.md", "CLAUDE.md"));
        assert!(!is_meant("docs/other-style.md", "style.md", "CLAUDE.md"));
    }
}
