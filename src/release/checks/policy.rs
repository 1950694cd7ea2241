//! Policy that a change would judge itself by.

use super::Check;

/// The checks of this family.
pub const CHECKS: &[&Check] = &[&ARTEFACT_RELEASED, &BASE_UNREADABLE];

/// A change takes artefacts out of management.
pub const ARTEFACT_RELEASED: Check = Check {
    id: "policy/artefact-unmanaged",
    summary: "a changed file was an artefact under the base's pv.toml and is none under the change's own",
    why: "A change that stops managing a prompt would otherwise be judged by nothing.",
    remedy: "Change pv.toml in a pull request of its own first, or keep the path managed.",
};

/// The base's policy has faults.
pub const BASE_UNREADABLE: Check = Check {
    id: "policy/base-unreadable",
    summary: "the base's pv.toml has faults, so the change's own policy judges it",
    why: "Somebody must be able to mend a broken pv.toml; whoever reviews that should know that it judges itself.",
    remedy: "Look at the policy itself in the review.",
};
