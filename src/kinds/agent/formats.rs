//! Which files are agents, and how many one holds.

use crate::domain::Span;
use crate::kinds::Candidate;
use crate::kinds::shared::document;
use crate::kinds::shared::front_matter;
use crate::kinds::shared::node::{Entry, Node};

/// Words of a path that make its documents worth reading.
const LIKELY_WORDS: [&str; 20] = [
    "agent",
    "agents",
    "subagents",
    "tasks",
    "crew",
    "crews",
    "guardrails",
    "nemoguardrails",
    "rails",
    "skills",
    "skill",
    "sweagent",
    "assistant",
    "assistants",
    "recipe",
    "recipes",
    "team",
    "teams",
    "langgraph",
    "codex",
];

/// Names of files that configure rails, whatever folder they stand in.
const RAILS_FILES: [&str; 2] = ["config.yml", "config.yaml"];

/// An agent found in a document.
pub(super) struct Found<'n> {
    /// Its name; `None`: it is named by its path.
    pub(super) name: Option<String>,
    /// Where it stands; `None`: the whole document.
    pub(super) span: Option<Span>,
    /// Its settings.
    pub(super) node: &'n Node,
}

/// Whether a path ends in the Markdown that agents are written in.
pub(super) fn is_markdown(path: &str) -> bool {
    path.rsplit('.').next().is_some_and(|extension| ["md", "markdown", "mdc"].contains(&extension))
}

pub(super) fn is_likely(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    if is_markdown(path) {
        return name == "SKILL.md"
            || name.ends_with(".agent.md")
            || path.split('/').rev().skip(1).any(is_agents_folder);
    }
    document::syntax_of(path).is_some() && (document::mentions(path, &LIKELY_WORDS) || RAILS_FILES.contains(&name))
}

fn is_agents_folder(name: &str) -> bool {
    matches!(name, "agents" | "subagents" | "agent")
}

pub(super) fn recognises(candidate: &Candidate<'_>) -> bool {
    let file = candidate.file;
    if is_markdown(&file.path) {
        let head = front_matter::read(file).ok().flatten();
        let has = |key: &str| head.as_ref().is_some_and(|head| head.map.get(key).is_some());
        let is_named = file.path.ends_with("SKILL.md") || file.path.split('/').rev().skip(1).any(is_agents_folder);
        return is_named && has("name") || has("description") && ["name", "tools", "model"].iter().any(|key| has(key));
    }
    let is_one: [fn(&Node) -> bool; 5] = [is_harness, has_rails, is_assistant, is_recipe, is_runtime];
    candidate.document.is_some_and(|document| holds_crew(document) || is_one.iter().any(|is| is(document)))
}

/// One agent as its API or framework takes it: instructions, and the model or tools that it has.
fn is_assistant(document: &Node) -> bool {
    let has = |key: &str| document.get(key).is_some();
    let is_told = document.get("instructions").is_some_and(|node| node.text().is_some());
    let is_component = document.get("component_type").and_then(Node::text).is_some_and(|t| t == "agent" || t == "team");
    is_told && has("model") && (has("name") || has("tools")) || is_component && has("config")
}

/// A session that a runner starts from a file: what it is told, and the extensions that it has.
fn is_recipe(document: &Node) -> bool {
    let has = |key: &str| document.get(key).is_some();
    has("title") && (has("instructions") || has("prompt")) && (has("extensions") || has("sub_recipes"))
}

/// What runs agents: graphs by name, or the sandbox and approvals of a coding agent.
fn is_runtime(document: &Node) -> bool {
    let has = |key: &str| document.get(key).is_some();
    has("graphs") && has("dependencies") || has("sandbox_mode") || has("approval_policy")
}

/// Agents or tasks by name, as crews are written.
fn holds_crew(document: &Node) -> bool {
    let is_member = |node: &Node| {
        let has = |key: &str| node.get(key).is_some();
        has("role") && (has("goal") || has("backstory"))
            || has("description") && has("expected_output")
            || has("instructions") && (has("model") || has("tools"))
    };
    let found = members(document);
    !found.is_empty() && found.iter().all(|found| is_member(found.node))
}

/// One agent with its templates and tools, as harnesses are configured.
fn is_harness(document: &Node) -> bool {
    document.get("agent").is_some_and(|agent| {
        agent.get("templates").is_some() || agent.get("tools").is_some() && agent.get("model").is_some()
    })
}

/// Rails by their place, or the engines that they run on beside what they are told.
fn has_rails(document: &Node) -> bool {
    const PLACES: [&str; 6] = ["input", "output", "dialog", "retrieval", "execution", "tool_input"];
    let rails = document.get("rails").map(Node::entries).unwrap_or_default();
    let models = document.get("models").map(Node::elements).unwrap_or_default();
    let has_engines = models.iter().any(|model| model.get("engine").is_some() && model.get("type").is_some());
    rails.iter().any(|rail| PLACES.contains(&rail.key.as_str()))
        || has_engines && ["instructions", "colang_version"].iter().any(|key| document.get(key).is_some())
}

/// The agents of a document in its order; a document of no known layout is one agent.
pub(super) fn find(document: &Node) -> Vec<Found<'_>> {
    if holds_crew(document) {
        return members(document);
    }
    let name = document.get("name").and_then(Node::text).map(str::to_owned);
    vec![Found { name, span: None, node: document }]
}

fn members(document: &Node) -> Vec<Found<'_>> {
    let groups: Vec<&Node> = ["agents", "tasks"].into_iter().filter_map(|key| document.get(key)).collect();
    let groups = if groups.is_empty() { vec![document] } else { groups };
    groups
        .into_iter()
        .flat_map(|group| group.entries().iter().map(keyed).chain(group.elements().iter().map(listed)))
        .collect()
}

fn keyed(entry: &Entry) -> Found<'_> {
    Found { name: Some(entry.key.clone()), span: Some(entry.span()), node: &entry.node }
}

fn listed(node: &Node) -> Found<'_> {
    let name = ["name", "id"].into_iter().find_map(|key| node.get(key)).and_then(Node::scalar);
    Found { name, span: Some(node.span), node }
}
