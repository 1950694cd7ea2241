//! What is unfit about a pin as it stands: it floats, it is about to go, it is gone.

use super::BASE;
use crate::domain::{Class, Confidence, Event, Fact, Risk, Rule};
use crate::kinds::shared::sentence::quoted;

pub(super) const ALIAS_FLOATING: Rule = Rule {
    id: "model/alias-floating",
    class: Class::Integrity,
    risk: Risk::High,
    confidence: Confidence::External,
    summary: "the pin is a name that its maker moves from snapshot to snapshot",
    why: "Evidence is bound to the model that was measured. Under a floating name the provider puts another one in its \
          place on a day of its own choosing, and nothing in this repository changes.",
    remedy: "Pin the snapshot that you measured. Where the id is fixed in your deployment, say so in a `[[model]]` entry of \
             pv.toml with `floating = false`.",
    applies: |fact| fact.is_about("model", Event::Unfit) && fact.has("floating"),
    message: |fact| format!("`{}` floats: {} is whatever its maker makes of it", fact.subject, quoted(fact.new_text())),
    ..BASE
};

/// A model that leaves, by the dates of the catalogue.
const LEAVING: Rule = Rule {
    class: Class::Integrity,
    confidence: Confidence::External,
    why: "From the day of its retirement every request to the model fails. A successor needs its evals run, its prompts \
          adjusted and its rollout done before that day.",
    remedy: "Plan the successor now. The date is from pv's catalogue of 2026-11-22: check it with the provider, and correct it in \
             a `[[model]]` entry of pv.toml where it does not hold for you.",
    message: |fact| fact.subject.clone(),
    ..BASE
};

pub(super) const RETIRED: Rule = Rule {
    id: "model/retired",
    risk: Risk::Critical,
    summary: "the model is no longer served",
    why: "Every request to it fails, or the provider answers with another model that nobody here measured.",
    applies: |fact| is_leaving(fact, "retired"),
    ..LEAVING
};

pub(super) const RETIRING_SOON: Rule = Rule {
    id: "model/retiring-soon",
    risk: Risk::High,
    summary: "the model retires within the days that `retire-warn-days` sets",
    applies: |fact| is_leaving(fact, "retiring-soon"),
    ..LEAVING
};

pub(super) const DEPRECATED: Rule = Rule {
    id: "model/deprecated",
    risk: Risk::Medium,
    summary: "the model's retirement is announced",
    applies: |fact| is_leaving(fact, "deprecated"),
    ..LEAVING
};

fn is_leaving(fact: &Fact, how: &str) -> bool {
    fact.is_about("retirement", Event::Unfit) && fact.has(how)
}
