//! Bodies with `<system>…</system>` tags: Humanloop `.prompt` and Latitude `.promptl`.

use crate::domain::{SourceFile, Span};
use crate::kinds::prompt::draft::Draft;
use crate::kinds::prompt::settings;
use crate::kinds::shared::front_matter;
use crate::kinds::shared::template::Engine;

use super::roles::{self, Marker};
use super::{Drafts, Format, Source};

/// Humanloop: the body starts with a role tag, and the front matter is flat.
pub(super) const HUMANLOOP: Format = Format {
    is_likely: |path| path.ends_with(".prompt"),
    recognises: |source| source.file.path.ends_with(".prompt") && is_humanloop(source.file),
    read: |source| read(source, Engine::Plain, "user"),
};

/// PromptL: text outside tags is the system message.
pub(super) const PROMPTL: Format = Format {
    is_likely: |path| path.ends_with(".promptl"),
    recognises: |source| source.file.path.ends_with(".promptl"),
    read: |source| read(source, Engine::Promptl, "system"),
};

const ROLES: &[&str] = &["system", "developer", "user", "assistant", "tool", "step"];

fn is_humanloop(file: &SourceFile) -> bool {
    let (head, body) = front_matter::split(file).unwrap_or((Span::new(0, 0), file.whole()));
    let body = file.slice(body).trim_start();
    let is_nested = file.slice(head).lines().any(|line| line.starts_with("config:") || line.starts_with("input:"));
    !is_nested && ["<system", "<user", "<assistant"].iter().any(|tag| body.starts_with(tag))
}

fn read(source: &Source<'_>, engine: Engine, outside: &str) -> Drafts {
    let file = source.file;
    let mut draft = Draft::new(file, engine);
    let body = match front_matter::read(file)? {
        Some(head) => {
            draft.problems.extend(head.lenient);
            settings::read(&mut draft, &head.map, &[]);
            head.body
        }
        None => file.whole(),
    };
    let markers = markers(file, body, outside);
    roles::cut(&mut draft, body, markers, outside);
    Ok(vec![draft])
}

/// Opening tags give their role, closing ones give the outside's back.
fn markers(file: &SourceFile, body: Span, outside: &str) -> Vec<Marker> {
    let text = file.slice(body);
    let mut markers = Vec::new();
    for (open, _) in text.match_indices('<') {
        let rest = &text[open + 1..];
        let (is_closing, rest) = rest.strip_prefix('/').map_or((false, rest), |rest| (true, rest));
        let word = rest.bytes().take_while(u8::is_ascii_alphanumeric).count();
        let Some(role) = ROLES.iter().find(|role| **role == &rest[..word]) else { continue };
        let Some(close) = text[open..].find('>') else { continue };
        // Attributes (`<step model="x">`) belong to the role.
        let inside = text[open + 1..open + close].trim();
        let role = if is_closing {
            outside
        } else if inside.len() > role.len() {
            inside
        } else {
            role
        };
        let span = Span::new(body.start + open, body.start + open + close + 1);
        markers.push(Marker { span, role: role.to_owned() });
    }
    markers
}
