//! Logs of releases that are not what was written.

use super::Check;

/// The checks of this family; all of them are integrity findings.
pub const CHECKS: &[&Check] = &[&EVENT_MISSING, &CHAIN_BROKEN, &EVENT_UNREADABLE];

/// A number is missing, or stands twice.
pub const EVENT_MISSING: Check = Check {
    id: "log/event-missing",
    summary: "an event of a release's log is missing, or its number stands twice",
    why: "What was live at which time is read from the log; a gap hides a step or a rollback.",
    remedy: "Bring the file back: `git log --diff-filter=D -- releases` shows where it went. Two events with one number come from two branches: record the later one anew after merging.",
};

/// An event names another one before it.
pub const CHAIN_BROKEN: Check = Check {
    id: "log/chain-broken",
    summary: "an event of a release's log does not follow from the one before it",
    why: "Each event holds the digest of the one before it, so that none can be edited afterwards without being seen.",
    remedy: "Bring the files back as they were recorded: `git log -p -- releases/<name>/log`.",
};

/// An event cannot be read.
pub const EVENT_UNREADABLE: Check = Check {
    id: "log/event-unreadable",
    summary: "an event of a release's log cannot be read",
    why: "What was live at which time is read from the log.",
    remedy: "Bring the file back as it was recorded: `git checkout HEAD -- releases/<name>/log`.",
};
