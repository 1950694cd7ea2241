//! In what two frames of one sentence differ.

use std::ops::Range;

use super::align;
use super::became::{self, Judged};
use super::frame::{Frame, Mark, Sense};
use super::lone::Lone;
use super::side::{Side, alike};

/// What a difference is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Feature {
    /// Asked for or forbidden.
    Polarity,
    /// How strongly it is asked.
    Modal,
    /// A bound from above or from below.
    Comparator,
    /// A limit or a count.
    Quantity,
    /// A number that bounds and counts nothing.
    Number,
    /// What is exempt.
    Exception,
    /// When it holds.
    Condition,
    /// Of how many it holds.
    Scope,
    /// Who the model is.
    Persona,
    /// How it speaks, and to whom.
    Tone,
    /// The format of the answer.
    Format,
    /// The language of the answer.
    OutputLanguage,
    /// How dates, numbers and units are written.
    Locale,
    /// An address, a date, an id.
    Reference,
}

/// Whether more is admitted than before, or less.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// More is admitted.
    Loosened,
    /// Less is admitted.
    Tightened,
}

impl Direction {
    fn mirrored(self) -> Self {
        match self {
            Self::Loosened => Self::Tightened,
            Self::Tightened => Self::Loosened,
        }
    }
}

/// One thing that a sentence says differently, in its own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// What it is about.
    pub feature: Feature,
    /// Which way it goes, where it goes one way.
    pub direction: Option<Direction>,
    /// What it said; `None` when it said nothing of the sort.
    pub old: Option<String>,
    /// What it says.
    pub new: Option<String>,
}

impl Difference {
    pub(super) fn mirrored(self) -> Self {
        Self { feature: self.feature, direction: self.direction.map(Direction::mirrored), old: self.new, new: self.old }
    }
}

/// What differs between two frames, and how much alike the rest of the sentences is, 0 to 1.
pub(super) fn between(old: &Frame<'_>, new: &Frame<'_>) -> (Vec<Difference>, f64) {
    let (old, new) = (Side::of(old), Side::of(new));
    let mut pairing = Pairing { pairs: align::align(&old.pieces, &new.pieces), old, new };
    pairing.prefer_same();
    let mut found = Found::default();
    pairing.paired(&mut found);
    pairing.alone(&mut found);
    pairing.clauses(&mut found);
    let residual = pairing.residual(&found);
    (found.differences, residual)
}

#[derive(Default)]
struct Found {
    differences: Vec<Difference>,
    /// Tokens that the differences explain.
    old_cuts: Vec<Range<usize>>,
    new_cuts: Vec<Range<usize>>,
}

impl Found {
    fn pair(
        &mut self,
        (feature, direction): Judged,
        (old, was): (&Side<'_, '_>, &Mark),
        (new, is): (&Side<'_, '_>, &Mark),
    ) {
        self.old_cuts.push(was.tokens.clone());
        self.new_cuts.push(is.tokens.clone());
        self.differences.push(Difference { feature, direction, old: Some(old.text(was)), new: Some(new.text(is)) });
    }
}

struct Pairing<'f, 's> {
    old: Side<'f, 's>,
    new: Side<'f, 's>,
    pairs: Vec<(usize, usize)>,
}

impl Pairing<'_, '_> {
    /// A mark that became another one, and stands as it was elsewhere in the other sentence, corresponds to that.
    fn prefer_same(&mut self) {
        let (old, new) = (self.lone_marks(true), self.lone_marks(false));
        for pair in &mut self.pairs {
            let (was, is) = (self.old.pieces[pair.0], self.new.pieces[pair.1]);
            if was.mark.is_none() || was.is_same_mark(&is) {
                continue;
            }
            if let Some(&twin) = new.iter().find(|at| was.is_same_mark(&self.new.pieces[**at])) {
                pair.1 = twin;
            } else if let Some(&twin) = old.iter().find(|at| is.is_same_mark(&self.old.pieces[**at])) {
                pair.0 = twin;
            }
        }
    }

