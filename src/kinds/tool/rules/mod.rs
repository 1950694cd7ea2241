//! The rules for tools.

use crate::domain::{ChangeType, Class, Fact, Gate, Risk, Rule};
use crate::kinds::shared::base::BASE;
use crate::kinds::shared::lifecycle;

mod directive;
mod identity;
mod input;
mod input_values;
mod output;
mod runtime;

/// Every rule for tools; the first that applies claims a fact.
pub(super) const RULES: &[Rule] = &[
    Rule { risk: Risk::Medium, gates: &[Gate::Eval], ..lifecycle::added("tool/added", ChangeType::AgentCode) },
    Rule { gates: &[Gate::Integration, Gate::Eval], ..lifecycle::removed("tool/removed", ChangeType::AgentCode) },
    Rule { gates: &[Gate::Integration, Gate::Eval], ..lifecycle::renamed("tool/renamed", ChangeType::AgentCode) },
    lifecycle::source_format_changed("tool/schema-text-only", ChangeType::AgentCode),
    directive::DESCRIPTION_DIRECTIVE_ADDED,
    identity::NAME_COLLISION,
    runtime::STRICT_INCOMPATIBLE,
    runtime::VERSION_FLOOR_RAISED,
    identity::DESCRIPTION_CHANGED,
    identity::BECAME_DESTRUCTIVE,
    identity::BECAME_READ_ONLY,
    identity::ANNOTATIONS_CHANGED,
    identity::CLASS_ESCALATED,
    identity::CLASS_RELAXED,
    identity::SIDE_EFFECT_ADDED,
    identity::SIDE_EFFECT_REMOVED,
    identity::ERROR_ADDED,
    identity::ERROR_REMOVED,
    identity::ERROR_SEMANTICS_CHANGED,
    identity::METADATA_CHANGED,
    runtime::STRICT_MODE_CHANGED,
    runtime::AUTH_SCOPE_WIDENED,
    runtime::AUTH_SCOPE_NARROWED,
    runtime::SERVER_UNPINNED,
    runtime::SERVER_PIN_CHANGED,
    runtime::ENDPOINT_CHANGED,
    runtime::TRANSPORT_CHANGED,
    runtime::TIMEOUT_CHANGED,
    runtime::DEPRECATED,
    runtime::UNDEPRECATED,
    input::UNPROVEN,
    output::SCHEMA_ADDED,
    output::SCHEMA_REMOVED,
    output::FIELD_REMOVED,
    output::FIELD_ADDED,
    output::FIELD_BECAME_OPTIONAL,
    output::FIELD_BECAME_REQUIRED,
    output::TYPE_WIDENED,
    output::TYPE_NARROWED,
    output::TEXT_CHANGED,
    input::PARAM_ADDED_REQUIRED_WITH_DEFAULT,
    input::PARAM_ADDED_REQUIRED,
    input::PARAM_ADDED_OPTIONAL,
    input::PARAM_REMOVED_TOLERATED,
    input::PARAM_REMOVED,
    input::PARAM_IGNORED,
    input::PARAM_RENAMED,
    input::PARAM_BECAME_REQUIRED,
    input::PARAM_BECAME_OPTIONAL,
    input::PARAM_DESCRIPTION_CHANGED,
    input::PARAM_ORDER_CHANGED,
    input::SCHEMA_REFACTORED,
    input::SCHEMA_DIALECT_CHANGED,
    input::ADDITIONAL_PROPERTIES_CLOSED,
    input::ADDITIONAL_PROPERTIES_OPENED,
    input::PROPERTY_NAMES_CHANGED,
    input::DEPENDENCY_ADDED,
    input::DEPENDENCY_REMOVED,
    input::VARIANT_REMOVED,
    input::VARIANT_ADDED,
    input::ALL_OF_ADDED,
    input::ALL_OF_REMOVED,
    input::CONDITIONAL_CHANGED,
    input_values::TYPE_NARROWED,
    input_values::TYPE_WIDENED,
    input_values::TYPE_CHANGED,
    input_values::ENUM_VALUE_REMOVED,
    input_values::ENUM_VALUE_ADDED,
    input_values::ENUM_SET,
    input_values::ENUM_UNSET,
    input_values::CONST_CHANGED,
    input_values::RANGE_TIGHTENED,
    input_values::RANGE_LOOSENED,
    input_values::LENGTH_TIGHTENED,
    input_values::LENGTH_LOOSENED,
    input_values::ITEMS_TIGHTENED,
    input_values::ITEMS_LOOSENED,
    input_values::PATTERN_ADDED,
    input_values::PATTERN_REMOVED,
    input_values::PATTERN_GENERALIZED,
    input_values::PATTERN_CHANGED,
    input_values::FORMAT_CHANGED,
    input_values::NULLABLE_REMOVED,
    input_values::NULLABLE_ADDED,
    input_values::DEFAULT_CHANGED,
    input::INCLUSION_UNKNOWN,
    lifecycle::content_changed("tool/content-changed", ChangeType::AgentCode),
];

/// Callers that follow the old definition are rejected.
const NARROWING: Rule = Rule {
    class: Class::Breaking,
    gates: &[Gate::Integration],
    why: "Callers still produce values by the old definition: few-shot examples, cached sessions, recorded \
          trajectories, other agents. The new executor rejects what the old definition allowed.",
    remedy: "Publish the new definition and move the prompts and agents that call the tool first; deploy the executor that \
             rejects the old form second. Where each side rejects what the other sends, change both at once or publish \
             the change under a new tool name.",
    ..BASE
};

/// Old callers are safe; new ones may say what an old executor does not know.
const WIDENING: Rule = Rule {
    class: Class::Additive,
    risk: Risk::Low,
    why: "Every call that was valid still is. A model that reads the new definition may use the new freedom at once, so \
          an executor that was not deployed yet rejects it or silently ignores it.",
    remedy: "Deploy the executor first and publish the definition second; roll back in the reverse order.",
    ..BASE
};

/// Whether the schema of what the tool takes differs in this way.
fn in_input(fact: &Fact, aspect: &str) -> bool {
    fact.aspect == aspect && fact.has("input")
}

/// Whether the fact narrows what is admitted, or cannot be told from it.
fn narrows(fact: &Fact) -> bool {
    fact.has("narrowed") || fact.has("shifted")
}

/// The parameter that a schema fact is about, for a sentence.
fn param(fact: &Fact) -> String {
    match fact.subject.is_empty() {
        true if fact.has("output") => "the output".to_owned(),
        true => "the input".to_owned(),
        false => format!("`{}`", fact.subject),
    }
}
