//! Prompts that stand inside a promptfoo configuration. Read when pv.toml or `--kind prompt` says so: by itself such a file
//! is an eval.

use crate::domain::KindName;
use crate::kinds::prompt::draft::Draft;
use crate::kinds::shared::node::Node;
use crate::kinds::shared::template::Engine;

use super::{Drafts, Format, Source, file_name};

/// promptfoo.
pub(super) const FORMAT: Format = Format {
    is_likely: |_| false,
    recognises: |source| {
        file_name(&source.file.path).starts_with("promptfoo")
            && source.document.and_then(|root| root.get("prompts")).is_some_and(Node::is_list)
    },
    read,
};

fn read(source: &Source<'_>) -> Drafts {
    let prompts = source.document.and_then(|root| root.get("prompts")).map_or(&[][..], Node::elements);
    Ok(prompts.iter().enumerate().map(|(at, prompt)| draft(source, prompt, at)).collect())
}

fn draft(source: &Source<'_>, prompt: &Node, at: usize) -> Draft {
    let mut draft = Draft::new(source.file, Engine::Jinja);
    draft.span = Some(prompt.span);
    let name = prompt.get("label").or_else(|| prompt.get("id")).and_then(Node::text);
    draft.name = Some(name.map_or_else(|| format!("prompt-{}", at + 1), str::to_owned));
    let text = prompt.get("raw").unwrap_or(prompt);
    match text.text() {
        Some(path) if path.starts_with("file://") => {
            draft.refer(KindName::Prompt, path.trim_start_matches("file://"), text.span);
            draft.part("setting", "file", path, text.span);
        }
        Some(_) => draft.say_node("user", text),
        None => draft.part("setting", "prompt", prompt.canonical(), prompt.span),
    }
    if let Some(config) = prompt.get("config") {
        draft.part("setting", "config", config.canonical(), config.span);
    }
    draft
}
