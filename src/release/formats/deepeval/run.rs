//! A test run of `DeepEval`, as far as it is read; transcripts and reasons are skipped.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::release::formats::json::{self, Number};

/// The file of the latest run keeps the run under a key.
#[derive(Deserialize)]
pub(super) struct Wrapped {
    #[serde(rename = "testRunData")]
    pub(super) run: TestRun,
}

/// A run.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TestRun {
    #[serde(default)]
    pub(super) test_cases: Vec<TestCase>,
    #[serde(default)]
    pub(super) conversational_test_cases: Vec<TestCase>,
    #[serde(default)]
    pub(super) metrics_scores: Vec<MetricScores>,
    pub(super) hyperparameters: Option<Map<String, Value>>,
    pub(super) prompts: Option<Vec<Prompt>>,
    pub(super) test_passed: Option<u64>,
    pub(super) test_failed: Option<u64>,
    pub(super) identifier: Option<String>,
    pub(super) dataset_alias: Option<String>,
    pub(super) dataset_id: Option<String>,
    pub(super) dataset_version: Option<String>,
    pub(super) test_file: Option<String>,
}

/// One run of one case.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TestCase {
    pub(super) name: String,
    pub(super) input: Option<Value>,
    pub(super) expected_output: Option<Value>,
    pub(super) scenario: Option<Value>,
    pub(super) expected_outcome: Option<Value>,
    #[serde(default)]
    pub(super) turns: Vec<Turn>,
    pub(super) success: Option<bool>,
    pub(super) metrics_data: Option<Vec<Metric>>,
    pub(super) tags: Option<Vec<String>>,
    pub(super) metadata: Option<Map<String, Value>>,
    /// What the system took, in seconds; `runDuration` is what the judges took.
    #[serde(default)]
    pub(super) completion_time: Number,
    /// What the system cost; `evaluationCost` is what the judges cost.
    #[serde(default)]
    pub(super) token_cost: Number,
    #[serde(default)]
    pub(super) output_token_count: Number,
    pub(super) trace: Option<serde::de::IgnoredAny>,
}

/// A turn of a conversation.
#[derive(Deserialize)]
pub(super) struct Turn {
    role: String,
    content: Value,
}

/// What one judge said of one case.
#[derive(Deserialize)]
pub(super) struct Metric {
    pub(super) name: String,
    #[serde(default)]
    pub(super) score: Number,
    pub(super) success: Option<bool>,
    #[serde(default)]
    pub(super) flaky: bool,
    pub(super) error: Option<Value>,
}

/// What the run states of one metric over all cases.
#[derive(Deserialize)]
pub(super) struct MetricScores {
    pub(super) metric: String,
    #[serde(default)]
    pub(super) scores: Vec<Number>,
}

/// A prompt that was logged as a hyperparameter.
#[derive(Deserialize)]
pub(super) struct Prompt {
    pub(super) alias: Option<String>,
    #[serde(alias = "textTemplate")]
    pub(super) text_template: Option<String>,
}

/// What became of one attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// All that decides passed.
    Passed,
    /// Something that decides failed.
    Failed,
    /// A judge failed, and none of the others said no.
    Errored,
    /// Nothing decides: every metric is without a threshold.
    Undecided,
}

impl TestCase {
    /// Flaky metrics decide nothing. The tool counts a judge's error as a failure; here it is none.
    pub(super) fn verdict(&self) -> Verdict {
        let deciding = || self.metrics_data.iter().flatten().filter(|metric| !metric.flaky);
        let errored = deciding().any(Metric::is_error);
        if deciding().any(|metric| !metric.is_error() && metric.success == Some(false)) {
            return Verdict::Failed;
        }
        match self.success {
            _ if errored => Verdict::Errored,
            Some(true) => Verdict::Passed,
            Some(false) => Verdict::Failed,
            None if deciding().any(|metric| metric.success.is_some()) => Verdict::Errored,
            None => Verdict::Undecided,
        }
    }

    /// Whether it was named by its position only, which is another case's as soon as the set changes.
    pub(super) fn is_named_by_position(&self) -> bool {
        let name = self.name.strip_prefix("conversational_").unwrap_or(&self.name);
        let number = name.strip_prefix("test_case_").unwrap_or_default();
        !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
    }

    /// A fingerprint of what it asks.
    pub(super) fn question(&self) -> String {
        let asked: Vec<Value> =
            self.turns.iter().filter(|turn| turn.role == "user").map(|turn| turn.content.clone()).collect();
        let parts = [&self.input, &self.expected_output, &self.scenario, &self.expected_outcome];
        let mut parts: Vec<Value> = parts.into_iter().map(|part| part.clone().unwrap_or(Value::Null)).collect();
        // What a simulated user says differs from run to run; the scenario does not.
        if self.scenario.is_none() {
            parts.push(Value::Array(asked));
        }
        json::fingerprint(&Value::Array(parts))
    }
}

impl Metric {
    /// Whether the judge failed.
    pub(super) fn is_error(&self) -> bool {
        self.error.as_ref().is_some_and(|error| !error.is_null()) || self.score == Number::Missing
    }
}
