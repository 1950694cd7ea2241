//! What a feature depends on.

use crate::domain::{Class, Event, Fact, Gate, Risk, Rule, Version};
use crate::kinds::shared::base::BASE;
use crate::kinds::shared::sentence::{became, quoted};

/// The feature runs on another version of something.
const UPGRADE: Rule = Rule {
    gates: &[Gate::Eval],
    why: "The feature now runs on what that version does; what was measured on the old one does not carry over.",
    remedy: "Compare the two versions with `pv diff`, and run the feature's evals on the new one.",
    ..BASE
};

pub(super) const DEPENDENCY_ADDED: Rule = Rule {
    id: "feature/dependency-added",
    gates: &[Gate::Integration],
    summary: "the feature depends on a further artefact",
    why: "The feature works only where that artefact is deployed, so it has to ship first.",
    remedy: "Ship the artefact before the feature is enabled; data and tools before the prompts that use them.",
    applies: |fact| fact.is_about("dependency", Event::Added),
    message: |fact| format!("the feature now depends on {}", quoted(fact.new_text())),
    ..BASE
};

pub(super) const DEPENDENCY_REMOVED: Rule = Rule {
    id: "feature/dependency-removed",
    summary: "the feature no longer depends on an artefact",
    why: "The artefact is no longer checked, locked and rolled back with the feature. If the feature still uses it, \
          nothing will say so.",
    remedy: "Make sure that nothing in the feature still uses it.",
    applies: |fact| fact.is_about("dependency", Event::Removed),
    message: |fact| format!("the feature no longer depends on {}", quoted(fact.old_text())),
    ..BASE
};

pub(super) const DEPENDENCY_RANGE_LOOSENED: Rule = Rule {
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

pub(super) const DEPENDENCY_DOWNGRADED: Rule = Rule {
    id: "feature/dependency-downgraded",
    risk: Risk::High,
    summary: "the feature runs on an older version of something",
    why: "This is a rollback or a mistake, and the two look alike. Other dependencies may count on the newer version.",
    remedy: "If it is a rollback, record it as one; check what else was made for the newer version.",
    applies: |fact| versions(fact).is_some_and(|(old, new)| new < old),
    message: |fact| format!("downgraded: {}", became(fact)),
    ..UPGRADE
};

pub(super) const DEPENDENCY_UPGRADED_MAJOR: Rule = Rule {
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

pub(super) const DEPENDENCY_UPGRADED_MINOR: Rule = Rule {
    id: "feature/dependency-upgraded-minor",
    summary: "a dependency has a newer minor version, a newer date, or a version that cannot be ordered",
    applies: |fact| versions(fact).is_some_and(|(old, new)| !is_patch(&old, &new)),
    message: |fact| format!("upgraded: {}", became(fact)),
    ..UPGRADE
};

pub(super) const DEPENDENCY_UPGRADED_PATCH: Rule = Rule {
    id: "feature/dependency-upgraded-patch",
    summary: "a dependency has a newer patch version",
    applies: |fact| fact.aspect == "dependency",
    message: |fact| format!("a patch version up: {}", became(fact)),
    ..UPGRADE
};

pub(super) const DEPENDENCY_CYCLE: Rule = Rule {
    id: "feature/dependency-cycle",
    class: Class::Integrity,
    risk: Risk::Critical,
    gates: &[Gate::Review],
    summary: "features depend on each other in a circle",
    why: "Each waits for the other to ship first, so there is no order in which they can ship, and none in which they can \
          be rolled back.",
    remedy: "Move what they share into an artefact that both depend on.",
    applies: |fact| fact.aspect == "dependency-cycle",
    message: |fact| format!("a circle of dependencies: {}", quoted(&fact.subject)),
    ..BASE
};

pub(super) const DEPENDENCY_INCOMPATIBLE: Rule = Rule {
    id: "feature/dependency-incompatible",
    class: Class::Integrity,
    risk: Risk::High,
    gates: &[Gate::Review],
    summary: "two features need different major versions of one artefact",
    why: "Only one of the two versions is live at a time, and what the other feature counts on is not there.",
    remedy: "Move both features to one major version, or give the second version a name of its own.",
    applies: |fact| fact.aspect == "dependency-incompatible",
    message: |fact| format!("{} cannot be met: the feature {}", quoted(fact.new_text()), fact.subject),
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
