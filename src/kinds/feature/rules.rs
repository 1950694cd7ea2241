//! The rules for features.

use crate::domain::{ChangeType, Class, Event, Fact, Gate, Risk, Rule, Version};
use crate::kinds::shared::base::BASE;
use crate::kinds::shared::lifecycle;
use crate::kinds::shared::sentence::{became, quoted};

/// Every rule for features; the first that applies claims a fact.
pub(super) const RULES: &[Rule] = &[
    lifecycle::added("feature/added", ChangeType::AgentCode),
    Rule { gates: &[Gate::Integration], ..lifecycle::removed("feature/removed", ChangeType::AgentCode) },
    Rule { gates: &[Gate::Integration], ..lifecycle::renamed("feature/renamed", ChangeType::AgentCode) },
    lifecycle::source_format_changed("feature/source-format-changed", ChangeType::AgentCode),
    DEPENDENCY_ADDED,
    DEPENDENCY_REMOVED,
    DEPENDENCY_RANGE_LOOSENED,
    DEPENDENCY_DOWNGRADED,
    DEPENDENCY_UPGRADED_MAJOR,
    DEPENDENCY_UPGRADED_MINOR,
    DEPENDENCY_UPGRADED_PATCH,
    FLAG_RENAMED,
    FLAG_REMOVED,
    FLAG_DEFAULT_CHANGED,
    CANARY_INCREASED,
    CANARY_DECREASED,
    CANARY_STAGE_CHANGED,
    AUDIENCE_CHANGED,
    KILL_SWITCH_REMOVED,
    ROLLBACK_TARGET_CHANGED,
    ORDER_CHANGED,
    GATE_REMOVED,
    OWNER_CHANGED,
    METADATA_CHANGED,
    lifecycle::content_changed("feature/content-changed", ChangeType::AgentCode),
];

/// The feature runs on another version of something.
const UPGRADE: Rule = Rule {
    gates: &[Gate::Eval],
    why: "The feature now runs on what that version does; what was measured on the old one does not carry over.",
    remedy: "Compare the two versions with `pv diff`, and run the feature's evals on the new one.",
    ..BASE
};

const DEPENDENCY_ADDED: Rule = Rule {
    id: "feature/dependency-added",
    gates: &[Gate::Integration],
    summary: "the feature depends on a further artefact",
    why: "The feature works only where that artefact is deployed, so it has to ship first.",
    remedy: "Ship the artefact before the feature is enabled; data and tools before the prompts that use them.",
    applies: |fact| fact.is_about("dependency", Event::Added),
    message: |fact| format!("the feature now depends on {}", quoted(fact.new_text())),
    ..BASE
};

const DEPENDENCY_REMOVED: Rule = Rule {
    id: "feature/dependency-removed",
    summary: "the feature no longer depends on an artefact",
    why: "The artefact is no longer checked, locked and rolled back with the feature. If the feature still uses it, \
          nothing will say so.",
    remedy: "Make sure that nothing in the feature still uses it.",
    applies: |fact| fact.is_about("dependency", Event::Removed),
    message: |fact| format!("the feature no longer depends on {}", quoted(fact.old_text())),
    ..BASE
};

const DEPENDENCY_RANGE_LOOSENED: Rule = Rule {
    id: "feature/dependency-range-loosened",
    class: Class::Breaking,
    risk: Risk::High,
    gates: &[Gate::Review],
    summary: "a dependency no longer names one version",
    why: "What the feature runs on now depends on the day. A release cannot be reproduced, and a rollback does not know \
          where to.",
    remedy: "Name one version again.",
    applies: |fact| versions(fact).is_some_and(|(old, new)| is_exact(&old) && !is_exact(&new)),
    message: |fact| format!("{} no longer names one version: {}", quoted(&fact.subject), became(fact)),
    ..BASE
};

