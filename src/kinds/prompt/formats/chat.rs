//! Chat messages as JSON or YAML: the shape that most structured formats share.

use crate::kinds::prompt::draft::Draft;
use crate::kinds::shared::node::{Node, Value};

/// Whether `node` is a list of messages.
pub(super) fn is_messages(node: &Node) -> bool {
    let elements = node.elements();
    let is_template = |element: &Node| element.text().is_some_and(|text| text.contains("{{"));
    let belongs = |element: &Node| role_of(element).is_some() || is_template(element);
    elements.iter().all(belongs) && elements.iter().any(is_message)
}

/// Whether `node` is one message of a list.
pub(super) fn is_message(node: &Node) -> bool {
    role_of(node).is_some() && node.get("content").is_some()
}

/// The role of a message; where none stands, its `type` may say it.
fn role_of(message: &Node) -> Option<&str> {
    const TYPES: [&str; 5] = ["placeholder", "system", "user", "assistant", "bot"];
    let of_type = || message.get("type").and_then(Node::text).filter(|name| TYPES.contains(name));
    message.get("role").and_then(Node::text).or_else(of_type)
}

/// Reads a list of messages.
pub(super) fn read(draft: &mut Draft, messages: &Node) {
    for (at, message) in messages.elements().iter().enumerate() {
        read_message(draft, message, at);
    }
}

fn read_message(draft: &mut Draft, message: &Node, at: usize) {
    if message.text().is_some() {
        // A text between messages that a template turns into messages.
        return draft.say_node("placeholder", message);
    }
    let role = role_of(message).map_or("placeholder", normal_role).to_ascii_lowercase();
    for entry in message.entries() {
        match entry.key.as_str() {
            "role" => {}
            "type" if message.get("role").is_none() => {}
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
        "ai" | "AI" | "model" | "bot" => "assistant",
        other => other,
    }
}
