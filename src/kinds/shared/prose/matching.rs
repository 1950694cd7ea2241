//! Matching: which units of two texts belong together, and which of them moved.

use std::collections::HashMap;
use std::ops::Range;

use super::likeness::{Budget, Likeness};
use super::unit::{Role, Unit, UnitKind};
use super::{align, candidates, pairing, words};

/// Identical units shorter than this many words are too common to be called moved, unless it is an item or sentence that
/// each text has just once.
const MIN_MOVED_WORDS: usize = 4;

/// How alike an edited unit must be to one elsewhere to have moved, and how many letters and digits it must have.
const MOVED_ALIKE: f64 = 0.85;
const MIN_MOVED_LETTERS: usize = 20;

/// A text and its units.
#[derive(Debug, Clone, Copy)]
pub(super) struct Side<'t> {
    pub(super) text: &'t str,
    pub(super) units: &'t [Unit],
}

impl<'t> Side<'t> {
    pub(super) fn unit_text(self, at: usize) -> &'t str {
        &self.text[self.units[at].range.clone()]
    }

    /// The bytes from the first to the last of some units.
    pub(super) fn bytes(self, units: &Range<usize>) -> Range<usize> {
        self.units[units.start].range.start..self.units[units.end - 1].range.end
    }
}

/// Units that belong together: mostly one and one; several where a sentence was split, merged or wrapped anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) old: Range<usize>,
    pub(super) new: Range<usize>,
    pub(super) is_moved: bool,
    /// Whether both have the same words in the same order.
    pub(super) is_same: bool,
}

/// Which units belong together.
#[derive(Debug)]
pub(super) struct Matching {
    /// By old position.
    pub(super) blocks: Vec<Block>,
    /// For every unit, the block that it is in.
    pub(super) of_old: Vec<Option<usize>>,
    pub(super) of_new: Vec<Option<usize>>,
    /// Whether each unit is in a gap for which the budget did not reach.
    pub(super) degraded_old: Vec<bool>,
    pub(super) degraded_new: Vec<bool>,
}

impl Matching {
    pub(super) fn between(old: Side<'_>, new: Side<'_>) -> Self {
        let mut matcher = Matcher::new(old, new);
        let anchors = align::align(&ids(old.units), &ids(new.units));
        for &(i, j) in &anchors {
            matcher.join(i..i + 1, j..j + 1, false);
        }
        matcher.find_moved();
        matcher.find_reworded(&anchors);
        matcher.find_beside_moved();
        matcher.find_moved_and_edited();
        matcher.finish()
    }

    pub(super) fn block_of_old(&self, at: usize) -> Option<&Block> {
        self.blocks.get((*self.of_old.get(at)?)?)
    }

    pub(super) fn block_of_new(&self, at: usize) -> Option<&Block> {
        self.blocks.get((*self.of_new.get(at)?)?)
    }
}

fn ids(units: &[Unit]) -> Vec<u64> {
    units.iter().map(|unit| unit.id).collect()
}

struct Matcher<'t> {
    old: Side<'t>,
    new: Side<'t>,
    likeness: Likeness,
    budget: Budget,
    found: Matching,
}

impl<'t> Matcher<'t> {
    fn new(old: Side<'t>, new: Side<'t>) -> Self {
        let found = Matching {
            blocks: Vec::new(),
            of_old: vec![None; old.units.len()],
            of_new: vec![None; new.units.len()],
            degraded_old: vec![false; old.units.len()],
            degraded_new: vec![false; new.units.len()],
        };
        Self { old, new, likeness: Likeness::between(old.units, new.units), budget: Budget::new(), found }
    }

    fn join(&mut self, old: Range<usize>, new: Range<usize>, is_moved: bool) {
        let block = Some(self.found.blocks.len());
        self.found.of_old[old.clone()].fill(block);
        self.found.of_new[new.clone()].fill(block);
        let is_same = old.len() == 1 && new.len() == 1 && self.old.units[old.start].id == self.new.units[new.start].id;
        self.found.blocks.push(Block { old, new, is_moved, is_same });
    }

    fn finish(mut self) -> Matching {
        let found = &mut self.found;
        found.blocks.sort_by_key(|block| block.old.start);
        for (at, block) in found.blocks.iter().enumerate() {
            found.of_old[block.old.clone()].fill(Some(at));
            found.of_new[block.new.clone()].fill(Some(at));
        }
        self.found
    }

    fn free_old(&self, range: Range<usize>) -> Vec<usize> {
        range.filter(|&at| self.found.of_old[at].is_none()).collect()
    }

    fn free_new(&self, range: Range<usize>) -> Vec<usize> {
        range.filter(|&at| self.found.of_new[at].is_none()).collect()
    }

    /// Identical units elsewhere: long ones, headings, and those that each text has once.
    fn find_moved(&mut self) {
        let (old_counts, new_counts) = (counts(self.old.units), counts(self.new.units));
        let is_single = |id: u64| old_counts.get(&id) == Some(&1) && new_counts.get(&id) == Some(&1);
        let mut places: HashMap<u64, Vec<usize>> = HashMap::new();
        for j in self.free_new(0..self.new.units.len()).into_iter().rev() {
            places.entry(self.new.units[j].id).or_default().push(j);
        }
        for i in self.free_old(0..self.old.units.len()) {
            let unit = &self.old.units[i];
            let is_long = unit.bag.len() >= MIN_MOVED_WORDS || unit.kind == UnitKind::Heading;
            let says_something = unit.bag.len() >= if unit.role == Role::Plain { 2 } else { 1 };
            let is_only = unit.kind == UnitKind::Sentence && says_something && is_single(unit.id);
            if !(is_long || is_only) {
                continue;
            }
            if let Some(j) = places.get_mut(&unit.id).and_then(Vec::pop) {
                self.join(i..i + 1, j..j + 1, true);
            }
        }
    }

