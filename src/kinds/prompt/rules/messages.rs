//! Rules about messages and examples.

use crate::domain::{Event, Gate, Risk, Rule};

use super::PROMPT;
use crate::kinds::shared::sentence::quoted;

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
    message: |fact| format!("a {} message is now a {} message", fact.old_text(), fact.new_text()),
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

pub(super) const EXAMPLE_REMOVED: Rule = Rule {
    id: "prompt/example-removed",
    summary: "a worked example is gone",
    why: "What the example showed and no instruction says is no longer known to the model.",
    remedy: "Run the eval set, above all the cases that the example was like.",
    applies: |fact| fact.aspect == "example",
    message: |fact| format!("the example {} is gone", quoted(fact.old_text())),
    ..PROMPT
};
