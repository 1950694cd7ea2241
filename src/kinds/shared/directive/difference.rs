//! In what two frames of one sentence differ.

use std::ops::Range;

use super::align::{self, Piece};
use super::frame::{Clause, Force, Frame, Mark, Nature, Sense};
use super::pack::{Field, WordClass, english};
use super::quantity::Quantity;

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

struct Side<'f, 's> {
    frame: &'f Frame<'s>,
    pieces: Vec<Piece>,
}

impl<'f, 's> Side<'f, 's> {
    fn of(frame: &'f Frame<'s>) -> Self {
        Self { frame, pieces: align::pieces(frame) }
    }

    fn mark(&self, piece: usize) -> Option<&'f Mark> {
        self.frame.marks.get(self.pieces.get(piece)?.mark?)
    }

    fn text(&self, mark: &Mark) -> String {
        self.frame.text(mark.tokens.clone())
    }

    fn with_tail(&self, mark: &Mark) -> String {
        self.frame.text(mark.tokens.start..mark.tail.end.max(mark.tokens.end))
    }

    /// The first content word behind a piece: what a `not` or an `only` is about.
    fn head(&self, piece: usize) -> Option<usize> {
        let is_content = |at: &usize| {
            let word = self.pieces.get(*at).and_then(|piece| self.frame.tokens.get(piece.token));
            let is_plain = self.mark(*at).is_none_or(|mark| matches!(mark.sense, Sense::Word(Field::Act, _)));
            is_plain && word.is_some_and(|word| !english().is(WordClass::Function, &word.text))
        };
        (piece + 1..self.pieces.len()).find(is_content)
    }

    /// What stands from a piece to its head.
    fn to_head(&self, piece: usize) -> String {
        let start = self.pieces.get(piece).map_or(0, |piece| piece.token);
        let end = self.head(piece).and_then(|head| self.pieces.get(head)).map_or(start, |head| head.token);
        self.frame.text(start..end + 1)
    }

    fn head_text(&self, head: usize) -> String {
        self.pieces.get(head).map_or_else(String::new, |head| self.frame.text(head.token..head.token + 1))
    }

    /// The plain words among `tokens`, as sorted keys.
    fn words(&self, tokens: &Range<usize>, cuts: &[Range<usize>]) -> Vec<&'f str> {
        let is_cut = |token: usize| cuts.iter().any(|cut| cut.contains(&token));
        let plain = self.pieces.iter().filter(|piece| tokens.contains(&piece.token) && !is_cut(piece.token));
        let text = |piece: &Piece| self.frame.tokens.get(piece.token).map(|token| super::frame::stem(&token.text));
        let mut words: Vec<&str> = plain.filter_map(text).collect();
        words.sort_unstable();
        words
    }
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

type Judged = (Feature, Option<Direction>);

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
            if let Some(judged) = pair(&was.sense, &is.sense) {
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
            if before == after || was.tail.is_empty() || is.tail.is_empty() {
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

/// How alike two sorted lists are, 0 to 1.
fn alike(a: &[&str], b: &[&str]) -> f64 {
    let (mut i, mut j, mut shared) = (0, 0, 0_usize);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        shared += usize::from(x == y);
        i += usize::from(x <= y);
        j += usize::from(y <= x);
    }
    let total = a.len() + b.len();
    if total == 0 { 1.0 } else { (2 * shared) as f64 / total as f64 }
}

fn is_negation(side: &Side<'_, '_>, piece: usize) -> bool {
    let mark = side.mark(piece);
    mark.is_some_and(|mark| matches!(mark.sense, Sense::Force(force) if force.is_negative))
}

/// What it means that one mark became another of its class.
fn pair(old: &Sense, new: &Sense) -> Option<Judged> {
    match (old, new) {
        (Sense::Force(old), Sense::Force(new)) => force(*old, *new),
        (Sense::Quantity(old), Sense::Quantity(new)) => quantities(old, new),
        (Sense::Number(old), Sense::Number(new)) | (Sense::Label(old), Sense::Label(new)) if old != new => {
            Some((Feature::Number, None))
        }
        (Sense::Number(_), Sense::Quantity(limit)) | (Sense::Quantity(limit), Sense::Number(_)) => {
            Some((if limit.is_limit { Feature::Quantity } else { Feature::Number }, None))
        }
        (Sense::Reference(old), Sense::Reference(new)) if old != new => Some((Feature::Reference, None)),
        (Sense::Clause(old), Sense::Clause(new)) if old != new => Some(clause(*old, *new)),
        (Sense::Word(field, old), Sense::Word(_, new)) if old != new => word(*field, old, new),
        _ => None,
    }
}

fn force(old: Force, new: Force) -> Option<Judged> {
    if old.is_negative != new.is_negative {
        return Some((Feature::Polarity, None));
    }
    let direction = direction(f64::from(old.strength), f64::from(new.strength))?;
    (old.strength > 0 && new.strength > 0).then_some((Feature::Modal, Some(direction)))
}

fn direction(old: f64, new: f64) -> Option<Direction> {
    match old.partial_cmp(&new)? {
        std::cmp::Ordering::Less => Some(Direction::Tightened),
        std::cmp::Ordering::Greater => Some(Direction::Loosened),
        std::cmp::Ordering::Equal => None,
    }
}

fn quantities(old: &Quantity, new: &Quantity) -> Option<Judged> {
    let is_same_unit = old.unit == new.unit || !old.is_measured || !new.is_measured;
    if is_same_unit && (old.low, old.high) == (new.low, new.high) {
        return None;
    }
    if matches!((old.sides(), new.sides()), ((true, false), (false, true)) | ((false, true), (true, false))) {
        return Some((Feature::Comparator, None));
    }
    let direction = match (new.is_within(old), old.is_within(new)) {
        (true, false) if is_same_unit => Some(Direction::Tightened),
        (false, true) if is_same_unit => Some(Direction::Loosened),
        _ => None,
    };
    Some((Feature::Quantity, direction))
}

fn clause(old: Clause, new: Clause) -> Judged {
    match (old, new) {
        (Clause::OnlyIf, Clause::If) => (Feature::Exception, Some(Direction::Loosened)),
        (Clause::If, Clause::OnlyIf) => (Feature::Exception, Some(Direction::Tightened)),
        _ => (Feature::Polarity, None),
    }
}

fn word(field: Field, old: &str, new: &str) -> Option<Judged> {
    match field {
        Field::Scope => Some((Feature::Scope, scope(old, new))),
        Field::Order => are_opposite(old, new).then_some((Feature::Comparator, None)),
        Field::Act => are_opposite(old, new).then_some((Feature::Polarity, None)),
        Field::Tone => Some((Feature::Tone, None)),
        Field::Format => Some((Feature::Format, None)),
        Field::Tongue => Some((Feature::OutputLanguage, None)),
        Field::Locale => Some((Feature::Locale, None)),
        _ => None,
    }
}

/// `time+` and `time-`.
fn are_opposite(old: &str, new: &str) -> bool {
    old != new && old.trim_end_matches(['+', '-']) == new.trim_end_matches(['+', '-'])
}

fn scope(old: &str, new: &str) -> Option<Direction> {
    match (old == "all", new == "all") {
        (true, false) => Some(Direction::Loosened),
        (false, true) => Some(Direction::Tightened),
        _ => None,
    }
}

/// A mark without a counterpart.
struct Lone<'p, 'f, 's> {
    side: &'p Side<'f, 's>,
    other: &'p Side<'f, 's>,
    at: usize,
    mark: &'p Mark,
    /// Where the other sentence has what the mark is about.
    counterpart: Option<usize>,
    is_new: bool,
}

