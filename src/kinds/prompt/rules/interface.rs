//! Rules about what callers must supply.

use crate::domain::{Bump, Class, Event, Fact, Gate, Risk, Rule};

use super::{BREAKING, PROMPT};
use crate::kinds::shared::sentence::{from_to, quoted};

pub(super) const VARIABLE_ADDED_REQUIRED: Rule = Rule {
    id: "prompt/variable-added-required",
    summary: "the prompt demands a variable that callers do not send yet",
    why: "A strict renderer refuses to render without it; a lenient one sends the model an empty hole or the bare \
          placeholder. Either way every caller that follows the old contract gets a worse answer or none.",
    remedy: "Give the variable a default, or put its text under a condition, and the change is additive. Otherwise \
             release the callers that send it first, and this prompt after them.",
    applies: |fact| fact.is_about("variable", Event::Added) && fact.has("required"),
    message: |fact| format!("the prompt now needs {}", quoted(&fact.subject)),
    ..BREAKING
};

pub(super) const VARIABLE_ADDED_OPTIONAL: Rule = Rule {
    id: "prompt/variable-added-optional",
    class: Class::Additive,
    risk: Risk::Low,
    gates: &[Gate::Smoke],
    summary: "the prompt takes a further variable and does without it",
    why: "It has a default or stands under a condition, so callers that do not send it render what they rendered before. \
          Callers that do send it get text that no eval has seen yet.",
    remedy: "Add eval cases that send the variable before a caller relies on it.",
    applies: |fact| fact.is_about("variable", Event::Added),
    message: |fact| format!("the prompt can now take {}", quoted(&fact.subject)),
    ..PROMPT
};

pub(super) const VARIABLE_REMOVED: Rule = Rule {
    id: "prompt/variable-removed",
    summary: "the prompt no longer takes a variable that callers send",
    why: "Strict callers fail on an unknown input. Lenient ones go on sending data that now reaches no model, so answers \
          lose what it told them, silently.",
    remedy: "Move callers off the variable first, or keep it until they are. If the data is no longer needed, say so in \
             the release notes: its absence looks like a bug to whoever sends it.",
    applies: |fact| fact.is_about("variable", Event::Removed),
    message: |fact| format!("the prompt no longer takes {}", quoted(&fact.subject)),
    ..BREAKING
};

pub(super) const VARIABLE_REMOVED_UNUSED: Rule = Rule {
    id: "prompt/variable-removed-unused",
    risk: Risk::Medium,
    gates: &[Gate::Integration],
    summary: "a declared variable that no text used is no longer accepted",
    why: "No model saw its value, but callers still send it, and where inputs are validated they now fail. This is the \
          removal that passes every eval and breaks production.",
    remedy: "Search the callers for the name. If none sends it, acknowledge the finding; else remove it there first.",
    applies: |fact| fact.is_about("variable", Event::Removed) && fact.has("unused"),
    message: |fact| format!("the prompt no longer accepts {}, which it never used", quoted(&fact.subject)),
    ..BREAKING
};

pub(super) const VARIABLE_RENAMED: Rule = Rule {
    id: "prompt/variable-renamed",
    summary: "a variable goes by another name",
    why: "The new name stands in the same place of the same sentence. Callers still send the old one: it is ignored, and \
          the new one is missing.",
    remedy: "Rename it in every caller in the same release, or accept both names for one release.",
    applies: |fact| fact.is_about("variable", Event::Renamed),
    message: |fact| format!("{} is now called {}", quoted(fact.old_text()), quoted(fact.new_text())),
    ..BREAKING
};

pub(super) const VARIABLE_TYPE_CHANGED: Rule = Rule {
    id: "prompt/variable-type-changed",
    summary: "a variable is declared with another type",
    why: "Callers send values of the old type. Where inputs are validated they are refused; where not, the template \
          renders something else (a list's brackets, a number's format).",
    remedy: "Widen instead of replacing the type, or take the new shape under a new name and drop the old one later.",
    applies: |fact| fact.is_about("variable-type", Event::Changed),
    message: |fact| {
        format!("{} has another type: {}", quoted(&fact.subject), from_to(fact.old_text(), fact.new_text()))
    },
    ..BREAKING
};

