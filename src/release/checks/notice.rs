//! People who were not told, or were told something else.

use super::Check;

/// The checks of this family.
pub const CHECKS: &[&Check] = &[
    &ENGINEERING_MISSING,
    &SUPPORT_MISSING,
    &CUSTOMER_MISSING,
    &LEAD_SHORT,
    &DRIFTED,
    &STATUS_MISSING,
    &SUMMARY_MISSING,
    &RECORD_UNREADABLE,
];

/// Engineering was not told.
pub const ENGINEERING_MISSING: Check = Check {
    id: "notice/engineering-missing",
    summary: "the first step exposes somebody and engineering was not told",
    why: "Whoever is on call meets the effects of a release first, and has to know what changes, when it starts and how it is taken back.",
    remedy: "`pv notice draft --audience engineering` writes the message; send it, then `pv notice record --audience engineering`.",
};

/// Those who answer customers were not told.
pub const SUPPORT_MISSING: Check = Check {
    id: "notice/support-missing",
    summary: "a step exposes a material change and those who answer customers have no talking points",
    why: "Customers ask what changed, and whoever answers them hears of it from the customers.",
    remedy: "`pv notice draft --audience support` writes the talking points; send them, then `pv notice record --audience support`.",
};

/// Customers were not told.
pub const CUSTOMER_MISSING: Check = Check {
    id: "notice/customer-missing",
    summary: "a step exposes a material change and customers were not told",
    why: "A change that customers notice without having been told of it costs their trust, however good it is.",
    remedy: "`pv notice draft --audience customer` writes the message; send it in time, then `pv notice record --audience customer`.",
};

/// Customers were told too late.
pub const LEAD_SHORT: Check = Check {
    id: "notice/lead-short",
    summary: "customers were told less than the lead before the step that exposes a material change",
    why: "A notice that arrives with the change is no notice: a day before is what people can act on.",
    remedy: "Take the step later; `[notice] lead` in pv.toml says how long before customers are told.",
};

/// What was announced is not what is planned.
pub const DRIFTED: Check = Check {
    id: "notice/facts-drifted",
    summary: "what was announced is not what the plan says now",
    why: "People prepare for what they were told: another share, another version or another start makes the notice wrong.",
    remedy: "Send a correction, and record it with `pv notice record`; or go back to the plan that was announced.",
};

/// Nobody was told how a step went.
pub const STATUS_MISSING: Check = Check {
    id: "notice/status-missing",
    summary: "a step was taken and no status was told of it",
    why: "While a change is on its way, silence reads as either success or neglect.",
    remedy: "`pv notice draft --phase during` writes the status; send it, then `pv notice record --phase during`.",
};

/// Nobody was told how it ended.
pub const SUMMARY_MISSING: Check = Check {
    id: "notice/summary-missing",
    summary: "a release is closed and nobody was told how it went",
    why: "A release that ends without a word leaves everybody who was told of its start waiting.",
    remedy: "`pv notice draft --phase post` writes the summary; send it, then `pv notice record --phase post`.",
};

/// A record of a notice cannot be read.
pub const RECORD_UNREADABLE: Check = Check {
    id: "notice/record-unreadable",
    summary: "the record of a notice cannot be read, or stands where another belongs",
    why: "A notice that nobody can read is no proof that anybody was told.",
    remedy: "`git checkout HEAD -- FILE` brings the record back; `pv notice record` writes it anew.",
};
