//! What a state is judged against: the versions that are released or planned, and which share of users gets each.

use std::collections::{BTreeMap, BTreeSet};

use super::manifest::Feature;
use super::order::Requires;
use crate::domain::{ArtefactId, Digest, Version, Weight};
use crate::lock::record::Record;
use crate::release::plan::Plan;
use crate::release::standing::{History, Standing};

/// Versions, and the share of users that gets each; what a step changes is changed here.
#[derive(Debug, Clone)]
pub struct Land<'a> {
    histories: &'a [History],
    standing: &'a Standing,
    /// The version of each artefact that is meant when nothing else is said.
    pub targets: BTreeMap<ArtefactId, Target>,
    /// What steps made of the weights of the targets.
    weights: BTreeMap<ArtefactId, Weight>,
    /// What steps made of flags.
    flags: BTreeMap<String, Weight>,
}

/// A version of an artefact, released or planned.
#[derive(Debug, Clone)]
pub struct Target {
    /// Its label.
    pub version: Version,
    /// Its bytes.
    pub digest: Digest,
    /// What it needs.
    pub requires: BTreeSet<ArtefactId>,
}

impl<'a> Land<'a> {
    /// What the release that was cut last shipped; before the first one, nothing.
    pub fn newest(histories: &'a [History], standing: &'a Standing) -> Self {
        let newest = standing.newest.as_ref();
        let record = histories.iter().map(|history| &history.record).find(|record| Some(&record.name) == newest);
        let targets = record.map(targets).unwrap_or_default();
        Self { histories, standing, targets, weights: BTreeMap::new(), flags: BTreeMap::new() }
    }

    /// What will have been shipped once the plan's release is cut.
    pub fn planned(histories: &'a [History], standing: &'a Standing, plan: &Plan) -> Self {
        let of = |name| histories.iter().map(|history| &history.record).find(|record| Some(&record.name) == name);
        let mut targets = of(plan.previous.as_ref()).map(targets).unwrap_or_default();
        targets.retain(|id, _| !plan.removed.contains(id));
        targets.extend(plan.change.iter().map(|change| {
            let (version, digest) = (change.version.clone(), change.digest.clone());
            (change.artefact.clone(), Target { version, digest, requires: change.requires.clone() })
        }));
        Self { histories, standing, targets, weights: BTreeMap::new(), flags: BTreeMap::new() }
    }

    /// What each artefact needs, features by what their manifest lists.
    pub fn requires(&self, features: &[Feature]) -> Requires {
        let mut requires: Requires =
            self.targets.iter().map(|(id, target)| (id.clone(), target.requires.clone())).collect();
        for feature in features {
            requires.insert(feature.id.clone(), feature.needs().map(|(id, _)| id.clone()).collect());
        }
        requires
    }

    /// Whether steps are recorded at all: else whatever the newest release has counts as deployed.
    pub fn is_tracked(&self) -> bool {
        self.standing.is_tracked
    }

    /// The share of users that gets the target of an artefact.
    pub fn weight(&self, id: &ArtefactId) -> Weight {
        let Some(target) = self.targets.get(id) else { return Weight::NONE };
        if let Some(weight) = self.weights.get(id) {
            return *weight;
        }
        if !self.is_tracked() && self.is_newest(id, &target.digest) {
            return Weight::FULL;
        }
        self.standing.weight_of(id, &target.digest)
    }

    fn is_newest(&self, id: &ArtefactId, digest: &Digest) -> bool {
        let shipped = self.record_of_newest().and_then(|record| record.artefacts.get(id));
        shipped.is_some_and(|shipped| shipped.entry.digest == *digest)
    }

    fn record_of_newest(&self) -> Option<&'a Record> {
        let records = self.histories.iter().map(|history| &history.record);
        records.into_iter().find(|record| Some(&record.name) == self.standing.newest.as_ref())
    }

    /// The share of users for which a flag is on. Where no step says so, what the first release shipped counts, for
    /// that was live; where no step is recorded at all, what the newest has.
    pub fn flag(&self, flag: &str) -> Weight {
        let set = self.flags.get(flag).or_else(|| self.standing.flags.get(flag));
        let first = || self.histories.iter().map(|history| &history.record).find(|record| record.previous.is_none());
        let record = || if self.is_tracked() { first() } else { self.record_of_newest() };
        let shipped = || {
            let features = record().map(Feature::all_shipped).unwrap_or_default();
            let own = features.into_iter().find(|feature| feature.flag() == flag);
            own.and_then(|feature| feature.settings.weight()).unwrap_or(Weight::NONE)
        };
        set.copied().unwrap_or_else(shipped)
    }

    /// With what a step makes of it.
    pub fn set(&mut self, artefacts: &BTreeSet<ArtefactId>, flag: Option<&str>, weight: Weight) {
        self.weights.extend(artefacts.iter().map(|id| (id.clone(), weight)));
        self.flags.extend(flag.map(|flag| (flag.to_owned(), weight)));
    }
}

fn targets(record: &Record) -> BTreeMap<ArtefactId, Target> {
    let targets = record.artefacts.iter().map(|(id, shipped)| {
        let (version, digest) = (shipped.entry.version.clone(), shipped.entry.digest.clone());
        (id.clone(), Target { version, digest, requires: shipped.entry.requires.clone() })
    });
    targets.collect()
}
