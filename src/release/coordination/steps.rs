//! What stands against the steps of a plan: flags above what they need, consumers before their foundations, and other
//! releases that are under way with the same artefacts.

use std::collections::{BTreeMap, BTreeSet};

use super::faults::Manifest;
use super::graph::is_guarded;
use super::land::Land;
use super::manifest::Feature;
use super::order;
use crate::domain::{ArtefactId, Digest, KindName, Stage, Weight};
use crate::lock::ReleaseName;
use crate::release::checks::{Judgement, Refused, coordination as checks};
use crate::release::ground::Ground;
use crate::release::plan::{Plan, PlannedChange, PlannedStep};

/// Whether what features depend on is there, and in the right order: at lock of the whole plan, later of its next step.
pub fn judge(ground: &Ground<'_>) -> Vec<Judgement> {
    let shipped = ground.history().map(|history| Feature::all_shipped(&history.record));
    let features = shipped.as_deref().unwrap_or(ground.features);
    let land = Land::planned(ground.histories, ground.standing, ground.plan);
    let present: BTreeMap<ArtefactId, Digest> =
        land.targets.iter().map(|(id, target)| (id.clone(), target.digest.clone())).collect();
    let manifest = Manifest { features, present: &present, land: &land };
    let walk = Walk { ground, features, present: &present };
    match ground.stage {
        Stage::Merge => Vec::new(),
        Stage::Lock => {
            let mut judgements = manifest.structure();
            judgements.extend(walk.removals(&manifest));
            judgements.extend(conflicts(ground));
            judgements.extend(walk.steps(ground.plan.step.iter(), &land));
            judgements
        }
        Stage::Step | Stage::Promote => {
            conflicts(ground).into_iter().chain(walk.steps(next(ground).into_iter(), &land)).collect()
        }
    }
}

/// The step that is about to be taken: the first that was not.
fn next<'a>(ground: &Ground<'a>) -> Option<&'a PlannedStep> {
    let rollout = ground.standing.rollouts.get(&ground.plan.release);
    let is_taken = |step: &PlannedStep| rollout.is_some_and(|rollout| rollout.taken.contains(&step.n));
    ground.plan.step.iter().find(|step| !is_taken(step))
}

/// Going through steps.
struct Walk<'a> {
    ground: &'a Ground<'a>,
    features: &'a [Feature],
    present: &'a BTreeMap<ArtefactId, Digest>,
}

impl Walk<'_> {
    /// What stands against `steps`, one after the other; what stands against several is told of the first.
    fn steps<'s>(&self, steps: impl Iterator<Item = &'s PlannedStep>, land: &Land<'_>) -> Vec<Judgement> {
        let mut land = land.clone();
        let mut told = BTreeSet::new();
        let mut judgements = Vec::new();
        for step in steps {
            let before = land.clone();
            land.set(&step.artefacts, step.flag.as_deref(), step.weight);
            let mut found = self.flag(step, &before, &land);
            found.extend(self.foundations(step, &land));
            found.extend(self.early(step, &land));
            found.retain(|one| told.insert((one.refused.check.id, one.artefact.clone(), one.place.clone())));
            judgements.extend(found.into_iter().map(|one| in_step(one, step)));
        }
        judgements
    }

    /// A flag that is raised stays at or below the weight of whatever its feature needs.
    fn flag(&self, step: &PlannedStep, before: &Land<'_>, after: &Land<'_>) -> Vec<Judgement> {
        let Some(flag) = step.flag.as_ref().filter(|flag| before.flag(flag) < step.weight) else { return Vec::new() };
        let manifest = Manifest { features: self.features, present: self.present, land: after };
        let switched = self.features.iter().filter(|feature| feature.flag() == flag);
        switched.flat_map(|feature| manifest.exposure(feature, step.weight, &|flag| after.flag(flag))).collect()
    }

    /// What is exposed finds the new versions of what it needs: exposed too, and a new artefact as far as itself.
    fn foundations(&self, step: &PlannedStep, after: &Land<'_>) -> Vec<Judgement> {
        if step.flag.is_some() || !step.exposes() {
            return Vec::new();
        }
        let requires = after.requires(self.features);
        let consumers = step.artefacts.iter().filter(|id| id.kind != KindName::Feature);
        let needs = consumers.flat_map(|id| order::closure(id, &requires).into_iter().map(move |need| (id, need)));
        let lacking = needs.filter_map(|(id, need)| {
            let change = self.ground.plan.change_of(&need).filter(|_| self.is_stepped(&need))?;
            let at = after.weight(&need);
            let is_short = if change.from.is_none() { at < step.weight } else { at.is_none() };
            is_short.then(|| lacking(step, id, change, at))
        });
        lacking.collect()
    }

    /// Whether it serves anybody, and the plan says when.
    fn is_stepped(&self, id: &ArtefactId) -> bool {
        let is_served = !matches!(id.kind, KindName::Eval | KindName::Feature);
        is_served && self.ground.plan.step.iter().any(|step| step.artefacts.contains(id))
    }

    /// A new prompt that features alone use gets no traffic while their flags are off and wait for a step.
    fn early(&self, step: &PlannedStep, after: &Land<'_>) -> Vec<Judgement> {
        if step.flag.is_some() || !step.exposes() {
            return Vec::new();
        }
        let requires = after.requires(self.features);
        let prompts = step.artefacts.iter().filter(|id| id.kind == KindName::Prompt && is_guarded(id, &requires));
        let new = prompts.filter(|id| self.ground.plan.change_of(id).is_some_and(|change| change.from.is_none()));
        let early = new.filter_map(|id| {
            let users = || self.features.iter().filter(|feature| feature.needs().any(|(need, _)| need == id));
            let is_off = users().all(|feature| after.flag(feature.flag()).is_none());
            let waiting = users().find(|feature| self.later_step_of(feature.flag(), step.n).is_some())?;
            let flag_step = self.later_step_of(waiting.flag(), step.n)?;
            is_off.then(|| early(step, id, waiting, flag_step))
        });
        early.collect()
    }

    fn later_step_of(&self, flag: &str, n: u32) -> Option<u32> {
        let steps = self.ground.plan.step.iter().filter(|step| step.n > n && step.flag.as_deref() == Some(flag));
        steps.map(|step| step.n).min()
    }

    /// Artefacts that go away while somebody sees a feature that needs them.
    fn removals(&self, planned: &Manifest<'_>) -> Vec<Judgement> {
        let Some(previous) = self.ground.plan.previous.as_ref() else { return Vec::new() };
        let Some(record) = self.ground.histories.iter().map(|one| &one.record).find(|one| one.name == *previous) else {
            return Vec::new();
        };
        let live = Feature::all_shipped(record);
        let land = Land::newest(self.ground.histories, self.ground.standing);
        let (before, after) = (land.requires(&live), planned.requires());
        let enabled = live.iter().filter(|feature| !land.flag(feature.flag()).is_none());
        let gone = enabled.flat_map(|feature| {
            let needed = order::closure(&feature.id, &before);
            let still = order::closure(&feature.id, &after);
            let is_dropped = after.contains_key(&feature.id);
            let removed = self.ground.plan.removed.iter().filter(move |id| needed.contains(id));
            removed.filter(move |id| !is_dropped || still.contains(id)).map(move |id| (feature, id))
        });
        gone.map(|(feature, id)| removed(feature, id, land.flag(feature.flag()))).collect()
    }
}

