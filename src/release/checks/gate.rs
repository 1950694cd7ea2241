//! Gates that are not met: no evidence counts, or what counts shows the contrary.

use super::Check;

/// The checks of this family.
pub const CHECKS: &[&Check] = &[
    &EVIDENCE_MISSING,
    &EVIDENCE_STALE,
    &EVIDENCE_UNCOMMITTED,
    &BINDING_FORBIDDEN,
    &SET_UNBOUND,
    &ERRORS_EXCEEDED,
    &METRIC_MISSING,
    &STRATUM_MISSING,
    &STRATUM_SHRUNK,
    &BASELINE_MISSING,
    &BASELINE_INCOMPARABLE,
    &FLOOR_MISSED,
    &MARGIN_EXCEEDED,
    &CASES_FLIPPED,
    &CASES_FAILED,
    &RATIO_EXCEEDED,
    &DATA_MISSING,
    &SCHEMA_DRIFTED,
    &REVIEW_MISSING,
    &EVIDENCE_INCONCLUSIVE,
    &DEPENDENCY_REMOVED,
];

/// There is none.
pub const EVIDENCE_MISSING: Check = Check {
    id: "gate/evidence-missing",
    summary: "a gate is owed and nothing was run",
    why: "A change that nobody measured ships on hope; most regressions that reach users were never run against the eval set.",
    remedy: "Run what the gate asks for on the files as they stand, and record it with `pv gate add REPORT`.",
};

/// There is some, about other content.
pub const EVIDENCE_STALE: Check = Check {
    id: "gate/evidence-stale",
    summary: "the evidence is about other content than what is to ship",
    why: "Evidence counts for exactly the digests that it was run on; any later edit, of the prompt or of what it runs with, may have changed the result.",
    remedy: "Run it again on the files as they stand, and record it with `pv gate add REPORT`.",
};

/// It stands in a worktree only.
pub const EVIDENCE_UNCOMMITTED: Check = Check {
    id: "gate/evidence-uncommitted",
    summary: "the evidence that would count for a release is not committed",
    why: "A release is cut from a commit and relies on what that commit holds; nobody else can look at what stands in one worktree.",
    remedy: "Commit .pv first: `git add .pv && git commit`, then run `pv lock` again.",
};

/// It is only declared.
pub const BINDING_FORBIDDEN: Check = Check {
    id: "gate/binding-forbidden",
    summary: "the evidence is only declared to be about this content, and the policy wants it proven",
    why: "A declaration can be wrong without anybody lying.",
    remedy: "Let the report state what it ran: a clean commit, or `pv.subjects` in its metadata.",
};

/// It is not known to be a run of the set that the policy names.
pub const SET_UNBOUND: Check = Check {
    id: "gate/set-unbound",
    summary: "the evidence is no run of the eval set that the policy names",
    why: "A score is only worth as much as the cases it was taken on.",
    remedy: "Run the eval set that pv.toml names for the gate.",
};

/// Too many attempts ended without a result.
pub const ERRORS_EXCEEDED: Check = Check {
    id: "gate/errors-exceeded",
    summary: "too many attempts ended in an error of the run",
    why: "A case without a result has neither passed nor failed, and those are seldom a random sample.",
    remedy: "Mend the runner or the judge and run it again; `max-error-rate` in pv.toml is the limit.",
};

/// The metric is not in it.
pub const METRIC_MISSING: Check = Check {
    id: "gate/metric-missing",
    summary: "the evidence lacks a metric that the policy asks for",
    why: "A check that cannot be made has not passed.",
    remedy: "Let the runner report the metric, or name in pv.toml the one that it reports.",
};

/// A stratum that is asked for is not there.
pub const STRATUM_MISSING: Check = Check {
    id: "gate/stratum-missing",
    summary: "a stratum that is asked for has no case in the evidence",
    why: "A group of users that is not measured any more cannot regress in any report.",
    remedy: "Run all cases, and tell `pv gate add` which metadata are strata: --strata KEY.",
};

/// A stratum has fewer cases than before.
pub const STRATUM_SHRUNK: Check = Check {
    id: "gate/stratum-shrunk",
    summary: "the evidence lacks cases that the baseline has",
    why: "Cases that went missing may be those that fail now.",
    remedy: "Run all cases of the eval set.",
};

