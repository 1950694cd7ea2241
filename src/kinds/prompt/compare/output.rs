//! The schema of the answer: what differs in it, and whom it hurts.
//!
//! The model produces answers by the new schema, and parsers read them by the old one.

use std::sync::Arc;

use super::super::artefact::Prompt;
use super::picoschema;
use crate::domain::{Event, Fact, Quote, SourceFile};
use crate::kinds::shared::document::{self, Syntax};
use crate::kinds::shared::node::Node;
use crate::kinds::shared::part::Part;
use crate::kinds::shared::schema::{self, Flow, Schema};

/// Facts about a schema that no parser notices.
const UNNOTICED: [&str; 7] = [
    "schema-text",
    "schema-alias",
    "schema-order",
    "schema-default",
    "schema-format",
    "schema-dialect",
    "schema-refactored",
];

/// `facts` with the change of the output schema told difference by difference, where both sides are JSON Schemas.
pub(super) fn told(facts: Vec<Fact>, old: &Prompt, new: &Prompt) -> Vec<Fact> {
    let (about, mut rest): (Vec<Fact>, Vec<Fact>) = facts.into_iter().partition(is_about_schema);
    let Some(whole) = about.iter().find(|fact| fact.aspect == "output-schema") else {
        rest.extend(about);
        return rest;
    };
    let sides = schema(old).zip(schema(new)).filter(|_| whole.event == Event::Changed);
    let Some((before, after)) = sides else {
        rest.push(whole.clone());
        return rest;
    };
    let found = schema::compare(&before, &after, Flow::Output);
    let noticed: Vec<Fact> = found.into_iter().filter(|fact| !UNNOTICED.contains(&fact.aspect)).collect();
    match noticed.is_empty() {
        true => rest.push(Fact { aspect: "output-schema-text", ..whole.clone() }),
        false => rest.extend(as_told_all(noticed, whole)),
    }
    rest
}

/// The facts about the answer; of those without a direction one says it for all.
fn as_told_all(noticed: Vec<Fact>, whole: &Fact) -> Vec<Fact> {
    let told = noticed.into_iter().map(|fact| as_told(fact, whole));
    let (mut told, open): (Vec<Fact>, Vec<Fact>) = told.partition(|fact| fact.has("widened") || fact.has("narrowed"));
    if !open.is_empty() {
        told.push(whole.clone());
    }
    told
}

fn is_about_schema(fact: &Fact) -> bool {
    matches!(fact.aspect, "output-schema" | "output-schema-text")
}

/// The schema as the document has it, texts included; `None`: it is none that pv reads as JSON Schema.
fn schema(prompt: &Prompt) -> Option<Schema> {
    let is_text = |part: &&Part| part.aspect == "output-schema-text";
    let text = prompt.parts.iter().find(is_text)?.value.as_str();
    let (file, node) = parsed(text)?;
    // Some formats hold the schema as JSON inside a string.
    let (file, node) = match node.text() {
        Some(inner) => parsed(inner)?,
        None => (file, node),
    };
    if is_json_schema(&node) {
        return Some(Schema::new(file, Arc::new(node.clone()), node));
    }
    if let Some(root) = node.get("schema").filter(|root| is_json_schema(root)) {
        let root = root.clone();
        return Some(Schema::new(file, Arc::new(node), root));
    }
    let (file, node) = parsed(&picoschema::json_schema(&node)?)?;
    Some(Schema::new(file, Arc::new(node.clone()), node))
}

fn parsed(text: &str) -> Option<(SourceFile, Node)> {
    let file = SourceFile::new("output.json", text);
    let node = document::parse(&file, file.whole(), Syntax::Json).ok()?;
    Some((file, node))
}

/// Whether a map is a JSON Schema, and no map of fields that happen to be called like keywords.
fn is_json_schema(node: &Node) -> bool {
    const TYPES: [&str; 7] = ["object", "array", "string", "number", "integer", "boolean", "null"];
    let is_typed = node.get("type").and_then(Node::text).is_some_and(|name| TYPES.contains(&name));
    let holds_fields = node.get("properties").is_some_and(|fields| fields.entries().iter().all(|f| f.node.is_map()));
    let combines = ["anyOf", "oneOf", "allOf"].iter().any(|key| node.get(key).is_some_and(Node::is_list));
    let is_only_type =
        is_typed && node.entries().iter().any(|entry| entry.key != "type" && entry.node.text().is_some());
    holds_fields || combines || node.get("$ref").is_some() || is_typed && !is_only_type
}

/// A fact about the schema as one about the answer, at the place of the whole schema.
fn as_told(fact: Fact, whole: &Fact) -> Fact {
    let direction = match fact.aspect {
        _ if fact.has("unproven") => None,
        "schema-unknown" => None,
        _ if fact.witness.is_some() || loses(&fact) => Some("widened"),
        _ => Some("narrowed"),
    };
    let quote = |text: &str, place: &Option<Quote>| place.clone().map(|place| Quote { text: text.to_owned(), ..place });
    let mut told = Fact::new("output-schema", Event::Changed, fact.subject.clone());
    told.old = quote(fact.old_text(), &whole.old).filter(|_| fact.old.is_some());
    told.new = quote(fact.new_text(), &whole.new).filter(|_| fact.new.is_some());
    told.marks = direction.into_iter().chain([fact.aspect, event_mark(fact.event)]).collect();
    told.witness = fact.witness;
    told
}

/// Whether a parser of the old answers misses what it was promised, or meets what it never saw.
fn loses(fact: &Fact) -> bool {
    let is_gone = matches!(fact.event, Event::Removed | Event::Renamed);
    fact.has("widened") || fact.has("shifted") || is_gone && matches!(fact.aspect, "schema-field" | "schema-required")
}

fn event_mark(event: Event) -> &'static str {
    match event {
        Event::Added => "added",
        Event::Removed => "removed",
        Event::Renamed => "renamed",
        _ => "changed",
    }
}
