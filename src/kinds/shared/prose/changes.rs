//! Changes: what a matching of units says about the texts, told once.

use std::collections::HashSet;
use std::ops::Range;

use super::matching::{Block, Matching, Side};
use super::typos::Spelling;
use super::unit::{Role, Unit, UnitKind};
use super::{Change, Edit, Form, Mark, words};

/// A section of more units than this is not looked through to see whether all of it moved.
const MAX_MOVED_SECTION: usize = 1_000;

/// Every change between two texts whose units are matched, in the order of the texts.
pub(super) fn between<'t>(old: Side<'t>, new: Side<'t>, matching: &'t Matching) -> Vec<Change> {
    let spelling = Spelling::new(old.text, new.text);
    let mut teller = Teller { old, new, matching, changes: Vec::new(), disturbed: Disturbed::default(), spelling };
    teller.old_side();
    teller.new_side();
    teller.blanks();
    teller.echoes();
    teller.changes.into_iter().map(|told| told.change).collect()
}

/// A change and the units that it is told of.
struct Told {
    change: Change,
    old: Option<usize>,
    new: Option<usize>,
}

/// The numbered lists of both sides in which an item came, went or moved; headings are one list.
#[derive(Default)]
struct Disturbed {
    old: HashSet<usize>,
    new: HashSet<usize>,
}

struct Teller<'t> {
    old: Side<'t>,
    new: Side<'t>,
    matching: &'t Matching,
    changes: Vec<Told>,
    disturbed: Disturbed,
    spelling: Spelling<'t>,
}

impl Teller<'_> {
    fn old_side(&mut self) {
        let taken = Taken::new(&self.matching.of_old);
        let (mut at, mut moved_until) = (0, 0);
        while at < self.old.units.len() {
            let Some(block) = self.matching.block_of_old(at) else {
                let end = taken.section_end(&self.old.units[at]);
                self.gone(at..end);
                at = end;
                continue;
            };
            if block.is_moved && at >= moved_until {
                moved_until = self.elsewhere(block);
            }
            if !block.is_moved || !block.is_same {
                self.kept(block);
            }
            at = block.old.end;
        }
    }

    fn new_side(&mut self) {
        let taken = Taken::new(&self.matching.of_new);
        let mut at = 0;
        while at < self.new.units.len() {
            at = match self.matching.block_of_new(at) {
                Some(block) => block.new.end,
                None => {
                    let end = taken.section_end(&self.new.units[at]);
                    self.came(at..end);
                    end
                }
            };
        }
    }

    fn gone(&mut self, units: Range<usize>) {
        let unit = &self.old.units[units.start];
        let degraded = self.matching.degraded_old[units.start];
        let (edit, marks) = alone(unit, Edit::Removed, self.old, degraded);
        let change = Change { edit, kind: unit.kind, old: Some(self.old.bytes(&units)), new: None, marks };
        self.disturbed.old.extend(numbered_list(self.old, unit));
        self.changes.push(Told { change, old: Some(units.start), new: None });
    }

    fn came(&mut self, units: Range<usize>) {
        let unit = &self.new.units[units.start];
        let degraded = self.matching.degraded_new[units.start];
        let (edit, marks) = alone(unit, Edit::Added, self.new, degraded);
        let change = Change { edit, kind: unit.kind, old: None, new: Some(self.new.bytes(&units)), marks };
        self.disturbed.new.extend(numbered_list(self.new, unit));
        self.changes.push(Told { change, old: None, new: Some(units.start) });
    }

    /// A move of units that stay together, or of a whole section; past the last old unit that it tells.
    fn elsewhere(&mut self, first: &Block) -> usize {
        let (mut old, mut new) = (first.old.clone(), first.new.clone());
        if let Some(section) = self.moved_section(first) {
            (old, new) = section;
        } else {
            while let Some(next) = self.matching.block_of_old(old.end)
                && next.is_moved
                && next.new.start == new.end
                && self.old.units[next.old.start].kind != UnitKind::Heading
            {
                (old.end, new.end) = (next.old.end, next.new.end);
            }
        }
        let (was, is) = (&self.old.units[old.start], &self.new.units[new.start]);
        let is_step = was.role == Role::Step && is.role == Role::Step;
        let marks = if is_step { vec![Mark::Step] } else { Vec::new() };
        let (old_bytes, new_bytes) = (Some(self.old.bytes(&old)), Some(self.new.bytes(&new)));
        let change = Change { edit: Edit::Moved, kind: was.kind, old: old_bytes, new: new_bytes, marks };
        self.disturbed.old.extend(numbered_list(self.old, was));
        self.disturbed.new.extend(numbered_list(self.new, is));
        self.changes.push(Told { change, old: Some(old.start), new: Some(new.start) });
        old.end
    }

    /// The section that a moved heading took along: all of it that is still there stands below it, in order, and nothing
    /// that stood elsewhere does.
    fn moved_section(&self, head: &Block) -> Option<(Range<usize>, Range<usize>)> {
        let (was, is) = (&self.old.units[head.old.start], &self.new.units[head.new.start]);
        let (old, new) = (head.old.start..was.section_end, head.new.start..is.section_end);
        if was.kind != UnitKind::Heading || old.len().max(new.len()) > MAX_MOVED_SECTION {
            return None;
        }
        let mut last = new.start;
        let stays = old.clone().filter_map(|at| self.matching.block_of_old(at)).all(|block| {
            let rises =
                block.is_moved && block.new.start >= last && block.new.end <= new.end && block.old.end <= old.end;
            last = block.new.start;
            rises
        });
        let mut below = new.clone().filter_map(|at| self.matching.block_of_new(at));
        let stays = stays && below.all(|block| block.old.start >= old.start && block.old.end <= old.end);
        stays.then_some((old, new))
    }

    fn kept(&mut self, block: &Block) {
        let (old, new) = (self.old.bytes(&block.old), self.new.bytes(&block.new));
        let (was, is) = (&self.old.text[old.clone()], &self.new.text[new.clone()]);
        if was == is {
            return;
        }
        let edit = if block.is_same { Edit::Reformed(words::form_between(was, is)) } else { Edit::Reworded };
        let mut marks = Vec::new();
        marks.extend((block.old.len() == 1 && block.new.len() > 1).then_some(Mark::Split));
        marks.extend((block.old.len() > 1 && block.new.len() == 1).then_some(Mark::Merged));
        marks.extend((block.is_same && words::is_renumbered(was, is)).then_some(Mark::Renumbered));
        if edit == Edit::Reworded {
            marks.extend(self.spelling.mark(was, is));
        }
        let kind = self.old.units[block.old.start].kind;
        let change = Change { edit, kind, old: Some(old), new: Some(new), marks };
        self.changes.push(Told { change, old: Some(block.old.start), new: Some(block.new.start) });
    }

    /// Blanks that differ between two units which are neighbours on both sides (the ends of the text count as units).
    fn blanks(&mut self) {
        let ends = (self.old.units.len(), self.new.units.len());
        let mut before = (0, 0);
        for block in &self.matching.blocks {
            self.blank(before, (block.old.start, block.new.start));
            before = (block.old.end, block.new.end);
        }
        self.blank(before, ends);
    }

    /// The blank before two units, where `before` says that those in front of them match, too.
    fn blank(&mut self, before: (usize, usize), at: (usize, usize)) {
        if before != at {
            return;
        }
        let (old, new) = (blank_before(self.old, at.0), blank_before(self.new, at.1));
        if self.old.text[old.clone()] != self.new.text[new.clone()] {
            let edit = Edit::Reformed(Form::Whitespace);
            let change = Change { edit, kind: UnitKind::Line, old: Some(old), new: Some(new), marks: Vec::new() };
            self.changes.push(Told { change, old: None, new: None });
        }
    }

    /// Marks what only follows from another change: closing tags, and numbers behind an item that came, went or moved.
    fn echoes(&mut self) {
        let mut told = HashSet::new();
        for at in 0..self.changes.len() {
            if self.closes_changed(&self.changes[at]) || self.is_renumbered_again(&self.changes[at], &mut told) {
                self.changes[at].change.marks.push(Mark::Echo);
            }
        }
    }

    fn closes_changed(&self, told: &Told) -> bool {
        let opening = |side: Side<'_>, at: Option<usize>| side.units.get(at?)?.opened_by;
        match (opening(self.old, told.old), opening(self.new, told.new)) {
            (Some(old), Some(new)) => {
                let block = self.matching.block_of_old(old);
                block.is_some_and(|block| block.new.contains(&new))
                    && self.old.unit_text(old) != self.new.unit_text(new)
            }
            (Some(old), None) => self.matching.block_of_old(old).is_none(),
            (None, Some(new)) => self.matching.block_of_new(new).is_none(),
            (None, None) => false,
        }
    }

    /// Whether the number changed because of another item, or a further one after the first of its list.
    fn is_renumbered_again(&self, told: &Told, seen: &mut HashSet<(usize, usize)>) -> bool {
        let (Some(old), Some(new)) = (told.old, told.new) else { return false };
        let lists = (numbered_list(self.old, &self.old.units[old]), numbered_list(self.new, &self.new.units[new]));
        let (Some(old), Some(new)) = lists else { return false };
        if !told.change.has(Mark::Renumbered) {
            return false;
        }
        self.disturbed.old.contains(&old) || self.disturbed.new.contains(&new) || !seen.insert((old, new))
    }
}

