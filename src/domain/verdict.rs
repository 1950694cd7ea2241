//! Verdicts: how a gate judges its evidence, and the stage at which it is asked.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::Gate;

/// What a gate says of its evidence; ordered from harmless to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// The evidence shows what is asked for.
    Pass,
    /// Somebody answers for going without it.
    Waived,
    /// The evidence is too small to tell.
    Inconclusive,
    /// The evidence shows the contrary, or there is none that counts.
    Fail,
}

impl Verdict {
    /// The name as written in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Waived => "waived",
            Self::Inconclusive => "inconclusive",
            Self::Fail => "fail",
        }
    }

    /// Whether it stops a change at `stage`: what is inconclusive warns at merge, and stops all later stages.
    pub fn blocks(self, stage: Stage) -> bool {
        match self {
            Self::Pass | Self::Waived => false,
            Self::Inconclusive => stage > Stage::Merge,
            Self::Fail => true,
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// When a gate is asked, from the first moment to the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Before a change is merged.
    Merge,
    /// Before a release is cut.
    Lock,
    /// Before the first canary step.
    Step,
    /// Before every further canary step.
    Promote,
}

impl Stage {
    /// Every stage.
    pub const ALL: [Self; 4] = [Self::Merge, Self::Lock, Self::Step, Self::Promote];

    /// The name as written on the command line and in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Merge => "merge",
            Self::Lock => "lock",
            Self::Step => "step",
            Self::Promote => "promote",
        }
    }

    /// Whether `gate` is owed here already: feedback exists only once somebody was exposed.
    pub fn owes(self, gate: Gate) -> bool {
        gate != Gate::Feedback || self == Self::Promote
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
