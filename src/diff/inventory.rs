//! Every artefact of a snapshot.

use std::collections::BTreeMap;

use rayon::prelude::*;

use crate::domain::{ArtefactId, Problem};
use crate::git::Snapshot;

use super::names::Names;
use super::read::{self, Artefact};
use super::units::{self, Discovery};

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
    let units = units::all(snapshot, discovery);
    let names = Names::of(&units);
    let sides: Vec<read::Side> = units.par_iter().map(|unit| read::side(snapshot, unit, discovery, &names)).collect();
    let mut inventory = Inventory::default();
    for side in sides {
        inventory.artefacts.extend(side.artefacts);
        inventory.problems.extend(side.problems);
    }
    inventory.artefacts.sort_by(|a, b| (&a.id, &a.path).cmp(&(&b.id, &b.path)));
    inventory.problems.extend(twins(&inventory.artefacts));
    inventory.problems.sort();
    inventory.problems.dedup();
    inventory
}

fn twins(artefacts: &[Artefact]) -> Vec<Problem> {
    let same_id = artefacts.windows(2).filter_map(|pair| match pair {
        [a, b] if a.id == b.id => Some(twin(a, b)),
        _ => None,
    });
    same_id.chain(nearly_same_names(artefacts)).collect()
}

fn twin(first: &Artefact, second: &Artefact) -> Problem {
    let mut problem = Problem::of_path(
        &second.path,
        "duplicate-identity",
        format!("two artefacts are called `{}`: {} and {}", second.id, first.path, second.path),
        "give one of them a `name:` of its own, rename its file, or leave it out of pv.toml",
    );
    problem.place = second.text.quote().place;
    problem
}

/// Paths that differ only in case or in Unicode composition become one file on some machines.
fn nearly_same_names(artefacts: &[Artefact]) -> Vec<Problem> {
    use unicode_normalization::UnicodeNormalization;
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    let mut problems = Vec::new();
    for artefact in artefacts {
        let folded: String = artefact.path.nfc().collect::<String>().to_lowercase();
        match seen.get(&folded) {
            Some(other) if *other != artefact.path => problems.push(Problem::of_path(
                &artefact.path,
                "ambiguous-path",
                format!("this path and {other:?} differ only in case or in Unicode composition"),
                "rename one of them: macOS and Windows cannot hold both",
            )),
            _ => {
                seen.insert(folded, &artefact.path);
            }
        }
    }
    problems
}
