//! Runs that were not made, are of something else, or come out badly.

use super::Defect;
use crate::runs::Run;
use crate::seeded::release::Release;
use crate::seeded::release::Sort::{Cases, Index, Model, Smaller, ToolText, Wording};

pub(super) const DEFECTS: &[Defect] = &[
    Defect::of("no evidence", &[Wording, Smaller, Model, ToolText], (&["gate/evidence-missing"], 1), |it| {
        unmeasured(it).due().lock()
    }),
    Defect::of("evidence that is not committed", &[Wording, Smaller], (UNCOMMITTED, 1), |it| {
        unmeasured(it).due().product.measure("prompt:greet", "eval", |run| run);
        it.lock()
    }),
    Defect::of("evidence of an earlier wording", &[Wording, Smaller], (&["gate/evidence-stale"], 1), |it| {
        it.product.edit("prompts/greet.md", "first.", "first, always.");
        it.commit().due().rehearse().lock()
    }),
    Defect::of("worse by more than the margin", &[Wording, Smaller], (&["gate/margin-exceeded"], 1), |it| {
        measured(it, "prompt:greet", "eval", |run| run.failing(30)).lock()
    }),
    Defect::of("too little to tell", &[Wording, Smaller], (&["gate/evidence-inconclusive"], 3), |it| {
        measured(it, "prompt:greet", "eval", |run| run.failing(2)).lock()
    }),
    Defect::of("dearer than before", &[Model], (&["gate/ratio-exceeded"], 1), |it| {
        measured(it, "model:writer", "cost", |run| run.metric("cost", 3.0)).lock()
    }),
    Defect::of("an integration test fails", &[ToolText], (&["gate/cases-failed"], 1), |it| {
        measured(it, "tool:lookup", "integration", |run| run.failing(1)).lock()
    }),
    Defect::of("the data's schema drifts", &[Index], (&["gate/schema-drifted"], 1), |it| {
        it.product.edit("indexes/products/manifest.yaml", "1024", "512");
        it.product.describe("index:products", "data", "breaking");
        it.commit().product.measure("index:products", "eval", |run| run);
        it.commit().due().lock()
    }),
    Defect::of("no new baseline for new cases", &[Cases], (&["gate/baseline-missing"], 1), |it| {
        unmeasured(it).due().lock()
    }),
    Defect::of("evidence that was edited", &[Wording, Smaller], (ALTERED, 5), |it| {
        for path in recorded(it) {
            it.product.edit(&path, "case-001", "case-0x1");
        }
        it.commit().due().lock()
    }),
];

/// What does not count leaves the gate open.
const UNCOMMITTED: &[&str] = &["gate/evidence-missing", "gate/evidence-uncommitted"];
/// So does what was edited.
const ALTERED: &[&str] = &["evidence/file-altered", "gate/evidence-missing"];

/// What was recorded of the release, and not before.
fn recorded(it: &Release) -> Vec<String> {
    let said = it.product.repo.git(&["diff", "--name-only", "pv/r1", "HEAD", "--", ".pv/evidence"]);
    let before = it.product.repo.git(&["log", "--format=%H", "--grep=how it does"]);
    let earlier = before.lines().last().unwrap_or_default().to_owned();
    let known = it.product.repo.git(&["ls-tree", "-r", "--name-only", &earlier]);
    said.lines().filter(|path| !known.lines().any(|one| one == *path)).map(str::to_owned).collect()
}

/// Without what was recorded of it.
pub(super) fn unmeasured(it: &Release) -> &Release {
    for path in recorded(it) {
        it.product.remove(&path);
    }
    it.commit()
}

/// On Monday, with a later run for a gate.
fn measured<'r>(it: &'r Release, about: &str, gate: &str, change: fn(Run) -> Run) -> &'r Release {
    it.due().product.measure(about, gate, change);
    it.commit()
}
