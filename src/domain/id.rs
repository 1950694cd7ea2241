//! Kinds and artefact identities (`prompt:explain_refund`).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What an artefact is, hence which parser and which differ read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum KindName {
    /// Text (and its settings) that a model reads.
    Prompt,
    /// A model pin: alias to provider, model, parameters.
    Model,
    /// A tool's name, description and schemas.
    Tool,
    /// An agent, skill or subagent definition.
    Agent,
    /// A set of evaluation cases, its graders and thresholds.
    Eval,
    /// A retrieval index snapshot.
    Index,
    /// A feature manifest: a flag and what it depends on.
    Feature,
}

impl KindName {
    /// Every kind, in the order of the documentation.
    pub const ALL: [Self; 7] =
        [Self::Prompt, Self::Model, Self::Tool, Self::Agent, Self::Eval, Self::Index, Self::Feature];

    /// The kind's name as written in `pv.toml` and in identities.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Prompt => "prompt",
            Self::Model => "model",
            Self::Tool => "tool",
            Self::Agent => "agent",
            Self::Eval => "eval",
            Self::Index => "index",
            Self::Feature => "feature",
        }
    }
}

impl fmt::Display for KindName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for KindName {
    type Err = IdParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text).ok_or_else(|| IdParseError::Kind(text.to_owned()))
    }
}

/// The identity of an artefact: its kind and its name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ArtefactId {
    /// The kind.
    pub kind: KindName,
    /// The name: the document's own, else derived from the path.
    pub name: String,
}

impl ArtefactId {
    /// The identity `kind:name`.
    pub fn new(kind: KindName, name: impl Into<String>) -> Self {
        Self { kind, name: name.into() }
    }
}

impl fmt::Display for ArtefactId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.kind, self.name)
    }
}

impl FromStr for ArtefactId {
    type Err = IdParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (kind, name) = text.split_once(':').ok_or_else(|| IdParseError::Shape(text.to_owned()))?;
        if name.is_empty() {
            return Err(IdParseError::Shape(text.to_owned()));
        }
        Ok(Self::new(kind.parse()?, name))
    }
}

impl Serialize for ArtefactId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for ArtefactId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// Why a text is no artefact identity.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum IdParseError {
    /// The part before the colon is no kind.
    #[error("`{0}` is not a kind (prompt, model, tool, agent, eval, index or feature)")]
    Kind(String),
    /// Not of the form `kind:name`.
    #[error("`{0}` is not an artefact identity of the form `kind:name`")]
    Shape(String),
}
