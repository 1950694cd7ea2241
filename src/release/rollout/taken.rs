//! What a step, and an abort, does: the events that say so.

use std::collections::BTreeMap;

use super::position::kind;
use crate::domain::{ArtefactId, Instant, Weight};
use crate::release::log::{Event, EventKind, RolledBack};
use crate::release::plan::{Plan, PlannedStep};
use crate::release::standing::{History, Served, Standing};

/// The event of taking `step` at `at`. With the last one goes what the release no longer has.
pub fn step(plan: &Plan, step: &PlannedStep, at: Instant) -> Event {
    let is_last = plan.step.last().is_some_and(|last| last.n == step.n);
    Event {
        step: Some(step.n),
        partition: step.partition.clone(),
        weights: step.artefacts.iter().map(|id| (id.clone(), step.weight)).collect(),
        flags: step.flag.iter().map(|flag| (flag.clone(), step.weight)).collect(),
        removed: if is_last { plan.removed.clone() } else { Default::default() },
        ..Event::new(kind(plan, step), plan.release.clone(), plan.lock.clone(), at)
    }
}

/// Whether `event` is the one of taking `step`.
pub fn is_about(event: &Event, step: &PlannedStep) -> bool {
    matches!(event.kind, EventKind::Step | EventKind::Promote) && event.step == Some(step.n)
}

/// The event of taking back what of a release is out with some: versions in a canary or in partitions, and flags that
/// are on for a share. What everybody has stays. `None`: there is nothing of that sort.
pub fn aborted(history: &History, standing: &Standing, at: Instant) -> Option<Event> {
    let mut event = Event::new(EventKind::Rollback, history.record.name.clone(), history.lock.clone(), at);
    event.flags = flags(history, standing);
    for (id, served) in &standing.artefacts {
        if let Some(back) = of_canary(history, id, served) {
            event.weights.insert(id.clone(), Weight::NONE);
            event.rolled_back.push(back);
        }
    }
    (!event.flags.is_empty() || !event.rolled_back.is_empty()).then_some(event)
}

/// The flags of the release's plan that are on for some and not for all.
fn flags(history: &History, standing: &Standing) -> BTreeMap<String, Weight> {
    let planned = history.plan.iter().flat_map(|plan| &plan.step).filter_map(|step| step.flag.as_ref());
    let is_partly_on = |flag: &&String| standing.flags.get(*flag).is_some_and(|on| !on.is_none() && !on.is_full());
    planned.filter(is_partly_on).map(|flag| (flag.clone(), Weight::NONE)).collect()
}

fn of_canary(history: &History, id: &ArtefactId, served: &Served) -> Option<RolledBack> {
    let own = history.serving(id)?;
    let canary = served.canary.iter().map(|(serving, _)| serving);
    let is_out = canary.chain(served.partitions.values()).any(|serving| *serving == own);
    is_out.then(|| RolledBack { artefact: id.clone(), version: own.version, digest: own.digest, release: own.release })
}
