//! What is unfit about an eval set as it is.

use std::collections::HashSet;

use super::EvalSet;
use super::personal;
use super::roles::CASES;
use crate::domain::{Event, Fact, Quote};
use crate::kinds::Basis;
use crate::kinds::shared::row_tree;
use crate::kinds::shared::rows::{self, How, Rows};

/// Columns that say where a case comes from.
const PROVENANCE: [&str; 7] = ["source", "author", "provenance", "origin", "created", "created_at", "date"];

pub(super) fn inspect(set: &EvalSet) -> Vec<Fact> {
    let Some(cases) = &set.cases else { return Vec::new() };
    let mut facts = of_rows(cases);
    facts.extend(PROVENANCE.iter().filter_map(|column| without(cases, column)));
    if let Some(kept) = &set.kept {
        kept.place_all(&mut facts);
    }
    facts
}

/// What is unfit about a new eval set: where its cases are too many to be held, each is looked at this once.
pub(super) fn inspect_new(set: &EvalSet, basis: &Basis) -> Vec<Fact> {
    match (&set.cases, &set.kept) {
        (None, Some(kept)) => {
            let how = How { profile: &CASES, thresholds: &basis.thresholds, elsewhere: HashSet::new() };
            row_tree::inspect(kept, &how, of_rows)
        }
        _ => inspect(set),
    }
}

/// What is unfit about cases, each for itself.
pub(super) fn of_rows(cases: &Rows) -> Vec<Fact> {
    let mut facts = rows::unfit(cases, &CASES);
    facts.extend(cases.watched(|label, place, text| {
        let found = personal::found(text)?;
        Some(Fact::new("personal", Event::Unfit, label).is(Quote { place, text: found }))
    }));
    facts
}

/// Cases without a `column` that most of them have.
fn without(cases: &Rows, column: &str) -> Option<Fact> {
    let filled = cases.filled(column);
    let missing = cases.len().checked_sub(filled).filter(|&missing| missing > 0 && filled > missing)?;
    let mut fact = Fact::new("provenance", Event::Unfit, column);
    fact.count = missing;
    fact.new = cases.first_place().map(|place| Quote { place, text: column.to_owned() });
    Some(fact)
}
