//! The rows of an export: events of an experiment, and the lines that `braintrust eval --jsonl` prints.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::release::formats::json::{Entries, Number, Rows};

/// An answer of the fetch endpoint.
#[derive(Deserialize)]
pub(super) struct Page<'a> {
    #[serde(borrow)]
    pub(super) events: Rows<Row<'a>>,
    pub(super) cursor: Option<String>,
}

/// An event, a summary or the list of errors of an evaluator that failed.
#[derive(Deserialize)]
pub(super) struct Row<'a> {
    pub(super) id: Option<String>,
    pub(super) created: Option<String>,
    pub(super) experiment_id: Option<String>,
    #[serde(borrow)]
    pub(super) input: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) error: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) scores: Option<Entries<&'a RawValue>>,
    #[serde(borrow)]
    pub(super) metadata: Option<Entries<&'a RawValue>>,
    pub(super) metrics: Option<Metrics>,
    pub(super) tags: Option<Vec<String>>,
    pub(super) span_id: Option<String>,
    pub(super) root_span_id: Option<String>,
    pub(super) span_parents: Option<Vec<String>>,
    pub(super) span_attributes: Option<Attributes>,
    pub(super) is_root: Option<bool>,
    pub(super) experiment_name: Option<String>,
    #[serde(borrow)]
    pub(super) comparison: Option<Comparison<'a>>,
    pub(super) eval_name: Option<String>,
    #[serde(borrow)]
    pub(super) errors: Option<Vec<&'a RawValue>>,
}

impl Row<'_> {
    /// Whether it is a whole trace or the root of one: an export that leaves spans out has only these.
    ///
    /// A root's `span_id` was its `root_span_id` once; newer SDKs give a trace an id of its own.
    pub(super) fn is_root(&self) -> bool {
        self.is_root.unwrap_or_else(|| self.span_parents.as_ref().is_none_or(Vec::is_empty))
    }

    /// Whether it is the run of the task alone; a root lasts until its scorers are done.
    pub(super) fn is_task(&self) -> bool {
        self.span_attributes.as_ref().is_some_and(|attributes| attributes.kind.as_deref() == Some("task"))
    }

    /// Whether it is what `braintrust eval --jsonl` prints of an experiment.
    pub(super) fn is_summary(&self) -> bool {
        self.experiment_name.is_some() && self.input.is_none() && self.span_id.is_none()
    }
}

/// What was measured, in seconds and in the account's currency.
#[derive(Clone, Copy, Default, Deserialize)]
pub(super) struct Metrics {
    #[serde(default)]
    pub(super) start: Number,
    #[serde(default)]
    pub(super) end: Number,
    #[serde(default)]
    pub(super) duration: Number,
    #[serde(default)]
    pub(super) estimated_cost: Number,
    #[serde(default)]
    pub(super) completion_tokens: Number,
}

/// What an event is about.
#[derive(Deserialize)]
pub(super) struct Attributes {
    #[serde(rename = "type")]
    kind: Option<String>,
}

/// A summary's scores, in newer versions of the tool.
#[derive(Deserialize)]
pub(super) struct Comparison<'a> {
    #[serde(borrow)]
    pub(super) scores: Option<Entries<&'a RawValue>>,
}