/// There is nothing to compare with.
pub const BASELINE_MISSING: Check = Check {
    id: "gate/baseline-missing",
    summary: "the live version was never measured",
    why: "Whether a change made anything worse can only be told from what was there before.",
    remedy: "Run the same eval set on the live version, and record it with `pv gate add REPORT`.",
};

/// The baseline was measured with another yardstick.
pub const BASELINE_INCOMPARABLE: Check = Check {
    id: "gate/baseline-incomparable",
    summary: "baseline and candidate were run on different versions of the eval set",
    why: "With harder cases the score drops and nothing got worse; with easier ones the reverse.",
    remedy: "Re-baseline: run the live version on the eval set as it stands now, and record it.",
};

/// Below the floor.
pub const FLOOR_MISSED: Check = Check {
    id: "gate/floor-missed",
    summary: "a metric is below its floor",
    why: "The upper end of the interval is below what the policy asks for: more cases would not help.",
    remedy: "Mend the change; look at the failing cases first.",
};

/// Worse than the live version by more than the margin.
pub const MARGIN_EXCEEDED: Check = Check {
    id: "gate/margin-exceeded",
    summary: "a metric is worse than the live version's by more than the margin",
    why: "Case by case, the change loses more than the policy allows, and chance does not explain it.",
    remedy: "Mend the change; look first at the cases that passed before.",
};

/// Cases that always passed never pass now.
pub const CASES_FLIPPED: Check = Check {
    id: "gate/cases-flipped",
    summary: "cases that always passed never pass now",
    why: "In a small or critical stratum no average has the power to show a regression; a case that flips in every attempt does.",
    remedy: "Look at the named cases.",
};

/// Cases fail that must not.
pub const CASES_FAILED: Check = Check {
    id: "gate/cases-failed",
    summary: "more cases fail, or were skipped, than are allowed",
    why: "An integration test that fails or does not run says that callers and tools may not fit any more.",
    remedy: "Mend what fails, and run all of them.",
};

/// Too much of something.
pub const RATIO_EXCEEDED: Check = Check {
    id: "gate/ratio-exceeded",
    summary: "cost, latency, length or a rate is worse than the live version's by more than its ratio",
    why: "An answer can be as good as before and cost, or take, twice as much.",
    remedy: "Mend the change, or raise `max-ratio` in pv.toml on the base branch first.",
};

/// No number.
pub const DATA_MISSING: Check = Check {
    id: "gate/data-missing",
    summary: "a measurement has no number, or too few events",
    why: "No data is not good data.",
    remedy: "Wait for more events, or mend the query.",
};

/// The diff itself shows it.
pub const SCHEMA_DRIFTED: Check = Check {
    id: "gate/schema-drifted",
    summary: "the data's schema drifted: fields, dimensions, metric or embedding model",
    why: "Consumers were built for the old one.",
    remedy: "Build it anew beside the old one and move its consumers, or acknowledge the findings with `pv ack`.",
};

/// Nobody looked.
pub const REVIEW_MISSING: Check = Check {
    id: "gate/review-missing",
    summary: "a finding wants a named person to look, and nobody has",
    why: "Some changes cannot be measured, only judged.",
    remedy: "Let somebody else acknowledge it: `pv ack FINGERPRINT --approved-by NAME --role ROLE --reason …`.",
};

/// Something is gone that others refer to.
pub const DEPENDENCY_REMOVED: Check = Check {
    id: "gate/dependency-removed",
    summary: "an artefact is gone that others still refer to",
    why: "A prompt whose tool or model is gone runs with something else, or not at all, and no evidence covers that.",
    remedy: "Change what refers to it in the same change, or bring it back.",
};

/// Too little to tell.
pub const EVIDENCE_INCONCLUSIVE: Check = Check {
    id: "gate/evidence-inconclusive",
    summary: "the evidence is too small to tell",
    why: "An interval that holds both good and bad news decides nothing; it warns at merge, and stops every later stage.",
    remedy: "Run more cases, or more attempts at each: the verdict says about how many.",
};
