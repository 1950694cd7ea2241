//! What is read of a promptfoo report; outputs, prompts as sent and grading texts are skipped.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::release::formats::json::{Number, Rows};

/// Only the version, of any version.
#[derive(Deserialize)]
pub(super) struct Version<'a> {
    #[serde(borrow)]
    pub(super) results: VersionOfResults<'a>,
}

#[derive(Deserialize)]
pub(super) struct VersionOfResults<'a> {
    #[serde(borrow)]
    pub(super) version: Option<&'a RawValue>,
}

/// The whole report.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Document<'a> {
    #[serde(borrow)]
    pub(super) results: Results<'a>,
    #[serde(borrow, default)]
    pub(super) config: Config<'a>,
    #[serde(default)]
    pub(super) metadata: Metadata,
    #[serde(borrow, default)]
    pub(super) runtime_options: Runtime<'a>,
}

#[derive(Deserialize)]
pub(super) struct Results<'a> {
    pub(super) timestamp: Option<String>,
    #[serde(borrow)]
    pub(super) prompts: Rows<Prompt<'a>>,
    #[serde(borrow)]
    pub(super) results: Rows<Row<'a>>,
    pub(super) stats: Totals,
}

/// One column of the results: a prompt as one provider was given it.
#[derive(Deserialize)]
pub(super) struct Prompt<'a> {
    #[serde(borrow)]
    pub(super) raw: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) label: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub(super) provider: Cow<'a, str>,
    pub(super) metrics: Option<Counts>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Counts {
    pub(super) test_pass_count: u64,
    pub(super) test_fail_count: u64,
    #[serde(default)]
    pub(super) test_error_count: u64,
}

#[derive(Deserialize)]
pub(super) struct Totals {
    pub(super) successes: u64,
    pub(super) failures: u64,
    #[serde(default)]
    pub(super) errors: u64,
}

/// One attempt at one test case.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Row<'a> {
    #[serde(borrow)]
    pub(super) id: Option<Cow<'a, str>>,
    pub(super) test_idx: u64,
    pub(super) prompt_idx: usize,
    #[serde(borrow)]
    pub(super) provider: Provider<'a>,
    pub(super) success: bool,
    pub(super) failure_reason: u8,
    #[serde(borrow)]
    pub(super) named_scores: Option<&'a RawValue>,
    #[serde(default)]
    pub(super) cost: Number,
    #[serde(default)]
    pub(super) latency_ms: Number,
    pub(super) token_usage: Option<TokenUsage>,
    #[serde(borrow)]
    pub(super) test_case: TestCase<'a>,
}

#[derive(Deserialize)]
pub(super) struct Provider<'a> {
    #[serde(borrow)]
    pub(super) id: Cow<'a, str>,
    #[serde(borrow)]
    pub(super) label: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
pub(super) struct TokenUsage {
    #[serde(default)]
    pub(super) completion: Number,
}

#[derive(Deserialize)]
pub(super) struct TestCase<'a> {
    #[serde(borrow)]
    pub(super) description: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) vars: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) metadata: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) options: Option<&'a RawValue>,
}

/// The configuration, in the shapes that it has in files: lists or references, maps or references.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Config<'a> {
    #[serde(borrow)]
    pub(super) description: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) tests: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) scenarios: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) default_test: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) tags: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) metadata: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) evaluate_options: Option<&'a RawValue>,
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Metadata {
    pub(super) promptfoo_version: Option<String>,
}

/// How the run was started, as far as it is written down: most `--filter-…` options are not.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Runtime<'a> {
    #[serde(borrow)]
    pub(super) repeat: Option<&'a RawValue>,
    #[serde(borrow)]
    pub(super) filter_range: Option<&'a RawValue>,
}
