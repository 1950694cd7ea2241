//! Markdown and plain text, with or without front matter: one message, the file's own bytes.

use crate::domain::SourceFile;
use crate::kinds::prompt::draft::Draft;
use crate::kinds::prompt::settings;
use crate::kinds::shared::front_matter;
use crate::kinds::shared::template::Engine;

use super::naming::speaks_of_prompts;
use super::{Drafts, Format, Source, file_name, is_in_folder};

/// Markdown and plain text.
pub(super) const FORMAT: Format = Format { is_likely, recognises, read };

const EXTENSIONS: &[&str] = &["md", "txt", "j2", "jinja", "jinja2", "hbs", "handlebars", "mustache", "mdx", "markdown"];

fn is_likely(path: &str) -> bool {
    is_named_a_prompt(path) || is_in_commands(path)
}

fn is_named_a_prompt(path: &str) -> bool {
    let Some((stem, extension)) = file_name(path).rsplit_once('.') else { return false };
    let is_pattern = is_in_folder(path, "patterns") && matches!(stem, "system" | "user");
    (EXTENSIONS.contains(&extension) && (speaks_of_prompts(path) || is_pattern)) || is_instruction_file(path)
}

/// Where slash commands stand; outside of a tool's own folder their front matter has to say that they are some.
fn is_in_commands(path: &str) -> bool {
    path.ends_with(".md") && (is_in_folder(path, "commands") || is_in_folder(path, "command"))
}

fn recognises(source: &Source<'_>) -> bool {
    let path = &source.file.path;
    let is_certain = is_named_a_prompt(path) || !is_in_commands(path);
    source.document.is_none() && (is_certain || describes_a_command(source.file))
}

fn describes_a_command(file: &SourceFile) -> bool {
    const TELLING: [&str; 5] = ["description", "allowed-tools", "argument-hint", "agent", "model"];
    let Ok(Some(head)) = front_matter::read(file) else { return false };
    TELLING.iter().any(|key| head.map.get(key).is_some())
}

/// Files that tools read as standing instructions or as slash commands.
fn is_instruction_file(path: &str) -> bool {
    let name = file_name(path);
    let is_command = [".claude/commands/", ".cursor/commands/"].iter().any(|folder| path.contains(folder));
    let is_command = is_command && name.ends_with(".md");
    matches!(name, "CLAUDE.md" | "CLAUDE.local.md" | "AGENTS.md" | "GEMINI.md" | "QWEN.md" | "copilot-instructions.md")
        || matches!(name, ".cursorrules" | ".windsurfrules" | ".clinerules")
        || is_command
        || [".mdc", ".instructions.md", ".prompt.md", ".chatmode.md"].iter().any(|end| name.ends_with(end))
}

fn read(source: &Source<'_>) -> Drafts {
    let file = source.file;
    let mut draft = Draft::new(file, engine_of(&file.path));
    match front_matter::read(file)? {
        Some(head) => {
            draft.problems.extend(head.lenient);
            settings::read(&mut draft, &head.map, &[]);
            draft.say(role_of(&file.path), head.body);
        }
        None => draft.say(role_of(&file.path), file.whole()),
    }
    draft.is_literal = is_standing(&file.path);
    declare_by_extension(&mut draft, file);
    if routes_by_description(&file.path) {
        // The description decides when the text is used: more than metadata.
        draft.parts.iter_mut().filter(|part| part.key == "description").for_each(|part| part.aspect = "setting");
    }
    Ok(vec![draft])
}

/// An extension that names its engine declares it, unless the front matter did.
fn declare_by_extension(draft: &mut Draft, file: &SourceFile) {
    let name = match file.path.rsplit('.').next() {
        Some("j2" | "jinja" | "jinja2") => "jinja2",
        Some("hbs" | "handlebars") => "handlebars",
        Some("mustache") => "mustache",
        _ => return,
    };
    if !draft.parts.iter().any(|part| part.aspect == "engine") {
        draft.declare_engine(name, file.quote_as(crate::domain::Span::new(0, 0), name));
    }
}

fn engine_of(path: &str) -> Engine {
    let is_command = is_in_commands(path) || path.ends_with(".prompt.md");
    if is_command { Engine::Dollar } else { Engine::Plain }
}

fn role_of(path: &str) -> &'static str {
    let name = file_name(path).to_ascii_lowercase();
    let stem = name.split('.').next().unwrap_or_default();
    match stem {
        "assistant" => "assistant",
        "system" => "system",
        _ if is_standing(path) => "system",
        _ => "user",
    }
}

/// Whether a tool reads the file as it stands, in every conversation.
fn is_standing(path: &str) -> bool {
    is_instruction_file(path) && !is_in_commands(path) && !path.ends_with(".prompt.md")
}

fn routes_by_description(path: &str) -> bool {
    is_in_commands(path) || [".mdc", ".instructions.md"].iter().any(|end| path.ends_with(end))
}