    /// Between two anchors.
    fn find_reworded(&mut self, anchors: &[(usize, usize)]) {
        let (mut i, mut j) = (0, 0);
        let end = (self.old.units.len(), self.new.units.len());
        for &(to_old, to_new) in anchors.iter().chain(std::iter::once(&end)) {
            self.pair_gap(i..to_old, j..to_new, false);
            (i, j) = (to_old + 1, to_new + 1);
        }
    }

    /// Right behind and right before a moved unit: what was edited on the way moved with it.
    fn find_beside_moved(&mut self) {
        let moved: Vec<Block> = self.found.blocks.iter().filter(|block| block.is_moved).cloned().collect();
        for block in moved {
            let after_old = self.free_run(&self.found.of_old, block.old.end);
            let after_new = self.free_run(&self.found.of_new, block.new.end);
            self.pair_gap(after_old, after_new, true);
            let before_old = self.free_run_before(&self.found.of_old, block.old.start);
            let before_new = self.free_run_before(&self.found.of_new, block.new.start);
            self.pair_gap(before_old, before_new, true);
        }
    }

    fn free_run(&self, taken: &[Option<usize>], start: usize) -> Range<usize> {
        let length = taken[start..].iter().take(MAX_RUN).take_while(|block| block.is_none()).count();
        start..start + length
    }

    fn free_run_before(&self, taken: &[Option<usize>], end: usize) -> Range<usize> {
        let length = taken[..end].iter().rev().take(MAX_RUN).take_while(|block| block.is_none()).count();
        end - length..end
    }

    fn pair_gap(&mut self, old: Range<usize>, new: Range<usize>, is_moved: bool) {
        let (free_old, free_new) = (self.free_old(old.clone()), self.free_new(new.clone()));
        if free_old.is_empty() || free_new.is_empty() {
            return;
        }
        if free_old.len() == old.len() && free_new.len() == new.len() && self.is_regrouped(&old, &new) {
            self.join(old.clone(), new.clone(), is_moved);
            self.found.blocks.iter_mut().next_back().into_iter().for_each(|block| block.is_same = true);
            return;
        }
        let units_old: Vec<&Unit> = free_old.iter().map(|&at| &self.old.units[at]).collect();
        let units_new: Vec<&Unit> = free_new.iter().map(|&at| &self.new.units[at]).collect();
        let alone = if is_moved { pairing::ALIKE } else { pairing::ALIKE_ALONE };
        let Some(pairs) = pairing::pair((&units_old, &units_new), alone, &self.likeness, &mut self.budget) else {
            self.found.degraded_old[old].fill(true);
            self.found.degraded_new[new].fill(true);
            return;
        };
        for (olds, news) in pairs {
            let (i, j) = (free_old[olds.start], free_new[news.start]);
            self.join(i..i + olds.len(), j..j + news.len(), is_moved);
        }
    }

    /// Whether the units differ only in where one ends and the next begins.
    fn is_regrouped(&self, old: &Range<usize>, new: &Range<usize>) -> bool {
        let words = |side: Side<'_>, range: &Range<usize>| -> Vec<u64> {
            range.clone().flat_map(|at| words::hashes(side.unit_text(at))).collect()
        };
        let count = |units: &[Unit]| -> usize { units.iter().map(|unit| unit.bag.len()).sum() };
        let (olds, news) = (&self.old.units[old.clone()], &self.new.units[new.clone()]);
        let are_prose = olds.iter().chain(news).all(|unit| unit.kind == UnitKind::Sentence);
        are_prose && count(olds) == count(news) && words(self.old, old) == words(self.new, new)
    }

    /// Units that stand elsewhere and were edited there.
    fn find_moved_and_edited(&mut self) {
        let is_long = |side: Side<'_>, at: usize| {
            side.units[at].kind != UnitKind::Line
                && side.unit_text(at).chars().filter(|c| c.is_alphanumeric()).nth(MIN_MOVED_LETTERS - 1).is_some()
        };
        let mut free_old = self.free_old(0..self.old.units.len());
        let mut free_new = self.free_new(0..self.new.units.len());
        free_old.retain(|&at| is_long(self.old, at));
        free_new.retain(|&at| is_long(self.new, at));
        let units_old: Vec<&Unit> = free_old.iter().map(|&at| &self.old.units[at]).collect();
        let units_new: Vec<&Unit> = free_new.iter().map(|&at| &self.new.units[at]).collect();
        let Some(found) = candidates::between(&units_old, &units_new, &self.likeness, &mut self.budget) else {
            return;
        };
        let close: Vec<_> = found.into_iter().filter(|(.., score)| *score >= MOVED_ALIKE).collect();
        for (i, j) in candidates::mutual(&close) {
            self.join(free_old[i]..free_old[i] + 1, free_new[j]..free_new[j] + 1, true);
        }
    }
}

/// How far beside a moved unit is looked for what moved with it, in units.
const MAX_RUN: usize = 200;

fn counts(units: &[Unit]) -> HashMap<u64, usize> {
    let mut counts = HashMap::new();
    for unit in units {
        *counts.entry(unit.id).or_insert(0) += 1;
    }
    counts
}
