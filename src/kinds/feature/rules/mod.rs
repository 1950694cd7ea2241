//! The rules for features.

use crate::domain::{ChangeType, Gate, Rule};
use crate::kinds::shared::lifecycle;

mod dependencies;
mod exposure;
mod governance;
mod plan;

/// Every rule for features; the first that applies claims a fact.
pub(super) const RULES: &[Rule] = &[
    lifecycle::added("feature/added", ChangeType::AgentCode),
    Rule { gates: &[Gate::Integration], ..lifecycle::removed("feature/removed", ChangeType::AgentCode) },
    Rule { gates: &[Gate::Integration], ..lifecycle::renamed("feature/renamed", ChangeType::AgentCode) },
    lifecycle::source_format_changed("feature/source-format-changed", ChangeType::AgentCode),
    dependencies::DEPENDENCY_ADDED,
    dependencies::DEPENDENCY_REMOVED,
    dependencies::DEPENDENCY_RANGE_LOOSENED,
    dependencies::DEPENDENCY_DOWNGRADED,
    dependencies::DEPENDENCY_UPGRADED_MAJOR,
    dependencies::DEPENDENCY_UPGRADED_MINOR,
    dependencies::DEPENDENCY_UPGRADED_PATCH,
    dependencies::DEPENDENCY_CYCLE,
    dependencies::DEPENDENCY_INCOMPATIBLE,
    exposure::FLAG_RENAMED,
    exposure::FLAG_REMOVED,
    exposure::FLAG_KEY_REUSED,
    exposure::FLAG_EXPIRED,
    exposure::FLAG_DEFAULT_CHANGED,
    exposure::CANARY_STEP_SKIPPED,
    exposure::CANARY_INCREASED,
    exposure::CANARY_DECREASED,
    exposure::AUDIENCE_CHANGED,
    plan::CANARY_STAGE_REMOVED,
    plan::CANARY_DURATION_SHORTENED,
    plan::CANARY_GUARD_LOOSENED,
    plan::CANARY_STAGE_CHANGED,
    plan::KILL_SWITCH_REMOVED,
    plan::ROLLBACK_TARGET_MISSING,
    plan::ROLLBACK_TARGET_CHANGED,
    plan::ORDER_CHANGED,
    plan::GATE_REMOVED,
    plan::GATE_WEAKENED,
    governance::COMMUNICATION_REMOVED,
    governance::EMERGENCY_SET,
    governance::OWNER_CHANGED,
    governance::METADATA_CHANGED,
    lifecycle::content_changed("feature/content-changed", ChangeType::AgentCode),
];
