//! Prompts in Python modules: string constants, rendered with `str.format`. Read when pv.toml or `--kind prompt` says so.

use crate::domain::{SourceFile, Span};
use crate::kinds::prompt::draft::Draft;
use crate::kinds::shared::template::Engine;

use super::{Drafts, Format, Source};

/// Python modules.
pub(super) const FORMAT: Format =
    Format { is_likely: |_| false, recognises: |source| source.file.path.ends_with(".py"), read };

/// Each constant is a message whose role is the constant's name; the code around them is kept as one setting.
fn read(source: &Source<'_>) -> Drafts {
    let file = source.file;
    let mut draft = Draft::new(file, Engine::FString);
    let mut code = String::new();
    let mut at = 0;
    for constant in constants(file) {
        code.push_str(file.slice(Span::new(at, constant.text.start)));
        at = constant.text.end;
        draft.say(&constant.name, constant.text);
    }
    code.push_str(file.slice(Span::new(at, file.text.len())));
    let code = code.split_whitespace().collect::<Vec<_>>().join(" ");
    let head = file.text.lines().next().map_or(0, str::len);
    draft.part("setting", "code", code, Span::new(0, head));
    Ok(vec![draft])
}

struct Constant {
    name: String,
    text: Span,
}

/// `name = """…"""` and `name = "…"`, at any indent.
fn constants(file: &SourceFile) -> Vec<Constant> {
    let text: &str = &file.text;
    let mut constants = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let line_end = text[at..].find('\n').map_or(text.len(), |end| at + end + 1);
        match constant(text, at, line_end) {
            Some((name, start, end)) => {
                constants.push(Constant { name, text: Span::new(start, end) });
                at = text[end..].find('\n').map_or(text.len(), |newline| end + newline + 1);
            }
            None => at = line_end,
        }
    }
    constants
}

/// The constant that the line `start..end` opens: its name and where its text starts and ends.
fn constant(text: &str, start: usize, end: usize) -> Option<(String, usize, usize)> {
    let line = &text[start..end];
    let equals = line.find('=')?;
    let name = line[..equals].split(':').next().unwrap_or_default().trim();
    let is_name = !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    let value = line[equals + 1..].trim_start_matches([' ', '(']).trim_start_matches(['f', 'r', 'u', 'b']);
    let quote = ["\"\"\"", "'''", "\"", "'"].into_iter().find(|quote| value.starts_with(quote)).filter(|_| is_name)?;
    let opened = start + (line.len() - value.len()) + quote.len();
    let length = closing(&text[opened..], quote)?;
    let is_short = quote.len() == 3 || opened + length < end;
    is_short.then(|| (name.to_owned(), opened, opened + length))
}

/// Where `quote` closes the string, escapes skipped.
fn closing(text: &str, quote: &str) -> Option<usize> {
    let mut at = 0;
    loop {
        let rest = &text[at..];
        let next = rest.find(['\\', quote.chars().next()?])?;
        if rest[next..].starts_with(quote) {
            return Some(at + next);
        }
        let escaped = rest[next + 1..].chars().next().map_or(0, char::len_utf8);
        at += next + if rest[next..].starts_with('\\') { 1 + escaped } else { 1 };
    }
}
