//! `pv notes`, `pv notice`: who is told what.

use pv::domain::Weight;
use pv::release::log::{Event, EventKind};
use pv::release::records;
use serde_json::Value;

use crate::harness::Repo;

const GREET: &str = "---\nname: greet\nowner: team-support\n---\nGreet {{customer}}. Answer in at most 3 sentences.\n";
const FAST: &str = "---\nname: fast\nmodel: gpt-4o-2024-08-06\n---\nSummarise {{text}}.\n";
const GREET_INTENT: &str = "---\nartefacts:\n  - prompt:greet\ntype:\n  - prompt\nwhy: Answers may be longer\naudience:\n  \
    support: Answers may have five sentences\n  customer: Answers explain more\n---\n";
const CUT: &str = "--at=2026-05-20T11:00:00Z";
const LATER: &str = "--at=2026-05-25T11:00:00Z";

/// A release `r1`, and after it a longer answer and a newer model, committed.
fn edited() -> Repo {
    let repo = Repo::new();
    repo.write("pv.toml", "").ungate();
    repo.git(&["config", "user.name", "A Config"]);
    repo.write("prompts/greet.md", GREET).write("prompts/fast.md", FAST).commit("base");
    let said = repo.pv(&["lock", "--name", "r1", "--write", "--commit", CUT]);
    assert!(said.contains("release r1 written"), "{said}");
    repo.write("prompts/greet.md", GREET.replace('3', "5")).write("changes/longer.md", GREET_INTENT);
    repo.write("prompts/fast.md", FAST.replace("08-06", "11-20"));
    repo.commit("edits");
    repo
}

/// The same, cut as `r2`.
fn cut() -> Repo {
    let repo = edited();
    let said = repo.pv(&["lock", "--name", "r2", "--write", "--commit", LATER]);
    assert!(said.contains("release r2 written"), "{said}");
    repo
}

fn record(repo: &Repo, audience: &str, more: &[&str]) -> String {
    repo.write("told.txt", "A newer model from Monday.\n");
    repo.pv(&[&["notice", "record", "r2", "--audience", audience, "--file", "told.txt"], more].concat())
}

/// The ids of the checks that `pv notice check` names, with their severity.
fn checks(repo: &Repo, at: &str) -> Vec<String> {
    let arguments = ["notice", "check", "r2", "--format", "json", at];
    let output = repo.command(env!("CARGO_BIN_EXE_pv")).args(arguments).output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let told = report["refusals"].as_array().unwrap().iter();
    told.map(|one| format!("{} {}", one["severity"].as_str().unwrap(), one["check"].as_str().unwrap())).collect()
}

#[test]
fn what_is_to_come_is_told_to_engineering_with_gates_and_the_way_back() {
    insta::assert_snapshot!(edited().pv(&["notes", LATER]), @r"
    # Unreleased

    Changes since release r1.

    ## Behavioural

    ### Prompt

    - `prompt:greet` 1.0.0 → 1.1.0: Answers may be longer
      - Rollback\: back to 1.0.0.

    ### Model

    - `prompt:fast` 1.0.0 → 1.1.0
      - Rollback\: back to 1.0.0.

    1 change has no text for support.

    1 change has no text for customers.

    2 changes have no text for executives.
    ");
}

#[test]
fn customers_read_what_was_written_for_them_and_no_id() {
    let repo = cut();
    for release in [&[][..], &["r2"]] {
        let said = repo.pv(&[&["notes", "--audience", "customer", LATER], release].concat());
        assert!(said.contains("Answers explain more"), "{said}");
        for hidden in ["prompt", "greet", "1.1.0", "blake3", "Rollback", "Gate", "no text"] {
            assert!(!said.contains(hidden), "{hidden}: {said}");
        }
    }
    let said = repo.pv(&["notes", "r2", "--audience", "exec"]);
    assert_eq!(said, "# Release r2\n\nThere is nothing to tell of this release.\n");
}

#[test]
fn slack_is_not_markdown() {
    insta::assert_snapshot!(cut().pv(&["notes", "r2", "--as", "slack"]), @r"
    *Release r2*

    Cut 2026-05-25T11:00:00Z. Changes since release r1.

    *Behavioural*

    *Prompt*

    • `prompt:greet` 1.0.0 → 1.1.0: Answers may be longer
        ◦ Rollback: back to 1.0.0 by route-weight-0 within 5m.

    *Model*

    • `prompt:fast` 1.0.0 → 1.1.0
        ◦ Rollback: back to 1.0.0 by alias-to-previous within 10m.

    1 change has no text for support.

    1 change has no text for customers.

    2 changes have no text for executives.
    ");
}

#[test]
fn hostile_texts_format_and_mention_nothing() {
    let repo = edited();
    let hostile = "customer: \"@everyone <!channel> [free](http://x.example) **now** \\e[2J\"";
    repo.write("changes/longer.md", GREET_INTENT.replace("customer: Answers explain more", hostile));
    repo.commit("hostile");
    let said = repo.pv(&["notes", "--audience", "customer", LATER]);
    assert!(!said.contains("@everyone") && !said.contains("<!channel>") && !said.contains("[free]("), "{said}");
    assert!(!said.contains("**") && !said.contains('\u{1b}'), "{said}");
    let said = repo.pv(&["notes", "--audience", "customer", "--as", "slack", LATER]);
    assert!(!said.contains("@everyone") && !said.contains("<!channel>") && !said.contains('\u{1b}'), "{said}");
}

#[test]
fn notes_go_back_to_an_earlier_release() {
    let repo = cut();
    repo.write("prompts/greet.md", GREET.replace('3', "7")).commit("more");
    let said = repo.pv(&["lock", "--name", "r3", "--write", "--commit", "--at=2026-06-25T11:00:00Z"]);
    assert!(said.contains("r3"), "{said}");
    let said = repo.pv(&["notes", "r3", "--since", "r1"]);
    assert!(said.contains("`prompt:greet` 1.0.0 → 1.2.0") && said.contains("`prompt:fast`"), "{said}");
    let said = repo.pv(&["notes", "r2", "--since", "r3"]);
    assert!(said.contains("release r2 does not go on from release r3") && said.contains("[exit code 2]"), "{said}");
}

#[test]
fn notes_are_data_too() {
    let output = cut().command(env!("CARGO_BIN_EXE_pv")).args(["notes", "r2", "--format", "json"]).output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&report["schema"], &report["release"]), (&"pv/notes/1".into(), &"r2".into()));
    assert_eq!(report["notes"]["sections"][0]["heading"], "Behavioural");
    let said = cut().pv(&["notes", "--format", "sarif"]);
    assert!(said.contains("this command has no sarif output"), "{said}");
}

