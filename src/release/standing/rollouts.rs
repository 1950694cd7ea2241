//! How far the rollout of a release is.

use std::collections::BTreeSet;
use std::fmt;

use serde::Serialize;

use crate::domain::{Instant, Verdict};
use crate::release::log::{Event, EventKind};
use crate::release::plan::Plan;

/// How far a release is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Rollout {
    /// When it was cut.
    pub cut: Instant,
    /// Where it is.
    pub phase: Phase,
    /// The step that was taken last.
    pub step: Option<u32>,
    /// When that was.
    pub since: Option<Instant>,
    /// What the feedback on that step came to, if it was judged.
    pub feedback: Option<Verdict>,
    /// Every step that was taken.
    pub taken: BTreeSet<u32>,
}

/// Where a rollout is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// Cut; no step was taken.
    Cut,
    /// Between its first and its last step.
    Stepping,
    /// Held where it is.
    Held,
    /// Every step was taken.
    Done,
    /// Taken back.
    RolledBack,
    /// Over.
    Closed,
}

impl Phase {
    /// Whether it has begun and is not at its end.
    pub fn is_under_way(self) -> bool {
        matches!(self, Self::Stepping | Self::Held)
    }

    /// The name as written.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cut => "cut",
            Self::Stepping => "stepping",
            Self::Held => "held",
            Self::Done => "done",
            Self::RolledBack => "rolled-back",
            Self::Closed => "closed",
        }
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A flag that went to 0 holds its release where it is. A release that takes back others' versions is the way back
/// itself, and live at once; one whose own versions are taken back is over.
fn after_rollback(event: &Event) -> Phase {
    match event.rolled_back.as_slice() {
        [] => Phase::Held,
        taken if taken.iter().any(|one| one.release == event.release) => Phase::RolledBack,
        _ => Phase::Done,
    }
}

impl Rollout {
    /// A release that was cut at `cut`.
    pub(super) fn new(cut: Instant) -> Self {
        Self { cut, phase: Phase::Cut, step: None, since: None, feedback: None, taken: BTreeSet::new() }
    }

    /// The same after `event`, when it goes by `plan`.
    pub(super) fn after(mut self, event: &Event, plan: Option<&Plan>) -> Self {
        match event.kind {
            EventKind::Step | EventKind::Promote => {
                self.taken.extend(event.step);
                (self.step, self.since, self.feedback) = (event.step.or(self.step), Some(event.at.clone()), None);
                let is_last = plan.is_some_and(|plan| plan.step.last().map(|step| step.n) == event.step);
                self.phase = if is_last { Phase::Done } else { Phase::Stepping };
            }
            EventKind::Gate if event.step.is_none() || event.step == self.step => self.feedback = event.verdict,
            EventKind::Hold if self.phase.is_under_way() => self.phase = Phase::Held,
            EventKind::Rollback => self.phase = after_rollback(event),
            EventKind::Close => self.phase = Phase::Closed,
            EventKind::Cut | EventKind::Gate | EventKind::Hold | EventKind::Override | EventKind::Notice => {}
        }
        self
    }
}
