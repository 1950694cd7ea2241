//! What differs between two versions of an agent.

use super::{Agent, body, contract};
use crate::domain::{Event, Fact};
use crate::kinds::shared::part;
use crate::kinds::shared::tree_diff::{self, Folding};

/// Settings that one rule judges whatever they are called are told together.
const FOLDING: Folding =
    Folding { whole: &["config", "metadata", "guardrail", "memory", "dependency"], moved: &["config", "metadata"] };

pub(super) fn compare(old: &Agent, new: &Agent) -> Vec<Fact> {
    let facts = tree_diff::fold(part::compare(&old.parts, &new.parts), &old.parts, &new.parts, FOLDING);
    let own = limits(facts).into_iter().filter(|fact| fact.aspect != "contract");
    own.chain(contract::compare(&old.contracts, &new.contracts))
        .chain(body::compare(&old.bodies, &new.bodies))
        .collect()
}

/// A list of tools that appears or disappears as a whole is one fact: without a list every tool may be used.
fn limits(mut facts: Vec<Fact>) -> Vec<Fact> {
    let limit = facts.iter().find(|fact| fact.aspect == "limited").map(|fact| fact.event);
    if let Some(event) = limit {
        facts.retain(|fact| fact.aspect != "tool" || fact.event != event && event != Event::Changed);
    }
    facts
}
