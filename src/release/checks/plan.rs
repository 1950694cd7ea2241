//! Plans that a release may not follow.

use super::Check;

/// The checks of this family.
pub const CHECKS: &[&Check] = &[
    &DIGEST_MOVED,
    &PLAN_MISSING,
    &REASON_MISSING,
    &COUPLING_MISSING,
    &BASE_UNFINISHED,
    &OWNER_MISSING,
    &METHOD_MISSING,
    &FLAG_MISSING,
    &CUT_EARLIER,
    &POLICY_CHANGED,
];

/// It is not the plan that was reviewed.
pub const DIGEST_MOVED: Check = Check {
    id: "plan/digest-moved",
    summary: "the plan is not the one that was reviewed",
    why: "Somebody agreed to exactly these versions, in this order, by these steps; an artefact, the policy or the release before it has changed since.",
    remedy: "Look at the plan as it is now with `pv plan`, and name its digest.",
};

/// A digest was named, and there is nothing to plan.
pub const PLAN_MISSING: Check = Check {
    id: "plan/plan-missing",
    summary: "a plan was named, and the release has none",
    why: "The first release is what was live before pv came: it has no steps, and so no plan.",
    remedy: "Leave out --plan.",
};

/// It is coordinated and nobody says why.
pub const REASON_MISSING: Check = Check {
    id: "plan/reason-missing",
    summary: "a coordinated release, or one with steps of its own, does not say why",
    why: "Together means several change types in flight at once and a rollback that is harder; one after another is the rule, by the steps of the policy.",
    remedy: "Say why with --because, or leave it sequenced: `pv plan --mode sequenced`.",
};

/// Its changes have nothing to do with each other.
pub const COUPLING_MISSING: Check = Check {
    id: "plan/coupling-missing",
    summary: "a coordinated release holds a change that no other one of it needs or is needed by",
    why: "Only what cannot work apart has to go together; everything else is safer on its own.",
    remedy: "Leave it sequenced: `pv plan --mode sequenced`; or release the independent change by itself.",
};

/// The release before it is not live yet.
pub const BASE_UNFINISHED: Check = Check {
    id: "plan/base-unfinished",
    summary: "the release that this one goes on from is not what is live",
    why: "Gates compare with the live version, and a rollback goes back to it; a canary on top of a canary has neither.",
    remedy: "Finish it with `pv rollout step`, or take it back: `pv rollout abort`, `pv rollback run`.",
};

/// Nobody answers for a change of several that go together.
pub const OWNER_MISSING: Check = Check {
    id: "plan/owner-missing",
    summary: "a change of a coordinated release has no owner",
    why: "Several teams release at once: each change needs somebody who answers for it and takes it back.",
    remedy: "Name one: `owner` in the artefact, or in its intent (`pv change add`).",
};

/// There is no way back for a change.
pub const METHOD_MISSING: Check = Check {
    id: "plan/rollback-method-missing",
    summary: "a change has no way back",
    why: "Without a way back of its own, one bad change means taking back everything.",
    remedy: "Set `rollback.method` of its type in pv.toml.",
};

/// Users see several changes at once and no flag decides about it.
pub const FLAG_MISSING: Check = Check {
    id: "plan/flag-missing",
    summary: "several changes that users see go together, and no feature flag covers them",
    why: "A flag takes all of it back at once and leaves the changes where they are.",
    remedy: "List them as `dependencies` of a feature with a flag.",
};

/// Time goes one way.
pub const CUT_EARLIER: Check = Check {
    id: "plan/cut-earlier",
    summary: "a release would be cut before the one that it goes on from",
    why: "What was live when is read from the times of the releases; in another order they tell another story.",
    remedy: "Cut it now: leave out --at, or give a later instant.",
};

/// The yardstick moved.
pub const POLICY_CHANGED: Check = Check {
    id: "plan/policy-changed",
    summary: "the policy is another one than when the release before was cut",
    why: "A release is judged by the pv.toml of its own commit; one that asks for less lets more through, and is told of by `pv check` when it is merged.",
    remedy: "Look at what changed in pv.toml since.",
};
