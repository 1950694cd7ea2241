//! Dotprompt `*.prompt`: front matter and a Handlebars body with `{{role "x"}}` markers.

use crate::domain::{SourceFile, Span};
use crate::kinds::prompt::draft::Draft;
use crate::kinds::prompt::settings;
use crate::kinds::shared::front_matter;
use crate::kinds::shared::template::Engine;

use super::roles::{self, Marker};
use super::{Drafts, Format, Source};

/// Dotprompt.
pub(super) const FORMAT: Format =
    Format { is_likely, recognises: |source| is_likely(&source.file.path) && source.document.is_none(), read };

fn is_likely(path: &str) -> bool {
    path.ends_with(".prompt")
}

fn read(source: &Source<'_>) -> Drafts {
    let file = source.file;
    let mut draft = Draft::new(file, Engine::Handlebars);
    draft.engine_is_certain = true;
    let body = match front_matter::read(file)? {
        Some(head) => {
            draft.problems.extend(head.lenient);
            settings::read(&mut draft, &head.map, &["toolDefs", "variant"]);
            for entry in head.map.entries().iter().filter(|entry| entry.key == "toolDefs") {
                settings::read_tools(&mut draft, &entry.node);
            }
            head.body
        }
        None => file.whole(),
    };
    let markers = markers(file, body);
    roles::cut(&mut draft, body, markers, "user");
    Ok(vec![draft])
}

/// `{{role "system"}}` and `{{history}}`.
fn markers(file: &SourceFile, body: Span) -> Vec<Marker> {
    let text = file.slice(body);
    let tags = text.match_indices("{{").filter_map(|(open, _)| {
        let close = open + text[open..].find("}}")? + 2;
        let inside = text[open + 2..close - 2].trim();
        let role = match inside {
            "history" => "history",
            _ => inside.strip_prefix("role")?.trim().trim_matches(['"', '\'']),
        };
        let is_word = !role.is_empty() && role.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        let role = super::chat::normal_role(role).to_owned();
        is_word.then(|| Marker { span: Span::new(body.start + open, body.start + close), role })
    });
    tags.collect()
}
