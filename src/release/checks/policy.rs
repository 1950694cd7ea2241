//! Policy that a change would judge itself by.

use super::Check;

/// The checks of this family.
pub const CHECKS: &[&Check] = &[&ARTEFACT_RELEASED, &BASE_UNREADABLE];

/// A change takes artefacts out of management.
pub const ARTEFACT_RELEASED: Check = Check {
    id: "policy/artefact-unmanaged",
    summary: "the change takes an artefact out of management, by pv.toml or by moving it",
    why: "A change that stops managing a prompt would otherwise be judged by nothing.",
    remedy: "Keep the path selected in pv.toml; or take it out in a pull request of its own. A copy of something removed that is only kept for the record can be added in a later one.",
};

/// The base's policy has faults.
pub const BASE_UNREADABLE: Check = Check {
    id: "policy/base-unreadable",
    summary: "the base's pv.toml has faults, so the built-in policy judges",
    why: "Somebody must be able to mend a broken pv.toml, and a change never judges itself.",
    remedy: "Mend pv.toml in a pull request of its own.",
};
