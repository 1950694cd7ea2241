//! Where a model is served, what stands in for it, and what it costs.

use super::identity::is;
use super::{BASE, fell};
use crate::domain::{Class, Event, Gate, Risk, Rule};
use crate::kinds::shared::catalogue::Relation;
use crate::kinds::shared::sentence::{became, quoted, setting};

pub(super) const ENDPOINT_CHANGED: Rule = Rule {
    id: "model/endpoint-changed",
    gates: &[Gate::Smoke],
    summary: "the model is reached at another address or deployment",
    why: "Another deployment may run another version, with other limits and other logging.",
    remedy: "Call it once from where it will run, and keep the old address ready.",
    applies: |fact| fact.aspect == "endpoint" || is(fact, Relation::SameModel),
    message: |fact| match fact.aspect {
        "endpoint" => setting(fact),
        _ => format!("the same model by another name: `{}` is {}", fact.subject, became(fact)),
    },
    ..BASE
};

pub(super) const REGION_CHANGED: Rule = Rule {
    id: "model/region-changed",
    risk: Risk::High,
    gates: &[Gate::Review, Gate::Smoke],
    summary: "the model is served in another region",
    why: "Where data is processed is a matter of law and contract, and regions do not offer the same snapshots.",
    remedy: "Have whoever answers for data protection agree.",
    applies: |fact| fact.aspect == "region",
    message: setting,
    ..BASE
};

pub(super) const API_VERSION_CHANGED: Rule = Rule {
    id: "model/api-version-changed",
    gates: &[Gate::Integration, Gate::Smoke],
    summary: "another version of the provider's interface, or a beta of it, is used",
    why: "Fields, defaults and errors differ between versions.",
    remedy: "Run the integration tests of the client.",
    applies: |fact| fact.aspect == "api-version",
    message: setting,
    ..BASE
};

/// What changes about the fallback chain.
const FALLBACK: Rule = Rule {
    risk: Risk::High,
    gates: &[Gate::Eval],
    why: "A fallback answers when the first choice fails, that is under load and in incidents, when nobody looks \
          closely. It needs to be as well measured as the first choice.",
    remedy: "Run the evals on every model of the chain, and rehearse the failover.",
    ..BASE
};

pub(super) const FALLBACK_ADDED: Rule = Rule {
    id: "model/fallback-added",
    summary: "a further model may stand in",
    applies: |fact| fact.is_about("fallback", Event::Added),
    message: |fact| format!("{} may now stand in for this model", quoted(fact.new_text())),
    ..FALLBACK
};

pub(super) const FALLBACK_REMOVED: Rule = Rule {
    id: "model/fallback-removed",
    summary: "a model no longer stands in",
    applies: |fact| fact.is_about("fallback", Event::Removed),
    message: |fact| format!("{} no longer stands in for this model", quoted(fact.old_text())),
    ..FALLBACK
};

pub(super) const FALLBACK_TARGET_CHANGED: Rule = Rule {
    id: "model/fallback-target-changed",
    summary: "another model stands in",
    applies: |fact| fact.aspect == "fallback-target",
    message: |fact| format!("the fallback is {}{}", became(fact), Relation::ending(fact)),
    ..FALLBACK
};

pub(super) const FALLBACK_REORDERED: Rule = Rule {
    id: "model/fallback-reordered",
    summary: "the models stand in in another order, or by other settings",
    applies: |fact| fact.aspect == "fallback",
    message: |fact| format!("{} has another place among the fallbacks", quoted(fact.new_text())),
    ..FALLBACK
};

pub(super) const ROUTE_WEIGHT_CHANGED: Rule = Rule {
    id: "model/route-weight-changed",
    risk: Risk::High,
    summary: "another share of the traffic goes to the model",
    why: "A weight is exposure. Moved by an edit, it bypasses the steps that a rollout takes with evidence at each.",
    remedy: "Move weights by a rollout plan.",
    applies: |fact| fact.aspect == "weight",
    message: setting,
    ..BASE
};

pub(super) const TIMEOUT_OR_RETRY_CHANGED: Rule = Rule {
    id: "model/timeout-or-retry-changed",
    risk: Risk::Low,
    gates: &[Gate::Smoke],
    summary: "a timeout or the number of retries changed",
    why: "It decides when a slow answer becomes an error, and how many answers a failing provider is asked for.",
    remedy: "Compare with the measured latency.",
    applies: |fact| fact.aspect == "timeout",
    message: setting,
    ..BASE
};

pub(super) const RATE_LIMIT_CHANGED: Rule = Rule {
    id: "model/rate-limit-changed",
    risk: Risk::Low,
    summary: "how many requests may run changed",
    why: "Under load it decides who waits.",
    remedy: "Compare with the provider's quota.",
    applies: |fact| fact.aspect == "rate-limit",
    message: setting,
    ..BASE
};

pub(super) const COST_INCREASED: Rule = Rule {
    id: "model/cost-increased",
    gates: &[Gate::Cost],
    summary: "the model costs more",
    why: "The same traffic costs more from the first request on, and nothing fails to say so.",
    remedy: "Run the cost gate on the eval set, and agree the new budget before the change takes traffic.",
    applies: |fact| fact.aspect == "cost" && fact.has("dearer"),
    message: |fact| match fact.has("listed") {
        true => format!("dearer by the list: a million tokens cost {} instead of {}", fact.new_text(), fact.old_text()),
        false => format!("dearer: {}", setting(fact)),
    },
    ..BASE
};

pub(super) const COST_CHANGED: Rule = Rule {
    id: "model/cost-changed",
    gates: &[Gate::Cost],
    summary: "a declared price fell, or rose a little",
    why: "Budgets and routing decisions are computed from it.",
    remedy: "Run the cost gate with the new prices.",
    applies: |fact| fact.aspect == "cost",
    message: |fact| match fell(fact) {
        true => format!("cheaper: {}", setting(fact)),
        false => setting(fact),
    },
    ..BASE
};

pub(super) const CACHE_SETTINGS_CHANGED: Rule = Rule {
    id: "model/cache-settings-changed",
    risk: Risk::Low,
    gates: &[Gate::Cost],
    summary: "prompt caching changed",
    why: "The same calls cost more or less, and their first token comes later or sooner.",
    remedy: "Run the cost gate.",
    applies: |fact| fact.aspect == "cache",
    message: setting,
    ..BASE
};

pub(super) const METADATA_CHANGED: Rule = Rule {
    id: "model/metadata-changed",
    class: Class::Cosmetic,
    risk: Risk::None,
    summary: "a note, owner, tag or declared version changed",
    why: "People read it; no request does.",
    remedy: "Nothing to do.",
    applies: |fact| fact.aspect == "metadata",
    message: setting,
    ..BASE
};
