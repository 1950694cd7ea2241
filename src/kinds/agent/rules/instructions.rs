//! What an agent is told, and what others are told about it.

use crate::domain::{ChangeType, Event, Fact, Gate, Risk, Rule};
use crate::kinds::shared::base::BASE;
use crate::kinds::shared::sentence::quoted;

/// The text that the agent itself reads.
const TEXT: Rule = Rule {
    change_type: ChangeType::Prompt,
    gates: &[Gate::Eval],
    why: "The body of an agent is its system prompt: the model acts on every sentence of it, in every run.",
    remedy: "Run the agent's evals; read the old and the new sentence side by side.",
    ..BASE
};

/// The same words in another form.
const FORM: Rule = Rule {
    risk: Risk::Low,
    gates: &[Gate::Smoke],
    why: "The words are the same, but what the model receives is not. Form alone has moved accuracy before, seldom and \
          not by intent.",
    remedy: "A smoke run is enough. `form = \"cosmetic\"` in pv.toml lowers such findings.",
    ..TEXT
};

pub(super) const ADDED: Rule = Rule {
    id: "agent/instruction-added",
    summary: "the agent is told something new",
    applies: |fact| fact.is_about("instruction", Event::Added),
    message: |fact| format!("new instruction: {}", quoted(fact.new_text())),
    ..TEXT
};

pub(super) const REMOVED: Rule = Rule {
    id: "agent/instruction-removed",
    summary: "the agent is no longer told something",
    applies: |fact| fact.is_about("instruction", Event::Removed),
    message: |fact| format!("no longer told: {}", quoted(fact.old_text())),
    ..TEXT
};

pub(super) const MOVED: Rule = Rule {
    id: "agent/instruction-moved",
    risk: Risk::Low,
    gates: &[Gate::Smoke],
    summary: "the same instruction stands elsewhere",
    applies: |fact| fact.is_about("instruction", Event::Moved),
    message: |fact| format!("moved: {}", quoted(fact.new_text())),
    ..TEXT
};

pub(super) const REWORDED: Rule = Rule {
    id: "agent/instruction-reworded",
    summary: "the agent is told the same place in other words",
    applies: |fact| fact.aspect == "instruction",
    message: |fact| format!("reworded: {}", quoted(fact.new_text())),
    ..TEXT
};

pub(super) const WHITESPACE_CHANGED: Rule = Rule {
    id: "agent/whitespace-changed",
    summary: "only blanks and line breaks of the instructions differ",
    applies: |fact| fact.aspect == "form" && fact.has("whitespace"),
    message: |_| "only blanks and line breaks changed".to_owned(),
    ..FORM
};

pub(super) const MARKDOWN_CHANGED: Rule = Rule {
    id: "agent/markdown-changed",
    summary: "only the Markdown of the instructions differs",
    applies: |fact| fact.aspect == "form" && fact.has("markdown"),
    message: |fact| format!("only the Markdown changed: {}", quoted(fact.new_text())),
    ..FORM
};

pub(super) const CASE_CHANGED: Rule = Rule {
    id: "agent/case-changed",
    summary: "only upper and lower case of the instructions differ",
    applies: |fact| fact.aspect == "form" && fact.has("case"),
    message: |fact| format!("only the case changed: {}", quoted(fact.new_text())),
    ..FORM
};

pub(super) const PUNCTUATION_CHANGED: Rule = Rule {
    id: "agent/punctuation-changed",
    summary: "only the punctuation of the instructions differs",
    applies: |fact| fact.aspect == "form",
    message: |fact| format!("only the punctuation changed: {}", quoted(fact.new_text())),
    ..FORM
};

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
