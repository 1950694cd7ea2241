//! The moment of a step: whether it may be taken now.

use std::collections::BTreeSet;

use super::position::{Position, after, kind, position};
use crate::domain::{ArtefactId, Gate, Instant, KindName, Verdict};
use crate::release::checks::{Check, Judgement, Refused, rollout as checks};
use crate::release::ground::Ground;
use crate::release::log::EventKind;
use crate::release::plan::{Plan, PlannedChange, PlannedStep};
use crate::release::standing::{History, Phase, Rollout, Standing};

/// What stands against taking the next step at the instant of `ground`.
pub(super) fn judge(ground: &Ground<'_>) -> Vec<Judgement> {
    let (plan, at) = (ground.plan, ground.at);
    let Some(position) = position(plan, ground.standing) else {
        let message = format!("at {at}, release {} is not cut yet", plan.release);
        return vec![Judgement::error(Refused::by(&checks::HAPPENED_WRONGLY, message))];
    };
    if let Some(refused) = ended(plan, &position, ground.standing) {
        return vec![Judgement::error(refused)];
    }
    let found = [other(plan, ground.standing), held(&position, at), feedback(ground, &position)];
    found.into_iter().flatten().map(Judgement::error).collect()
}

/// Whether there is nothing more to take.
fn ended(plan: &Plan, position: &Position<'_>, standing: &Standing) -> Option<Refused> {
    let (release, phase) = (&plan.release, position.rollout.phase);
    let later = superseding(plan, standing);
    let why = match phase {
        Phase::RolledBack => format!("release {release} was taken back"),
        Phase::Closed => format!("release {release} was closed"),
        _ if later.is_some() => {
            format!("release {} was cut after {release} and has gone live since", later.unwrap_or_default())
        }
        _ if position.next.is_none() => format!("release {release} has taken every step of its plan"),
        _ => return None,
    };
    let refused = Refused::by(&checks::RELEASE_ENDED, why);
    Some(match phase {
        Phase::Done => refused
            .remedy(format!("Nothing is left to take. When the monitoring has ended: pv rollout close {release}")),
        _ => refused,
    })
}

/// A release that was cut later and of which something is live.
fn superseding(plan: &Plan, standing: &Standing) -> Option<String> {
    let own = standing.rollouts.get(&plan.release)?;
    let is_live = |one: &Rollout| one.phase == Phase::Done || one.phase == Phase::Closed && !one.taken.is_empty();
    let later = standing.rollouts.iter().find(|(_, one)| one.cut.timestamp() > own.cut.timestamp() && is_live(one));
    later.map(|(name, _)| name.to_string())
}

fn other(plan: &Plan, standing: &Standing) -> Option<Refused> {
    let is_other = |phase: Phase| phase.is_under_way();
    let (name, rollout) = standing.rollouts.iter().find(|(name, one)| **name != plan.release && is_other(one.phase))?;
    let step = rollout.step.map(|step| format!(", at step {step}")).unwrap_or_default();
    let message = format!("release {name} is under way{step} ({})", rollout.phase);
    let remedy =
        format!("Finish it with `pv rollout step {name}`, or take it back: pv rollout abort {name} --reason …");
    Some(Refused::by(&checks::OTHER_UNDER_WAY, message).remedy(remedy))
}

fn held(position: &Position<'_>, at: &Instant) -> Option<Refused> {
    let (taken, until) = position.taken.zip(position.until.as_ref())?;
    let is_running = at.timestamp() < until.timestamp() && !position.is_again;
    is_running.then(|| {
        let until = until.in_zone(at.zoned().time_zone());
        let message = format!("step {} is held until {until}, {} from now", taken.n, left(at, &until));
        Refused::by(&checks::HOLD_RUNNING, message).remedy(format!("From {until} on: pv rollout step"))
    })
}

/// `3h 20m`.
fn left(at: &Instant, until: &Instant) -> String {
    let minutes = until.timestamp().duration_since(at.timestamp()).as_secs().max(0).unsigned_abs().div_ceil(60);
    match (minutes / 60, minutes % 60) {
        (0, minutes) => format!("{minutes}m"),
        (hours, 0) => format!("{hours}h"),
        (hours, minutes) => format!("{hours}h {minutes}m"),
    }
}