pub(super) const VARIABLE_TYPE_WIDENED: Rule = Rule {
    id: "prompt/variable-type-widened",
    class: Class::Additive,
    risk: Risk::Low,
    gates: &[Gate::Smoke],
    summary: "a variable takes further types of values",
    why: "Every value that callers send is still taken. A value of the new type renders text that no eval has seen yet.",
    remedy: "Add an eval case with a value of the new type.",
    applies: |fact| fact.aspect == "variable-type" && fact.has("widened"),
    message: |fact| {
        format!("{} takes more than before: {}", quoted(&fact.subject), from_to(fact.old_text(), fact.new_text()))
    },
    ..PROMPT
};

pub(super) const VARIABLE_ENUM_NARROWED: Rule = Rule {
    id: "prompt/variable-enum-narrowed",
    risk: Risk::Medium,
    gates: &[Gate::Integration],
    summary: "a variable no longer takes a value that callers may send",
    why: "Where inputs are validated, callers that still send it are refused; where they are not, the value reaches text \
          that was no longer written for it.",
    remedy: "Search the callers for the value. Keep it until none sends it, or map it to one that is still allowed.",
    applies: |fact| fact.aspect == "variable-enum" && fact.has("narrowed"),
    message: |fact| match fact.has("whole") {
        true => format!("{} now takes only {}", quoted(&fact.subject), fact.old_text()),
        false => format!("{} no longer takes {}", quoted(&fact.subject), fact.old_text()),
    },
    ..BREAKING
};

pub(super) const VARIABLE_ENUM_WIDENED: Rule = Rule {
    id: "prompt/variable-enum-widened",
    class: Class::Additive,
    risk: Risk::Low,
    gates: &[Gate::Smoke],
    summary: "a variable takes a further value",
    why: "Callers that send the known values are not touched. The text has to deal with a value that it never met.",
    remedy: "Add an eval case with the new value.",
    applies: |fact| fact.aspect == "variable-enum",
    message: |fact| match fact.has("whole") {
        true => format!("{} is no longer limited to {}", quoted(&fact.subject), fact.new_text()),
        false => format!("{} now takes {}, too", quoted(&fact.subject), fact.new_text()),
    },
    ..PROMPT
};

pub(super) const VARIABLE_BECAME_REQUIRED: Rule = Rule {
    id: "prompt/variable-became-required",
    gates: &[Gate::Integration],
    summary: "a variable that could be left out is needed now",
    why: "Its default or its condition is gone, so callers that leave it out now render a hole or fail.",
    remedy: "Keep the default, or make every caller send the variable first.",
    applies: |fact| fact.is_about("variable-need", Event::Added),
    message: |fact| format!("the prompt now needs {}, which could be left out before", quoted(&fact.subject)),
    ..BREAKING
};

pub(super) const VARIABLE_BECAME_OPTIONAL: Rule = Rule {
    id: "prompt/variable-became-optional",
    class: Class::Additive,
    risk: Risk::Low,
    gates: &[],
    summary: "a variable that was needed can be left out now",
    why: "Every caller that sends it still works; new callers may leave it out.",
    remedy: "Add an eval case without the variable: that rendering is new.",
    applies: |fact| fact.is_about("variable-need", Event::Removed),
    message: |fact| format!("{} can now be left out", quoted(&fact.subject)),
    ..PROMPT
};

pub(super) const VARIABLE_DEFAULT_ADDED: Rule = Rule {
    id: "prompt/variable-default-added",
    class: Class::Additive,
    risk: Risk::Low,
    gates: &[Gate::Smoke],
    summary: "a variable has a default now",
    why: "Callers that send it are not touched; those that leave it out now get the default's text.",
    remedy: "Add an eval case that relies on the default.",
    applies: |fact| fact.is_about("variable-default", Event::Added),
    message: |fact| format!("{} has a default now", quoted(&fact.subject)),
    ..PROMPT
};

pub(super) const VARIABLE_DEFAULT_CHANGED: Rule = Rule {
    id: "prompt/variable-default-changed",
    summary: "a variable's default is another",
    why: "Callers that leave the variable out send other words to the model from now on, without having changed anything.",
    remedy: "Run the evals that rely on the default; tell the callers that leave it out.",
    applies: |fact| fact.aspect == "variable-default",
    message: |fact| format!("the default of {} changed", quoted(&fact.subject)),
    ..PROMPT
};

