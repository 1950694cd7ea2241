//! Rules about what stands beside the text: model, parameters, tools, output, metadata.

use crate::domain::{ChangeType, Class, Event, Fact, Gate, Risk, Rule};

use super::{BREAKING, PROMPT};
use crate::kinds::shared::catalogue::Relation;
use crate::kinds::shared::sentence::{became, from_to, quoted};

const MODEL: Rule = Rule { change_type: ChangeType::Model, ..PROMPT };
const AGENT_CODE: Rule = Rule { change_type: ChangeType::AgentCode, ..PROMPT };

fn is_param(fact: &Fact, names: &[&str]) -> bool {
    fact.aspect == "param" && names.contains(&fact.subject.as_str())
}

/// `temperature` changed from `0` to `1`.
fn changed(fact: &Fact) -> String {
    match fact.event {
        Event::Added => format!("{} is now set to {}", quoted(&fact.subject), quoted(fact.new_text())),
        Event::Removed => format!("{} is no longer set (it was {})", quoted(&fact.subject), quoted(fact.old_text())),
        _ => format!("{} changed {}", quoted(&fact.subject), from_to(fact.old_text(), fact.new_text())),
    }
}

pub(super) const MODEL_REF_CHANGED: Rule = Rule {
    id: "prompt/model-ref-changed",
    risk: Risk::High,
    gates: &[Gate::Eval, Gate::Cost],
    summary: "the prompt runs on another model",
    why: "This is a model change inside a prompt file: quality, cost, latency, refusals and context size can all differ, \
          and the prompt was tuned on the old one.",
    remedy: "Treat it as a model change: eval against the live version, a cost comparison, and a canary of its own.",
    applies: |fact| fact.aspect == "model",
    message: |fact| match fact.event {
        Event::Added => format!("the prompt now names the {} {}", fact.subject, quoted(fact.new_text())),
        Event::Removed => format!("the prompt no longer names the {} {}", fact.subject, quoted(fact.old_text())),
        _ => {
            let change = from_to(fact.old_text(), fact.new_text());
            format!("the {} changed {change}{}", fact.subject, Relation::ending(fact))
        }
    },
    ..MODEL
};

pub(super) const PARAM_TEMPERATURE_CHANGED: Rule = Rule {
    id: "prompt/param-temperature-changed",
    summary: "sampling is another",
    why: "Temperature, top-p, top-k and penalties decide how far answers stray; eval results at the old setting do not \
          carry over.",
    remedy: "Run the eval set at the new setting, several times when the temperature rises.",
    applies: |fact| {
        is_param(fact, &["temperature", "top_p", "top_k", "min_p", "presence_penalty", "frequency_penalty"])
    },
    message: changed,
    ..MODEL
};

pub(super) const PARAM_MAX_TOKENS_REDUCED: Rule = Rule {
    id: "prompt/param-max-tokens-reduced",
    risk: Risk::High,
    gates: &[Gate::Eval, Gate::Integration],
    summary: "answers are cut off earlier",
    why: "An answer that reaches the cap ends in the middle: JSON does not close, tables lose rows, and parsers fail.",
    remedy: "Look at the longest answers of the eval set and keep a margin above them.",
    applies: |fact| is_param(fact, &["max_tokens"]) && (fact.has("lowered") || fact.event == Event::Added),
    message: changed,
    ..MODEL
};

pub(super) const PARAM_MAX_TOKENS_RAISED: Rule = Rule {
    id: "prompt/param-max-tokens-raised",
    risk: Risk::Low,
    gates: &[Gate::Cost],
    summary: "answers may be longer",
    why: "Longer answers cost more and take longer; nothing that worked before is cut off.",
    remedy: "Compare cost and latency on the eval set.",
    applies: |fact| is_param(fact, &["max_tokens"]),
    message: changed,
    ..MODEL
};

pub(super) const PARAM_STOP_CHANGED: Rule = Rule {
    id: "prompt/param-stop-changed",
    risk: Risk::High,
    gates: &[Gate::Eval, Gate::Integration],
    summary: "the stop sequences are others",
    why: "Answers end at another place: too early, or with text behind the end that consumers do not expect.",
    remedy: "Run the cases that check the exact end of the answer.",
    applies: |fact| is_param(fact, &["stop"]),
    message: changed,
    ..MODEL
};

