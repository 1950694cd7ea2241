//! Variables and partials: what callers and other files must supply.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{Event, Fact, Quote};
use crate::kinds::prompt::artefact::{Prompt, Variable};

use super::exposure::{self, Exposure};
use super::{declared, slots};

/// The facts of the interface, and the names whose placeholders they explain.
#[derive(Debug, Default)]
pub(super) struct Interface {
    pub(super) facts: Vec<Fact>,
    /// Variables and partials that the old text uses and the new one no longer does (by that name).
    pub(super) gone: BTreeSet<String>,
    /// Variables and partials that are new to the text.
    pub(super) came: BTreeSet<String>,
    /// New variables that rendering does without: text under their condition is new only to callers that send them.
    pub(super) came_optional: BTreeSet<String>,
    /// Variables that are gone and that rendering did without.
    pub(super) gone_optional: BTreeSet<String>,
    /// How far variables of both sides reach.
    pub(super) exposure: Exposure,
}

/// What differs in the interface.
pub(super) fn compare(old: &Prompt, new: &Prompt) -> Interface {
    let mut interface = Interface::default();
    let (before, after) = (by_name(old), by_name(new));
    let removed: Vec<&Variable> = old.variables.iter().filter(|v| !after.contains_key(v.name.as_str())).collect();
    let added: Vec<&Variable> = new.variables.iter().filter(|v| !before.contains_key(v.name.as_str())).collect();
    let renamed = slots::renamed((old, &removed), (new, &added));
    for &(was, is) in &renamed {
        let mut fact = Fact::new("variable", Event::Renamed, &is.name);
        fact = fact.was(named(was)).is(named(is));
        interface.facts.push(fact);
    }
    for variable in removed {
        interface.remove(variable, renamed.iter().any(|(was, _)| was.name == variable.name));
    }
    for variable in added {
        interface.add(variable, renamed.iter().any(|(_, is)| is.name == variable.name));
    }
    for variable in &new.variables {
        if let Some(was) = before.get(variable.name.as_str()) {
            interface.facts.extend(changes(was, variable));
        }
        interface.facts.extend(unfit(before.get(variable.name.as_str()).copied(), variable));
    }
    interface.includes(old, new);
    interface.exposure = exposure::compare(old, new);
    interface
}

fn by_name(prompt: &Prompt) -> BTreeMap<&str, &Variable> {
    prompt.variables.iter().map(|variable| (variable.name.as_str(), variable)).collect()
}

/// The variable's place, with its bare name as text.
fn named(variable: &Variable) -> Quote {
    Quote { place: variable.quote.place.clone(), text: variable.name.clone() }
}

impl Interface {
    fn remove(&mut self, variable: &Variable, is_renamed: bool) {
        self.gone.insert(variable.name.clone());
        if !variable.is_required {
            self.gone_optional.insert(variable.name.clone());
        }
        if !is_renamed {
            let fact = Fact::new("variable", Event::Removed, &variable.name).was(variable.quote.clone());
            self.facts.push(with_marks(fact, variable));
        }
    }

    fn add(&mut self, variable: &Variable, is_renamed: bool) {
        self.came.insert(variable.name.clone());
        if !variable.is_required {
            self.came_optional.insert(variable.name.clone());
        }
        if !is_renamed {
            let fact = Fact::new("variable", Event::Added, &variable.name).is(variable.quote.clone());
            self.facts.push(with_marks(fact, variable));
        }
    }

    fn includes(&mut self, old: &Prompt, new: &Prompt) {
        let (before, after) = (includes(old), includes(new));
        let gone: Vec<(&str, &Quote)> = missing(&before, &after);
        let came: Vec<(&str, &Quote)> = missing(&after, &before);
        self.gone.extend(gone.iter().map(|(name, _)| format!(">{name}")));
        self.came.extend(came.iter().map(|(name, _)| format!(">{name}")));
        if let ([(_, was)], [(name, is)]) = (&gone[..], &came[..]) {
            self.facts.push(Fact::new("include", Event::Changed, *name).was((*was).clone()).is((*is).clone()));
            return;
        }
        let removed = gone.into_iter().map(|(name, was)| Fact::new("include", Event::Removed, name).was(was.clone()));
        let added = came.into_iter().map(|(name, is)| Fact::new("include", Event::Added, name).is(is.clone()));
        self.facts.extend(removed.chain(added));
    }
}

fn with_marks(fact: Fact, variable: &Variable) -> Fact {
    let fact = if variable.is_required { fact.marked("required") } else { fact };
    if variable.is_unused() { fact.marked("unused") } else { fact }
}

fn includes(prompt: &Prompt) -> BTreeMap<String, Quote> {
    let all = prompt.messages.iter().flat_map(|message| {
        message.scan.includes.iter().map(|found| (found.name.clone(), message.text.quote(found.range.clone())))
    });
    let mut first = BTreeMap::new();
    for (name, quote) in all {
        first.entry(name).or_insert(quote);
    }
    first
}

fn missing<'a>(from: &'a BTreeMap<String, Quote>, other: &BTreeMap<String, Quote>) -> Vec<(&'a str, &'a Quote)> {
    from.iter().filter(|(name, _)| !other.contains_key(*name)).map(|(name, quote)| (name.as_str(), quote)).collect()
}

/// A variable that both sides have.
fn changes(old: &Variable, new: &Variable) -> Vec<Fact> {
    let mut facts = declared::compare(old, new);
    let mut tell = |aspect, event| {
        facts.push(Fact::new(aspect, event, &new.name).was(old.quote.clone()).is(new.quote.clone()));
    };
    match (old.is_required, new.is_required) {
        (false, true) => tell("variable-need", Event::Added),
        (true, false) => tell("variable-need", Event::Removed),
        _ if old.default != new.default => match (&old.default, &new.default) {
            (None, Some(_)) => tell("variable-default", Event::Added),
            (Some(_), None) => tell("variable-default", Event::Removed),
            _ => tell("variable-default", Event::Changed),
        },
        _ => {}
    }
    let is_untyped = old.type_name.is_some() != new.type_name.is_some();
    let is_told = old.is_undeclared != new.is_undeclared;
    if old.description != new.description || (!is_told && (is_untyped || old.is_declared != new.is_declared)) {
        tell("metadata", Event::Changed);
    }
    facts
}

/// States of the new version that the old one did not have.
fn unfit(old: Option<&Variable>, new: &Variable) -> Option<Fact> {
    let aspect = if new.is_undeclared && !old.is_some_and(|old| old.is_undeclared) {
        "variable-undeclared"
    } else if new.is_unused() && !old.is_some_and(Variable::is_unused) {
        "variable-unused"
    } else {
        return None;
    };
    Some(Fact::new(aspect, Event::Unfit, &new.name).is(new.quote.clone()))
}
