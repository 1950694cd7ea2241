//! A schema of any draft as one of 2020-12 that stands alone, for a validator.

use std::collections::BTreeMap;

use jsonschema::{Draft, PatternOptions, Validator};
use serde_json::{Map, Value as Json};

use super::{Schema, at_pointer};
use crate::kinds::shared::node::{Entry, Node, Value};

/// How much work one validation may be at most, by the number of schemas that it could visit.
const MAX_WEIGHT: usize = 200_000;

/// How deeply schemas, references followed, may nest for a validator.
const MAX_DEPTH: usize = 64;

/// How often a pattern may try again on one text.
const BACKTRACK_LIMIT: usize = 20_000;

/// Bytes that a compiled pattern may take.
const PATTERN_SIZE: usize = 1 << 20;

/// A validator of `schema` as its reader reads it; `None`: it is no valid schema, or too large to be used on trial.
pub(super) fn validator(schema: &Schema) -> Option<Validator> {
    Weight { schema, known: BTreeMap::new() }.of(&schema.node, 0).filter(|weight| *weight <= MAX_WEIGHT)?;
    let patterns = PatternOptions::fancy_regex()
        .backtrack_limit(BACKTRACK_LIMIT)
        .size_limit(PATTERN_SIZE)
        .dfa_size_limit(PATTERN_SIZE);
    let options = jsonschema::options().with_draft(Draft::Draft202012).should_validate_formats(false);
    options.with_pattern_options(patterns).build(&bridged(schema)).ok()
}

/// A value as it is.
pub(super) fn plain(node: &Node) -> Json {
    serde_json::from_str(&node.canonical()).unwrap_or(Json::Null)
}

fn bridged(schema: &Schema) -> Json {
    let mut bridge = Bridge { schema, distant: BTreeMap::new() };
    let mut root = bridge.schema(&schema.node);
    let mut done = 0;
    let mut definitions = Map::new();
    while done < bridge.distant.len() {
        let ready: Vec<(String, &Node)> = bridge.distant.iter().map(|(name, node)| (name.clone(), *node)).collect();
        done = ready.len();
        for (name, node) in ready {
            if !definitions.contains_key(&name) {
                let body = bridge.schema(node);
                definitions.insert(name, body);
            }
        }
    }
    if let Json::Object(root) = &mut root
        && !definitions.is_empty()
    {
        root.insert(DISTANT.to_owned(), Json::Object(definitions));
    }
    root
}

/// Where schemas of the rest of the document are put.
const DISTANT: &str = "x-distant";

struct Bridge<'a> {
    schema: &'a Schema,
    /// The targets that lie outside the schema, by the name they get.
    distant: BTreeMap<String, &'a Node>,
}

impl<'a> Bridge<'a> {
    fn schema(&mut self, node: &'a Node) -> Json {
        let Value::Map(entries) = &node.value else { return plain(node) };
        let mut out = Map::new();
        for entry in entries {
            self.keyword(node, entry, &mut out);
        }
        admit_null(node, out)
    }

    fn keyword(&mut self, node: &'a Node, entry: &'a Entry, out: &mut Map<String, Json>) {
        let (key, value) = (entry.key.as_str(), &entry.node);
        let is_tuple = node.get("items").is_some_and(Node::is_list);
        match key {
            "$schema" | "$id" | "id" | "title" | "description" | "default" | "examples" | "example" | "format"
            | "nullable" | "contentSchema" => {}
            "$ref" => {
                out.insert(key.to_owned(), Json::String(self.reference(value)));
            }
            "items" if is_tuple => {
                out.insert("prefixItems".to_owned(), self.list(value));
            }
            "additionalItems" if is_tuple => {
                out.insert("items".to_owned(), self.schema(value));
            }
            "additionalItems" => {}
            "properties" | "patternProperties" | "$defs" | "definitions" | "dependentSchemas" => {
                out.insert(key.to_owned(), self.map(value.entries().iter()));
            }
            "dependencies" => self.dependencies(value, out),
            "allOf" | "anyOf" | "oneOf" | "prefixItems" => {
                out.insert(key.to_owned(), self.list(value));
            }
            "items"
            | "not"
            | "if"
            | "then"
            | "else"
            | "additionalProperties"
            | "propertyNames"
            | "contains"
            | "unevaluatedProperties"
            | "unevaluatedItems" => {
                out.insert(key.to_owned(), self.schema(value));
            }
            "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" => bound(node, entry, out),
            "required" if !value.is_list() => {}
            _ => {
                out.insert(key.to_owned(), plain(value));
            }
        }
    }

