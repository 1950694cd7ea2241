//! What is read of an Inspect log; messages, events and outputs are skipped.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::release::formats::json::{Entries, Number};

/// A log without its samples: `header.json`, or the whole of a `.json` log.
#[derive(Deserialize)]
pub(super) struct Log<'a> {
    pub(super) version: u64,
    pub(super) status: String,
    #[serde(borrow)]
    pub(super) eval: Eval<'a>,
    #[serde(borrow)]
    pub(super) results: Option<Results<'a>>,
    #[serde(borrow)]
    pub(super) error: Option<&'a RawValue>,
    #[serde(default)]
    pub(super) invalidated: bool,
    pub(super) tags: Option<Vec<String>>,
    #[serde(borrow)]
    pub(super) metadata: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) samples: Option<&'a RawValue>,
}

/// `summaries.json`: a list of samples.
#[derive(Deserialize)]
#[serde(transparent)]
pub(super) struct Summaries<'a>(#[serde(borrow)] pub(super) &'a RawValue);

#[derive(Deserialize)]
pub(super) struct Eval<'a> {
    pub(super) created: Option<String>,
    pub(super) task: String,
    pub(super) task_registry_name: Option<String>,
    #[serde(borrow)]
    pub(super) task_args: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) dataset: Dataset<'a>,
    pub(super) model: String,
    #[serde(borrow)]
    pub(super) config: Config<'a>,
    pub(super) revision: Option<GitRevision>,
    #[serde(default)]
    pub(super) packages: Entries<String>,
    #[serde(borrow)]
    pub(super) metadata: Option<&'a RawValue>,
    pub(super) tags: Option<Vec<String>>,
    #[serde(borrow)]
    pub(super) scorers: Option<&'a RawValue>,
}

#[derive(Deserialize)]
pub(super) struct Dataset<'a> {
    pub(super) name: Option<String>,
    /// All of them: `--limit` does not change it.
    pub(super) samples: Option<u64>,
    /// The ids of those that were chosen to be run.
    #[serde(borrow)]
    pub(super) sample_ids: Option<&'a RawValue>,
}

#[derive(Deserialize)]
pub(super) struct Config<'a> {
    #[serde(borrow)]
    pub(super) limit: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) sample_id: Option<&'a RawValue>,
    pub(super) epochs: Option<u32>,
}

#[derive(Deserialize)]
pub(super) struct GitRevision {
    pub(super) commit: String,
    pub(super) dirty: Option<bool>,
}

/// What the run made of its samples. Its `headline` is not read: it may be one stratum's metric.
#[derive(Deserialize)]
pub(super) struct Results<'a> {
    pub(super) total_samples: u64,
    pub(super) completed_samples: u64,
    pub(super) logged_samples: Option<u64>,
    #[serde(borrow)]
    pub(super) early_stopping: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) scores: Vec<EvalScore<'a>>,
}

#[derive(Deserialize)]
pub(super) struct EvalScore<'a> {
    pub(super) name: String,
    pub(super) scorer: String,
    pub(super) reducer: Option<String>,
    pub(super) scored_samples: Option<u64>,
    #[serde(borrow, default)]
    pub(super) metrics: Entries<EvalMetric<'a>>,
}

#[derive(Deserialize)]
pub(super) struct EvalMetric<'a> {
    pub(super) group: Option<String>,
    #[serde(borrow)]
    pub(super) value: &'a RawValue,
    #[serde(borrow)]
    pub(super) params: Option<&'a RawValue>,
}

/// One attempt at one sample, as a whole sample or as its summary.
#[derive(Deserialize)]
pub(super) struct Sample<'a> {
    #[serde(borrow)]
    pub(super) id: &'a RawValue,
    pub(super) epoch: u32,
    #[serde(borrow)]
    pub(super) scores: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) metadata: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) error: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) invalidation: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) model_usage: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) model_fallbacks: Option<&'a RawValue>,
    /// In seconds.
    #[serde(default)]
    pub(super) total_time: Number,
}
