//! Places in source files: spans, line and column, quoted text.

use std::borrow::Cow;
use std::io;
use std::sync::{Arc, OnceLock};

use super::content::{Content, Large};

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
    /// The exact content; of a large file only its first lines.
    pub text: Arc<str>,
    origin: Origin,
}

/// Where the text of a source file comes from, and with it its lines.
#[derive(Debug, Clone)]
enum Origin {
    /// The text is all there is; where its lines start is counted once.
    Text(Arc<OnceLock<Vec<usize>>>),
    /// The text is the head of more than is held in memory.
    Large(Large),
    /// The text stands in another file, from this byte on.
    PartOf(Arc<SourceFile>, usize),
}

impl SourceFile {
    /// How much of a large file is its `text`, in bytes at most.
    pub const HEAD: usize = 1 << 16;

    /// The file at `path` with the content `text`.
    pub fn new(path: impl Into<Arc<str>>, text: impl Into<Arc<str>>) -> Self {
        Self { path: path.into(), text: text.into(), origin: Origin::Text(Arc::default()) }
    }

    /// The file at `path` whose `content`, UTF-8 throughout, is read piece by piece.
    pub fn large(path: impl Into<Arc<str>>, content: Arc<dyn Content>) -> Self {
        let large = Large::new(content);
        let mut head = String::from_utf8_lossy(&large.bytes(0, Self::HEAD)).into_owned();
        head.truncate(head.rfind('\n').map_or(head.len(), |end| end + 1));
        Self { path: path.into(), text: head.into(), origin: Origin::Large(large) }
    }

    /// Whether only its first lines are held in memory.
    pub fn is_large(&self) -> bool {
        matches!(self.origin, Origin::Large(_))
    }

    /// The piece `span` as a file of its own, whose places are those of this one; `None` when it is no text.
    pub fn part(&self, span: Span) -> Option<Self> {
        let text: Arc<str> = match &self.origin {
            Origin::Large(large) => String::from_utf8(large.bytes(span.start, span.end)).ok()?.into(),
            _ => self.text.get(span.start..span.end)?.into(),
        };
        let origin = Origin::PartOf(Arc::new(self.clone()), span.start);
        Some(Self { path: self.path.clone(), text, origin })
    }

    /// Fills `into` with what stands at byte `offset`, and says how many bytes that were: fewer only at the end.
    ///
    /// # Errors
    /// When a large file can no longer be read.
    pub fn read_at(&self, offset: usize, into: &mut [u8]) -> io::Result<usize> {
        if let Origin::Large(large) = &self.origin {
            return large.read_at(offset, into);
        }
        let rest = self.text.as_bytes().get(offset..).unwrap_or_default();
        let length = rest.len().min(into.len());
        into.iter_mut().zip(rest).for_each(|(into, byte)| *into = *byte);
        Ok(length)
    }

    /// The text of `span`; empty when the span does not lie on character boundaries of this file, or beyond the head
    /// of a large one.
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.start..span.end).unwrap_or_default()
    }

    /// The span of the whole file.
    pub fn whole(&self) -> Span {
        match &self.origin {
            Origin::Large(large) => Span::new(0, large.size()),
            _ => Span::new(0, self.text.len()),
        }
    }

    /// Where byte `offset` stands.
    pub fn place(&self, offset: usize) -> Place {
        let (line, column) = match &self.origin {
            Origin::Text(starts) => self.line_and_column(self.line_starts(starts), offset),
            Origin::Large(large) => large.line_and_column(offset),
            Origin::PartOf(file, start) => return file.place(start + offset),
        };
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
    pub fn line(&self, line: usize) -> Cow<'_, str> {
        let starts = match &self.origin {
            Origin::Large(large) => return large.line(line).into(),
            Origin::PartOf(file, _) => return file.line(line).into_owned().into(),
            Origin::Text(starts) => self.line_starts(starts),
        };
        let start = starts.get(line.saturating_sub(1)).copied().unwrap_or(self.text.len());
        let end = starts.get(line.max(1)).copied().unwrap_or(self.text.len());
        self.text.get(start..end).unwrap_or_default().trim_end_matches(['\n', '\r']).into()
    }

    fn line_and_column(&self, starts: &[usize], offset: usize) -> (usize, usize) {
        let line = starts.partition_point(|&start| start <= offset).max(1);
        let line_start = starts.get(line - 1).copied().unwrap_or(0);
        (line, self.text.get(line_start..offset).map_or(0, |before| before.chars().count()) + 1)
    }

    /// Where each line starts; counted once.
    fn line_starts<'s>(&self, starts: &'s OnceLock<Vec<usize>>) -> &'s [usize] {
        starts.get_or_init(|| std::iter::once(0).chain(self.text.match_indices('\n').map(|(at, _)| at + 1)).collect())
    }
}
