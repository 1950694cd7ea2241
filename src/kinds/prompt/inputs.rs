//! Declared inputs, in the spellings of the formats: lists of names, maps, schemas, Picoschema.

use std::collections::BTreeSet;

use crate::domain::Span;
use crate::kinds::shared::node::{Entry, Node, Value};

use super::draft::{Draft, Input};

/// Reads the inputs that `node` declares.
pub(super) fn read(draft: &mut Draft, node: &Node) {
    if node.get("schema").is_some() || node.get("default").is_some_and(Node::is_map) {
        return read_dotprompt(draft, node);
    }
    if let Some(parameters) = node.get("parameters").filter(|parameters| parameters.is_list()) {
        return read(draft, parameters);
    }
    match &node.value {
        Value::List(elements) => {
            draft.declares_inputs = true;
            elements.iter().for_each(|element| read_element(draft, element));
        }
        Value::Map(_) if is_json_schema(node) => read_schema(draft, node),
        Value::Map(entries) => {
            draft.declares_inputs = true;
            entries.iter().for_each(|entry| read_entry(draft, entry));
        }
        Value::Text(text) => text.split(',').for_each(|name| push(draft, name.trim(), node.span)),
        _ => {}
    }
}

/// Default values given apart from the declarations: `{name: value}`.
pub(super) fn read_defaults(draft: &mut Draft, node: &Node) {
    for entry in node.entries() {
        if !draft.inputs.iter().any(|input| input.name == entry.key) {
            push(draft, &entry.key, entry.span());
        }
        if let Some(input) = draft.inputs.iter_mut().find(|input| input.name == entry.key) {
            input.default = Some(entry.node.canonical());
        }
    }
}

/// Names that may be left out.
pub(super) fn read_optional(draft: &mut Draft, node: &Node) {
    for element in node.elements() {
        let Some(name) = element.text() else { continue };
        if !draft.inputs.iter().any(|input| input.name == name) {
            push(draft, name, element.span);
        }
        if let Some(input) = draft.inputs.iter_mut().find(|input| input.name == name) {
            input.required = Some(false);
        }
    }
}

fn read_dotprompt(draft: &mut Draft, node: &Node) {
    if let Some(schema) = node.get("schema") {
        if is_json_schema(schema) {
            read_schema(draft, schema);
        } else {
            draft.declares_inputs = schema.is_map();
            schema.entries().iter().for_each(|entry| read_entry(draft, entry));
        }
    }
    if let Some(defaults) = node.get("default") {
        read_defaults(draft, defaults);
    }
}

fn is_json_schema(node: &Node) -> bool {
    node.get("properties").is_some_and(Node::is_map)
}

fn read_schema(draft: &mut Draft, schema: &Node) {
    draft.declares_inputs = true;
    let required: Vec<&str> =
        schema.get("required").map_or(&[][..], Node::elements).iter().filter_map(Node::text).collect();
    for entry in schema.get("properties").map_or(&[][..], Node::entries) {
        read_entry(draft, entry);
        if let Some(input) = draft.inputs.last_mut().filter(|input| input.name == entry.key) {
            input.required = Some(required.contains(&entry.key.as_str()));
        }
    }
}

fn read_element(draft: &mut Draft, element: &Node) {
    match &element.value {
        Value::Text(name) => push(draft, name, element.span),
        Value::Map(_) => {
            if let Some(name) = element.get("name").and_then(Node::text) {
                push(draft, name, element.span);
                describe(draft, element);
            } else if let [entry] = element.entries() {
                read_entry(draft, entry);
            }
        }
        _ => {}
    }
}

/// `name: type, description`, `name?: …`, `name(enum): […]`, `name: {type: …}`, `name: example`.
fn read_entry(draft: &mut Draft, entry: &Entry) {
    let key = entry.key.split('(').next().unwrap_or(&entry.key).trim();
    let name = key.trim_end_matches('?');
    if name.is_empty() {
        // Picoschema's `(*)`: anything may be passed.
        draft.declares_inputs = false;
        return;
    }
    push(draft, name, entry.span());
    if let Some(input) = draft.inputs.last_mut() {
        if name.len() < key.len() {
            input.required = Some(false);
        }
        if let Some((_, modifier)) = entry.key.split_once('(') {
            return read_modified(input, modifier.trim_end_matches(')'), &entry.node);
        }
    }
    match &entry.node.value {
        Value::Map(_) => describe(draft, &entry.node),
        Value::Text(text) => describe_by_text(draft, text),
        _ => {}
    }
}

