//! What an exception owes and has not got.

use super::Check;

/// The checks of this family.
pub const CHECKS: &[&Check] = &[&CLOSING_ALTERED, &COMPENSATION_OVERDUE, &PROOF_MISSING];

/// Those of them that say that something is not what was written.
pub const INTEGRITY: &[&Check] = &[&CLOSING_ALTERED];

/// The closing record is about something else.
pub const CLOSING_ALTERED: Check = Check {
    id: "obligation/closing-altered",
    summary: "what closes an exception is about another text of it",
    why: "It names the digest of the exception that it closes. Where that differs, one of the two was edited afterwards.",
    remedy: "Bring both back as they were recorded: `git log -p -- releases/<name>/overrides`.",
};

/// It is due and was not done.
pub const COMPENSATION_OVERDUE: Check = Check {
    id: "obligation/compensation-overdue",
    summary: "what an exception owes is overdue: the next ordinary release waits for it",
    why: "A gate that was left out and is not made good was not postponed, but dropped.",
    remedy: "Do what is owed, then record it with `pv override close`. `pv obligations` lists what is open.",
};

/// It is said to be done, and nothing shows it.
pub const PROOF_MISSING: Check = Check {
    id: "obligation/proof-missing",
    summary: "a gate that was left out is said to be made good, and nothing shows it",
    why: "The eval that was skipped is run after promotion, and the release is taken back if it fails. Saying so is not running it.",
    remedy: "Run it and record it with `pv gate add`, or take the release back with `pv rollback run`; then close again.",
};
