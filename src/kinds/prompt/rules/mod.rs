//! The rules of prompts. The first that applies claims a fact, so the particular stand before the general.

mod form;
mod interface;
mod messages;
mod settings;

use crate::domain::{ChangeType, Class, Gate, Risk, Rule};
use crate::kinds::shared::base::BASE;
use crate::kinds::shared::lifecycle;

/// Every rule.
pub(super) const RULES: &[Rule] = &[
    interface::VARIABLE_RENAMED,
    interface::VARIABLE_ADDED_REQUIRED,
    interface::VARIABLE_ADDED_OPTIONAL,
    interface::VARIABLE_REMOVED_UNUSED,
    interface::VARIABLE_REMOVED,
    interface::VARIABLE_TYPE_WIDENED,
    interface::VARIABLE_TYPE_CHANGED,
    interface::VARIABLE_ENUM_NARROWED,
    interface::VARIABLE_ENUM_WIDENED,
    interface::VARIABLE_BECAME_REQUIRED,
    interface::VARIABLE_BECAME_OPTIONAL,
    interface::VARIABLE_DEFAULT_ADDED,
    interface::VARIABLE_DEFAULT_CHANGED,
    interface::VARIABLE_MOVED_ROLE,
    interface::VARIABLE_MOVED,
    interface::VARIABLE_ESCAPING_CHANGED,
    interface::TEMPLATE_SYNTAX_ERROR,
    interface::VARIABLE_UNDECLARED,
    interface::VARIABLE_UNUSED,
    interface::TEMPLATE_ENGINE_CHANGED,
    interface::CONTROL_FLOW_CHANGED,
    interface::INCLUDE_ADDED,
    interface::INCLUDE_REMOVED,
    interface::INCLUDE_CHANGED,
    messages::SYSTEM_MESSAGE_ADDED,
    messages::SYSTEM_MESSAGE_REMOVED,
    messages::MESSAGE_ADDED,
    messages::MESSAGE_REMOVED,
    messages::MESSAGE_ROLE_CHANGED,
    messages::MESSAGE_REORDERED,
    messages::PREFILL_CHANGED,
    messages::DELIMITER_CHANGED,
    messages::TOKEN_BUDGET_GROWN,
    messages::CONTEXT_OVERFLOW,
    messages::EXAMPLE_INPUT_CHANGED,
    messages::EXAMPLE_LABEL_CHANGED,
    messages::EXAMPLE_REORDERED,
    messages::EXAMPLE_ADDED,
    messages::EXAMPLE_REMOVED,
    settings::MODEL_REF_CHANGED,
    settings::PARAM_TEMPERATURE_CHANGED,
    settings::PARAM_MAX_TOKENS_REDUCED,
    settings::PARAM_MAX_TOKENS_RAISED,
    settings::PARAM_STOP_CHANGED,
    settings::PARAM_SEED_CHANGED,
    settings::PARAM_REASONING_CHANGED,
    settings::PARAM_RESPONSE_FORMAT_CHANGED,
    settings::TOOL_CHOICE_CHANGED,
    settings::PARAM_OTHER_CHANGED,
    settings::TOOL_REF_ADDED,
    settings::TOOL_REF_REMOVED,
    settings::TOOL_REF_CHANGED,
    settings::OUTPUT_SCHEMA_ADDED,
    settings::OUTPUT_SCHEMA_REMOVED,
    settings::OUTPUT_SCHEMA_WIDENED,
    settings::OUTPUT_SCHEMA_NARROWED,
    settings::OUTPUT_SCHEMA_CHANGED,
    settings::OUTPUT_SCHEMA_TEXT_CHANGED,
    settings::SETTING_CHANGED,
    settings::METADATA_CHANGED,
    form::INVISIBLE_CHARACTERS,
    lifecycle::added("prompt/added", ChangeType::Prompt),
    lifecycle::deprecated("prompt/deprecated", ChangeType::Prompt),
    lifecycle::undeprecated("prompt/undeprecated", ChangeType::Prompt),
    lifecycle::sunset_moved_earlier("prompt/sunset-moved-earlier", ChangeType::Prompt),
    lifecycle::removed_after_sunset("prompt/removed-after-sunset", ChangeType::Prompt),
    lifecycle::removed("prompt/removed", ChangeType::Prompt),
    lifecycle::renamed("prompt/renamed", ChangeType::Prompt),
    lifecycle::source_format_changed("prompt/source-format-changed", ChangeType::Prompt),
    lifecycle::content_changed("prompt/content-changed", ChangeType::Prompt),
];

/// What the rules of this kind have in common; each says what is its own.
const PROMPT: Rule = Rule { change_type: ChangeType::Prompt, gates: &[Gate::Eval], ..BASE };

/// A change that callers feel.
const BREAKING: Rule =
    Rule { class: Class::Breaking, risk: Risk::High, gates: &[Gate::Integration, Gate::Eval], ..PROMPT };
