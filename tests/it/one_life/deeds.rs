//! The life, deed by deed.

use super::product::{again, answers, feature, intents, repair, report};
use crate::runs::CLOSURE;
use crate::world::World;

/// What a run of the tool is about, and a run of the prompt that uses it.
const OF_TOOL: [&str; 3] = ["tool:lookup_refund_eligibility", "index:refund_policies", "eval:greetings"];
const OF_PROMPT: [&str; 5] = [
    "prompt:explain_refund",
    "model:writer",
    "tool:lookup_refund_eligibility",
    "index:refund_policies",
    "eval:greetings",
];

/// One thing that is done, on a day of November 2026 at a time of the day in Kolkata.
pub(super) type Deed = (&'static str, What);

pub(super) enum What {
    /// Somebody edits files and commits them.
    Edits(fn(&World)),
    /// `pv` answers with this exit code, and says this.
    Answers(&'static str, u8, &'static [&'static str]),
    /// `pv` writes something that is no event, and whatever is live stays.
    Writes(&'static str),
    /// `pv` records an event, after which this is so.
    Records(&'static str, &'static str),
}

use What::{Answers, Edits, Records, Writes};

/// The whole life, in order.
pub(super) fn life() -> Vec<Deed> {
    [edited(), shipped(), taken_back(), shipped_again()].into_iter().flatten().collect()
}

fn edited() -> Vec<Deed> {
    vec![
        ("05 11:00", Edits(feature)),
        (
            "05 11:00",
            Answers(
                "check --base HEAD~1",
                1,
                &["owes baseline", "owes integration", "gate/evidence-missing", "intent/change-undescribed"],
            ),
        ),
        ("05 11:10", Edits(|world| report(world, &CLOSURE))),
        ("05 11:10", Writes("gate add report.json")),
        ("05 11:20", Edits(|world| report(world, &OF_TOOL))),
        ("05 11:20", Writes("gate add report.json")),
        ("05 11:20", Writes("gate add report.json --gate integration")),
        ("05 11:30", Edits(|world| drop(world.repo.commit("evidence")))),
        ("05 11:30", Answers("check --base HEAD~2", 1, &["intent/change-undescribed"])),
        ("05 12:00", Edits(intents)),
        ("05 12:00", Answers("check --base HEAD~3", 0, &["check passed"])),
    ]
}

fn shipped() -> Vec<Deed> {
    const R1: &str = "r1 tool - prompt - cases 1.0.0 index - flag -";
    vec![
        ("08 12:00", Answers("lock --name r2 --write", 1, &["window/closed", "rollback/rehearsal-missing"])),
        ("09 10:30", Answers("plan --name r2", 1, &["rollback/rehearsal-missing", "refund_explanation_v1      5%"])),
        ("09 10:30", Writes("rollback rehearse --name r2 --commit")),
        ("09 10:31", Writes("plan --name r2 --write")),
        ("09 10:31", Answers(WRONG_PLAN, 1, &["plan/"])),
        ("09 10:32", Records("lock --name r2 --plan DIGEST --write --commit --tag", R1)),
        ("09 10:33", Answers("rollout step r2 --step 1", 1, &["notice/engineering-missing"])),
        (
            "09 10:33",
            Records("notice record r2 --audience engineering --file ../told --channel #releases --commit", R1),
        ),
        (
            "09 10:34",
            Records(
                "notice record r2 --audience support --file ../told --channel #support --starts 2026-11-10T11:00:00+05:30 --commit",
                R1,
            ),
        ),
        (
            "09 10:35",
            Records(
                "notice record r2 --audience customer --file ../told --channel changelog --starts 2026-11-10T11:00:00+05:30 --commit",
                R1,
            ),
        ),
        (
            "09 10:41",
            Records("rollout step r2 --step 1 --commit", "- tool - prompt - cases 1.0.0 index 2026-05-20 flag -"),
        ),
        (
            "09 10:42",
            Records("rollout step r2 --step 2 --commit", "- tool 1.0.0 prompt - cases 1.0.0 index 2026-05-20 flag -"),
        ),
        (
            "09 10:43",
            Records("rollout step r2 --step 3 --commit", "- tool 1.0.0 prompt - cases 1.1.0 index 2026-05-20 flag -"),
        ),
        (
            "09 10:44",
            Records(
                "rollout step r2 --step 4 --commit",
                "- tool 1.0.0 prompt 1.0.0@0 cases 1.1.0 index 2026-05-20 flag -",
            ),
        ),
        (
            "09 11:00",
            Answers(
                "rollout step r2 --step 5",
                1,
                &[
                    "notice/lead-short",
                    "notice/facts-drifted",
                    "prompt:explain_refund: owes eval",
                    "gate/evidence-missing",
                ],
            ),
        ),
        ("10 11:00", Answers("rollout step r2 --step 5", 1, &["prompt:explain_refund: owes eval"])),
        ("10 11:05", Edits(|world| report(world, &OF_PROMPT))),
        ("10 11:05", Writes("gate add report.json")),
        ("10 11:06", Edits(|world| drop(world.repo.commit("the prompt is measured")))),
        (
            "10 11:10",
            Records(
                "rollout step r2 --step 5 --commit",
                "- tool 1.0.0 prompt 1.0.0@5 cases 1.1.0 index 2026-05-20 flag 5",
            ),
        ),
        (
            "10 12:00",
            Records(
                "notice record r2 --audience engineering --phase during --step 5 --file ../told --channel #releases --commit",
                "- tool 1.0.0 prompt 1.0.0@5 cases 1.1.0 index 2026-05-20 flag 5",
            ),
        ),
        ("10 14:00", Answers("rollout step r2 --step 6", 1, &["rollout/hold-running", "rollout/feedback-missing"])),
        (
            "11 11:10",
            Records(
                "rollout gate r2 --verdict pass --reason within·two·sigma --by on-call --commit",
                "- tool 1.0.0 prompt 1.0.0@5 cases 1.1.0 index 2026-05-20 flag 5",
            ),
        ),
        (
            "11 11:20",
            Records(
                "rollout step r2 --step 6 --commit",
                "- tool 1.0.0 prompt 1.0.0@25 cases 1.1.0 index 2026-05-20 flag 25",
            ),
        ),
    ]
}

/// A digest that no plan has.
const WRONG_PLAN: &str =
    "lock --name r2 --plan blake3:0000000000000000000000000000000000000000000000000000000000000000 --write";

fn taken_back() -> Vec<Deed> {
    const AT_25: &str = "- tool 1.0.0 prompt 1.0.0@25 cases 1.1.0 index 2026-05-20 flag 25";
    const CONTAINED: &str = "- tool 1.0.0 prompt 1.0.0@25 cases 1.1.0 index 2026-05-20 flag 0";
    const BACK: &str = "r3 tool - prompt - cases 1.1.0 index 2026-05-20 flag 0";
    vec![
        (
            "12 11:30",
            Records("rollout gate r2 --verdict fail --reason amounts·in·a·wrong·currency --by on-call --commit", AT_25),
        ),
        ("12 11:31", Answers("rollout step r2 --step 7", 1, &["rollout/feedback-failed", "pv rollback run --flag"])),
        (
            "12 11:32",
            Answers(
                "rollback plan --change tool:lookup_refund_eligibility",
                0,
                &["Contain first", "flag refund_explanation_v1 to 0"],
            ),
        ),
        ("12 11:40", Records("rollback run --flag refund_explanation_v1 --reason wrong·amounts --commit", CONTAINED)),
        ("12 11:41", Answers("rollback run --flag refund_explanation_v1 --reason again", 1, &["nothing to roll back"])),
        (
            "12 12:00",
            Answers(
                "rollback plan --change tool:lookup_refund_eligibility",
                0,
                &["prompt:explain_refund@1.0.0 needs tool:lookup_refund_eligibility, which goes away"],
            ),
        ),
        (
            "13 20:30",
            Records(
                "rollback run --change tool:lookup_refund_eligibility --name r3 --reason wrong·currency --commit",
                BACK,
            ),
        ),
        ("14 10:00", Writes("postmortem new r2 --incident INC-7 --commit")),
        ("14 10:00", Answers("postmortem lint r2", 1, &["postmortem/cause-unknown", "postmortem/eval-unlinked"])),
        ("14 10:30", Edits(answers)),
        ("14 10:30", Answers("postmortem lint r2", 1, &["postmortem/eval-version-unknown"])),
        ("14 11:00", Edits(again)),
        (
            "16 10:25",
            Answers("lock --name r4 --write", 1, &["rollback/version-rolled-back", "the very bytes of tool:lookup"]),
        ),
    ]
}

fn shipped_again() -> Vec<Deed> {
    const BACK: &str = "r3 tool - prompt - cases 1.1.0 index 2026-05-20 flag 0";
    const READY: &str = "- tool 2.0.0 prompt 2.0.0@0 cases 1.2.0 index 2026-05-20 flag 0";
    const AT_5: &str = "- tool 2.0.0 prompt 2.0.0@5 cases 1.2.0 index 2026-05-20 flag 5";
    const AT_25: &str = "- tool 2.0.0 prompt 2.0.0@25 cases 1.2.0 index 2026-05-20 flag 25";
    const AT_50: &str = "- tool 2.0.0 prompt 2.0.0@50 cases 1.2.0 index 2026-05-20 flag 50";
    const LIVE: &str = "r4 tool 2.0.0 prompt 2.0.0 cases 1.2.0 index 2026-05-20 flag 100";
    vec![
        ("16 10:26", Edits(repair)),
        ("16 10:26", Answers("postmortem lint r2", 0, &["nothing is open"])),
        ("16 10:27", Edits(|world| report(world, &CLOSURE))),
        ("16 10:27", Writes("gate add report.json")),
        ("16 10:28", Edits(|world| report(world, &OF_TOOL))),
        ("16 10:28", Writes("gate add report.json")),
        ("16 10:28", Writes("gate add report.json --gate integration")),
        ("16 10:29", Edits(|world| report(world, &OF_PROMPT))),
        ("16 10:29", Writes("gate add report.json")),
        ("16 10:29", Edits(|world| drop(world.repo.commit("evidence")))),
        ("16 10:30", Writes("rollback rehearse --name r4 --commit")),
        ("16 10:31", Writes("plan --name r4 --write")),
        ("16 10:32", Records("lock --name r4 --plan DIGEST --write --commit --tag", BACK)),
        (
            "16 10:33",
            Records("notice record r4 --audience engineering --file ../told --channel #releases --commit", BACK),
        ),
        (
            "16 10:34",
            Records(
                "notice record r4 --audience support --file ../told --channel #support --starts 2026-11-17T11:00:00+05:30 --commit",
                BACK,
            ),
        ),
        (
            "16 10:35",
            Records(
                "notice record r4 --audience customer --file ../told --channel changelog --starts 2026-11-17T11:00:00+05:30 --commit",
                BACK,
            ),
        ),
        (
            "16 10:41",
            Records("rollout step r4 --step 1 --commit", "- tool 2.0.0 prompt - cases 1.1.0 index 2026-05-20 flag 0"),
        ),
        (
            "16 10:42",
            Records("rollout step r4 --step 2 --commit", "- tool 2.0.0 prompt - cases 1.2.0 index 2026-05-20 flag 0"),
        ),
        ("16 10:43", Records("rollout step r4 --step 3 --commit", READY)),
        ("17 11:00", Records("rollout step r4 --step 4 --commit", AT_5)),
        ("18 11:00", Records("rollout gate r4 --verdict pass --reason fine --by on-call --commit", AT_5)),
        ("18 11:01", Records("rollout step r4 --step 5 --commit", AT_25)),
        ("19 11:01", Records("rollout gate r4 --verdict pass --reason fine --by on-call --commit", AT_25)),
        ("19 11:02", Records("rollout step r4 --step 6 --commit", AT_50)),
        ("20 14:00", Answers("rollout step r4 --step 7", 1, &["window/closed", "rollout/feedback-missing"])),
        ("23 11:02", Records("rollout gate r4 --verdict pass --reason fine --by on-call --commit", AT_50)),
        ("23 11:03", Records("rollout step r4 --step 7 --commit", LIVE)),
        ("24 11:03", Answers("rollout close r4", 1, &["notice/summary-missing"])),
        (
            "24 11:04",
            Records(
                "notice record r4 --audience engineering --phase post --file ../told --channel #releases --commit",
                LIVE,
            ),
        ),
        (
            "24 11:05",
            Records(
                "notice record r4 --audience customer --phase post --file ../told --channel changelog --commit",
                LIVE,
            ),
        ),
        ("24 11:06", Records("rollout close r4 --reason held --commit", LIVE)),
    ]
}
