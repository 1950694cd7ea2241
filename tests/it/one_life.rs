//! One whole life of a change, typed: from the edit by a canary, a bad signal and a rollback to the release that holds;
//! and the same life with `kill -9` at any moment of every command that records something.
#![cfg(unix)]
#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "edits files; a failed step is a failed test")]

use std::collections::BTreeMap;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::runs::{self, CLOSURE, Run, json_of};
use crate::world::{CASES, World};

/// What is asked besides the built-in discipline: nothing is switched off.
const POLICY: &str = "
[intents]
missing = \"error\"

[rollback]
rehearsal = \"lock\"

[[gate]]
name = \"eval\"
[[gate.check]]
metric = \"pass_rate\"
margin = 0.05
[[gate.check]]
metric = \"pass_rate\"
floor = 0.80

[[artefact]]
kind = \"index\"
paths = [\"indexes/*/\"]

[[artefact]]
kind = \"feature\"
paths = [\"features.yaml\"]
";

/// The course's manifest, byte for byte.
const MANIFEST: &str = "features:
  refund_explanation:
    flag: refund_explanation_v1
    rollout:
      canary_percentage: 5
    dependencies:
      - prompt: explain_refund@1.0.0
      - tool: lookup_refund_eligibility@1.0.0
      - retrieval_index: refund_policies@2026-05-20
";

const REFUNDS: &str = "---\nname: explain_refund\nmodel: writer\ntools:\n  - lookup_refund_eligibility\n---\nExplain whether {{order}} is refunded.\n\nLook the order up first.\n";

const TOOL: &str = "{\"name\": \"lookup_refund_eligibility\", \"description\": \"Says whether an order can be refunded.\", \"inputSchema\": {\"type\": \"object\", \"properties\": {\"id\": {\"type\": \"string\"}}, \"required\": [\"id\"]}}\n";

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
type Deed = (&'static str, What);

enum What {
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
fn life() -> Vec<Deed> {
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

/// The product before the feature.
fn world() -> World {
    let repo = runs::repository(CASES);
    index(&repo, "handbook", "2026-10-20");
    std::fs::write(repo.beside("told"), "Refunds are explained; at 5% first; back by the flag at 0.\n").unwrap();
    World::live(repo, POLICY)
}

fn index(repo: &crate::harness::Repo, name: &str, day: &str) {
    let row =
        |n: usize| format!("{{\"id\": \"{name}-{n}\", \"hash\": \"sha256:{n:064x}\", \"title\": \"Document {n}\"}}\n");
    repo.write(&format!("indexes/{name}/documents.jsonl"), (0..4).map(row).collect::<String>());
    let manifest = format!(
        "name: {name}\nversion: {day}\nbuilt_at: {day}\nembedding:\n  model: text-embedding-3-large\n  dimension: 1024\n  metric: cosine\ndocuments:\n  file: documents.jsonl\n  count: 4\n"
    );
    repo.write(&format!("indexes/{name}/manifest.yaml"), manifest);
}

/// The rows of the eval set with `count` cases of refunds.
fn cases(count: usize) -> String {
    let row = |n: usize| format!("{{\"id\": \"refund-{n}\", \"input\": \"refund the order {n}\"}}\n");
    runs::eval_set(CASES) + &(0..count).map(row).collect::<String>()
}

fn feature(world: &World) {
    index(&world.repo, "refund_policies", "2026-05-20");
    world.repo.write("tools/lookup_refund_eligibility.json", TOOL).write("prompts/explain_refund.md", REFUNDS);
    world
        .repo
        .write("evals/greetings.jsonl", cases(2))
        .write("features.yaml", MANIFEST)
        .commit("refunds are explained");
}

/// A good run of what `about` names on the eval set as it stands, made now.
fn report(world: &World, about: &[&str]) {
    let rows = std::fs::read_to_string(world.repo.path("evals/greetings.jsonl")).unwrap();
    let ids = rows.lines().map(|row| row.split('"').nth(3).unwrap());
    let run = ids.fold(Run::about(&world.repo, about), |run, id| run.case(id, 3, 3.0));
    run.made(&world.instant().timestamp().to_string()).save(&world.repo, "report.json");
}

fn intents(world: &World) {
    world.describe("tool:lookup_refund_eligibility", "agent-code", "additive", "answers need to know what is refunded");
    world.describe("index:refund_policies", "data", "additive", "answers quote the policies");
    world.describe("eval:greetings", "eval", "additive", "refunds are measured");
    world.describe("prompt:explain_refund", "prompt", "additive", "customers ask about refunds");
    world.describe("feature:refund_explanation", "agent-code", "additive", "customers see it behind a flag");
    world.repo.commit("why");
}

/// Fills in the postmortem.
fn answers(world: &World) {
    let path = "releases/r2/postmortem.md";
    let mut text = std::fs::read_to_string(world.repo.path(path)).unwrap().replace("cause:\n", "cause: tooling\n");
    for question in
        ["Detection", "Response", "Resolution", "Users", "Impact", "Escalations", "Worked", "Slow", "Improve"]
    {
        text = text.replace(&format!("- {question}:\n"), &format!("- {question}: it is known\n"));
    }
    let mut told = String::new();
    for line in text.lines() {
        told += line;
        told += "\n";
        if line.starts_with("### ") || line == "## Root cause" {
            told += "\nThe tool left the currency out, and no case asked for it.\n";
        }
        if line.starts_with("|---") {
            told += "| add cases of currencies | team-evals | 2026-11-30 | |\n";
        }
    }
    world.repo.write(path, told.replace("- Eval set:\n", "- Eval set: eval:greetings@1.2.0\n")).commit("what happened");
}

/// The same bytes once more.
fn again(world: &World) {
    world.describe("tool:lookup_refund_eligibility", "agent-code", "behavioural", "the currency was missing");
    world.describe("prompt:explain_refund", "prompt", "behavioural", "the currency was missing");
    world.describe("feature:refund_explanation", "agent-code", "behavioural", "customers see it again");
    world.repo.commit("once more");
}

fn repair(world: &World) {
    let repo = &world.repo;
    repo.write("tools/lookup_refund_eligibility.json", TOOL.replace("refunded", "refunded, and in which currency"));
    repo.write("prompts/explain_refund.md", REFUNDS.replace("refunded", "refunded, and in which currency"));
    repo.write("features.yaml", MANIFEST.replace("@1.0.0", "@2.0.0")).write("evals/greetings.jsonl", cases(4));
    world.describe("eval:greetings", "eval", "additive", "currencies are measured");
    repo.commit("the currency");
}

/// `05 11:00` as an instant of November in Kolkata.
fn instant(short: &str) -> String {
    let (day, time) = short.split_once(' ').unwrap();
    format!("2026-11-{day}T{time}:00+05:30[Asia/Kolkata]")
}

/// That instant, some seconds later.
fn shifted(short: &str, seconds: i64) -> String {
    let zoned: jiff::Zoned = instant(short).parse().unwrap();
    zoned.checked_add(jiff::SignedDuration::from_secs(seconds)).unwrap().to_string()
}

/// What `pv at` says of an instant, in short: the live release, and what is served of the feature's parts.
fn state(world: &World, at: &str) -> String {
    let told = json_of(&world.repo, &["at", "--at", at]);
    let served = |id: &str| match told["artefacts"][id].as_array() {
        None => "-".to_owned(),
        Some(all) => all.iter().map(shown).collect::<Vec<_>>().join("+"),
    };
    format!(
        "{} tool {} prompt {} cases {} index {} flag {}",
        told["live"].as_str().unwrap_or("-"),
        served("tool:lookup_refund_eligibility"),
        served("prompt:explain_refund"),
        served("eval:greetings"),
        served("index:refund_policies"),
        told["flags"].get("refund_explanation_v1").map_or_else(|| "-".to_owned(), ToString::to_string),
    )
}

fn shown(served: &serde_json::Value) -> String {
    let version = served["version"].as_str().unwrap();
    if served["as"] == "stable" { version.to_owned() } else { format!("{version}@{}", served["share"]) }
}

/// A command line with the digest of the plan that was written in the place of `DIGEST`.
fn line(world: &World, line: &str) -> String {
    let Some((_, rest)) = line.split_once("--name ") else { return line.to_owned() };
    let name = rest.split(' ').next().unwrap();
    let Ok(plan) = std::fs::read(world.repo.path(&format!("releases/{name}/plan.toml"))) else {
        return line.to_owned();
    };
    line.replace("DIGEST", &pv::domain::Digest::of(&plan).to_string())
}

fn assert_verified(world: &World, context: &str) {
    let said = world.repo.pv(&["verify", "--all"]);
    assert!(said.contains("verified") && !said.contains("[exit code"), "{context}: {said}");
}

/// What a command that only answers has to say.
fn assert_answered(world: &World, asked: &str, code: u8, parts: &[&str]) {
    let said = world.pv(asked);
    let ends = if code == 0 { !said.contains("[exit code") } else { said.ends_with(&format!("[exit code {code}]\n")) };
    assert!(ends, "{asked}: {said}");
    parts.iter().for_each(|part| assert!(said.contains(part), "{part} after {asked}: {said}"));
}

/// All events of all releases: `r2/log/0003-step.toml`.
fn events(world: &World) -> Vec<String> {
    let listed = world.repo.git(&["ls-files", "releases"]);
    listed.lines().filter(|path| path.contains("/log/")).map(str::to_owned).collect()
}

#[test]
fn a_whole_life_from_an_edit_to_the_next_release() {
    let world = world();
    let mut before = "r1 tool - prompt - cases 1.0.0 index - flag -".to_owned();
    let mut moments: BTreeMap<String, String> = BTreeMap::new();
    for (at, what) in life() {
        world.on(&instant(at));
        match what {
            Edits(edit) => edit(&world),
            Answers(asked, code, parts) => assert_answered(&world, asked, code, parts),
            Writes(typed) => drop(world.must(&line(&world, typed))),
            Records(typed, after) => {
                world.must(&line(&world, typed));
                for (seconds, expected) in [(-1, &*before), (0, after), (1, after)] {
                    assert_eq!(state(&world, &shifted(at, seconds)), expected, "{seconds} s from {at}: {typed}");
                }
                assert_verified(&world, typed);
                assert_eq!(world.repo.git(&["status", "--porcelain"]), "", "{typed}");
                before = after.to_owned();
                moments.insert(instant(at), before.clone());
            }
        }
    }
    for (at, expected) in &moments {
        assert_eq!(state(&world, at), *expected, "{at}, seen from the end");
    }
    let status = world.repo.git(&["tag", "--list"]);
    assert_eq!(status, "pv/r1\npv/r2\npv/r4");
}

/// A number of a row that looks like chance, from 0 to 1.
fn chance(seed: &mut u64) -> f64 {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*seed >> 33) as f64 / f64::from(1_u32 << 31)
}

/// Runs a command line and kills it, with the git that it started, after `delay`; whether that cut it off.
fn is_cut_off(world: &World, typed: &str, delay: Duration) -> bool {
    let mut command = world.command(typed);
    let mut child = command.process_group(0).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let group = format!("-{}", child.id());
    let signal = |name: &str| {
        world.repo.command("kill").args([name, "--", &group]).stderr(Stdio::null()).status().unwrap().success()
    };
    std::thread::sleep(delay);
    // It may have ended by itself.
    signal("-KILL");
    let status = child.wait().unwrap();
    while signal("-0") {
        std::thread::sleep(Duration::from_millis(2));
    }
    remove_locks(&world.repo.path(".git"));
    status.code().is_none()
}

/// A killed git leaves its own locks behind; it names them itself, and only the user knows that they are stale.
fn remove_locks(folder: &Path) {
    for entry in ignore::WalkBuilder::new(folder).standard_filters(false).build().map(Result::unwrap) {
        if entry.path().extension().is_some_and(|extension| extension == "lock") {
            std::fs::remove_file(entry.path()).unwrap();
        }
    }
}

/// Types a command line once more: it goes on, or says that nothing is left to do.
fn go_on(world: &World, typed: &str, context: &str) {
    let said = world.pv(typed);
    let is_over = ["nothing to roll back", "postmortem::exists"].iter().any(|part| said.contains(part));
    assert!(is_over || !said.contains("[exit code"), "{context}: {said}");
    if typed.contains("--commit") {
        assert_eq!(world.repo.git(&["status", "--porcelain"]), "", "{context}: nothing is left over");
    }
}

/// The life, each of whose commands that write `write` types.
fn lived(mut write: impl FnMut(&World, &str)) -> World {
    let world = world();
    for (at, what) in life() {
        world.on(&instant(at));
        match what {
            Edits(edit) => edit(&world),
            Writes(typed) | Records(typed, _) => write(&world, &line(&world, typed)),
            Answers(..) => {}
        }
    }
    world
}

#[test]
fn killed_at_any_moment_and_continued_it_is_the_same_life() {
    let (mut seed, mut cut_off, mut usual) = (0x5eed_1ace_u64, 0, Duration::from_millis(60));
    let undisturbed = lived(|world, typed| {
        let start = Instant::now();
        world.must(typed);
        usual = usual.mul_f64(0.7) + start.elapsed().mul_f64(0.3);
    });
    let killed = lived(|world, typed| {
        let delay = usual.mul_f64(chance(&mut seed) * 1.1);
        let was_cut_off = is_cut_off(world, typed, delay);
        cut_off += u32::from(was_cut_off);
        let context = format!("killed after {delay:?}: {typed}");
        assert_verified(world, &context);
        go_on(world, typed, &context);
    });
    assert!(cut_off >= 25, "only {cut_off} commands were cut off: the test proves nothing");
    assert_eq!(events(&killed), events(&undisturbed));
    assert_verified(&killed, "at the end");
    let lock = |world: &World| std::fs::read_to_string(world.repo.path("pv.lock")).unwrap();
    assert_eq!(lock(&killed), lock(&undisturbed));
    for (at, what) in life() {
        if let Records(typed, after) = what {
            let told = |world: &World| json_of(&world.repo, &["at", "--at", &instant(at)]);
            assert_eq!(told(&killed), told(&undisturbed), "{at}: {typed}");
            assert_eq!(state(&killed, &instant(at)), after, "{at}: {typed}");
        }
    }
    killed.repo.git(&["fsck", "--strict", "--no-dangling"]);
}