pub(super) const VARIABLE_MOVED: Rule = Rule {
    id: "prompt/variable-moved",
    class: Class::Behavioural,
    risk: Risk::Low,
    gates: &[Gate::Smoke],
    summary: "a variable is filled in elsewhere",
    why: "Callers send what they sent. The model reads it under another heading, or earlier or later, where it can weigh \
          differently.",
    remedy: "A smoke run is enough unless the order is part of what the prompt asks.",
    applies: |fact| fact.is_about("variable", Event::Moved) || fact.aspect == "variable-role",
    message: |fact| match fact.aspect {
        "variable-role" => format!("`{}` is now read in the {} message", fact.subject, fact.new_text()),
        _ => format!("`{}` stands elsewhere", fact.subject),
    },
    ..PROMPT
};

pub(super) const VARIABLE_MOVED_ROLE: Rule = Rule {
    id: "prompt/variable-moved-role",
    class: Class::Behavioural,
    risk: Risk::Critical,
    bump: Some(Bump::Major),
    gates: &[Gate::Eval, Gate::Safety, Gate::Review],
    summary: "what callers fill in is now read as a system instruction",
    why: "A system message overrules what users say. Text that users control can now give orders with its rank: this is how \
          prompt injection gets in.",
    remedy: "Keep it in the user's message. If it has to stand in the system message, set it apart by tags, say that it is \
             data, and run the safety set.",
    applies: |fact| fact.aspect == "variable-role" && fact.has("elevated"),
    message: |fact| {
        format!("`{}` moved from the {} message into the {} message", fact.subject, fact.old_text(), fact.new_text())
    },
    ..PROMPT
};

pub(super) const VARIABLE_ESCAPING_CHANGED: Rule = Rule {
    id: "prompt/variable-escaping-changed",
    class: Class::Behavioural,
    risk: Risk::Critical,
    bump: Some(Bump::Major),
    gates: &[Gate::Safety, Gate::Review],
    summary: "a variable's value is escaped otherwise, or no longer set apart",
    why: "Escaping and the tags around a value are what keeps it data: without them, text that users control reads as part \
          of the instructions. With them, the model reads other characters than before.",
    remedy: "Keep the tags or the fence around the value, and run the safety set.",
    applies: |fact| {
        fact.aspect == "variable-guard" && !fact.has("wrapped")
            || fact.is_about("delimiter", Event::Removed) && fact.has("around-variable")
    },
    message: |fact| match fact.marks.first() {
        Some(&"raw") => format!("the value of {} is no longer escaped", quoted(&fact.subject)),
        Some(&"escaped") => format!("the value of {} is escaped now", quoted(&fact.subject)),
        Some(&"unwrapped") => format!("{} is no longer set apart by tags", quoted(&fact.subject)),
        _ => format!("{} no longer sets a variable apart", quoted(fact.old_text())),
    },
    ..PROMPT
};

pub(super) const TEMPLATE_SYNTAX_ERROR: Rule = Rule {
    id: "prompt/template-syntax-error",
    class: Class::Integrity,
    risk: Risk::Critical,
    gates: &[Gate::Integration],
    summary: "the template cannot be rendered",
    why: "The engine that the prompt names refuses the text, so every call that loads it fails.",
    remedy: "Close the tag, or escape the brace if it is meant literally.",
    applies: |fact| fact.aspect == "template",
    message: |fact| format!("the template does not parse: {}", fact.subject),
    ..PROMPT
};

pub(super) const VARIABLE_UNDECLARED: Rule = Rule {
    id: "prompt/variable-undeclared",
    class: Class::Integrity,
    risk: Risk::High,
    gates: &[Gate::Integration],
    summary: "the text uses a variable that the prompt does not declare",
    why: "The prompt declares its inputs, and this one is not among them: tools that validate inputs drop it, and the \
          placeholder reaches the model as it stands.",
    remedy: "Declare it among the inputs, or correct its spelling in the text.",
    applies: |fact| fact.aspect == "variable-undeclared",
    message: |fact| format!("the text uses {}, which the prompt does not declare", quoted(&fact.subject)),
    ..PROMPT
};

