//! Rules about messages and examples.

use crate::domain::{Class, Event, Gate, Risk, Rule};

use super::PROMPT;
use crate::kinds::shared::sentence::{from_to, quoted};

pub(super) const SYSTEM_MESSAGE_ADDED: Rule = Rule {
    id: "prompt/system-message-added",
    risk: Risk::High,
    gates: &[Gate::Eval, Gate::Safety],
    summary: "the prompt has a system message for the first time",
    why: "A system message ranks above what users say and colours every answer. Text that worked as a user message can \
          behave differently beside one.",
    remedy: "Run the whole eval set and the safety set, not only the cases that the new text is about.",
    applies: |fact| fact.is_about("message", Event::Added) && fact.has("system"),
    message: |_| "the prompt now has a system message".to_owned(),
    ..PROMPT
};

pub(super) const SYSTEM_MESSAGE_REMOVED: Rule = Rule {
    id: "prompt/system-message-removed",
    risk: Risk::Critical,
    gates: &[Gate::Eval, Gate::Safety],
    summary: "the prompt has no system message any more",
    why: "Role, limits and safety rules usually stand there. Without it the model follows its defaults and whatever the \
          user says.",
    remedy: "Make sure that every rule of it is said elsewhere with the same rank, and start the canary small.",
    applies: |fact| fact.is_about("message", Event::Removed) && fact.has("system"),
    message: |_| "the prompt no longer has a system message".to_owned(),
    ..PROMPT
};

pub(super) const MESSAGE_ADDED: Rule = Rule {
    id: "prompt/message-added",
    summary: "a message is new",
    why: "The conversation that the model continues is another; a further user and assistant turn acts as an example.",
    remedy: "Run the eval set.",
    applies: |fact| fact.is_about("message", Event::Added),
    message: |fact| format!("a new {} message: {}", fact.subject, quoted(fact.new_text())),
    ..PROMPT
};

pub(super) const MESSAGE_REMOVED: Rule = Rule {
    id: "prompt/message-removed",
    summary: "a message is gone",
    why: "The model no longer reads it; a removed turn often was an example that steered the format.",
    remedy: "Run the eval set, above all the cases that check the format of the answer.",
    applies: |fact| fact.is_about("message", Event::Removed),
    message: |fact| format!("the {} message {} is gone", fact.subject, quoted(fact.old_text())),
    ..PROMPT
};

pub(super) const MESSAGE_ROLE_CHANGED: Rule = Rule {
    id: "prompt/message-role-changed",
    risk: Risk::High,
    gates: &[Gate::Eval, Gate::Safety],
    summary: "the same text is said in another role",
    why: "Roles rank: a system message overrules a user's, and text in the assistant's role is taken for the model's own \
          words. Moving user input upwards also opens the door to injection.",
    remedy: "Run the safety set, and check that no user-controlled variable moved into a system message.",
    applies: |fact| fact.aspect == "message-role",
    message: |fact| {
        format!("a message has the role {} instead of {}", quoted(fact.new_text()), quoted(fact.old_text()))
    },
    ..PROMPT
};

pub(super) const MESSAGE_REORDERED: Rule = Rule {
    id: "prompt/message-reordered",
    summary: "a message stands elsewhere in the conversation",
    why: "Models weigh early and late messages differently, and an example after the question is another question.",
    remedy: "Run the eval set.",
    applies: |fact| fact.is_about("message", Event::Moved),
    message: |fact| format!("the {} message {} stands elsewhere", fact.subject, quoted(fact.new_text())),
    ..PROMPT
};

pub(super) const PREFILL_CHANGED: Rule = Rule {
    id: "prompt/prefill-changed",
    risk: Risk::High,
    gates: &[Gate::Eval, Gate::Integration],
    summary: "the answer has to begin with other words",
    why: "What is put into the assistant's mouth decides the form of everything behind it, and is no part of the answer that \
          comes back: a parser that adds it in front adds the wrong text now.",
    remedy: "Change the code that joins the beginning and the answer in the same release, and run the cases that parse it.",
    applies: |fact| fact.aspect == "prefill",
    message: |fact| match fact.event {
        Event::Added => format!("answers now have to begin with {}", quoted(fact.new_text())),
        Event::Removed => format!("answers no longer have to begin with {}", quoted(fact.old_text())),
        _ => format!("answers have to begin otherwise: {}", from_to(fact.old_text(), fact.new_text())),
    },
    ..PROMPT
};

