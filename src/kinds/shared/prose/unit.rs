//! Units: the sentences, headings, list items and code lines that a prompt is compared by.

use std::ops::Range;

use super::sections::{self, Head};
use super::{lines, stops, words};

/// What a unit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum UnitKind {
    /// The head of a section: a heading, or an opening tag that is closed further down.
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
    /// Its position among the units of the text.
    pub(super) at: usize,
    /// What its first characters make of it.
    pub(super) role: Role,
    /// Equal for units with the same words.
    pub(super) id: u64,
    /// Hashes of its words, sorted; empty when it is mere markup.
    pub(super) bag: Vec<u64>,
    /// Of a heading: one past the last unit of its section.
    pub(super) section_end: usize,
    /// The unit that opens what this tag closes.
    pub(super) opened_by: Option<usize>,
    /// Which stretch of list items it stands in; headings and paragraphs between them begin another.
    pub(super) list: usize,
}

/// What the first characters of a unit make of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Nothing but what its kind says.
    Plain,
    /// It starts an item of a list.
    Item,
    /// It starts an item of a numbered list.
    Step,
    /// It opens or closes a code fence.
    Fence,
}

impl Role {
    fn of(kind: UnitKind, text: &str) -> Self {
        match kind {
            UnitKind::Sentence if words::ordinal(text).is_some() => Self::Step,
            UnitKind::Sentence if words::marker_length(text) > 0 => Self::Item,
            UnitKind::Line if lines::opens_fence(text).is_some() => Self::Fence,
            _ => Self::Plain,
        }
    }
}

/// The units of `text`, in order. Between two of them stand only blanks.
pub fn units(text: &str) -> Vec<Unit> {
    let mut cutter = Cutter { text, units: Vec::new(), heads: Vec::new(), paragraph: None, list: 0 };
    let mut fence: Option<&str> = None;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let range = start..start + line.len();
        start = range.end;
        let trimmed = line.trim();
        match fence {
            Some(mark) => {
                cutter.line(range, UnitKind::Line, None);
                fence = Some(mark).filter(|mark| !lines::closes_fence(trimmed, mark));
            }
            None => fence = cutter.read(range, trimmed),
        }
    }
    cutter.flush();
    sections::nest(&mut cutter.units, &cutter.heads);
    cutter.units
}

struct Cutter<'t> {
    text: &'t str,
    units: Vec<Unit>,
    heads: Vec<(usize, Head<'t>)>,
    paragraph: Option<Range<usize>>,
    list: usize,
}

impl<'t> Cutter<'t> {
    /// Reads a line outside of fences; the mark of the fence that it opens.
    fn read(&mut self, range: Range<usize>, trimmed: &'t str) -> Option<&'t str> {
        let fence = lines::opens_fence(trimmed);
        if fence.is_some() {
            self.line(range, UnitKind::Line, None);
        } else if trimmed.is_empty() {
            self.flush();
        } else if let Some(level) = self.underlined(trimmed) {
            let start = self.paragraph.take().map_or(range.start, |paragraph| paragraph.start);
            self.line(start..range.end, UnitKind::Heading, Some(Head::Heading(level)));
        } else if let Some(level) = lines::heading_level(trimmed) {
            self.line(range, UnitKind::Heading, Some(Head::Heading(level)));
        } else if let Some(name) = lines::opening_tag(trimmed) {
            self.line(range, UnitKind::Line, Some(Head::Opens(name)));
        } else if let Some(name) = lines::closing_tag(trimmed) {
            self.line(range, UnitKind::Line, Some(Head::Closes(name)));
        } else if lines::stands_alone(trimmed) {
            self.line(range, UnitKind::Line, None);
        } else {
            self.prose(range, trimmed);
        }
        fence
    }

    /// The level of the heading that a line of `=` or `-` makes of the line before it.
    fn underlined(&self, trimmed: &str) -> Option<usize> {
        let paragraph = self.paragraph.clone()?;
        lines::underline_level(&self.text[paragraph], trimmed)
    }

    fn line(&mut self, range: Range<usize>, kind: UnitKind, head: Option<Head<'t>>) {
        self.flush();
        self.list += usize::from(kind == UnitKind::Heading);
        self.heads.extend(head.map(|head| (self.units.len(), head)));
        self.push(range, kind);
    }

    fn prose(&mut self, range: Range<usize>, trimmed: &str) {
        match &mut self.paragraph {
            Some(open) if lines::continues(&self.text[open.clone()], trimmed) => open.end = range.end,
            _ => {
                self.flush();
                let is_flush_left = self.text[range.clone()].starts_with(|c: char| !c.is_whitespace());
                self.list += usize::from(is_flush_left && words::marker_length(trimmed) == 0);
                self.paragraph = Some(range);
            }
        }
    }

    fn flush(&mut self) {
        let Some(paragraph) = self.paragraph.take() else { return };
        let mut start = paragraph.start;
        for length in stops::sentence_lengths(&self.text[paragraph]) {
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
        let mut bag = if lines::is_rule(exact) { Vec::new() } else { words::hashes(lines::without_underline(exact)) };
        let id = if bag.is_empty() { words::markup_id(exact) } else { words::fold(&bag) };
        bag.sort_unstable();
        self.units.push(Unit {
            range: start..end,
            kind,
            at: self.units.len(),
            role: Role::of(kind, exact),
            id,
            bag,
            section_end: self.units.len() + 1,
            opened_by: None,
            list: self.list,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::{UnitKind, units};

    fn pieces(text: &str) -> Vec<&str> {
        units(text).into_iter().map(|unit| &text[unit.range]).collect()
    }

    fn headings(text: &str) -> Vec<&str> {
        let headings = units(text).into_iter().filter(|unit| unit.kind == UnitKind::Heading);
        headings.map(|unit| &text[unit.range]).collect()
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
        assert!(headings(text).is_empty());
    }

    #[test]
    fn a_fence_is_closed_by_its_own_kind_alone() {
        let text = "````\n```\n# a\n```\n````\n# B\n";
        assert_eq!(headings(text), ["# B"]);
        assert_eq!(headings("```inline``` code\n# A\n"), ["# A"]);
    }

    #[test]
    fn headings_come_in_many_forms() {
        let text = "Title\n=====\n\nPart\n---\n\n**Output format:**\nText\n\n**Never say so**\n\nA sentence.\n---\n";
        assert_eq!(headings(text), ["Title\n=====", "Part\n---", "**Output format:**"]);
    }

    #[test]
    fn only_tags_that_are_closed_are_sections() {
        let text = "<rules>\n# A\nx\n<your answer>\n</rules>\n<br/>\n</b>\n# C\ny\n";
        assert_eq!(headings(text), ["<rules>", "# A", "# C"]);
        let ends: Vec<usize> = units(text).iter().map(|unit| unit.section_end).collect();
        assert_eq!((ends[0], ends[1], ends[7]), (5, 4, 9));
    }

    #[test]
    fn sections_hold_those_below_them() {
        let units = units("# A\na\n## B\nb\n## C\nc\n# D\nd\n");
        let ends: Vec<usize> = units.iter().step_by(2).map(|unit| unit.section_end).collect();
        assert_eq!(ends, [6, 4, 6, 8]);
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

    #[test]
    fn deep_and_unbalanced_tags_end_quickly() {
        let opens = "<a>\n".repeat(50_000) + &"</b>\n".repeat(50_000) + &"</a>\n".repeat(50_000);
        assert_eq!(units(&opens).len(), 150_000);
    }
}
