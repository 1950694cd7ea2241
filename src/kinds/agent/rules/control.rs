//! How an agent runs: where it starts, what it hands over, when it stops.

use super::{is_yes, rose, turned_off, turned_on};
use crate::domain::{Class, Event, Fact, Gate, Risk, Rule};
use crate::kinds::shared::base::BASE;
use crate::kinds::shared::sentence::{quoted, setting};

pub(super) const ENTRYPOINT_CHANGED: Rule = Rule {
    id: "agent/entrypoint-changed",
    risk: Risk::High,
    gates: &[Gate::Eval],
    summary: "a run starts elsewhere",
    why: "Every run takes another first step.",
    remedy: "Run the evals end to end.",
    applies: |fact| fact.aspect == "entrypoint",
    message: setting,
    ..BASE
};

/// Who gets the work.
const ROUTE: Rule = Rule {
    risk: Risk::High,
    gates: &[Gate::Eval],
    why: "Routing decides which instructions, tools and permissions a request meets.",
    remedy: "Run the evals that assert who handles what.",
    ..BASE
};

pub(super) const ROUTE_ADDED: Rule = Rule {
    id: "agent/route-added",
    summary: "work can take a further way",
    applies: |fact| fact.is_about("route", Event::Added),
    message: |fact| format!("new route: {}", quoted(fact.new_text())),
    ..ROUTE
};

pub(super) const ROUTE_REMOVED: Rule = Rule {
    id: "agent/route-removed",
    summary: "work can no longer take a way",
    applies: |fact| fact.is_about("route", Event::Removed),
    message: |fact| format!("route gone: {}", quoted(fact.old_text())),
    ..ROUTE
};

pub(super) const ROUTE_CHANGED: Rule = Rule {
    id: "agent/route-changed",
    summary: "work is routed by another condition, or to another agent",
    applies: |fact| matches!(fact.aspect, "route" | "assignee" | "subagent"),
    message: setting,
    ..ROUTE
};

/// Who works along.
const TOPOLOGY: Rule = Rule {
    risk: Risk::High,
    gates: &[Gate::Eval, Gate::Cost],
    why: "Agents that work together multiply steps, cost and each other's mistakes.",
    remedy: "Run eval and cost end to end.",
    ..BASE
};

pub(super) const SUBAGENT_ADDED: Rule = Rule {
    id: "agent/subagent-added",
    summary: "a further agent or skill works along",
    applies: |fact| fact.aspect == "subagent" && turned_on(fact),
    message: |fact| format!("{} now works along", quoted(fact.new_text())),
    ..TOPOLOGY
};

pub(super) const SUBAGENT_REMOVED: Rule = Rule {
    id: "agent/subagent-removed",
    summary: "an agent or skill no longer works along",
    applies: |fact| fact.aspect == "subagent" && turned_off(fact),
    message: |fact| format!("{} no longer works along", quoted(fact.old_text())),
    ..TOPOLOGY
};

pub(super) const SCHEDULE_OR_TRIGGER_CHANGED: Rule = Rule {
    id: "agent/schedule-or-trigger-changed",
    summary: "the agent runs at other times, or on other events",
    why: "A run that nobody starts is a run that nobody watches, and a run that does not come is missed late.",
    remedy: "Tell those who are on call, and watch the first run.",
    applies: |fact| fact.aspect == "schedule",
    message: setting,
    ..BASE
};

pub(super) const MAX_STEPS_RAISED: Rule = Rule {
    id: "agent/max-steps-raised",
    gates: &[Gate::Eval, Gate::Cost],
    summary: "a run may take more steps, or has no limit any more",
    why: "A run that goes astray costs more before it ends.",
    remedy: "Compare cost on the eval set, most of all of the runs that fail.",
    applies: |fact| fact.aspect == "max-steps" && (rose(fact) || fact.event == Event::Removed),
    message: setting,
    ..BASE
};

pub(super) const MAX_STEPS_LOWERED: Rule = Rule {
    id: "agent/max-steps-lowered",
    gates: &[Gate::Eval, Gate::Cost],
    summary: "a run may take fewer steps",
    why: "Long tasks end half-way.",
    remedy: "Compare the limit with the steps of the longest runs that succeed.",
    applies: |fact| fact.aspect == "max-steps",
    message: setting,
    ..BASE
};

