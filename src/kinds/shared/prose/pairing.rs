//! Pairs of reworded units inside the gaps that alignment left: one with one, one with two, two with one.

use std::ops::Range;

use super::candidates;
use super::likeness::{Budget, Likeness};
use super::unit::{Role, Unit, UnitKind};

/// How alike two units must be to count as one that was reworded.
pub(super) const ALIKE: f64 = 0.6;

/// The same for the only unit on each side of a gap: its place speaks for it (and is enough for two headings).
pub(super) const ALIKE_ALONE: f64 = 0.3;

/// How alike a unit must be to two others together to have been split into them, and by how much more than to one.
const SPLIT: (f64, f64) = (0.75, 0.1);

/// Above this many cells, or words looked at, likely partners are looked up instead of comparing all with all.
const MAX_CELLS: usize = 400 * 400;
const MAX_TABLE_COST: usize = 4_000_000;

/// Units of a gap that belong together, as ranges of positions in the gap: one to one, one to two, or two to one.
pub(super) type Pair = (Range<usize>, Range<usize>);

/// The units of a gap that pair up, all ranges rising; the only ones of a gap must be as alike as `alone`. `None`: the budget does not reach.
pub(super) fn pair(
    (old, new): (&[&Unit], &[&Unit]),
    alone: f64,
    likeness: &Likeness,
    budget: &mut Budget,
) -> Option<Vec<Pair>> {
    if let ([one], [other]) = (old, new) {
        let are_headings = one.kind == UnitKind::Heading && other.kind == UnitKind::Heading;
        let is_pair = are_headings || likeness.plain(one, other) >= alone;
        return Some(if is_pair { vec![(0..1, 0..1)] } else { Vec::new() });
    }
    let cost = old.len() * words(new) + new.len() * words(old);
    if old.len() * new.len() > MAX_CELLS || cost > MAX_TABLE_COST {
        let found = candidates::between(old, new, likeness, budget)?;
        return Some(candidates::heaviest(&found).into_iter().map(|(i, j)| (i..i + 1, j..j + 1)).collect());
    }
    budget.spend(cost)?;
    let mut table = Table::new(old, new, likeness);
    table.fill();
    Some(table.pairs())
}

fn words(units: &[&Unit]) -> usize {
    units.iter().map(|unit| unit.bag.len()).sum()
}

/// Pairs with the greatest sum of likenesses, by dynamic programming from the ends.
struct Table<'u> {
    old: &'u [&'u Unit],
    new: &'u [&'u Unit],
    likeness: &'u Likeness,
    scores: Vec<f64>,
    best: Vec<(f64, Step)>,
}

/// What the best pairing does with the first units that are left.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Step {
    Pair(usize, usize),
    SkipOld,
    SkipNew,
}

impl<'u> Table<'u> {
    fn new(old: &'u [&'u Unit], new: &'u [&'u Unit], likeness: &'u Likeness) -> Self {
        let cells = (old.len() + 1) * (new.len() + 1);
        Self { old, new, likeness, scores: vec![0.0; cells], best: vec![(0.0, Step::SkipNew); cells] }
    }

    fn at(&self, i: usize, j: usize) -> usize {
        i * (self.new.len() + 1) + j
    }

    fn fill(&mut self) {
        for i in (0..self.old.len()).rev() {
            for j in (0..self.new.len()).rev() {
                let at = self.at(i, j);
                self.scores[at] = self.likeness.of(self.old[i], self.new[j]);
                self.best[at] = self.step(i, j);
            }
        }
    }

    /// The best that can be done from here; the earlier of two that are as good.
    fn step(&self, i: usize, j: usize) -> (f64, Step) {
        let one = self.scores[self.at(i, j)];
        let rest = |i: usize, j: usize| self.best[self.at(i, j)].0;
        let mut options = [(0.0, Step::SkipOld); 5];
        options[0] = (if one >= ALIKE { one + rest(i + 1, j + 1) } else { 0.0 }, Step::Pair(1, 1));
        if let Some(score) = self.split(i, j) {
            options[1] = (score + rest(i + 1, j + 2), Step::Pair(1, 2));
        }
        if let Some(score) = self.merged(i, j) {
            options[2] = (score + rest(i + 2, j + 1), Step::Pair(2, 1));
        }
        options[3] = (rest(i + 1, j), Step::SkipOld);
        options[4] = (rest(i, j + 1), Step::SkipNew);
        options.into_iter().fold((0.0, Step::SkipNew), |best, option| if option.0 > best.0 { option } else { best })
    }

    fn split(&self, i: usize, j: usize) -> Option<f64> {
        let second = *self.new.get(j + 1)?;
        let parts = (self.scores[self.at(i, j)], self.likeness.of(self.old[i], second));
        self.together(self.old[i], (self.new[j], second), parts)
    }

    fn merged(&self, i: usize, j: usize) -> Option<f64> {
        let second = *self.old.get(i + 1)?;
        let parts = (self.scores[self.at(i, j)], self.scores[self.at(i + 1, j)]);
        self.together(self.new[j], (self.old[i], second), parts)
    }

    /// How alike a sentence is to two others that follow each other together, where each of them is a part of it.
    fn together(&self, whole: &Unit, (first, second): (&Unit, &Unit), parts: (f64, f64)) -> Option<f64> {
        let are_prose = [whole, first, second].iter().all(|unit| unit.kind == UnitKind::Sentence);
        let are_neighbours = first.at + 1 == second.at && second.role == Role::Plain;
        let are_parts = parts.0 > 0.0 && parts.1 > 0.0;
        if !(are_prose && are_neighbours && are_parts) {
            return None;
        }
        let score = self.likeness.of_two(whole, first, second);
        (score >= SPLIT.0 && score >= parts.0.max(parts.1) + SPLIT.1).then_some(score)
    }

    fn pairs(&self) -> Vec<Pair> {
        let (mut i, mut j, mut pairs) = (0, 0, Vec::new());
        while i < self.old.len() && j < self.new.len() {
            match self.best[self.at(i, j)].1 {
                Step::Pair(olds, news) => {
                    pairs.push((i..i + olds, j..j + news));
                    (i, j) = (i + olds, j + news);
                }
                Step::SkipOld => i += 1,
                Step::SkipNew => j += 1,
            }
        }
        pairs
    }
}
