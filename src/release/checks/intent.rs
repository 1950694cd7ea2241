//! Changes that nobody describes, and intents that say less than the diff.

use super::Check;

/// The checks of this family.
pub const CHECKS: &[&Check] =
    &[&CHANGE_UNDESCRIBED, &CLASS_LOWERED, &ARTEFACT_UNCHANGED, &ARTEFACT_UNKNOWN, &TYPE_MISSING, &MATERIAL_DENIED];

/// An artefact changed, and no intent says why.
pub const CHANGE_UNDESCRIBED: Check = Check {
    id: "intent/change-undescribed",
    summary: "an artefact changed and no intent names it",
    why: "A prompt edit inside another pull request reaches everybody without anyone having said that it was meant.",
    remedy: "Write one with `pv change add`, and commit it with the change; `[intents] missing` in pv.toml says how much it matters.",
};

/// The author calls the change less than the classifier does.
pub const CLASS_LOWERED: Check = Check {
    id: "intent/class-lowered",
    summary: "an intent gives a class or a bump below the computed one",
    why: "Readers of the notes prepare for what the author says; an author may raise, and lower only with a reason.",
    remedy: "Write the class and the bump that pv computes, or the reason in `lowered`. The version is the computed one in either case.",
};

/// It names an artefact that did not change.
pub const ARTEFACT_UNCHANGED: Check = Check {
    id: "intent/artefact-unchanged",
    summary: "an intent names an artefact that did not change",
    why: "The notes would announce something that does not happen.",
    remedy: "Take the artefact out of `artefacts`, or commit its change with the intent.",
};

/// It names an artefact that does not exist.
pub const ARTEFACT_UNKNOWN: Check = Check {
    id: "intent/artefact-unknown",
    summary: "an intent names an artefact that is not there",
    why: "A misspelt name describes nothing, and the change that was meant stays undescribed.",
    remedy: "Write the identity as `pv diff` shows it.",
};

/// It leaves out a change type.
pub const TYPE_MISSING: Check = Check {
    id: "intent/type-missing",
    summary: "an intent leaves out a change type that the diff shows",
    why: "The type decides about gates, canary steps and the way back; a model change inside a prompt is a model change.",
    remedy: "Add the missing type to `type`.",
};

/// It calls a material change not material.
pub const MATERIAL_DENIED: Check = Check {
    id: "intent/material-denied",
    summary: "an intent calls a change of a model or of a feature's exposure not material",
    why: "Of such a change customers and those who answer them are told before it reaches them.",
    remedy: "Write `material: true`, or the reason in `lowered`.",
};
