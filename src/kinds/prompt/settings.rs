//! The keys beside the text: model, parameters, inputs, output, tools; what is not known is kept.

use crate::domain::KindName;
use crate::kinds::shared::leaves;
use crate::kinds::shared::lifecycle;
use crate::kinds::shared::node::{Entry, Node, Value};
use crate::kinds::shared::part::Part;

use super::draft::Draft;
use super::{example, inputs};

/// Keys that describe the prompt to people and change nothing at run time.
const METADATA: &[&str] = &[
    "title",
    "display_name",
    "description",
    "summary",
    "comment",
    "notes",
    "owner",
    "owners",
    "author",
    "authors",
    "tags",
    "labels",
    "category",
    "license",
    "homepage",
    "changelog",
    "commit_message",
    "created",
    "created_at",
    "updated",
    "updated_at",
    "date",
    "last_updated",
    "metadata",
    "color",
    "icon",
    "$schema",
    "#",
];

/// Sampling and call parameters that formats write at the top level.
const PARAMS: &[&str] = &[
    "temperature",
    "top_p",
    "top_k",
    "min_p",
    "max_tokens",
    "stop",
    "seed",
    "presence_penalty",
    "frequency_penalty",
    "reasoning_effort",
    "reasoning",
    "thinking",
    "response_format",
    "n",
    "logprobs",
    "logit_bias",
    "tool_choice",
    "parallel_tool_calls",
    "verbosity",
    "endpoint",
    "stream",
    "service_tier",
];

/// Maps of parameters.
const PARAM_MAPS: &[&str] = &["config", "parameters", "model_parameters", "model_config", "options", "completion"];

/// Reads every entry of the map `node` except the keys in `known`, which the format reads itself.
pub(super) fn read(draft: &mut Draft, node: &Node, known: &[&str]) {
    for entry in node.entries().iter().filter(|entry| !known.contains(&entry.key.as_str())) {
        read_entry(draft, entry);
    }
}

/// Reads one entry.
pub(super) fn read_entry(draft: &mut Draft, entry: &Entry) {
    let key = snake(&entry.key);
    let node = &entry.node;
    match key.as_str() {
        "name" if node.scalar().is_some() => draft.name = node.scalar(),
        "task" if node.scalar().is_some() && draft.name.is_none() => draft.name = node.scalar(),
        "version" if node.scalar().is_some() => draft.version = node.scalar(),
        "model" | "model_name" | "model_id" => read_model(draft, entry),
        "execution_settings" => node.entries().iter().for_each(|service| read_params(draft, &service.node)),
        "input" | "inputs" | "variables" | "input_variables" | "arguments" | "args" => inputs::read(draft, node),
        "optional_variables" => inputs::read_optional(draft, node),
        "partial_variables" => inputs::read_defaults(draft, node),
        "output" | "outputs" | "output_schema" | "json_schema" | "schema" | "output_variable" => {
            read_output(draft, entry)
        }
        "tools" | "allowed_tools" | "linked_tools" | "functions" => read_tools(draft, node),
        "template_format" | "template_language" => {
            if let Some(name) = node.text() {
                draft.declare_engine(name, draft.file.quote(entry.span()));
            }
        }
        key if example::KEYS.contains(&key) && read_examples(draft, node) => {}
        "deprecated" | "sunset" | "sunset_date" | "status" | "lifecycle" if read_lifecycle(draft, entry) => {}
        "provider" => draft.part("model", "provider", node.canonical(), node.span),
        key if PARAM_MAPS.contains(&key) && node.is_map() => read_params(draft, node),
        key if PARAMS.contains(&param_name(key).as_str()) => read_param(draft, entry),
        key if METADATA.contains(&key) => draft.part("metadata", key, node.canonical(), entry.span()),
        _ => read_setting(draft, entry),
    }
}

/// A key that is not known: of a map each value under its path, so that a change names what changed; a list as a whole.
fn read_setting(draft: &mut Draft, entry: &Entry) {
    let mut open = vec![(entry.key.clone(), entry)];
    while let Some((path, entry)) = open.pop() {
        if entry.node.entries().is_empty() {
            draft.part("setting", path, entry.node.canonical(), entry.span());
        } else {
            let below = entry.node.entries().iter().rev();
            open.extend(below.map(|below| (format!("{path}.{}", leaves::quoted(&below.key)), below)));
        }
    }
}

