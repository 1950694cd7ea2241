//! A message's text as the model receives it, and the way back to its place in the source.

use std::borrow::Cow;
use std::ops::Range;
use std::sync::OnceLock;

use crate::domain::{Place, Quote, SourceFile, Span};

/// Text that reaches a model: unescaped, with `\n` line ends and without the final one.
#[derive(Debug, Clone)]
pub struct Text {
    /// What the model receives.
    pub content: String,
    file: SourceFile,
    span: Span,
    /// How far the text stands behind the start of the span, when it stands there as it is.
    verbatim_at: Option<usize>,
    /// Of any other text: where each line starts, in the content and in the source.
    lines: OnceLock<Vec<(usize, usize)>>,
}

impl Text {
    /// The text that stands at `span` of `file` as it is.
    pub fn verbatim(file: &SourceFile, span: Span) -> Self {
        Self::decoded(file, span, file.slice(span))
    }

    /// A text that was unescaped or unindented from `span` of `file`.
    pub fn decoded(file: &SourceFile, span: Span, content: &str) -> Self {
        let content = content.strip_prefix('\u{feff}').unwrap_or(content);
        let content = if content.contains('\r') { Cow::Owned(content.replace("\r\n", "\n")) } else { content.into() };
        let content = content.strip_suffix('\n').unwrap_or(&content).to_owned();
        let source = file.slice(span);
        let mark = source.len() - source.trim_start_matches('\u{feff}').len();
        let verbatim_at = source.get(mark..).is_some_and(|text| text.starts_with(&content)).then_some(mark);
        Self { content, file: file.clone(), span, verbatim_at, lines: OnceLock::new() }
    }

    /// The place and the text of a range of the content.
    pub fn quote(&self, range: Range<usize>) -> Quote {
        let text = self.content.get(range.clone()).unwrap_or_default().to_owned();
        Quote { place: self.place(range.start), text }
    }

    /// The place and the whole text.
    pub fn whole(&self) -> Quote {
        self.quote(0..self.content.len())
    }

    /// Where byte `offset` of the content stands.
    pub fn place(&self, offset: usize) -> Place {
        self.file.place(self.source_offset(offset))
    }

    /// The file that it stands in.
    pub fn file(&self) -> &SourceFile {
        &self.file
    }

    /// The span of the source that the text was read from.
    pub fn span(&self) -> Span {
        self.span
    }

    fn source_offset(&self, offset: usize) -> usize {
        if let Some(at) = self.verbatim_at {
            return self.span.start + at + offset;
        }
        let lines = self.lines.get_or_init(|| line_starts(&self.content, self.file.slice(self.span)));
        let line = lines.partition_point(|(content, _)| *content <= offset).saturating_sub(1);
        let (content_start, source_start) = lines.get(line).copied().unwrap_or_default();
        let line_start = self.span.start + source_start;
        let source = line_start + (offset - content_start);
        if self.file.text.is_char_boundary(source) && source < self.span.end { source } else { line_start }
    }
}

/// Where each line of `content` starts, there and in the `source` it was unescaped from, as near as walking both tells.
fn line_starts(content: &str, source: &str) -> Vec<(usize, usize)> {
    let mut walk = Walk { source: source.as_bytes(), at: 0 };
    walk.skip_opening(content);
    let mut starts = vec![(0, walk.at)];
    for (at, byte) in content.bytes().enumerate() {
        walk.step(byte);
        if byte == b'\n' {
            walk.skip_indent();
            starts.push((at + 1, walk.at));
        }
    }
    starts
}

struct Walk<'s> {
    source: &'s [u8],
    at: usize,
}

impl Walk<'_> {
    /// Goes past quotes and block indicators to where the first line of the content stands.
    fn skip_opening(&mut self, content: &str) {
        let first = content.lines().next().unwrap_or_default();
        let head = first.as_bytes().get(..first.len().min(12)).unwrap_or_default();
        let found = self.source.windows(head.len().max(1)).take(400).position(|window| window == head);
        self.at = found.unwrap_or(0);
    }

    fn skip_indent(&mut self) {
        while self.source.get(self.at).is_some_and(|byte| matches!(byte, b' ' | b'\t')) {
            self.at += 1;
        }
    }

    fn step(&mut self, byte: u8) {
        match self.source.get(self.at) {
            Some(here) if *here == byte => self.at += 1,
            Some(b'\\') => self.at += if self.source.get(self.at + 1) == Some(&b'u') { 6 } else { 2 },
            Some(b'\r') if byte == b'\n' => self.at += 2,
            // A folded line or a stripped indent: the source has blanks where the content has none, or others.
            Some(b' ' | b'\t' | b'\n') if !byte.is_ascii_whitespace() => {
                while self.source.get(self.at).is_some_and(u8::is_ascii_whitespace) {
                    self.at += 1;
                }
                self.at += usize::from(self.source.get(self.at) == Some(&byte));
            }
            _ => self.at += usize::from(byte >= 0x80 || !byte.is_ascii_whitespace()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Text;
    use crate::domain::{SourceFile, Span};

    fn place(source: &str, content: &str, needle: &str) -> (usize, usize) {
        let file = SourceFile::new("p", source);
        let text = Text::decoded(&file, Span::new(0, source.len()), content);
        let place = text.place(text.content.find(needle).expect("stands there"));
        (place.line, place.column)
    }

    #[test]
    fn texts_find_their_way_back() {
        assert_eq!(place("one\ntwo\n", "one\ntwo\n", "two"), (2, 1));
        assert_eq!(place("one\r\ntwo\r\n", "one\r\ntwo\r\n", "two"), (2, 1));
        assert_eq!(place("\"one\\ntwo \\u0041 end\"", "one\ntwo A end", "two"), (1, 7));
        assert_eq!(place("|\n    one\n    two\n\n    three\n", "one\ntwo\n\nthree\n", "three"), (5, 5));
        assert_eq!(place("\"\"\"\none\ntwo\"\"\"", "one\ntwo", "two"), (3, 1));
    }

    #[test]
    fn only_mark_line_ends_and_the_final_newline_go() {
        let file = SourceFile::new("p", "\u{feff}a \r\n\r\n");
        assert_eq!(Text::verbatim(&file, file.whole()).content, "a \n");
    }
}
