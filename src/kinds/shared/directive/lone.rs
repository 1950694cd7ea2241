//! What it means that a mark came or went.

use super::difference::{Difference, Direction, Feature};
use super::frame::{Clause, Force, Mark, Nature, Sense};
use super::pack::{Field, WordClass, english};
use super::side::Side;

/// A mark without a counterpart.
pub(super) struct Lone<'p, 'f, 's> {
    pub(super) side: &'p Side<'f, 's>,
    pub(super) other: &'p Side<'f, 's>,
    pub(super) at: usize,
    pub(super) mark: &'p Mark,
    /// Where the other sentence has what the mark is about.
    pub(super) counterpart: Option<usize>,
    pub(super) is_new: bool,
}

impl Lone<'_, '_, '_> {
    /// What differs by it, if the mark says anything without a counterpart; `is_flip`: the negations do not cancel.
    pub(super) fn judge(&self, is_flip: bool) -> Option<Difference> {
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
