//! What it means that one mark became another of its class.

use super::difference::{Direction, Feature};
use super::frame::{Clause, Force, Sense};
use super::pack::Field;
use super::quantity::Quantity;

/// What a difference is about, and which way it goes.
pub(super) type Judged = (Feature, Option<Direction>);

/// What became of a mark that corresponds to another one; `None` when both say the same.
pub(super) fn pair(old: &Sense, new: &Sense) -> Option<Judged> {
    match (old, new) {
        (Sense::Force(old), Sense::Force(new)) => force(*old, *new),
        (Sense::Quantity(old), Sense::Quantity(new)) => quantities(old, new),
        (Sense::Number(old), Sense::Number(new)) | (Sense::Label(old), Sense::Label(new)) if old != new => {
            Some((Feature::Number, None))
        }
        (Sense::Number(_), Sense::Quantity(limit)) | (Sense::Quantity(limit), Sense::Number(_)) => {
            Some((if limit.is_limit && !limit.is_measured { Feature::Quantity } else { Feature::Number }, None))
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
    let is_unsaid = old.unit.is_empty() || new.unit.is_empty();
    let is_same_unit = old.unit == new.unit || is_unsaid || !old.is_measured && !new.is_measured;
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
