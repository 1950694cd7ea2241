//! Where a release is on its way, and which step comes next.

use jiff::{SignedDuration, Timestamp};

use crate::domain::{Instant, Stage};
use crate::release::log::EventKind;
use crate::release::plan::{Plan, PlannedStep};
use crate::release::standing::{Rollout, Standing};

/// Where a release is on its way.
#[derive(Debug, Clone)]
pub struct Position<'a> {
    /// How far it is.
    pub rollout: &'a Rollout,
    /// The step that was taken last.
    pub taken: Option<&'a PlannedStep>,
    /// When its hold ends.
    pub until: Option<Instant>,
    /// The step that comes next; `None`: every step was taken.
    pub next: Option<&'a PlannedStep>,
    /// Whether the next step was taken before, and its flag was switched off since.
    pub is_again: bool,
}

/// Where the release of `plan` is; `None`: it is not cut yet.
pub fn position<'a>(plan: &'a Plan, standing: &'a Standing) -> Option<Position<'a>> {
    let rollout = standing.rollouts.get(&plan.release)?;
    let taken = rollout.step.and_then(|n| plan.step(n));
    let until = taken.zip(rollout.since.as_ref()).map(|(step, since)| after(since, step.hold));
    let contained = contained(plan, standing, rollout);
    let next = contained.or_else(|| plan.step.iter().find(|step| rollout.step.is_none_or(|taken| step.n > taken)));
    Some(Position { rollout, taken, until, next, is_again: contained.is_some() })
}

/// The first step of a flag that was switched off after it was on: the flag begins anew.
fn contained<'a>(plan: &'a Plan, standing: &Standing, rollout: &Rollout) -> Option<&'a PlannedStep> {
    let is_off = |flag: &String| standing.flags.get(flag).is_some_and(|weight| weight.is_none());
    plan.step
        .iter()
        .find(|step| step.exposes() && rollout.taken.contains(&step.n) && step.flag.as_ref().is_some_and(is_off))
}

/// `seconds` after an instant, told in its zone. Holds are absolute: a day is 24 hours.
pub fn after(instant: &Instant, seconds: u64) -> Instant {
    let hold = SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX));
    let zone = instant.zoned().time_zone();
    let end = instant.timestamp().checked_add(hold).unwrap_or(Timestamp::MAX);
    Instant::utc(end).in_zone(zone)
}

/// When the discipline is asked about a step: it is a subject's first, or more of what is out already.
pub fn stage(plan: &Plan, step: &PlannedStep) -> Stage {
    if kind(plan, step) == EventKind::Promote { Stage::Promote } else { Stage::Step }
}

/// What taking a step is: of a subject's first exposure (or its registration at weight 0) a step, of more a promotion.
pub(super) fn kind(plan: &Plan, step: &PlannedStep) -> EventKind {
    let is_earlier = |one: &&PlannedStep| one.n < step.n && one.exposes() && is_same_subject(one, step);
    match step.exposes() && plan.step.iter().any(|one| is_earlier(&one)) {
        true => EventKind::Promote,
        false => EventKind::Step,
    }
}

/// Whether two steps expose the same: one flag, or the same artefacts.
pub(super) fn is_same_subject(one: &PlannedStep, other: &PlannedStep) -> bool {
    match (&one.flag, &other.flag) {
        (Some(one), Some(other)) => one == other,
        (None, None) => one.artefacts == other.artefacts,
        _ => false,
    }
}
