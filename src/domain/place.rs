//! Places in source files: spans, line and column, quoted text.

use std::sync::{Arc, OnceLock};

/// A byte range of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The range `start..end`.
    pub fn new(start: usize, end: usize) -> Self {
        Self { start, end }
    }

    /// Length in bytes.
    pub fn len(self) -> usize {
        self.end.saturating_sub(self.start)
    }

    /// Whether the span covers nothing.
    pub fn is_empty(self) -> bool {
        self.len() == 0
    }
}

/// Where something stands, as a person counts: lines and columns from 1, columns in characters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// Path in the repository, `/`-separated.
    pub path: Arc<str>,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

/// A place and the text that stands there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// Where.
    pub place: Place,
    /// What stands there.
    pub text: String,
}

/// A file's path and text, shared cheaply, that knows its lines.
#[derive(Debug, Clone)]
pub struct SourceFile {
    /// Path in the repository, `/`-separated.
    pub path: Arc<str>,
    /// The exact content.
    pub text: Arc<str>,
    line_starts: Arc<OnceLock<Vec<usize>>>,
}

impl SourceFile {
    /// The file at `path` with the content `text`.
    pub fn new(path: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> Self {
        Self { path: path.into(), text: text.into(), line_starts: Arc::default() }
    }

    /// The text of `span`; empty when the span does not lie on character boundaries of this file.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.start..span.end).unwrap_or_default()
    }

    /// The span of the whole file.
    pub fn whole(&self) -> Span {
        Span::new(0, self.text.len())
    }

    /// Where byte `offset` stands.
    pub fn place(&self, offset: usize) -> Place {
        let starts = self.line_starts();
        let line = starts.partition_point(|&start| start <= offset).max(1);
        let line_start = starts.get(line - 1).copied().unwrap_or(0);
        let column = self.text.get(line_start..offset).map_or(0, |before| before.chars().count()) + 1;
        Place { path: self.path.clone(), line, column }
    }

    /// The place and text of `span`.
    pub fn quote(&self, span: Span) -> Quote {
        Quote { place: self.place(span.start), text: self.slice(span).to_owned() }
    }

    /// The place of `span`, with a text of the caller's (a rendered value instead of the raw source).
    pub fn quote_as(&self, span: Span, text: impl Into<String>) -> Quote {
        Quote { place: self.place(span.start), text: text.into() }
    }

    /// The text of line `line` (from 1), without its end.
    pub fn line(&self, line: usize) -> &str {
        let starts = self.line_starts();
        let start = starts.get(line.saturating_sub(1)).copied().unwrap_or(self.text.len());
        let end = starts.get(line.max(1)).copied().unwrap_or(self.text.len());
        self.text.get(start..end).unwrap_or_default().trim_end_matches(['\n', '\r'])
    }

    /// Where each line starts; counted once.
    fn line_starts(&self) -> &[usize] {
        self.line_starts
            .get_or_init(|| std::iter::once(0).chain(self.text.match_indices('\n').map(|(at, _)| at + 1)).collect())
    }
}
