//! The rules for models.

use crate::domain::{ChangeType, Event, Fact, Gate, Rule};
use crate::kinds::shared::sentence::quoted;
use crate::kinds::shared::{base, lifecycle};

mod identity;
mod life;
mod limits;
mod params;
mod serving;

/// Every rule for models; the first that applies claims a fact.
pub(super) const RULES: &[Rule] = &[
    Rule { gates: &[Gate::Eval], ..lifecycle::added("model/added", ChangeType::Model) },
    REMOVED,
    Rule { gates: &[Gate::Integration], ..lifecycle::renamed("model/renamed", ChangeType::Model) },
    lifecycle::source_format_changed("model/source-format-changed", ChangeType::Model),
    identity::PROVIDER_CHANGED,
    identity::ALIAS_MAPPING_CHANGED,
    identity::PIN_LOOSENED,
    identity::PIN_TIGHTENED,
    identity::FAMILY_CHANGED,
    identity::VERSION_UPGRADED,
    identity::VERSION_DOWNGRADED,
    identity::SNAPSHOT_CHANGED,
    identity::PREVIOUS_MAPPING_DROPPED,
    life::ALIAS_FLOATING,
    life::RETIRED,
    life::RETIRING_SOON,
    life::DEPRECATED,
    identity::WEIGHTS_DIGEST_CHANGED,
    identity::ADAPTER_CHANGED,
    identity::QUANTIZATION_CHANGED,
    identity::TOKENIZER_CHANGED,
    identity::CHAT_TEMPLATE_CHANGED,
    limits::CAPABILITY_LOST,
    limits::CAPABILITY_GAINED,
    limits::CONTEXT_WINDOW_REDUCED,
    limits::CONTEXT_WINDOW_INCREASED,
    limits::OUTPUT_LIMIT_REDUCED,
    limits::MAX_OUTPUT_REDUCED,
    limits::MAX_OUTPUT_INCREASED,
    params::DETERMINISM_LOST,
    params::DETERMINISM_GAINED,
    params::SAMPLING_CHANGED,
    params::STOP_CHANGED,
    params::REASONING_CHANGED,
    params::SAFETY_SETTINGS_WEAKENED,
    params::SAFETY_SETTINGS_STRENGTHENED,
    params::SAFETY_SETTINGS_CHANGED,
    params::OUTPUT_OPTIONS_CHANGED,
    params::SETTING_RENAMED,
    serving::ENDPOINT_CHANGED,
    serving::REGION_CHANGED,
    serving::API_VERSION_CHANGED,
    serving::FALLBACK_ADDED,
    serving::FALLBACK_REMOVED,
    serving::FALLBACK_TARGET_CHANGED,
    serving::FALLBACK_REORDERED,
    serving::ROUTE_WEIGHT_CHANGED,
    serving::TIMEOUT_OR_RETRY_CHANGED,
    serving::RATE_LIMIT_CHANGED,
    serving::COST_INCREASED,
    serving::COST_CHANGED,
    serving::CACHE_SETTINGS_CHANGED,
    serving::METADATA_CHANGED,
    params::PARAM_OTHER_CHANGED,
    lifecycle::content_changed("model/content-changed", ChangeType::Model),
];

/// A model is gone, as an artefact of its own or as a setting that named one.
const REMOVED: Rule = Rule {
    gates: &[Gate::Integration],
    summary: "a model that could be asked for is gone",
    applies: |fact| fact.is_about("artefact", Event::Removed) || fact.is_about("model", Event::Removed),
    message: |fact| match fact.aspect {
        "model" => format!("`{}` no longer names a model (it was {})", fact.subject, quoted(fact.old_text())),
        _ => format!("`{}` is gone", fact.subject),
    },
    ..lifecycle::removed("model/removed", ChangeType::Model)
};

/// What the rules share; each names its own id, summary, condition and message.
const BASE: Rule = Rule { change_type: ChangeType::Model, ..base::BASE };

/// The old and the new number, when both are numbers.
fn numbers(fact: &Fact) -> Option<(f64, f64)> {
    Some((fact.old_text().parse().ok()?, fact.new_text().parse().ok()?))
}

fn rose(fact: &Fact) -> bool {
    numbers(fact).is_some_and(|(old, new)| new > old)
}

fn fell(fact: &Fact) -> bool {
    numbers(fact).is_some_and(|(old, new)| new < old)
}

/// Whether what the fact is about came, or turned from no to yes.
fn turned_on(fact: &Fact) -> bool {
    let is_yes = |text: &str| !matches!(text, "" | "false" | "null");
    match fact.event {
        Event::Added => fact.new_text() != "false",
        Event::Changed => !is_yes(fact.old_text()) && is_yes(fact.new_text()),
        _ => false,
    }
}

/// Whether what the fact is about went, or turned from yes to no.
fn turned_off(fact: &Fact) -> bool {
    let is_yes = |text: &str| !matches!(text, "" | "false" | "null");
    match fact.event {
        Event::Removed => fact.old_text() != "false",
        Event::Changed => is_yes(fact.old_text()) && !is_yes(fact.new_text()),
        _ => false,
    }
}
