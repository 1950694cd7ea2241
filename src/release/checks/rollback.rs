//! Ways back that are not there, or were not tried.

use super::Check;

/// The checks of this family.
pub const CHECKS: &[&Check] = &[
    &VERSION_ROLLED_BACK,
    &PREVIOUS_MISSING,
    &METHOD_UNFIT,
    &REHEARSAL_MISSING,
    &REHEARSAL_STALE,
    &REHEARSAL_SLOW,
    &REHEARSAL_FAILED,
    &REHEARSAL_UNREADABLE,
    &TARGET_BROKEN,
    &TARGET_EXPIRED,
    &LIVE_MOVED,
    &BYTES_MISSING,
    &DEPENDANT_LEFT,
    &TARGET_UNPROVEN,
];

/// Bytes go live again that were taken back.
pub const VERSION_ROLLED_BACK: Check = Check {
    id: "rollback/version-rolled-back",
    summary: "a version that was rolled back would ship again as it was",
    why: "It was taken back because it did harm. Under another label or at another path the same bytes do the same harm.",
    remedy: "Change the artefact, or bring its previous version back with `pv restore`.",
};

/// There is nothing to go back to.
pub const PREVIOUS_MISSING: Check = Check {
    id: "rollback/previous-missing",
    summary: "the version to go back to was never shipped",
    why: "A way back leads to a content that ran before. Without one, the only way is forward, in the middle of an incident.",
    remedy: "`pv log` lists what shipped; make the plan anew with `pv plan`.",
};

/// A change of this type cannot be taken back so.
pub const METHOD_UNFIT: Check = Check {
    id: "rollback/method-unfit",
    summary: "a change is to be taken back by a method that its type does not have",
    why: "A prompt goes back by its route weight, a model by its alias, code by a deployment, a set by a new baseline, data \
          by a rebuilt index. Another method is found not to work when it is needed.",
    remedy: "Set `method` in [types.TYPE.rollback] of pv.toml to one that the type has.",
};

/// Nobody tried it.
pub const REHEARSAL_MISSING: Check = Check {
    id: "rollback/rehearsal-missing",
    summary: "nobody has rehearsed the way back from exactly this release to exactly the one before it",
    why: "A way back that was only written down takes as long as finding out what is wrong with it.",
    remedy: "`pv rollback rehearse` tries it offline, in a directory of its own, and writes down what it measured.",
};

/// It was tried long ago.
pub const REHEARSAL_STALE: Check = Check {
    id: "rollback/rehearsal-stale",
    summary: "the rehearsal of the way back is older than the policy allows",
    why: "What it went by (tools, configuration, retirement dates) has moved since.",
    remedy: "Rehearse again with `pv rollback rehearse`.",
};

/// It takes too long.
pub const REHEARSAL_SLOW: Check = Check {
    id: "rollback/rehearsal-slow",
    summary: "the rehearsed way back took longer than its type may take",
    why: "Every minute of it, users get the bad version.",
    remedy: "Make `command` in [rollback] faster and rehearse again, or set `within` in [types.TYPE.rollback] to what the team accepts.",
};

/// It did not work.
pub const REHEARSAL_FAILED: Check = Check {
    id: "rollback/rehearsal-failed",
    summary: "the rehearsal of the way back failed",
    why: "What fails in a quiet hour fails in an incident.",
    remedy: "Repair what the check names, then `pv rollback rehearse` again.",
};

/// What was written down cannot be read.
pub const REHEARSAL_UNREADABLE: Check = Check {
    id: "rollback/rehearsal-unreadable",
    summary: "the record of a rehearsal cannot be read",
    why: "A record that is half there proves nothing.",
    remedy: "Remove the file and rehearse again with `pv rollback rehearse`.",
};

/// What to go back to does not hold together.
pub const TARGET_BROKEN: Check = Check {
    id: "rollback/target-broken",
    summary: "the release to go back to lacks an artefact that one of its own needs",
    why: "Going back to it would exchange one fault for another.",
    remedy: "Go back to another release: `pv rollback plan --to RELEASE` shows what each would bring.",
};

/// What to go back to is too old.
pub const TARGET_EXPIRED: Check = Check {
    id: "rollback/target-expired",
    summary: "the release to go back to has left the retention window",
    why: "Older versions are archived and no longer tried: going back to one is more work, and brings old faults back.",
    remedy: "Go back to a younger release, fix forward, or set a longer `retention` in [store].",
};

/// What is live is not what the plan goes back to.
pub const LIVE_MOVED: Check = Check {
    id: "rollback/live-moved",
    summary: "what is live is not the release that this one goes on from",
    why: "The way back would lead to something that users do not have now.",
    remedy: "`pv at` tells what is live. Finish the rollout under way, or take it back, then make the plan anew.",
};

/// The bytes are not there.
pub const BYTES_MISSING: Check = Check {
    id: "rollback/bytes-missing",
    summary: "the bytes to go back to are missing, or are not what shipped",
    why: "A rollback brings back exactly what ran. Where that cannot be had, only this stops it.",
    remedy: "`git checkout HEAD -- .pv/objects` brings objects back that are committed; or copy them from a clone that has them.",
};

/// Something live would need what goes away.
pub const DEPENDANT_LEFT: Check = Check {
    id: "rollback/dependant-left",
    summary: "an artefact would stay live that never ran with what its foundation goes back to",
    why: "A prompt that expects the new tool fails with the old one: the rollback of one fault would be the next fault.",
    remedy: "Let it go back, too (leave out --only), or take its feature's exposure to 0 with --flag.",
};

/// It is no way back but another way forward.
pub const TARGET_UNPROVEN: Check = Check {
    id: "rollback/target-unproven",
    summary: "a rollback would bring back what was rolled back itself, or what everybody never had",
    why: "A rollback asks for no gate and no step, because it goes to what was known to work; anything else is a release.",
    remedy: "Go back to a release that was live (`pv log`, `pv timeline`), or cut a new release of it with `pv lock`.",
};
