//! JSON, YAML and TOML documents that hold one prompt or several under their names: GitHub Models `*.prompt.yml`, request
//! bodies, Langfuse and MLflow exports, Semantic Kernel YAML, tables of prompts.

use crate::domain::Span;
use crate::kinds::prompt::draft::Draft;
use crate::kinds::prompt::settings;
use crate::kinds::shared::document::{Syntax, syntax_of};
use crate::kinds::shared::node::{Entry, Node};
use crate::kinds::shared::template::Engine;

use super::{Drafts, Format, Source, chat, file_name, is_in_folder};

/// Structured documents.
pub(super) const FORMAT: Format = Format { is_likely, recognises, read };

/// Keys whose text is a message, and its role.
const TEXTS: &[(&str, &str)] = &[
    ("system", "system"),
    ("system_prompt", "system"),
    ("system_message", "system"),
    ("system_template", "system"),
    ("instructions", "system"),
    ("developer", "developer"),
    ("prompt", "user"),
    ("template", "user"),
    ("user", "user"),
    ("user_prompt", "user"),
    ("user_message", "user"),
    ("user_template", "user"),
    ("assistant", "assistant"),
];

fn is_likely(path: &str) -> bool {
    let name = file_name(path).to_ascii_lowercase();
    let is_document = syntax_of(path).is_some();
    is_document && (name.contains("prompt") && !name.starts_with("promptfoo") || is_in_folder(path, "prompts"))
}

fn recognises(source: &Source<'_>) -> bool {
    let Some(root) = source.document else { return false };
    is_prompt(root) || chat::is_messages(root) || !members(root).is_empty()
}

/// Whether a map holds a prompt's text.
fn is_prompt(node: &Node) -> bool {
    let has_text =
        |(key, _): &(&str, &str)| node.get(key).is_some_and(|text| text.text().is_some() || chat::is_messages(text));
    node.get("messages").is_some_and(chat::is_messages) || TEXTS.iter().any(has_text)
}

/// Prompts under names of their own: the entries of a map or of a list (or of a `prompts` map or list in it).
fn members(root: &Node) -> Vec<Member<'_>> {
    let holder = root.get("prompts").unwrap_or(root);
    let entries = holder.entries().iter().filter(|entry| is_prompt(&entry.node));
    let named = entries.map(|entry| Member { name: Some(entry), node: &entry.node });
    let elements = holder.elements().iter().filter(|element| is_prompt(element) && element.get("role").is_none());
    named.chain(elements.map(|node| Member { name: None, node })).collect()
}

struct Member<'n> {
    name: Option<&'n Entry>,
    node: &'n Node,
}

fn read(source: &Source<'_>) -> Drafts {
    let Some(root) = source.document else { return Ok(Vec::new()) };
    if is_prompt(root) || chat::is_messages(root) {
        return Ok(vec![read_prompt(source, root)]);
    }
    let members = members(root);
    let is_whole_file = members.len() == 1 && root.entries().len() == 1 && root.get("prompts").is_none();
    let drafts = members.into_iter().map(|member| {
        let mut draft = read_prompt(source, member.node);
        let span = extent(member.node, member.name.map_or(member.node.span, Entry::span));
        draft.span = Some(span).filter(|_| !is_whole_file);
        draft.name = draft.name.or_else(|| member.name.map(|entry| entry.key.clone()));
        draft
    });
    Ok(drafts.collect())
}

/// `span` and everything in `node`: the span of a TOML table may end with its header.
fn extent(node: &Node, span: Span) -> Span {
    let inner = node.entries().iter().map(|entry| extent(&entry.node, entry.span()));
    inner
        .chain(node.elements().iter().map(|element| extent(element, element.span)))
        .fold(span, |whole, part| Span::new(whole.start.min(part.start), whole.end.max(part.end)))
}

fn read_prompt(source: &Source<'_>, node: &Node) -> Draft {
    let mut draft = Draft::new(source.file, engine_of(source, node));
    if chat::is_messages(node) {
        chat::read(&mut draft, node);
        return draft;
    }
    let mut known = vec!["messages"];
    if let Some(messages) = node.get("messages") {
        // Anthropic's body says the system text beside the messages.
        read_text(&mut draft, node, "system", "system", &mut known);
        chat::read(&mut draft, messages);
    }
    for (key, role) in TEXTS {
        read_text(&mut draft, node, key, role, &mut known);
    }
    settings::read(&mut draft, node, &known);
    draft
}

fn read_text(draft: &mut Draft, node: &Node, key: &'static str, role: &str, known: &mut Vec<&'static str>) {
    let Some(text) = node.get(key).filter(|_| !known.contains(&key)) else { return };
    if chat::is_messages(text) {
        chat::read(draft, text);
    } else if text.text().is_some() || text.is_list() {
        chat::read_content(draft, role, text);
    } else {
        return;
    }
    known.push(key);
}

/// Semantic Kernel lists its inputs as maps beside a `template`; tables in TOML and texts with `{%` are Jinja.
fn engine_of(source: &Source<'_>, node: &Node) -> Engine {
    let is_kernel = node.get("template").is_some()
        && (node.get("execution_settings").is_some()
            || node.get("input_variables").is_some_and(|inputs| inputs.elements().iter().any(Node::is_map)));
    let has_statements = source.file.slice(node.span).contains("{%");
    match syntax_of(&source.file.path) {
        _ if is_kernel => Engine::SemanticKernel,
        Some(Syntax::Toml) => Engine::Jinja,
        _ if has_statements => Engine::Jinja,
        _ => Engine::Plain,
    }
}
