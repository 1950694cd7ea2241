//! JSON, YAML and TOML documents that hold one prompt or several under their names: GitHub Models `*.prompt.yml`, request
//! bodies, Langfuse and MLflow exports, Semantic Kernel YAML, tables of prompts.

use crate::domain::Span;
use crate::kinds::prompt::draft::Draft;
use crate::kinds::prompt::settings;
use crate::kinds::shared::document::{Syntax, syntax_of};
use crate::kinds::shared::node::{Entry, Node};
use crate::kinds::shared::template::Engine;

use super::naming::speaks_of_prompts;
use super::{Drafts, Format, Source, chat, file_name, is_in_folder};

/// Structured documents.
pub(super) const FORMAT: Format = Format { is_likely, recognises, read };

/// A text of a configuration with this many words is prose that a model reads.
const PROSE_WORDS: usize = 12;

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
    ("content", "user"),
    ("assistant", "assistant"),
];

fn is_likely(path: &str) -> bool {
    let name = file_name(path).to_ascii_lowercase();
    let is_named = name.contains("prompt") && !name.starts_with("promptfoo") || speaks_of_prompts(path);
    syntax_of(path).is_some() && (is_named || is_configuration(path))
}

/// Where programs keep their settings: a prompt may stand among them.
fn is_configuration(path: &str) -> bool {
    ["config", "configs", "profiles"].iter().any(|folder| is_in_folder(path, folder))
}

fn recognises(source: &Source<'_>) -> bool {
    let Some(root) = source.document else { return false };
    let path = &source.file.path;
    if is_configuration(path) && !speaks_of_prompts(path) && !file_name(path).contains("prompt") {
        return std::iter::once(root).chain(root.entries().iter().map(|entry| &entry.node)).any(instructs);
    }
    is_prompt(root) || chat::is_messages(root) || !members(root).is_empty()
}

/// Whether a map holds a text that can be nothing but a prompt's.
fn instructs(node: &Node) -> bool {
    const TELLING: [&str; 5] =
        ["system_prompt", "system_message", "system_template", "instance_template", "custom_instructions"];
    let is_prose = |text: &str| text.split_whitespace().nth(PROSE_WORDS - 1).is_some();
    TELLING.iter().any(|key| node.get(key).and_then(Node::text).is_some_and(is_prose))
}

/// Whether a map holds a prompt's text.
fn is_prompt(node: &Node) -> bool {
    let has_text =
        |(key, _): &(&str, &str)| node.get(key).is_some_and(|text| text.text().is_some() || chat::is_messages(text));
    node.get("messages").is_some_and(chat::is_messages) || !chat::is_message(node) && TEXTS.iter().any(has_text)
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

impl Member<'_> {
    /// Whether its name says nothing: it is the prompt of the file.
    fn is_generic(&self) -> bool {
        self.name.is_some_and(|entry| matches!(entry.key.as_str(), "agent" | "prompt" | "default" | "main" | "llm"))
    }
}

fn read(source: &Source<'_>) -> Drafts {
    let Some(root) = source.document else { return Ok(Vec::new()) };
    if is_prompt(root) || chat::is_messages(root) {
        return Ok(vec![read_prompt(source, root)]);
    }
    let members = members(root);
    if let [member] = members.as_slice()
        && member.is_generic()
        && root.entries().len() > 1
    {
        return Ok(vec![read_prompt(source, root)]);
    }
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
    for entry in node.entries().iter().filter(|entry| !known.contains(&entry.key.as_str())) {
        let before = draft.parts.len();
        settings::read_entry(&mut draft, entry);
        let texts = texts_below(&entry.node);
        let is_known =
            draft.parts.iter().skip(before).any(|part| part.aspect != "setting") || draft.parts.len() == before;
        if !is_known && !texts.is_empty() {
            say_nested(&mut draft, entry, texts);
        }
    }
    draft
}

/// The long texts of a configuration are messages under their paths, not settings.
fn say_nested(draft: &mut Draft, entry: &Entry, texts: Vec<Text<'_>>) {
    for text in texts {
        let path = std::iter::once(entry.key.as_str()).chain(text.path).collect::<Vec<_>>().join(".");
        draft.parts.retain(|part| part.aspect != "setting" || part.key != path);
        draft.say_node(&path, text.node);
    }
}

/// A long text below a map.
struct Text<'n> {
    path: Vec<&'n str>,
    node: &'n Node,
}

/// The texts below `node`, at most four maps down, that are too long to be anything but prose.
fn texts_below(node: &Node) -> Vec<Text<'_>> {
    let mut found = Vec::new();
    let mut open = vec![(Vec::new(), node)];
    while let Some((path, node)) = open.pop() {
        if node.text().is_some_and(|text| text.split_whitespace().nth(PROSE_WORDS - 1).is_some()) {
            found.push(Text { path, node });
        } else if path.len() < 4 {
            let below = node.entries().iter().rev();
            open.extend(below.map(|entry| ([&path[..], &[entry.key.as_str()]].concat(), &entry.node)));
        }
    }
    found
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
