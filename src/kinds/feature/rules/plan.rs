//! The plan of a rollout: its steps, what ends it, what it must pass, and the way back.

use crate::domain::{Class, Event, Gate, Risk, Rule};
use crate::kinds::feature::limits::{loosened, shortened};
use crate::kinds::shared::base::BASE;
use crate::kinds::shared::sentence::{became, quoted, setting};

/// The plan lets a problem reach more people before anybody can see it.
const WEAKER_PLAN: Rule = Rule {
    risk: Risk::High,
    gates: &[Gate::Review],
    why: "Fewer or shorter steps mean that a problem reaches more people before anybody can see it.",
    remedy: "Have whoever owns the release agree.",
    ..BASE
};

pub(super) const CANARY_STAGE_REMOVED: Rule = Rule {
    id: "feature/canary-stage-removed",
    summary: "a planned step of the rollout is gone",
    applies: |fact| fact.is_about("canary-stage", Event::Removed),
    message: |fact| format!("the step at {} is gone", quoted(fact.old_text())),
    ..WEAKER_PLAN
};

pub(super) const CANARY_DURATION_SHORTENED: Rule = Rule {
    id: "feature/canary-duration-shortened",
    summary: "a step of the rollout lasts less long, or for no set time",
    applies: |fact| fact.aspect == "stage-duration" && shortened(fact) == Some(true),
    message: setting,
    ..WEAKER_PLAN
};

pub(super) const CANARY_GUARD_LOOSENED: Rule = Rule {
    id: "feature/canary-guard-loosened",
    class: Class::Breaking,
    risk: Risk::Critical,
    gates: &[Gate::Review],
    summary: "what ends a canary is gone, or takes more to do so",
    why: "The guard is what stops a rollout when nobody is watching.",
    remedy: "Keep the guard; if it fired for nothing, say what it should have measured.",
    applies: |fact| fact.aspect == "canary-guard" && loosened(fact) == Some(true),
    message: |fact| format!("less ends the canary: {}", setting(fact)),
    ..BASE
};

pub(super) const CANARY_STAGE_CHANGED: Rule = Rule {
    id: "feature/canary-stage-changed",
    gates: &[Gate::Review],
    summary: "the plan of the rollout changed, and not to less",
    why: "A further step, a longer one or another guard changes when the next people are reached.",
    remedy: "Tell those who take the steps.",
    applies: |fact| matches!(fact.aspect, "canary-stage" | "stage-duration" | "canary-guard" | "stage-setting"),
    message: |fact| match (fact.aspect, fact.event) {
        ("canary-stage", Event::Added) => format!("a step at {} is new", quoted(fact.new_text())),
        _ => setting(fact),
    },
    ..BASE
};

pub(super) const KILL_SWITCH_REMOVED: Rule = Rule {
    id: "feature/kill-switch-removed",
    class: Class::Integrity,
    risk: Risk::Critical,
    gates: &[Gate::Review],
    summary: "the off switch is gone or is another one",
    why: "The first act in an incident is to switch the feature off. Whoever is on call must find the switch where it was.",
    remedy: "Restore the switch, or rehearse the new one and tell who is on call.",
    applies: |fact| fact.aspect == "kill-switch" && fact.event != Event::Added && loosened(fact) != Some(false),
    message: |fact| format!("the kill switch is {}", became(fact)),
    ..BASE
};

pub(super) const ROLLBACK_TARGET_MISSING: Rule = Rule {
    id: "feature/rollback-target-missing",
    class: Class::Integrity,
    risk: Risk::Critical,
    gates: &[Gate::Review],
    summary: "a rollback no longer leads anywhere",
    why: "When the feature has to go back, somebody must now find out where to, with the incident running.",
    remedy: "Name the last version that is known to be good.",
    applies: |fact| fact.aspect == "rollback-target" && matches!(fact.new_text(), "" | "null" | "none"),
    message: |fact| format!("there is nothing to roll back to: `{}` is {}", fact.subject, became(fact)),
    ..BASE
};

pub(super) const ROLLBACK_TARGET_CHANGED: Rule = Rule {
    id: "feature/rollback-target-changed",
    class: Class::Integrity,
    risk: Risk::Critical,
    gates: &[Gate::Review],
    summary: "a rollback leads elsewhere",
    why: "A rollback is taken in a hurry and must lead to what is known to be good.",
    remedy: "Rehearse the rollback to the new target.",
    applies: |fact| fact.aspect == "rollback-target",
    message: |fact| format!("`{}` is {}", fact.subject, became(fact)),
    ..BASE
};

pub(super) const ORDER_CHANGED: Rule = Rule {
    id: "feature/order-changed",
    risk: Risk::High,
    gates: &[Gate::Integration],
    summary: "the parts ship in another order",
    why: "Foundations ship before what stands on them: data and tools before the prompts that use them.",
    remedy: "Check each part against what it needs.",
    applies: |fact| fact.aspect == "order",
    message: |fact| format!("the order is {}", became(fact)),
    ..BASE
};

pub(super) const GATE_REMOVED: Rule = Rule {
    id: "feature/gate-removed",
    class: Class::Breaking,
    risk: Risk::Critical,
    gates: &[Gate::Review],
    summary: "a gate that the feature had to pass is gone",
    why: "A gate that is gone is a promise to the release that nobody keeps any more.",
    remedy: "Keep the gate, or have whoever owns the release agree to drop it.",
    applies: |fact| fact.is_about("gate", Event::Removed),
    message: |fact| format!("the gate {} is gone", quoted(fact.old_text())),
    ..BASE
};

pub(super) const GATE_WEAKENED: Rule = Rule {
    id: "feature/gate-weakened",
    class: Class::Breaking,
    risk: Risk::Critical,
    gates: &[Gate::Review],
    summary: "a gate asks for less, or no longer blocks",
    why: "What the gate stopped until now passes it, and the release looks as green as before.",
    remedy: "Keep the gate as it was, or have whoever owns the release agree.",
    applies: |fact| fact.is_about("gate", Event::Changed) && loosened(fact) == Some(true),
    message: |fact| format!("a gate asks for less: {}", setting(fact)),
    ..BASE
};
