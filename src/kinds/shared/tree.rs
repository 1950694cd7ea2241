//! The tree under construction: an explicit stack of open lists and maps, so that depth costs no machine stack.

use std::collections::HashMap;

use super::document::{Document, MAX_DEPTH, MAX_PROBLEMS};
use super::node::{Entry, Node, Value};
use crate::domain::{Problem, SourceFile, Span};

/// Builds one tree from the begin, key, value and end of its pieces.
pub(super) struct Builder<'f> {
    file: &'f SourceFile,
    duplicate_code: &'static str,
    open: Vec<Open>,
    root: Option<Node>,
    problems: Vec<Problem>,
}

/// A list or map whose end is not yet reached.
struct Open {
    start: usize,
    content: Content,
}

enum Content {
    List(Vec<Node>),
    Map { entries: Vec<Entry>, seen: Seen, key: Option<(String, Span)> },
}

/// Where each key of a map stands: looked up by scanning while the map is small, by hash once it is not.
#[derive(Default)]
struct Seen {
    few: Vec<(String, Span)>,
    many: HashMap<String, Span>,
}

const FEW: usize = 16;

impl Seen {
    /// Where `key` stood before, if it did; else notes that it stands at `span`.
    fn note(&mut self, key: &str, span: Span) -> Option<Span> {
        let before = self.few.iter().find(|(earlier, _)| earlier == key).map(|(_, span)| *span);
        let before = before.or_else(|| self.many.get(key).copied());
        if before.is_none() && self.few.len() < FEW {
            self.few.push((key.to_owned(), span));
        } else if before.is_none() {
            self.many.insert(key.to_owned(), span);
        }
        before
    }
}

impl<'f> Builder<'f> {
    /// A builder that reports twice-standing keys as `duplicate_code`.
    pub(super) fn new(file: &'f SourceFile, duplicate_code: &'static str) -> Self {
        Self { file, duplicate_code, open: Vec::new(), root: None, problems: Vec::new() }
    }

    /// Opens a list.
    pub(super) fn begin_list(&mut self, span: Span) -> Result<(), Problem> {
        self.begin(span, Content::List(Vec::new()))
    }

    /// Opens a map.
    pub(super) fn begin_map(&mut self, span: Span) -> Result<(), Problem> {
        self.begin(span, Content::Map { entries: Vec::new(), seen: Seen::default(), key: None })
    }

    fn begin(&mut self, span: Span, content: Content) -> Result<(), Problem> {
        if self.open.len() >= MAX_DEPTH {
            return Err(too_deep(self.file, span));
        }
        self.open.push(Open { start: span.start, content });
        Ok(())
    }

    /// The key of the next value. A key that already stands in this map is a problem; reading goes on, and the last
    /// one counts, as it does for most readers.
    pub(super) fn key(&mut self, key: String, span: Span) {
        let Some(Open { content: Content::Map { entries, seen, key: pending }, .. }) = self.open.last_mut() else {
            return;
        };
        let before = seen.note(&key, span).filter(|_| self.problems.len() < MAX_PROBLEMS);
        if before.is_some() {
            entries.retain(|entry| entry.key != key);
        }
        *pending = Some((key, span));
        if let Some(first) = before {
            self.problems.push(duplicate(self.file, self.duplicate_code, first, span));
        }
    }

    /// A key that may stand several times in a map.
    pub(super) fn merge_key(&mut self, key: &str, span: Span) {
        if let Some(Open { content: Content::Map { key: pending, .. }, .. }) = self.open.last_mut() {
            *pending = Some((key.to_owned(), span));
        }
    }

    /// A finished value: an element of the open list, the value of the pending key, or the root.
    pub(super) fn value(&mut self, node: Node) {
        match self.open.last_mut().map(|open| &mut open.content) {
            None => self.root = Some(node),
            Some(Content::List(nodes)) => nodes.push(node),
            Some(Content::Map { entries, key, .. }) => {
                if let Some((key, key_span)) = key.take() {
                    entries.push(Entry { key, key_span, node });
                }
            }
        }
    }

    /// Closes the open list or map, which ends at `end` (or with its last piece), and hands it back.
    pub(super) fn end(&mut self, end: Option<usize>) -> Option<Node> {
        let Open { start, content } = self.open.pop()?;
        let (last, value) = match content {
            Content::List(nodes) => (nodes.last().map(|node| node.span.end), Value::List(nodes)),
            Content::Map { entries, .. } => (entries.last().map(|entry| entry.span().end), Value::Map(entries)),
        };
        let end = end.or(last).unwrap_or(start).max(start);
        Some(Node { span: Span::new(start, end), value })
    }

    /// Whether the open collection is a map that waits for a key.
    pub(super) fn wants_key(&self) -> bool {
        matches!(self.open.last(), Some(Open { content: Content::Map { key: None, .. }, .. }))
    }

    /// Where the pending key ends.
    pub(super) fn key_end(&self) -> Option<usize> {
        match &self.open.last()?.content {
            Content::Map { key: Some((_, span)), .. } => Some(span.end),
            _ => None,
        }
    }

    /// How many collections are open.
    pub(super) fn depth(&self) -> usize {
        self.open.len()
    }

    /// The tree, and the problems met on the way.
    pub(super) fn finish(self, empty: Span) -> Document {
        let root = self.root.unwrap_or(Node { span: empty, value: Value::Null });
        Document { root: Some(root), problems: self.problems }
    }

    /// The problems met so far and the one that ended the reading.
    pub(super) fn fail(mut self, last: Problem) -> Document {
        self.problems.push(last);
        Document { root: None, problems: self.problems }
    }
}

/// The document nests deeper than [`MAX_DEPTH`].
pub(super) fn too_deep(file: &SourceFile, span: Span) -> Problem {
    let message = format!("lists and maps nest deeper than {MAX_DEPTH} levels");
    Problem::at(file, span, "too-deep", message, "flatten the document; no known format nests this deeply")
}

/// A key stands twice: at `first` and again at `second`.
pub(super) fn duplicate(file: &SourceFile, code: &'static str, first: Span, second: Span) -> Problem {
    let place = file.place(first.start);
    let key: String = file.slice(second).chars().take(80).collect();
    let message = format!("the key {key} stands twice: first at line {}, column {}", place.line, place.column);
    Problem::at(file, second, code, message, "keep one of the two; readers disagree about which one counts")
}
