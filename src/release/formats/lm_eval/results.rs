//! The results file: what was run, over how many documents, and the aggregates.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::release::formats::json::{self, Entries, Number};

/// `results_<date>.json`, as far as it is read.
#[derive(Deserialize)]
pub(super) struct Results {
    /// By task or group, then by `metric,filter`.
    pub(super) results: Entries<Entries<Value>>,
    #[serde(default)]
    pub(super) configs: Entries<TaskConfig>,
    /// Of tasks only: a group has no documents of its own.
    #[serde(rename = "n-samples")]
    pub(super) counts: Entries<Count>,
    #[serde(default)]
    pub(super) config: Config,
    /// SHA-256 over the hashes of a task's documents, prompts and targets; empty without `--log_samples`.
    #[serde(default)]
    pub(super) task_hashes: Entries<String>,
    pub(super) git_hash: Option<String>,
    #[serde(default)]
    pub(super) date: Number,
    pub(super) lm_eval_version: Option<String>,
    pub(super) system_instruction: Option<String>,
}

/// How many documents a task has, and how many were run.
#[derive(Clone, Copy, Deserialize)]
pub(super) struct Count {
    pub(super) original: u64,
    pub(super) effective: u64,
}

/// A task's own configuration.
#[derive(Default, Deserialize)]
pub(super) struct TaskConfig {
    #[serde(default)]
    metric_list: Option<Vec<MetricConfig>>,
    pub(super) metadata: Option<Value>,
}

#[derive(Deserialize)]
struct MetricConfig {
    metric: Value,
    aggregation: Option<Value>,
}

/// How the model was run.
#[derive(Default, Deserialize)]
pub(super) struct Config {
    model: Option<String>,
    model_args: Option<Value>,
    pub(super) model_sha: Option<String>,
    pub(super) model_revision: Option<String>,
    pub(super) limit: Option<Value>,
    pub(super) metadata: Option<Map<String, Value>>,
}

impl Config {
    /// The model's name out of its arguments, in the order that the tool looks; else the kind of model.
    ///
    /// The file's own `model_name` is no use: it is drawn by lot where the arguments name none.
    pub(super) fn model(&self) -> Option<String> {
        let keys = ["peft", "delta", "pretrained", "model", "path", "engine"];
        let find = |key: &&str| match &self.model_args {
            Some(Value::Object(args)) => args.get(*key).and_then(json::label),
            Some(Value::String(args)) => {
                let mut pairs = args.split(',').filter_map(|pair| pair.trim().split_once('='));
                pairs.find(|(name, _)| name == key).map(|(_, value)| value.to_owned())
            }
            _ => None,
        };
        keys.iter().find_map(find).or_else(|| self.model.clone())
    }
}

/// A metric of a task behind one of its filters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Metric {
    pub(super) metric: String,
    pub(super) filter: String,
}

impl Metric {
    /// What `metric,filter` names; `None` for what is no metric: aliases, lengths, standard errors.
    fn of(key: &str) -> Option<Self> {
        let (metric, filter) = key.split_once(',')?;
        let is_error = metric.ends_with("_stderr");
        (!is_error).then(|| Self { metric: metric.to_owned(), filter: filter.to_owned() })
    }

    /// Its name in evidence: the filter belongs to it, unless there is none.
    pub(super) fn name(&self) -> String {
        if self.filter == "none" { self.metric.clone() } else { format!("{},{}", self.metric, self.filter) }
    }
}

impl Results {
    /// The metrics of `task` and their aggregates.
    pub(super) fn metrics(&self, task: &str) -> Vec<(Metric, Number)> {
        let found = self.results.0.iter().find(|(name, _)| name == task).map(|(_, metrics)| metrics);
        let entries = found.into_iter().flat_map(|metrics| &metrics.0);
        entries.filter_map(|(key, value)| Some((Metric::of(key)?, Number::of(value)))).collect()
    }

    /// Whether the aggregate of `metric` is a mean over documents, as far as the file says.
    pub(super) fn is_mean(&self, task: &str, metric: &str) -> bool {
        let config = self.configs.0.iter().find(|(name, _)| name == task).map(|(_, config)| config);
        let metrics = config.and_then(|config| config.metric_list.as_ref());
        let own = metrics.and_then(|metrics| metrics.iter().find(|one| one.metric == metric));
        match own.and_then(|one| one.aggregation.as_ref()) {
            Some(aggregation) => aggregation == "mean",
            None => ["acc", "acc_norm", "exact_match"].contains(&metric),
        }
    }
}
