//! Prose: what happened to the sentences, headings and blanks between two versions of a text.
//!
//! Units with equal words are anchored first, identical ones elsewhere are moves, what is left pairs up by its words.
//! Every byte that differs lies in some change. Time is linear in the text, but for gaps of bounded size.

mod align;
mod pairing;
mod unit;
mod words;

use std::collections::HashMap;
use std::ops::Range;

pub use align::rising;
pub use unit::{Unit, UnitKind, units};

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
    /// It has the same words in another form.
    Reformed(Form),
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
}

/// Identical units shorter than this many words are too common to be called moved.
const MIN_MOVED_WORDS: usize = 4;

/// What changed from `old` to `new`, in the order of the texts. Comparing the other way gives the mirror image.
pub fn compare(old: &str, new: &str) -> Vec<Change> {
    if old == new {
        return Vec::new();
    }
    // One direction is computed, the other mirrored: whatever ties there are, both agree.
    if old > new {
        return compare(new, old).into_iter().map(Change::mirrored).collect();
    }
    let (old_units, new_units) = (units(old), units(new));
    let matching = Matching::between(&old_units, &new_units);
    let sides = Sides { old, new, old_units: &old_units, new_units: &new_units };
    let mut changes = sides.changes(&matching);
    changes.extend(sides.blanks(&matching));
    if changes.is_empty() {
        changes.push(sides.whole());
    }
    changes
}

/// How alike two texts are by their words, 0 to 1.
pub fn similarity(old: &str, new: &str) -> f64 {
    let (mut a, mut b) = (words::hashes(old), words::hashes(new));
    a.sort_unstable();
    b.sort_unstable();
    words::similarity(&a, &b)
}

/// How many words `text` has.
pub fn word_count(text: &str) -> usize {
    words::hashes(text).len()
}

impl Change {
    fn mirrored(self) -> Self {
        let edit = match self.edit {
            Edit::Added => Edit::Removed,
            Edit::Removed => Edit::Added,
            other => other,
        };
        Self { edit, kind: self.kind, old: self.new, new: self.old }
    }
}

/// Which units belong together.
struct Matching {
    /// For every old unit, its new position and whether that keeps the order.
    of_old: Vec<Option<usize>>,
    of_new: Vec<Option<usize>>,
    moved: Vec<(usize, usize)>,
}

impl Matching {
    fn between(old: &[Unit], new: &[Unit]) -> Self {
        let ids = |units: &[Unit]| -> Vec<u64> { units.iter().map(|unit| unit.id).collect() };
        let anchors = align::align(&ids(old), &ids(new));
        let mut matching = Self { of_old: vec![None; old.len()], of_new: vec![None; new.len()], moved: Vec::new() };
        for &(i, j) in &anchors {
            matching.join(i, j);
        }
        matching.find_moved(old, new);
        matching.find_reworded(&anchors, old, new);
        matching
    }

    fn join(&mut self, i: usize, j: usize) {
        self.of_old[i] = Some(j);
        self.of_new[j] = Some(i);
    }

    fn find_moved(&mut self, old: &[Unit], new: &[Unit]) {
        let mut places: HashMap<u64, Vec<usize>> = HashMap::new();
        for (j, unit) in new.iter().enumerate().rev().filter(|(j, _)| self.of_new[*j].is_none()) {
            places.entry(unit.id).or_default().push(j);
        }
        for (i, unit) in old.iter().enumerate() {
            let is_long = unit.bag.len() >= MIN_MOVED_WORDS || unit.kind == UnitKind::Heading;
            if self.of_old[i].is_some() || !is_long {
                continue;
            }
            if let Some(j) = places.get_mut(&unit.id).and_then(Vec::pop) {
                self.join(i, j);
                self.moved.push((i, j));
            }
        }
    }

    fn find_reworded(&mut self, anchors: &[(usize, usize)], old: &[Unit], new: &[Unit]) {
        let (mut i, mut j) = (0, 0);
        let end = (old.len(), new.len());
        for &(to_old, to_new) in anchors.iter().chain(std::iter::once(&end)) {
            let free_old: Vec<usize> = (i..to_old).filter(|&at| self.of_old[at].is_none()).collect();
            let free_new: Vec<usize> = (j..to_new).filter(|&at| self.of_new[at].is_none()).collect();
            if !free_old.is_empty() && !free_new.is_empty() {
                let units_old: Vec<&Unit> = free_old.iter().map(|&at| &old[at]).collect();
                let units_new: Vec<&Unit> = free_new.iter().map(|&at| &new[at]).collect();
                for (a, b) in pairing::pair(&units_old, &units_new) {
                    self.join(free_old[a], free_new[b]);
                }
            }
            (i, j) = (to_old + 1, to_new + 1);
        }
    }
}

struct Sides<'t> {
    old: &'t str,
    new: &'t str,
    old_units: &'t [Unit],
    new_units: &'t [Unit],
}

