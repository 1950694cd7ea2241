//! The subset of JSON Schema that strict mode accepts.
//!
//! As OpenAI documents it for function calling and structured outputs (read in February 2026): the root is an object and
//! no `anyOf`; every object is closed and demands all of its properties; some combinations are not supported.

use crate::domain::{Event, Fact};
use crate::kinds::shared::node::{Node, Value};
use crate::kinds::shared::schema::Schema;

/// Keywords that strict mode refuses.
const REFUSED: [&str; 7] = ["allOf", "not", "dependentRequired", "dependentSchemas", "if", "then", "else"];

/// How many faults of one schema are told.
const MAX_FAULTS: usize = 5;

/// What strict mode refuses of `schema`.
pub(super) fn faults(schema: &Schema) -> Vec<Fact> {
    let mut faults = Vec::new();
    let root = schema.node();
    if root.get("anyOf").is_some() || root.get("type").is_some_and(|name| name.text() != Some("object")) {
        faults.push(fault(schema, root, "", "root"));
    }
    visit(schema, root, "", &mut faults);
    faults.truncate(MAX_FAULTS);
    faults
}

fn fault(schema: &Schema, node: &Node, path: &str, mark: &'static str) -> Fact {
    Fact::new("strict-subset", Event::Unfit, path).marked(mark).is(schema.quote(node.span))
}

/// The schema at `path`, then those in it; documents nest only so deep.
fn visit(schema: &Schema, node: &Node, path: &str, faults: &mut Vec<Fact>) {
    if faults.len() >= MAX_FAULTS {
        return;
    }
    visit_object(schema, node, path, faults);
    faults.extend(
        REFUSED
            .into_iter()
            .filter(|keyword| node.get(keyword).is_some())
            .map(|keyword| fault(schema, node, path, keyword)),
    );
    let below = |key: &str| if path.is_empty() { key.to_owned() } else { format!("{path}.{key}") };
    for entry in node.entries() {
        match entry.key.as_str() {
            "properties" | "$defs" | "definitions" => {
                entry.node.entries().iter().for_each(|field| visit(schema, &field.node, &below(&field.key), faults));
            }
            "items" => visit(schema, &entry.node, &format!("{path}[]"), faults),
            "anyOf" => entry.node.elements().iter().for_each(|branch| visit(schema, branch, path, faults)),
            _ => {}
        }
    }
}

fn visit_object(schema: &Schema, node: &Node, path: &str, faults: &mut Vec<Fact>) {
    let is_object = node.get("type").is_some_and(|kind| {
        kind.text() == Some("object") || kind.elements().iter().any(|name| name.text() == Some("object"))
    });
    let Some(fields) = node.get("properties").map(Node::entries).or(is_object.then_some(&[][..])) else { return };
    if node.get("additionalProperties").is_none_or(|open| open.value != Value::Bool(false)) {
        faults.push(fault(schema, node, path, "open"));
    }
    let required = node.get("required").map_or(&[][..], Node::elements);
    let is_optional = |key: &str| !required.iter().any(|name| name.text() == Some(key));
    for field in fields.iter().filter(|field| is_optional(&field.key)) {
        let inner = if path.is_empty() { field.key.clone() } else { format!("{path}.{}", field.key) };
        faults.push(fault(schema, &field.node, &inner, "optional"));
    }
}