pub(super) const PARAM_SEED_CHANGED: Rule = Rule {
    id: "prompt/param-seed-changed",
    risk: Risk::Low,
    gates: &[Gate::Smoke],
    summary: "the seed is another",
    why: "Recorded answers are no longer reproduced, so comparisons with earlier runs carry noise.",
    remedy: "Measure the old version once more with the new seed if you compare single answers.",
    applies: |fact| is_param(fact, &["seed"]),
    message: changed,
    ..MODEL
};

pub(super) const PARAM_REASONING_CHANGED: Rule = Rule {
    id: "prompt/param-reasoning-changed",
    gates: &[Gate::Eval, Gate::Cost],
    summary: "the model thinks more or less before it answers",
    why: "Quality on hard cases, latency and cost all follow the reasoning effort.",
    remedy: "Run the eval set and compare cost and latency.",
    applies: |fact| is_param(fact, &["reasoning_effort", "reasoning", "thinking"]),
    message: changed,
    ..MODEL
};

pub(super) const PARAM_RESPONSE_FORMAT_CHANGED: Rule = Rule {
    id: "prompt/param-response-format-changed",
    change_type: ChangeType::Model,
    summary: "answers come in another format",
    why: "Whoever parses the answer expects the old format: JSON instead of text (or the reverse) breaks the parser.",
    remedy: "Release the parser that reads both formats first.",
    applies: |fact| is_param(fact, &["response_format"]),
    message: changed,
    ..BREAKING
};

pub(super) const TOOL_CHOICE_CHANGED: Rule = Rule {
    id: "prompt/tool-choice-changed",
    risk: Risk::High,
    change_type: ChangeType::AgentCode,
    summary: "the model is more or less free to call tools",
    why: "Forcing, forbidding or parallelising tool calls changes which path every conversation takes.",
    remedy: "Run the cases that record tool calls.",
    applies: |fact| is_param(fact, &["tool_choice", "parallel_tool_calls"]),
    message: changed,
    ..PROMPT
};

pub(super) const PARAM_OTHER_CHANGED: Rule = Rule {
    id: "prompt/param-other-changed",
    risk: Risk::Low,
    gates: &[Gate::Smoke],
    summary: "another parameter of the call changed",
    why: "pv has no special knowledge of it; the provider may act on it.",
    remedy: "Look it up in the provider's documentation, and smoke-test.",
    applies: |fact| fact.aspect == "param",
    message: changed,
    ..MODEL
};

pub(super) const TOOL_REF_ADDED: Rule = Rule {
    id: "prompt/tool-ref-added",
    summary: "the model may call a further tool",
    why: "It will be called where the model used to answer by itself, with whatever rights it has.",
    remedy: "Run the cases that record tool calls, and check the tool's rights.",
    applies: |fact| fact.is_about("tool", Event::Added),
    message: |fact| format!("the model may now call {}", quoted(&fact.subject)),
    ..AGENT_CODE
};

pub(super) const TOOL_REF_REMOVED: Rule = Rule {
    id: "prompt/tool-ref-removed",
    risk: Risk::High,
    summary: "the model may no longer call a tool",
    why: "What it did through the tool it now invents or refuses, and text that mentions the tool misleads it.",
    remedy: "Take the tool out of the instructions and examples too, and run the eval set.",
    applies: |fact| fact.is_about("tool", Event::Removed),
    message: |fact| format!("the model may no longer call {}", quoted(&fact.subject)),
    ..AGENT_CODE
};

pub(super) const TOOL_REF_CHANGED: Rule = Rule {
    id: "prompt/tool-ref-version-changed",
    summary: "a tool that the prompt lists is defined differently",
    why: "The definition inside the prompt is what the model sees of the tool: its description and parameters decide when \
          and how it is called.",
    remedy: "Run the cases that record calls of this tool; compare with the executor's schema.",
    applies: |fact| fact.aspect == "tool",
    message: |fact| format!("the tool {} is defined differently", quoted(&fact.subject)),
    ..AGENT_CODE
};

pub(super) const OUTPUT_SCHEMA_ADDED: Rule = Rule {
    id: "prompt/output-schema-added",
    summary: "answers have to follow a schema now",
    why: "Consumers that read free text now receive structured data.",
    remedy: "Release consumers that read both first.",
    applies: |fact| fact.is_about("output-schema", Event::Added),
    message: |_| "answers now follow a schema".to_owned(),
    ..BREAKING
};

