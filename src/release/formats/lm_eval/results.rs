//! The results file: what was run, over how many documents, and the aggregates.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::release::checks::Refused;
use crate::release::formats::json::{self, Entries, Number, Text};

/// `results_<date>.json`, as far as it is read.
#[derive(Deserialize)]
pub(super) struct Results<'a> {
    /// By task or group, then by `metric,filter`.
    #[serde(borrow)]
    pub(super) results: Entries<Entries<&'a RawValue>>,
    #[serde(borrow, default)]
    pub(super) configs: Entries<TaskConfig<'a>>,
    /// Of tasks only: a group has no documents of its own.
    #[serde(rename = "n-samples")]
    pub(super) counts: Entries<Count>,
    #[serde(borrow, default)]
    pub(super) config: Config<'a>,
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
pub(super) struct TaskConfig<'a> {
    #[serde(borrow, default)]
    metric_list: Option<Vec<MetricConfig<'a>>>,
    #[serde(borrow)]
    pub(super) metadata: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct MetricConfig<'a> {
    #[serde(borrow)]
    metric: &'a RawValue,
    #[serde(borrow)]
    aggregation: Option<&'a RawValue>,
}

/// How the model was run.
#[derive(Default, Deserialize)]
pub(super) struct Config<'a> {
    model: Option<String>,
    #[serde(borrow)]
    model_args: Option<&'a RawValue>,
    pub(super) model_sha: Option<String>,
    pub(super) model_revision: Option<String>,
    #[serde(borrow)]
    pub(super) limit: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) metadata: Option<&'a RawValue>,
}

impl Config<'_> {
    /// The model's name out of its arguments, in the order that the tool looks; else the kind of model.
    ///
    /// The file's own `model_name` is no use: it is drawn by lot where the arguments name none.
    ///
    /// # Errors
    /// When one of them stands twice.
    pub(super) fn model(&self, file: &Text<'_>) -> Result<Option<String>, Refused> {
        let keys = ["peft", "delta", "pretrained", "model", "path", "engine"];
        let args = file.entries(self.model_args, |key| keys.contains(&key))?;
        let text = self.model_args.and_then(json::label).unwrap_or_default();
        let find = |key: &&str| {
            let mut pairs = text.split(',').filter_map(|pair| pair.trim().split_once('='));
            let of_text = || pairs.find(|(name, _)| name == key).map(|(_, value)| value.to_owned());
            args.get(*key).and_then(|value| json::label(value)).or_else(of_text)
        };
        Ok(keys.iter().find_map(find).or_else(|| self.model.clone()))
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

impl Results<'_> {
    /// The metrics of `task` and their aggregates.
    pub(super) fn metrics(&self, task: &str) -> Vec<(Metric, Number)> {
        let found = self.results.get(task);
        let entries = found.into_iter().flat_map(|metrics| &metrics.0);
        entries.filter_map(|(key, value)| Some((Metric::of(key)?, Number::of(value)))).collect()
    }

    /// Whether the aggregate of `metric` is a mean over documents, as far as the file says.
    pub(super) fn is_mean(&self, task: &str, metric: &str) -> bool {
        let config = self.configs.get(task);
        let metrics = config.and_then(|config| config.metric_list.as_ref());
        let own =
            metrics.and_then(|metrics| metrics.iter().find(|one| json::label(one.metric).as_deref() == Some(metric)));
        match own.and_then(|one| one.aggregation) {
            Some(aggregation) => json::label(aggregation).as_deref() == Some("mean"),
            None => ["acc", "acc_norm", "exact_match"].contains(&metric),
        }
    }
}
