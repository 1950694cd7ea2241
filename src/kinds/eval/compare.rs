//! What differs between two eval sets.

use std::collections::HashSet;

use super::EvalSet;
use super::roles::{CASES, RETIRED};
use crate::domain::{Event, Fact};
use crate::kinds::shared::rows::{self, Profile, Rows};
use crate::kinds::shared::{leaves, part, pointer};

pub(super) fn compare(old: &EvalSet, new: &EvalSet) -> Vec<Fact> {
    if old.pointer.is_some() || new.pointer.is_some() {
        let side = |set: &EvalSet| (set.pointer.clone(), set.source.clone());
        return pointer::compare(&side(old), &side(new)).into_iter().collect();
    }
    let mut facts = leaves::without_descendants(part::compare(&old.parts, &new.parts), "member");
    facts.extend(row_facts(old.cases.as_ref(), new.cases.as_ref(), &CASES));
    facts.extend(row_facts(old.retired.as_ref(), new.retired.as_ref(), &RETIRED));
    mark_retired(&mut facts, new);
    facts
}

fn row_facts(old: Option<&Rows>, new: Option<&Rows>, profile: &Profile) -> Vec<Fact> {
    match (old, new) {
        (Some(old), Some(new)) => rows::compare(old, new, profile),
        (Some(rows), None) => vec![rows.all(Event::Removed, profile)],
        (None, Some(rows)) => vec![rows.all(Event::Added, profile)],
        (None, None) => Vec::new(),
    }
}

/// A case that went from the cases to the retired ones was retired, not dropped; that is told once.
fn mark_retired(facts: &mut Vec<Fact>, new: &EvalSet) {
    let Some(retired) = &new.retired else { return };
    let keys: HashSet<&str> = retired.keys().collect();
    let mut moved = HashSet::new();
    for fact in facts.iter_mut().filter(|fact| fact.is_about("case", Event::Removed)) {
        if keys.contains(fact.subject.as_str()) {
            fact.marks.push("retired");
            moved.insert(fact.subject.clone());
        }
    }
    facts.retain(|fact| !(fact.is_about("retired", Event::Added) && moved.contains(&fact.subject)));
}
