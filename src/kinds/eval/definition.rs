//! Definitions of evals: registries, tasks, configurations. Every leaf becomes a part whose aspect says what it decides.

use crate::domain::SourceFile;
use crate::kinds::shared::leaves::{Leaf, leaves, map_entries, quoted};
use crate::kinds::shared::node::{Node, Value};
use crate::kinds::shared::part::Part;

/// The parts of `root`, without the subtrees under `rows` (which are read as cases); paths begin with `prefix`.
pub(super) fn parts(file: &SourceFile, root: &Node, rows: &[String], prefix: &str) -> Vec<Part> {
    let is_rows = |keys: &[String]| !rows.is_empty() && keys == rows;
    let mut parts: Vec<Part> = members(file, root, prefix);
    for leaf in leaves(root, &is_rows) {
        let (aspect, marks) = decides(&leaf);
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
    matches!(aspect, "member" | "metric")
}

/// What a leaf decides, as an aspect with marks.
fn decides(leaf: &Leaf<'_>) -> (&'static str, Vec<&'static str>) {
    let name = leaf.name().to_ascii_lowercase();
    let is = |names: &[&str]| names.contains(&name.as_str());
    let under = |names: &[&str]| leaf.under(|key| names.contains(&key));
    let is_number = matches!(leaf.node.value, Value::Number(_));
    let judged = under(&["judge", "grader", "graders", "evaluator", "evaluators", "scorer", "scorers"]);
    if is(&["description", "author", "authors", "owner", "notes", "tags", "tag", "comment", "version", "url"])
        || under(&["metadata"])
    {
        ("metadata", vec![])
    } else if is_number && is_threshold(leaf, &name) {
        ("threshold", if is_lower_better(leaf) { vec!["lower-is-better"] } else { vec![] })
    } else if name == "seed" {
        ("seed", vec![])
    } else if is_number && is_sample_size(&name) {
        ("sample-size", vec![])
    } else if is(&["metrics", "metric"]) {
        ("metric", vec![])
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

fn is_threshold(leaf: &Leaf<'_>, name: &str) -> bool {
    const NAMES: [&str; 8] =
        ["threshold", "floor", "ceiling", "pass_mark", "passing_score", "min_score", "max_score", "pass_rate"];
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
