//! What is to be known of a text before its sentences are read: its language, what in it is quoted, what is protected.

use std::ops::Range;

use crate::kinds::shared::directive::{Frame, language};
use crate::kinds::shared::prose::{self, UnitKind};

/// How much of a text tells its language, in bytes.
const HEAD: usize = 4000;

/// A text, and what holds for parts of it.
#[derive(Debug)]
pub(super) struct Ground<'t> {
    text: &'t str,
    pub(super) language: Option<&'static str>,
    /// Examples and other ranges whose sentences ask nothing.
    shown: Vec<Range<usize>>,
    protected: Vec<Range<usize>>,
}

impl<'t> Ground<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        let mut head = text.len().min(HEAD);
        while !text.is_char_boundary(head) {
            head -= 1;
        }
        let (shown, protected) = (shown(text), protected(text));
        Self { text, language: language::of(&text[..head]), shown, protected }
    }

    /// The text itself.
    pub(super) fn text(&self) -> &'t str {
        self.text
    }

    pub(super) fn is_protected(&self, range: &Range<usize>) -> bool {
        touches(&self.protected, range)
    }

    /// The sentence at `range`, if it is one that can ask something and pv reads its language.
    pub(super) fn sentence(&self, kind: UnitKind, range: &Range<usize>) -> Option<&'t str> {
        let text = self.text.get(range.clone())?;
        let is_quoted = kind != UnitKind::Sentence || text.starts_with("> ") || touches(&self.shown, range);
        let language = language::of(text).or(self.language).unwrap_or(language::ENGLISH);
        (!is_quoted && language == language::ENGLISH).then_some(text)
    }

    /// Whether a safety clause stands in `range`.
    pub(super) fn guards(&self, range: &Range<usize>) -> bool {
        let Some(section) = self.text.get(range.clone()) else { return false };
        let is_guard = |unit: prose::Unit| {
            let at = range.start + unit.range.start..range.start + unit.range.end;
            self.sentence(unit.kind, &at).and_then(Frame::of).is_some_and(|frame| frame.is_safety)
        };
        self.is_protected(range) || prose::units(section).into_iter().any(is_guard)
    }
}

/// Whether `range` overlaps one of some sorted ranges.
fn touches(ranges: &[Range<usize>], range: &Range<usize>) -> bool {
    let after = ranges.partition_point(|one| one.end <= range.start);
    ranges.get(after).is_some_and(|one| one.start < range.end)
}

/// What stands between `<!-- pv:protect … -->` and `<!-- pv:end -->`, the marks included.
fn protected(text: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut at = 0;
    while let Some(start) = text[at..].find("<!-- pv:protect").map(|found| at + found) {
        let end = text[start..].find("<!-- pv:end").map_or(text.len(), |found| start + found + 1);
        ranges.push(start..end);
        at = end;
    }
    ranges
}

/// Sections headed as examples, and what stands in example tags.
fn shown(text: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut open: Option<(usize, Opened)> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim();
        let closes = open.as_ref().is_some_and(|(_, opened)| opened.is_closed_by(trimmed));
        if closes && let Some((start, _)) = open.take() {
            ranges.push(start..at);
        }
        if open.is_none() {
            open = Opened::by(trimmed).map(|opened| (at, opened));
        }
        at += line.len();
    }
    ranges.extend(open.map(|(start, _)| start..text.len()));
    ranges
}

/// What opened a range of examples.
enum Opened {
    /// A heading of this level.
    Heading(usize),
    Tag,
}

impl Opened {
    fn by(line: &str) -> Option<Self> {
        let lower = line.to_lowercase();
        let names = |text: &str| text.starts_with("example") || text.ends_with("example") || text.ends_with("examples");
        if let Some(level) = level(line) {
            let title = lower.trim_start_matches('#').trim().trim_end_matches(':');
            return names(title).then_some(Self::Heading(level));
        }
        (lower.starts_with("<example") && !lower.contains("</example")).then_some(Self::Tag)
    }

    fn is_closed_by(&self, line: &str) -> bool {
        match self {
            Self::Heading(open) => level(line).is_some_and(|level| level <= *open),
            Self::Tag => line.to_lowercase().contains("</example"),
        }
    }
}

/// The level of a heading.
fn level(line: &str) -> Option<usize> {
    let level = line.len() - line.trim_start_matches('#').len();
    (level > 0 && line[level..].starts_with(' ')).then_some(level)
}

#[cfg(test)]
mod tests {
    use super::Ground;
    use crate::kinds::shared::prose::{self, UnitKind};

    #[test]
    fn examples_and_quotations_ask_nothing() {
        let text = "Use tables.\n\n# Examples\n\nNever do this.\n\n# Rules\n\nBe kind.\n<example>\nUse lists.\n</example>\n> Go.\n";
        let ground = Ground::of(text);
        let asked: Vec<&str> = prose::units(text)
            .into_iter()
            .filter(|unit| unit.kind == UnitKind::Sentence)
            .filter_map(|unit| ground.sentence(unit.kind, &unit.range))
            .collect();
        assert_eq!(asked, ["Use tables.", "Be kind."]);
    }

    #[test]
    fn protection_reaches_to_its_end() {
        let text = "One.\n<!-- pv:protect safety -->\nTwo.\n<!-- pv:end -->\nThree.\n";
        let ground = Ground::of(text);
        let at = |word: &str| text.find(word).map(|at| at..at + word.len()).expect("stands there");
        assert_eq!(["One", "Two", "Three"].map(|word| ground.is_protected(&at(word))), [false, true, false]);
    }
}
