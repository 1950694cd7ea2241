//! Prompty `*.prompty`, versions 1 and 2: front matter and a body with `system:` lines.

use crate::domain::{SourceFile, Span};
use crate::kinds::prompt::draft::Draft;
use crate::kinds::prompt::{inputs, settings};
use crate::kinds::shared::front_matter;
use crate::kinds::shared::node::Node;
use crate::kinds::shared::template::Engine;

use super::roles::{self, Marker};
use super::{Drafts, Format, Source};

/// Prompty.
pub(super) const FORMAT: Format = Format { is_likely, recognises: |source| is_likely(&source.file.path), read };

fn is_likely(path: &str) -> bool {
    path.ends_with(".prompty")
}

fn read(source: &Source<'_>) -> Drafts {
    let file = source.file;
    let mut draft = Draft::new(file, Engine::Jinja);
    let body = match front_matter::read(file)? {
        Some(head) => {
            draft.problems.extend(head.lenient);
            settings::read(&mut draft, &head.map, &["template", "sample"]);
            read_template(&mut draft, head.map.get("template"));
            if let Some(sample) = head.map.get("sample").filter(|_| draft.inputs.is_empty()) {
                // Version 1 lists its inputs by giving an example of each.
                inputs::read(&mut draft, sample);
            }
            head.body
        }
        None => file.whole(),
    };
    let markers = markers(file, body);
    roles::cut(&mut draft, body, markers, "system");
    Ok(vec![draft])
}

/// `template: jinja2`, `{type: jinja2}` or `{format: {kind: jinja2}}`.
fn read_template(draft: &mut Draft, template: Option<&Node>) {
    let Some(template) = template else { return };
    let format = template.get("format").unwrap_or(template);
    let name = format.get("kind").or_else(|| format.get("type")).unwrap_or(format);
    if let Some(text) = name.text() {
        draft.declare_engine(text, draft.file.quote(name.span));
    }
    if let Some(parser) = template.get("parser") {
        draft.part("setting", "template.parser", parser.canonical(), parser.span);
    }
}

/// Lines that are nothing but a role: `system:`, `# user:`, `user[name="Al"]:`.
fn markers(file: &SourceFile, body: Span) -> Vec<Marker> {
    let mut start = body.start;
    let mut markers = Vec::new();
    for line in file.slice(body).split_inclusive('\n') {
        let span = Span::new(start, start + line.len());
        start = span.end;
        let text = line.trim().trim_start_matches('#').trim_start().to_ascii_lowercase();
        let Some(head) = text.strip_suffix(':') else { continue };
        let role = head.split('[').next().unwrap_or_default().trim();
        if matches!(role, "assistant" | "developer" | "function" | "system" | "tool" | "user") {
            // Attributes (`user[name="al"]`) belong to the role.
            markers.push(Marker { span, role: head.to_owned() });
        }
    }
    markers
}
