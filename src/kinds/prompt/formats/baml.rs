//! BAML functions: `function F(a: T) -> R { client X prompt #"…"# }`.

use crate::domain::{KindName, SourceFile, Span};
use crate::kinds::prompt::draft::{Draft, Input};
use crate::kinds::shared::template::Engine;

use super::{Format, Source};

/// BAML.
pub(super) const FORMAT: Format = Format {
    is_likely: |path| path.ends_with(".baml"),
    recognises: |source| source.file.path.ends_with(".baml") && !blocks(source.file, "function").is_empty(),
    read: |source| {
        let functions = blocks(source.file, "function");
        Ok(functions.into_iter().map(|function| draft(source, &function)).collect())
    },
};

/// A top-level block: `word name … { body }`.
struct Block {
    name: String,
    whole: Span,
    /// Between the name and the brace.
    head: Span,
    body: Span,
}

/// The top-level blocks that `word` opens.
fn blocks(file: &SourceFile, word: &str) -> Vec<Block> {
    let text: &str = &file.text;
    let opening = format!("{word} ");
    let mut blocks = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let end = text[at..].find('\n').map_or(text.len(), |newline| at + newline + 1);
        match text[at..].strip_prefix(&opening).and_then(|_| block(text, at, at + opening.len())) {
            Some(block) => {
                at = block.whole.end;
                blocks.push(block);
            }
            None => at = end,
        }
    }
    blocks
}

fn block(text: &str, start: usize, name_start: usize) -> Option<Block> {
    let rest = &text[name_start..];
    let name_length = rest.find(|c: char| !c.is_alphanumeric() && c != '_')?;
    let open = name_start + rest.find('{')?;
    let close = closing_brace(text, open)?;
    Some(Block {
        name: rest[..name_length].to_owned(),
        whole: Span::new(start, close + 1),
        head: Span::new(name_start + name_length, open),
        body: Span::new(open + 1, close),
    })
}

/// The brace that closes the one at `open`; strings (`"…"`, `#"…"#`) and `//` comments are skipped.
fn closing_brace(text: &str, open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut at = open;
    while at < text.len() {
        let rest = &text[at..];
        at += match rest.as_bytes().first()? {
            b'#' if rest.starts_with("#\"") => rest.find("\"#")? + 2,
            b'"' => rest[1..].find('"')? + 2,
            b'/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            b'{' => {
                depth += 1;
                1
            }
            b'}' => {
                depth -= 1;
                if depth == 0 {
                    return Some(at);
                }
                1
            }
            _ => rest.chars().next().map_or(1, char::len_utf8),
        };
    }
    None
}

fn draft(source: &Source<'_>, function: &Block) -> Draft {
    let file = source.file;
    let mut draft = Draft::new(file, Engine::Jinja);
    draft.engine_is_certain = true;
    draft.name = Some(function.name.clone());
    draft.span = Some(function.whole);
    let head = file.slice(function.head);
    let (parameters, output) = head.rsplit_once("->").unwrap_or((head, ""));
    read_parameters(&mut draft, parameters, function.head.start);
    read_output(&mut draft, source, output.trim(), function.head);
    read_body(&mut draft, function.body);
    draft
}

fn read_parameters(draft: &mut Draft, parameters: &str, start: usize) {
    draft.declares_inputs = true;
    for name in ["ctx", "_"] {
        // Always there; not an input of the caller's.
        draft.reserved.push(name.to_owned());
    }
    let mut at = start;
    for piece in parameters.split_inclusive(',') {
        let span = Span::new(at, at + piece.len());
        at = span.end;
        let Some((name, kind)) = piece.trim_matches(['(', ')', ',', ' ', '\n', '\t']).split_once(':') else { continue };
        let kind = kind.trim();
        draft.inputs.push(Input {
            name: name.trim().to_owned(),
            type_name: Some(kind.trim_end_matches('?').to_owned()),
            constraints: None,
            allowed: None,
            required: Some(!kind.ends_with('?')),
            default: None,
            description: None,
            quote: draft.file.quote(span),
        });
    }
}

/// The output type, with the classes and enums of this file that it names: their fields are the contract.
fn read_output(draft: &mut Draft, source: &Source<'_>, output: &str, span: Span) {
    if output.is_empty() {
        return;
    }
    let mut shape = output.to_owned();
    let types = ["class", "enum"].into_iter().flat_map(|word| blocks(source.file, word));
    for block in
        types.filter(|block| output.split(|c: char| !c.is_alphanumeric() && c != '_').any(|name| name == block.name))
    {
        let fields = source.file.slice(block.body).split_whitespace().collect::<Vec<_>>().join(" ");
        shape.push_str(&format!("; {} {{ {fields} }}", block.name));
    }
    draft.part("output-schema", "output", shape, span);
}

fn read_body(draft: &mut Draft, body: Span) {
    let file = draft.file.clone();
    let text = file.slice(body);
    if let Some(open) = text.find("#\"") {
        let close = text[open + 2..].find("\"#").map_or(text.len(), |close| open + 2 + close);
        let span = Span::new(body.start + open + 2, body.start + close);
        let markers = markers(&file, span);
        super::roles::cut(draft, span, markers, "user");
    }
    let client = text.lines().find_map(|line| line.trim().strip_prefix("client ")).map(str::trim);
    if let Some(client) = client {
        let at = text.find(client).map_or(body.start, |at| body.start + at);
        let span = Span::new(at, at + client.len());
        let name = client.trim_matches('"').to_owned();
        draft.part("model", "model", name.clone(), span);
        draft.refer(KindName::Model, &name, span);
    }
}

/// `{{ _.role("system") }}`
fn markers(file: &SourceFile, span: Span) -> Vec<super::roles::Marker> {
    let text = file.slice(span);
    let tags = text.match_indices("{{").filter_map(|(open, _)| {
        let close = open + text[open..].find("}}")? + 2;
        let role = text[open + 2..close - 2].trim().strip_prefix("_.role(")?.split(['"', '\'']).nth(1)?;
        Some(super::roles::Marker { span: Span::new(span.start + open, span.start + close), role: role.to_owned() })
    });
    tags.collect()
}
