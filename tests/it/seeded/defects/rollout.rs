//! Steps that may not be taken yet, and what was told too late.

use super::{Defect, STEPPED};
use crate::seeded::release::Release;
use crate::seeded::release::Sort::{Cosmetic, Flag, Model, ToolText, Wording};

pub(super) const DEFECTS: &[Defect] = &[
    Defect::of("engineering was not told", STEPPED, (&["notice/engineering-missing"], 1), |it| {
        it.cut().on(1, 13).pv("rollout step r2")
    }),
    Defect::of("customers were not told", &[Flag], (&["notice/customer-missing"], 1), |it| {
        it.cut().on(0, 12).product.tell("engineering", "r2").tell("support", "r2");
        it.commit().on(1, 13).pv("rollout step r2")
    }),
    Defect::of("no talking points", &[Flag], (&["notice/support-missing"], 1), |it| {
        it.cut().on(0, 12).product.tell("engineering", "r2").tell("customer", "r2");
        it.commit().on(1, 13).pv("rollout step r2")
    }),
    Defect::of("customers were told on the day", &[Flag], (&["notice/lead-short"], 1), |it| {
        it.told().on(1, 11).pv("rollout step r2")
    }),
    Defect::of("earlier than was announced", STEPPED, (&["notice/facts-drifted"], 1), |it| {
        let starts = format!("--starts {} r2", it.at(2, 12));
        it.cut().on(0, 12).product.tell("engineering", &starts);
        it.commit().on(1, 13).pv("rollout step r2")
    }),
    Defect::of("the step outside the window", STEPPED, (&["window/closed"], 4), |it| {
        it.told().on(1, 16).pv("rollout step r2")
    }),
    Defect::of("the step of a model in the middle of the week", &[Model], (&["window/hold-uncovered"], 4), |it| {
        it.told().on(8, 12).pv("rollout step r2")
    }),
    Defect::stepping("nobody looked at the feedback", STEPPED, (&["rollout/feedback-missing"], 1), |it| {
        it.on(2, 14).pv("rollout step r2")
    }),
    Defect::stepping("the feedback fails", STEPPED, (&["rollout/feedback-failed"], 1), |it| looked(it, "fail")),
    Defect::stepping("too little feedback", STEPPED, (&["rollout/feedback-inconclusive"], 3), |it| {
        looked(it, "inconclusive")
    }),
    Defect::stepping("the hold is running", STEPPED, (&["rollout/hold-running"], 1), |it| {
        it.on(1, 14).feedback("pass").pv("rollout step r2")
    }),
    Defect::stepping("a step skipped", STEPPED, (&["rollout/step-skipped"], 1), |it| {
        it.on(2, 14).feedback("pass").pv("rollout step r2 --step 3")
    }),
    Defect::stepping("on after a stop, and no word why", STEPPED, (&["rollout/reason-missing"], 1), |it| {
        it.on(1, 14).product.must("rollout hold r2 --reason complaints --commit");
        it.on(2, 14).feedback("pass").pv("rollout step r2")
    }),
    Defect::stepping("on after it was taken back", STEPPED, (ENDED, 1), |it| {
        it.on(1, 14).product.must("rollout abort r2 --reason complaints --commit");
        it.on(2, 14).pv("rollout step r2")
    }),
    Defect::stepping(
        "closed while it is monitored",
        &[Wording, ToolText],
        (&["rollout/monitoring-running"], 1),
        |it| {
            for day in [2, 3, 7] {
                it.on(day, 14).feedback("pass").step();
            }
            it.on(8, 13).pv("rollout close r2")
        },
    ),
    Defect::stepping("closed without a summary", &[Cosmetic], (&["notice/summary-missing"], 1), |it| {
        it.on(3, 14).pv("rollout close r2")
    }),
];

/// What was taken back is over, and its bytes stay back.
const ENDED: &[&str] = &["rollback/version-rolled-back", "rollout/release-ended"];

/// The next step, a day later, with feedback that somebody judged.
fn looked(it: &Release, verdict: &str) -> String {
    it.on(2, 14).feedback(verdict).pv("rollout step r2")
}