/// Whether `node` lists examples, which are read then.
fn read_examples(draft: &mut Draft, node: &Node) -> bool {
    let examples = example::read(&draft.file, node);
    let is_list = examples.is_some();
    draft.examples.extend(examples.into_iter().flatten());
    is_list
}

/// Whether `entry` says that the prompt is to go, and when; it is read then.
fn read_lifecycle(draft: &mut Draft, entry: &Entry) -> bool {
    let key = snake(&entry.key);
    let Some(value) = entry.node.scalar() else { return false };
    let key = match key.as_str() {
        "sunset" | "sunset_date" => "sunset",
        "deprecated" if value == "false" => return true,
        "deprecated" => "deprecated",
        _ if value.eq_ignore_ascii_case("deprecated") => "deprecated",
        _ => return false,
    };
    let quote = draft.file.quote_as(entry.node.span, value.clone());
    draft.parts.push(Part { aspect: lifecycle::ASPECT, key: key.to_owned(), value, quote, marks: Vec::new() });
    true
}

/// A map of parameters, in which a model may stand too.
fn read_params(draft: &mut Draft, node: &Node) {
    for entry in node.entries() {
        match snake(&entry.key).as_str() {
            "model" | "model_name" | "model_id" | "ai_model_id" => read_model(draft, entry),
            "provider" => draft.part("model", "provider", entry.node.canonical(), entry.node.span),
            "tools" | "functions" => read_tools(draft, &entry.node),
            _ => read_param(draft, entry),
        }
    }
}

fn read_param(draft: &mut Draft, entry: &Entry) {
    let name = param_name(&snake(&entry.key));
    if matches!(entry.node.value, Value::Null) {
        return;
    }
    if name == "response_format"
        && let Some(schema) = entry.node.at(&["json_schema"]).or_else(|| entry.node.get("schema"))
    {
        read_schema(draft, schema, entry);
    }
    let value = if name == "response_format" { response_format(&entry.node) } else { entry.node.canonical() };
    draft.part("param", name, value, entry.node.span);
}

/// `text`, `json`, `json_schema`: the shape of the answer, without the schema.
fn response_format(node: &Node) -> String {
    node.get("type").unwrap_or(node).canonical()
}

fn read_model(draft: &mut Draft, entry: &Entry) {
    let node = &entry.node;
    if let Some(name) = node.scalar() {
        draft.part("model", "model", name.clone(), node.span);
        draft.refer(KindName::Model, &name, node.span);
        return;
    }
    for inner in node.entries() {
        match snake(&inner.key).as_str() {
            "id" | "name" | "model" if inner.node.scalar().is_some() => read_model(draft, inner),
            "parameters" | "options" | "config" => read_params(draft, &inner.node),
            "configuration" | "connection" => read_configuration(draft, inner),
            "response" => {}
            _ => draft.part("model", inner.key.clone(), inner.node.canonical(), inner.span()),
        }
    }
}

/// Prompty's `configuration`: the deployment names the model.
fn read_configuration(draft: &mut Draft, entry: &Entry) {
    for inner in entry.node.entries() {
        if matches!(snake(&inner.key).as_str(), "azure_deployment" | "name" | "model") && inner.node.scalar().is_some()
        {
            read_model(draft, inner);
        } else {
            let key = format!("{}.{}", entry.key, inner.key);
            draft.part("model", key, inner.node.canonical(), inner.span());
        }
    }
}

fn read_output(draft: &mut Draft, entry: &Entry) {
    let node = &entry.node;
    if let Some(format) = node.get("format").filter(|format| format.scalar().is_some()) {
        draft.part("param", "response_format", format.canonical(), format.span);
    }
    let schema = node.get("schema").or_else(|| node.get("json_schema")).unwrap_or(node);
    let has_format_only = node.get("format").is_some() && node.entries().len() == 1;
    if !has_format_only && !matches!(schema.value, Value::Null) {
        read_schema(draft, schema, entry);
    }
}

fn read_schema(draft: &mut Draft, schema: &Node, entry: &Entry) {
    // A schema may be written as JSON inside a string; it is compared as text then.
    let fields = schema.is_map() && !is_json_schema(schema);
    draft.part("output-schema", "output", shape(schema, fields).canonical(), entry.span());
    draft.part("output-schema-text", "output", schema.canonical(), entry.span());
}

