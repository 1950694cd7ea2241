//! The formats of prompts: one file each, one table, one draft out of all of them.

mod baml;
mod chat;
mod dotprompt;
mod langchain;
mod markdown;
mod naming;
mod promptfoo;
mod prompty;
mod python;
mod roles;
mod semantic_kernel;
mod structured;
mod table;
mod tagged;

use crate::domain::{Problem, SourceFile};
use crate::kinds::shared::document::{self, Syntax};
use crate::kinds::shared::node::Node;
use crate::kinds::{Candidate, Unit};

use super::draft::Draft;

/// A file as a format sees it.
pub(super) struct Source<'a> {
    /// The file.
    pub(super) file: &'a SourceFile,
    /// Its document when it is JSON, YAML or TOML.
    pub(super) document: Option<&'a Node>,
}

/// What a format gives back.
pub(super) type Drafts = Result<Vec<Draft>, Vec<Problem>>;

/// One format.
pub(super) struct Format {
    /// Whether the path alone makes it likely.
    pub(super) is_likely: fn(&str) -> bool,
    /// Whether the content of a file is written in it.
    pub(super) recognises: fn(&Source<'_>) -> bool,
    /// Reads it.
    pub(super) read: fn(&Source<'_>) -> Drafts,
}

/// Every format, the more particular before the more general.
const FORMATS: &[&Format] = &[
    &tagged::HUMANLOOP,
    &tagged::PROMPTL,
    &dotprompt::FORMAT,
    &prompty::FORMAT,
    &baml::FORMAT,
    &table::FORMAT,
    &promptfoo::FORMAT,
    &langchain::FORMAT,
    &structured::FORMAT,
    &python::FORMAT,
    &markdown::FORMAT,
];

/// See [`crate::kinds::Kind::is_likely`].
pub(super) fn is_likely(path: &str) -> bool {
    !is_no_prompt(path) && FORMATS.iter().any(|format| (format.is_likely)(path))
}

/// See [`crate::kinds::Kind::recognises`].
pub(super) fn recognises(candidate: &Candidate<'_>) -> bool {
    let source = Source { file: candidate.file, document: candidate.document };
    let path = &source.file.path;
    !is_no_prompt(path) && FORMATS.iter().any(|format| (format.is_likely)(path) && (format.recognises)(&source))
}

/// See [`crate::kinds::Kind::directory_of`].
pub(super) fn directory_of(path: &str) -> Option<&str> {
    semantic_kernel::directory_of(path)
}

/// The prompts of `unit`. A file that no format recognises was named a prompt by the user: its text is the prompt.
pub(super) fn read(unit: &Unit) -> Drafts {
    if let Some(drafts) = semantic_kernel::read(unit).filter(|_| unit.is_directory) {
        return drafts;
    }
    let mut drafts = Vec::new();
    for file in &unit.files {
        drafts.append(&mut read_file(file)?);
    }
    Ok(drafts)
}

fn read_file(file: &SourceFile) -> Drafts {
    let document = match document::syntax_of(&file.path) {
        Some(syntax @ (Syntax::Json | Syntax::Yaml | Syntax::Toml)) => {
            Some(document::parse(file, file.whole(), syntax)?)
        }
        None => None,
    };
    let source = Source { file, document: document.as_ref() };
    let format = FORMATS.iter().find(|format| (format.recognises)(&source)).unwrap_or(&&markdown::FORMAT);
    (format.read)(&source)
}

/// Files that stand beside prompts and are none.
fn is_no_prompt(path: &str) -> bool {
    const STEMS: &[&str] = &[
        "readme",
        "license",
        "licence",
        "changelog",
        "contributing",
        "code_of_conduct",
        "security",
        "notice",
        "authors",
        "skill",
        "todo",
        "requirements",
    ];
    let name = file_name(path).to_ascii_lowercase();
    let stem = name.split('.').next().unwrap_or_default();
    STEMS.contains(&stem) || path.contains(".claude/agents/") || path.contains(".github/agents/")
}

/// The last piece of a path.
pub(super) fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Whether a folder called `name` stands in `path`.
pub(super) fn is_in_folder(path: &str, name: &str) -> bool {
    path.split('/').rev().skip(1).any(|folder| folder.eq_ignore_ascii_case(name))
}

/// The name that a path gives where the document has none: the stem, but for stems that say nothing
/// (`greet/system.md` is `greet`, `greet/user.md` is `greet/user`). `None`: the stem.
pub(super) fn name_of_path(path: &str) -> Option<String> {
    let name = file_name(path);
    let stem = name.split('.').next().unwrap_or(name);
    let folder = path.rsplit('/').nth(1).filter(|folder| !folder.is_empty() && !folder.starts_with('.'));
    match (stem.to_ascii_lowercase().as_str(), folder) {
        ("system" | "skprompt" | "prompt" | "template", Some(folder)) if !folder.eq_ignore_ascii_case("prompts") => {
            Some(folder.to_owned())
        }
        ("user" | "assistant" | "claude" | "agents" | "instructions" | "config", Some(folder)) => {
            Some(format!("{folder}/{stem}"))
        }
        _ if name.ends_with(".prompt") => Some(name.trim_end_matches(".prompt").trim_start_matches('_').to_owned()),
        _ => None,
    }
}
