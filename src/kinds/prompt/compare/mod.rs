//! What differs between two prompts.
//!
//! Interface first, text second: an edit of a sentence that only follows from a variable's coming or going is the
//! variable's finding and not one more.

mod budget;
mod claims;
mod control;
mod declared;
mod delimiters;
mod examples;
mod exposure;
mod interface;
mod invisible;
mod messages;
mod output;
mod picoschema;
mod placed;
mod sentences;
mod slots;
mod turns;

use crate::domain::{Event, Fact};
use crate::kinds::Basis;
use crate::kinds::shared::template::Engine;
use crate::kinds::shared::{lifecycle, part};

use super::artefact::Prompt;

/// What differs; at least one fact when the meanings do, none when they do not.
pub(super) fn compare(old: &Prompt, new: &Prompt, basis: &Basis) -> Vec<Fact> {
    if old.meaning == new.meaning {
        return Vec::new();
    }
    let readings = readings(old, new);
    let (old, new) = (readings.0.as_ref().unwrap_or(old), readings.1.as_ref().unwrap_or(new));
    let interface = interface::compare(old, new);
    let mut facts = parts(old, new);
    let texts = messages::compare(old, new, &interface);
    facts.extend(examples::compare(&old.examples, &new.examples));
    facts.extend(interface.facts);
    facts.extend(interface.exposure.facts);
    facts.extend(texts);
    facts.extend(invisible::compare(old, new));
    facts.extend(budget::compare(old, new, basis));
    if facts.is_empty() {
        facts.push(Fact::new("artefact", Event::Changed, "prompt"));
    }
    facts
}

/// Where pv only guesses the engine, both sides are read by one: an edit of a text must not change who renders it.
/// `None`: the side as it is.
fn readings(old: &Prompt, new: &Prompt) -> (Option<Prompt>, Option<Prompt>) {
    let is_weaker = |this: &Prompt, other: &Prompt| {
        this.engine != other.engine
            && !this.engine_is_certain
            && (other.engine_is_certain || this.engine == Engine::Plain)
    };
    match () {
        () if is_weaker(old, new) => (Some(old.read_by(new.engine)), None),
        () if is_weaker(new, old) => (None, Some(new.read_by(old.engine))),
        () => (None, None),
    }
}

/// Keyed pieces; a schema whose shape changed is not told a second time for its texts.
fn parts(old: &Prompt, new: &Prompt) -> Vec<Fact> {
    let facts = lifecycle::told(output::told(part::compare(&old.parts, &new.parts), old, new));
    facts.into_iter().map(|fact| directed(fact, old, new)).collect()
}

/// A parameter that is a number is marked `raised` or `lowered`.
fn directed(fact: Fact, old: &Prompt, new: &Prompt) -> Fact {
    if !fact.is_about("param", Event::Changed) {
        return fact;
    }
    let value = |prompt: &Prompt| -> Option<f64> {
        let part = prompt.parts.iter().find(|part| part.aspect == "param" && part.key == fact.subject)?;
        part.value.parse().ok()
    };
    match (value(old), value(new)) {
        (Some(before), Some(after)) if after < before => fact.marked("lowered"),
        (Some(_), Some(_)) => fact.marked("raised"),
        _ => fact,
    }
}