/// Whether those who have the change are no worse off than the others: asked before more get it.
fn feedback(ground: &Ground<'_>, position: &Position<'_>) -> Option<Refused> {
    let (taken, next) = position.taken.zip(position.next)?;
    if !owes_feedback(ground, position) {
        return None;
    }
    let seen = |check: &'static Check, what: &str| {
        let names: Vec<String> = taken.artefacts.iter().map(ToString::to_string).collect();
        Refused::by(
            check,
            format!(
                "step {} goes from {} to {}, and {what} on step {} ({})",
                next.n,
                taken.weight,
                next.weight,
                taken.n,
                names.join(", ")
            ),
        )
    };
    match position.rollout.feedback {
        Some(Verdict::Pass | Verdict::Waived) => None,
        Some(Verdict::Fail) => Some(seen(&checks::FEEDBACK_FAILED, "the feedback fails")),
        Some(Verdict::Inconclusive) => Some(seen(&checks::FEEDBACK_INCONCLUSIVE, "the feedback is too little to tell")),
        None => Some(seen(&checks::FEEDBACK_MISSING, "nothing shows the feedback")),
    }
}

/// Whether the next step owes the feedback on the one before: the plan asks for it, or it is more of a type that owes it.
pub fn owes_feedback(ground: &Ground<'_>, position: &Position<'_>) -> bool {
    let Some(next) = position.next.filter(|_| position.taken.is_some() && !position.is_again) else { return false };
    let is_off = ground.config.gates.iter().any(|policy| policy.gate == Gate::Feedback && policy.off.is_some());
    let is_more = kind(ground.plan, next) == EventKind::Promote && !watched(ground, next).is_empty();
    !is_off && (next.gates.contains(&Gate::Feedback) || is_more)
}

/// The artefacts of a step whose users are looked at: those of a type that owes feedback. A feature is its artefacts.
pub fn watched(ground: &Ground<'_>, step: &PlannedStep) -> BTreeSet<ArtefactId> {
    let owes = |change: &&PlannedChange| {
        change.types.iter().any(|one| ground.config.gates_for(*one).contains(&Gate::Feedback))
    };
    let owing: BTreeSet<ArtefactId> = step
        .artefacts
        .iter()
        .filter_map(|id| ground.plan.change_of(id))
        .filter(owes)
        .map(|change| change.artefact.clone())
        .collect();
    let (features, others): (BTreeSet<_>, BTreeSet<_>) = owing.into_iter().partition(|id| id.kind == KindName::Feature);
    if others.is_empty() { features } else { others }
}

/// Whether an event of the release may stand at `at`, when it is `now`.
///
/// # Errors
/// When it would stand before the last event of its release, or has not happened yet.
pub fn happened(history: &History, at: &Instant, now: &Instant) -> Result<(), Refused> {
    let last = history.events.last().filter(|last| last.at.timestamp() > at.timestamp());
    let why = match last {
        _ if at.timestamp() > now.timestamp() => format!("{at} is after {now}, which is now"),
        Some(last) => {
            format!("{at} is before the last event of release {}: {} at {}", history.record.name, last.kind, last.at)
        }
        None => return Ok(()),
    };
    Err(Refused::by(&checks::HAPPENED_WRONGLY, why))
}

/// Whether the rollout of `plan` may be closed at `at`.
///
/// # Errors
/// When steps are left to take, or the monitoring after the last one has not ended.
pub fn close(plan: &Plan, standing: &Standing, at: &Instant) -> Result<(), Refused> {
    let Some(position) = position(plan, standing) else { return Ok(()) };
    let release = &plan.release;
    if position.rollout.phase == Phase::RolledBack {
        return Ok(());
    }
    if position.rollout.phase == Phase::Closed {
        return Err(Refused::by(&checks::RELEASE_ENDED, format!("release {release} is closed already"))
            .remedy("Nothing is left to do."));
    }
    if let Some(next) = position.next {
        let message = format!("step {} of {} of release {release} was not taken yet", next.n, plan.step.len());
        let remedy = format!(
            "Take it with `pv rollout step {release}`, or end the rollout: pv rollout abort {release} --reason …"
        );
        return Err(Refused::by(&checks::MONITORING_RUNNING, message).remedy(remedy));
    }
    let mature = position.taken.zip(position.rollout.since.as_ref()).map(|(step, since)| after(since, step.hold));
    let Some(mature) = mature.filter(|mature| at.timestamp() < mature.timestamp()) else { return Ok(()) };
    let mature = mature.in_zone(at.zoned().time_zone());
    let message = format!("release {release} is monitored until {mature}, {} from now", left(at, &mature));
    Err(Refused::by(&checks::MONITORING_RUNNING, message)
        .remedy(format!("From {mature} on: pv rollout close {release}")))
}
