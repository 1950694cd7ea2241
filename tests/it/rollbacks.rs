//! `pv rollback`: cascade, rehearsal, the way back.
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "a failed step is a failed test")]

use std::path::PathBuf;

use crate::harness::{Repo, ungated};

const TOOL: &str = "{\n  \"name\": \"find\",\n  \"description\": \"Finds an order.\",\n  \"inputSchema\": {\"type\": \"object\", \
                    \"properties\": {\"id\": {\"type\": \"string\"}}, \"required\": [\"id\"]}\n}\n";
const PROMPT: &str = "---\nname: explain\ntools:\n  - find\n---\nExplain the refund of {{order}}.\n";
const OTHER: &str = "---\nname: greet\n---\nGreet {{customer}} by name.\n";
const FEATURES: &str = "features:\n  refunds:\n    flag: refunds_v1\n    rollout:\n      canary_percentage: 5\n    dependencies:\n      - \
                        prompt: explain\n      - tool: find\n";
const ROUTING: &str = "models:\n  fast:\n    provider: openai\n    model: gpt-4o-mini-2024-07-18\n  smart:\n    provider: openai\n    \
                       model: gpt-4o-2024-08-06\n";

/// Release r1 of a tool, a prompt that needs it, another prompt and a feature.
fn first(policy: &str) -> Repo {
    let repo = Repo::new();
    repo.write("pv.toml", policy).write("tools/find.json", TOOL).write("prompts/explain.md", PROMPT);
    repo.write("prompts/greet.md", OTHER).write("features.yaml", FEATURES).write("models/routing.yaml", ROUTING);
    repo.commit("base");
    cut(&repo, "r1", "2026-05-20T11:00:00Z");
    repo
}

/// The same, and a release r2 with another tool, both prompts and both models edited.
fn repo() -> Repo {
    let repo = first(&ungated());
    repo.write("tools/find.json", TOOL.replace("Finds an order.", "Finds an order of a region."));
    repo.write("prompts/explain.md", PROMPT.replace("of {{order}}", "of {{order}}, for its region"));
    repo.write("prompts/greet.md", OTHER.replace("by name", "by name, warmly"));
    let routing = ROUTING.replace("gpt-4o-mini-2024-07-18", "gpt-4.1-mini-2025-04-14");
    repo.write("models/routing.yaml", routing.replace("gpt-4o-2024-08-06", "gpt-4.1-2025-04-14"));
    repo.commit("edits");
    cut(&repo, "r2", "2026-05-21T11:00:00Z");
    repo
}

fn cut(repo: &Repo, name: &str, at: &str) {
    let said = repo.pv(&["lock", "--name", name, "--write", "--commit", &format!("--at={at}")]);
    assert!(!said.contains("exit code"), "{said}");
}

const AT: &str = "--at=2026-05-22T11:00:00Z";

fn pv(repo: &Repo, words: &str) -> String {
    let words: Vec<&str> = words.split(' ').chain([AT]).collect();
    repo.pv(&words)
}

fn text(repo: &Repo, path: &str) -> String {
    std::fs::read_to_string(repo.path(path)).unwrap()
}

/// The version of an artefact in `pv.lock`.
fn version(repo: &Repo, id: &str) -> Option<String> {
    let lock: toml::Table = toml::from_str(&text(repo, "pv.lock")).unwrap();
    Some(lock["artefact"].get(id)?["version"].as_str().unwrap().to_owned())
}

fn assert_says(said: &str, parts: &[&str]) {
    parts.iter().for_each(|part| assert!(said.contains(part), "{part} is not in:\n{said}"));
}

