//! Definitions of evals: registries, tasks, configurations. Every leaf becomes a part whose aspect says what it decides.

use crate::domain::SourceFile;
use crate::kinds::shared::leaves::{Leaf, leaves, map_entries, quoted};
use crate::kinds::shared::node::{Node, Value};
use crate::kinds::shared::part::Part;

/// The parts of `root`, without the subtrees under `rows` (which are read as cases); paths begin with `prefix`.
pub(super) fn parts(file: &SourceFile, root: &Node, rows: &[String], prefix: &str) -> Vec<Part> {
    let is_rows = |keys: &[String]| !rows.is_empty() && keys == rows;
    let mut parts: Vec<Part> = members(file, root, prefix);
    let is_task = TASKS.iter().any(|key| root.get(key).is_some());
    for leaf in leaves(root, &is_rows) {
        let (aspect, marks) = decides(&leaf, is_task);
        match &leaf.node.value {
            Value::List(elements) if is_set(aspect) && !elements.is_empty() => {
                parts.extend(elements.iter().map(|element| {
                    part(
                        file,
                        element,
                        (aspect, marks.clone()),
                        format!("{prefix}{}[{}]", leaf.path(), element.canonical()),
                    )
                }));
            }
            _ => parts.push(part(file, leaf.node, (aspect, marks), format!("{prefix}{}", leaf.path()))),
        }
    }
    parts
}

fn part(file: &SourceFile, node: &Node, (aspect, marks): (&'static str, Vec<&'static str>), key: String) -> Part {
    let text = node.scalar().unwrap_or_else(|| node.canonical());
    Part { aspect, key, value: node.canonical(), quote: file.quote_as(node.span, text), marks }
}

/// Named evals of a registry: `sql.dev.v0: {class: …}`.
fn members(file: &SourceFile, root: &Node, prefix: &str) -> Vec<Part> {
    let is_eval = |node: &Node| node.get("class").is_some() || node.get("id").is_some();
    let entries = map_entries(root).filter(|entry| is_eval(&entry.node));
    entries
        .map(|entry| Part {
            aspect: "member",
            key: format!("{prefix}{}", quoted(&entry.key)),
            value: String::new(),
            quote: file.quote(entry.key_span),
            marks: Vec::new(),
        })
        .collect()
}

/// Lists whose elements come and go one by one.
fn is_set(aspect: &str) -> bool {
    matches!(aspect, "member" | "metric" | "critical" | "gate-target")
}

/// What a leaf decides, as an aspect with marks.
fn decides(leaf: &Leaf<'_>, is_task: bool) -> (&'static str, Vec<&'static str>) {
    let name = leaf.name().to_ascii_lowercase();
    let is = |names: &[&str]| names.contains(&name.as_str());
    let under = |names: &[&str]| leaf.under(|key| names.contains(&key));
    let is_number = matches!(leaf.node.value, Value::Number(_));
    let judged = under(&["judge", "grader", "graders", "evaluator", "evaluators", "scorer", "scorers"]);
    if is_task && name == "description" && leaf.keys.len() == 1 {
        // A harness puts it before every question.
        ("setting", vec![])
    } else if is(&SOURCES) && !judged {
        ("source", vec![])
    } else if is(&["description", "author", "authors", "owner", "notes", "tags", "tag", "comment", "version", "url"])
        || under(&["metadata"])
    {
        ("metadata", vec![])
    } else if is(&CRITICAL) && leaf.node.is_list() {
        ("critical", vec![])
    } else if is_target(leaf, &name) {
        ("gate-target", vec![])
    } else if is_mode(leaf, &name) {
        ("gate-mode", vec![])
    } else if is_number && is(&TOLERANCES) {
        ("allowance", vec!["tolerance"])
    } else if is_number && is(&RETRIES) && !under(&["provider", "providers", "client", "http", "config", "model"]) {
        ("allowance", vec!["retries"])
    } else if is(&AGGREGATIONS) && leaf.node.text().is_some() {
        ("aggregation", vec![])
    } else if is_number && is_threshold(leaf, &name) {
        ("threshold", if is_lower_better(leaf) { vec!["lower-is-better"] } else { vec![] })
    } else if name == "seed" {
        ("seed", vec![])
    } else if is_number && is_sample_size(&name) {
        ("sample-size", vec![])
    } else if is(&["metrics", "metric"]) {
        ("metric", vec![])
    } else if under(&["filter_list", "filters"]) || is(&["process_results", "doc_to_target"]) {
        ("metric-definition", vec![])
    } else if under(&["metric_list", "metrics"]) {
        let direction = if name == "higher_is_better" { vec!["direction"] } else { vec![] };
        ("metric-definition", direction)
    } else if is(&["evals", "tasks"]) {
        ("member", vec![])
    } else if is(&["judge_model", "grader_model", "eval_completion_fn", "judge"])
        || (judged && is(&["model", "provider"]))
    {
        ("judge-model", vec![])
    } else if is(&["rubric", "criteria", "assert", "rubricprompt"]) || under(&["criteria", "rubric"]) {
        ("rubric", vec![])
    } else if is(&["prompt", "template"]) && (judged || leaf.keys.len() <= 2) {
        ("judge-prompt", vec![])
    } else if is(&["class", "grader", "scorer", "evaluator", "output_type", "modelgraded_spec", "eval_type"])
        || (name == "type" && (judged || under(&["assert"])))
    {
        ("grader", vec![])
    } else if under(&["assert"]) {
        ("rubric", vec![])
    } else {
        ("setting", vec![])
    }
}