    /// The marks of a side without a counterpart.
    fn lone_marks(&self, is_old: bool) -> Vec<usize> {
        let side = if is_old { &self.old } else { &self.new };
        let mut is_paired = vec![false; side.pieces.len()];
        self.pairs.iter().for_each(|(i, j)| is_paired[if is_old { *i } else { *j }] = true);
        (0..side.pieces.len()).filter(|at| !is_paired[*at] && side.pieces[*at].mark.is_some()).collect()
    }

    /// Marks that became other marks.
    fn paired(&mut self, found: &mut Found) {
        for &(i, j) in &self.pairs {
            let (Some(was), Some(is)) = (self.old.mark(i), self.new.mark(j)) else { continue };
            if let Some(judged) = became::pair(&was.sense, &is.sense) {
                found.pair(judged, (&self.old, was), (&self.new, is));
            }
        }
    }

    /// Marks that came or went.
    fn alone(&mut self, found: &mut Found) {
        let (mut old, mut new) = (self.lone_marks(true), self.lone_marks(false));
        self.cancel_moved(&mut old, &mut new);
        let negations = |side: &Side<'_, '_>, lone: &[usize]| lone.iter().filter(|at| is_negation(side, **at)).count();
        // Two negations cancel.
        let is_flip = (negations(&self.old, &old) + negations(&self.new, &new)) % 2 == 1;
        for (side, other, lone, is_new) in [(&self.old, &self.new, &old, false), (&self.new, &self.old, &new, true)] {
            for &at in lone {
                let Some(mark) = side.mark(at) else { continue };
                let counterpart = side.head(at).and_then(|head| self.counterpart(head, is_new));
                let lone = Lone { side, other, at, mark, counterpart, is_new };
                if let Some(difference) = lone.judge(is_flip) {
                    let cuts = if is_new { &mut found.new_cuts } else { &mut found.old_cuts };
                    cuts.push(mark.tokens.start..mark.tail.end.max(mark.tokens.end));
                    found.differences.push(difference);
                }
            }
        }
    }

    /// What stands elsewhere in the other sentence neither came nor went.
    fn cancel_moved(&self, old: &mut Vec<usize>, new: &mut Vec<usize>) {
        old.retain(|&at| {
            let twin = new.iter().position(|&to| self.old.pieces[at].is_same_mark(&self.new.pieces[to]));
            twin.map(|twin| new.remove(twin)).is_none()
        });
    }

    fn counterpart(&self, piece: usize, is_new: bool) -> Option<usize> {
        let of = |(i, j): &(usize, usize)| if is_new { (*j, *i) } else { (*i, *j) };
        self.pairs.iter().map(of).find(|(own, _)| *own == piece).map(|(_, other)| other)
    }

    /// Clauses and roles that stand on both sides and say something else in their tails.
    fn clauses(&mut self, found: &mut Found) {
        for &(i, j) in &self.pairs {
            let (Some(was), Some(is)) = (self.old.mark(i), self.new.mark(j)) else { continue };
            let feature = match (&was.sense, &is.sense) {
                (Sense::Persona, Sense::Persona) => Feature::Persona,
                (Sense::Clause(a), Sense::Clause(b)) if a == b => Feature::Condition,
                _ => continue,
            };
            let before = self.old.words(&was.tail, &found.old_cuts);
            let after = self.new.words(&is.tail, &found.new_cuts);
            // `super powerful` for `superpowerful` is the same.
            if before.concat() == after.concat() || was.tail.is_empty() || is.tail.is_empty() {
                continue;
            }
            found.old_cuts.push(was.tail.clone());
            found.new_cuts.push(is.tail.clone());
            let (old, new) = (Some(self.old.with_tail(was)), Some(self.new.with_tail(is)));
            found.differences.push(Difference { feature, direction: None, old, new });
        }
    }

    fn residual(&self, found: &Found) -> f64 {
        let whole = |side: &Side<'_, '_>| 0..side.frame.tokens.len();
        let old = self.old.words(&whole(&self.old), &found.old_cuts);
        let new = self.new.words(&whole(&self.new), &found.new_cuts);
        alike(&old, &new)
    }
}

fn is_negation(side: &Side<'_, '_>, piece: usize) -> bool {
    let mark = side.mark(piece);
    mark.is_some_and(|mark| matches!(mark.sense, Sense::Force(force) if force.is_negative))
}