/// Picoschema's `tags(array, what they are): string`, `tone(enum): [warm, dry]`, `address(object): {…}`.
fn read_modified(input: &mut Input, modifier: &str, node: &Node) {
    let (kind, description) = modifier.split_once(',').unwrap_or((modifier, ""));
    input.description = Some(description.trim().to_owned()).filter(|text| !text.is_empty());
    if kind.trim() == "enum" {
        allow(input, node);
        return;
    }
    input.type_name = Some(kind.trim().to_owned());
    // The type of the elements or the fields, without what it says about them.
    let inner =
        node.text().map_or_else(|| node.canonical(), |text| text.split(',').next().unwrap_or(text).trim().to_owned());
    input.constraints = Some(inner);
}

/// Takes the list `node` for the only values.
fn allow(input: &mut Input, node: &Node) {
    let values: BTreeSet<String> = node.elements().iter().map(Node::canonical).collect();
    let are_texts = node.elements().iter().all(|value| value.text().is_some());
    if input.type_name.is_none() && are_texts {
        input.type_name = Some("string".to_owned());
    }
    input.allowed = Some(values).filter(|values| !values.is_empty());
}

/// Picoschema's `string, what it is`; any other text is an example value and says nothing about the type.
fn describe_by_text(draft: &mut Draft, text: &str) {
    let (first, rest) = text.split_once(',').unwrap_or((text, ""));
    let Some(input) = draft.inputs.last_mut() else { return };
    if let Some(kind) = type_called(first.trim()) {
        input.type_name = Some(kind.to_owned());
        input.description = Some(rest.trim().to_owned()).filter(|text| !text.is_empty());
    }
}

fn describe(draft: &mut Draft, node: &Node) {
    let Some(input) = draft.inputs.last_mut() else { return };
    let scalar = |keys: &[&str]| keys.iter().find_map(|key| node.get(key)).and_then(Node::scalar);
    input.type_name = node.get("type").or_else(|| node.get("kind")).and_then(type_name);
    input.constraints = constraints(node);
    input.description = scalar(&["description"]);
    if let Some(required) = scalar(&["required", "is_required", "isRequired"]) {
        input.required = Some(required == "true");
    }
    if scalar(&["optional"]).as_deref() == Some("true") {
        input.required = Some(false);
    }
    let default = ["default", "default_value", "defaultValue"].iter().find_map(|key| node.get(key));
    // Semantic Kernel writes an empty default for "none".
    input.default = default.filter(|node| node.text() != Some("") && node.value != Value::Null).map(Node::canonical);
    if let Some(allowed) = node.get("enum").or_else(|| node.get("enumValues")) {
        allow(input, allowed);
    }
}

/// Keys of a declaration that are read one by one, or that only people read.
const READ: &[&str] = &[
    "name",
    "type",
    "kind",
    "description",
    "title",
    "required",
    "is_required",
    "isRequired",
    "optional",
    "default",
    "default_value",
    "defaultValue",
    "enum",
    "enumValues",
    "example",
    "examples",
    "sample",
];

/// What else a declaration says of the values.
fn constraints(node: &Node) -> Option<String> {
    let rest: Vec<Entry> = node.entries().iter().filter(|entry| !READ.contains(&entry.key.as_str())).cloned().collect();
    (!rest.is_empty()).then(|| Node { span: node.span, value: Value::Map(rest) }.canonical())
}

/// A type's common name; of several, all of them.
fn type_name(node: &Node) -> Option<String> {
    let common = |name: String| type_called(&name).map_or(name.clone(), str::to_owned);
    let mut names: Vec<String> = node.elements().iter().filter_map(Node::scalar).map(common).collect();
    names.sort();
    if names.is_empty() { node.scalar().map(common) } else { Some(names.join(" or ")) }
}

fn type_called(name: &str) -> Option<&'static str> {
    Some(match name.to_ascii_lowercase().as_str() {
        "string" | "str" | "text" => "string",
        "integer" | "int" => "integer",
        "number" | "float" => "number",
        "boolean" | "bool" => "boolean",
        "array" | "list" => "array",
        "object" | "map" | "dict" => "object",
        "any" => "any",
        "null" => "null",
        _ => return None,
    })
}

fn push(draft: &mut Draft, name: &str, span: Span) {
    if name.is_empty() {
        return;
    }
    let quote = draft.file.quote(span);
    draft.inputs.push(Input {
        name: name.to_owned(),
        type_name: None,
        constraints: None,
        allowed: None,
        required: None,
        default: None,
        description: None,
        quote,
    });
}