const DEPENDENCY_DOWNGRADED: Rule = Rule {
    id: "feature/dependency-downgraded",
    risk: Risk::High,
    summary: "the feature runs on an older version of something",
    why: "This is a rollback or a mistake, and the two look alike. Other dependencies may count on the newer version.",
    remedy: "If it is a rollback, record it as one; check what else was made for the newer version.",
    applies: |fact| versions(fact).is_some_and(|(old, new)| new < old),
    message: |fact| format!("downgraded: {}", became(fact)),
    ..UPGRADE
};

const DEPENDENCY_UPGRADED_MAJOR: Rule = Rule {
    id: "feature/dependency-upgraded-major",
    class: Class::Breaking,
    risk: Risk::High,
    gates: &[Gate::Integration, Gate::Eval],
    summary: "a dependency has another major version",
    why: "A major version says that a consumer of the old one can fail, and this feature is a consumer.",
    remedy: "Read what broke with `pv diff` between the two versions, and change the feature's other parts with it.",
    applies: |fact| matches!(versions(fact), Some((Version::Semver(old, ..), Version::Semver(new, ..))) if new > old),
    message: |fact| format!("a major version up: {}", became(fact)),
    ..BASE
};

const DEPENDENCY_UPGRADED_MINOR: Rule = Rule {
    id: "feature/dependency-upgraded-minor",
    summary: "a dependency has a newer minor version, a newer date, or a version that cannot be ordered",
    applies: |fact| versions(fact).is_some_and(|(old, new)| !is_patch(&old, &new)),
    message: |fact| format!("upgraded: {}", became(fact)),
    ..UPGRADE
};

const DEPENDENCY_UPGRADED_PATCH: Rule = Rule {
    id: "feature/dependency-upgraded-patch",
    summary: "a dependency has a newer patch version",
    applies: |fact| fact.aspect == "dependency",
    message: |fact| format!("a patch version up: {}", became(fact)),
    ..UPGRADE
};

const FLAG_RENAMED: Rule = Rule {
    id: "feature/flag-renamed",
    class: Class::Breaking,
    risk: Risk::High,
    gates: &[Gate::Integration],
    summary: "the feature has another flag",
    why: "Code that asks for the old key gets the default and shows the feature to nobody, or to everybody.",
    remedy: "Change the code that asks for the flag in the same release, or serve both keys for one.",
    applies: |fact| fact.is_about("flag", Event::Renamed),
    message: |fact| format!("the flag is {}", became(fact)),
    ..BASE
};

