//! What differs between two versions of an agent.

use super::{Agent, body};
use crate::domain::{Event, Fact};
use crate::kinds::shared::part;

pub(super) fn compare(old: &Agent, new: &Agent) -> Vec<Fact> {
    let facts = part::compare(&old.parts, &new.parts);
    limits(facts).into_iter().chain(body::compare(&old.bodies, &new.bodies)).collect()
}

/// A list of tools that appears or disappears as a whole is one fact: without a list every tool may be used.
fn limits(mut facts: Vec<Fact>) -> Vec<Fact> {
    let limit = facts.iter().find(|fact| fact.aspect == "limited").map(|fact| fact.event);
    if let Some(event) = limit {
        facts.retain(|fact| fact.aspect != "tool" || fact.event != event && event != Event::Changed);
    }
    facts
}
