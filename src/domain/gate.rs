//! Gates: preconditions of a release.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A precondition that recorded evidence must meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Gate {
    /// A small subset of `eval`.
    Smoke,
    /// The eval set holds against the live version.
    Eval,
    /// A safety eval.
    Safety,
    /// Cost and latency stay within their ratios.
    Cost,
    /// Callers and consumers still fit.
    Integration,
    /// The data schema did not drift.
    Schema,
    /// The old version is measured anew on the new eval set.
    Baseline,
    /// User feedback holds during the canary.
    Feedback,
    /// A named person looks.
    Review,
}

impl Gate {
    /// Every gate.
    pub const ALL: [Self; 9] = [
        Self::Smoke,
        Self::Eval,
        Self::Safety,
        Self::Cost,
        Self::Integration,
        Self::Schema,
        Self::Baseline,
        Self::Feedback,
        Self::Review,
    ];

    /// The name as written in `pv.toml` and in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Smoke => "smoke",
            Self::Eval => "eval",
            Self::Safety => "safety",
            Self::Cost => "cost",
            Self::Integration => "integration",
            Self::Schema => "schema",
            Self::Baseline => "baseline",
            Self::Feedback => "feedback",
            Self::Review => "review",
        }
    }
}

impl fmt::Display for Gate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Gate {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|gate| gate.as_str() == text).ok_or(())
    }
}