/// The schema without what only the model reads: titles, descriptions, examples. In a map of fields every key is a field.
fn shape(node: &Node, is_fields: bool) -> Node {
    let keeps =
        |entry: &&Entry| is_fields || !matches!(entry.key.as_str(), "title" | "description" | "examples" | "$comment");
    let value = match &node.value {
        Value::List(nodes) => Value::List(nodes.iter().map(|node| shape(node, false)).collect()),
        Value::Map(entries) => {
            Value::Map(entries.iter().filter(keeps).map(|entry| shape_of_entry(entry, is_fields)).collect())
        }
        // Picoschema describes a field behind its type: `string, the title`.
        Value::Text(text) if is_fields => Value::Text(text.split(',').next().unwrap_or(text).trim().to_owned()),
        other => other.clone(),
    };
    Node { span: node.span, value }
}

fn shape_of_entry(entry: &Entry, is_field: bool) -> Entry {
    let holds_fields = !is_field && matches!(entry.key.as_str(), "properties" | "$defs" | "definitions");
    let key = if is_field { entry.key.split(',').next().unwrap_or(&entry.key) } else { &entry.key };
    let node = match is_json_schema(&entry.node) {
        false if is_field && entry.node.is_map() => shape(&entry.node, true),
        _ => shape(&entry.node, holds_fields || (is_field && entry.node.text().is_some())),
    };
    Entry { key: key.to_owned(), key_span: entry.key_span, node }
}

/// Whether a map is a JSON Schema, and not Picoschema's map of fields.
fn is_json_schema(node: &Node) -> bool {
    ["type", "properties", "$ref", "anyOf", "oneOf", "allOf", "enum", "const", "items", "json_schema"]
        .iter()
        .any(|key| node.get(key).is_some_and(|value| value.is_map() || value.is_list() || *key == "type"))
        || node.get("$ref").is_some()
}

/// A list of tools: names, or definitions; also one comma-separated text.
pub(super) fn read_tools(draft: &mut Draft, node: &Node) {
    match &node.value {
        Value::Text(list) => split_tools(list).for_each(|name| push_tool(draft, name, node)),
        Value::List(tools) => tools.iter().for_each(|tool| read_tool(draft, tool)),
        Value::Map(entries) => {
            for entry in entries {
                draft.part("tool", entry.key.clone(), entry.node.canonical(), entry.span());
                draft.refer(KindName::Tool, &entry.key, entry.key_span);
            }
        }
        _ => {}
    }
}

fn read_tool(draft: &mut Draft, tool: &Node) {
    let function = tool.get("function").unwrap_or(tool);
    let name = function.get("name").or_else(|| tool.get("id")).or_else(|| tool.get("type")).unwrap_or(tool);
    match name.text() {
        Some(text) if tool.text().is_some() => push_tool(draft, text, tool),
        Some(text) => {
            draft.part("tool", text, tool.canonical(), tool.span);
            draft.refer(KindName::Tool, text, name.span);
        }
        None => draft.part("tool", tool.canonical(), "", tool.span),
    }
}

fn push_tool(draft: &mut Draft, name: &str, node: &Node) {
    draft.part("tool", name, "", node.span);
    let bare = name.split('(').next().unwrap_or(name);
    draft.refer(KindName::Tool, bare, node.span);
}

/// `Read, Bash(git add:*), Glob`: commas inside parentheses do not separate.
fn split_tools(list: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_usize;
    let pieces = list.split(move |c| {
        depth = match c {
            '(' => depth + 1,
            ')' => depth.saturating_sub(1),
            _ => depth,
        };
        c == ',' && depth == 0
    });
    pieces.map(str::trim).filter(|name| !name.is_empty())
}

fn param_name(key: &str) -> String {
    match key {
        "max_output_tokens" | "max_completion_tokens" | "max_new_tokens" => "max_tokens",
        "stop_sequences" => "stop",
        other => other,
    }
    .to_owned()
}

/// `maxOutputTokens` and `max-output-tokens` as `max_output_tokens`.
pub(super) fn snake(key: &str) -> String {
    let mut snake = String::with_capacity(key.len() + 4);
    let mut before_is_low = false;
    for c in key.chars() {
        if c.is_ascii_uppercase() && before_is_low {
            snake.push('_');
        }
        before_is_low = c.is_ascii_lowercase() || c.is_ascii_digit();
        snake.push(if matches!(c, '-' | ' ') { '_' } else { c.to_ascii_lowercase() });
    }
    snake
}
