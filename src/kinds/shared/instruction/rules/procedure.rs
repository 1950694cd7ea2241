//! Rules about steps of a numbered procedure, and about spelling.

use super::sentence::sentences;
use super::{INSTRUCTION, READING};
use crate::domain::{Event, Fact, Gate, Risk, Rule};
use crate::kinds::shared::sentence::quoted;

fn is_step(fact: &Fact, event: Event) -> bool {
    fact.is_about("instruction", event) && fact.has("step")
}

pub(super) const STEP_ADDED: Rule = Rule {
    id: "prompt/step-added",
    summary: "a numbered procedure has a further step",
    why: "Models work through numbered steps one by one: a further one takes its share of the answer, and the steps behind \
          it now start from another state.",
    remedy: "Run the eval set; look at the cases that exercise the steps behind it, and at references by number (`see step 3`).",
    applies: |fact| is_step(fact, Event::Added),
    message: |fact| format!("a new step: {}", sentences(fact, fact.new_text())),
    ..INSTRUCTION
};

pub(super) const STEP_REMOVED: Rule = Rule {
    id: "prompt/step-removed",
    summary: "a numbered procedure has lost a step",
    why: "The model no longer does it, and later steps may build on what it made.",
    remedy: "Check what the later steps take for granted, and run the eval set.",
    applies: |fact| is_step(fact, Event::Removed),
    message: |fact| format!("no longer a step: {}", sentences(fact, fact.old_text())),
    ..INSTRUCTION
};

pub(super) const STEP_REORDERED: Rule = Rule {
    id: "prompt/step-reordered",
    summary: "the steps of a numbered procedure stand in another order",
    why: "Order is what numbers are for: a model that drafts before it checks gives another answer than one that checks \
          before it drafts.",
    remedy: "Make sure that no step needs what a later one makes, and run the eval set.",
    applies: |fact| is_step(fact, Event::Moved),
    message: |fact| format!("the step {} comes at another place", quoted(fact.new_text())),
    ..INSTRUCTION
};

pub(super) const TYPO_FIXED: Rule = Rule {
    id: "prompt/typo-fixed",
    risk: Risk::Low,
    gates: &[Gate::Smoke],
    summary: "only a spelling mistake was corrected",
    why: "The word that was meant is now the word that is written. Models mostly read through misspellings, but the tokens \
          do differ.",
    remedy: "A smoke run is enough.",
    applies: |fact| matches!(fact.event, Event::Changed | Event::Renamed) && fact.has("typo-fixed"),
    message: |fact| format!("the spelling of {} was corrected", quoted(&fact.subject)),
    ..READING
};
