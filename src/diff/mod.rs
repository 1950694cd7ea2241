//! Two snapshots become artefact diffs: what was added, removed, modified, renamed, reformatted, and the facts of each.

mod artefact;
mod census;
mod coded;
mod compare;
mod foreign;
mod frame;
mod includes;
mod inventory;
mod names;
mod pair;
mod pipeline;
mod read;
mod remember;
mod sniffed;
mod summary;
mod units;

pub use artefact::{Artefact, ListedFile};
pub use census::{Census, Counted, census};
pub use compare::{ArtefactDiff, Status, unfit};
pub use inventory::{Inventory, inventory, inventory_at};
pub use read::Limits;
pub use summary::{Summaries, Summary, summaries};
pub use units::{Discovery, Select, Selected};

use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::domain::{Problem, Quote};
use crate::git::{Mode, Snapshot};

/// What differs between two snapshots.
#[derive(Debug, Default)]
pub struct Comparison {
    /// The artefacts that differ, sorted by identity and path.
    pub artefacts: Vec<ArtefactDiff>,
    /// Files that could not be read, of the new side (of the old one where the file is gone).
    pub problems: Vec<Problem>,
    /// Every path whose bytes or mode differ, sorted; artefacts or not.
    pub paths: Vec<PathChange>,
}

impl Comparison {
    /// Keeps the artefacts that `wanted` holds for, on either side.
    pub fn retain(&mut self, wanted: impl Fn(&Artefact) -> bool) {
        self.artefacts.retain(|diff| [&diff.before, &diff.after].into_iter().flatten().any(&wanted));
    }
}

/// A path whose bytes or mode differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathChange {
    /// The path.
    pub path: String,
    /// Object id (or nothing) on the old and on the new side; a submodule's is a commit.
    pub submodule: Option<(Option<String>, Option<String>)>,
    /// Whether the old side has it.
    pub in_old: bool,
    /// Whether the new side has it.
    pub in_new: bool,
}

/// Compares two snapshots, artefact by artefact. Object ids first: what has the same id on both sides is never read.
pub fn between(old: &Snapshot, new: &Snapshot, discovery: &Discovery<'_>) -> Comparison {
    let paths = changed_paths(old, new);
    let touched: BTreeSet<&str> = paths.iter().map(|change| change.path.as_str()).collect();
    let (artefacts, problems) = among(old, new, &touched, discovery);
    Comparison { artefacts, problems, paths }
}

/// The changed files of `new` that no rule of `pv.toml` takes although they stand beside artefacts and some kind
/// recognises them: forgotten ones, perhaps.
pub fn unmanaged(comparison: &Comparison, new: &Snapshot, discovery: &Discovery<'_>) -> Vec<String> {
    if discovery.by_format {
        return Vec::new();
    }
    let paths = new.entries().iter().map(|entry| entry.path.as_str());
    let managed: BTreeSet<&str> = paths.filter(|path| discovery.selected(path).is_some()).map(folder).collect();
    let changed = comparison.paths.iter().filter(|change| change.in_new).map(|change| change.path.as_str());
    let units = units::passed_over(changed.filter(|path| managed.contains(folder(path))), discovery);
    let names = names::Names::default();
    let recognised = units.into_par_iter().filter(|unit| !read::side(new, unit, &names).artefacts.is_empty());
    recognised.map(|unit| unit.path).collect()
}

fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Compares the artefacts that the files `touched` belong to.
pub fn among(
    old: &Snapshot,
    new: &Snapshot,
    touched: &BTreeSet<&str>,
    discovery: &Discovery<'_>,
) -> (Vec<ArtefactDiff>, Vec<Problem>) {
    if touched.is_empty() {
        return Default::default();
    }
    let units = units::touched(old, new, touched, discovery);
    let names = |snapshot| names::Names::of(&units::all(snapshot, discovery));
    let new_units = units::all(new, discovery);
    let new_names = names::Names::of(&new_units);
    // Names come from paths alone: of all the artefacts, so that they are worth computing once.
    let old_names = if has_same_paths(old, new) { None } else { Some(names(old)) };
    let old_names = old_names.as_ref().unwrap_or(&new_names);
    let sides: Vec<(read::Side, read::Side)> =
        units.par_iter().map(|unit| read::sides((old, old_names), (new, &new_names), unit)).collect();
    let (before, after) = sides.into_iter().unzip();
    let (mut diffs, problems) = compare::all(before, after, &discovery.basis);
    let sides = includes::Sides { old: (old, old_names), new: (new, &new_names), units: &new_units };
    includes::follow(&mut diffs, &sides, touched);
    (diffs, problems)
}

fn has_same_paths(old: &Snapshot, new: &Snapshot) -> bool {
    let paths = old.entries().iter().map(|entry| &entry.path);
    paths.eq(new.entries().iter().map(|entry| &entry.path))
}

fn changed_paths(old: &Snapshot, new: &Snapshot) -> Vec<PathChange> {
    let (mut left, mut right) = (old.entries().iter().peekable(), new.entries().iter().peekable());
    let mut changes = Vec::new();
    loop {
        let order = match (left.peek(), right.peek()) {
            (None, None) => return changes,
            (Some(_), None) => std::cmp::Ordering::Less,
            (None, Some(_)) => std::cmp::Ordering::Greater,
            (Some(a), Some(b)) => a.path.cmp(&b.path),
        };
        let a = if order.is_le() { left.next() } else { None };
        let b = if order.is_ge() { right.next() } else { None };
        let same = matches!((a, b), (Some(a), Some(b)) if a.mode == b.mode && a.oid.is_some() && a.oid == b.oid);
        if !same {
            changes.extend(path_change(a, b));
        }
    }
}

fn path_change(old: Option<&crate::git::Entry>, new: Option<&crate::git::Entry>) -> Option<PathChange> {
    let path = new.or(old)?.path.clone();
    let is_submodule = |entry: Option<&crate::git::Entry>| entry.is_some_and(|entry| entry.mode == Mode::Submodule);
    let oid = |entry: Option<&crate::git::Entry>| entry.and_then(|entry| entry.oid.as_ref().map(ToString::to_string));
    let submodule = (is_submodule(old) || is_submodule(new)).then(|| (oid(old), oid(new)));
    Some(PathChange { path, submodule, in_old: old.is_some(), in_new: new.is_some() })
}

/// A quote of nothing at the first line of `path`: where whole files are concerned.
pub(crate) fn whole_file(path: &str) -> Quote {
    Quote { place: crate::domain::Place { path: path.into(), line: 1, column: 1 }, text: String::new() }
}
