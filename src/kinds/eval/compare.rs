//! What differs between two eval sets.

use std::collections::HashSet;

use super::roles::{CASES, RETIRED};
use super::{EvalSet, inspect};
use crate::domain::{Confidence, Event, Fact, Quote};
use crate::kinds::Basis;
use crate::kinds::shared::directive::{self, Direction};
use crate::kinds::shared::row_tree::{self, Side, Snapshot};
use crate::kinds::shared::rows::{How, Rows};
use crate::kinds::shared::{leaves, part, pointer};

pub(super) fn compare(old: &EvalSet, new: &EvalSet, basis: &Basis) -> Vec<Fact> {
    let mut facts = leaves::without_descendants(part::compare(old.defined(), new.defined()), "member");
    facts.extend(pointer::compare_external(&old.external, &new.external));
    // A case that went from the cases to the retired ones was retired, not dropped; that is told once.
    let (mut retired, mut before) = (HashSet::new(), HashSet::new());
    if old.retired.is_some() || new.retired.is_some() {
        retired = keys(new.retired.as_ref());
        before = went(old, new, &retired);
    }
    let how = |profile, elsewhere| How { profile, thresholds: &basis.thresholds, elsewhere };
    facts.extend(case_facts(old, new, &how(&CASES, retired)));
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

/// What differs between the cases. Where both sides hold them, all of them are looked at.
fn case_facts(old: &EvalSet, new: &EvalSet, how: &How<'_>) -> Vec<Fact> {
    let is_held = old.cases.is_some() && new.cases.is_some();
    let mut facts = row_facts(old.rows(is_held), new.rows(is_held), how);
    if is_held {
        // A tree has no order.
        facts.retain(|fact| fact.event != Event::Moved || (old.kept.is_none() && new.kept.is_none()));
        place(&mut facts, old, new);
    }
    if facts.is_empty() && old.kept.is_some() != new.kept.is_some() {
        let mut fact = Fact::new("artefact", Event::Changed, "the cases").marked("form-only");
        let quote = |set: &EvalSet| set.rows(false)?.place().map(|place| Quote { place, text: String::new() });
        (fact.old, fact.new) = (quote(old), quote(new));
        facts.push(fact);
    }
    facts
}

/// Cases that are held from a tree have no places of their own.
fn place(facts: &mut [Fact], old: &EvalSet, new: &EvalSet) {
    let (was, is) = (old.kept.as_ref().map(Snapshot::place), new.kept.as_ref().map(Snapshot::place));
    for fact in facts {
        for (quote, place) in [(&mut fact.old, &was), (&mut fact.new, &is)] {
            if let (Some(quote), Some(place)) = (quote, place) {
                quote.place = place.clone();
            }
        }
    }
}

/// The keys of cases that the new set no longer has; of trees that are not held, those among `retired`.
fn went(old: &EvalSet, new: &EvalSet, retired: &HashSet<[u8; 16]>) -> HashSet<[u8; 16]> {
    match (&old.kept, &new.kept) {
        (Some(one), Some(other)) if old.cases.is_none() || new.cases.is_none() => row_tree::went(one, other, retired),
        _ => {
            let (mut before, now) = (keys(old.cases.as_ref()), keys(new.cases.as_ref()));
            before.retain(|key| !now.contains(key));
            before
        }
    }
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
