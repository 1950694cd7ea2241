//! What differs between two eval sets.

use std::collections::HashSet;

use super::EvalSet;
use super::roles::{CASES, RETIRED};
use crate::domain::{Event, Fact};
use crate::kinds::Basis;
use crate::kinds::shared::rows::{self, How, Rows};
use crate::kinds::shared::{leaves, part, pointer};

pub(super) fn compare(old: &EvalSet, new: &EvalSet, basis: &Basis) -> Vec<Fact> {
    if old.pointer.is_some() || new.pointer.is_some() {
        let side = |set: &EvalSet| (set.pointer.clone(), set.source.clone());
        return pointer::compare(&side(old), &side(new)).into_iter().collect();
    }
    let mut facts = leaves::without_descendants(part::compare(&old.parts, &new.parts), "member");
    // A case that went from the cases to the retired ones was retired, not dropped; that is told once.
    let (mut retired, mut before) = (HashSet::new(), HashSet::new());
    if old.retired.is_some() || new.retired.is_some() {
        let now = keys(new.cases.as_ref());
        retired = keys(new.retired.as_ref());
        before = keys(old.cases.as_ref());
        before.retain(|key| !now.contains(key));
    }
    let how = |profile, elsewhere| How { profile, thresholds: &basis.thresholds, elsewhere };
    facts.extend(row_facts(old.cases.as_ref(), new.cases.as_ref(), &how(&CASES, retired)));
    facts.extend(row_facts(old.retired.as_ref(), new.retired.as_ref(), &how(&RETIRED, before)));
    facts
}

fn keys(rows: Option<&Rows>) -> HashSet<[u8; 16]> {
    rows.map(Rows::keys).unwrap_or_default()
}

fn row_facts(old: Option<&Rows>, new: Option<&Rows>, how: &How<'_>) -> Vec<Fact> {
    match (old, new) {
        (Some(old), Some(new)) => rows::compare(old, new, how),
        (Some(rows), None) => vec![rows.all(Event::Removed, how.profile)],
        (None, Some(rows)) if rows.keys().is_subset(&how.elsewhere) => Vec::new(),
        (None, Some(rows)) => vec![rows.all(Event::Added, how.profile)],
        (None, None) => Vec::new(),
    }
}
