//! What a notice rests on: the facts of the plan when it was told, and in which of them the plan has moved since.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;

use serde::{Deserialize, Serialize};

use crate::domain::{ArtefactId, Instant, Version};
use crate::release::plan::{Plan, PlannedRollback, PlannedStep};

/// What a plan says that people are told.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Facts {
    /// The first step that exposes somebody; a release without traffic to step has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_step: Option<u32>,
    /// When that step was said to be taken, where it was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts: Option<Instant>,
    /// What each step that exposes somebody reaches: its number to `5%`, or `5% of refund_v1`.
    pub steps: BTreeMap<String, String>,
    /// The version of each artefact that goes live.
    pub versions: BTreeMap<ArtefactId, Version>,
    /// How each of them is taken back.
    pub rollback: BTreeMap<ArtefactId, String>,
}

impl Facts {
    /// What `plan` says; `starts` is when it is said to begin.
    pub fn of(plan: &Plan, starts: Option<Instant>) -> Self {
        let exposing = plan.step.iter().filter(|step| step.exposes());
        Self {
            first_step: first_exposing(plan).map(|step| step.n),
            starts,
            steps: exposing.map(|step| (step.n.to_string(), reach(step))).collect(),
            versions: plan.change.iter().map(|one| (one.artefact.clone(), one.version.clone())).collect(),
            rollback: plan.change.iter().map(|one| (one.artefact.clone(), way_back(&one.rollback))).collect(),
        }
    }

    /// In what these facts, once told, are not those of `now`: a sentence each.
    pub fn drift(&self, now: &Self) -> Vec<String> {
        let mut drift = moved("the first step that exposes somebody", self.first_step, now.first_step);
        drift.extend(apart(&self.steps, &now.steps, |n| format!("step {n}")));
        drift.extend(apart(&self.versions, &now.versions, ToString::to_string));
        drift.extend(apart(&self.rollback, &now.rollback, |id| format!("the way back of {id}")));
        drift
    }
}

/// The first step that exposes somebody.
pub fn first_exposing(plan: &Plan) -> Option<&PlannedStep> {
    plan.step.iter().find(|step| plan.shows(step))
}

/// What a step reaches: `5%`, `5% of refund_v1`, `tenant-a`.
pub fn reach(step: &PlannedStep) -> String {
    match (&step.partition, &step.flag) {
        (Some(partition), _) => partition.clone(),
        (None, Some(flag)) => format!("{} of {flag}", step.weight),
        (None, None) => step.weight.to_string(),
    }
}

/// How a change is taken back: `route-weight-0 to 1.0.0 within 5m`.
pub fn way_back(rollback: &PlannedRollback) -> String {
    let to = rollback.to.as_ref().map_or_else(|| "taken away".to_owned(), |to| format!("back to {to}"));
    let within = rollback.within.map(|seconds| format!(" within {}", told_seconds(seconds))).unwrap_or_default();
    format!("{to} by {}{within}", rollback.method)
}

/// A length of time in the largest unit that leaves no rest: `5m`, `24h`.
pub fn told_seconds(seconds: u64) -> String {
    let units = [(3_600, "h"), (60, "m")];
    let unit = units.into_iter().find(|(size, _)| seconds >= *size && seconds.is_multiple_of(*size));
    unit.map_or_else(|| format!("{seconds}s"), |(size, name)| format!("{}{name}", seconds / size))
}

fn apart<K: Ord, V: PartialEq + Display>(
    told: &BTreeMap<K, V>,
    now: &BTreeMap<K, V>,
    name: impl Fn(&K) -> String,
) -> Vec<String> {
    let keys: BTreeSet<&K> = told.keys().chain(now.keys()).collect();
    keys.into_iter().flat_map(|key| moved(&name(key), told.get(key), now.get(key))).collect()
}

fn moved<V: PartialEq + Display>(what: &str, told: Option<V>, now: Option<V>) -> Vec<String> {
    let said = |value: Option<V>| value.map_or_else(|| "nothing".to_owned(), |value| value.to_string());
    if told == now { Vec::new() } else { vec![format!("{what}: announced {}, planned {}", said(told), said(now))] }
}
