//! Which files are eval sets: by folder and name first, then by what stands in them.

use super::roles::role;
use crate::domain::SourceFile;
use crate::kinds::Candidate;
use crate::kinds::shared::document::{self, Syntax};
use crate::kinds::shared::leaves::map_entries;
use crate::kinds::shared::node::{Node, Value};
use crate::kinds::shared::row_tree;
use crate::kinds::shared::rows;

const FOLDERS: [&str; 9] =
    ["eval", "evals", "evaluation", "evaluations", "evalset", "evalsets", "lm_eval", "golden", "goldens"];

/// Keys under which configurations keep their cases.
const CASE_LISTS: [&str; 9] =
    ["tests", "cases", "test_cases", "testcases", "examples", "samples", "questions", "goldens", "data"];

pub(super) fn is_likely(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", &path));
    if folders.split('/').any(|folder| folder == ".github" || folder == "node_modules") {
        return false;
    }
    let stem = name.split('.').next().unwrap_or(name);
    let in_folder = folders.split('/').any(|folder| FOLDERS.contains(&folder));
    let by_name = name.starts_with("promptfooconfig")
        || name.contains(".eval.")
        || name.contains(".evals.")
        || stem.split(['_', '-']).any(|word| matches!(word, "eval" | "evals" | "evalset" | "golden" | "goldens"));
    (in_folder || by_name) && has_readable_extension(name)
}

fn has_readable_extension(name: &str) -> bool {
    const EXTENSIONS: [&str; 8] = [".jsonl", ".ndjson", ".csv", ".tsv", ".json", ".yaml", ".yml", "_yaml"];
    EXTENSIONS.iter().any(|extension| name.ends_with(extension))
}

/// `evals/refunds/cases.jsonl` makes `evals/refunds` one eval set.
pub(super) fn directory_of(path: &str) -> Option<&str> {
    let (folder, name) = path.rsplit_once('/')?;
    let (parent, _) = folder.rsplit_once('/')?;
    let parent = parent.rsplit('/').next().unwrap_or(parent);
    let is_cases = name.rsplit_once('.').is_some_and(|(stem, _)| stem == "cases") && has_readable_extension(name);
    ((is_cases || row_tree::is_manifest(path)) && FOLDERS.contains(&parent)).then_some(folder)
}

pub(super) fn recognises(candidate: &Candidate<'_>) -> bool {
    let file = candidate.file;
    match (rows::layout_of(&file.path), candidate.document) {
        (Some(layout), _) => rows::first_row(file, &layout).is_some_and(|row| is_case(&row)),
        (None, Some(root)) => is_definition(root),
        (None, None) => bare_yaml(file)
            .and_then(|syntax| document::parse(file, file.whole(), syntax).ok())
            .is_some_and(|root| is_definition(&root)),
    }
}

/// YAML in files that are named `…_yaml`.
pub(super) fn bare_yaml(file: &SourceFile) -> Option<Syntax> {
    file.path.ends_with("_yaml").then_some(Syntax::Yaml)
}

/// Where a document keeps its cases: an empty path when it is a list of cases itself.
pub(super) fn case_list(root: &Node) -> Option<Vec<String>> {
    if is_list_of_cases(root) {
        return Some(Vec::new());
    }
    let list = CASE_LISTS.iter().find(|key| root.get(key).is_some_and(is_list_of_cases))?;
    Some(vec![(*list).to_owned()])
}

fn is_list_of_cases(node: &Node) -> bool {
    let rows = node.elements();
    !rows.is_empty() && rows.iter().all(Node::is_map) && rows.first().is_some_and(is_case)
}

/// A row with an input, and with something to hold the output against.
fn is_case(row: &Node) -> bool {
    let has = |wanted: &str| row.entries().iter().any(|entry| role(&entry.key) == wanted);
    (has("input") && (has("expected") || has("rubric"))) || row.get("vars").is_some() || row.get("assert").is_some()
}

fn is_definition(root: &Node) -> bool {
    case_list(root).is_some() || is_task(root) || is_promptfoo(root) || is_registry(root) || is_grader(root)
}

fn has_any(node: &Node, keys: &[&str]) -> bool {
    keys.iter().any(|key| node.get(key).is_some())
}

/// A task of lm-evaluation-harness.
fn is_task(root: &Node) -> bool {
    has_any(root, &["doc_to_text", "doc_to_target", "metric_list"])
        || (has_any(root, &["task", "group"])
            && has_any(root, &["dataset_path", "include", "output_type", "aggregate_metric_list"]))
}

fn is_promptfoo(root: &Node) -> bool {
    has_any(root, &["prompts", "providers", "targets"]) && has_any(root, &["tests", "defaultTest", "scenarios"])
}

/// A registry of OpenAI evals, or a set of them.
fn is_registry(root: &Node) -> bool {
    map_entries(root).any(|entry| {
        let node = &entry.node;
        (node.get("class").is_some() && node.get("args").is_some())
            || (node.get("id").is_some() && node.get("metrics").is_some())
            || matches!(node.get("evals").map(|node| &node.value), Some(Value::List(_)))
    })
}

/// A model-graded spec, or a map of thresholds, metrics and graders.
fn is_grader(root: &Node) -> bool {
    let is_spec = |node: &Node| {
        node.get("prompt").is_some() && has_any(node, &["choice_strings", "choice_scores", "input_outputs"])
    };
    is_spec(root)
        || map_entries(root).any(|entry| is_spec(&entry.node))
        || (has_any(root, &["thresholds", "graders", "scorers", "rubric", "judge"])
            && has_any(root, &["metrics", "dataset", "cases", "thresholds", "subject", "set"]))
}
