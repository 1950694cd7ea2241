//! What cannot be told to other tools.

use super::Check;

/// The checks of this family.
pub const CHECKS: &[&Check] = &[&FLAG_MISSING, &STEPS_MISSING, &KEY_UNSPELLABLE, &SHARE_UNSPELLABLE, &BYTES_MISSING];

/// A release has no flag.
pub const FLAG_MISSING: Check = Check {
    id: "export/flag-missing",
    summary: "a release without a feature's flag was to be exported for a flag service",
    why: "A flag file without flags switches every flag of the service off, or leaves it as it was: neither is what the release says.",
    remedy: "Write a `flag` to the feature in its manifest (features.yaml), and cut the next release.",
};

/// A release has no steps by shares.
pub const STEPS_MISSING: Check = Check {
    id: "export/steps-missing",
    summary: "a release without steps by shares of the traffic was to be exported as a rollout",
    why: "A rollout without steps goes to everybody at once.",
    remedy: "`pv rollout plan` shows the steps of a release; the first release has none, for it was live already.",
};

/// A name that the format has no spelling for.
pub const KEY_UNSPELLABLE: Check = Check {
    id: "export/key-unspellable",
    summary: "the flag's key has a letter that the format does not allow",
    why: "A key that is changed on the way is another flag: the code asks for the old one and gets its default.",
    remedy: "Rename the flag in the manifest and in the code, or export to another format.",
};

/// A share that the format has no number for.
pub const SHARE_UNSPELLABLE: Check = Check {
    id: "export/share-unspellable",
    summary: "a share is a fraction of a percent, and the tool counts in whole percents",
    why: "A share that is rounded exposes more people than was planned, or nobody.",
    remedy: "Plan whole percents, or export to a format that has fractions: flagd, goff.",
};

/// Bytes are not there that a digest is wanted of.
pub const BYTES_MISSING: Check = Check {
    id: "export/bytes-missing",
    summary: "bytes are missing or damaged that the exported document would vouch for",
    why: "Whoever reads the document compares digests; one that was not computed from the bytes proves nothing.",
    remedy: "`pv verify RELEASE` names every fault; `git checkout HEAD -- .pv/objects` or a clone that has the objects brings them back.",
};
