//! Evidence: the recorded result of a run, in one form for every tool, bound to the digests that it was run on.

mod bind;
pub mod file;
mod tree;

pub use bind::{Bound, Claims, bind};
pub use tree::{Standing, Tree};

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::domain::{ArtefactId, Digest, Gate};

/// What a run showed, and about what.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// The gate that it was recorded for.
    pub gate: Gate,
    /// The artefact that was run: the others are what it ran with.
    pub about: ArtefactId,
    /// Everything that the run depended on, as it was.
    pub subjects: BTreeMap<ArtefactId, Subject>,
    /// The report that it was read from.
    pub source: Source,
    /// What the report says.
    pub run: Run,
}

/// One artefact that a run depended on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// Digest of its exact bytes.
    #[serde(with = "text")]
    pub digest: Digest,
    /// What shows that it was this.
    pub binding: Binding,
}

/// What shows that a run was about exactly this content; the strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Binding {
    /// The report names its digest.
    Stated,
    /// The report holds its text, letter for letter.
    PromptRaw,
    /// The report names the model that the pin names.
    ModelId,
    /// The report's cases are those of the set.
    Cases,
    /// The report names a commit, clean, that holds it.
    Revision,
    /// Somebody said so when the report was added.
    Declared,
}

impl Binding {
    /// The name as written in evidence and in output.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stated => "stated",
            Self::PromptRaw => "prompt-raw",
            Self::ModelId => "model-id",
            Self::Cases => "cases",
            Self::Revision => "revision",
            Self::Declared => "declared",
        }
    }
}

/// The report that evidence was read from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The reader's name: `promptfoo`, `inspect`, …
    pub format: String,
    /// The files as they were added; the first is the one that was named.
    pub files: Vec<ReportFile>,
    /// How it was read.
    pub options: Options,
}

/// One file of a report, kept in the store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportFile {
    /// Its path when it was added, from the root of the repository where it stood below that.
    pub path: String,
    /// Digest of its bytes.
    #[serde(with = "text")]
    pub digest: Digest,
    /// Its length in bytes.
    pub size: u64,
}

/// How a report is read: what it leaves open.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "kebab-case")]
pub struct Options {
    /// The keys of a case's metadata (columns, tags) that are strata.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub strata: BTreeSet<String>,
    /// Which prompt of the report, counted from 0.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prompt: Option<usize>,
    /// Which provider or model of the report.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provider: Option<String>,
    /// The column or key that tells cases apart.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case: Option<String>,
    /// The query that was asked, of a report that does not hold it (Prometheus).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// The time that the query looked at, as written: `24h`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window: Option<String>,
}

/// What a reader makes of a report: the same form for every tool.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Run {
    /// The tool and its version, as far as the report says.
    pub tool: Option<String>,
    /// When it was run, as the report says.
    pub made: Option<String>,
    /// The model that was run, as the report names it.
    pub model: Option<String>,
    /// The commit that it was run on.
    pub revision: Option<Revision>,
    /// How many cases the run set out to run, where the report says.
    pub planned: Option<u64>,
    /// The cases, sorted by id; none has the id of another.
    pub cases: Vec<Case>,
    /// Aggregates that have no cases: counters, rates, percentiles.
    pub measures: Vec<Measure>,
}

/// The commit that a run says it was run on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revision {
    /// The object id, perhaps abbreviated.
    pub commit: String,
    /// Whether there were uncommitted edits; `None`: the report does not say.
    pub dirty: Option<bool>,
}

/// One case of an eval set, over all its attempts. Cases are the unit of every statistic: repeats never add to n.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Case {
    /// What tells it apart from all others, in this run and in any other run of the same set.
    pub id: String,
    /// The strata that it belongs to: key to value.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub strata: BTreeMap<String, String>,
    /// How often it was run.
    pub attempts: u32,
    /// How many of the attempts ended in an error of the run (no answer, no judgement), not in a failure of the system.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub errors: u32,
    /// Every metric of it.
    pub scores: BTreeMap<String, Tally>,
}

impl Case {
    /// Adds the `score` of one attempt to `metric`.
    pub fn score(&mut self, metric: impl Into<String>, score: f64) {
        self.scores.entry(metric.into()).or_default().add(score);
    }
}

/// The metric that every tool with passing and failing cases has: 1 for an attempt that passed, 0 for one that failed.
pub const PASS_RATE: &str = "pass_rate";
/// What a case cost, in the report's currency; lower is better.
pub const COST: &str = "cost";
/// How long a case took, in milliseconds; lower is better.
pub const LATENCY: &str = "latency";
/// How many tokens or characters the answer had, as the tool counts.
pub const OUTPUT_LENGTH: &str = "output_length";

/// One metric of one case: the sum over the attempts that have a score, and how many those are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Tally {
    /// The sum.
    pub sum: f64,
    /// How many attempts are in it.
    pub n: u32,
}

impl Tally {
    /// With one more score.
    pub fn add(&mut self, score: f64) {
        self.sum += score;
        self.n += 1;
    }

    /// The mean; `None` when no attempt has a score.
    pub fn mean(self) -> Option<f64> {
        (self.n > 0).then(|| self.sum / f64::from(self.n))
    }
}

impl<'a> std::iter::Sum<&'a Tally> for Tally {
    fn sum<I: Iterator<Item = &'a Tally>>(tallies: I) -> Self {
        tallies.fold(Self::default(), |all, one| Self { sum: all.sum + one.sum, n: all.n + one.n })
    }
}

/// A number that is no sum over cases.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Measure {
    /// What is measured.
    pub metric: String,
    /// What it is measured over: `variant=canary`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub labels: BTreeMap<String, String>,
    /// The number; `None`: the source has none (NaN, no data).
    pub value: Option<f64>,
    /// How many events it is taken over, where the report says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub events: Option<f64>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde wants a reference")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// Digests and ids as their text.
mod text {
    use std::fmt::Display;
    use std::str::FromStr;

    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<T: Display, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(value)
    }

    pub(super) fn deserialize<'de, T: FromStr, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error>
    where
        T::Err: Display,
    {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}