/// Keys that tell a task of an evaluation harness.
const TASKS: [&str; 4] = ["doc_to_text", "doc_to_target", "dataset_path", "output_type"];
/// Where the cases are taken from.
const SOURCES: [&str; 13] = [
    "dataset",
    "dataset_path",
    "dataset_name",
    "dataset_split",
    "samples_jsonl",
    "samples_path",
    "test_jsonl",
    "test_split",
    "validation_split",
    "split",
    "data_path",
    "data_file",
    "cases_file",
];
/// Strata or failure modes that have to pass.
const CRITICAL: [&str; 6] =
    ["critical", "critical_strata", "critical_slices", "required_strata", "required_failure_modes", "must_pass"];
/// By how much a candidate may be worse than what it is compared with.
const TOLERANCES: [&str; 9] = [
    "tolerance",
    "regression_tolerance",
    "regression_margin",
    "allowed_regression",
    "max_regression",
    "allowed_drop",
    "max_drop",
    "margin",
    "non_inferiority_margin",
];
/// How often a failing case is tried again.
const RETRIES: [&str; 9] = [
    "retries",
    "retry",
    "max_retries",
    "num_retries",
    "n_retries",
    "reruns",
    "flaky_retries",
    "best_of",
    "max_attempts",
];
/// How results of cases become one number.
const AGGREGATIONS: [&str; 6] = ["aggregation", "aggregate", "aggregator", "reducer", "reduction", "averaging"];

/// What an eval covers: artefacts by name.
fn is_target(leaf: &Leaf<'_>, name: &str) -> bool {
    const NAMES: [&str; 7] = ["subject", "subjects", "applies_to", "covers", "gates_for", "artefacts", "artifacts"];
    let is_texts = leaf.node.text().is_some() || leaf.node.elements().iter().any(|node| node.text().is_some());
    is_texts && (NAMES.contains(&name) || (name == "prompts" && leaf.keys.len() == 1 && leaf.node.is_list()))
}

/// Whether a gate blocks: only where the value says so.
fn is_mode(leaf: &Leaf<'_>, name: &str) -> bool {
    let is_gate = leaf.under(|key| matches!(key, "gate" | "gates" | "checks" | "thresholds" | "metrics"));
    let is_plain = matches!(name, "blocking" | "advisory" | "allow_failure" | "soft_fail" | "fail_on_error");
    (is_gate || is_plain) && leaf.node.scalar().is_some_and(|value| blocks(name, &value).is_some())
}

/// Whether `name: value` lets a gate stop a release; `None` when it says nothing about that.
pub(super) fn blocks(name: &str, value: &str) -> Option<bool> {
    let value = value.to_ascii_lowercase();
    let flag = match &*value {
        "true" | "yes" => Some(true),
        "false" | "no" => Some(false),
        _ => None,
    };
    match name.to_ascii_lowercase().as_str() {
        "blocking" | "block" | "required" | "mandatory" | "enforce" | "enforced" | "fail_on_error" => flag,
        "advisory" | "allow_failure" | "soft_fail" | "optional" => flag.map(|set| !set),
        "mode" | "severity" | "level" | "action" | "on_failure" | "on_fail" | "enforcement" => match &*value {
            "block" | "blocking" | "fail" | "error" | "required" | "deny" | "hard" | "enforce" => Some(true),
            "warn" | "warning" | "advisory" | "info" | "notice" | "note" | "soft" | "log" | "ignore" => Some(false),
            _ => None,
        },
        _ => None,
    }
}

fn is_threshold(leaf: &Leaf<'_>, name: &str) -> bool {
    const NAMES: [&str; 7] = ["threshold", "floor", "ceiling", "pass_mark", "passing_score", "min_score", "pass_rate"];
    NAMES.contains(&name)
        || name.ends_with("_threshold")
        || leaf.under(|key| matches!(key, "thresholds" | "floors" | "gates"))
        || (leaf.keys.len() > 1 && leaf.keys.iter().rev().nth(1).is_some_and(|parent| parent == "metrics"))
}

fn is_lower_better(leaf: &Leaf<'_>) -> bool {
    const SIGNS: [&str; 11] = [
        "max",
        "ceiling",
        "latency",
        "cost",
        "error",
        "failure",
        "toxic",
        "hallucinat",
        "regress",
        "tolerance",
        "drop",
    ];
    leaf.under(|key| SIGNS.iter().any(|sign| key.to_ascii_lowercase().contains(sign)))
}

fn is_sample_size(name: &str) -> bool {
    const NAMES: [&str; 7] = ["n", "limit", "repeats", "repeat", "sample_rate", "sample_size", "epochs"];
    NAMES.contains(&name) || name.starts_with("n_") || name.starts_with("num_") || name.contains("samples")
}
