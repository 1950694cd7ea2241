//! Occasions: the moments of a plan at which something happens, as the calendar looks at them.

use std::collections::{BTreeMap, BTreeSet};

use crate::config::{Share, Step};
use crate::domain::{ArtefactId, Weight};
use crate::release::plan::{Plan, PlannedStep};
use crate::release::standing::History;

/// The shortest time that cover must last after a step to everybody, in seconds: an hour, the longest that the course
/// grants any rollback being minutes.
const LEAST_COVER: u64 = 3_600;

/// One step of a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Occasion {
    /// The step's number.
    pub n: u32,
    /// What it does, in a few words: `prompt:explain_refund at 5%`.
    pub label: String,
    /// The artefacts that it is about: they decide which windows are theirs.
    pub artefacts: BTreeSet<ArtefactId>,
    /// What those require, all the way down: with them it freezes.
    pub requires: BTreeSet<ArtefactId>,
    /// The shortest time before the next step, in seconds.
    pub hold: u64,
    /// The share that sees something new by it.
    pub weight: Weight,
    /// How long after it there must be cover for a rollback, in seconds.
    pub within: u64,
}

impl Occasion {
    /// Whether somebody sees something new by it, and not everybody.
    pub fn is_canary(&self) -> bool {
        !self.weight.is_none() && !self.weight.is_full()
    }
}

/// The steps of `plan` from the step `from` on. What an artefact requires is what the plan says, else what the newest
/// release that has it says. A plan whose changes need no step is one occasion that exposes nobody.
pub fn occasions(plan: &Plan, histories: &[History], from: u32) -> Vec<Occasion> {
    let needed = needed(plan, histories);
    let within = plan.change.iter().filter_map(|change| change.rollback.within).max().unwrap_or(0).max(LEAST_COVER);
    let of_step = |step: &PlannedStep| Occasion {
        n: step.n,
        label: label(step),
        artefacts: step.artefacts.clone(),
        requires: closure(&step.artefacts, &needed),
        hold: step.hold,
        weight: step.weight,
        within,
    };
    let cut = || {
        let artefacts: BTreeSet<ArtefactId> = plan.change.iter().map(|change| change.artefact.clone()).collect();
        let requires = closure(&artefacts, &needed);
        let label = format!("release {}", plan.release);
        Occasion { n: 1, label, artefacts, requires, hold: 0, weight: Weight::NONE, within }
    };
    match plan.step.is_empty() {
        true => (!plan.change.is_empty() && from <= 1).then(cut).into_iter().collect(),
        false => plan.step.iter().filter(|step| step.n >= from).map(of_step).collect(),
    }
}

/// The steps of a ladder from `pv.toml`, about nothing in particular: only what has no scope concerns them.
/// A step of one partition after another is taken as its first one.
pub fn ladder(steps: &[Step], within: Option<u64>) -> Vec<Occasion> {
    let occasion = |(at, step): (usize, &Step)| {
        let (label, weight) = match step.share {
            Share::Percent(percent) => (percent.to_string(), Weight::of_hundredths(percent.hundredths)),
            Share::EachPartition => ("the first partition".to_owned(), Weight::of_hundredths(1)),
        };
        Occasion {
            n: u32::try_from(at + 1).unwrap_or(u32::MAX),
            label,
            artefacts: BTreeSet::new(),
            requires: BTreeSet::new(),
            hold: step.hold.seconds,
            weight,
            within: within.unwrap_or(0).max(LEAST_COVER),
        }
    };
    steps.iter().enumerate().map(occasion).collect()
}

fn label(step: &PlannedStep) -> String {
    let what = match (&step.flag, step.artefacts.first()) {
        (None, Some(first)) if step.artefacts.len() > 1 => format!("{first} and {} more", step.artefacts.len() - 1),
        _ => step.what(),
    };
    match (&step.partition, step.weight.is_none()) {
        (Some(partition), _) => format!("{what} in {partition}"),
        (None, true) => what,
        (None, false) => format!("{what} at {}", step.weight),
    }
}

fn needed<'a>(plan: &'a Plan, histories: &'a [History]) -> BTreeMap<&'a ArtefactId, &'a BTreeSet<ArtefactId>> {
    let shipped = histories.iter().flat_map(|history| &history.record.artefacts);
    let mut needed: BTreeMap<_, _> = shipped.map(|(id, shipped)| (id, &shipped.entry.requires)).collect();
    needed.extend(plan.change.iter().map(|change| (&change.artefact, &change.requires)));
    needed
}

/// Everything that `artefacts` require, all the way down.
fn closure(
    artefacts: &BTreeSet<ArtefactId>,
    needed: &BTreeMap<&ArtefactId, &BTreeSet<ArtefactId>>,
) -> BTreeSet<ArtefactId> {
    let mut found = BTreeSet::new();
    let mut open: Vec<&ArtefactId> = artefacts.iter().collect();
    while let Some(id) = open.pop() {
        let required = needed.get(id).into_iter().flat_map(|required| required.iter());
        open.extend(required.filter(|one| found.insert((*one).clone())));
    }
    found
}
