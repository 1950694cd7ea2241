//! Drift: what differs between the last lock and the artefacts as they are; and dependencies that lead nowhere.

use std::collections::{BTreeMap, BTreeSet};

use super::next::{Candidate, Refusal};
use super::{Entry, Lock};
use crate::domain::ArtefactId;

/// How one artefact differs from the lock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// It is not in the lock.
    Added(ArtefactId),
    /// It is only in the lock.
    Removed(ArtefactId),
    /// It has other bytes.
    Changed(ArtefactId),
    /// It has the same bytes, and another path, store or other dependencies.
    Moved(ArtefactId),
}

/// The unreleased changes: what `candidates` differ in from `lock`, sorted by id.
pub fn between(lock: &Lock, candidates: &[Candidate]) -> Vec<Difference> {
    let now: BTreeMap<&ArtefactId, &Candidate> = candidates.iter().map(|item| (&item.id, item)).collect();
    let ids: BTreeSet<&ArtefactId> = lock.artefacts.keys().chain(now.keys().copied()).collect();
    ids.into_iter().filter_map(|id| difference(id, lock.artefacts.get(id), now.get(id).copied())).collect()
}

fn difference(id: &ArtefactId, locked: Option<&Entry>, now: Option<&Candidate>) -> Option<Difference> {
    match (locked, now) {
        (None, Some(_)) => Some(Difference::Added(id.clone())),
        (Some(_), None) => Some(Difference::Removed(id.clone())),
        (Some(locked), Some(now)) if locked.digest != now.digest => Some(Difference::Changed(id.clone())),
        (Some(locked), Some(now)) if *locked != now.entry(locked.version.clone()) => {
            Some(Difference::Moved(id.clone()))
        }
        _ => None,
    }
}

/// The dependencies that no entry stands for (`lock/closure-broken`), sorted by id. A clean text merge can make them.
pub fn broken_closure(artefacts: &BTreeMap<ArtefactId, Entry>) -> Vec<Refusal> {
    let edges = artefacts.iter().flat_map(|(id, entry)| entry.requires.iter().map(move |needed| (id, needed)));
    edges.filter(|(_, needed)| !artefacts.contains_key(*needed)).map(|(id, needed)| broken(id, needed)).collect()
}

fn broken(id: &ArtefactId, needed: &ArtefactId) -> Refusal {
    Refusal {
        rule: "lock/closure-broken",
        id: Some(id.clone()),
        message: format!("it requires {needed}, which is not in the lock"),
        help: format!("add {needed}, or remove the reference to it"),
    }
}
