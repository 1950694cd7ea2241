//! How a model is asked: sampling, stops, reasoning, safety, everything else.

use super::{BASE, fell, numbers, rose, turned_off, turned_on};
use crate::domain::{Bump, Class, Event, Fact, Gate, Risk, Rule};
use crate::kinds::shared::sentence::{quoted, setting};

pub(super) const DETERMINISM_LOST: Rule = Rule {
    id: "model/determinism-lost",
    risk: Risk::High,
    gates: &[Gate::Eval],
    summary: "the same input no longer gives (nearly) the same answer",
    why: "Temperature left zero or the seed went. One run of an eval no longer tells what the next one will say.",
    remedy: "Measure with repeats and report the spread, or keep the setting.",
    applies: |fact| is_temperature(fact) && left_zero(fact) || fact.is_about("seed", Event::Removed),
    message: setting,
    ..BASE
};

pub(super) const DETERMINISM_GAINED: Rule = Rule {
    id: "model/determinism-gained",
    risk: Risk::Low,
    gates: &[Gate::Eval],
    summary: "the same input now gives (nearly) the same answer",
    why: "Answers lose variety, and whichever one the model settles on is the one that everybody gets.",
    remedy: "Run the evals once; variety that a feature relies on must come from elsewhere.",
    applies: |fact| is_temperature(fact) && came_to_zero(fact) || fact.is_about("seed", Event::Added),
    message: setting,
    ..BASE
};

pub(super) const SAMPLING_CHANGED: Rule = Rule {
    id: "model/sampling-changed",
    gates: &[Gate::Eval],
    summary: "temperature, top-p, top-k, a penalty or the seed changed",
    why: "The distribution of answers is another one, most of all in its tails: rare formats, rare refusals.",
    remedy: "Run the evals with repeats.",
    applies: |fact| matches!(fact.aspect, "sampling" | "seed"),
    message: setting,
    ..BASE
};

pub(super) const STOP_CHANGED: Rule = Rule {
    id: "model/stop-changed",
    risk: Risk::High,
    gates: &[Gate::Eval, Gate::Integration],
    summary: "the stop sequences changed",
    why: "Answers end elsewhere: too early in the middle of a structure, or too late with text that nobody parses.",
    remedy: "Run the parsers of this model's answers over an eval run.",
    applies: |fact| fact.aspect == "stop",
    message: setting,
    ..BASE
};

pub(super) const REASONING_CHANGED: Rule = Rule {
    id: "model/reasoning-changed",
    gates: &[Gate::Eval, Gate::Cost],
    summary: "the model thinks more or less before it answers",
    why: "Quality, latency and price all move together with the reasoning budget.",
    remedy: "Run eval and cost together.",
    applies: |fact| fact.aspect == "reasoning",
    message: setting,
    ..BASE
};

pub(super) const SAFETY_SETTINGS_WEAKENED: Rule = Rule {
    id: "model/safety-settings-weakened",
    bump: Some(Bump::Major),
    risk: Risk::Critical,
    gates: &[Gate::Safety, Gate::Review],
    summary: "a safety filter is off or blocks less",
    why: "What the filter stopped now reaches people.",
    remedy: "Run the safety eval, and have whoever owns safety agree.",
    applies: |fact| {
        fact.aspect == "safety" && (turned_off(fact) || strictness(fact).is_some_and(|(old, new)| new < old))
    },
    message: setting,
    ..BASE
};

pub(super) const SAFETY_SETTINGS_STRENGTHENED: Rule = Rule {
    id: "model/safety-settings-strengthened",
    gates: &[Gate::Eval],
    summary: "a safety filter is on or blocks more",
    why: "Harmless requests may be refused as well.",
    remedy: "Run the evals and count the refusals.",
    applies: |fact| {
        fact.aspect == "safety" && (turned_on(fact) || strictness(fact).is_some_and(|(old, new)| new > old))
    },
    message: setting,
    ..BASE
};

pub(super) const SAFETY_SETTINGS_CHANGED: Rule = Rule {
    id: "model/safety-settings-changed",
    risk: Risk::High,
    gates: &[Gate::Safety],
    summary: "a safety setting changed in a direction that its values do not tell",
    why: "pv cannot prove that the filter did not get weaker.",
    remedy: "Run the safety eval.",
    applies: |fact| fact.aspect == "safety",
    message: setting,
    ..BASE
};

pub(super) const OUTPUT_OPTIONS_CHANGED: Rule = Rule {
    id: "model/logprobs-or-output-options-changed",
    risk: Risk::Low,
    gates: &[Gate::Integration],
    summary: "streaming, log probabilities or the number of answers changed",
    why: "The code that receives the answer gets it in another form.",
    remedy: "Run the integration test of the caller.",
    applies: |fact| fact.aspect == "output-option",
    message: setting,
    ..BASE
};

pub(super) const SETTING_RENAMED: Rule = Rule {
    id: "model/setting-renamed",
    class: Class::Breaking,
    risk: Risk::High,
    gates: &[Gate::Integration],
    summary: "a setting has another name and the same value",
    why: "Code that reads the old name finds nothing and goes on with its default; only code that knows the new name \
          still gets the value.",
    remedy: "Change the code that reads the setting in the same release, or keep both names for one.",
    applies: |fact| fact.is_about("setting", Event::Renamed),
    message: |fact| format!("the setting `{}` is now called {}", fact.subject, quoted(fact.new_text())),
    ..BASE
};

pub(super) const PARAM_OTHER_CHANGED: Rule = Rule {
    id: "model/param-other-changed",
    risk: Risk::Low,
    gates: &[Gate::Smoke],
    summary: "a setting changed of which pv has no special knowledge",
    why: "It reaches the model or the code around it; what it does there only its reader knows.",
    remedy: "Look the setting up, and run at least a smoke eval.",
    applies: |fact| fact.aspect != "artefact",
    message: setting,
    ..BASE
};

fn is_temperature(fact: &Fact) -> bool {
    fact.aspect == "sampling" && fact.subject.to_ascii_lowercase().ends_with("temperature")
}

fn left_zero(fact: &Fact) -> bool {
    numbers(fact).is_some_and(|(old, _)| old == 0.0) && rose(fact)
}

fn came_to_zero(fact: &Fact) -> bool {
    numbers(fact).is_some_and(|(_, new)| new == 0.0) && fell(fact)
}

/// How much the old and the new threshold block, where their words tell.
fn strictness(fact: &Fact) -> Option<(usize, usize)> {
    const ORDER: [&[&str]; 4] = [
        &["block_none", "off", "none"],
        &["block_only_high", "only_high", "high"],
        &["block_medium_and_above", "medium"],
        &["block_low_and_above", "low"],
    ];
    let rank = |text: &str| ORDER.iter().position(|words| words.contains(&text.to_ascii_lowercase().as_str()));
    Some((rank(fact.old_text())?, rank(fact.new_text())?))
}