pub(super) const DELIMITER_CHANGED: Rule = Rule {
    id: "prompt/delimiter-changed",
    summary: "a tag, fence or rule that sets text apart is another",
    why: "Models take their bearings from delimiters, sentences refer to tags by name, and code may cut prompts or answers at \
          them.",
    remedy: "Search the prompt and the code for the old delimiter, and run the eval set.",
    applies: |fact| fact.aspect == "delimiter" || (fact.aspect == "variable-guard" && fact.has("wrapped")),
    message: |fact| match fact.event {
        Event::Added => format!("{} sets text apart now", quoted(fact.new_text())),
        Event::Removed => format!("{} no longer sets text apart", quoted(fact.old_text())),
        _ => format!("text is set apart otherwise: {}", from_to(fact.old_text(), fact.new_text())),
    },
    ..PROMPT
};

pub(super) const TOKEN_BUDGET_GROWN: Rule = Rule {
    id: "prompt/token-budget-grown",
    risk: Risk::Low,
    gates: &[Gate::Cost],
    summary: "the prompt became much longer",
    why: "Every call pays for every token of it, and long prompts answer later. The size is estimated at four characters a \
          token, variables not filled in; growth below a hundred tokens is not told.",
    remedy: "Compare cost and latency. The limit is `token-growth-pct` under `[classify.thresholds]` in pv.toml.",
    applies: |fact| fact.aspect == "size",
    message: |fact| {
        format!("the prompt is {} longer: {} instead of {}", fact.subject, fact.new_text(), fact.old_text())
    },
    ..PROMPT
};

pub(super) const CONTEXT_OVERFLOW: Rule = Rule {
    id: "prompt/context-overflow",
    class: Class::Integrity,
    risk: Risk::Critical,
    gates: &[Gate::Integration],
    summary: "the prompt does not fit into its model's window",
    why: "Before anything is filled in, the text and the answer that is asked for are longer than what the pinned model reads \
          at once: calls fail, or the beginning is cut off. The size is estimated at four characters a token.",
    remedy: "Shorten the text, ask for shorter answers, or pin a model with a wider window (`[[model]]` in pv.toml says what \
             pv does not know).",
    applies: |fact| fact.aspect == "overflow",
    message: |fact| format!("the prompt does not fit: {}", fact.subject),
    ..PROMPT
};

pub(super) const EXAMPLE_ADDED: Rule = Rule {
    id: "prompt/example-added",
    summary: "a worked example is new",
    why: "Examples steer format and style more than instructions do, and an example that is also an eval case makes its \
          score worthless.",
    remedy: "Run the eval set, and make sure that the example is not in it.",
    applies: |fact| fact.is_about("example", Event::Added),
    message: |fact| format!("a new example: {}", quoted(fact.new_text())),
    ..PROMPT
};

pub(super) const EXAMPLE_INPUT_CHANGED: Rule = Rule {
    id: "prompt/example-input-changed",
    summary: "a worked example asks something else",
    why: "The answer that it shows belongs to another question now. What models copy is the step from one to the other.",
    remedy: "Check that the answer still fits, and run the eval set.",
    applies: |fact| fact.is_about("example-input", Event::Changed),
    message: |fact| format!("an example asks something else: {}", from_to(fact.old_text(), fact.new_text())),
    ..PROMPT
};

pub(super) const EXAMPLE_LABEL_CHANGED: Rule = Rule {
    id: "prompt/example-label-changed",
    risk: Risk::High,
    summary: "a worked example shows another answer",
    why: "Models copy what examples show, in form and in judgement, before they follow what instructions say.",
    remedy: "Run the eval set, above all the cases that are like the example; check that the instructions say the same.",
    applies: |fact| fact.is_about("example-label", Event::Changed),
    message: |fact| format!("an example shows another answer: {}", from_to(fact.old_text(), fact.new_text())),
    ..PROMPT
};

pub(super) const EXAMPLE_REORDERED: Rule = Rule {
    id: "prompt/example-reordered",
    risk: Risk::Low,
    gates: &[Gate::Smoke],
    summary: "the worked examples stand in another order",
    why: "The last example weighs most, and a run of like answers pulls the next one along.",
    remedy: "A smoke run is enough, unless the answers fall into few classes: then run the eval set.",
    applies: |fact| fact.is_about("example", Event::Moved),
    message: |_| "the examples stand in another order".to_owned(),
    ..PROMPT
};

pub(super) const EXAMPLE_REMOVED: Rule = Rule {
    id: "prompt/example-removed",
    summary: "a worked example is gone",
    why: "What the example showed and no instruction says is no longer known to the model.",
    remedy: "Run the eval set, above all the cases that the example was like.",
    applies: |fact| fact.aspect == "example",
    message: |fact| format!("the example {} is gone", quoted(fact.old_text())),
    ..PROMPT
};
