//! Every artefact of a snapshot.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

use rayon::prelude::*;

use crate::domain::{ArtefactId, Problem};
use crate::git::Snapshot;

use super::artefact::Artefact;
use super::names::Names;
use super::read;
use super::units::{self, Discovery, UnitPath};

/// The artefacts of one snapshot, and what could not be read.
#[derive(Debug, Default)]
pub struct Inventory {
    /// Sorted by identity, then path.
    pub artefacts: Vec<Artefact>,
    /// Sorted by place.
    pub problems: Vec<Problem>,
}

impl Inventory {
    /// The artefact `id`; the first of twins.
    pub fn get(&self, id: &ArtefactId) -> Option<&Artefact> {
        let at = self.artefacts.partition_point(|artefact| artefact.id < *id);
        self.artefacts.get(at).filter(|artefact| artefact.id == *id)
    }
}

/// Reads every artefact of `snapshot`. Two artefacts with one identity are a problem that names both.
pub fn inventory(snapshot: &Snapshot, discovery: &Discovery<'_>) -> Inventory {
    of_units(snapshot, &units::all(snapshot, discovery), |_| true)
}

/// The artefacts at `paths` alone: of a file or directory among them, all.
pub fn inventory_at(snapshot: &Snapshot, discovery: &Discovery<'_>, paths: &BTreeSet<&str>) -> Inventory {
    of_units(snapshot, &units::all(snapshot, discovery), |path| paths.contains(path))
}

fn of_units(snapshot: &Snapshot, units: &[UnitPath], is_wanted: impl Fn(&str) -> bool + Sync) -> Inventory {
    let names = Names::of(units);
    let wanted = units.par_iter().filter(|unit| is_wanted(&unit.path));
    let sides: Vec<read::Side> = wanted.map(|unit| read::side(snapshot, unit, &names)).collect();
    let mut inventory = Inventory::default();
    for side in sides {
        inventory.artefacts.extend(side.artefacts);
        inventory.problems.extend(side.problems);
    }
    inventory.artefacts.sort_by(|a, b| (&a.id, &a.path).cmp(&(&b.id, &b.path)));
    let named = inventory.artefacts.iter().map(|artefact| (&artefact.id, artefact.path.as_str()));
    let twins = Inventory::twins(named);
    inventory.problems.extend(twins);
    inventory.problems.sort();
    inventory.problems.dedup();
    inventory
}

impl Inventory {
    /// The problems of artefacts, sorted by identity and path, that have one identity or nearly one path.
    pub(super) fn twins<'a>(artefacts: impl Iterator<Item = (&'a ArtefactId, &'a str)>) -> Vec<Problem> {
        let artefacts: Vec<(&ArtefactId, &str)> = artefacts.collect();
        let same_id = artefacts.windows(2).filter_map(|pair| match pair {
            [(first, a), (second, b)] if first == second => Some(twin(first, a, b)),
            _ => None,
        });
        same_id.chain(nearly_same_paths(&artefacts)).collect()
    }
}

fn twin(id: &ArtefactId, first: &str, second: &str) -> Problem {
    Problem::of_path(
        second,
        "duplicate-identity",
        format!("two artefacts are called `{id}`: {first} and {second}"),
        "give one of them a `name:` of its own, or leave it out of pv.toml",
    )
}

/// Paths that differ only in case or in Unicode composition become one file on some machines.
fn nearly_same_paths(artefacts: &[(&ArtefactId, &str)]) -> Vec<Problem> {
    let mut seen: HashMap<Cow<'_, str>, &str> = HashMap::with_capacity(artefacts.len());
    let mut problems = Vec::new();
    for (_, path) in artefacts {
        match seen.insert(folded(path), path) {
            Some(other) if other != *path => problems.push(Problem::of_path(
                path,
                "ambiguous-path",
                format!("this path and {other:?} differ only in case or in Unicode composition"),
                "rename one of them: macOS and Windows cannot hold both",
            )),
            _ => {}
        }
    }
    problems
}

fn folded(path: &str) -> Cow<'_, str> {
    use unicode_normalization::UnicodeNormalization as _;
    match path.is_ascii() {
        true if path.bytes().any(|byte| byte.is_ascii_uppercase()) => path.to_ascii_lowercase().into(),
        true => path.into(),
        false => path.nfc().collect::<String>().to_lowercase().into(),
    }
}
