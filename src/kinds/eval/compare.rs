//! What differs between two eval sets.

use std::collections::HashSet;

use super::roles::{CASES, RETIRED};
use super::{EvalSet, inspect};
use crate::domain::{Confidence, Event, Fact};
use crate::kinds::Basis;
use crate::kinds::shared::directive::{self, Direction};
use crate::kinds::shared::row_tree::{self, Side};
use crate::kinds::shared::rows::{How, Rows};
use crate::kinds::shared::{leaves, part, pointer};

pub(super) fn compare(old: &EvalSet, new: &EvalSet, basis: &Basis) -> Vec<Fact> {
    if old.pointer.is_some() || new.pointer.is_some() {
        let side = |set: &EvalSet| (set.pointer.clone(), set.source.clone());
        return pointer::compare(&side(old), &side(new)).into_iter().collect();
    }
    let mut facts = leaves::without_descendants(part::compare(old.defined(), new.defined()), "member");
    // A case that went from the cases to the retired ones was retired, not dropped; that is told once.
    let (mut retired, mut before) = (HashSet::new(), HashSet::new());
    if old.retired.is_some() || new.retired.is_some() {
        let now = keys(new.cases.as_ref());
        retired = keys(new.retired.as_ref());
        before = keys(old.cases.as_ref());
        before.retain(|key| !now.contains(key));
    }
    let how = |profile, elsewhere| How { profile, thresholds: &basis.thresholds, elsewhere };
    facts.extend(row_facts(old.rows(), new.rows(), &how(&CASES, retired)));
    let (gone, came) = (old.retired.as_ref().map(Side::Listed), new.retired.as_ref().map(Side::Listed));
    facts.extend(row_facts(gone, came, &how(&RETIRED, before)));
    facts.iter_mut().for_each(mark_direction);
    facts
}

/// Of a rubric that was reworded: whether it asks for more or for less, where that can be told.
fn mark_direction(fact: &mut Fact) {
    let is_rubric = fact.aspect == "rubric" || (fact.aspect == "case" && fact.has("rubric") && !fact.has("folded"));
    if fact.event != Event::Changed || !is_rubric {
        return;
    }
    let criterion =
        |text: &str| text.split_once(": ").filter(|_| fact.aspect == "case").map_or(text, |it| it.1).to_owned();
    match directive::direction(&criterion(fact.old_text()), &criterion(fact.new_text())) {
        Some(Direction::Loosened) => fact.marks.push("looser"),
        Some(Direction::Tightened) => fact.marks.push("tighter"),
        None => return,
    }
    fact.confidence = Some(Confidence::Likely);
}

fn keys(rows: Option<&Rows>) -> HashSet<[u8; 16]> {
    rows.map(Rows::keys).unwrap_or_default()
}

fn row_facts(old: Option<Side<'_>>, new: Option<Side<'_>>, how: &How<'_>) -> Vec<Fact> {
    match (old, new) {
        (Some(old), Some(new)) => row_tree::compare(old, new, how, inspect::of_rows),
        (Some(rows), None) => vec![rows.all(Event::Removed, how.profile)],
        (None, Some(Side::Listed(rows))) if rows.keys().is_subset(&how.elsewhere) => Vec::new(),
        (None, Some(rows)) => vec![rows.all(Event::Added, how.profile)],
        (None, None) => Vec::new(),
    }
}