pub(super) const TIMEOUT_OR_RETRY_CHANGED: Rule = Rule {
    id: "agent/timeout-or-retry-changed",
    risk: Risk::Low,
    gates: &[Gate::Smoke],
    summary: "a timeout or the number of retries changed",
    why: "It decides when slow becomes failed, and how often an effect may be repeated.",
    remedy: "Compare with measured run times.",
    applies: |fact| fact.aspect == "timeout",
    message: setting,
    ..BASE
};

pub(super) const PARALLELISM_CHANGED: Rule = Rule {
    id: "agent/parallelism-changed",
    gates: &[Gate::Smoke],
    summary: "more or fewer things run at once",
    why: "Things that run at once meet on files, quotas and each other's results.",
    remedy: "Run once under load.",
    applies: |fact| fact.aspect == "parallelism",
    message: setting,
    ..BASE
};

/// What is kept between runs.
const MEMORY: Rule = Rule {
    risk: Risk::High,
    gates: &[Gate::Eval, Gate::Review],
    why: "What is remembered shapes later answers, and is personal data that somebody must answer for.",
    remedy: "Run the evals with a filled and an empty memory; have data protection look at what is kept.",
    ..BASE
};

pub(super) const MEMORY_ENABLED: Rule = Rule {
    id: "agent/memory-enabled",
    summary: "the agent now remembers between runs",
    applies: |fact| fact.aspect == "memory" && turned_on(fact),
    message: setting,
    ..MEMORY
};

pub(super) const MEMORY_DISABLED: Rule = Rule {
    id: "agent/memory-disabled",
    summary: "the agent no longer remembers between runs",
    applies: |fact| fact.aspect == "memory" && turned_off(fact),
    message: setting,
    ..MEMORY
};

pub(super) const MEMORY_POLICY_CHANGED: Rule = Rule {
    id: "agent/memory-policy-changed",
    summary: "what is remembered, or for how long, changed",
    applies: |fact| fact.aspect == "memory",
    message: setting,
    ..MEMORY
};

pub(super) const COST_BUDGET_RAISED: Rule = Rule {
    id: "agent/cost-budget-raised",
    gates: &[Gate::Cost, Gate::Review],
    summary: "a run may cost more, or its cap is gone",
    why: "The cap is what a run that goes astray costs at most.",
    remedy: "Have whoever pays agree.",
    applies: |fact| fact.aspect == "cost" && (rose(fact) || fact.event == Event::Removed),
    message: setting,
    ..BASE
};

pub(super) const ESCALATION_TARGET_CHANGED: Rule = Rule {
    id: "agent/escalation-target-changed",
    gates: &[Gate::Feedback],
    summary: "what the agent cannot solve goes to others",
    why: "Cases that reach the wrong queue are lost quietly.",
    remedy: "Escalate once on purpose, and see that it arrives.",
    applies: |fact| fact.aspect == "escalation",
    message: setting,
    ..BASE
};

pub(super) const OBSERVABILITY_REDUCED: Rule = Rule {
    id: "agent/observability-reduced",
    risk: Risk::High,
    gates: &[Gate::Review],
    summary: "less of a run is traced or logged",
    why: "When something goes wrong, what was not recorded cannot be explained.",
    remedy: "Keep enough to answer what exactly ran.",
    applies: |fact| fact.aspect == "observability" && (turned_off(fact) || fell(fact)),
    message: setting,
    ..BASE
};

pub(super) const METADATA_CHANGED: Rule = Rule {
    id: "agent/metadata-changed",
    class: Class::Cosmetic,
    risk: Risk::None,
    summary: "a note, owner, licence, colour or declared version changed",
    why: "People and user interfaces see it; the agent does not.",
    remedy: "Nothing to do.",
    applies: |fact| fact.aspect == "metadata",
    message: setting,
    ..BASE
};

pub(super) const CONFIG_UNCLASSIFIED: Rule = Rule {
    id: "agent/config-unclassified",
    risk: Risk::Low,
    gates: &[Gate::Smoke],
    summary: "a setting changed of which pv has no special knowledge",
    why: "The host that runs the agent reads it; what it does there only the host's documentation tells.",
    remedy: "Look the setting up, and run at least a smoke eval.",
    applies: |fact| fact.aspect != "artefact",
    message: setting,
    ..BASE
};

fn fell(fact: &Fact) -> bool {
    let number = |text: &str| text.parse::<f64>().ok();
    number(fact.old_text()).zip(number(fact.new_text())).is_some_and(|(old, new)| new < old) && is_yes(fact.old_text())
}
