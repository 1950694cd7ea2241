//! Exceptions that are none: not approved, expired, too wide.

use super::Check;

/// The checks of this family.
pub const CHECKS: &[&Check] = &[
    &APPROVAL_MISSING,
    &COMPENSATION_MISSING,
    &DUE_MISSING,
    &ELEMENT_EXCLUDED,
    &EXPIRY_EXCEEDED,
    &EXPIRY_MISSING,
    &HARM_MISSING,
    &PLAN_MOVED,
    &RECORD_MISPLACED,
    &RECORD_UNREADABLE,
    &REQUEST_UNSIGNED,
    &REQUESTER_APPROVED,
    &ROLE_MISSING,
    &ROLLBACK_UNVERIFIED,
    &RULE_MISSING,
    &RULE_PROTECTED,
    &RULE_UNKNOWN,
    &SEPARATION_AVAILABLE,
    &SIGNATURE_BROKEN,
    &VALIDITY_ENDED,
    &RECORD_LOST,
];

/// Those of them that say that something is not what was signed.
pub const INTEGRITY: &[&Check] = &[&SIGNATURE_BROKEN];

/// Nobody approved it.
pub const APPROVAL_MISSING: Check = Check {
    id: "override/approval-missing",
    summary: "an exception that nobody approved",
    why: "An exception is a decision that two people answer for: the one who needs it, and one who weighs it.",
    remedy: "Somebody else runs `pv override approve ID`.",
};

/// It does not say what is done instead.
pub const COMPENSATION_MISSING: Check = Check {
    id: "override/compensation-missing",
    summary: "an exception that does not say why a rule cannot be met, or what is done instead",
    why: "What is left out is done later or otherwise: an eval after promotion, closer watching. Without that, it is simply gone.",
    remedy: "Ask for it anew, with --why and --compensation for every --bypass.",
};

/// It does not say by when.
pub const DUE_MISSING: Check = Check {
    id: "override/due-missing",
    summary: "an exception that does not say by when what it owes is done",
    why: "A debt without a date is forgotten. An overdue one stops the next ordinary release.",
    remedy: "Ask for it anew, with --due for every --bypass.",
};

/// Its category does not allow it.
pub const ELEMENT_EXCLUDED: Check = Check {
    id: "override/element-excluded",
    summary: "an exception leaves out what its category does not allow to leave out",
    why: "The category determines what may be left out, and only what is necessary is: a deadline is no reason to skip the canary.",
    remedy: "Meet the rule, or choose the category that fits. What each may leave out stands in pv.toml under [override.elements].",
};

/// It lasts too long.
pub const EXPIRY_EXCEEDED: Check = Check {
    id: "override/expiry-exceeded",
    summary: "an exception lasts longer than the policy allows",
    why: "An exception is for an emergency. One that lasts becomes the rule.",
    remedy: "Ask for it anew with a shorter --expires; the longest is `max-age` of [override] in pv.toml.",
};

/// It has no end.
pub const EXPIRY_MISSING: Check = Check {
    id: "override/expiry-missing",
    summary: "an exception that does not say when it ends",
    why: "An exception without an end is a change of policy, and that belongs into pv.toml, where it is reviewed.",
    remedy: "Ask for it anew with --expires.",
};

/// It does not say what waiting would do.
pub const HARM_MISSING: Check = Check {
    id: "override/harm-missing",
    summary: "an exception that does not say what harm waiting would do",
    why: "An exception is right where the harm of waiting is larger than that of leaving something out; both have to be said.",
    remedy: "Ask for it anew with --harm.",
};

/// The plan is another one.
pub const PLAN_MOVED: Check = Check {
    id: "override/plan-moved",
    summary: "the plan of the release is not the one that the exception was approved for",
    why: "Approved was this content, by these steps. Whatever came in since was weighed by nobody.",
    remedy: "Go back to the approved commit, or ask anew for the plan as it is now: `pv override request`.",
};

/// It stands elsewhere than it says.
pub const RECORD_MISPLACED: Check = Check {
    id: "override/record-misplaced",
    summary: "an exception stands in another place than it is made out for",
    why: "An exception is for one release. A copy in the folder of another one was approved by nobody.",
    remedy: "Ask for one of its own: `pv override request --release NAME`.",
};

