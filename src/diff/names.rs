//! Names for artefacts whose documents give none: short ones from their paths, and never the same one twice.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::units::UnitPath;
use crate::domain::KindName;
use crate::kinds::{self, AnyKind};

/// The names that the paths of one snapshot give, where they are not the short ones.
#[derive(Debug, Default)]
pub(super) struct Names(HashMap<String, String>);

impl Names {
    /// Of units with the same short name, the one with the shortest path has it; the others are called by their paths.
    pub(super) fn of(units: &[UnitPath]) -> Self {
        let mut shortest: HashMap<(KindName, String), &str> = HashMap::with_capacity(units.len());
        let mut long: Vec<&str> = Vec::new();
        let rank = |path: &&str| (path.matches('/').count(), path.len());
        for unit in units {
            let Some(kind) = unit.suggested.and_then(kinds::kind) else { continue };
            let place = unit.place();
            match shortest.entry((kind.name(), short(kind, place))) {
                Entry::Vacant(free) => {
                    free.insert(place);
                }
                Entry::Occupied(mut taken) => {
                    let (first, second) = (*taken.get(), place);
                    let is_first = (rank(&first), first) <= (rank(&second), second);
                    long.push(if is_first { second } else { taken.insert(second) });
                }
            }
        }
        Self(long.into_iter().map(|path| (path.to_owned(), path.to_owned())).collect())
    }

    /// The name of the artefact of `kind` at `path`.
    pub(super) fn name(&self, kind: &dyn AnyKind, path: &str) -> String {
        self.0.get(path).cloned().unwrap_or_else(|| short(kind, path))
    }
}

/// What the kind takes from the path; else the file's stem, or the directory's name.
fn short(kind: &dyn AnyKind, path: &str) -> String {
    kind.name_of_path(path).unwrap_or_else(|| {
        let last = path.rsplit('/').next().unwrap_or(path).trim_start_matches('.');
        last.split_once('.').map_or(last, |(stem, _)| stem).to_owned()
    })
}
