//! What differs between two versions of a model's settings.

use super::{Model, life};
use crate::domain::{Event, Fact};
use crate::kinds::Basis;
use crate::kinds::shared::catalogue::Relation;
use crate::kinds::shared::part;

pub(super) fn compare(old: &Model, new: &Model, basis: &Basis) -> Vec<Fact> {
    let facts = part::compare(&old.parts, &new.parts);
    let (fallbacks, rest): (Vec<Fact>, Vec<Fact>) = facts.into_iter().partition(|fact| fact.aspect == "fallback");
    let (capabilities, rest) = rest.into_iter().partition(|fact| fact.aspect == "capability");
    let mut facts: Vec<Fact> = chain(fallbacks)
        .into_iter()
        .chain(restated(capabilities))
        .chain(renamed(rest))
        .map(|it| priced(it, basis))
        .collect();
    basis.catalogue.mark(&mut facts);
    facts.iter_mut().filter(|fact| Relation::of(fact) == Some(Relation::Loosened)).for_each(life::mark_floating);
    let followed = life::consequences(&facts, new, basis);
    facts.extend(followed);
    facts
}

/// A declared price that rose by more than the threshold is marked `dearer`.
fn priced(fact: Fact, basis: &Basis) -> Fact {
    let amount = |text: &str| text.trim_start_matches('$').parse::<f64>().ok();
    let rise = || Some((amount(fact.new_text())? / amount(fact.old_text())? - 1.0) * 100.0);
    let is_dearer =
        fact.is_about("cost", Event::Changed) && rise().is_some_and(|rise| rise >= basis.thresholds.cost_pct);
    if is_dearer { fact.marked("dearer") } else { fact }
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
