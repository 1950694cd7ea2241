//! Semantic Kernel folders: `skprompt.txt` and its `config.json` are one prompt.

use crate::domain::SourceFile;
use crate::kinds::Unit;
use crate::kinds::prompt::draft::Draft;
use crate::kinds::prompt::settings;
use crate::kinds::shared::document;
use crate::kinds::shared::template::Engine;

use super::{Drafts, file_name};

/// The folder that `path` makes one prompt.
pub(super) fn directory_of(path: &str) -> Option<&str> {
    path.strip_suffix("/skprompt.txt")
}

/// The prompt of a folder; `None`: it is no Semantic Kernel folder.
pub(super) fn read(unit: &Unit) -> Option<Drafts> {
    let called = |name: &str| unit.files.iter().find(|file| file_name(&file.path) == name);
    let text = called("skprompt.txt")?;
    Some(read_folder(text, called("config.json"), unit))
}

fn read_folder(text: &SourceFile, config: Option<&SourceFile>, unit: &Unit) -> Drafts {
    let mut draft = Draft::new(text, Engine::SemanticKernel);
    draft.engine_is_certain = true;
    if let Some(config) = config {
        let root = document::parse(config, config.whole(), document::Syntax::Json)?;
        // Settings quote the file that they stand in.
        draft.file = config.clone();
        settings::read(&mut draft, &root, &["schema", "type"]);
        draft.file = text.clone();
    }
    draft.say("user", text.whole());
    for other in unit.files.iter().filter(|file| !matches!(file_name(&file.path), "skprompt.txt" | "config.json")) {
        draft.file = other.clone();
        let value = other.text.to_string();
        draft.part("setting", file_name(&other.path), value, other.whole());
    }
    draft.file = text.clone();
    draft.name = draft.name.or_else(|| unit.path.rsplit('/').next().map(str::to_owned));
    Ok(vec![draft])
}
