//! Units: the sentences, headings, list items and code lines that a prompt is compared by.

use std::ops::Range;

use super::words;

/// What a unit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnitKind {
    /// A heading: the head of a section.
    Heading,
    /// A sentence or list item.
    Sentence,
    /// A line of a code fence, a table row, a line of its own.
    Line,
}

/// A piece of a text, without the blanks around it.
#[derive(Debug, Clone)]
pub struct Unit {
    /// Byte range in the text.
    pub range: Range<usize>,
    /// What it is.
    pub kind: UnitKind,
    /// Equal for units with the same words.
    pub(super) id: u64,
    /// Hashes of its words, sorted.
    pub(super) bag: Vec<u64>,
}

/// The units of `text`, in order. Between two of them stand only blanks.
pub fn units(text: &str) -> Vec<Unit> {
    let mut cutter = Cutter { text, units: Vec::new(), paragraph: None };
    let mut fence: Option<&str> = None;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let range = start..start + line.len();
        start = range.end;
        let trimmed = line.trim();
        let fence_mark = ["```", "~~~"].into_iter().find(|mark| trimmed.starts_with(mark));
        if fence.is_some() || fence_mark.is_some() {
            cutter.line(range, UnitKind::Line);
            fence = match (fence, fence_mark) {
                (Some(open), Some(mark)) if open == mark => None,
                (Some(open), _) => Some(open),
                (None, mark) => mark,
            };
        } else if trimmed.is_empty() {
            cutter.flush();
        } else if is_heading(trimmed) {
            cutter.line(range, UnitKind::Heading);
        } else if stands_alone(trimmed) {
            cutter.line(range, UnitKind::Line);
        } else {
            cutter.prose(range, trimmed);
        }
    }
    cutter.flush();
    cutter.units
}

struct Cutter<'t> {
    text: &'t str,
    units: Vec<Unit>,
    paragraph: Option<Range<usize>>,
}

impl Cutter<'_> {
    fn line(&mut self, range: Range<usize>, kind: UnitKind) {
        self.flush();
        self.push(range, kind);
    }

    fn prose(&mut self, range: Range<usize>, trimmed: &str) {
        match &mut self.paragraph {
            Some(open) if continues(&self.text[open.clone()], trimmed) => open.end = range.end,
            _ => {
                self.flush();
                self.paragraph = Some(range);
            }
        }
    }

    fn flush(&mut self) {
        let Some(paragraph) = self.paragraph.take() else { return };
        let mut start = paragraph.start;
        for length in sentence_lengths(&self.text[paragraph]) {
            self.push(start..start + length, UnitKind::Sentence);
            start += length;
        }
    }

    fn push(&mut self, range: Range<usize>, kind: UnitKind) {
        let raw = &self.text[range.clone()];
        let start = range.start + (raw.len() - raw.trim_start().len());
        let end = range.start + raw.trim_end().len();
        if start >= end {
            return;
        }
        let exact = &self.text[start..end];
        let mut bag = words::hashes(exact);
        if bag.is_empty() {
            bag.push(words::exact(exact));
        }
        let id = words::fold(&bag);
        bag.sort_unstable();
        self.units.push(Unit { range: start..end, kind, id, bag });
    }
}

fn is_heading(trimmed: &str) -> bool {
    let level = trimmed.bytes().take_while(|byte| *byte == b'#').count();
    (1..=6).contains(&level) && trimmed[level..].starts_with([' ', '\t'])
}

/// Table rows and lines that are nothing but one template tag or one XML tag.
fn stands_alone(trimmed: &str) -> bool {
    let is_tag = |open: &str, close: &str| {
        trimmed.starts_with(open) && trimmed.ends_with(close) && trimmed.matches(open).count() == 1
    };
    trimmed.starts_with('|') || is_tag("{%", "%}") || is_tag("{{", "}}") || is_tag("<", ">")
}

