//! From a document to tools.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::formats::{self, Found, INPUT_KEYS, OUTPUT_KEYS, Shape};
use crate::domain::{Meaning, Problem, Quote, SourceFile};
use crate::kinds::shared::document;
use crate::kinds::shared::node::{Entry, Node, Value};
use crate::kinds::shared::part::{self, Part};
use crate::kinds::shared::schema::Schema;
use crate::kinds::{Item, Parsed, Unit};

/// A tool: everything but its schemas in parts, and the schemas.
#[derive(Debug)]
pub struct Tool {
    /// Description, hints, settings, and every key that pv does not know.
    pub parts: Vec<Part>,
    /// What a person is shown: the parameters, then the parts.
    pub pieces: Vec<Part>,
    /// What it takes.
    pub input: Option<Schema>,
    /// What it returns.
    pub output: Option<Schema>,
    /// Where it asks a provider of the OpenAI format for strict mode.
    pub strict: Option<Quote>,
    /// Another tool of the same document that providers cannot tell from it, by name.
    pub twin: Option<Quote>,
}

impl Tool {
    fn meaning(&self) -> Meaning {
        let mut canonical = Vec::new();
        part::write_canonical(&self.parts, &mut canonical);
        for schema in [&self.input, &self.output] {
            let text = schema.as_ref().map_or_else(String::new, Schema::canonical);
            canonical.push(u8::from(schema.is_some()));
            canonical.extend_from_slice(&(text.len() as u64).to_le_bytes());
            canonical.extend_from_slice(text.as_bytes());
        }
        Meaning::of(&canonical)
    }
}

pub(super) fn parse(unit: &Unit) -> Parsed<Tool> {
    let mut parsed = Parsed { items: Vec::new(), problems: Vec::new() };
    for file in &unit.files {
        let document = document::read(file, file.whole(), formats::syntax_of(&file.path));
        parsed.problems.extend(document.problems);
        if let Some(root) = document.root {
            read(file, root, &mut parsed);
        }
    }
    parsed
}

fn read(file: &SourceFile, document: Node, parsed: &mut Parsed<Tool>) {
    let document = Arc::new(document);
    let found = formats::find(&document);
    if found.is_empty() {
        parsed.problems.push(without_tools(file, &document));
    }
    let is_whole = found.len() == 1 && found.iter().all(|found| found.node == &*document);
    let mut names: BTreeMap<&str, Vec<&Found<'_>>> = BTreeMap::new();
    for found in found.iter().filter(|found| found.shape != Shape::Server) {
        names.entry(kept_name(found)).or_default().push(found);
    }
    for found in &found {
        if found.name.is_none() {
            parsed.problems.push(without_name(file, found));
        }
        let mut item = item(file, &document, found);
        item.artefact.twin = twin(file, found, &names);
        item.span = (!is_whole).then_some(found.span);
        parsed.items.push(item);
    }
}

/// How much of a tool's name providers keep.
const NAME_LENGTH: usize = 64;

/// A tool's name as far as providers keep it.
fn kept_name<'n>(found: &Found<'n>) -> &'n str {
    let name = found.name.unwrap_or_default();
    name.char_indices().nth(NAME_LENGTH).map_or(name, |(end, _)| &name[..end])
}

/// The first other tool that providers cannot tell from this one by its name.
fn twin(file: &SourceFile, tool: &Found<'_>, names: &BTreeMap<&str, Vec<&Found<'_>>>) -> Option<Quote> {
    let like = names.get(kept_name(tool)).filter(|_| tool.name.is_some())?;
    let other = like.iter().find(|other| other.span != tool.span)?;
    Some(file.quote_as(other.span, other.name.unwrap_or_default()))
}

fn item(file: &SourceFile, document: &Arc<Node>, found: &Found<'_>) -> Item<Tool> {
    let schema = |keys: &[&str]| {
        let node = keys.iter().find_map(|key| found.definition().get(key)).filter(|node| node.is_map())?;
        Some(Schema::new(file.clone(), document.clone(), node.clone()))
    };
    let is_server = found.shape == Shape::Server;
    let input = if is_server { None } else { schema(&INPUT_KEYS) };
    let output = if is_server { None } else { schema(&OUTPUT_KEYS) };
    let mut entries: Vec<&Entry> = found.node.entries().iter().collect();
    if found.shape == Shape::Wrapped {
        entries.retain(|entry| entry.key != "function");
        entries.extend(found.definition().entries());
    }
    let mut parts: Vec<Part> = entries
        .into_iter()
        .filter(|entry| !is_structural(entry, found, [input.is_some(), output.is_some()]))
        .flat_map(|entry| if is_server { server_parts(file, entry) } else { parts_of(file, entry) })
        .collect();
    part::make_unique(&mut parts);
    let version = found.definition().get("version").and_then(Node::scalar);
    let pieces = input.iter().flat_map(|input| params(file, input)).chain(parts.iter().cloned()).collect();
    let strict = strict(file, found);
    finish(found.name, version, Tool { parts, pieces, input, output, strict, twin: None })
}

/// Where `strict: true` stands beside `parameters`, as OpenAI has them.
fn strict(file: &SourceFile, found: &Found<'_>) -> Option<Quote> {
    let definition = found.definition();
    definition.get("parameters").filter(|parameters| parameters.is_map())?;
    let strict = definition.get("strict").filter(|strict| strict.value == Value::Bool(true))?;
    Some(file.quote(strict.span))
}

