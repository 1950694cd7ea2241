//! Rules about clauses that guard against harm.

use super::INSTRUCTION;
use crate::domain::{Bump, Event, Fact, Gate, Risk, Rule};
use crate::kinds::shared::sentence::quoted;

/// Text in a protected span is one for certain; else its words make it one, and the fact says how sure that is.
const SAFETY: Rule = Rule {
    risk: Risk::Critical,
    bump: Some(Bump::Major),
    gates: &[Gate::Eval, Gate::Safety, Gate::Review],
    ..INSTRUCTION
};

pub(super) const REMOVED: Rule = Rule {
    id: "prompt/safety-clause-removed",
    summary: "a clause that guards against harm is gone",
    why: "Such a clause is often the only thing between a user's request and the harm it names, and no ordinary eval case \
          notices that it is missing.",
    remedy: "Put it back, or say where it is now enforced; run the safety set and have its owner agree.",
    applies: |fact| {
        matches!(fact.aspect, "instruction" | "section") && fact.event == Event::Removed && fact.has("safety")
    },
    message: |fact| match fact.aspect {
        "section" => format!("the section {} is gone, and a safety clause with it", quoted(&fact.subject)),
        _ => format!("the safety clause {} is gone", quoted(fact.old_text())),
    },
    ..SAFETY
};

pub(super) const WEAKENED: Rule = Rule {
    id: "prompt/safety-clause-weakened",
    summary: "a clause that guards against harm binds less, or protected text was edited",
    why: "A weaker word, a higher limit or a new exception in such a clause lets through what it was written to stop. Text \
          between `pv:protect` and `pv:end` counts as a safety clause whatever it says.",
    remedy: "Run the safety set with cases at the new limit or in the new exception, and have the clause's owner agree.",
    applies: is_edited,
    message: |fact| match fact.aspect {
        "directive" => format!("in a safety clause, {}", fact.subject),
        _ => format!("protected text has other words, {}", quoted(fact.new_text())),
    },
    ..SAFETY
};

pub(super) const ADDED: Rule = Rule {
    id: "prompt/safety-clause-added",
    risk: Risk::Medium,
    bump: None,
    gates: &[Gate::Eval, Gate::Safety],
    summary: "a clause that guards against harm is new",
    why: "Models tend to refuse more than such a clause asks, so requests that were fine can now be turned down.",
    remedy: "Run the safety set, and the eval cases that come near the clause without breaking it.",
    applies: |fact| fact.is_about("instruction", Event::Added) && fact.has("safety"),
    message: |fact| format!("a new safety clause, {}", quoted(fact.new_text())),
    ..SAFETY
};

/// An edit of a safety clause; one that came or went as a whole is no edit.
fn is_edited(fact: &Fact) -> bool {
    fact.has("safety") && (fact.aspect == "directive" || fact.is_about("instruction", Event::Changed))
}
