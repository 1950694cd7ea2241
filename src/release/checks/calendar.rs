//! Moments at which nothing ships: outside the windows, in a freeze, where a hold would have no cover.

use super::Check;

/// The checks of this family.
pub const CHECKS: &[&Check] = &[
    &NOT_OPEN,
    &FREEZE_ACTIVE,
    &HOLD_UNCOVERED,
    &FREEZE_AHEAD,
    &COVER_SHORT,
    &HOLD_TOO_LONG,
    &NEVER_OPENS,
    &SELF_OVERLAPPING,
    &BOUND_SHIFTED,
    &FREEZE_PAST,
    &FREEZE_UNENDED,
    &SCOPE_UNMATCHED,
];

/// Those of them that only say that it is not the time: exit code 4.
pub const CLOSED: &[&Check] = &[&NOT_OPEN, &FREEZE_ACTIVE, &HOLD_UNCOVERED, &FREEZE_AHEAD, &COVER_SHORT];

/// No window is open.
pub const NOT_OPEN: Check = Check {
    id: "window/closed",
    summary: "no window is open for the release",
    why: "Windows are the hours in which the people who would notice and mend a regression are at work.",
    remedy: "Wait for the next opening: `pv window next`. What cannot wait is a recorded exception: `pv override request`.",
};

/// A freeze holds.
pub const FREEZE_ACTIVE: Check = Check {
    id: "window/freeze-active",
    summary: "a freeze holds for the release, or for something that it requires",
    why: "In a freeze fewer people watch, and more depends on what already works; a freeze beats every window.",
    remedy: "Wait until the freeze ends: `pv window next`. What cannot wait is a recorded exception: `pv override request`.",
};

/// The hold of a canary reaches into days without cover.
pub const HOLD_UNCOVERED: Check = Check {
    id: "window/hold-uncovered",
    summary: "the hold of a canary would reach into a day without on-call cover",
    why: "A canary finds something out only if somebody looks at it while it stands.",
    remedy: "Begin early enough in the week for the hold to end in it: `pv window next`.",
};

/// A canary would stand in a freeze.
pub const FREEZE_AHEAD: Check = Check {
    id: "window/freeze-ahead",
    summary: "a canary would be left standing in a freeze that is to come",
    why: "In a freeze the next step may not be taken, so a share of the users would be left with a version that nobody promotes or watches.",
    remedy: "Begin after the freeze, or early enough to be done before it: `pv window next`.",
};

/// Everybody would get it right before cover ends.
pub const COVER_SHORT: Check = Check {
    id: "window/cover-short",
    summary: "cover would end before a rollback could be done",
    why: "The first hours with everybody on the new version are those in which it is most often taken back.",
    remedy: "Take the last step earlier in the day or the week: `pv window next`.",
};

/// A hold that no stretch of cover is long enough for.
pub const HOLD_TOO_LONG: Check = Check {
    id: "window/hold-too-long",
    summary: "a hold is longer than any stretch of on-call cover, so it cannot be covered throughout",
    why: "Such a canary stands for some time while nobody watches; pv asks for cover of its first hours only.",
    remedy: "Shorten the hold in [types], or name more days in `on-call`.",
};

/// A window that is not open on any of the next days.
pub const NEVER_OPENS: Check = Check {
    id: "window/never-opens",
    summary: "a window is not open once in the next 90 days",
    why: "Whatever ships in it only does not ship at all.",
    remedy: "Move or shorten the freezes that lie over it, or change its days and hours.",
};

/// Two openings of one window, or of two with one scope, at one time.
pub const SELF_OVERLAPPING: Check = Check {
    id: "window/self-overlapping",
    summary: "a window is stated twice: a day stands in it more than once, or another with the same scope overlaps it",
    why: "Whoever shortens one of the two believes that the hours are closed, and they are not.",
    remedy: "State every hour in one window only.",
};

/// A bound that a clock change skips or repeats.
pub const BOUND_SHIFTED: Check = Check {
    id: "window/bound-shifted",
    summary: "a clock change skips or repeats the hour at which a window opens or closes",
    why: "On that day the window is shorter than it says: it opens at the later and closes at the earlier reading.",
    remedy: "Choose an hour that no clock change touches, or accept it for that day.",
};

/// A freeze that is over.
pub const FREEZE_PAST: Check = Check {
    id: "window/freeze-past",
    summary: "a freeze is over",
    why: "It stops nothing any more, and the calendar is longer to read with it.",
    remedy: "Take it out of pv.toml; git keeps it.",
};

/// A freeze that nobody has given an end.
pub const FREEZE_UNENDED: Check = Check {
    id: "window/freeze-unended",
    summary: "a freeze lasts until it is lifted",
    why: "Nothing that it concerns ever fits, and nobody is reminded of it.",
    remedy: "Set `end` as soon as the day is known, or take the freeze out.",
};

/// A scope that names nothing.
pub const SCOPE_UNMATCHED: Check = Check {
    id: "window/scope-unmatched",
    summary: "no artefact of this repository is in the scope of a window or freeze",
    why: "A scope with a spelling mistake freezes nothing, and nobody notices.",
    remedy: "Name kinds, artefacts or globs as `pv status` shows them.",
};
