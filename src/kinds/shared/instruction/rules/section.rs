//! Rules about headed sections.

use super::INSTRUCTION;
use crate::domain::{Event, Gate, Risk, Rule};
use crate::kinds::shared::sentence::quoted;

pub(super) const ADDED: Rule = Rule {
    id: "prompt/section-added",
    summary: "a section is new",
    why: "A headed section is a whole topic that the model now attends to, and it shifts weight away from the others.",
    remedy: "Run the eval set; add cases for what the section asks.",
    applies: |fact| fact.is_about("section", Event::Added),
    message: |fact| format!("the section {} is new", quoted(&fact.subject)),
    ..INSTRUCTION
};

pub(super) const REMOVED: Rule = Rule {
    id: "prompt/section-removed",
    summary: "a section is gone",
    why: "Everything under the heading no longer reaches the model.",
    remedy: "Check that nothing in it was a rule that must hold, and run the eval set.",
    applies: |fact| fact.is_about("section", Event::Removed),
    message: |fact| format!("the section {} is gone", quoted(&fact.subject)),
    ..INSTRUCTION
};

pub(super) const RENAMED: Rule = Rule {
    id: "prompt/section-renamed",
    risk: Risk::Low,
    gates: &[Gate::Smoke],
    summary: "a section has another heading",
    why: "Models read a heading as the purpose of what follows, and other sentences may refer to it by name.",
    remedy: "Search the prompt (and code that cuts it by headings) for the old heading.",
    applies: |fact| fact.is_about("section", Event::Renamed),
    message: |fact| format!("the section {} is now headed {}", quoted(fact.old_text()), quoted(fact.new_text())),
    ..INSTRUCTION
};

pub(super) const MOVED: Rule = Rule {
    id: "prompt/section-moved",
    risk: Risk::Low,
    gates: &[Gate::Smoke],
    summary: "a section stands elsewhere",
    why: "The words are the same; their place is not, and what stands first and last weighs most.",
    remedy: "A smoke run is enough unless the order is part of what the prompt asks.",
    applies: |fact| fact.is_about("section", Event::Moved),
    message: |fact| format!("the section {} stands elsewhere", quoted(&fact.subject)),
    ..INSTRUCTION
};