/// Other releases that are under way with an artefact or a flag of this plan.
fn conflicts(ground: &Ground<'_>) -> Vec<Judgement> {
    let own = touched(ground.plan);
    let others = ground.histories.iter().filter(|other| other.record.name != ground.plan.release);
    let under_way = others.filter_map(|other| {
        let rollout = ground.standing.rollouts.get(&other.record.name)?;
        Some((other.plan.as_ref()?, rollout)).filter(|(_, rollout)| rollout.phase.is_under_way())
    });
    let both = under_way.flat_map(|(plan, rollout)| {
        let shared: Vec<String> = touched(plan).intersection(&own).cloned().collect();
        (!shared.is_empty()).then(|| conflicting(&plan.release, rollout.step, &shared))
    });
    both.collect()
}

/// The artefacts and flags that a plan moves.
fn touched(plan: &Plan) -> BTreeSet<String> {
    let artefacts = plan.change.iter().map(|change| &change.artefact).chain(&plan.removed);
    let flags = plan.step.iter().filter_map(|step| step.flag.as_ref());
    artefacts.map(ToString::to_string).chain(flags.map(|flag| format!("the flag {flag}"))).collect()
}

fn in_step(mut one: Judgement, step: &PlannedStep) -> Judgement {
    one.refused.message = format!("step {}: {}", step.n, one.refused.message);
    one
}

fn lacking(step: &PlannedStep, id: &ArtefactId, change: &PlannedChange, at: Weight) -> Judgement {
    let (need, version) = (&change.artefact, &change.version);
    let message = format!("`{id}` is exposed to {}, and `{need}` {version}, which it needs, is at {at}", step.weight);
    Judgement::error(Refused::by(&checks::FOUNDATION_UNDEPLOYED, message)).about(id)
}

fn early(step: &PlannedStep, id: &ArtefactId, feature: &Feature, flag_step: u32) -> Judgement {
    let message = format!(
        "`{id}` is only used behind the flag `{}`, which comes with step {flag_step}, and gets {} of the traffic before",
        feature.flag(),
        step.weight
    );
    Judgement::error(Refused::by(&checks::PROMPT_EXPOSED_EARLY, message)).about(id)
}

fn removed(feature: &Feature, id: &ArtefactId, at: Weight) -> Judgement {
    let message =
        format!("`{id}` is removed, and `{}` needs it, whose flag `{}` is at {at}", feature.id, feature.flag());
    Judgement::error(Refused::by(&checks::NEEDED_REMOVED, message)).about(id).at(feature.place(None))
}

fn conflicting(other: &ReleaseName, step: Option<u32>, shared: &[String]) -> Judgement {
    let step = step.map(|step| format!(" at step {step}")).unwrap_or_default();
    let message = format!("release {other} is under way{step} with {}", shared.join(", "));
    let remedy = format!("Finish it with `pv rollout step {other}`, or take it back with `pv rollout abort {other}`.");
    Judgement::error(Refused::by(&checks::PLANS_CONFLICTING, message).remedy(remedy))
}
