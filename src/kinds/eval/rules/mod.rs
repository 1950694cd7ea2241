//! The rules about eval sets.

mod cases;
mod gates;
mod graders;
mod sets;
mod unfit;
mod whole;

use crate::domain::{ChangeType, Event, Fact, Gate, Rule};
use crate::kinds::shared::base;

/// What every rule of this folder starts from; each says the rest.
const BASE: Rule = Rule { change_type: ChangeType::Eval, gates: &[Gate::Baseline], ..base::BASE };

/// In the order in which they are asked.
pub(super) const RULES: &[&[Rule]] =
    &[unfit::RULES, cases::RULES, sets::RULES, graders::RULES, gates::RULES, whole::RULES];

/// `the case `x` is gone`, or `12 more cases are gone` for a folded fact.
fn several(fact: &Fact, one: &str, many: &str) -> String {
    if fact.has("folded") {
        format!("{} more cases {many}", fact.count)
    } else if fact.has("stratum") && fact.count > 1 {
        format!("{} cases {many}, all of {}", fact.count, fact.subject)
    } else {
        format!("the case `{}` {one}", fact.subject)
    }
}

fn happened(fact: &Fact) -> &'static str {
    match fact.event {
        Event::Added => "is new",
        Event::Removed => "is gone",
        Event::Renamed => "was renamed",
        Event::Moved => "moved",
        Event::Changed | Event::Unfit => "changed",
    }
}

fn went(fact: &Fact) -> String {
    match fact.event {
        Event::Changed => format!("went from `{}` to `{}`", fact.old_text(), fact.new_text()),
        _ => happened(fact).to_owned(),
    }
}

/// `accuracy went from 3 to 5`, `accuracy (3) is gone`.
fn moved(fact: &Fact) -> String {
    match fact.event {
        Event::Removed => format!("`{}` ({}) is gone", fact.subject, fact.old_text()),
        Event::Added => format!("`{}` ({}) is new", fact.subject, fact.new_text()),
        _ => format!("`{}` went from {} to {}", fact.subject, fact.old_text(), fact.new_text()),
    }
}

/// The numbers on both sides.
fn values(fact: &Fact) -> Option<(f64, f64)> {
    Some((fact.old_text().parse().ok()?, fact.new_text().parse().ok()?))
}
