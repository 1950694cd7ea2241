//! Exceptions that do not hold, and what they owe.

use super::Defect;
use super::coordination::next;
use super::evidence::unmeasured;
use crate::seeded::people::{approve, ask, exception, excuse};
use crate::seeded::release::Release;
use crate::seeded::release::Sort::{self, Smaller, Wording};

const SORTS: &[Sort] = &[Wording, Smaller];
/// What was edited is approved by nobody.
const BROKEN: &[&str] = &["gate/evidence-missing", "override/approval-missing", "override/signature-broken"];
const RULE: &str = "gate/evidence-missing";

pub(super) const DEFECTS: &[Defect] = &[
    Defect::of("every rule at once", SORTS, (&["override/rule-unknown"], 1), |it| asked(it, "security", "gate/*")),
    Defect::of("a rule that there is not", SORTS, (&["override/rule-unknown"], 1), |it| {
        asked(it, "security", "gate/evidence-mising")
    }),
    Defect::of("a rule of integrity", SORTS, (&["override/rule-protected"], 1), |it| {
        asked(it, "security", "log/chain-broken")
    }),
    Defect::of("the rehearsal", SORTS, (&["override/element-excluded"], 1), |it| {
        asked(it, "security", "rollback/rehearsal-missing")
    }),
    Defect::of("a category that does not go so far", SORTS, (&["override/element-excluded"], 1), |it| {
        asked(it, "customer-blocking", RULE)
    }),
    Defect::of("a way back that nobody tried", SORTS, (&["override/rollback-unverified"], 1), |it| {
        it.product.remove("releases/r2/rehearsals/r2--r1.toml");
        asked(it, "security", RULE)
    }),
    Defect::of("approved by who asked", SORTS, (&["override/requester-approved"], 1), |it| {
        asked(it, "security", RULE);
        approve(it, "on-call")
    }),
    Defect::of("approved by one of two", SORTS, (&["override/role-missing", RULE], 1), |it| {
        asked(it, "security", RULE);
        approve(it, "security-lead");
        it.lock()
    }),
    Defect::of("expired", SORTS, (&["override/validity-ended", RULE], 1), |it| {
        excuse(unmeasured(it).on(0, 10));
        it.on(0, 13).lock()
    }),
    Defect::of("for another plan", SORTS, (&["override/plan-moved", RULE], 1), |it| {
        excuse(unmeasured(it).on(0, 11));
        it.product.edit("prompts/greet.md", "first.", "first, always.");
        it.commit().on(0, 12).rehearse().lock()
    }),
    Defect::of("edited after it was approved", SORTS, (BROKEN, 5), |it| {
        excuse(unmeasured(it).on(0, 11));
        it.product.edit(&exception(it), "no time", "little time");
        it.lock()
    }),
    Defect::of("what the last one owes was not done", SORTS, (&["obligation/compensation-overdue"], 1), |it| {
        excuse(unmeasured(it).on(0, 11));
        it.told().on(0, 12).step().on(0, 14).product.must("rollout abort r2 --reason complaints --commit");
        it.product.must("rollback run --to r1 --reason complaints --name r2-back --commit");
        next(it);
        it.on(2, 12).pv("lock --name r3 --write")
    }),
];

/// What `pv` says to on-call, when there is no evidence.
fn asked(it: &Release, category: &str, rule: &str) -> String {
    ask(unmeasured(it).on(0, 11), ("r2", category, rule))
}
