//! Which model answers.

use super::BASE;
use crate::domain::{Bump, Class, Confidence, Event, Fact, Gate, Risk, Rule};
use crate::kinds::shared::catalogue::Relation;
use crate::kinds::shared::sentence::{became, quoted, setting};

pub(super) const PROVIDER_CHANGED: Rule = Rule {
    id: "model/provider-changed",
    bump: Some(Bump::Major),
    risk: Risk::Critical,
    gates: &[Gate::Eval, Gate::Safety, Gate::Cost, Gate::Feedback],
    summary: "another vendor or host answers",
    why: "Another vendor means another model, another API and another data processor at once: prompts tuned to the old \
          one, parsers of its quirks and agreements about its data all stop applying.",
    remedy: "Treat it as a migration: full eval, safety and cost, a small first canary step, and the old mapping kept \
             ready.",
    applies: |fact| fact.aspect == "provider" || is(fact, Relation::OtherProvider),
    message: |fact| match fact.aspect {
        "provider" => format!("the provider is {}", became(fact)),
        _ => format!("another vendor or host: `{}` is {}", fact.subject, became(fact)),
    },
    ..BASE
};

pub(super) const ALIAS_MAPPING_CHANGED: Rule = Rule {
    id: "model/alias-mapping-changed",
    risk: Risk::High,
    gates: &[Gate::Eval, Gate::Cost],
    summary: "a name now stands for a model that it did not stand for",
    why: "Everything that asks for the name gets another model, without any change of its own.",
    remedy: "Run the evals of every prompt and agent that asks for the name.",
    applies: |fact| fact.is_about("model", Event::Added) || is(fact, Relation::Unknown),
    message: setting,
    ..BASE
};

pub(super) const PIN_LOOSENED: Rule = Rule {
    id: "model/pin-loosened",
    class: Class::Breaking,
    risk: Risk::High,
    gates: &[Gate::Review],
    summary: "a dated snapshot became an alias that the provider may move",
    why: "Evidence is bound to what was measured. Under an alias the provider changes the model without any change in \
          this repository, so nothing that was measured stays true.",
    remedy: "Pin the snapshot again; follow new ones by changing the pin, one measured step at a time.",
    applies: |fact| is(fact, Relation::Loosened),
    message: |fact| format!("the pin floats: `{}` is {}", fact.subject, became(fact)),
    ..BASE
};

pub(super) const PIN_TIGHTENED: Rule = Rule {
    id: "model/pin-tightened",
    class: Class::Additive,
    risk: Risk::Low,
    gates: &[Gate::Smoke],
    summary: "an alias became a dated snapshot",
    why: "From now on the same model answers until this file changes. It need not be the one that the alias meant \
          yesterday.",
    remedy: "A smoke run shows whether the snapshot is the one that answered so far.",
    applies: |fact| is(fact, Relation::Tightened),
    message: |fact| format!("the pin is fixed: `{}` is {}", fact.subject, became(fact)),
    ..BASE
};

pub(super) const FAMILY_CHANGED: Rule = Rule {
    id: "model/family-changed",
    bump: Some(Bump::Major),
    risk: Risk::Critical,
    gates: &[Gate::Eval, Gate::Safety, Gate::Cost],
    summary: "another family, tier or size of model answers",
    why: "Families and sizes differ in what they can do, what they cost, how they follow instructions and where they \
          refuse. Prompts do not carry over untested.",
    remedy: "Full eval, safety and cost; start the canary at one percent and keep the old mapping ready.",
    applies: |fact| is(fact, Relation::OtherFamily),
    message: |fact| format!("another family or tier: `{}` is {}", fact.subject, became(fact)),
    ..BASE
};

/// Another model of the same family.
const SNAPSHOT: Rule = Rule {
    risk: Risk::High,
    gates: &[Gate::Eval],
    why: "Snapshots of one family differ in format habits, refusals and length. Scores measured on one do not hold for \
          the next.",
    remedy: "Run the evals of every prompt that uses the model on the new snapshot before it takes traffic.",
    ..BASE
};

pub(super) const VERSION_UPGRADED: Rule = Rule {
    id: "model/version-upgraded",
    confidence: Confidence::External,
    summary: "a newer snapshot or version of the same family answers",
    applies: |fact| is(fact, Relation::Upgraded),
    message: |fact| format!("a newer one of the same family: `{}` is {}", fact.subject, became(fact)),
    ..SNAPSHOT
};

