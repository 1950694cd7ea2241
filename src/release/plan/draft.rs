//! Drawing up a plan: the changes in their order, and the steps by which they go live.

use std::collections::{BTreeMap, BTreeSet};

use super::ladder::{Ladder, Rung};
use super::{Mode, Plan, PlannedChange, PlannedRollback, PlannedStep};
use crate::config::{Config, Share, Step};
use crate::domain::{ArtefactId, ChangeType, Gate, KindName, Weight};
use crate::lock::next::Decision;
use crate::lock::{self, Entry, ReleaseName};
use crate::release::checks::Refused;
use crate::release::coordination::{self, Feature};
use crate::release::intents::Changed;
use crate::release::records;

/// What a plan is made from.
#[derive(Debug)]
pub struct Inputs<'a> {
    /// The release.
    pub release: &'a ReleaseName,
    /// The release before it.
    pub previous: Option<&'a ReleaseName>,
    /// What the release holds.
    pub artefacts: &'a BTreeMap<ArtefactId, Entry>,
    /// What becomes of each artefact.
    pub decisions: &'a [Decision],
    /// How the classifier judges what changed.
    pub changed: &'a [Changed],
    /// Who answers for a change.
    pub owners: &'a BTreeMap<ArtefactId, String>,
    /// What authors say of whether people outside must be told.
    pub material: &'a BTreeMap<ArtefactId, bool>,
    /// The features of the release that have a flag: without one, nothing waits for it.
    pub features: &'a [Feature],
    /// The policy.
    pub config: &'a Config,
    /// What was chosen for this release.
    pub choices: &'a Choices,
}

/// What is chosen for one release; all else follows from its changes and the policy.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choices {
    /// Together or one after another.
    pub mode: Mode,
    /// Why, where it is not the rule.
    pub because: Option<String>,
    /// Steps instead of the policy's, for everything that has steps.
    pub steps: Vec<String>,
}

impl Choices {
    /// What was chosen for `plan`.
    pub fn of(plan: &Plan) -> Self {
        Self { mode: plan.mode, because: plan.because.clone(), steps: plan.ladder.clone() }
    }
}

/// The plan.
///
/// # Errors
/// When the changes need each other in a circle.
pub fn draft(inputs: &Inputs<'_>) -> Result<Plan, Refused> {
    let changes = changes(inputs)?;
    let removed = inputs.decisions.iter().filter(|one| one.to.is_none()).map(|one| one.id.clone()).collect();
    Ok(Plan {
        version: records::FORMAT,
        release: inputs.release.clone(),
        previous: inputs.previous.cloned(),
        mode: inputs.choices.mode,
        because: inputs.choices.because.clone(),
        ladder: inputs.choices.steps.clone(),
        lock: lock::digest(inputs.artefacts),
        policy: inputs.config.digest(),
        removed,
        step: Stepping { inputs, changes: &changes }.steps(),
        change: changes,
    })
}

/// What changes, foundations first.
fn changes(inputs: &Inputs<'_>) -> Result<Vec<PlannedChange>, Refused> {
    let moved = inputs.decisions.iter().filter(|one| one.to.is_some() && one.from != one.to);
    let ids: BTreeSet<ArtefactId> = moved.map(|one| one.id.clone()).collect();
    let requires = inputs.artefacts.iter().map(|(id, entry)| (id.clone(), entry.requires.clone())).collect();
    let ordered = coordination::ordered(ids, &requires)?;
    Ok(ordered.iter().filter_map(|id| change(inputs, id)).collect())
}

fn change(inputs: &Inputs<'_>, id: &ArtefactId) -> Option<PlannedChange> {
    let (entry, decision) = (inputs.artefacts.get(id)?, inputs.decisions.iter().find(|one| one.id == *id)?);
    let judged = inputs.changed.iter().find(|one| one.id == *id);
    let types = judged.map(|one| one.types.clone()).filter(|types| !types.is_empty());
    let types = types.unwrap_or_else(|| BTreeSet::from([ChangeType::of(id.kind)]));
    let strictest = Ladder::strictest(&types, inputs.config);
    let is_new_feature = id.kind == KindName::Feature && decision.from.is_none();
    let by_default = judged.is_some_and(|one| one.is_material) || is_new_feature;
    Some(PlannedChange {
        artefact: id.clone(),
        version: entry.version.clone(),
        from: decision.from.clone(),
        digest: entry.digest.clone(),
        class: judged.and_then(|one| one.class).filter(|_| decision.from.is_some()),
        owner: inputs.owners.get(id).cloned(),
        material: inputs.material.get(id).copied().unwrap_or(by_default),
        feature: feature_of(inputs, id),
        requires: entry.requires.clone(),
        rollback: rollback(inputs.config, strictest, decision),
        types,
    })
}

