//! Logs of releases that are not what was written.

use super::Check;

/// The checks of this family; all of them are integrity findings.
pub const CHECKS: &[&Check] = &[
    &EVENT_MISSING,
    &CHAIN_BROKEN,
    &EVENT_EDITED,
    &EVENT_UNREADABLE,
    &EVENT_FOREIGN,
    &STEP_UNKNOWN,
    &RECORD_LOST,
    &PLAN_EDITED,
];

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

/// An event is not what was written.
pub const EVENT_EDITED: Check = Check {
    id: "log/event-edited",
    summary: "an event of a release's log was edited after it was recorded",
    why: "Each event holds the digest of its own text: what happened is never written anew.",
    remedy: "Bring the file back as it was recorded: `git checkout HEAD -- releases/<name>/log`. What was recorded wrongly is put right by another event.",
};

/// An event is about something else than the release in whose log it stands.
pub const EVENT_FOREIGN: Check = Check {
    id: "log/event-foreign",
    summary: "an event stands in the log of another release than it names, or names another lock",
    why: "An event says what happened to exactly the artefacts of its release.",
    remedy: "Bring the log back as it was recorded: `git log -p -- releases/<name>/log`.",
};

/// An event is of a step that the plan does not have, or that is not like this.
pub const STEP_UNKNOWN: Check = Check {
    id: "log/step-unknown",
    summary: "an event is of a step that the release's plan does not have, or has otherwise",
    why: "What was exposed to whom is what the plan says of the step; an event that says otherwise is of another plan.",
    remedy: "Bring plan.toml and the log back as they were recorded: `git log -p -- releases/<name>`.",
};

/// What an event rests on is gone or altered.
pub const RECORD_LOST: Check = Check {
    id: "log/record-lost",
    summary: "a decision that an event rests on is gone, or is not what it was",
    why: "The event names the digest of the record in which somebody answers for going on.",
    remedy: "Bring the file back as it was recorded: `git checkout HEAD -- releases/<name>/feedback`.",
};

/// The plan is not the one of the release.
pub const PLAN_EDITED: Check = Check {
    id: "log/plan-edited",
    summary: "a release's plan cannot be read, or is not the plan of what the release holds",
    why: "By its steps the release goes live; a plan of another lock promises what was never reviewed.",
    remedy: "Bring the file back as it was committed: `git checkout HEAD -- releases/<name>/plan.toml`.",
};
