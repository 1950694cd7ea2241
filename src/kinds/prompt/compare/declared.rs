//! The declared type of a variable, and the values that it allows.

use std::collections::BTreeSet;

use crate::domain::{Event, Fact, Quote};
use crate::kinds::prompt::artefact::Variable;

/// What the declarations of one variable say differently about its values.
pub(super) fn compare(old: &Variable, new: &Variable) -> Vec<Fact> {
    types(old, new).into_iter().chain(values(old, new)).collect()
}

fn types(old: &Variable, new: &Variable) -> Option<Fact> {
    let fact = || Fact::new("variable-type", Event::Changed, &new.name);
    if let (Some(was), Some(is)) = (&old.type_name, &new.type_name)
        && was != is
    {
        let fact = fact().was(said(old, was)).is(said(new, is));
        return Some(if includes(is, was) { fact.marked("widened") } else { fact });
    }
    if old.constraints == new.constraints {
        return None;
    }
    let shown = |variable: &Variable| said(variable, variable.constraints.as_deref().unwrap_or("anything"));
    let fact = fact().was(shown(old)).is(shown(new));
    Some(if new.constraints.is_none() { fact.marked("widened") } else { fact })
}

/// Whether every value of the type `narrow` is one of `wide`.
fn includes(wide: &str, narrow: &str) -> bool {
    let fits = |one: &str| {
        wide.split(" or ").any(|other| other == one || other == "any" || (one, other) == ("integer", "number"))
    };
    narrow.split(" or ").all(fits)
}

/// Values that are no longer allowed are told alone: what else is allowed now does not help who sends them.
fn values(old: &Variable, new: &Variable) -> Option<Fact> {
    let none = BTreeSet::new();
    let (was, is) = (old.allowed.as_ref().unwrap_or(&none), new.allowed.as_ref().unwrap_or(&none));
    let (gone, come): (Vec<&String>, Vec<&String>) = (was.difference(is).collect(), is.difference(was).collect());
    let is_narrowed = match (&old.allowed, &new.allowed) {
        (Some(_), Some(_)) => !gone.is_empty(),
        (old, _) => old.is_none(),
    };
    if gone.is_empty() && come.is_empty() {
        return None;
    }
    let is_whole = old.allowed.is_none() || new.allowed.is_none();
    let told = if is_narrowed && !gone.is_empty() || come.is_empty() { gone } else { come };
    let told = told.into_iter().map(String::as_str).collect::<Vec<_>>().join(", ");
    let fact = Fact::new("variable-enum", Event::Changed, &new.name);
    let fact = match is_narrowed {
        true => fact.was(said(old, &told)).is(new.quote.clone()).marked("narrowed"),
        false => fact.was(old.quote.clone()).is(said(new, &told)).marked("widened"),
    };
    Some(if is_whole { fact.marked("whole") } else { fact })
}

/// The variable's place, with what is said there.
fn said(variable: &Variable, text: &str) -> Quote {
    Quote { place: variable.quote.place.clone(), text: text.to_owned() }
}
