//! Structural comparison of JSON Schemas: what differs, by property path and keyword, and in which direction.
//!
//! The facts say `narrowed`, `widened` or `shifted` and never "breaking": that depends on who produces the values. For an
//! input schema the caller does, so narrowing hurts; for an output schema the callee does, so widening hurts.
//!
//! | aspect | events | marks |
//! |---|---|---|
//! | `schema-field` | added, removed, renamed | `required`, `default` |
//! | `schema-required` | added, removed | |
//! | `schema-type`, `schema-range`, `schema-length`, `schema-items` | changed | a direction |
//! | `schema-nullable`, `schema-enum`, `schema-enum-value`, `schema-const`, `schema-pattern`, `schema-closed`, `schema-dependency`, `schema-variant`, `schema-all-of` | added, removed, changed | a direction |
//! | `schema-names`, `schema-conditional` | changed | a direction, or `shifted` |
//! | `schema-default`, `schema-format`, `schema-dialect`, `schema-text`, `schema-alias`, `schema-order` | added, removed, changed | |
//! | `schema-presence`, `schema-unknown` | any | neither direction is proven |
//! | `schema-refactored` | changed | written otherwise; each form is proven to admit what the other produces |
//!
//! Further marks: `ignored` (a property gone from an open object, without an heir), `tolerated` (still understood by an
//! alias), `was-closed` (a property new to an object that admitted no other), `from-rest` (a property new to an object that
//! constrained those without a name), `unproven` (a direction that neither a proof
//! nor a value shows). What hurts the reader of the values carries a value that shows it.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::domain::{Event, Fact, Quote, SourceFile, Span};
use crate::kinds::shared::node::{Entry, Node, Value};

mod bridge;
mod combine;
mod inclusion;
mod object;
mod pattern;
mod rename;
mod settle;
mod shape;
mod values;
mod walk;
mod witness;

/// How many references and folded branches are followed from one schema.
const MAX_HOPS: usize = 32;

/// A JSON Schema and the document it stands in.
#[derive(Debug, Clone)]
pub struct Schema {
    file: SourceFile,
    document: Arc<Node>,
    node: Node,
}

impl Schema {
    /// The schema `node` of `document` (for references), both read from `file`.
    pub fn new(file: SourceFile, document: Arc<Node>, node: Node) -> Self {
        Self { file, document, node }
    }

    /// The schema as written.
    pub fn node(&self) -> &Node {
        &self.node
    }

    /// The canonical form: the schema, the order of its properties, and what it refers to elsewhere in the document.
    pub fn canonical(&self) -> String {
        let mut out = self.node.canonical();
        write_order(&self.node, &mut out);
        for target in self.distant_targets() {
            out.push('\n');
            target.write_canonical(&mut out);
            write_order(target, &mut out);
        }
        out
    }

    /// What stands at `span` of the schema's file.
    pub fn quote(&self, span: Span) -> Quote {
        self.file.quote(span)
    }

    /// What `reference` means: a pointer within the schema, else within the document.
    fn resolve(&self, reference: &str) -> Option<&Node> {
        let pointer = reference.strip_prefix('#')?;
        at_pointer(&self.node, pointer).or_else(|| at_pointer(&self.document, pointer))
    }

    /// What `node` is after its references are followed: itself, unless it is one.
    fn target<'s>(&'s self, node: &'s Node) -> &'s Node {
        let mut target = node;
        for _ in 0..MAX_HOPS {
            let reference = target.get("$ref").and_then(Node::text);
            match reference.and_then(|reference| self.resolve(reference)) {
                Some(next) => target = next,
                None => break,
            }
        }
        target
    }

    /// The targets of references that lie outside the schema itself, in the order of first use.
    fn distant_targets(&self) -> Vec<&Node> {
        let mut found = Vec::new();
        let mut seen = BTreeSet::new();
        let mut queue = references(&self.node);
        while let Some(reference) = queue.pop() {
            let inside = reference.strip_prefix('#').is_none_or(|pointer| at_pointer(&self.node, pointer).is_some());
            if inside || !seen.insert(reference) {
                continue;
            }
            if let Some(target) = self.resolve(reference) {
                queue.extend(references(target));
                found.push(target);
            }
        }
        found
    }
}

/// Who reads the values that a schema describes, and so who is hurt by which change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// Callers produce the values by the old schema, and the new executor reads them.
    Input,
    /// The new executor produces the values, and consumers read them by the old schema.
    Output,
}

/// What differs between two schemas. Empty exactly when their canonical forms are equal.
pub fn compare(old: &Schema, new: &Schema, flow: Flow) -> Vec<Fact> {
    if old.canonical() == new.canonical() {
        return Vec::new();
    }
    let found = walk::Walk::new(old, new).found();
    if found.facts.is_empty() { vec![rewritten(old, new)] } else { settle::facts(old, new, flow, found) }
}

/// What differs when either side may have no schema at all. Empty exactly when nothing does.
pub fn compare_optional(old: Option<&Schema>, new: Option<&Schema>, flow: Flow) -> Vec<Fact> {
    match (old, new) {
        (Some(old), Some(new)) => compare(old, new, flow),
        (None, Some(new)) => vec![Fact::new("schema-presence", Event::Added, "").is(new.quote(new.node.span))],
        (Some(old), None) => vec![Fact::new("schema-presence", Event::Removed, "").was(old.quote(old.node.span))],
        (None, None) => Vec::new(),
    }
}

/// The fact for schemas that differ only where the walk sees no constraint: definitions, their names, unused parts.
fn rewritten(old: &Schema, new: &Schema) -> Fact {
    let aspect = match old.node.canonical() == new.node.canonical() {
        true => "schema-order",
        false if settle::are_equal(old, new) => "schema-refactored",
        false => "schema-unknown",
    };
    Fact::new(aspect, Event::Changed, "").was(old.quote(old.node.span)).is(new.quote(new.node.span))
}

/// Appends the keys of every `properties` map, in source order.
fn write_order(node: &Node, out: &mut String) {
    for Entry { key, node, .. } in node.entries() {
        if key == "properties" {
            for entry in node.entries() {
                out.push('\u{1f}');
                out.push_str(&entry.key);
            }
        }
    }
    children(node).for_each(|child| write_order(child, out));
}

/// Every `$ref` below `node`.
fn references(node: &Node) -> Vec<&str> {
    let own = node.get("$ref").and_then(Node::text);
    own.into_iter().chain(children(node).flat_map(references)).collect()
}

fn children(node: &Node) -> impl Iterator<Item = &Node> {
    node.elements().iter().chain(node.entries().iter().map(|entry| &entry.node))
}

/// The node at a JSON pointer (`/$defs/Address`, `/items/0`); `~0`, `~1` and `%20`-like escapes of `$`, `/` and blanks are read.
fn at_pointer<'n>(root: &'n Node, pointer: &str) -> Option<&'n Node> {
    if pointer.is_empty() {
        return Some(root);
    }
    pointer.strip_prefix('/')?.split('/').try_fold(root, |node, step| {
        let key = step.replace("~1", "/").replace("~0", "~").replace("%24", "$").replace("%20", " ");
        match &node.value {
            Value::List(nodes) => nodes.get(key.parse::<usize>().ok()?),
            _ => node.get(&key),
        }
    })
}

#[cfg(test)]
mod tests;