pub(super) const OUTPUT_SCHEMA_REMOVED: Rule = Rule {
    id: "prompt/output-schema-removed",
    summary: "answers follow no schema any more",
    why: "Consumers that parse structured data may now receive anything.",
    remedy: "Keep the schema until no consumer parses the answer.",
    applies: |fact| fact.is_about("output-schema", Event::Removed),
    message: |_| "answers no longer follow a schema".to_owned(),
    ..BREAKING
};

pub(super) const OUTPUT_SCHEMA_WIDENED: Rule = Rule {
    id: "prompt/output-schema-widened",
    summary: "answers may hold what parsers of the old schema reject, or lack what they were promised",
    why: "The model now answers by the new schema, and whoever parses the answers still reads them by the old one: a field \
          that is missing, a value that was never among the choices or a type that is new makes the parser fail.",
    remedy: "Release parsers that read both forms first; keep a field or a value until nobody reads it.",
    applies: |fact| fact.aspect == "output-schema" && fact.has("widened"),
    message: answered,
    ..BREAKING
};

pub(super) const OUTPUT_SCHEMA_NARROWED: Rule = Rule {
    id: "prompt/output-schema-narrowed",
    class: Class::Additive,
    summary: "every answer by the new schema was valid by the old one, and more is promised of it",
    why: "Parsers of the old answers read the new ones. The model is held to another form, which can change what it says.",
    remedy: "Run the eval set; parsers need no change.",
    applies: |fact| fact.aspect == "output-schema" && fact.has("narrowed"),
    message: answered,
    ..PROMPT
};

pub(super) const OUTPUT_SCHEMA_CHANGED: Rule = Rule {
    id: "prompt/output-schema-changed",
    summary: "answers follow another schema, and nothing shows that old parsers can read it",
    why: "Fields, types or requirements of the answer differ in a way that pv can neither prove harmless nor show to hurt; \
          parsers of the old answers can fail on the new ones.",
    remedy: "Add fields rather than renaming or removing them, and release tolerant consumers first.",
    applies: |fact| fact.aspect == "output-schema",
    message: |_| "answers follow another schema".to_owned(),
    ..BREAKING
};

/// What became of a field of the answers.
fn answered(fact: &Fact) -> String {
    let field = if fact.subject.is_empty() { "the answer".to_owned() } else { quoted(&fact.subject) };
    match (fact.has("schema-field"), fact.has("schema-required")) {
        (true, _) if fact.has("added") => format!("answers now also hold {field}"),
        (true, _) if fact.has("removed") => format!("answers no longer hold {field}"),
        (true, _) => format!("answers now call {field} {}", quoted(fact.new_text().trim_matches('"'))),
        (_, true) if fact.has("added") => format!("answers now always hold {field}"),
        (_, true) => format!("answers may now lack {field}"),
        _ if fact.has("widened") => format!("{field} may now hold other values: {}", became(fact)),
        _ => format!("{field} holds fewer values: {}", became(fact)),
    }
}

pub(super) const OUTPUT_SCHEMA_TEXT_CHANGED: Rule = Rule {
    id: "prompt/output-schema-text-changed",
    summary: "only descriptions in the output schema changed",
    why: "The shape is the same, but the model reads the descriptions as instructions for each field.",
    remedy: "Run the eval set; parsers need no change.",
    applies: |fact| fact.aspect == "output-schema-text",
    message: |_| "the output schema describes its fields differently".to_owned(),
    ..PROMPT
};

pub(super) const SETTING_CHANGED: Rule = Rule {
    id: "prompt/setting-changed",
    risk: Risk::Low,
    gates: &[Gate::Smoke],
    summary: "a key that decides when or how the prompt is used changed",
    why: "Globs, modes and descriptions route the prompt, and a key that pv does not know may do anything; none of them is \
          mere decoration.",
    remedy: "Check with the tool that reads the file what the key does.",
    applies: |fact| fact.aspect == "setting",
    message: changed,
    ..PROMPT
};

pub(super) const METADATA_CHANGED: Rule = Rule {
    id: "prompt/metadata-changed",
    class: Class::Cosmetic,
    risk: Risk::None,
    gates: &[],
    summary: "owner, tags, description or other notes to people changed",
    why: "No model reads them and nothing renders them.",
    remedy: "Nothing to do.",
    applies: |fact| fact.aspect == "metadata",
    message: |fact| format!("the note {} changed", quoted(&fact.subject)),
    ..PROMPT
};