pub(super) const VARIABLE_UNUSED: Rule = Rule {
    id: "prompt/variable-unused",
    class: Class::Integrity,
    risk: Risk::Low,
    gates: &[],
    summary: "the prompt declares a variable that its text does not use",
    why: "Callers take the trouble to send something that no model ever reads. Often the text lost the placeholder by \
          accident.",
    remedy: "Use it in the text, or drop the declaration (which breaks callers that send it: do it in a major version).",
    applies: |fact| fact.aspect == "variable-unused",
    message: |fact| format!("{} is declared and the text does not use it", quoted(&fact.subject)),
    ..PROMPT
};

pub(super) const TEMPLATE_ENGINE_CHANGED: Rule = Rule {
    id: "prompt/template-engine-changed",
    summary: "another template engine renders the prompt",
    why: "Engines differ in what a placeholder looks like, in what a missing variable does, and in escaping. The same \
          text can render differently or not at all, and every caller must render it with the new one.",
    remedy: "Render the eval cases with both engines and compare the texts; move the callers in the same release.",
    applies: |fact| fact.aspect == "engine",
    message: |fact| format!("the template engine changed {}", from_to(fact.old_text(), fact.new_text())),
    ..BREAKING
};

pub(super) const CONTROL_FLOW_CHANGED: Rule = Rule {
    id: "prompt/control-flow-changed",
    summary: "a condition or loop of the template changed",
    why: "The words are the same, but who gets to read them is not: some callers now render text that they did not render \
          before, or lose some.",
    remedy: "Render the eval cases on both sides of the condition.",
    applies: |fact| fact.aspect == "control-flow",
    message: |fact| match fact.event {
        Event::Added => format!("the template has a new condition or loop: {}", quoted(fact.new_text())),
        Event::Removed => format!("the template lost a condition or loop: {}", quoted(fact.old_text())),
        _ => format!("a condition or loop changed {}", from_to(fact.old_text(), fact.new_text())),
    },
    ..PROMPT
};

pub(super) const INCLUDE_ADDED: Rule = Rule {
    id: "prompt/include-added",
    summary: "the prompt pulls in another template",
    why: "All text of the partial now reaches the model, and every later edit of the partial changes this prompt too.",
    remedy: "Read the partial as part of this change, and run this prompt's evals whenever it changes.",
    applies: |fact| fact.is_about("include", Event::Added),
    message: |fact| format!("the prompt now includes {}", quoted(&fact.subject)),
    ..PROMPT
};

pub(super) const INCLUDE_REMOVED: Rule = Rule {
    id: "prompt/include-removed",
    summary: "the prompt no longer pulls in a template",
    why: "Everything that the partial said no longer reaches the model; rules that several prompts share often stand there.",
    remedy: "Check what the partial contributed (safety rules above all), and say it here if it is still wanted.",
    applies: |fact| fact.is_about("include", Event::Removed),
    message: |fact| format!("the prompt no longer includes {}", quoted(&fact.subject)),
    ..PROMPT
};

pub(super) const INCLUDE_CHANGED: Rule = Rule {
    id: "prompt/include-changed",
    summary: "the prompt pulls in another text than before",
    why: "One partial is exchanged for another, or what a partial says changed: the model reads other words, which this \
          file's own lines do not show.",
    remedy: "Read the change as if it stood here, and run this prompt's evals. The version of the prompt stays when only a \
             partial changed: the lock names the partial among what it requires.",
    applies: |fact| fact.aspect == "include",
    message: |fact| match fact.has("elsewhere") {
        true => followed(fact),
        false => format!("the prompt includes another template: {}", from_to(fact.old_text(), fact.new_text())),
    },
    ..PROMPT
};

/// ``what it includes as `header` changed from A to B, and 2 more``
fn followed(fact: &Fact) -> String {
    let change = match (fact.old_text(), fact.new_text()) {
        ("", "") => String::new(),
        (old, new) => format!(" {}", from_to(old, new)),
    };
    let more = match fact.count {
        0 | 1 => String::new(),
        count => format!(", and {} more", count - 1),
    };
    format!("what the prompt includes as {} changed{change}{more}", quoted(&fact.subject))
}
