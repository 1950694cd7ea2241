//! Where tools stand in a document: MCP, OpenAI and Anthropic lists, single snapshots, server configurations.

use crate::domain::Span;
use crate::kinds::Candidate;
use crate::kinds::shared::document::{self, Syntax};
use crate::kinds::shared::node::{Entry, Node};

/// Words of a path that make its documents worth reading.
const LIKELY_WORDS: [&str; 6] = ["tool", "tools", "toolsnaps", "mcp", "functions", "mcpservers"];

/// Keys under which a tool states what it takes.
pub(super) const INPUT_KEYS: [&str; 3] = ["inputSchema", "input_schema", "parameters"];

/// Keys under which a tool states what it returns.
pub(super) const OUTPUT_KEYS: [&str; 2] = ["outputSchema", "output_schema"];

/// Something found in a document.
pub(super) struct Found<'n> {
    /// Its name; `None`: it has none.
    pub(super) name: Option<&'n str>,
    /// From where to where it stands.
    pub(super) span: Span,
    /// Its definition.
    pub(super) node: &'n Node,
    /// What it is.
    pub(super) shape: Shape,
}

/// How a definition is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// `{name, description, inputSchema | input_schema | parameters, …}`
    Flat,
    /// `{type: function, function: {…}}`
    Wrapped,
    /// A server that offers tools: `{command, args, env}` or `{type: http, url}`.
    Server,
}

/// The syntax of a file of tools; snapshots (`.snap`) are JSON.
pub(super) fn syntax_of(path: &str) -> Syntax {
    document::syntax_of(path).unwrap_or(Syntax::Json)
}

pub(super) fn is_likely(path: &str) -> bool {
    let is_document = document::syntax_of(path).is_some() || path.ends_with(".snap");
    is_document && document::mentions(path, &LIKELY_WORDS)
}

pub(super) fn recognises(candidate: &Candidate<'_>) -> bool {
    candidate.document.is_some_and(holds_tools)
}

/// Whether a document is nothing but tools: one, a list of them, or an envelope around a list.
fn holds_tools(document: &Node) -> bool {
    let is_request = ["messages", "openapi", "swagger"].iter().any(|key| document.get(key).is_some());
    let found = if is_request { Vec::new() } else { find(document) };
    !found.is_empty() && found.iter().all(|found| found.shape == Shape::Server || looks_like_tool(found))
}

fn looks_like_tool(found: &Found<'_>) -> bool {
    let definition = found.definition();
    let takes = INPUT_KEYS.iter().filter_map(|key| definition.get(key)).any(looks_like_schema);
    let has = |key: &str| definition.get(key).is_some();
    let described = has("description") && (has("annotations") || has("inputSchema") || has("input_schema"));
    let is_bare = found.shape == Shape::Wrapped;
    found.name.is_some() && (takes || described || is_bare || is_dated(found.node))
}

fn looks_like_schema(node: &Node) -> bool {
    node.is_map()
        && (node.entries().is_empty() || ["type", "properties", "$ref"].iter().any(|key| node.get(key).is_some()))
}

/// A provider's own tool, pinned by the date in its type: `web_search_20250305`.
fn is_dated(node: &Node) -> bool {
    let date = node.get("type").and_then(Node::text).and_then(|name| name.rsplit('_').next());
    date.is_some_and(|date| date.len() == 8 && date.bytes().all(|byte| byte.is_ascii_digit()))
}

impl<'n> Found<'n> {
    /// The map that holds description and schemas.
    pub(super) fn definition(&self) -> &'n Node {
        match self.shape {
            Shape::Wrapped => self.node.get("function").unwrap_or(self.node),
            _ => self.node,
        }
    }

    fn of(node: &'n Node) -> Self {
        let is_wrapped = node.get("function").is_some_and(Node::is_map);
        let shape = if is_wrapped { Shape::Wrapped } else { Shape::Flat };
        let mut found = Self { name: None, span: node.span, node, shape };
        found.name = found.definition().get("name").and_then(Node::text);
        found
    }

    fn keyed(entry: &'n Entry, shape: Shape) -> Self {
        Self { name: Some(&entry.key), span: entry.span(), node: &entry.node, shape }
    }
}

/// The tools and servers of a document, in its order.
pub(super) fn find(document: &Node) -> Vec<Found<'_>> {
    if document.is_list() {
        return document.elements().iter().map(Found::of).collect();
    }
    if let Some(servers) = servers(document) {
        return servers.entries().iter().map(|entry| Found::keyed(entry, Shape::Server)).collect();
    }
    match list(document) {
        Some(tools) if tools.is_map() => tools.entries().iter().map(|entry| Found::keyed(entry, Shape::Flat)).collect(),
        Some(tools) => tools.elements().iter().map(Found::of).collect(),
        None if is_single(document) => vec![Found::of(document)],
        None => Vec::new(),
    }
}

fn servers(document: &Node) -> Option<&Node> {
    let named = document.get("mcpServers").filter(|servers| servers.is_map());
    let is_server = |entry: &Entry| entry.node.get("command").is_some() || entry.node.get("url").is_some();
    let plain = document.get("servers").filter(|servers| {
        document.get("openapi").is_none() && !servers.entries().is_empty() && servers.entries().iter().all(is_server)
    });
    named.or(plain)
}

fn list(document: &Node) -> Option<&Node> {
    let direct = ["tools", "functions"].into_iter().find_map(|key| document.get(key));
    let tools = direct.or_else(|| document.at(&["result", "tools"]))?;
    let is_definition = |node: &Node| INPUT_KEYS.iter().any(|key| node.get(key).is_some());
    let by_name = tools.is_map() && tools.entries().iter().all(|entry| is_definition(&entry.node));
    (tools.is_list() || by_name).then_some(tools)
}

fn is_single(document: &Node) -> bool {
    document.get("function").is_some_and(Node::is_map) || document.get("name").and_then(Node::text).is_some()
}