/// The parameters that `input` names itself, each with what a caller must know as its text.
fn params(file: &SourceFile, input: &Schema) -> Vec<Part> {
    let required: Vec<&str> =
        input.node().get("required").map_or(&[][..], Node::elements).iter().filter_map(Node::text).collect();
    let param = |entry: &Entry| {
        let need = if required.contains(&entry.key.as_str()) { "required" } else { "optional" };
        let type_name = entry.node.get("type").map(|node| node.scalar().unwrap_or_else(|| node.canonical()));
        let default = entry.node.get("default").map(|node| format!("default {}", node.canonical()));
        let said: Vec<String> = [Some(need.to_owned()), type_name, default].into_iter().flatten().collect();
        Part {
            quote: file.quote_as(entry.key_span, said.join(", ")),
            ..Part::named(file, "param", &entry.key, entry.key_span)
        }
    };
    input.node().get("properties").map_or(&[][..], Node::entries).iter().map(param).collect()
}

fn finish(name: Option<&str>, version: Option<String>, tool: Tool) -> Item<Tool> {
    let meaning = tool.meaning();
    Item { name: name.map(str::to_owned), span: None, version, references: Vec::new(), meaning, artefact: tool }
}

/// Whether an entry is said elsewhere: the name, the layout's own `type`, a schema.
fn is_structural(entry: &Entry, found: &Found<'_>, [input, output]: [bool; 2]) -> bool {
    match entry.key.as_str() {
        "name" => found.shape != Shape::Server,
        "type" => ["function", "custom"].iter().any(|name| entry.node.text() == Some(name)),
        key if INPUT_KEYS.contains(&key) => input && entry.node.is_map() || entry.node.value == Value::Null,
        key if OUTPUT_KEYS.contains(&key) => output && entry.node.is_map() || entry.node.value == Value::Null,
        _ => false,
    }
}

/// The parts of one key of a tool.
fn parts_of(file: &SourceFile, entry: &Entry) -> Vec<Part> {
    let aspect = match entry.key.as_str() {
        "annotations" => return entry.node.entries().iter().map(|hint| hint_part(file, hint)).collect(),
        "scopes" | "auth_scopes" | "permissions" => {
            return Part::of_each(file, "scope", entry.key.as_str(), &entry.node);
        }
        "side_effects" | "sideEffects" => return Part::of_each(file, "side-effect", entry.key.as_str(), &entry.node),
        "description" => "description",
        "title" | "display_name" => "title",
        "input_examples" | "examples" => "example",
        "icons" | "cache_control" | "color" => "ornament",
        "strict" => "strict",
        "type" => "pin",
        "errors" => return error_parts(file, entry),
        "min_version" | "minVersion" | "minimum_version" | "oldest_accepted_version" => "floor",
        "timeout" | "timeout_ms" | "timeout_seconds" => "timeout",
        "endpoint" | "url" | "server_url" => "endpoint",
        "transport" => "transport",
        "deprecated" => "deprecated",
        "version" | "owner" | "author" | "tags" | "notes" | "changelog" | "$schema" => "metadata",
        key if INPUT_KEYS.contains(&key) || OUTPUT_KEYS.contains(&key) => "schema-unreadable",
        _ => "other",
    };
    vec![Part::of(file, aspect, entry.key.as_str(), &entry.node)]
}

/// An error each, by its code; what is no list or map of errors is one part.
fn error_parts(file: &SourceFile, entry: &Entry) -> Vec<Part> {
    let errors = &entry.node;
    let code = |error: &Node| {
        let named = || ["code", "name", "id", "type"].into_iter().find_map(|key| error.get(key)?.scalar());
        error.scalar().or_else(named)
    };
    let listed = errors.elements().iter().map(|error| Some(Part::of(file, "error", code(error)?, error)));
    let keyed = errors.entries().iter().map(|error| Some(Part::of(file, "error", &*error.key, &error.node)));
    let parts: Option<Vec<Part>> = listed.chain(keyed).collect();
    let parts = parts.filter(|parts| !parts.is_empty());
    parts.unwrap_or_else(|| vec![Part::of(file, "errors", entry.key.as_str(), errors)])
}

fn hint_part(file: &SourceFile, hint: &Entry) -> Part {
    let aspect = match hint.key.as_str() {
        "title" => "title",
        "readOnlyHint" | "destructiveHint" | "idempotentHint" | "openWorldHint" => "hint",
        _ => "other",
    };
    let part = Part::of(file, aspect, hint.key.as_str(), &hint.node);
    if aspect == "title" { Part { key: "annotations.title".to_owned(), ..part } } else { part }
}

/// The parts of one key of a server's configuration.
fn server_parts(file: &SourceFile, entry: &Entry) -> Vec<Part> {
    let aspect = match entry.key.as_str() {
        "autoApprove" | "alwaysAllow" | "trust" => {
            return Part::of_each(file, "unasked", entry.key.as_str(), &entry.node);
        }
        "command" | "args" | "image" | "package" | "version" => "server",
        "url" | "serverUrl" | "endpoint" => "endpoint",
        "type" | "transport" => "transport",
        "timeout" | "startup_timeout_sec" | "tool_timeout_sec" => "timeout",
        "description" => "metadata",
        _ => "other",
    };
    vec![Part::of(file, aspect, entry.key.as_str(), &entry.node)]
}

fn without_tools(file: &SourceFile, document: &Node) -> Problem {
    let help =
        "a tool has a `name` and an `inputSchema`, `input_schema` or `parameters`; lists of tools stand under `tools`";
    Problem::at(file, document.span, "tool-not-found", "the file holds no tool", help)
}

fn without_name(file: &SourceFile, found: &Found<'_>) -> Problem {
    let help = "give it a `name`: models call a tool by it";
    Problem::at(file, found.span, "tool-without-name", "a tool has no name", help)
}
