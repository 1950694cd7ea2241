//! Chat messages as JSON or YAML: the shape that most structured formats share.

use crate::kinds::prompt::draft::Draft;
use crate::kinds::shared::node::{Node, Value};

/// Whether `node` is a list of messages.
pub(super) fn is_messages(node: &Node) -> bool {
    let elements = node.elements();
    let is_message = |element: &Node| {
        element.get("role").is_some() || element.get("type").and_then(Node::text) == Some("placeholder")
    };
    !elements.is_empty()
        && elements.iter().all(is_message)
        && elements.iter().any(|element| element.get("content").is_some())
}

/// Reads a list of messages.
pub(super) fn read(draft: &mut Draft, messages: &Node) {
    for (at, message) in messages.elements().iter().enumerate() {
        read_message(draft, message, at);
    }
}

fn read_message(draft: &mut Draft, message: &Node, at: usize) {
    let role = message.get("role").and_then(Node::text).map_or("placeholder", normal_role).to_ascii_lowercase();
    for entry in message.entries() {
        match entry.key.as_str() {
            "role" => {}
            "content" => read_content(draft, &role, &entry.node),
            "name" if role == "placeholder" => draft.say_node(&role, &entry.node),
            // What else a message carries reaches the model too: tool calls, names, cache marks.
            key => draft.part("setting", format!("messages[{at}].{key}"), entry.node.canonical(), entry.span()),
        }
    }
}

/// A text, or a list of parts: texts become messages of the role, anything else is kept as it is written.
pub(super) fn read_content(draft: &mut Draft, role: &str, content: &Node) {
    match &content.value {
        Value::Text(_) => draft.say_node(role, content),
        Value::List(parts) => {
            for part in parts {
                match part.get("text").filter(|text| text.text().is_some()) {
                    Some(text) => draft.say_node(role, text),
                    None if part.text().is_some() => draft.say_node(role, part),
                    None => draft.say(role, part.span),
                }
            }
        }
        Value::Null => {}
        _ => draft.say(role, content.span),
    }
}

/// The common name of a role.
pub(super) fn normal_role(role: &str) -> &str {
    match role {
        "human" | "Human" => "user",
        "ai" | "AI" | "model" => "assistant",
        other => other,
    }
}