/// It cannot be read.
pub const RECORD_UNREADABLE: Check = Check {
    id: "override/record-unreadable",
    summary: "the record of an exception cannot be read",
    why: "What cannot be read waives nothing, and what it owes cannot be told.",
    remedy: "Bring the file back as it was: `git checkout HEAD -- <file>`.",
};

/// The one who asks did not sign.
pub const REQUEST_UNSIGNED: Check = Check {
    id: "override/request-unsigned",
    summary: "an exception that is not signed by the one who is said to ask for it",
    why: "Whoever asks may not approve. That can only be told when it is certain who asks.",
    remedy: "The one who asks signs it: `pv override request` does, with --sign KEY.",
};

/// The one who asks approved.
pub const REQUESTER_APPROVED: Check = Check {
    id: "override/requester-approved",
    summary: "an exception is approved by the one who asks for it",
    why: "One person alone can be wrong, or in a hurry; the second one is the reason for approvals.",
    remedy: "Somebody else approves it. A team without anybody else says so: --alone REASON.",
};

/// A role's approval is missing.
pub const ROLE_MISSING: Check = Check {
    id: "override/role-missing",
    summary: "an exception lacks the approval of a role that has to give it",
    why: "Who may allow what is agreed beforehand, so that nobody has to find out at night.",
    remedy: "Somebody who holds the role runs `pv override approve ID`. Roles stand in pv.toml under [roles].",
};

/// The way back was not verified.
pub const ROLLBACK_UNVERIFIED: Check = Check {
    id: "override/rollback-unverified",
    summary: "an exception for a release whose way back was not verified",
    why: "What ships without its gates has to come back at once when it is wrong. That is the one thing that is never left out.",
    remedy: "Rehearse it (`pv rollback rehearse`), then ask anew.",
};

/// It leaves nothing out.
pub const RULE_MISSING: Check = Check {
    id: "override/rule-missing",
    summary: "an exception that names no rule",
    why: "An exception leaves out the rules that it names, and nothing else.",
    remedy: "Ask for it anew with --bypass RULE.",
};

/// The rule is never waived.
pub const RULE_PROTECTED: Check = Check {
    id: "override/rule-protected",
    summary: "an exception names a rule that is never waived",
    why: "Missing, altered or forged bytes are no matter of haste: nobody knows what would ship.",
    remedy: "Put right what the rule is about.",
};

/// There is no such rule.
pub const RULE_UNKNOWN: Check = Check {
    id: "override/rule-unknown",
    summary: "an exception names a rule that there is not, or a pattern",
    why: "Only what is named is left out, so that whoever approves knows what that is.",
    remedy: "Name each rule as the refusal does, in brackets.",
};

/// There is somebody else.
pub const SEPARATION_AVAILABLE: Check = Check {
    id: "override/separation-available",
    summary: "an exception says that nobody else can approve it, and somebody can, or it does not say why",
    why: "A team of one has no second person; a team of two has.",
    remedy: "Let one of them approve it: `pv override approve ID`.",
};

/// A signature is not what it claims.
pub const SIGNATURE_BROKEN: Check = Check {
    id: "override/signature-broken",
    summary: "a signature of an exception does not hold: another text, another purpose, an unknown key, or one that was not valid then",
    why: "The approval is the signature. A record that was edited afterwards, or a key that nobody knows, approves nothing.",
    remedy: "Bring the record back as it was signed (`git log -p -- <file>`), or ask anew. Keys are added in .pv/allowed_signers, and count once that is committed.",
};

/// It does not hold at the time.
pub const VALIDITY_ENDED: Check = Check {
    id: "override/validity-ended",
    summary: "an exception is not valid at the time: it has ended, or has not begun",
    why: "An exception is for the hours of an emergency.",
    remedy: "Ask anew, if the emergency is still on: `pv override request`.",
};

/// It is gone, and what it owes with it.
pub const RECORD_LOST: Check = Check {
    id: "override/record-lost",
    summary: "the record of an exception that a release went by is gone",
    why: "What it owes stands in it: without the record nobody would ever be reminded.",
    remedy: "Bring the file back from git.",
};
