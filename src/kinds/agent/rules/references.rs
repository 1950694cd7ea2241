//! What an agent is made of: prompt, model, index, eval, code.

use crate::domain::{ChangeType, Class, Event, Gate, Risk, Rule};
use crate::kinds::agent::pin;
use crate::kinds::shared::base::BASE;
use crate::kinds::shared::catalogue::Relation;
use crate::kinds::shared::sentence::{quoted, setting};

pub(super) const REF_RANGE_LOOSENED: Rule = Rule {
    id: "agent/ref-range-loosened",
    class: Class::Breaking,
    risk: Risk::High,
    gates: &[Gate::Review],
    summary: "something that the agent uses is no longer pinned to one version",
    why: "What runs now depends on the day it is installed or loaded. A release cannot be reproduced, and a rollback does \
          not bring back what ran before.",
    remedy: "Name one version again.",
    applies: |fact| fact.event == Event::Changed && pin::is_loosened(fact.old_text(), fact.new_text()),
    message: |fact| format!("no longer pinned: {} instead of {}", quoted(fact.new_text()), quoted(fact.old_text())),
    ..BASE
};

pub(super) const PROMPT_REF_CHANGED: Rule = Rule {
    id: "agent/prompt-ref-changed",
    change_type: ChangeType::Prompt,
    gates: &[Gate::Eval],
    summary: "the agent uses another prompt, or another version of it",
    why: "The agent's instructions are those of the prompt that it names.",
    remedy: "Compare the two prompts with `pv diff`, and run the agent's evals.",
    applies: |fact| fact.aspect == "prompt",
    message: setting,
    ..BASE
};

pub(super) const MODEL_REF_CHANGED: Rule = Rule {
    id: "agent/model-ref-changed",
    change_type: ChangeType::Model,
    gates: &[Gate::Eval, Gate::Cost],
    summary: "the agent runs on another model, tier or alias",
    why: "The same instructions on another model are another agent: it plans, calls tools and stops differently, at \
          another price. A floating tier may move again without any change here.",
    remedy: "Run the agent's evals and cost on the new model, and pin it where the host allows.",
    applies: |fact| fact.aspect == "model",
    message: |fact| match fact.event {
        Event::Added => format!("the agent now asks for the model {}", quoted(fact.new_text())),
        Event::Removed => format!("the agent no longer asks for a model (it was {})", quoted(fact.old_text())),
        _ => {
            let (new, old) = (quoted(fact.new_text()), quoted(fact.old_text()));
            format!("the agent runs on {new} instead of {old}{}", Relation::ending(fact))
        }
    },
    ..BASE
};

pub(super) const INDEX_REF_CHANGED: Rule = Rule {
    id: "agent/index-ref-changed",
    change_type: ChangeType::Data,
    gates: &[Gate::Eval],
    summary: "the agent retrieves from another index",
    why: "What the agent knows is what it can retrieve.",
    remedy: "Run the retrieval evals on the new index.",
    applies: |fact| fact.aspect == "index",
    message: setting,
    ..BASE
};

pub(super) const EVAL_REF_CHANGED: Rule = Rule {
    id: "agent/eval-ref-changed",
    change_type: ChangeType::Eval,
    gates: &[Gate::Baseline],
    summary: "the agent is measured by another eval set",
    why: "Scores on two sets cannot be compared.",
    remedy: "Measure the version that is live on the new set first.",
    applies: |fact| fact.aspect == "eval",
    message: setting,
    ..BASE
};

pub(super) const CODE_DIGEST_CHANGED: Rule = Rule {
    id: "agent/code-digest-changed",
    gates: &[Gate::Eval],
    summary: "a script or resource that the agent brings along changed",
    why: "The agent runs it or reads it. pv compares it by digest and does not look inside.",
    remedy: "Review the file itself, and run the agent's evals.",
    applies: |fact| fact.aspect == "code",
    message: |fact| match fact.event {
        Event::Added => format!("the file `{}` is new", fact.subject),
        Event::Removed => format!("the file `{}` is gone", fact.subject),
        _ => format!("the file `{}` changed", fact.subject),
    },
    ..BASE
};

pub(super) const DEPENDENCY_CHANGED: Rule = Rule {
    id: "agent/dependency-changed",
    gates: &[Gate::Smoke, Gate::Eval],
    summary: "the runtime, framework or environment that the agent asks for changed",
    why: "Prompts are assembled, tools are called and errors are handled by the runtime.",
    remedy: "Run the agent once in the new environment.",
    applies: |fact| fact.aspect == "dependency",
    message: setting,
    ..BASE
};

/// Those on the other side of an agent's contract fail.
const CONTRACT: Rule =
    Rule { class: Class::Breaking, risk: Risk::High, gates: &[Gate::Integration, Gate::Eval], ..BASE };

pub(super) const INPUT_CONTRACT_CHANGED: Rule = Rule {
    id: "agent/input-contract-changed",
    summary: "the agent no longer takes what it took",
    why: "Whoever calls the agent sends what the old contract asked for, and is refused or misread.",
    remedy: "Change the callers in the same release, or take both forms for one.",
    applies: |fact| fact.aspect == "input-contract",
    message: setting,
    ..CONTRACT
};

pub(super) const OUTPUT_CONTRACT_CHANGED: Rule = Rule {
    id: "agent/output-contract-changed",
    summary: "the agent answers in another declared form",
    why: "Whatever reads the answer was written for the old form.",
    remedy: "Change the readers in the same release, or answer in both forms for one.",
    applies: |fact| fact.aspect == "output-contract",
    message: setting,
    ..CONTRACT
};