/// Whether a line goes on with the sentence of the paragraph before it (a wrapped line).
fn continues(paragraph: &str, trimmed: &str) -> bool {
    let is_item = words::marker_length(trimmed) > 0;
    let before = paragraph.trim_end();
    let is_closed = before.ends_with(['.', '!', '?', ':', ';', '}', '>']) || paragraph.ends_with("  \n");
    let starts_low = trimmed.chars().next().is_some_and(|first| first.is_lowercase() || first == '(');
    !is_item && (starts_low || !is_closed && before.lines().last().is_some_and(|line| line.chars().count() >= 60))
}

/// Where to cut a paragraph: the lengths of its sentences, which add up to the whole.
fn sentence_lengths(paragraph: &str) -> Vec<usize> {
    let mut lengths = Vec::new();
    let mut start = 0;
    let skip = words::marker_length(paragraph);
    let mut in_code = false;
    for (at, c) in paragraph.char_indices().skip_while(|(at, _)| *at < skip) {
        in_code ^= c == '`';
        let end = at + c.len_utf8();
        let ends = match c {
            '。' | '！' | '？' => true,
            '.' | '!' | '?' => !in_code && ends_sentence(paragraph, start, at, end),
            _ => false,
        };
        if ends {
            lengths.push(end - start);
            start = end;
        }
    }
    lengths.push(paragraph.len() - start);
    lengths
}

/// Whether the stop at `at..end` is followed by a new sentence and does not close an abbreviation.
fn ends_sentence(paragraph: &str, start: usize, at: usize, end: usize) -> bool {
    let mut after = paragraph[end..].chars();
    if !after.next().is_some_and(char::is_whitespace) {
        return false;
    }
    let opens = after.find(|c| !c.is_whitespace()).is_some_and(|c| !c.is_lowercase() && !matches!(c, '-' | '–' | '—'));
    let word_start =
        paragraph[start..at].rfind(|c: char| c.is_whitespace() || c == '(').map_or(start, |blank| start + blank + 1);
    let word = &paragraph[word_start..at];
    opens && !is_abbreviation(word)
}

fn is_abbreviation(word: &str) -> bool {
    const KNOWN: &[&str] = &["e.g", "i.e", "etc", "vs", "mr", "mrs", "ms", "dr", "prof", "no", "cf", "approx", "fig"];
    let lower = word.to_ascii_lowercase();
    let is_initial = word.chars().count() == 1 && word.chars().all(char::is_uppercase);
    let is_ordinal = !word.is_empty() && word.len() <= 2 && word.bytes().all(|byte| byte.is_ascii_digit());
    (KNOWN.contains(&lower.as_str()) && word != "No" && word != "no") || is_initial || is_ordinal
}

#[cfg(test)]
mod tests {
    use super::{UnitKind, units};

    fn pieces(text: &str) -> Vec<&str> {
        units(text).into_iter().map(|unit| &text[unit.range]).collect()
    }

    #[test]
    fn sentences_items_and_headings_are_units() {
        let text =
            "# Title\n\nOne. Two, e.g. this. Three v1.2 is\nwrapped here.\n- item a\n  goes on\n- item b. And more.\n";
        let expected = [
            "# Title",
            "One.",
            "Two, e.g. this.",
            "Three v1.2 is\nwrapped here.",
            "- item a\n  goes on",
            "- item b.",
            "And more.",
        ];
        assert_eq!(pieces(text), expected);
    }

    #[test]
    fn fences_tables_and_tags_are_lines() {
        let text = "Text\n```py\nx = 1\n\n# no heading\n```\n| a | b |\n{% if x %}\nY\n{% endif %}";
        let expected = ["Text", "```py", "x = 1", "# no heading", "```", "| a | b |", "{% if x %}", "Y", "{% endif %}"];
        assert_eq!(pieces(text), expected);
        assert!(units(text).iter().all(|unit| unit.kind != UnitKind::Heading));
    }

    #[test]
    fn only_blanks_stand_between_units() {
        let text = " \n# A\n\n\n1. B. C\n\n---\n`x. y` z。次。\n  ";
        let mut last = 0;
        for unit in units(text) {
            assert!(text[last..unit.range.start].trim().is_empty());
            last = unit.range.end;
        }
        assert!(text[last..].trim().is_empty());
    }
}
