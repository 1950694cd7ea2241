//! What a file that holds several artefacts says outside of them, and what differs there.

use std::collections::BTreeMap;

use super::artefact::{Artefact, ListedFile};
use super::read::Side;
use crate::domain::{Digest, Quote, SourceFile, Span};

/// The text of one file outside of its artefacts.
#[derive(Debug)]
pub(super) struct Frame {
    file: Digest,
    source: SourceFile,
    /// What stands there, line by line without comments, blanks and list punctuation; and where.
    lines: Vec<(String, Span)>,
}

/// A difference outside of a file's artefacts.
#[derive(Debug, Clone)]
pub(super) enum Difference {
    /// Blanks, comments, or the order of the artefacts.
    Form,
    /// Something else: the first lines that differ.
    Content(Option<Quote>, Option<Quote>),
}

impl Frame {
    /// The frame of a file whose artefacts are parts of it.
    pub(super) fn of(artefacts: &[Artefact], files: &[ListedFile]) -> Option<Self> {
        let (first, file) = (artefacts.first()?, files.first()?);
        let mut parts: Vec<Span> = artefacts.iter().filter_map(|artefact| artefact.part).collect();
        if parts.is_empty() {
            return None;
        }
        parts.sort_unstable();
        let source = first.source().clone();
        let mut lines = Vec::new();
        let mut from = 0;
        let end = source.text.len();
        for part in parts.iter().copied().chain([Span::new(end, end)]) {
            lines.extend(said(&source, Span::new(from, part.start.max(from))));
            from = from.max(part.end);
        }
        Some(Self { file: file.digest.clone(), source, lines })
    }

    fn text(&self) -> impl Iterator<Item = char> {
        self.lines.iter().flat_map(|(line, _)| line.chars())
    }

    /// The first line that is not also the other's, at the same place in the order.
    fn first_unlike(&self, other: &Self) -> Option<Quote> {
        let mut pairs = self.lines.iter().enumerate();
        let (_, (_, span)) = pairs.find(|(at, (line, _))| other.lines.get(*at).is_none_or(|(its, _)| its != line))?;
        Some(self.source.quote(*span))
    }
}

/// The lines of `outside` that say something.
fn said(source: &SourceFile, outside: Span) -> Vec<(String, Span)> {
    let mut at = outside.start;
    let mut lines = Vec::new();
    for line in source.slice(outside).split_inclusive('\n') {
        let trimmed = line.trim();
        let said: String = trimmed.chars().filter(|c| !c.is_whitespace() && !matches!(c, ',' | '-')).collect();
        let start = at + line.find(trimmed).unwrap_or(0);
        at += line.len();
        if !(said.is_empty() || trimmed.starts_with(['#', '/'])) {
            lines.push((said, Span::new(start, start + trimmed.len())));
        }
    }
    lines
}

/// The differences outside of artefacts, each with the artefact that tells it: one that both sides have, else the first.
pub(super) fn differences(before: &[Side], after: &[Side]) -> BTreeMap<String, Difference> {
    let framed =
        before.iter().zip(after).filter_map(|(old, new)| Some((old, new, old.frame.as_ref()?, new.frame.as_ref()?)));
    framed
        .filter(|(_, _, old, new)| old.file != new.file)
        .filter_map(|(before, after, old, new)| {
            let survivor = after.artefacts.iter().find(|new| before.artefacts.iter().any(|old| old.id == new.id));
            let teller = survivor.or(after.artefacts.first())?;
            Some((teller.key(), difference(old, new, digests(before) == digests(after))?))
        })
        .collect()
}

fn difference(old: &Frame, new: &Frame, parts_equal: bool) -> Option<Difference> {
    if !old.text().eq(new.text()) {
        return Some(Difference::Content(old.first_unlike(new), new.first_unlike(old)));
    }
    // Otherwise the changed artefacts tell why the file has other bytes.
    parts_equal.then_some(Difference::Form)
}

fn digests(side: &Side) -> Vec<&Digest> {
    let mut digests: Vec<&Digest> = side.artefacts.iter().map(|artefact| &artefact.digest).collect();
    digests.sort_unstable();
    digests
}
