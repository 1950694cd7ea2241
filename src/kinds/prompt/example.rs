//! Worked examples that a document lists: what goes in, what comes out.

use crate::domain::{Quote, SourceFile};
use crate::kinds::shared::node::{Entry, Node, Value};

/// Names of what comes out.
const OUTPUTS: &[&str] = &[
    "output",
    "outputs",
    "answer",
    "label",
    "response",
    "completion",
    "expected",
    "target",
    "assistant",
    "result",
    "ideal",
    "ai",
    "bot",
];

/// Keys that list examples.
pub(super) const KEYS: &[&str] =
    &["examples", "few_shot", "few_shots", "few_shot_examples", "fewshot", "shots", "demos", "demonstrations"];

/// One example.
#[derive(Debug, Clone)]
pub struct Example {
    /// What goes in, as canonical JSON; `None`: the example is one text.
    pub input: Option<String>,
    /// What comes out, as canonical JSON.
    pub output: Option<String>,
    /// All of it, as canonical JSON.
    pub canonical: String,
    /// Where it stands.
    pub quote: Quote,
}

/// The examples of the list `node`; `None`: it lists none.
pub(super) fn read(file: &SourceFile, node: &Node) -> Option<Vec<Example>> {
    let is_example = |node: &Node| node.is_map() || node.text().is_some();
    let elements = node.elements();
    let all = !elements.is_empty() && elements.iter().all(is_example);
    all.then(|| elements.iter().map(|node| example(file, node)).collect())
}

fn example(file: &SourceFile, node: &Node) -> Example {
    let is_output = |entry: &&Entry| OUTPUTS.contains(&entry.key.to_ascii_lowercase().as_str());
    let entries = node.entries();
    // Where no name says so, the last field is what comes out.
    let output = entries.iter().find(is_output).or(entries.last().filter(|_| entries.len() > 1));
    let rest = |output: &Entry| entries.iter().filter(|entry| entry.key != output.key).cloned().collect();
    let input = output.map(|output| Node { span: node.span, value: Value::Map(rest(output)) }.canonical());
    Example {
        input: input.filter(|_| entries.len() > 1),
        output: output.map(|output| output.node.canonical()),
        canonical: node.canonical(),
        quote: file.quote(node.span),
    }
}
