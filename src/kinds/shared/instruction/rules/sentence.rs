//! Rules about whole sentences.

use super::{INSTRUCTION, READING};
use crate::domain::{Bump, Event, Fact, Gate, Risk, Rule};
use crate::kinds::shared::sentence::quoted;

pub(super) const LANGUAGE_CHANGED: Rule = Rule {
    id: "prompt/language-changed",
    risk: Risk::High,
    gates: &[Gate::Eval, Gate::Safety],
    summary: "the text itself is written in another language",
    why: "Models follow instructions less reliably in some languages, answer in the language they are spoken to, and \
          refuse differently.",
    remedy: "Run the whole eval set and the safety set; check in which language answers come.",
    applies: |fact| fact.aspect == "text-language",
    message: |fact| format!("the text is {}", fact.subject),
    ..READING
};

pub(super) const PERSONA_CHANGED: Rule = Rule {
    id: "prompt/persona-changed",
    summary: "the model is told to be somebody else",
    why: "The role colours everything that no other sentence settles: tone, depth, what it dares to say.",
    remedy: "Run the eval set, and look at a sample of answers for tone.",
    applies: |fact| fact.has("persona") && matches!(fact.aspect, "instruction" | "directive"),
    message: |fact| match (fact.aspect, fact.event) {
        ("directive", _) => fact.subject.clone(),
        (_, Event::Removed) => format!("the model is no longer told {}", quoted(fact.old_text())),
        _ => format!("the model is now told {}", quoted(fact.new_text())),
    },
    ..READING
};

pub(super) const PROHIBITION_ADDED: Rule = Rule {
    id: "prompt/prohibition-added",
    summary: "something is newly forbidden",
    why: "Models over-apply prohibitions: what lies near the forbidden thing may go, too.",
    remedy: "Add a case that breaks it and one that only comes near it.",
    applies: |fact| fact.is_about("instruction", Event::Added) && fact.has("prohibition"),
    message: |fact| format!("a new prohibition, {}", quoted(fact.new_text())),
    ..READING
};

pub(super) const PROHIBITION_REMOVED: Rule = Rule {
    id: "prompt/prohibition-removed",
    risk: Risk::Critical,
    bump: Some(Bump::Major),
    gates: &[Gate::Eval, Gate::Safety],
    summary: "something is no longer forbidden",
    why: "A prohibition is usually the scar of an incident. Nothing fails when it goes; the incident just can happen again.",
    remedy: "Find out why it was there (`git log -S`), and keep an eval case for it.",
    applies: |fact| fact.is_about("instruction", Event::Removed) && fact.has("prohibition"),
    message: |fact| format!("the prohibition {} is gone", quoted(fact.old_text())),
    ..READING
};

pub(super) const CONSTRAINT_ADDED: Rule = Rule {
    id: "prompt/constraint-added",
    risk: Risk::High,
    summary: "something is newly asked for",
    why: "The model does it at the cost of something else, and every answer to come is different.",
    remedy: "Add an eval case that shows the sentence doing its work, and run the whole set.",
    applies: |fact| fact.is_about("instruction", Event::Added) && fact.has("constraint"),
    message: |fact| format!("the prompt now asks {}", sentences(fact, fact.new_text())),
    ..READING
};

pub(super) const CONSTRAINT_REMOVED: Rule = Rule {
    id: "prompt/constraint-removed",
    risk: Risk::High,
    summary: "something is no longer asked for",
    why: "Users and programs may rely on what the sentence produced.",
    remedy: "Run the eval set; find who used what it asked for.",
    applies: |fact| fact.is_about("instruction", Event::Removed) && fact.has("constraint"),
    message: |fact| format!("the prompt no longer asks {}", sentences(fact, fact.old_text())),
    ..READING
};

pub(super) const ADDED: Rule = Rule {
    id: "prompt/instruction-added",
    summary: "a sentence is new",
    why: "The model reads it, and may follow it at the cost of something else.",
    remedy: "Run the eval set; add a case that shows the sentence doing its work.",
    applies: |fact| fact.is_about("instruction", Event::Added),
    message: |fact| format!("the prompt now says {}", sentences(fact, fact.new_text())),
    ..INSTRUCTION
};

pub(super) const REMOVED: Rule = Rule {
    id: "prompt/instruction-removed",
    summary: "a sentence is gone",
    why: "The model no longer reads it. Somebody once put it there for a reason, which an eval case may or may not hold.",
    remedy: "Find out why it was there (`git log -S`), and run the eval set.",
    applies: |fact| fact.is_about("instruction", Event::Removed),
    message: |fact| format!("the prompt no longer says {}", sentences(fact, fact.old_text())),
    ..INSTRUCTION
};

pub(super) const REWORDED: Rule = Rule {
    id: "prompt/instruction-reworded",
    summary: "a sentence has other words",
    why: "A model may read the new words differently; one word can turn an instruction round.",
    remedy: "Read the marked words, and run the eval set.",
    applies: |fact| fact.is_about("instruction", Event::Changed) || fact.aspect == "directive",
    message: reworded,
    ..INSTRUCTION
};

pub(super) const MOVED: Rule = Rule {
    id: "prompt/instruction-moved",
    risk: Risk::Low,
    gates: &[Gate::Smoke],
    summary: "a sentence stands elsewhere",
    why: "The words are the same; under another heading, or earlier or later, they can weigh differently.",
    remedy: "A smoke run is enough unless the order is part of what the prompt asks.",
    applies: |fact| fact.is_about("instruction", Event::Moved),
    message: |fact| format!("{} stands elsewhere", quoted(&fact.subject)),
    ..INSTRUCTION
};

/// The first of the sentences that a fact stands for, and how many others there are.
pub(super) fn sentences(fact: &Fact, text: &str) -> String {
    match fact.count {
        0 | 1 => quoted(text),
        2 => format!("{} and a sentence more", quoted(text.lines().next().unwrap_or_default())),
        count => format!("{} and {} sentences more", quoted(text.lines().next().unwrap_or_default()), count - 1),
    }
}

fn reworded(fact: &Fact) -> String {
    if fact.aspect == "directive" {
        return fact.subject.clone();
    }
    format!("the prompt says {} in other words", quoted(&fact.subject))
}