#[test]
fn before_a_material_change_all_three_are_told_and_customers_a_day_before() {
    let repo = edited();
    insta::assert_snapshot!(repo.pv(&["notice", "check", "r2", LATER]), @r"
    error: engineering was not told of release r2, and step 1 exposes it: there is no releases/r2/notices/pre-engineering.toml  [notice/engineering-missing]
      help: `pv notice draft --audience engineering r2` writes it; send it, then `pv notice record --audience engineering --file FILE r2`.

    error: those who answer customers were not told of release r2, and step 1 exposes prompt:fast 1.1.0, which is material: there is no releases/r2/notices/pre-support.toml  [notice/support-missing]
      help: `pv notice draft --audience support r2` writes it; send it, then `pv notice record --audience support --file FILE r2`.

    error: customers were not told of release r2, and step 1 exposes prompt:fast 1.1.0, which is material: there is no releases/r2/notices/pre-customer.toml  [notice/customer-missing]
      help: `pv notice draft --audience customer r2` writes it; send it, then `pv notice record --audience customer --file FILE r2`.

    release r2: 3 things are in the way
    [exit code 1]
    ");
    insta::assert_snapshot!(record(&repo, "engineering", &[LATER]), @r"
    engineering was told of release r2 at 2026-05-25T11:00:00Z, in engineering

    written: releases/r2/notices/pre-engineering.toml

    Commit it with the release. `pv notice check r2` says who else has to be told.
    ");
    for audience in ["support", "customer"] {
        record(&repo, audience, &["--sent", "2026-05-25T09:00:00+05:30", LATER]);
    }
    insta::assert_snapshot!(repo.pv(&["notice", "check", "r2", "--at=2026-05-26T03:00:00Z"]), @r"
    error: releases/r2/notices/pre-customer.toml:1: customers were told at 2026-05-25T09:00:00+05:30, and step 1 exposes prompt:fast 1.1.0 at 2026-05-26T03:00:00Z: that is less than 24h before  [notice/lead-short]
      help: The earliest moment is 2026-05-26T09:00:00+05:30.

    release r2: 1 thing is in the way
    [exit code 1]
    ");
    insta::assert_snapshot!(repo.pv(&["notice", "check", "r2", "--at=2026-05-26T03:30:00Z"]), @r"release r2: everybody was told who has to be told before its next step");
}

#[test]
fn a_notice_of_a_release_that_is_cut_is_an_event_of_its_log() {
    let repo = cut();
    let said =
        record(&repo, "engineering", &["--commit", "--sent", "2026-05-25T10:00:00Z", "--at=2026-05-25T12:00:00Z"]);
    assert!(said.contains("written: releases/r2/log/0002-notice.toml"), "{said}");
    let event = std::fs::read_to_string(repo.path("releases/r2/log/0002-notice.toml")).unwrap();
    assert!(event.contains("subject = \"notices/pre-engineering.toml\""), "{event}");
    assert!(event.contains("recorded = \"2026-05-25T12:00:00Z\""), "{event}");
    let committed = repo.git(&["show", "--name-only", "--format=", "HEAD"]);
    assert_eq!(committed, "releases/r2/log/0002-notice.toml\nreleases/r2/notices/pre-engineering.toml");
}

#[test]
fn what_was_announced_is_held_against_the_plan() {
    let repo = edited();
    record(&repo, "engineering", &[LATER]);
    let path = "releases/r2/notices/pre-engineering.toml";
    let text = std::fs::read_to_string(repo.path(path)).unwrap();
    for (told, wrong, fact) in [
        ("1 = \"1%\"", "1 = \"5%\"", "step 1: announced 5%, planned 1%"),
        ("\"prompt:fast\" = \"1.1.0\"", "\"prompt:fast\" = \"1.0.9\"", "prompt:fast: announced 1.0.9, planned 1.1.0"),
        ("within 10m", "within 5m", "the way back of prompt:fast: announced"),
    ] {
        assert!(text.contains(told), "{told}: {text}");
        repo.write(path, text.replacen(told, wrong, 1));
        let said = repo.pv(&["notice", "check", "r2", LATER]);
        assert!(said.contains("[notice/facts-drifted]") && said.contains(fact), "{fact}: {said}");
    }
    repo.write(path, &text);
    assert!(!repo.pv(&["notice", "check", "r2", LATER]).contains("notice/facts-drifted"));
}

#[test]
fn a_start_before_the_announced_one_is_drift() {
    let repo = edited();
    record(&repo, "engineering", &["--starts", "2026-05-27T10:00:00Z", LATER]);
    let said = repo.pv(&["notice", "check", "r2", "--at=2026-05-26T10:00:00Z"]);
    let fact = "the start: announced 2026-05-27T10:00:00Z, and it is 2026-05-26T10:00:00Z";
    assert!(said.contains(fact) && said.contains("[notice/facts-drifted]"), "{said}");
    assert!(!repo.pv(&["notice", "check", "r2", "--at=2026-05-27T10:00:00Z"]).contains("drifted"));
}

#[test]
fn a_hostile_record_is_told_by_file_and_line() {
    let repo = edited();
    let path = "releases/r2/notices/pre-engineering.toml";
    record(&repo, "engineering", &[LATER]);
    let text = std::fs::read_to_string(repo.path(path)).unwrap();
    for (bytes, seen) in [
        (text.replacen("version = 1", "version = 2", 1), "format 2"),
        (text.replacen("channel", "chanel", 1), "pre-engineering.toml:"),
        (
            text.replacen("\"engineering\"", "\"support\"", 1),
            "this is the notice that belongs at releases/r2/notices/pre-support.toml",
        ),
        ("\0\0".to_owned(), "pre-engineering.toml:1"),
        (text.replacen("2026-05-25T11", "2026-99-25T11", 1), "not an instant"),
    ] {
        repo.write(path, bytes);
        let said = repo.pv(&["notice", "check", "r2", LATER]);
        assert!(said.contains("[notice/record-unreadable]") && said.contains(seen), "{seen}: {said}");
        assert!(said.contains("[notice/engineering-missing]"), "{said}");
    }
}

#[test]
fn what_was_not_sent_yet_is_no_notice() {
    let repo = edited();
    let said = record(&repo, "engineering", &["--sent", "2026-05-26T11:00:00Z", LATER]);
    assert!(said.contains("record it once it was sent") && said.contains("[exit code 2]"), "{said}");
    record(&repo, "engineering", &["--at=2026-05-26T11:00:00Z"]);
    assert!(checks(&repo, LATER).contains(&"error notice/engineering-missing".to_owned()));
    assert!(!checks(&repo, "--at=2026-05-26T11:00:00Z").contains(&"error notice/engineering-missing".to_owned()));
}

#[test]
fn who_has_to_be_told_is_a_matter_of_policy() {
    let repo = edited();
    let policy = std::fs::read_to_string(repo.path("pv.toml")).unwrap();
    repo.write("pv.toml", format!("{policy}\n[notice]\nrequired = [\"support\"]\nsupport = \"#care\"\n"))
        .commit("policy");
    assert_eq!(checks(&repo, LATER), ["error notice/support-missing"]);
    assert!(record(&repo, "support", &[LATER]).contains("in #care"));
    assert_eq!(checks(&repo, LATER), [""; 0]);
    repo.write("pv.toml", "[notice]\nrequired = [\"exec\"]\nlead = \"soon\"\nchannel = \"x\"\n");
    let said = repo.pv(&["status"]);
    assert!(said.contains("`exec` is no audience of a notice") && said.contains("`soon` is no duration"), "{said}");
    assert!(said.contains("`channel` is not a key of [notice]"), "{said}");
}

#[test]
fn drafts_say_what_the_plan_says() {
    let repo = edited();
    insta::assert_snapshot!(repo.pv(&["notice", "draft", "r2", "--starts", "2026-05-26T10:00:00Z", LATER]), @r"
    Release r2: what is about to ship

    What changes:
    - prompt:fast 1.0.0 → 1.1.0 (model, <owner>)
    - prompt:greet 1.0.0 → 1.1.0 (prompt, team-support): Answers may be longer

    When it starts: 2026-05-26T10:00:00Z, with step 1: 1%

    Steps:
    - 1: 1% for prompt:fast, held 96h
    - 2: 5% for prompt:fast, held 96h
    - 3: 25% for prompt:fast, held 96h
    - 4: 50% for prompt:fast, held 96h
    - 5: 100% for prompt:fast, held 48h
    - 6: 5% for prompt:greet, held 24h
    - 7: 25% for prompt:greet, held 24h
    - 8: 50% for prompt:greet, held 24h
    - 9: 100% for prompt:greet, held 24h

    How it is taken back:
    - prompt:fast: back to 1.0.0 by alias-to-previous within 10m
    - prompt:greet: back to 1.0.0 by route-weight-0 within 5m
    ");
    insta::assert_snapshot!(repo.pv(&["notice", "draft", "r2", "--audience", "customer", LATER]), @r"
    What will change:
    - Answers explain more

    When: from <not before 2026-05-26T11:00:00Z>, for a few at first <send this at least 24h before>

    What to expect: <what the reader will see, and what they need to do, if anything>
    ");
    let said = repo.pv(&["notice", "draft", "r2", "--audience", "support", LATER]);
    assert!(said.contains("talking points") && said.contains("- Answers may have five sentences"), "{said}");
    let said = repo.pv(&["notice", "draft", "r2", "--phase", "post", LATER]);
    assert!(said.contains("Release r2: summary"), "{said}");
}

/// Takes steps of `r2` in its log, a day after the other from 27 May on.
fn take(repo: &Repo, steps: std::ops::RangeInclusive<u32>) {
    for n in steps {
        let folder = repo.path("releases/r2/log");
        let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        let last = std::fs::read_to_string(files.last().unwrap()).unwrap();
        let before: Event = records::decode("log", &last).unwrap();
        let kind = if n == 1 { EventKind::Step } else { EventKind::Promote };
        let at = format!("2026-06-{n:02}T10:00:00Z").parse().unwrap();
        let mut event = Event::new(kind, "r2".parse().unwrap(), before.lock.clone(), at);
        (event.n, event.step, event.prev) = (before.n + 1, Some(n), Some(records::digest(&last)));
        event.weights.insert("prompt:fast".parse().unwrap(), Weight::FULL);
        repo.write(&event.path(), event.encode().unwrap());
    }
}

#[test]
fn steps_want_a_status_and_the_end_a_summary() {
    let repo = cut();
    for audience in ["engineering", "support", "customer"] {
        record(&repo, audience, &[LATER]);
    }
    let said = record(&repo, "engineering", &["--phase", "during", LATER]);
    assert!(said.contains("no step of release r2 was taken") && said.contains("[exit code 2]"), "{said}");
    take(&repo, 1..=2);
    let at = "--at=2026-06-20T10:00:00Z";
    assert_eq!(checks(&repo, at), ["warning notice/status-missing", "warning notice/status-missing"]);
    let said = record(&repo, "engineering", &["--phase", "during", at]);
    assert!(said.contains("written: releases/r2/notices/during-engineering-2.toml"), "{said}");
    assert_eq!(checks(&repo, at), ["warning notice/status-missing"]);
    record(&repo, "engineering", &["--phase", "during", "--step", "1", at]);
    assert_eq!(checks(&repo, at), [""; 0]);
    let said = record(&repo, "engineering", &["--phase", "during", "--step", "99", at]);
    assert!(said.contains("has no step 99"), "{said}");
    take(&repo, 3..=9);
    let missing = checks(&repo, at);
    assert!(missing.contains(&"error notice/summary-missing".to_owned()), "{missing:?}");
    assert!(missing.contains(&"warning notice/summary-missing".to_owned()), "{missing:?}");
    for audience in ["engineering", "customer"] {
        record(&repo, audience, &["--phase", "post", at]);
    }
    assert!(!checks(&repo, at).iter().any(|one| one.contains("summary")));
}
