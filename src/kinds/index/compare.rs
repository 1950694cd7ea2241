//! What differs between two index snapshots.

use std::collections::HashSet;

use super::Snapshot;
use super::roles::DOCUMENTS;
use crate::domain::{Event, Fact};
use crate::kinds::Basis;
use crate::kinds::shared::{leaves, part, pointer, row_tree, rows};

pub(super) fn compare(old: &Snapshot, new: &Snapshot, basis: &Basis) -> Vec<Fact> {
    let mut facts = part::compare(old.defined(), new.defined());
    for members in ["field", "source"] {
        facts = leaves::without_descendants(facts, members);
    }
    facts.extend(pointer::compare_external(&old.external, &new.external));
    let how = rows::How { profile: &DOCUMENTS, thresholds: &basis.thresholds, elsewhere: HashSet::new() };
    facts.extend(match (old.rows(), new.rows()) {
        (Some(old), Some(new)) => row_tree::compare(old, new, &how, |rows| rows::unfit(rows, &DOCUMENTS)),
        (Some(rows), None) => vec![rows.all(Event::Removed, &DOCUMENTS)],
        (None, Some(rows)) => vec![rows.all(Event::Added, &DOCUMENTS)],
        (None, None) => Vec::new(),
    });
    facts.iter_mut().filter(|fact| fact.aspect == "set").for_each(as_count);
    facts
}

/// How many documents are listed is a count like those that a manifest states.
fn as_count(fact: &mut Fact) {
    fact.aspect = "count";
    fact.subject = "listed documents".to_owned();
    fact.marks.clear();
}
