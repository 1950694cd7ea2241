//! What differs between two eval sets.

use std::collections::HashSet;

use super::EvalSet;
use super::roles::{CASES, RETIRED};
use crate::domain::{Event, Fact};
use crate::kinds::shared::part;
use crate::kinds::shared::pointer::Pointer;
use crate::kinds::shared::rows::{self, Profile, Rows};

pub(super) fn compare(old: &EvalSet, new: &EvalSet) -> Vec<Fact> {
    if old.pointer.is_some() || new.pointer.is_some() {
        return pointers(old, new);
    }
    let mut facts = definitions(old, new);
    facts.extend(row_facts(old.cases.as_ref(), new.cases.as_ref(), &CASES));
    facts.extend(row_facts(old.retired.as_ref(), new.retired.as_ref(), &RETIRED));
    mark_retired(&mut facts, new);
    facts
}

/// Content that is kept elsewhere: its digest is all that can be compared.
fn pointers(old: &EvalSet, new: &EvalSet) -> Vec<Fact> {
    if old.pointer == new.pointer {
        return Vec::new();
    }
    let fact = |subject: &str| {
        let mut fact = Fact::new("artefact", Event::Changed, subject);
        fact.old = old.source.as_ref().map(|file| file.quote_as(file.whole(), told(old.pointer.as_ref())));
        fact.new = new.source.as_ref().map(|file| file.quote_as(file.whole(), told(new.pointer.as_ref())));
        fact
    };
    let same_content = match (&old.pointer, &new.pointer) {
        (Some(pointer), None) => new.source.as_ref().is_some_and(|file| pointer.is_of(file)),
        (None, Some(pointer)) => old.source.as_ref().is_some_and(|file| pointer.is_of(file)),
        _ => false,
    };
    vec![if same_content { fact("the eval set").marked("form-only") } else { fact("the content behind the pointer") }]
}

fn told(pointer: Option<&Pointer>) -> String {
    pointer.map_or_else(String::new, |pointer| format!("sha256:{} ({} bytes)", pointer.sha256, pointer.size))
}

/// Facts of the parts; what hangs under a member that came or went is told by the member alone.
fn definitions(old: &EvalSet, new: &EvalSet) -> Vec<Fact> {
    let mut facts = part::compare(&old.parts, &new.parts);
    let whole = |fact: &Fact| fact.aspect == "member" && matches!(fact.event, Event::Added | Event::Removed);
    let members: Vec<(Event, [String; 2])> = facts
        .iter()
        .filter(|fact| whole(fact))
        .map(|fact| (fact.event, [format!("{}.", fact.subject), format!("\"{}\".", fact.subject)]))
        .collect();
    facts.retain(|fact| {
        whole(fact)
            || !members.iter().any(|(event, heads)| {
                *event == fact.event && heads.iter().any(|head| fact.subject.starts_with(head.as_str()))
            })
    });
    facts
}

fn row_facts(old: Option<&Rows>, new: Option<&Rows>, profile: &Profile) -> Vec<Fact> {
    match (old, new) {
        (Some(old), Some(new)) => rows::compare(old, new, profile),
        (Some(rows), None) => vec![all_of(rows, Event::Removed, profile)],
        (None, Some(rows)) => vec![all_of(rows, Event::Added, profile)],
        (None, None) => Vec::new(),
    }
}

/// Rows that came or went together.
fn all_of(rows: &Rows, event: Event, profile: &Profile) -> Fact {
    let mut fact = Fact::new(profile.aspect, event, "every one").marked("folded");
    fact.count = rows.len().max(1);
    let quote = rows.first_place().map(|place| crate::domain::Quote { place, text: String::new() });
    match event {
        Event::Removed => fact.old = quote,
        _ => fact.new = quote,
    }
    fact
}

/// A case that went from the cases to the retired ones was retired, not dropped.
fn mark_retired(facts: &mut [Fact], new: &EvalSet) {
    let Some(retired) = &new.retired else { return };
    let keys: HashSet<&str> = retired.keys().collect();
    for fact in facts.iter_mut().filter(|fact| fact.is_about("case", Event::Removed)) {
        if keys.contains(fact.subject.as_str()) {
            fact.marks.push("retired");
        }
    }
}
