//! Baselines: the run of the live version that a candidate is compared with.

use std::collections::BTreeSet;

use super::ledger;
use super::owed::{Grounds, Recorded};
use super::scope;
use crate::domain::{ArtefactId, Gate};
use crate::release::checks::{Refused, gate as checks};
use crate::release::evidence::Tree;

/// What there is to compare a run with.
#[derive(Debug)]
pub(super) enum Baseline<'a> {
    /// The artefact has no earlier version.
    New,
    /// A run of an earlier version, and what that is called.
    Run(&'a Recorded, String),
}

/// The newest run, of the live version or else of the base, on the same eval set as `candidate`.
///
/// # Errors
/// When there is none, or only one on another version of the eval set.
pub(super) fn find<'a>(candidate: &Recorded, gate: Gate, grounds: &Grounds<'a>) -> Result<Baseline<'a>, Refused> {
    let about = grounds.former(&candidate.evidence.about);
    let before: Vec<&Tree> = grounds.before.iter().filter(|tree| tree.digest(about).is_some()).collect();
    if before.is_empty() {
        return Ok(Baseline::New);
    }
    let mut incomparable = None;
    for tree in &before {
        let runs =
            grounds.recorded.iter().filter(|one| one.path != candidate.path && is_of(one, about, gate, tree, grounds));
        let (alike, other): (Vec<&Recorded>, Vec<&Recorded>) = runs.partition(|one| has_same_cases(one, candidate));
        if let Some(whole) = other.iter().find(|one| has_cases_besides(one, candidate)) {
            return Err(shrunk(whole, candidate));
        }
        // What the base holds already was not chosen for this change.
        if let Some(newest) = alike.into_iter().max_by_key(|one| (one.is_in_base, ledger::age(one, grounds))) {
            return Ok(Baseline::Run(newest, format!("{about} of {}", tree.name)));
        }
        incomparable = incomparable.or_else(|| other.first().map(|one| (*one, *tree)));
    }
    Err(match incomparable {
        Some((one, tree)) => other_set(one, candidate, tree),
        None => missing(about, candidate, before.first().map_or("", |tree| tree.name.as_str())),
    })
}

/// Whether it is a run of `about` as `tree` holds it.
fn is_of(one: &Recorded, about: &ArtefactId, gate: Gate, tree: &Tree, grounds: &Grounds<'_>) -> bool {
    let evidence = &one.evidence;
    evidence.about == *about
        && ledger::serves(evidence, gate, grounds.policy(gate))
        && ledger::moved_but_sets(evidence, tree).is_empty()
}

/// Runs are comparable on the same version of the eval set, and over the same cases: all of them.
fn has_same_cases(one: &Recorded, other: &Recorded) -> bool {
    let (left, right) = (ledger::sets(&one.evidence), ledger::sets(&other.evidence));
    left == right && ids(one) == ids(other)
}

/// Whether it is a run that the base holds, on the same set, with cases that the candidate lacks.
fn has_cases_besides(one: &Recorded, candidate: &Recorded) -> bool {
    one.is_in_base
        && ledger::sets(&one.evidence) == ledger::sets(&candidate.evidence)
        && !ids(one).is_subset(&ids(candidate))
}

fn ids(of: &Recorded) -> BTreeSet<&str> {
    of.evidence.run.cases.iter().map(|case| case.id.as_str()).collect()
}

fn shrunk(whole: &Recorded, candidate: &Recorded) -> Refused {
    let gone: Vec<&str> = ids(whole).difference(&ids(candidate)).copied().collect();
    let message = format!("{} lacks {} cases of {}: {}", candidate.path, gone.len(), whole.path, scope::some(&gone));
    Refused::by(&checks::STRATUM_SHRUNK, message)
}

fn missing(about: &ArtefactId, candidate: &Recorded, live: &str) -> Refused {
    let message = format!("there is no run of {about} of {live} to compare {} with", candidate.path);
    let remedy = format!("run the same eval set on {about} of {live}, then: pv gate add REPORT --rev REV");
    Refused::by(&checks::BASELINE_MISSING, message).remedy(remedy)
}

fn other_set(one: &Recorded, candidate: &Recorded, tree: &Tree) -> Refused {
    let named = |of: &Recorded| {
        let sets = ledger::sets(&of.evidence);
        let names: Vec<String> = sets
            .iter()
            .map(|(id, digest)| {
                format!("{id} {}", ledger::short(digest.split_once(':').map_or(digest, |(_, hex)| hex)))
            })
            .collect();
        if names.is_empty() {
            format!("{} cases of no known set", of.evidence.run.cases.len())
        } else {
            names.join(", ")
        }
    };
    let message =
        format!("{} of {} was run on {}, the candidate on {}", one.path, tree.name, named(one), named(candidate));
    let remedy =
        format!("re-baseline: run {} on the eval set as it stands now, then: pv gate add REPORT --rev REV", tree.name);
    Refused::by(&checks::BASELINE_INCOMPARABLE, message).remedy(remedy)
}

/// Of a changed eval set: a run of the version before the change on the set as it stands now.
pub(super) fn renewed<'a>(set: &ArtefactId, grounds: &Grounds<'a>) -> Option<(&'a Recorded, String)> {
    let digest = grounds.now.digest(set)?;
    let policy = grounds.policy(Gate::Baseline);
    let measured = |one: &&Recorded| {
        let is_on_it = one.evidence.subjects.get(set).is_some_and(|subject| subject.digest == *digest);
        is_on_it && ledger::serves(&one.evidence, Gate::Baseline, policy)
    };
    let runs: Vec<&Recorded> = grounds.recorded.iter().filter(measured).collect();
    grounds.before.iter().find_map(|tree| {
        let of_tree = |one: &&&Recorded| {
            tree.digest(&one.evidence.about).is_some() && ledger::moved_but_sets(&one.evidence, tree).is_empty()
        };
        let newest = runs.iter().filter(of_tree).max_by_key(|one| ledger::age(one, grounds))?;
        Some((*newest, format!("{} of {}", newest.evidence.about, tree.name)))
    })
}
