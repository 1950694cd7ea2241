//! A test run of `DeepEval`, as far as it is read; transcripts and reasons are skipped.

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::release::checks::Refused;
use crate::release::formats::json::{Entries, Fingerprint, Number, Rows, Text};

/// The file of the latest run keeps the run under a key.
#[derive(Deserialize)]
pub(super) struct Wrapped<'a> {
    #[serde(borrow, rename = "testRunData")]
    pub(super) run: TestRun<'a>,
}

/// A run.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct TestRun<'a> {
    #[serde(borrow, default)]
    pub(super) test_cases: Rows<TestCase<'a>>,
    #[serde(borrow, default)]
    pub(super) conversational_test_cases: Rows<TestCase<'a>>,
    #[serde(default)]
    pub(super) metrics_scores: Vec<MetricScores>,
    #[serde(borrow)]
    pub(super) hyperparameters: Option<Entries<&'a RawValue>>,
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
pub(super) struct TestCase<'a> {
    pub(super) name: String,
    #[serde(borrow)]
    pub(super) input: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) expected_output: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) scenario: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) expected_outcome: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) turns: Vec<Turn<'a>>,
    pub(super) success: Option<bool>,
    #[serde(borrow)]
    pub(super) metrics_data: Option<Vec<Metric<'a>>>,
    pub(super) tags: Option<Vec<String>>,
    #[serde(borrow)]
    pub(super) metadata: Option<Entries<&'a RawValue>>,
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
pub(super) struct Turn<'a> {
    role: String,
    #[serde(borrow)]
    content: &'a RawValue,
}

/// What one judge said of one case.
#[derive(Deserialize)]
pub(super) struct Metric<'a> {
    pub(super) name: String,
    #[serde(default)]
    pub(super) score: Number,
    pub(super) success: Option<bool>,
    #[serde(default)]
    pub(super) flaky: bool,
    #[serde(borrow)]
    pub(super) error: Option<&'a RawValue>,
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

impl TestCase<'_> {
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
    ///
    /// # Errors
    /// When that is nested too deep, or an object in it has a key twice.
    pub(super) fn question(&self, file: &Text<'_>) -> Result<String, Refused> {
        let mut question = Fingerprint::default();
        for part in [self.input, self.expected_output, self.scenario, self.expected_outcome] {
            question.add(file, part)?;
        }
        // What a simulated user says differs from run to run; the scenario does not.
        for turn in self.turns.iter().filter(|turn| self.scenario.is_none() && turn.role == "user") {
            question.add(file, Some(turn.content))?;
        }
        Ok(question.finish())
    }
}

impl Metric<'_> {
    /// Whether the judge failed.
    pub(super) fn is_error(&self) -> bool {
        self.error.is_some() || self.score == Number::Missing
    }
}
