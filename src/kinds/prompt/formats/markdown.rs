//! Markdown and plain text, with or without front matter: one message, the file's own bytes.

use crate::domain::SourceFile;
use crate::kinds::prompt::draft::Draft;
use crate::kinds::prompt::settings;
use crate::kinds::shared::front_matter;
use crate::kinds::shared::template::Engine;

use super::{Drafts, Format, Source, file_name, is_in_folder};

/// Markdown and plain text.
pub(super) const FORMAT: Format = Format { is_likely, recognises: |source| source.document.is_none(), read };

const EXTENSIONS: &[&str] = &["md", "txt", "j2", "jinja", "jinja2", "hbs", "handlebars", "mustache", "mdx", "markdown"];

fn is_likely(path: &str) -> bool {
    let name = file_name(path);
    let Some((stem, extension)) = name.rsplit_once('.') else { return false };
    let in_prompts = is_in_folder(path, "prompts") || is_in_folder(path, "prompt");
    let is_pattern = is_in_folder(path, "patterns") && matches!(stem, "system" | "user");
    (EXTENSIONS.contains(&extension) && (in_prompts || is_pattern)) || is_instruction_file(path)
}

/// Files that tools read as standing instructions or as slash commands.
fn is_instruction_file(path: &str) -> bool {
    let name = file_name(path);
    let is_command = path.contains(".claude/commands/") && name.ends_with(".md");
    matches!(name, "CLAUDE.md" | "AGENTS.md" | "GEMINI.md" | "copilot-instructions.md")
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
    let is_command = path.contains(".claude/commands/") || path.ends_with(".prompt.md");
    if is_command { Engine::Dollar } else { Engine::Plain }
}

fn role_of(path: &str) -> &'static str {
    let name = file_name(path).to_ascii_lowercase();
    let stem = name.split('.').next().unwrap_or_default();
    let is_standing = is_instruction_file(path) && !path.contains("/commands/") && !name.ends_with(".prompt.md");
    match stem {
        "assistant" => "assistant",
        "system" => "system",
        _ if is_standing => "system",
        _ => "user",
    }
}

fn routes_by_description(path: &str) -> bool {
    path.contains("/commands/") || [".mdc", ".instructions.md"].iter().any(|end| path.ends_with(end))
}
