//! Features before what they need, and releases that do not fit the one before.

use super::{Defect, STEPPED};
use crate::seeded::release::Sort::{Coordinated, Cosmetic, Flag, Several, Smaller, Wording};
use crate::seeded::release::{Release, hints};

pub(super) const DEFECTS: &[Defect] = &[
    Defect::stepping("a flag on what is not deployed", &[Cosmetic], (&["coordination/exposed-undeployed"], 1), |it| {
        it.product.repo.write("prompts/hint.md", "---\nname: hint\nmodel: writer\n---\nGive a hint.\n");
        it.product.describe("prompt:hint", "prompt", "additive").describe("feature:hints", "agent-code", "additive");
        it.product.append("features.yaml", &hints("hint@1.0.0"));
        it.commit().on(2, 12).product.must("rollback rehearse --name r3");
        it.product.must("lock --name r3 --write --commit");
        it.pv("feature check")
    }),
    Defect::of("a flag on what is in no release", &[Flag], (&["coordination/dependency-unreleased"], 1), |it| {
        it.product.repo.write("prompts/hint.md", "---\nname: hint\nmodel: writer\n---\nGive a hint.\n");
        it.product.edit("features.yaml", "greet@1.0.0", "hint@1.0.0");
        it.commit().due().pv("feature check")
    }),
    Defect::of("a version that the lock does not have", &[Flag], (&["coordination/version-unlocked"], 1), |it| {
        it.product.edit("features.yaml", "greet@1.0.0", "greet@1.7.0");
        it.commit().rehearse().due().lock()
    }),
    Defect::of("a dependency that nobody knows", &[Flag], (&["coordination/dependency-unknown"], 1), |it| {
        it.product.edit("features.yaml", "greet@1.0.0", "gret@1.0.0");
        it.commit().rehearse().due().lock()
    }),
    Defect::of("flags that need each other", &[Flag], (CIRCLE, 1), |it| {
        let requires = |name: &str, flag: &str| {
            let needs = format!("    requires_flags: [{flag}]\n    rollout:\n");
            let off =
                hints("greet@1.0.0").replacen("    rollout:\n", &needs, 1).replace("percentage: 5", "percentage: 0");
            off.replace("  hints:", &format!("  {name}:")).replace("flag: hints", &format!("flag: {name}"))
        };
        let text = it.product.read("features.yaml").replace(&hints("greet@1.0.0"), &requires("hints", "tips_v1"));
        it.product.repo.write("features.yaml", text + &requires("tips", "hints_v1"));
        it.product.describe("feature:tips", "agent-code", "additive");
        it.commit().rehearse().due().lock()
    }),
    Defect::of("what an enabled feature needs is removed", &[Wording], (GONE, 1), |it| {
        it.product.remove("indexes/policies/manifest.yaml").remove("indexes/policies/documents.jsonl");
        it.product.describe("index:policies", "data", "breaking");
        it.commit().rehearse().due().lock()
    }),
    Defect::of("together, and no word why", &[Coordinated], (&["plan/reason-missing"], 1), |it| {
        it.product.remove("releases/r2/plan.toml");
        it.pv("plan --name r2 --write --mode coordinated");
        it.due().lock()
    }),
    Defect::of("together, and independent of each other", &[Several], (&["plan/coupling-missing"], 1), |it| {
        it.pv("plan --name r2 --write --mode coordinated --because it~is~quicker");
        it.due().lock()
    }),
    Defect::of("together, and nobody answers for one", &[Coordinated], (&["plan/owner-missing"], 1), |it| {
        it.product.edit("changes/tool-lookup.md", "owner: platform-lead\n", "");
        it.commit().due().lock()
    }),
    Defect::of("another plan than the reviewed one", STEPPED, (&["plan/digest-moved"], 1), |it| {
        let other = "0".repeat(64);
        it.due().pv(&format!("lock --name r2 --write --plan blake3:{other}"))
    }),
    Defect::stepping("on top of one that is under way", &[Wording, Smaller], (&["plan/base-unfinished"], 1), |it| {
        it.product.edit("tools/lookup.json", "up.", "up by id.");
        it.product.describe("tool:lookup", "agent-code", "behavioural").measure("tool:lookup", "eval", |run| run);
        it.product.measure("tool:lookup", "integration", |run| run);
        it.commit().on(2, 12).product.must("rollback rehearse --name r3");
        it.pv("lock --name r3 --write")
    }),
    Defect::stepping("on top of one that moves the same prompt", &[Wording, Smaller], (SHARED, 1), |it| {
        next(it);
        it.on(2, 12).pv("lock --name r3 --write")
    }),
    Defect::stepping("bytes that were taken back", &[Wording, Smaller], (&["rollback/version-rolled-back"], 1), |it| {
        let back = aborted(it);
        it.product.must(back);
        it.product.repo.git(&["mv", "prompts/greet.md", "prompts/hello.md"]);
        it.product.describe("prompt:greet", "prompt", "additive");
        it.commit().product.must("rollback rehearse --name r3");
        it.pv("lock --name r3 --write")
    }),
    Defect::stepping("on top of one that was taken back", &[Wording, Smaller], (&["plan/base-unfinished"], 1), |it| {
        aborted(it);
        it.product.measure("prompt:greet", "eval", |run| run);
        next(it);
        it.on(2, 12).pv("lock --name r3 --write")
    }),
];

/// What is removed is also nowhere to be found.
const GONE: &[&str] = &["coordination/dependency-unknown", "coordination/needed-removed"];
/// Whoever waits for the other waits for a flag that is off.
const CIRCLE: &[&str] = &["coordination/dependency-circular", "coordination/flag-disabled"];
/// What is under way with one artefact is unfinished, too.
const SHARED: &[&str] = &["coordination/plans-conflicting", "plan/base-unfinished"];

/// Takes r2 back in its canary; what makes r1 the latest release again.
pub(super) fn aborted(it: &Release) -> &'static str {
    it.on(1, 14).product.must("rollout abort r2 --reason complaints --commit");
    "rollback run --to r1 --reason complaints --name r2-back --commit"
}

/// Another release, r3, ready to be cut a day later.
pub(super) fn next(it: &Release) {
    it.product.edit("prompts/greet.md", "first.", "first, and smile.");
    it.product.describe("prompt:greet", "prompt", "behavioural");
    it.commit().product.measure("prompt:greet", "eval", |run| run);
    it.commit().product.must("rollback rehearse --name r3");
    it.commit();
}
