//! Who sees a feature, and by what flag.

use crate::domain::{Bump, Class, Confidence, Event, Fact, Gate, Risk, Rule};
use crate::kinds::shared::base::BASE;
use crate::kinds::shared::sentence::{became, quoted};

pub(super) const FLAG_RENAMED: Rule = Rule {
    id: "feature/flag-renamed",
    class: Class::Breaking,
    confidence: Confidence::Likely,
    risk: Risk::High,
    gates: &[Gate::Integration],
    summary: "the feature has another flag",
    why: "Code that asks for the old key gets the default and shows the feature to nobody, or to everybody.",
    remedy: "Change the code that asks for the flag in the same release, or serve both keys for one.",
    applies: |fact| fact.is_about("flag", Event::Renamed),
    message: |fact| format!("the flag is {}", became(fact)),
    ..BASE
};

pub(super) const FLAG_REMOVED: Rule = Rule {
    id: "feature/flag-removed",
    class: Class::Breaking,
    risk: Risk::High,
    gates: &[Gate::Integration],
    summary: "the feature lost its flag, or got one",
    why: "Without a flag the feature cannot be shown to some and switched off for all; with a new one, code must ask \
          for it.",
    remedy: "Keep a flag as long as the feature may have to be switched off.",
    applies: |fact| fact.aspect == "flag",
    message: |fact| format!("the flag is {}", became(fact)),
    ..BASE
};

pub(super) const FLAG_DEFAULT_CHANGED: Rule = Rule {
    id: "feature/flag-default-changed",
    risk: Risk::Critical,
    bump: Some(Bump::Major),
    gates: &[Gate::Review],
    summary: "what people get without a rule of their own changed",
    why: "A default reaches everybody at once, past every canary step.",
    remedy: "Raise the percentage step by step instead, and change the default last.",
    applies: |fact| fact.aspect == "flag-default",
    message: |fact| format!("the default `{}` is {}", fact.subject, became(fact)),
    ..BASE
};

pub(super) const CANARY_INCREASED: Rule = Rule {
    id: "feature/canary-increased",
    risk: Risk::High,
    gates: &[Gate::Feedback],
    summary: "more people see the feature",
    why: "Each step is taken on the evidence of the one before.",
    remedy: "Record the evidence of the previous step first.",
    applies: |fact| fact.aspect == "canary" && (rose(fact) || fact.event == Event::Removed),
    message: |fact| format!("more people see it: `{}` is {}", fact.subject, became(fact)),
    ..BASE
};

pub(super) const CANARY_DECREASED: Rule = Rule {
    id: "feature/canary-decreased",
    risk: Risk::Low,
    summary: "fewer people see the feature",
    why: "This is what containing a problem looks like; those who had the feature lose it.",
    remedy: "Say why, so that the next step up waits for the answer.",
    applies: |fact| fact.aspect == "canary",
    message: |fact| format!("fewer people see it: `{}` is {}", fact.subject, became(fact)),
    ..BASE
};

pub(super) const AUDIENCE_CHANGED: Rule = Rule {
    id: "feature/audience-changed",
    risk: Risk::High,
    gates: &[Gate::Feedback],
    summary: "other people see the feature",
    why: "Evidence from one segment or region says little about the next.",
    remedy: "Watch the new segment from its first day.",
    applies: |fact| fact.aspect == "audience",
    message: |fact| match fact.event {
        Event::Added => format!("{} now sees it", quoted(fact.new_text())),
        Event::Removed => format!("{} no longer sees it", quoted(fact.old_text())),
        _ => format!("the audience is {}", became(fact)),
    },
    ..BASE
};

pub(super) const FLAG_KEY_REUSED: Rule = Rule {
    id: "feature/flag-key-reused",
    class: Class::Integrity,
    risk: Risk::High,
    gates: &[Gate::Review],
    summary: "the key of a flag that belonged to a removed feature is used again",
    why: "Code, caches and saved settings that still ask for the old flag now switch something else.",
    remedy: "Give the flag a key that was never used.",
    applies: |fact| fact.aspect == "flag-reused",
    message: |fact| format!("the flag {} belonged to a feature that is gone", quoted(&fact.subject)),
    ..BASE
};

pub(super) const FLAG_EXPIRED: Rule = Rule {
    id: "feature/flag-expired",
    class: Class::Integrity,
    risk: Risk::Low,
    summary: "the flag is past its day, and everybody has the feature",
    why: "A flag that nobody will turn any more is a second way through the code that nobody tests.",
    remedy: "Remove the flag and keep the feature, or give the flag a new day.",
    applies: |fact| fact.aspect == "flag-expired",
    message: |fact| format!("the flag was to be gone by {}", quoted(&fact.subject)),
    ..BASE
};

pub(super) const CANARY_STEP_SKIPPED: Rule = Rule {
    id: "feature/canary-step-skipped",
    class: Class::Integrity,
    risk: Risk::High,
    gates: &[Gate::Feedback, Gate::Review],
    summary: "the percentage jumps over a step of the feature's own plan",
    why: "The step is in the plan because its evidence was to be seen before more people are reached.",
    remedy: "Take the step in between, or change the plan first and have it agreed.",
    applies: |fact| fact.aspect == "canary" && fact.has("skips"),
    message: |fact| format!("a planned step is left out: `{}` is {}", fact.subject, became(fact)),
    ..BASE
};

fn rose(fact: &Fact) -> bool {
    let number = |text: &str| text.trim_end_matches('%').trim().parse::<f64>().ok();
    let (old, new) = (number(fact.old_text()), number(fact.new_text()));
    new.is_some_and(|new| new > old.unwrap_or(0.0))
}
