//! What a change owes, and what there is to judge it by.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::config::GatePolicy;
use crate::domain::{ArtefactId, Gate};
use crate::release::checks::Refused;
use crate::release::evidence::{Evidence, Tree};
use crate::release::formats::Reading;

/// A gate that a changed artefact owes.
#[derive(Debug, Clone)]
pub struct Owed {
    /// The artefact.
    pub artefact: ArtefactId,
    /// The gate.
    pub gate: Gate,
    /// The rules whose findings owe it, sorted.
    pub because: Vec<&'static str>,
    /// Who goes without it, and why, where every finding that owes it was waived.
    pub waived: Option<String>,
    /// What the findings themselves decide: of a schema gate those that break consumers, of a review those that nobody
    /// looked at.
    pub open: Vec<String>,
}

impl Owed {
    /// What an artefact owes because a step exposes it, whatever was found of it.
    pub fn of_step((artefact, gate): &(ArtefactId, Gate)) -> Self {
        Self { artefact: artefact.clone(), gate: *gate, because: Vec::new(), waived: None, open: Vec::new() }
    }
}

/// Evidence as it was found.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// The path of its file.
    pub path: String,
    /// The evidence.
    pub evidence: Evidence,
    /// What is wrong with what it was read from.
    pub faults: Vec<Refused>,
    /// What its report says, read again; `None` where it cannot be.
    pub reading: Option<Reading>,
    /// Whether the base of the change holds it already.
    pub is_in_base: bool,
}

/// What gates are judged by.
#[derive(Debug, Clone, Copy)]
pub struct Grounds<'a> {
    /// What is to be merged or to ship.
    pub now: &'a Tree,
    /// What to compare with: the live release first, then the base.
    pub before: &'a [Tree],
    /// All evidence there is, sorted by path.
    pub recorded: &'a [Recorded],
    /// What evidence must show: the base's policy.
    pub policy: &'a [GatePolicy],
    /// What renamed artefacts were called before.
    pub renamed: &'a BTreeMap<ArtefactId, ArtefactId>,
    /// The instant to judge by: nothing was made later.
    pub at: Timestamp,
}

impl Grounds<'_> {
    /// What `id` was called before the change.
    pub(super) fn former<'i>(&'i self, id: &'i ArtefactId) -> &'i ArtefactId {
        self.renamed.get(id).unwrap_or(id)
    }

    /// Whether there was an `id` before the change, under whatever name.
    pub(super) fn was_there(&self, id: &ArtefactId) -> bool {
        self.before.iter().any(|tree| tree.digest(self.former(id)).is_some())
    }

    /// The policy of `gate`.
    pub(super) fn policy(&self, gate: Gate) -> Option<&GatePolicy> {
        self.policy.iter().find(|policy| policy.gate == gate)
    }
}
