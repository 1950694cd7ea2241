//! What differs between two versions of a model's settings.

use super::Model;
use crate::domain::{Event, Fact};
use crate::kinds::shared::part;

pub(super) fn compare(old: &Model, new: &Model) -> Vec<Fact> {
    let facts = part::compare(&old.parts, &new.parts);
    let (fallbacks, rest): (Vec<Fact>, Vec<Fact>) = facts.into_iter().partition(|fact| fact.aspect == "fallback");
    let (capabilities, rest) = rest.into_iter().partition(|fact| fact.aspect == "capability");
    chain(fallbacks).into_iter().chain(restated(capabilities)).chain(renamed(rest)).collect()
}

/// Facts about the fallback chain: one that took another's place, else what came and went, else the order.
fn chain(mut facts: Vec<Fact>) -> Vec<Fact> {
    let is = |event: Event| move |fact: &Fact| fact.event == event;
    let (gone, come) =
        (facts.iter().filter(|f| is(Event::Removed)(f)).count(), facts.iter().filter(|f| is(Event::Added)(f)).count());
    if (gone, come) == (1, 1) {
        let old = facts.iter().find(|fact| is(Event::Removed)(fact)).and_then(|fact| fact.old.clone());
        let new = facts.iter().find(|fact| is(Event::Added)(fact)).and_then(|fact| fact.new.clone());
        let mut fact = Fact::new("fallback-target", Event::Changed, new.as_ref().map_or("", |quote| &quote.text));
        (fact.old, fact.new) = (old, new);
        return vec![fact];
    }
    if gone + come > 0 {
        facts.retain(|fact| fact.event != Event::Changed);
    }
    facts
}

/// A capability that is `false` where it was unsaid, or the reverse, is no change of what the model can do.
fn restated(mut facts: Vec<Fact>) -> Vec<Fact> {
    for fact in &mut facts {
        let (old, new) = (fact.old_text(), fact.new_text());
        let offered = |text: &str| !matches!(text, "" | "false" | "null");
        if !offered(old) && !offered(new) {
            fact.aspect = "restated";
        }
    }
    facts
}

/// A setting that went and one that came with the same value are one under another name.
fn renamed(facts: Vec<Fact>) -> Vec<Fact> {
    let mut kept: Vec<Fact> = Vec::new();
    let (gone, rest): (Vec<Fact>, Vec<Fact>) = facts.into_iter().partition(|fact| fact.event == Event::Removed);
    let mut come = rest;
    for old in gone {
        let is_twin = |new: &Fact| {
            new.event == Event::Added
                && new.new_text() == old.old_text()
                && new.new_text().len() > 1
                && names(new) == names(&old)
        };
        let twins = come.iter().filter(|new| is_twin(new)).count();
        match come.iter().position(|new| twins == 1 && is_twin(new)) {
            Some(at) => {
                let new = come.remove(at);
                let mut fact = Fact::new("setting", Event::Renamed, old.subject);
                let key = new.subject;
                fact.old = old.old;
                fact.new = new.new.map(|mut quote| {
                    quote.text = key;
                    quote
                });
                kept.push(fact);
            }
            None => kept.push(old),
        }
    }
    kept.extend(come);
    kept
}

/// Where in the settings a fact stands: the path without its last key.
fn names(fact: &Fact) -> &str {
    fact.subject.rsplit_once('.').map_or("", |(parent, _)| parent)
}
