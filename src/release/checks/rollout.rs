//! Steps that may not be taken yet, or not like this.

use super::Check;

/// The checks of this family.
pub const CHECKS: &[&Check] = &[
    &PLAN_MISSING,
    &FIRST_STEP_EXCEEDED,
    &JUMP_EXCEEDED,
    &HOLD_SHORTENED,
    &PARTITION_MISSING,
    &END_MISSING,
    &WATCH_MISSING,
    &OTHER_UNDER_WAY,
    &RELEASE_ENDED,
    &STEP_SKIPPED,
    &HAPPENED_WRONGLY,
    &HOLD_RUNNING,
    &REASON_MISSING,
    &FEEDBACK_MISSING,
    &FEEDBACK_FAILED,
    &FEEDBACK_INCONCLUSIVE,
    &MONITORING_RUNNING,
];

/// There is nothing to step by.
pub const PLAN_MISSING: Check = Check {
    id: "rollout/plan-missing",
    summary: "the release has no plan, so it has no steps",
    why: "The first release is what was live when pv came, and releases that were cut before there were plans have none: nothing says by which steps they would go live.",
    remedy: "Cut the next release with `pv lock --write`: it writes the plan with it.",
};

/// It begins with too many.
pub const FIRST_STEP_EXCEEDED: Check = Check {
    id: "rollout/first-step-exceeded",
    summary: "the first step exposes more than a change of this type begins with",
    why: "What the evals did not see is found by the first users who meet it: at 5 % of a prompt's traffic, or 1 % of a model's, they are few.",
    remedy: "Begin smaller: the share in `[types.<type>] steps`, in the feature's manifest, or `pv plan --steps`.",
};

/// It widens by too much at once.
pub const JUMP_EXCEEDED: Check = Check {
    id: "rollout/jump-exceeded",
    summary: "a step exposes more than five times what the step before it did",
    why: "A step shows how the change fares with about as many users again; from 5 % straight to 50 %, the few have shown nothing about the many. The course's ladders go 1, 5, 25, 50, 100.",
    remedy: "Put a step between them, at most five times the one before it.",
};

/// A hold is too short.
pub const HOLD_SHORTENED: Check = Check {
    id: "rollout/hold-shortened",
    summary: "a step is held for less time than the policy says, and nobody says why",
    why: "Complaints, repeated questions and abandoned conversations take hours to show; a shorter hold sees less of them.",
    remedy: "Hold it as long as the policy does, or say why with `pv plan --because`.",
};

/// Data goes by shares of the traffic.
pub const PARTITION_MISSING: Check = Check {
    id: "rollout/partition-missing",
    summary: "a data change goes live by a share of the traffic instead of by partition",
    why: "Two users of one tenant who ask the same thing must not be answered from two states of its data; so data goes live for one tenant or region after another.",
    remedy: "Write the step as `partition 24h`, and name the partitions in `[types.data] partitions`.",
};

/// Nobody watches.
pub const WATCH_MISSING: Check = Check {
    id: "rollout/watch-missing",
    summary: "a step is held and says nothing that is watched meanwhile",
    why: "A hold in which nobody looks at anything finds nothing.",
    remedy: "Name what is watched: `[types.<type>] watch = [\"negative-feedback rate\", …]`.",
};

/// Two canaries at once.
pub const OTHER_UNDER_WAY: Check = Check {
    id: "rollout/other-under-way",
    summary: "another release is under way",
    why: "Of two canaries at once nobody can tell which one the feedback is about, and taking one back moves what the other was measured against.",
    remedy: "Finish the other one first, or abort it.",
};

/// It is over.
pub const RELEASE_ENDED: Check = Check {
    id: "rollout/release-ended",
    summary: "the rollout of the release is over",
    why: "What was taken back stays back until its bytes change, what everybody has has no further step, and an older release would undo a newer one.",
    remedy: "Cut a new release with `pv lock --write`; to undo what everybody has, use `pv rollback`.",
};

/// Another step comes first.
pub const STEP_SKIPPED: Check = Check {
    id: "rollout/step-skipped",
    summary: "the step is not the next one of the plan",
    why: "Each step rests on what the one before it showed.",
    remedy: "Take the next one: `pv rollout status` names it.",
};

/// The log would not be in order.
pub const HAPPENED_WRONGLY: Check = Check {
    id: "rollout/happened-wrongly",
    summary: "an event would stand before the one that it follows, or has not happened yet",
    why: "What was live at an instant is read from the log: an event belongs where it happened, after the one before it and not after now.",
    remedy: "Give the instant at which it happened with --happened: after the last event, and not later than now.",
};

/// It is too early.
pub const HOLD_RUNNING: Check = Check {
    id: "rollout/hold-running",
    summary: "the step before is still held",
    why: "A step is held so that what goes wrong with few can show before it reaches more.",
    remedy: "Wait until the hold ends; `pv rollout status` says when.",
};

/// It goes on after a hold, and nobody says why.
pub const REASON_MISSING: Check = Check {
    id: "rollout/reason-missing",
    summary: "a rollout that was stopped goes on without a reason",
    why: "Somebody stopped it for a reason; whoever goes on has an answer to it.",
    remedy: "Say why it goes on: `pv rollout step --reason …`.",
};

/// Nobody looked at the feedback.
pub const FEEDBACK_MISSING: Check = Check {
    id: "rollout/feedback-missing",
    summary: "nothing shows that the feedback on the step before holds",
    why: "A step goes on from the one before it only when its users were no worse off than the others: that is what the step was for.",
    remedy: "Record a report of it with `pv gate add REPORT --gate feedback`, or a decision with `pv rollout gate --verdict pass --reason …`.",
};

/// The feedback is bad.
pub const FEEDBACK_FAILED: Check = Check {
    id: "rollout/feedback-failed",
    summary: "the feedback on the step before fails",
    why: "Those who have the change are worse off: more of them would be, too.",
    remedy: "Contain it first: `pv rollback run --flag FLAG`, or `pv rollout abort --reason …`; then look for the cause.",
};

/// The feedback says too little.
pub const FEEDBACK_INCONCLUSIVE: Check = Check {
    id: "rollout/feedback-inconclusive",
    summary: "the feedback on the step before is too little to tell",
    why: "Too few met the change during the hold for the figures to mean anything.",
    remedy: "Wait for more of it (`pv rollout hold --reason …`), and record it again with `pv gate add REPORT --gate feedback`.",
};

/// It is closed too early.
pub const MONITORING_RUNNING: Check = Check {
    id: "rollout/monitoring-running",
    summary: "a release is closed before the monitoring after its last step has ended",
    why: "What develops slowly shows after everybody has it; until then a release is not mature.",
    remedy: "Wait until the hold of the last step ends; `pv rollout status` says when.",
};

/// It never reaches everybody.
pub const END_MISSING: Check = Check {
    id: "rollout/end-missing",
    summary: "the steps of a plan end before everybody has the change",
    why: "A release that stays half way is two versions in production for ever, and no later release has a base to go on from.",
    remedy: "Add a last step at 100 %.",
};
