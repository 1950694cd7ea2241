//! What others are told about an agent.

use crate::domain::{Event, Fact, Gate, Rule};
use crate::kinds::shared::base::BASE;

pub(super) const DESCRIPTION_CHANGED: Rule = Rule {
    id: "agent/description-changed",
    gates: &[Gate::Eval],
    summary: "the description by which work is routed to the agent changed",
    why: "A caller, often a model, decides by the description whether this agent gets the work. A word like \
          \"proactively\" moves traffic to it or away.",
    remedy: "Run the evals that assert which agent is chosen.",
    applies: is_description,
    message: |fact| match fact.event {
        Event::Added => "the agent is now described to its callers".to_owned(),
        Event::Removed => "the agent is no longer described to its callers".to_owned(),
        _ => "the agent is described differently to its callers".to_owned(),
    },
    ..BASE
};

fn is_description(fact: &Fact) -> bool {
    fact.aspect == "description"
}
