//! Postmortems that leave something open.

use super::Check;

/// The checks of this family.
pub const CHECKS: &[&Check] = &[
    &HEAD_UNREADABLE,
    &SECTION_EMPTY,
    &FACTOR_UNANSWERED,
    &CAUSE_UNKNOWN,
    &ACTION_UNOWNED,
    &ACTION_UNDATED,
    &ACTION_OVERDUE,
    &EVAL_UNLINKED,
    &EVAL_UNKNOWN,
    &CLOSED_EARLY,
];

/// Its head says nothing that can be read.
pub const HEAD_UNREADABLE: Check = Check {
    id: "postmortem/head-unreadable",
    summary: "a postmortem's front matter is missing, or says what it may not",
    why: "Which release it is about, its cause and whether it is closed are what postmortems are found and counted by.",
    remedy: "Write `release`, `status` (open or closed) and `cause` between two `---` lines, as `pv postmortem new` does.",
};

/// A section or a line of it says nothing.
pub const SECTION_EMPTY: Check = Check {
    id: "postmortem/section-empty",
    summary: "a section of a postmortem is missing or says nothing",
    why: "What nobody wrote down is what nobody looked at.",
    remedy: "Answer below the heading; what pv filled in (lines that begin with `>`) is no answer.",
};

/// A discipline was not asked whether it could have caught the regression.
pub const FACTOR_UNANSWERED: Check = Check {
    id: "postmortem/factor-unanswered",
    summary: "a contributing factor of a postmortem is not answered",
    why: "Gates, canary, rollback, window, communication and versions each had a chance; the one that nobody examines lets the next one through.",
    remedy: "Say in a sentence whether it contributed, and how; that it did not is an answer too.",
};

/// Its cause is none of the taxonomy.
pub const CAUSE_UNKNOWN: Check = Check {
    id: "postmortem/cause-unknown",
    summary: "a postmortem's cause is missing or none of the taxonomy",
    why: "Causes are counted over many postmortems; a word of its own is counted nowhere.",
    remedy: "Write `cause:` as one of prompt, model, retrieval, data, tooling, gateway, upstream, apparatus.",
};

/// Nobody does it.
pub const ACTION_UNOWNED: Check = Check {
    id: "postmortem/action-unowned",
    summary: "an action item of a postmortem has no owner",
    why: "What everybody should do is done by nobody.",
    remedy: "Name a team or an address as its owner.",
};

/// It is never due.
pub const ACTION_UNDATED: Check = Check {
    id: "postmortem/action-undated",
    summary: "an action item of a postmortem has no date",
    why: "An item without a date is never late.",
    remedy: "Write the day by which it is done, YYYY-MM-DD.",
};

/// It should have been done.
pub const ACTION_OVERDUE: Check = Check {
    id: "postmortem/action-overdue",
    summary: "an action item of a postmortem is past its date and not done",
    why: "Until it is done, the next release can fail in the same way.",
    remedy: "Do it and mark it done, or agree on another date and write that.",
};

/// It teaches the eval nothing.
pub const EVAL_UNLINKED: Check = Check {
    id: "postmortem/eval-unlinked",
    summary: "a postmortem names neither a change of an eval set nor a reason for none",
    why: "The case that slipped through is the one that the eval set lacks; without it the same regression passes again.",
    remedy: "Add the case, and name the set's new version (`eval:NAME@VERSION`) under Eval delta; or give the reason for none.",
};

/// The eval set that it names is not there.
pub const EVAL_UNKNOWN: Check = Check {
    id: "postmortem/eval-version-unknown",
    summary: "a postmortem names a version of an eval set that neither a later release nor the worktree has",
    why: "A change of the eval set that was never made protects nobody.",
    remedy: "Name a version that is there: `pv status` and `pv log` list them.",
};

/// It is closed with something left to do.
pub const CLOSED_EARLY: Check = Check {
    id: "postmortem/closed-early",
    summary: "a postmortem is closed and an action item is not done",
    why: "A postmortem is over when everything that it asked for has shipped.",
    remedy: "Write `status: open` until all items are done.",
};
