//! The rules for agents.

use crate::domain::{ChangeType, Event, Fact, Gate, Risk, Rule};
use crate::kinds::shared::lifecycle;

mod control;
mod instructions;
mod power;
mod references;

/// Every rule for agents; the first that applies claims a fact.
pub(super) const RULES: &[Rule] = &[
    Rule {
        risk: Risk::Medium,
        gates: &[Gate::Eval, Gate::Safety],
        ..lifecycle::added("agent/added", ChangeType::AgentCode)
    },
    Rule { gates: &[Gate::Integration], ..lifecycle::removed("agent/removed", ChangeType::AgentCode) },
    Rule { gates: &[Gate::Integration], ..lifecycle::renamed("agent/renamed", ChangeType::AgentCode) },
    lifecycle::source_format_changed("agent/source-format-changed", ChangeType::AgentCode),
    instructions::DESCRIPTION_CHANGED,
    references::REF_RANGE_LOOSENED,
    references::PROMPT_REF_CHANGED,
    references::MODEL_REF_CHANGED,
    references::INDEX_REF_CHANGED,
    references::EVAL_REF_CHANGED,
    references::CODE_DIGEST_CHANGED,
    references::DEPENDENCY_CHANGED,
    references::INPUT_CONTRACT_CHANGED,
    references::OUTPUT_CONTRACT_CHANGED,
    power::TOOL_ADDED,
    power::TOOL_REMOVED,
    power::SANDBOX_WIDENED,
    power::EGRESS_WIDENED,
    power::PERMISSION_WIDENED,
    power::PERMISSION_NARROWED,
    power::APPROVAL_REMOVED,
    power::APPROVAL_ADDED,
    power::GUARDRAIL_REMOVED,
    power::GUARDRAIL_ADDED,
    power::GUARDRAIL_WEAKENED,
    power::GUARDRAIL_STRENGTHENED,
    power::GUARDRAIL_CHANGED,
    control::ENTRYPOINT_CHANGED,
    control::ROUTE_ADDED,
    control::ROUTE_REMOVED,
    control::SUBAGENT_ADDED,
    control::SUBAGENT_REMOVED,
    control::ROUTE_CHANGED,
    control::SCHEDULE_OR_TRIGGER_CHANGED,
    control::MAX_STEPS_RAISED,
    control::MAX_STEPS_LOWERED,
    control::TIMEOUT_OR_RETRY_CHANGED,
    control::PARALLELISM_CHANGED,
    control::MEMORY_ENABLED,
    control::MEMORY_DISABLED,
    control::MEMORY_POLICY_CHANGED,
    control::COST_BUDGET_RAISED,
    control::ESCALATION_TARGET_CHANGED,
    control::OBSERVABILITY_REDUCED,
    control::METADATA_CHANGED,
    control::CONFIG_UNCLASSIFIED,
    lifecycle::content_changed("agent/content-changed", ChangeType::AgentCode),
];

fn numbers(fact: &Fact) -> Option<(f64, f64)> {
    Some((fact.old_text().parse().ok()?, fact.new_text().parse().ok()?))
}

fn rose(fact: &Fact) -> bool {
    numbers(fact).is_some_and(|(old, new)| new > old)
}

/// Whether what the fact is about came, or turned from no to yes.
fn turned_on(fact: &Fact) -> bool {
    match fact.event {
        Event::Added => is_yes(fact.new_text()),
        Event::Changed => !is_yes(fact.old_text()) && is_yes(fact.new_text()),
        _ => false,
    }
}

/// Whether what the fact is about went, or turned from yes to no.
fn turned_off(fact: &Fact) -> bool {
    match fact.event {
        Event::Removed => is_yes(fact.old_text()),
        Event::Changed => is_yes(fact.old_text()) && !is_yes(fact.new_text()),
        _ => false,
    }
}

fn is_yes(text: &str) -> bool {
    !matches!(text.to_ascii_lowercase().as_str(), "" | "false" | "null" | "none" | "no" | "off" | "never" | "[]" | "{}")
}
