//! What a model can do, and how much.

use super::{BASE, fell, rose, turned_off, turned_on};
use crate::domain::{Class, Event, Gate, Risk, Rule};
use crate::kinds::shared::sentence::{quoted, setting};

pub(super) const CAPABILITY_LOST: Rule = Rule {
    id: "model/capability-lost",
    class: Class::Breaking,
    risk: Risk::Critical,
    gates: &[Gate::Integration, Gate::Eval],
    summary: "the model no longer offers something: tools, images, a parameter",
    why: "Requests that use it are rejected, or the part that uses it is dropped in silence.",
    remedy: "Find the prompts and agents that use it, and give them another model first.",
    applies: |fact| fact.aspect == "capability" && turned_off(fact),
    message: |fact| format!("the model no longer offers {}", quoted(&fact.subject)),
    ..BASE
};

pub(super) const CAPABILITY_GAINED: Rule = Rule {
    id: "model/capability-gained",
    class: Class::Additive,
    risk: Risk::Low,
    summary: "the model offers something new",
    why: "Nothing that worked stops working.",
    remedy: "Nothing to do.",
    applies: |fact| fact.aspect == "capability" && turned_on(fact),
    message: |fact| format!("the model now offers {}", quoted(&fact.subject)),
    ..BASE
};

pub(super) const CONTEXT_WINDOW_REDUCED: Rule = Rule {
    id: "model/context-window-reduced",
    class: Class::Breaking,
    risk: Risk::High,
    gates: &[Gate::Integration, Gate::Eval],
    summary: "the model reads less at once",
    why: "The longest prompts and conversations no longer fit: they are rejected, or cut without a word.",
    remedy: "Compare the largest rendered prompt with the new window before the change ships.",
    applies: |fact| fact.aspect == "context-window" && fell(fact),
    message: setting,
    ..BASE
};

pub(super) const CONTEXT_WINDOW_INCREASED: Rule = Rule {
    id: "model/context-window-increased",
    class: Class::Additive,
    risk: Risk::Low,
    summary: "the model reads more at once, or its window is now known",
    why: "Everything that fitted still fits.",
    remedy: "Nothing to do.",
    applies: |fact| fact.aspect == "context-window" && (rose(fact) || fact.event == Event::Added),
    message: setting,
    ..BASE
};

pub(super) const OUTPUT_LIMIT_REDUCED: Rule = Rule {
    id: "model/output-limit-reduced",
    class: Class::Breaking,
    risk: Risk::High,
    gates: &[Gate::Integration, Gate::Eval],
    summary: "the model's own limit of output is lower",
    why: "A request that asks for more than the limit is rejected, and an answer that used to be complete is cut.",
    remedy: "Lower what the callers ask for first, and test the longest answers.",
    applies: |fact| fact.aspect == "output-limit" && fell(fact),
    message: setting,
    ..BASE
};

pub(super) const MAX_OUTPUT_REDUCED: Rule = Rule {
    id: "model/max-output-reduced",
    risk: Risk::High,
    gates: &[Gate::Eval],
    summary: "answers are cut earlier",
    why: "Long answers and structured output end in the middle, and parsers fail on them.",
    remedy: "Compare the cap with the longest answers of the eval set.",
    applies: |fact| fact.aspect == "max-output" && fell(fact),
    message: |fact| match fact.has("listed") {
        true => format!("the model writes at most {} tokens instead of {}", fact.new_text(), fact.old_text()),
        false => setting(fact),
    },
    ..BASE
};

pub(super) const MAX_OUTPUT_INCREASED: Rule = Rule {
    id: "model/max-output-increased",
    class: Class::Additive,
    risk: Risk::Low,
    gates: &[Gate::Cost],
    summary: "answers may be longer",
    why: "Nothing is cut that was not; the bill may grow.",
    remedy: "Compare cost on the eval set.",
    applies: |fact| {
        matches!(fact.aspect, "max-output" | "output-limit") && rose(fact)
            || fact.is_about("output-limit", Event::Added)
    },
    message: setting,
    ..BASE
};