impl Lone<'_, '_, '_> {
    fn judge(&self, is_flip: bool) -> Option<Difference> {
        match &self.mark.sense {
            Sense::Force(force) => self.force(*force, is_flip),
            Sense::Hedge => Some(self.came(Feature::Modal, Some(Direction::Loosened))),
            Sense::Quantity(quantity) if quantity.is_limit => {
                Some(self.came(Feature::Quantity, Some(Direction::Tightened)))
            }
            Sense::Clause(Clause::Except) => Some(self.came(Feature::Exception, Some(Direction::Loosened))),
            Sense::Clause(Clause::OnlyIf) => Some(self.came(Feature::Exception, Some(Direction::Tightened))),
            Sense::Clause(Clause::If) => Some(self.came(Feature::Condition, None)),
            Sense::Word(field, value) => self.word(*field, value),
            Sense::Reference(_) => Some(self.came(Feature::Reference, None)),
            Sense::Quantity(_) | Sense::Number(_) | Sense::Label(_) | Sense::Persona => None,
        }
    }

    /// `not use` for `use`: the word that it is about stands on both sides.
    fn force(&self, force: Force, is_flip: bool) -> Option<Difference> {
        let counterpart = self.counterpart?;
        if force.is_vague {
            return None;
        }
        if force.is_negative {
            return is_flip.then(|| self.headed(Feature::Polarity, None, counterpart));
        }
        let is_weak = force.strength < 5;
        let direction = if is_weak { Direction::Loosened } else { Direction::Tightened };
        (!is_weak || self.other.frame.is_imperative())
            .then(|| self.headed(Feature::Modal, Some(direction), counterpart))
    }

    fn word(&self, field: Field, value: &str) -> Option<Difference> {
        let has = |class| self.side.frame.has(class) && self.other.frame.has(class);
        let is_said = self.other.frame.marks.iter().any(|mark| mark.sense == self.mark.sense);
        let asks = || [self.side, self.other].iter().any(|side| side.frame.nature != Nature::Statement);
        let feature = match field {
            Field::Scope if value == "only" && asks() => {
                let counterpart = self.counterpart?;
                return Some(self.headed(Feature::Scope, Some(Direction::Tightened), counterpart));
            }
            _ if is_said => return None,
            Field::Tone if has(WordClass::Manner) => Feature::Tone,
            Field::Format if has(WordClass::Answering) && self.is_asked() => Feature::Format,
            Field::Tongue => Feature::OutputLanguage,
            Field::Locale => Feature::Locale,
            _ => return None,
        };
        Some(self.came(feature, None))
    }

    /// `in JSON`, `as a table`.
    fn is_asked(&self) -> bool {
        let before = self.mark.tokens.start.checked_sub(1).and_then(|at| self.side.frame.tokens.get(at));
        before.is_some_and(|token| english().is(WordClass::Into, &token.text))
    }

    fn came(&self, feature: Feature, direction: Option<Direction>) -> Difference {
        self.oriented(Difference { feature, direction, old: None, new: Some(self.side.with_tail(self.mark)) })
    }

    fn headed(&self, feature: Feature, direction: Option<Direction>, counterpart: usize) -> Difference {
        let (old, new) = (Some(self.other.head_text(counterpart)), Some(self.side.to_head(self.at)));
        self.oriented(Difference { feature, direction, old, new })
    }

    /// The difference as if the mark had come, turned round if it went.
    fn oriented(&self, difference: Difference) -> Difference {
        if self.is_new { difference } else { difference.mirrored() }
    }
}

/// Whether a frame's sentence is a directive at all.
pub(super) fn is_directive(frame: &Frame<'_>) -> bool {
    frame.nature != Nature::Statement
}