#[test]
fn a_tool_takes_the_prompt_along_that_needs_it() {
    let repo = repo();
    insta::assert_snapshot!(pv(&repo, "rollback plan --change tool:find"), @"
    taking back tool:find: r2 is the latest release

    1. Contain first. While the cause is unclear, take the flag to 0: nothing else moves.

    pv rollback run --flag refunds_v1 --reason TEXT

    2. Isolate second. Once the cause is clear, take back what causes it:

    artefact        from   to          by                 within  because
    prompt:explain  1.1.0  1.0.0 (r1)  route-weight-0     5m      prompt:explain@1.1.0 never shipped with tool:find@1.0.0
    tool:find       1.1.0  1.0.0 (r1)  redeploy-previous          asked for

    pv rollback run --change tool:find --reason TEXT

    nothing was written
    ");
    assert_eq!(repo.git(&["status", "--porcelain"]), "");
}

#[test]
fn a_prompt_alone_takes_nothing_along_and_only_is_for_what_has_no_dependants() {
    let repo = repo();
    let said = pv(&repo, "rollback plan --change prompt:explain --only");
    assert_says(&said, &["prompt:explain  1.1.0  1.0.0 (r1)  route-weight-0  5m      asked for"]);
    assert!(!said.contains("tool:find"), "{said}");
    let said = pv(&repo, "rollback plan --change tool:find --only");
    assert_says(&said, &["rollback/dependant-left", "prompt:explain would stay live", "[exit code 1]"]);
    let said = pv(&repo, "rollback plan --change tool:find --flag refunds_v1");
    assert_says(&said, &["flag refunds_v1 to 0: asked for", "prompt:explain stays: the flag refunds_v1 is at 0"]);
    assert!(!said.contains("never shipped with"), "{said}");
}

#[test]
fn what_was_new_goes_away_with_whoever_needs_it() {
    let repo = first(&ungated());
    repo.write("tools/pay.json", TOOL.replace("find", "pay"));
    repo.write("prompts/pay.md", "---\nname: pay\ntools:\n  - pay\n---\nPay {{order}} back.\n").commit("a feature");
    cut(&repo, "r2", "2026-05-21T11:00:00Z");
    let said = pv(&repo, "rollback run --change tool:pay --reason wrong --commit");
    assert_says(&said, &["prompt:pay@1.0.0 needs tool:pay, which goes away", "tool:pay was new: it goes away"]);
    assert_eq!((version(&repo, "tool:pay"), version(&repo, "prompt:pay")), (None, None));
    assert!(repo.path("tools/pay.json").exists(), "nothing is deleted");
    let log = text(&repo, "releases/2026.05.22/log/0002-rollback.toml");
    assert_says(&log, &["removed = [\n    \"prompt:pay\",\n    \"tool:pay\",\n]"]);
    assert!(pv(&repo, "verify --all").starts_with("3 releases verified"));
}

#[test]
fn a_rollback_is_a_release_from_stored_objects_and_touches_no_file() {
    let repo = repo();
    repo.write("prompts/explain.md", "an edit that nobody saved").write("notes.txt", "mine");
    let said = pv(&repo, "rollback run --change tool:find --reason slow --commit");
    assert_says(
        &said,
        &[
            "release 2026.05.22 written, committed as",
            "The next `pv lock` refuses these bytes: prompt:explain@1.1.0, tool:find@1.1.0.",
        ],
    );
    assert_eq!(repo.git(&["status", "--porcelain"]), " M prompts/explain.md\n?? notes.txt");
    assert_eq!(text(&repo, "prompts/explain.md"), "an edit that nobody saved");
    let committed = repo.git(&["show", "--name-only", "--format=%B", "HEAD"]);
    assert_says(
        &committed,
        &["Roll back tool:find: release 2026.05.22\n\nslow", "pv.lock", "releases/2026.05.22/lock.toml"],
    );
    assert!(!committed.contains("prompts/"), "{committed}");
    assert_eq!(version(&repo, "tool:find").as_deref(), Some("1.0.0"));
    assert_eq!(version(&repo, "prompt:greet").as_deref(), Some("1.1.0"));
    assert!(pv(&repo, "verify --all").starts_with("3 releases verified"));
    assert!(text(&repo, "releases/2026.05.22/lock.toml").contains("reason = \"rolled back\""));
}

#[test]
fn everything_goes_back_to_a_release_and_what_is_that_already_is_told() {
    let repo = repo();
    assert_says(
        &pv(&repo, "rollback run --to r1 --reason unclear --restore --commit"),
        &["brought back:", "r1 shipped it so"],
    );
    assert_eq!(text(&repo, "tools/find.json"), TOOL);
    assert_eq!(text(&repo, "models/routing.yaml"), ROUTING);
    assert_eq!(repo.git(&["status", "--porcelain"]), "", "what was brought back is committed");
    assert_says(&pv(&repo, "lock"), &["nothing changed since the latest release"]);
    let again = pv(&repo, "rollback run --to r1 --reason unclear");
    assert_eq!(again, "nothing to roll back: everything, to r1 is that already\n[exit code 1]\n");
    assert_says(&pv(&repo, "rollback run --to 2026.05.22 --reason x"), &["rollback::latest"]);
    assert_says(&pv(&repo, "rollback run --to r9 --reason x"), &["there is no release `r9`"]);
    assert_says(&pv(&repo, "rollback run --change prompt:none --reason x"), &["no release shipped prompt:none"]);
    let said = pv(&repo, "rollback run --change prompt:greet --to-version 7.0.0 --reason x");
    assert_says(&said, &["prompt:greet@7.0.0 was not shipped by a release before 2026.05.22", "1.0.0, 1.1.0"]);
}

#[test]
fn a_flag_goes_to_none_and_nothing_else_moves() {
    let repo = repo();
    let said = pv(&repo, "rollback run --flag refunds_v1 --reason complaints --commit");
    assert_says(&said, &["refunds_v1 at 0, committed as", "Nothing else moved."]);
    assert_eq!(repo.git(&["show", "--name-only", "--format=", "HEAD"]), "releases/r2/log/0002-rollback.toml");
    let log = text(&repo, "releases/r2/log/0002-rollback.toml");
    assert_says(&log, &["reason = \"complaints\"", "[flags]\nrefunds_v1 = 0"]);
    assert!(!log.contains("rolled-back"), "{log}");
    let again = pv(&repo, "rollback run --flag refunds_v1 --reason complaints --commit");
    assert_eq!(again, "nothing to roll back: the flag refunds_v1 is that already\n[exit code 1]\n");
    assert_says(
        &pv(&repo, "rollback run --flag refunds --reason x"),
        &["there is no flag `refunds`", "known are: refunds_v1"],
    );
    let said = pv(&repo, "rollback plan --change tool:find");
    assert_says(&said, &["prompt:explain stays: the flag refunds_v1 is at 0"]);
}

#[test]
fn one_model_of_a_file_goes_back_and_the_file_holds_both_as_they_are_now() {
    let repo = repo();
    assert_says(
        &pv(&repo, "rollback run --change model:fast --reason dear --restore --commit"),
        &["alias-to-previous  10m"],
    );
    let now = text(&repo, "models/routing.yaml");
    assert_says(&now, &["gpt-4o-mini-2024-07-18", "gpt-4.1-2025-04-14"]);
    assert_eq!(repo.git(&["status", "--porcelain"]), "");
    assert!(pv(&repo, "verify --all").starts_with("3 releases verified"));
    assert_says(&pv(&repo, "lock"), &["nothing changed since the latest release"]);
    let to = repo.beside("out");
    pv(&repo, &format!("restore release:2026.05.22 --to {}", to.display()));
    assert_eq!(std::fs::read_to_string(to.join("models/routing.yaml")).unwrap(), now);
}

#[test]
fn restore_never_takes_an_edit_that_nothing_else_holds() {
    let repo = repo();
    repo.write("prompts/greet.md", "mine");
    let said = pv(&repo, "rollback run --change prompt:greet --reason x --restore");
    assert_says(&said, &["rollback::uncommitted", "nothing was done: prompts/greet.md"]);
    assert_eq!(text(&repo, "prompts/greet.md"), "mine");
    assert!(!repo.path("releases/2026.05.22").exists());
    let said = pv(&repo, "rollback run --change prompt:explain --reason x --restore");
    assert_says(&said, &["brought back: prompts/explain.md"]);
    assert_eq!(text(&repo, "prompts/explain.md"), PROMPT);
    assert_eq!(text(&repo, "prompts/greet.md"), "mine");
}

/// Where the object of what is at `path` in r1 stands.
fn object(repo: &Repo, bytes: &str) -> PathBuf {
    let digest = pv::domain::Digest::of(bytes.as_bytes());
    repo.path(&pv::store::objects::relative_path(&digest).unwrap())
}

#[test]
fn only_bytes_that_are_not_there_stop_it() {
    let repo = repo();
    std::fs::remove_file(object(&repo, OTHER)).unwrap();
    let said = pv(&repo, "rollback run --change prompt:greet --reason x");
    assert_says(
        &said,
        &["rollback/bytes-missing", "prompt:greet@1.0.0 cannot be brought back", "blake3:", "[exit code 5]"],
    );
    std::fs::write(object(&repo, OTHER), "other").unwrap();
    assert_says(&pv(&repo, "rollback run --to r1 --reason x"), &["is damaged", "[exit code 5]"]);
    assert!(!repo.path("releases/2026.05.22").exists());
    let said = pv(&repo, "rollback run --change tool:find --reason x");
    assert_says(&said, &["release 2026.05.22 written"]);
}

#[test]
fn windows_freezes_and_gates_do_not_stop_it() {
    let repo = repo();
    let frozen = "[calendar]\ntime-zone = \"UTC\"\n\n[[freeze]]\nname = \"summer\"\nstart = 2026-05-01\nend = 2026-06-01\n\
                  reason = \"few people\"\nowner = \"platform-lead@example.com\"\n";
    repo.write("pv.toml", frozen).commit("a freeze, and every gate on");
    assert_says(&pv(&repo, "rollback run --to r1 --reason x --commit"), &["release 2026.05.22 written, committed"]);
}

#[test]
fn a_killed_rollback_is_completed_by_running_it_again() {
    let written = ["lock.toml", "log/0001-cut.toml", "log/0002-rollback.toml"];
    for count in 1..=4 {
        let repo = repo();
        let old = text(&repo, "pv.lock");
        pv(&repo, "rollback run --change tool:find --reason slow --name back");
        let whole = repo.git(&["ls-files", "--others"]);
        for path in written.iter().skip(count) {
            std::fs::remove_file(repo.path(&format!("releases/back/{path}"))).unwrap();
        }
        if count < 4 {
            repo.write("pv.lock", old);
        }
        let record = text(&repo, "releases/back/lock.toml");
        let again = ["rollback", "run", "--change", "tool:find", "--reason", "slow", "--at=2026-05-22T12:00:00Z"];
        assert_says(&repo.pv(&again), &["release back written, not committed"]);
        assert_eq!(text(&repo, "releases/back/lock.toml"), record, "{count}");
        assert_eq!(repo.git(&["ls-files", "--others"]), whole, "{count}");
        assert_eq!(version(&repo, "tool:find").as_deref(), Some("1.0.0"), "{count}");
        let commit = [&again[..], &["--commit"]].concat();
        assert_says(&repo.pv(&commit), &["release back written, committed as"]);
        assert_eq!(repo.git(&["status", "--porcelain"]), "", "{count}");
        assert!(pv(&repo, "verify --all").starts_with("3 releases verified"), "{count}");
    }
}

#[test]
fn a_shallow_clone_can_go_back_offline() {
    let repo = repo();
    let clone = repo.beside("clone");
    let source = format!("file://{}", repo.root().display());
    repo.git(&["clone", "--quiet", "--depth=1", &source, clone.to_str().unwrap()]);
    let clone = repo.at(clone);
    assert_says(&pv(&clone, "rollback run --to r1 --reason x --commit"), &["release 2026.05.22 written, committed"]);
}

#[test]
fn what_was_taken_back_is_refused_until_its_bytes_change() {
    let repo = repo();
    pv(&repo, "rollback run --change prompt:greet --reason rude --commit");
    let said = pv(&repo, "lock --name r4 --write --commit");
    assert_says(&said, &["rollback/version-rolled-back", "was rolled back after release r2", "[exit code 1]"]);
    repo.git(&["mv", "prompts/greet.md", "prompts/hello.md"]);
    repo.commit("another path");
    assert_says(&pv(&repo, "lock --name r4 --write --commit"), &["rollback/version-rolled-back"]);
    repo.write("prompts/hello.md", OTHER.replace("by name", "by name, kindly")).commit("repaired");
    assert_says(&pv(&repo, "lock --name r4 --write --commit"), &["release r4 written"]);
    assert_eq!(version(&repo, "prompt:greet").as_deref(), Some("1.2.0"));
}

/// A repository in which a rehearsal is owed, with an edit after its first release.
fn guarded(more: &str) -> Repo {
    let policy = ungated().replace("rehearsal = \"off\"", &format!("rehearsal = \"lock\"\n{more}"));
    assert!(policy.contains("rehearsal = \"lock\""));
    let repo = first(&policy);
    repo.write("prompts/greet.md", OTHER.replace("by name", "by name, warmly")).commit("an edit");
    repo
}

fn lock(repo: &Repo, at: &str) -> String {
    repo.pv(&["lock", "--name", "r2", "--write", "--commit", &format!("--at={at}")])
}

const PAPER: &str = "releases/r2/rehearsals/r2--r1.toml";

#[test]
fn a_second_release_owes_a_rehearsal_of_exactly_its_way_back() {
    let repo = guarded("");
    let said = lock(&repo, "2026-05-22T11:00:00Z");
    assert_says(
        &said,
        &[
            "rollback/rehearsal-missing",
            "from r2 to r1, as both are now",
            "pv rollback rehearse --name r2",
            "[exit code 1]",
        ],
    );
    let said = pv(&repo, "rollback rehearse --name r2");
    assert_says(
        &said,
        &[
            "the way back from r2 to r1",
            "bytes         yes     5 files are stored as they shipped",
            &format!("{PAPER}, not committed"),
        ],
    );
    repo.write("prompts/explain.md", PROMPT.replace("Explain", "Describe")).commit("another edit");
    assert_says(&lock(&repo, "2026-05-22T11:00:00Z"), &["rollback/rehearsal-missing"]);
    assert!(!pv(&repo, "rollback rehearse --name r2 --commit").contains("exit code"));
    assert_eq!(repo.git(&["show", "--name-only", "--format=", "HEAD"]), PAPER);
    let said = lock(&repo, "2026-06-22T11:00:00Z");
    assert_says(&said, &["rollback/rehearsal-stale", "31 days before; at most 30d are allowed", "[exit code 1]"]);
    assert_says(&lock(&repo, "2026-06-21T11:00:00Z"), &["release r2 written"]);
}

#[test]
fn a_rehearsal_is_fast_enough_and_can_be_read() {
    let repo = guarded("");
    pv(&repo, "rollback rehearse --name r2");
    let paper = text(&repo, PAPER);
    let seconds = paper.lines().find(|line| line.starts_with("seconds")).unwrap();
    repo.write(PAPER, paper.replace(seconds, "seconds = 300.5"));
    let said = lock(&repo, "2026-05-22T11:00:00Z");
    assert_says(&said, &["rollback/rehearsal-slow", "took 300.5 s, and a prompt change may take 300 s"]);
    repo.write(PAPER, paper.replace(seconds, "seconds = nan"));
    assert_says(&lock(&repo, "2026-05-22T11:00:00Z"), &["rollback/rehearsal-slow"]);
    repo.write(PAPER, &paper[..paper.len() / 2]);
    assert_says(&lock(&repo, "2026-05-22T11:00:00Z"), &["rollback/rehearsal-unreadable", "rollback/rehearsal-missing"]);
    repo.write(PAPER, paper.replace(seconds, "seconds = 300.0"));
    assert_says(&lock(&repo, "2026-05-22T11:00:00Z"), &["release r2 written"]);
}

#[test]
fn the_command_runs_among_the_files_to_go_back_to() {
    let repo = guarded(
        "command = \"grep -q 'by name\\\\.' prompts/greet.md && grep -q warmly $PV_FROM_DIR/prompts/greet.md && grep -q . $PV_TO_DIR/prompts/greet.md && test $PV_RELEASE-$PV_TARGET-$PV_CHANGED = r2-r1-prompt:greet && echo out\"\n",
    );
    let said = pv(&repo, "rollback rehearse --name r2");
    assert_says(&said, &["command       yes     exit code 0"]);
    let json = repo
        .command(env!("CARGO_BIN_EXE_pv"))
        .args(["rollback", "rehearse", "--name=r2", "--format=json", AT])
        .output()
        .unwrap();
    assert!(serde_json::from_slice::<serde_json::Value>(&json.stdout).is_ok(), "the command's output is not pv's");
    assert!(String::from_utf8(json.stderr).unwrap().contains("out"));
}

#[test]
fn a_command_that_fails_or_harms_fails_the_rehearsal() {
    let repo = guarded("command = \"echo x >> prompts/greet.md; exit 3\"\n");
    let said = pv(&repo, "rollback rehearse --name r2");
    assert_says(
        &said,
        &[
            "command       NO      exit code 3",
            "unharmed      NO      prompts/greet.md is another",
            "rollback/rehearsal-failed",
            "[exit code 1]",
        ],
    );
    let said = lock(&repo, "2026-05-22T11:00:00Z");
    assert_says(&said, &["rollback/rehearsal-failed", "command: exit code 3", "[exit code 1]"]);
}

#[test]
fn bytes_that_are_missing_fail_the_rehearsal_as_integrity() {
    let repo = guarded("");
    let place = object(&repo, OTHER);
    std::fs::rename(&place, repo.beside("kept")).unwrap();
    let said = pv(&repo, "rollback rehearse --name r2");
    assert_says(&said, &["bytes         NO", "prompt:greet@1.0.0", "rollback/bytes-missing", "[exit code 5]"]);
    std::fs::rename(repo.beside("kept"), &place).unwrap();
    assert_says(&lock(&repo, "2026-05-22T11:00:00Z"), &["rollback/bytes-missing", "[exit code 5]"]);
}

#[test]
fn a_retired_model_is_nothing_to_go_back_to() {
    let repo = first(&ungated());
    let said = repo.pv(&["rollback", "rehearse", "--name=r2", "--at=2026-05-22T11:00:00Z"]);
    assert_says(&said, &["HEAD holds what r1 shipped"]);
    repo.write("models/routing.yaml", ROUTING.replace("gpt-4o-2024-08-06", "gpt-4.1-2025-04-14")).commit("migrated");
    let said = repo.pv(&["rollback", "rehearse", "--name=r2", "--at=2027-02-01T11:00:00Z"]);
    assert_says(&said, &["models        NO      model:smart", "rollback/rehearsal-failed", "[exit code 1]"]);
    assert!(!said.contains("model:fast"), "what goes forward with the same pin is no worse off behind: {said}");
}

#[test]
fn a_broken_configuration_or_plan_does_not_stop_it() {
    let repo = repo();
    repo.write("pv.toml", "[[artefact]\n").write("releases/r2/plan.toml", "nothing = [\n");
    let said = repo.pv(&["rollback", "run", "--to", "r1", "--reason", "it must go", AT]);
    assert!(said.contains("going on by what HEAD holds") && !said.contains("[exit code"), "{said}");
}

#[test]
fn what_was_taken_back_is_nothing_to_go_back_to() {
    let repo = repo();
    let back = pv(&repo, "rollback run --to r1 --reason bad --name back --commit");
    assert!(!back.contains("[exit code"), "{back}");
    let forward = pv(&repo, "rollback run --to r2 --reason again --name forward --commit");
    assert!(forward.contains("rollback/target-unproven") && forward.ends_with("[exit code 1]\n"), "{forward}");
}

#[test]
fn what_was_there_from_the_first_release_on_does_not_go_away() {
    let repo = repo();
    let once = pv(&repo, "rollback run --change prompt:greet --reason bad --commit");
    assert!(!once.contains("[exit code"), "{once}");
    let twice = pv(&repo, "rollback run --change prompt:greet --reason bad --commit");
    assert!(twice.ends_with("[exit code 1]\n"), "{twice}");
    assert_eq!(version(&repo, "prompt:greet").as_deref(), Some("1.0.0"));
}