/// The feature that lists the artefact, or that it is.
fn feature_of(inputs: &Inputs<'_>, id: &ArtefactId) -> Option<String> {
    let mut features = inputs.features.iter();
    features.find(|feature| feature.id == *id || feature.lists(id)).map(|feature| feature.id.name.clone())
}

fn rollback(config: &Config, change_type: ChangeType, decision: &Decision) -> PlannedRollback {
    let rollback = config.types.get(&change_type).map(|discipline| discipline.rollback).unwrap_or_default();
    PlannedRollback {
        method: rollback.method.map(|method| method.to_string()).unwrap_or_default(),
        to: decision.from.clone(),
        within: rollback.within.map(|within| within.seconds),
    }
}

/// Making the steps.
struct Stepping<'a> {
    inputs: &'a Inputs<'a>,
    changes: &'a [PlannedChange],
}

impl Stepping<'_> {
    fn steps(&self) -> Vec<PlannedStep> {
        let mut steps = Vec::new();
        let (flags, plain): (Vec<_>, Vec<_>) =
            self.changes.iter().partition(|change| change.artefact.kind == KindName::Feature);
        let together: Vec<&PlannedChange> = match self.inputs.choices.mode {
            Mode::Sequenced => Vec::new(),
            Mode::Coordinated => plain.iter().filter(|change| self.is_laddered(change)).copied().collect(),
        };
        for change in plain.iter().filter(|change| !together.iter().any(|one| one.artefact == change.artefact)) {
            steps.extend(self.of_change(change));
        }
        if !together.is_empty() {
            let types = together.iter().flat_map(|change| change.types.iter().copied()).collect();
            steps.extend(self.climb(&together, &types));
        }
        flags.iter().for_each(|change| steps.extend(self.of_flag(change)));
        if steps.is_empty() && self.inputs.decisions.iter().any(|one| one.to.is_none()) {
            // What is only taken away goes with one step.
            steps.push(self.at_once(&[], Weight::FULL));
        }
        (1..).zip(&mut steps).for_each(|(n, step)| step.n = n);
        steps
    }

    /// The steps of one change: nothing that is new and unused exposes anybody, what means the same needs no canary, and
    /// a prompt that comes with its feature is registered first.
    fn of_change(&self, change: &PlannedChange) -> Vec<PlannedStep> {
        let weight = if self.waits_for_flag(change) { Weight::NONE } else { Weight::FULL };
        if self.is_laddered(change) {
            self.climb(&[change], &change.types)
        } else {
            vec![self.at_once(&[change], weight)]
        }
    }

    /// Whether it goes live by more than one step.
    fn is_laddered(&self, change: &PlannedChange) -> bool {
        let is_unused = change.from.is_none() && is_foundation(change.artefact.kind);
        !is_unused && !change.is_cosmetic() && !self.waits_for_flag(change)
    }

    /// Whether it is new, and only the flag of a feature that this release exposes further lets anybody see it.
    fn waits_for_flag(&self, change: &PlannedChange) -> bool {
        let is_consumer = matches!(change.artefact.kind, KindName::Prompt | KindName::Agent);
        let mut features = self.inputs.features.iter().filter(|feature| feature.lists(&change.artefact));
        is_consumer && change.from.is_none() && features.any(|feature| self.is_exposed(&feature.id))
    }

    fn is_exposed(&self, id: &ArtefactId) -> bool {
        self.changes.iter().any(|change| change.artefact == *id && is_exposing(change))
    }

    /// One step for all, held for no time.
    fn at_once(&self, changes: &[&PlannedChange], weight: Weight) -> PlannedStep {
        let types = changes.iter().flat_map(|change| change.types.iter().copied()).collect();
        self.step(changes, &types, Rung { weight, hold: 0, partition: None })
    }

    /// One step after another, by the ladder of the most careful of `types`.
    fn climb(&self, changes: &[&PlannedChange], types: &BTreeSet<ChangeType>) -> Vec<PlannedStep> {
        let rungs = Ladder::of(types, self.inputs.config, &self.chosen()).rungs;
        if rungs.is_empty() {
            return vec![self.at_once(changes, Weight::FULL)];
        }
        self.steps_of(changes, types, rungs)
    }

    fn steps_of(&self, changes: &[&PlannedChange], types: &BTreeSet<ChangeType>, rungs: Vec<Rung>) -> Vec<PlannedStep> {
        let mut steps: Vec<PlannedStep> = rungs.into_iter().map(|rung| self.step(changes, types, rung)).collect();
        // What had to be met before anybody saw it is asked once; what users make of it, before each further step.
        steps.iter_mut().skip(1).for_each(|step| step.gates = self.feedback(types));
        steps
    }

    /// The steps of a feature's flag, with what waits for it; of a feature whose exposure stays as it is, one.
    fn of_flag(&self, change: &PlannedChange) -> Vec<PlannedStep> {
        let Some(feature) = self.inputs.features.iter().find(|one| one.id == change.artefact) else {
            return vec![self.at_once(&[change], Weight::FULL)];
        };
        let asked = feature.settings.weight().filter(|weight| !weight.is_none());
        let (true, Some(first)) = (is_exposing(change), asked.or(self.policy_first())) else {
            return vec![self.at_once(&[change], Weight::FULL)];
        };
        let mut behind: Vec<&PlannedChange> = vec![change];
        behind.extend(self.changes.iter().filter(|one| self.waits_for_flag(one) && feature.lists(&one.artefact)));
        let types = BTreeSet::from([ChangeType::Prompt]);
        let policy = Ladder::of(&types, self.inputs.config, &self.chosen()).rungs;
        let first_hold = policy.first().map_or(0, |rung| rung.hold);
        let asked = Rung {
            weight: first,
            hold: policy.iter().find(|rung| rung.weight == first).map_or(first_hold, |rung| rung.hold),
            partition: None,
        };
        let rungs = if self.inputs.choices.steps.is_empty() {
            std::iter::once(asked).chain(policy.into_iter().filter(|rung| rung.weight > first)).collect()
        } else {
            policy
        };
        let mut steps = self.steps_of(&behind, &types, rungs);
        steps.iter_mut().for_each(|step| step.flag = Some(feature.flag().to_owned()));
        steps
    }

    /// Where the manifest asks for no share, the policy's first step for prompts.
    fn policy_first(&self) -> Option<Weight> {
        let rungs = Ladder::of(&BTreeSet::from([ChangeType::Prompt]), self.inputs.config, &self.chosen()).rungs;
        rungs.first().map(|rung| rung.weight)
    }

    fn step(&self, changes: &[&PlannedChange], types: &BTreeSet<ChangeType>, rung: Rung) -> PlannedStep {
        let discipline = self.inputs.config.types.get(&Ladder::strictest(types, self.inputs.config));
        // What means the same owes nothing.
        let types: BTreeSet<ChangeType> =
            if changes.iter().all(|change| change.is_cosmetic()) { BTreeSet::new() } else { types.clone() };
        let gates = types.iter().flat_map(|one| self.inputs.config.gates_for(*one)).copied();
        PlannedStep {
            n: 0,
            artefacts: changes.iter().map(|change| change.artefact.clone()).collect(),
            flag: None,
            partition: rung.partition,
            weight: rung.weight,
            hold: rung.hold,
            gates: gates.filter(|gate| *gate != Gate::Feedback).collect(),
            watch: discipline.filter(|_| rung.hold > 0).map(|discipline| discipline.watch.clone()).unwrap_or_default(),
        }
    }

    fn feedback(&self, types: &BTreeSet<ChangeType>) -> BTreeSet<Gate> {
        let mut gates = types.iter().flat_map(|one| self.inputs.config.gates_for(*one));
        gates.any(|gate| *gate == Gate::Feedback).then_some(Gate::Feedback).into_iter().collect()
    }

    /// The steps that were chosen instead of the policy's.
    fn chosen(&self) -> Vec<Step> {
        self.inputs.choices.steps.iter().filter_map(|text| Step::parse(text).ok()).collect()
    }
}

/// Whether a feature's change lets others see it: it is new, or people outside have to be told.
fn is_exposing(change: &PlannedChange) -> bool {
    change.from.is_none() || change.material
}

/// What others use, and nobody sees by itself.
fn is_foundation(kind: KindName) -> bool {
    matches!(kind, KindName::Index | KindName::Tool | KindName::Eval | KindName::Model)
}

/// The share of a step's text.
pub(super) fn weight(share: Share) -> Weight {
    match share {
        Share::Percent(percent) => Weight::of_hundredths(percent.hundredths),
        Share::EachPartition => Weight::FULL,
    }
}
