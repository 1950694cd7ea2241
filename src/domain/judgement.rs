//! How a change is judged: class, risk, change type, and the version bump that follows.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::KindName;

/// The five change types of the discipline. A property of a finding, not of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeType {
    /// Text that a model reads.
    Prompt,
    /// A model pin or its parameters.
    Model,
    /// Tools, agents, and the code around them.
    AgentCode,
    /// What quality is measured with.
    Eval,
    /// What is retrieved.
    Data,
}

impl ChangeType {
    /// The type of a change of something of this kind, where no finding says another.
    pub fn of(kind: KindName) -> Self {
        match kind {
            KindName::Prompt => Self::Prompt,
            KindName::Model => Self::Model,
            KindName::Tool | KindName::Agent | KindName::Feature => Self::AgentCode,
            KindName::Eval => Self::Eval,
            KindName::Index => Self::Data,
        }
    }

    /// Every change type, in the order of the documentation.
    pub const ALL: [Self; 5] = [Self::Prompt, Self::Model, Self::AgentCode, Self::Eval, Self::Data];

    /// The name as written in `pv.toml` and in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Prompt => "prompt",
            Self::Model => "model",
            Self::AgentCode => "agent-code",
            Self::Eval => "eval",
            Self::Data => "data",
        }
    }
}

impl fmt::Display for ChangeType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// How far a change reaches; ordered from harmless to worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// Nothing that is rendered or scored differs.
    Cosmetic,
    /// Only new possibilities.
    Additive,
    /// The contract holds; the model or the measurement may act differently.
    Behavioural,
    /// A consumer that followed the old contract can fail.
    Breaking,
    /// Not a change but a state that is unfit; it blocks, and asks for no version.
    Integrity,
}

impl Class {
    /// Every class, from harmless to worst.
    pub const ALL: [Self; 5] = [Self::Cosmetic, Self::Additive, Self::Behavioural, Self::Breaking, Self::Integrity];

    /// The name as written in `pv.toml` and in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cosmetic => "cosmetic",
            Self::Additive => "additive",
            Self::Behavioural => "behavioural",
            Self::Breaking => "breaking",
            Self::Integrity => "integrity",
        }
    }

    /// The version bump that this class demands.
    pub fn bump(self) -> Bump {
        match self {
            Self::Breaking => Bump::Major,
            Self::Behavioural | Self::Additive => Bump::Minor,
            Self::Cosmetic => Bump::Patch,
            Self::Integrity => Bump::None,
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// How likely and how bad the consequence is; a second axis beside [`Class`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Risk {
    /// No consequence.
    None,
    /// Hardly noticed.
    Low,
    /// Worth an eval.
    Medium,
    /// Worth a careful eval.
    High,
    /// Worth a second person.
    Critical,
}

impl Risk {
    /// The name as written in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }
}

/// How sure a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// A reading of words that other words could contradict.
    Possible,
    /// A reading of words, by rules that were measured on real edits.
    Likely,
    /// As sure as the dated table that it comes from.
    External,
    /// It follows from the structure, or a witness shows it.
    Proven,
}

impl Confidence {
    /// The name as written in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Possible => "possible",
            Self::Likely => "likely",
            Self::External => "external",
            Self::Proven => "proven",
        }
    }
}

/// The part of a version that must move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Bump {
    /// The version stays.
    None,
    /// x.y.Z
    Patch,
    /// x.Y.0
    Minor,
    /// X.0.0
    Major,
}

impl Bump {
    /// The name as written in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Patch => "patch",
            Self::Minor => "minor",
            Self::Major => "major",
        }
    }
}

impl fmt::Display for Bump {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
