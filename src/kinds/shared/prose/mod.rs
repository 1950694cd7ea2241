//! Prose: what happened to the sentences, headings and blanks between two versions of a text.
//!
//! Units with equal words are anchored first, identical ones elsewhere are moves, what is left pairs up by its words: inside
//! the gaps between anchors, beside what moved, and elsewhere where two are nearly the same. Every byte that differs lies in
//! some change. Time is linear in the text, but for gaps of bounded size and for a budget of counted work; a gap for which
//! that does not reach is told as removed and added, marked [`Mark::Degraded`].

mod align;
mod candidates;
mod changes;
mod likeness;
mod lines;
mod matching;
mod pairing;
mod sections;
mod stops;
mod typos;
mod unit;
mod words;

use std::ops::Range;

pub use align::rising;
pub use unit::{Unit, UnitKind, units};

use matching::{Matching, Side};

/// In what two texts with the same words differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Form {
    /// Blanks and line breaks.
    Whitespace,
    /// Emphasis, headings, bullets, numbering.
    Markdown,
    /// Upper and lower case.
    Case,
    /// Stops, commas, quotes, brackets.
    Punctuation,
}

/// What happened to a piece of text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edit {
    /// It is new.
    Added,
    /// It is gone.
    Removed,
    /// It has other words.
    Reworded,
    /// It stands elsewhere.
    Moved,
    /// It has the same words in another form; mere markup that came or went stands on one side only.
    Reformed(Form),
}

/// A further property of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// One sentence became two.
    Split,
    /// Two sentences became one.
    Merged,
    /// A spelling mistake was corrected, and nothing else.
    TypoFixed,
    /// A spelling mistake was made, and nothing else.
    TypoMade,
    /// It is an item of a numbered list that came, went or moved.
    Step,
    /// Only the number of an item differs.
    Renumbered,
    /// It only follows from another change: the number behind an item that came, the end of a tag that was renamed.
    Echo,
    /// The budget did not reach to find out whether it was reworded.
    Degraded,
}

/// One change; ranges are byte offsets into the old and the new text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What happened.
    pub edit: Edit,
    /// What it happened to: a heading stands for its whole section when all of it was added, removed or moved.
    pub kind: UnitKind,
    /// Where it was; `None` when added.
    pub old: Option<Range<usize>>,
    /// Where it is; `None` when removed.
    pub new: Option<Range<usize>>,
    /// What else is to be said of it.
    pub marks: Vec<Mark>,
}

/// What changed from `old` to `new`, in the order of the texts. Comparing the other way gives the mirror image.
///
/// What moved and was edited is two changes: moved, and reworded.
pub fn compare(old: &str, new: &str) -> Vec<Change> {
    if old == new {
        return Vec::new();
    }
    // One direction is computed, the other mirrored: whatever ties there are, both agree.
    if old > new {
        return compare(new, old).into_iter().map(Change::mirrored).collect();
    }
    let (old_units, new_units) = (units(old), units(new));
    let (old, new) = (Side { text: old, units: &old_units }, Side { text: new, units: &new_units });
    let mut changes = changes::between(old, new, &Matching::between(old, new));
    if changes.is_empty() {
        changes.push(Change::of_whole(old.text, new.text));
    }
    changes
}

/// How alike two texts are by their words, 0 to 1.
pub fn similarity(old: &str, new: &str) -> f64 {
    let (mut a, mut b) = (words::hashes(old), words::hashes(new));
    a.sort_unstable();
    b.sort_unstable();
    likeness::shared(&a, &b, |_| 1.0)
}

/// How many words `text` has.
pub fn word_count(text: &str) -> usize {
    words::hashes(text).len()
}

impl Change {
    /// Whether `mark` is said of it.
    pub fn has(&self, mark: Mark) -> bool {
        self.marks.contains(&mark)
    }

    /// The texts differ in blanks that belong to no unit.
    fn of_whole(old: &str, new: &str) -> Self {
        let edit = Edit::Reformed(Form::Whitespace);
        Self { edit, kind: UnitKind::Line, old: Some(0..old.len()), new: Some(0..new.len()), marks: Vec::new() }
    }

    fn mirrored(self) -> Self {
        let edit = match self.edit {
            Edit::Added => Edit::Removed,
            Edit::Removed => Edit::Added,
            other => other,
        };
        let marks = self.marks.into_iter().map(Mark::mirrored).collect();
        Self { edit, kind: self.kind, old: self.new, new: self.old, marks }
    }
}

impl Mark {
    fn mirrored(self) -> Self {
        match self {
            Self::Split => Self::Merged,
            Self::Merged => Self::Split,
            Self::TypoFixed => Self::TypoMade,
            Self::TypoMade => Self::TypoFixed,
            other => other,
        }
    }
}

#[cfg(test)]
mod tests;