    fn list(&mut self, node: &'a Node) -> Json {
        Json::Array(node.elements().iter().map(|branch| self.schema(branch)).collect())
    }

    fn map(&mut self, entries: impl Iterator<Item = &'a Entry>) -> Json {
        Json::Object(entries.map(|entry| (entry.key.clone(), self.schema(&entry.node))).collect())
    }

    fn dependencies(&mut self, node: &'a Node, out: &mut Map<String, Json>) {
        let (lists, schemas): (Vec<&Entry>, Vec<&Entry>) =
            node.entries().iter().partition(|entry| entry.node.is_list());
        let lists = lists.into_iter().map(|entry| (entry.key.clone(), plain(&entry.node))).collect();
        out.insert("dependentRequired".to_owned(), Json::Object(lists));
        let schemas = self.map(schemas.into_iter());
        out.insert("dependentSchemas".to_owned(), schemas);
    }

    /// A reference within the schema stays; a target elsewhere in the document is brought along.
    fn reference(&mut self, node: &'a Node) -> String {
        let reference = node.text().unwrap_or_default();
        let pointer = reference.strip_prefix('#');
        let is_own = pointer.is_some_and(|pointer| at_pointer(&self.schema.node, pointer).is_some());
        match self.schema.resolve(reference).filter(|_| !is_own) {
            Some(target) => {
                let name: String = reference.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
                let name = format!("{name}-{}", target.span.start);
                self.distant.insert(name.clone(), target);
                format!("#/{DISTANT}/{name}")
            }
            None => reference.to_owned(),
        }
    }
}

/// A bound; the flag of draft 4 makes the plain bound exclusive.
fn bound(node: &Node, entry: &Entry, out: &mut Map<String, Json>) {
    let (plain_key, exclusive) = match entry.key.as_str() {
        "minimum" | "exclusiveMinimum" => ("minimum", "exclusiveMinimum"),
        _ => ("maximum", "exclusiveMaximum"),
    };
    let is_flagged = node.get(exclusive).is_some_and(|flag| flag.value == Value::Bool(true));
    if matches!(entry.node.value, Value::Bool(_)) {
        return;
    }
    let key = if entry.key == plain_key && is_flagged { exclusive } else { entry.key.as_str() };
    out.insert(key.to_owned(), plain(&entry.node));
}

/// `nullable: true` as 2020-12 says it.
fn admit_null(node: &Node, mut out: Map<String, Json>) -> Json {
    if node.get("nullable").is_none_or(|flag| flag.value != Value::Bool(true)) {
        return Json::Object(out);
    }
    match out.get_mut("type") {
        Some(Json::Array(types)) if types.contains(&"null".into()) => {}
        Some(Json::Array(types)) => types.push("null".into()),
        Some(one) => *one = Json::Array(vec![one.take(), "null".into()]),
        None => return serde_json::json!({ "anyOf": [out, { "type": "null" }] }),
    }
    Json::Object(out)
}

/// How many schemas a validation could visit, alternatives of alternatives multiplied.
struct Weight<'a> {
    schema: &'a Schema,
    /// By place in memory; 0 while it is being weighed.
    known: BTreeMap<*const Node, usize>,
}

impl<'a> Weight<'a> {
    /// `None`: nested too deeply.
    fn of(&mut self, node: &'a Node, depth: usize) -> Option<usize> {
        if depth > MAX_DEPTH {
            return None;
        }
        if let Some(known) = self.known.get(&(node as *const Node)) {
            return Some((*known).max(1));
        }
        self.known.insert(node, 0);
        let target = node.get("$ref").and_then(Node::text).and_then(|reference| self.schema.resolve(reference));
        let mut weight = 1_usize;
        let entries = node.entries().iter().map(|entry| &entry.node);
        for inner in target.into_iter().chain(entries).chain(node.elements()) {
            weight = weight.saturating_add(self.of(inner, depth + 1)?);
        }
        self.known.insert(node, weight);
        Some(weight)
    }
}