const FLAG_REMOVED: Rule = Rule {
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

const FLAG_DEFAULT_CHANGED: Rule = Rule {
    id: "feature/flag-default-changed",
    risk: Risk::Critical,
    gates: &[Gate::Review],
    summary: "what people get without a rule of their own changed",
    why: "A default reaches everybody at once, past every canary step.",
    remedy: "Raise the percentage step by step instead, and change the default last.",
    applies: |fact| fact.aspect == "flag-default",
    message: |fact| format!("the default `{}` is {}", fact.subject, became(fact)),
    ..BASE
};

const CANARY_INCREASED: Rule = Rule {
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

const CANARY_DECREASED: Rule = Rule {
    id: "feature/canary-decreased",
    risk: Risk::Low,
    summary: "fewer people see the feature",
    why: "This is what containing a problem looks like; those who had the feature lose it.",
    remedy: "Say why, so that the next step up waits for the answer.",
    applies: |fact| fact.aspect == "canary",
    message: |fact| format!("fewer people see it: `{}` is {}", fact.subject, became(fact)),
    ..BASE
};

const CANARY_STAGE_CHANGED: Rule = Rule {
    id: "feature/canary-stage-changed",
    risk: Risk::High,
    gates: &[Gate::Review],
    summary: "the planned steps of the rollout changed",
    why: "Fewer or shorter steps mean that a problem reaches more people before anybody can see it.",
    remedy: "Have whoever owns the release agree.",
    applies: |fact| fact.aspect == "canary-stage",
    message: |fact| format!("the steps are {}", became(fact)),
    ..BASE
};

const AUDIENCE_CHANGED: Rule = Rule {
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

const KILL_SWITCH_REMOVED: Rule = Rule {
    id: "feature/kill-switch-removed",
    class: Class::Integrity,
    risk: Risk::Critical,
    gates: &[Gate::Review],
    summary: "the off switch is gone or is another one",
    why: "The first act in an incident is to switch the feature off. Whoever is on call must find the switch where it was.",
    remedy: "Restore the switch, or rehearse the new one and tell who is on call.",
    applies: |fact| fact.aspect == "kill-switch" && fact.event != Event::Added,
    message: |fact| format!("the kill switch is {}", became(fact)),
    ..BASE
};

const ROLLBACK_TARGET_CHANGED: Rule = Rule {
    id: "feature/rollback-target-changed",
    class: Class::Integrity,
    risk: Risk::Critical,
    gates: &[Gate::Review],
    summary: "a rollback leads elsewhere",
    why: "A rollback is taken in a hurry and must lead to what is known to be good.",
    remedy: "Rehearse the rollback to the new target.",
    applies: |fact| fact.aspect == "rollback-target",
    message: |fact| format!("`{}` is {}", fact.subject, became(fact)),
    ..BASE
};

const ORDER_CHANGED: Rule = Rule {
    id: "feature/order-changed",
    risk: Risk::High,
    gates: &[Gate::Integration],
    summary: "the parts ship in another order",
    why: "Foundations ship before what stands on them: data and tools before the prompts that use them.",
    remedy: "Check each part against what it needs.",
    applies: |fact| fact.aspect == "order",
    message: |fact| format!("the order is {}", became(fact)),
    ..BASE
};

const GATE_REMOVED: Rule = Rule {
    id: "feature/gate-removed",
    class: Class::Breaking,
    risk: Risk::Critical,
    gates: &[Gate::Review],
    summary: "the gates that the feature must pass changed",
    why: "A gate that is gone is a promise to the release that nobody keeps any more.",
    remedy: "Keep the gate, or have whoever owns the release agree to drop it.",
    applies: |fact| fact.aspect == "gate" && fact.event != Event::Added,
    message: |fact| format!("the gate {} is gone", quoted(fact.old_text())),
    ..BASE
};

const OWNER_CHANGED: Rule = Rule {
    id: "feature/owner-changed",
    class: Class::Cosmetic,
    risk: Risk::Low,
    summary: "somebody else owns the feature",
    why: "Nothing that people see changed; whom to ask did.",
    remedy: "Tell the new owner.",
    applies: |fact| fact.aspect == "owner",
    message: |fact| format!("the owner is {}", became(fact)),
    ..BASE
};

const METADATA_CHANGED: Rule = Rule {
    id: "feature/metadata-changed",
    class: Class::Cosmetic,
    risk: Risk::None,
    summary: "a note, title or declared version changed",
    why: "People read it; nothing else does.",
    remedy: "Nothing to do.",
    applies: |fact| fact.aspect == "metadata",
    message: |fact| format!("`{}` is {}", fact.subject, became(fact)),
    ..BASE
};

/// The old and the new version of a dependency that stayed.
fn versions(fact: &Fact) -> Option<(Version, Version)> {
    let version = |text: &str| text.rsplit_once('@').map_or("", |(_, version)| version).parse::<Version>().ok();
    let stayed = fact.is_about("dependency", Event::Changed);
    if stayed { Some((version(fact.old_text())?, version(fact.new_text())?)) } else { None }
}

fn is_exact(version: &Version) -> bool {
    !matches!(version, Version::Label(_))
}

fn is_patch(old: &Version, new: &Version) -> bool {
    matches!((old, new), (Version::Semver(a, b, _), Version::Semver(x, y, _)) if (a, b) == (x, y))
}

fn rose(fact: &Fact) -> bool {
    let number = |text: &str| text.trim_end_matches('%').trim().parse::<f64>().ok();
    let (old, new) = (number(fact.old_text()), number(fact.new_text()));
    new.is_some_and(|new| new > old.unwrap_or(0.0))
}