impl Sides<'_> {
    fn changes(&self, matching: &Matching) -> Vec<Change> {
        let mut changes = Vec::new();
        let moved: HashMap<usize, usize> = matching.moved.iter().copied().collect();
        let mut at = 0;
        while at < self.old_units.len() {
            at = match (matching.of_old[at], moved.get(&at)) {
                (None, _) => self.gone(matching, at, &mut changes),
                (Some(to), Some(_)) => self.elsewhere(&moved, (at, to), &mut changes),
                (Some(to), None) => self.kept(at, to, &mut changes),
            };
        }
        let mut at = 0;
        while at < self.new_units.len() {
            at = if matching.of_new[at].is_none() { self.came(matching, at, &mut changes) } else { at + 1 };
        }
        changes
    }

    fn gone(&self, matching: &Matching, at: usize, changes: &mut Vec<Change>) -> usize {
        let end = section_end(self.old_units, at, |unit| matching.of_old[unit].is_none());
        let old = self.old_units[at].range.start..self.old_units[end - 1].range.end;
        changes.push(Change { edit: Edit::Removed, kind: self.old_units[at].kind, old: Some(old), new: None });
        end
    }

    fn came(&self, matching: &Matching, at: usize, changes: &mut Vec<Change>) -> usize {
        let end = section_end(self.new_units, at, |unit| matching.of_new[unit].is_none());
        let new = self.new_units[at].range.start..self.new_units[end - 1].range.end;
        changes.push(Change { edit: Edit::Added, kind: self.new_units[at].kind, old: None, new: Some(new) });
        end
    }

    /// A run of moved units that stay together is one move.
    fn elsewhere(&self, moved: &HashMap<usize, usize>, (at, to): (usize, usize), changes: &mut Vec<Change>) -> usize {
        let mut length = 1;
        while moved.get(&(at + length)) == Some(&(to + length)) && self.old_units[at + length].kind != UnitKind::Heading
        {
            length += 1;
        }
        let old = self.old_units[at].range.start..self.old_units[at + length - 1].range.end;
        let new = self.new_units[to].range.start..self.new_units[to + length - 1].range.end;
        changes.push(Change { edit: Edit::Moved, kind: self.old_units[at].kind, old: Some(old), new: Some(new) });
        at + length
    }

    fn kept(&self, at: usize, to: usize, changes: &mut Vec<Change>) -> usize {
        let (old, new) = (&self.old_units[at], &self.new_units[to]);
        let (old_text, new_text) = (&self.old[old.range.clone()], &self.new[new.range.clone()]);
        if old_text != new_text {
            let edit =
                if old.id == new.id { Edit::Reformed(words::form_between(old_text, new_text)) } else { Edit::Reworded };
            let (old_range, new_range) = (Some(old.range.clone()), Some(new.range.clone()));
            changes.push(Change { edit, kind: old.kind, old: old_range, new: new_range });
        }
        at + 1
    }

    /// Blanks that differ between two units which are neighbours on both sides (the ends of the text count as units).
    fn blanks(&self, matching: &Matching) -> Vec<Change> {
        let ends = (self.old_units.len(), self.new_units.len());
        let matched = matching.of_old.iter().enumerate().filter_map(|(i, to)| to.map(|j| (i, j)));
        let mut next: HashMap<usize, usize> = matched.collect();
        next.insert(ends.0, ends.1);
        let mut changes = Vec::new();
        for i in 0..=ends.0 {
            let follows =
                |j: usize| if i == 0 { j == 0 } else { next.get(&(i - 1)).is_some_and(|&before| before + 1 == j) };
            let Some(&j) = next.get(&i).filter(|&&j| follows(j)) else { continue };
            let (old, new) = (blank_before(self.old, self.old_units, i), blank_before(self.new, self.new_units, j));
            if self.old[old.clone()] != self.new[new.clone()] {
                let edit = Edit::Reformed(Form::Whitespace);
                let (old, new) = (Some(old), Some(new));
                changes.push(Change { edit, kind: UnitKind::Line, old, new });
            }
        }
        changes
    }

    fn whole(&self) -> Change {
        let (old, new) = (Some(0..self.old.len()), Some(0..self.new.len()));
        Change { edit: Edit::Reformed(Form::Whitespace), kind: UnitKind::Line, old, new }
    }
}

/// Past the last unit of the section that starts at `at`, when `at` is a heading and everything in it `shares` its fate.
fn section_end(units: &[Unit], at: usize, shares: impl Fn(usize) -> bool) -> usize {
    if units[at].kind != UnitKind::Heading {
        return at + 1;
    }
    let body = units[at + 1..].iter().take_while(|unit| unit.kind != UnitKind::Heading).count();
    let end = at + 1 + body;
    if (at + 1..end).all(shares) { end } else { at + 1 }
}

fn blank_before(text: &str, units: &[Unit], at: usize) -> Range<usize> {
    let start = at.checked_sub(1).map_or(0, |before| units[before].range.end);
    start..units.get(at).map_or(text.len(), |unit| unit.range.start)
}

#[cfg(test)]
mod tests;