/// What is said of a unit that only one side has: mere markup that comes or goes is form.
fn alone(unit: &Unit, edit: Edit, side: Side<'_>, is_degraded: bool) -> (Edit, Vec<Mark>) {
    let is_markup = unit.bag.is_empty();
    let edit = if is_markup { Edit::Reformed(words::markup_form(side.unit_text(unit.at))) } else { edit };
    let mut marks = Vec::new();
    marks.extend((unit.role == Role::Step && !is_markup).then_some(Mark::Step));
    marks.extend(is_degraded.then_some(Mark::Degraded));
    (edit, marks)
}

/// The numbered list that a unit is an item of; numbered headings are one list.
fn numbered_list(side: Side<'_>, unit: &Unit) -> Option<usize> {
    words::ordinal(side.unit_text(unit.at))?;
    match unit.kind {
        UnitKind::Heading => Some(usize::MAX),
        _ => Some(unit.list),
    }
}

fn blank_before(side: Side<'_>, at: usize) -> Range<usize> {
    let start = at.checked_sub(1).map_or(0, |before| side.units[before].range.end);
    start..side.units.get(at).map_or(side.text.len(), |unit| unit.range.start)
}

/// How many units are matched before each.
struct Taken {
    before: Vec<usize>,
}

impl Taken {
    fn new(blocks: &[Option<usize>]) -> Self {
        let mut before = vec![0];
        let mut count = 0;
        before.extend(blocks.iter().map(|block| {
            count += usize::from(block.is_some());
            count
        }));
        Self { before }
    }

    /// Past the section that an unmatched heading heads when all of it is unmatched; past the unit otherwise.
    fn section_end(&self, unit: &Unit) -> usize {
        let end = unit.section_end;
        if self.before[end] == self.before[unit.at] { end } else { unit.at + 1 }
    }
}
