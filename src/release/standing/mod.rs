//! What is live at an instant: the logs of all releases, folded in the order in which things happened.
//!
//! The first release is what was live when pv came: it is served to everybody from its cut. Every later one is served by
//! what its log says and by nothing else; a release whose rollout nobody records was cut, and that is all pv knows.

mod audit;
mod fold;
mod rollouts;

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{ArtefactId, Digest, Instant, Version, Weight};
use crate::lock::ReleaseName;
use crate::lock::record::Record;

use super::log::{Event, RolledBack};
use super::plan::Plan;

pub use audit::audit;
pub use fold::at;
pub use rollouts::{Phase, Rollout};

/// A release as its folder tells it.
#[derive(Debug, Clone)]
pub struct History {
    /// What it shipped.
    pub record: Record,
    /// Digest of what its lock says of its artefacts.
    pub lock: Digest,
    /// Its plan; releases that were cut before there were plans have none.
    pub plan: Option<Plan>,
    /// Its log, in order.
    pub events: Vec<Event>,
}

/// What is live at an instant.
#[derive(Debug, Clone, Default)]
pub struct Standing {
    /// The release that was cut last.
    pub newest: Option<ReleaseName>,
    /// The release whose artefacts are, all of them and nothing else, what everybody gets who is in no canary.
    pub live: Option<ReleaseName>,
    /// Whether any rollout was ever recorded.
    pub is_tracked: bool,
    /// What is served of each artefact.
    pub artefacts: BTreeMap<ArtefactId, Served>,
    /// The share of users for which each flag is on.
    pub flags: BTreeMap<String, Weight>,
    /// How far each release is.
    pub rollouts: BTreeMap<ReleaseName, Rollout>,
    /// What was taken back, in the order in which it was.
    pub rolled_back: Vec<RolledBack>,
    /// The overrides that were recorded in the logs, by their paths: used or approved, and not closed.
    pub overrides: BTreeSet<String>,
    /// The events up to the instant, in the order in which they happened.
    pub events: Vec<Event>,
}

/// What is served of one artefact.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Served {
    /// What everybody gets who is in no canary and in no partition; `None`: nothing.
    pub stable: Option<Serving>,
    /// What a share gets instead; registered only, at weight 0.
    pub canary: Option<(Serving, Weight)>,
    /// What partitions get instead.
    pub partitions: BTreeMap<String, Serving>,
    /// How much of all partitions these are.
    pub reached: Weight,
}

/// A version that is served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Serving {
    /// The release that shipped it.
    pub release: ReleaseName,
    /// Its label.
    pub version: Version,
    /// Its bytes.
    pub digest: Digest,
}

impl Standing {
    /// The share that gets the content `digest` of an artefact.
    pub fn weight_of(&self, id: &ArtefactId, digest: &Digest) -> Weight {
        self.artefacts.get(id).map_or(Weight::NONE, |served| served.weight_of(digest))
    }

    /// The rollout that is under way, if there is one: begun, and neither done nor taken back. The newest first.
    pub fn under_way(&self) -> Option<(&ReleaseName, &Rollout)> {
        let mut begun: Vec<_> = self.rollouts.iter().filter(|(_, rollout)| rollout.phase.is_under_way()).collect();
        begun.sort_by(|(a, one), (b, other)| (&one.cut, a).cmp(&(&other.cut, b)));
        begun.pop()
    }

    /// Whether this content of an artefact was taken back.
    pub fn is_rolled_back(&self, id: &ArtefactId, digest: &Digest) -> Option<&RolledBack> {
        self.rolled_back.iter().rev().find(|one| one.artefact == *id && one.digest == *digest)
    }
}

impl Served {
    /// The share that gets the content `digest`.
    pub fn weight_of(&self, digest: &Digest) -> Weight {
        let is_it = |serving: &Serving| serving.digest == *digest;
        if let Some((_, weight)) = self.canary.as_ref().filter(|(canary, _)| is_it(canary)) {
            return *weight;
        }
        if self.partitions.values().any(is_it) {
            return self.reached;
        }
        match &self.stable {
            Some(stable) if is_it(stable) => self.rest(),
            _ => Weight::NONE,
        }
    }

    /// The share that gets what is stable: all but the canary's and the partitions'.
    pub fn rest(&self) -> Weight {
        let canary = self.canary.as_ref().map_or(0, |(_, weight)| weight.hundredths());
        let taken = canary.saturating_add(self.reached.hundredths());
        Weight::of_hundredths(Weight::FULL.hundredths().saturating_sub(taken))
    }
}

impl History {
    /// When it was cut, as its log or else its record says.
    pub fn cut(&self) -> Option<Instant> {
        self.events.first().map(|event| event.at.clone()).or_else(|| self.record.cut.parse().ok())
    }

    /// What it shipped of an artefact.
    pub fn serving(&self, id: &ArtefactId) -> Option<Serving> {
        let entry = &self.record.artefacts.get(id)?.entry;
        let (version, digest) = (entry.version.clone(), entry.digest.clone());
        Some(Serving { release: self.record.name.clone(), version, digest })
    }
}