pub(super) const VERSION_DOWNGRADED: Rule = Rule {
    id: "model/version-downgraded",
    confidence: Confidence::External,
    summary: "an older snapshot or version of the same family answers",
    why: "The older one lacks what its successor was released for, is the first of the two to retire, and any prompt \
          tuned on the newer one meets habits that it was never measured against.",
    remedy: "Say why in the commit: a rollback names the release it returns to. Otherwise run the evals as for any other \
             snapshot.",
    applies: |fact| is(fact, Relation::Downgraded),
    message: |fact| format!("an older one of the same family: `{}` is {}", fact.subject, became(fact)),
    ..SNAPSHOT
};

pub(super) const SNAPSHOT_CHANGED: Rule = Rule {
    id: "model/snapshot-changed",
    summary: "another snapshot or version of the same family answers, and which is newer is not known",
    applies: |fact| is(fact, Relation::OtherSnapshot),
    message: |fact| format!("another one of the same family: `{}` is {}", fact.subject, became(fact)),
    ..SNAPSHOT
};

pub(super) const PREVIOUS_MAPPING_DROPPED: Rule = Rule {
    id: "model/previous-mapping-dropped",
    class: Class::Integrity,
    risk: Risk::High,
    summary: "the model to go back to is no longer named",
    why: "A rollback of a model change is a return to the previous mapping. Where that is no longer written down, whoever \
          is on call has to find out under pressure which snapshot served before.",
    remedy: "Keep the previous mapping until the new one has served longer than your rollback window.",
    applies: |fact| fact.is_about("previous", Event::Removed),
    message: |fact| {
        format!("`{}` no longer names a model to go back to (it was {})", fact.subject, quoted(fact.old_text()))
    },
    ..BASE
};

pub(super) const WEIGHTS_DIGEST_CHANGED: Rule = Rule {
    id: "model/weights-digest-changed",
    risk: Risk::Critical,
    gates: &[Gate::Eval, Gate::Safety],
    summary: "other weights are served",
    why: "It is another model under the same name.",
    remedy: "Full eval and safety, as for a new model.",
    applies: |fact| fact.aspect == "weights",
    message: setting,
    ..BASE
};

pub(super) const ADAPTER_CHANGED: Rule = Rule {
    id: "model/adapter-changed",
    risk: Risk::High,
    gates: &[Gate::Eval],
    summary: "another fine-tune or adapter is served",
    why: "A fine-tune changes behaviour exactly where it was trained to, and elsewhere by accident.",
    remedy: "Run the evals of the task it was tuned for, and of those it was not.",
    applies: |fact| fact.aspect == "adapter",
    message: setting,
    ..BASE
};

pub(super) const QUANTIZATION_CHANGED: Rule = Rule {
    id: "model/quantization-changed",
    risk: Risk::High,
    gates: &[Gate::Eval],
    summary: "the weights are served at another precision",
    why: "Lower precision costs quality first on long and exact tasks: arithmetic, code, structured output.",
    remedy: "Run the evals of exact tasks.",
    applies: |fact| fact.aspect == "serving" && mentions(fact, &["quant", "dtype"]),
    message: setting,
    ..BASE
};

pub(super) const TOKENIZER_CHANGED: Rule = Rule {
    id: "model/tokenizer-changed",
    bump: Some(Bump::Major),
    risk: Risk::High,
    gates: &[Gate::Eval, Gate::Cost],
    summary: "another tokenizer is used",
    why: "Counts of tokens, limits, prices and the meaning of stop sequences all change with it.",
    remedy: "Measure cost and the longest prompts again.",
    applies: |fact| fact.aspect == "serving" && mentions(fact, &["tokenizer"]),
    message: setting,
    ..BASE
};

pub(super) const CHAT_TEMPLATE_CHANGED: Rule = Rule {
    id: "model/chat-template-changed",
    risk: Risk::High,
    gates: &[Gate::Eval],
    summary: "messages are laid out to the model by another template",
    why: "Every prompt reaches the model as other text, though no prompt changed.",
    remedy: "Run the evals of every prompt that uses the model.",
    applies: |fact| fact.aspect == "serving",
    message: setting,
    ..BASE
};

/// Whether the model that a fact is about stands to the old one like this.
pub(super) fn is(fact: &Fact, relation: Relation) -> bool {
    fact.is_about("model", Event::Changed) && Relation::of(fact) == Some(relation)
}

fn mentions(fact: &Fact, words: &[&str]) -> bool {
    let subject = fact.subject.to_ascii_lowercase();
    words.iter().any(|word| subject.contains(word))
}
