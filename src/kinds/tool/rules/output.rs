//! What a tool returns: the dual of the input, because here the tool produces and others consume.

use crate::domain::{Class, Event, Fact, Gate, Risk, Rule};
use crate::kinds::shared::base::BASE;
use crate::kinds::shared::sentence::{became, quoted};

/// Consumers of the old output meet what they never saw, or miss what they always got.
const LOSS: Rule = Rule {
    class: Class::Breaking,
    gates: &[Gate::Integration],
    why: "Prompts, parsers and other agents read the output by the old schema. What it promised is no longer kept.",
    remedy: "Return the old form beside the new one until every consumer reads the new one.",
    ..BASE
};

/// The old promise still holds, and more with it.
const GAIN: Rule = Rule {
    class: Class::Additive,
    risk: Risk::Low,
    why: "Consumers of the old output still get what they were promised.",
    remedy: "Nothing to do, unless a consumer rejects fields that it does not know.",
    ..BASE
};

pub(super) const SCHEMA_ADDED: Rule = Rule {
    id: "tool/output-schema-added",
    risk: Risk::Medium,
    gates: &[Gate::Integration, Gate::Eval],
    summary: "the tool now declares what it returns",
    why: "Clients may now pass structured output to the model instead of text, and validate it.",
    remedy: "Check that what the tool really returns fits, and run the evals that read its output.",
    applies: |fact| is_output(fact, "schema-presence", Event::Added),
    message: |_| "the tool now declares the structure of its output".to_owned(),
    ..GAIN
};

pub(super) const SCHEMA_REMOVED: Rule = Rule {
    id: "tool/output-schema-removed",
    risk: Risk::High,
    gates: &[Gate::Integration, Gate::Eval],
    summary: "the tool no longer declares what it returns",
    applies: |fact| is_output(fact, "schema-presence", Event::Removed),
    message: |_| "the tool no longer declares the structure of its output".to_owned(),
    ..LOSS
};

pub(super) const FIELD_REMOVED: Rule = Rule {
    id: "tool/output-field-removed",
    risk: Risk::High,
    gates: &[Gate::Integration, Gate::Eval],
    summary: "a field of the output is gone, or has another name",
    applies: |fact| is_output(fact, "schema-field", Event::Removed) || is_output(fact, "schema-field", Event::Renamed),
    message: |fact| match fact.event {
        Event::Renamed => {
            format!("the tool now returns {} as {}", field(fact), quoted(fact.new_text().trim_matches('"')))
        }
        _ => format!("the tool no longer returns {}", field(fact)),
    },
    ..LOSS
};

pub(super) const FIELD_ADDED: Rule = Rule {
    id: "tool/output-field-added",
    gates: &[Gate::Smoke],
    summary: "the output has a further field",
    applies: |fact| is_output(fact, "schema-field", Event::Added),
    message: |fact| format!("the tool now also returns {}", field(fact)),
    ..GAIN
};

pub(super) const FIELD_BECAME_OPTIONAL: Rule = Rule {
    id: "tool/output-field-became-optional",
    summary: "a field of the output may be missing",
    applies: |fact| is_output(fact, "schema-required", Event::Removed),
    message: |fact| format!("the tool may now leave out {}", field(fact)),
    ..LOSS
};

pub(super) const FIELD_BECAME_REQUIRED: Rule = Rule {
    id: "tool/output-field-became-required",
    summary: "a field of the output is always there",
    applies: |fact| is_output(fact, "schema-required", Event::Added),
    message: |fact| format!("the tool now always returns {}", field(fact)),
    ..GAIN
};

pub(super) const TYPE_WIDENED: Rule = Rule {
    id: "tool/output-type-widened",
    gates: &[Gate::Integration, Gate::Eval],
    summary: "the output may hold values that consumers never saw",
    applies: |fact| fact.has("output") && (fact.has("widened") || fact.has("shifted")),
    message: |fact| format!("{} may now hold other values: {}", field(fact), became(fact)),
    ..LOSS
};

pub(super) const TYPE_NARROWED: Rule = Rule {
    id: "tool/output-type-narrowed",
    summary: "the output holds fewer values than before",
    applies: |fact| fact.has("output") && fact.has("narrowed"),
    message: |fact| format!("{} holds fewer values: {}", field(fact), became(fact)),
    ..GAIN
};

pub(super) const TEXT_CHANGED: Rule = Rule {
    id: "tool/output-text-changed",
    risk: Risk::Low,
    gates: &[Gate::Smoke],
    summary: "the output is described differently",
    why: "Models that are shown the output schema read these texts; the values are the same.",
    remedy: "Look at the wording.",
    applies: |fact| fact.has("output") && !matches!(fact.aspect, "schema-refactored" | "schema-unknown"),
    message: |fact| format!("{} is described differently", field(fact)),
    ..BASE
};

fn is_output(fact: &Fact, aspect: &str, event: Event) -> bool {
    fact.is_about(aspect, event) && fact.has("output")
}

fn field(fact: &Fact) -> String {
    if fact.subject.is_empty() { "the output".to_owned() } else { format!("`{}`", fact.subject) }
}
