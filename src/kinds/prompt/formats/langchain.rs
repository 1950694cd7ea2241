//! LangChain prompts: `_type: prompt|few_shot|chat`, and the serialised `{"lc": 1, …}` form.

use crate::kinds::prompt::draft::Draft;
use crate::kinds::prompt::{example, inputs, settings};
use crate::kinds::shared::node::Node;
use crate::kinds::shared::template::Engine;

use super::{Drafts, Format, Source, chat, file_name, is_in_folder};

/// LangChain.
pub(super) const FORMAT: Format = Format {
    is_likely: |path| {
        [".json", ".yaml", ".yml"].iter().any(|end| path.ends_with(end))
            && (is_in_folder(path, "prompts") || file_name(path).contains("prompt"))
    },
    recognises: |source| source.document.is_some_and(is_langchain),
    read,
};

/// Keys that are read here and not as settings.
const KNOWN: &[&str] = &[
    "_type",
    "template",
    "prefix",
    "suffix",
    "examples",
    "example_prompt",
    "messages",
    "lc",
    "type",
    "id",
    "kwargs",
    "example_separator",
    "input_types",
    "prompt",
    "variable_name",
    "additional_kwargs",
];

fn is_langchain(root: &Node) -> bool {
    let old = root.get("_type").and_then(Node::text).is_some_and(|kind| matches!(kind, "prompt" | "few_shot" | "chat"));
    let new = root.get("lc").is_some() && class(root).ends_with("Template");
    old || new
}

fn read(source: &Source<'_>) -> Drafts {
    let Some(root) = source.document else { return Ok(Vec::new()) };
    let mut draft = Draft::new(source.file, Engine::FString);
    draft.engine_is_certain = true;
    draft.name = root.get("name").and_then(Node::text).map(str::to_owned);
    read_template(&mut draft, root, "user");
    Ok(vec![draft])
}

/// The last name of the `id` of a serialised object.
fn class(node: &Node) -> &str {
    node.get("id").and_then(|id| id.elements().last()).and_then(Node::text).unwrap_or_default()
}

fn read_template(draft: &mut Draft, node: &Node, role: &str) {
    let body = node.get("kwargs").unwrap_or(node);
    let known: Vec<&str> = KNOWN.iter().copied().chain(std::iter::once("input_variables")).collect();
    settings::read(draft, body, &known);
    if let Some(variables) = body.get("input_variables").filter(|_| draft.inputs.is_empty()) {
        inputs::read(draft, variables);
    }
    for key in ["prefix", "template"] {
        if let Some(text) = body.get(key) {
            draft.say_node(role, text);
        }
    }
    read_examples(draft, body);
    if let Some(text) = body.get("suffix") {
        draft.say_node(role, text);
    }
    for message in body.get("messages").map_or(&[][..], Node::elements) {
        read_message(draft, message);
    }
}

fn read_message(draft: &mut Draft, message: &Node) {
    let body = message.get("kwargs").unwrap_or(message);
    let class = class(message);
    if let Some(variable) = body.get("variable_name") {
        draft.say_node("placeholder", variable);
        return;
    }
    let role = match class {
        "SystemMessagePromptTemplate" | "SystemMessage" => "system",
        "AIMessagePromptTemplate" | "AIMessage" => "assistant",
        "HumanMessagePromptTemplate" | "HumanMessage" => "user",
        _ => body.get("role").and_then(Node::text).map_or("user", chat::normal_role),
    };
    let prompt = body.get("prompt").unwrap_or(body);
    let body = prompt.get("kwargs").unwrap_or(prompt);
    if let Some(format) =
        body.get("template_format").filter(|_| !draft.parts.iter().any(|part| part.aspect == "engine"))
        && let Some(name) = format.text()
    {
        draft.declare_engine(name, draft.file.quote(format.span));
    }
    if let Some(content) = body.get("template").or_else(|| body.get("content")) {
        chat::read_content(draft, role, content);
    }
}

/// Few-shot examples: a list, or the path of a file.
fn read_examples(draft: &mut Draft, body: &Node) {
    let Some(examples) = body.get("examples") else { return };
    match example::read(&draft.file, examples) {
        Some(list) => draft.examples.extend(list),
        None => draft.part("setting", "examples", examples.canonical(), examples.span),
    }
    if let Some(shape) = body.get("example_prompt") {
        draft.part("setting", "example_prompt", shape.canonical(), shape.span);
    }
}
