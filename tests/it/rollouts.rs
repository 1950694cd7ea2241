//! `pv rollout`: steps, holds, feedback.

use crate::harness::Repo;

/// A policy under which nothing but feedback owes a gate.
fn policy() -> String {
    let gates = ["smoke", "eval", "safety", "cost", "integration", "schema", "baseline", "review"];
    let off =
        gates.map(|gate| format!("[[gate]]\nname = \"{gate}\"\noff = \"not what this test is about\"\n")).concat();
    format!("[intents]\nmissing = \"off\"\n\n[rollback]\nrehearsal = \"off\"\n\n{off}")
}

/// A repository whose first release is r1, and whose second, r2, changes a prompt; the engineers were told of it.
pub(crate) fn cut() -> Repo {
    let repo = Repo::new();
    repo.write("pv.toml", policy());
    repo.write("prompts/refund.md", "---\nname: refund\n---\nAnswer about refunds in two sentences.\n");
    repo.commit("First");
    repo.pv(&["lock", "--name", "r1", "--write", "--commit", "--at", "2026-11-20T10:00:00Z"]);
    let text = "---\nname: refund\n---\nAnswer about refunds in two sentences, and never promise money.\n";
    repo.write("prompts/refund.md", text);
    repo.commit("Second");
    repo.pv(&["lock", "--name", "r2", "--write", "--commit", "--at", "2026-11-21T10:00:00Z"]);
    repo.write(
        "notice.txt",
        "Release r2 changes prompt:refund; the canary starts on Monday; the way back is weight 0.\n",
    );
    repo.commit("Notice");
    let told =
        ["notice", "record", "r2", "--audience", "engineering", "--channel", "#releases", "--file", "notice.txt"];
    repo.pv(&[&told[..], &["--commit", "--at", "2026-11-21T11:00:00Z"]].concat());
    repo
}

/// What `pv rollout` with `words` says at an instant.
fn rollout(repo: &Repo, at: &str, words: &[&str]) -> String {
    repo.pv(&[&["rollout"], words, &["--at", at]].concat())
}

#[test]
fn the_first_release_has_no_steps() {
    let repo = cut();
    let said = rollout(&repo, "2026-11-23T10:00:00Z", &["step", "r1"]);
    assert!(said.contains("rollout/plan-missing") && said.contains("[exit code 1]"), "{said}");
    let said = rollout(&repo, "2026-11-23T10:00:00Z", &["status", "r1"]);
    assert!(said.contains("it has no steps") && !said.contains("exit code"), "{said}");
}

#[test]
fn a_step_that_was_taken_is_not_taken_twice() {
    let repo = cut();
    let first = rollout(&repo, "2026-11-23T10:00:00Z", &["step", "--commit"]);
    assert!(first.contains("step 1 of 4 of release r2"), "{first}");
    let again = rollout(&repo, "2026-11-23T10:00:00Z", &["step", "--commit"]);
    assert!(again.contains("already at step 1") && !again.contains("exit code"), "{again}");
    let again = rollout(&repo, "2026-11-25T10:00:00Z", &["step", "--step", "1"]);
    assert!(again.contains("already at step 1"), "{again}");
    let skipped = rollout(&repo, "2026-11-25T10:00:00Z", &["step", "--step", "3"]);
    assert!(skipped.contains("rollout/step-skipped"), "{skipped}");
    assert!(!repo.path("releases/r2/log/0004-promote.toml").exists());
    assert_eq!(repo.git(&["status", "--porcelain"]), "");
}

#[test]
fn the_next_step_waits_for_the_hold_and_for_somebody_who_looked() {
    let repo = cut();
    rollout(&repo, "2026-11-23T10:00:00Z", &["step"]);
    let early = rollout(&repo, "2026-11-23T12:00:00Z", &["step"]);
    assert!(early.contains("held until 2026-11-24T10:00:00Z, 22h from now  [rollout/hold-running]"), "{early}");
    let unseen = rollout(&repo, "2026-11-24T10:00:00Z", &["step"]);
    assert!(unseen.contains("[rollout/feedback-missing]") && unseen.contains("[exit code 1]"), "{unseen}");
    let unsure =
        rollout(&repo, "2026-11-24T10:00:00Z", &["gate", "--verdict", "inconclusive", "--reason", "ten calls"]);
    assert!(unsure.contains("feedback on step 1 of release r2: inconclusive"), "{unsure}");
    let unsure = rollout(&repo, "2026-11-24T10:00:00Z", &["step"]);
    assert!(unsure.contains("[rollout/feedback-inconclusive]") && unsure.contains("[exit code 3]"), "{unsure}");
    rollout(&repo, "2026-11-24T11:00:00Z", &["gate", "--verdict", "fail", "--reason", "more complaints"]);
    let failed = rollout(&repo, "2026-11-24T11:00:00Z", &["step"]);
    assert!(failed.contains("[rollout/feedback-failed]") && failed.contains("[exit code 1]"), "{failed}");
    rollout(
        &repo,
        "2026-11-24T12:00:00Z",
        &["gate", "--verdict", "pass", "--reason", "another outage", "--window", "24h"],
    );
    let taken = rollout(&repo, "2026-11-24T12:00:00Z", &["step"]);
    assert!(taken.contains("step 2 of 4 of release r2: prompt:refund has 25%"), "{taken}");
    assert!(repo.pv(&["verify", "--all"]).contains("2 releases verified"));
    let decisions = std::fs::read_dir(repo.path("releases/r2/feedback")).unwrap().map(|entry| entry.unwrap().path());
    let last = decisions.max().unwrap();
    let text = std::fs::read_to_string(&last).unwrap();
    repo.write(last.to_str().unwrap(), text.replace("another outage", "all is well"));
    let said = repo.pv(&["verify", "r2"]);
    assert!(said.contains("log/record-lost") && said.contains("[exit code 5]"), "{said}");
}

#[test]
fn what_was_stopped_goes_on_with_a_reason() {
    let repo = cut();
    rollout(&repo, "2026-11-23T10:00:00Z", &["step"]);
    rollout(&repo, "2026-11-23T12:00:00Z", &["hold", "--reason", "too few calls"]);
    rollout(&repo, "2026-11-24T10:00:00Z", &["gate", "--verdict", "pass", "--reason", "fine"]);
    let silent = rollout(&repo, "2026-11-24T10:00:00Z", &["step"]);
    assert!(silent.contains("rollout/reason-missing") && silent.contains("[exit code 1]"), "{silent}");
    let taken = rollout(&repo, "2026-11-24T10:00:00Z", &["step", "--reason", "enough calls"]);
    assert!(taken.contains("step 2 of 4"), "{taken}");
}

#[test]
fn what_happened_earlier_is_recorded_where_it_happened() {
    let repo = cut();
    let future = rollout(&repo, "2026-11-23T10:00:00Z", &["step", "--happened", "2026-11-23T10:00:01Z"]);
    assert!(future.contains("rollout/happened-wrongly"), "{future}");
    let late = rollout(&repo, "2026-11-24T18:00:00Z", &["step", "--happened", "2026-11-23T10:00:00Z"]);
    assert!(late.contains("(recorded late)"), "{late}");
    let at = repo.pv(&["at", "2026-11-23T10:00:00Z"]);
    assert!(at.contains("canary 5%") && at.contains("Recorded late: releases/r2/log/0003-step.toml"), "{at}");
}

#[test]
fn a_release_is_closed_when_its_monitoring_has_ended() {
    let repo = cut();
    for day in 0..4 {
        let at = format!("2026-11-{}T10:00:00Z", 23 + day);
        if day > 0 {
            rollout(&repo, &at, &["gate", "--verdict", "pass", "--reason", "fine"]);
        }
        let said = rollout(&repo, &at, &["step"]);
        assert!(said.contains(&format!("step {} of 4", day + 1)), "{said}");
    }
    let early = rollout(&repo, "2026-11-27T09:00:00Z", &["close"]);
    assert!(early.contains("rollout/monitoring-running") && early.contains("2026-11-27T10:00:00Z"), "{early}");
    let over = rollout(&repo, "2026-11-27T09:00:00Z", &["abort", "--reason", "late"]);
    assert!(over.contains("rollout/release-ended") && over.contains("pv rollback"), "{over}");
    let status = rollout(&repo, "2026-11-27T09:00:00Z", &["status"]);
    assert!(status.replace('\n', " ").contains("mature on 2026-11-27T10:00:00Z"), "{status}");
}

#[test]
fn an_abort_takes_back_what_some_have() {
    let repo = cut();
    rollout(&repo, "2026-11-23T10:00:00Z", &["step"]);
    let said = rollout(&repo, "2026-11-23T11:00:00Z", &["abort", "--reason", "complaints doubled", "--commit"]);
    assert!(said.contains("Taken back: prompt:refund@"), "{said}");
    let at = repo.pv(&["at", "2026-11-23T11:00:00Z"]);
    assert!(at.contains("Release r1 is live") && at.contains("rolled-back") && !at.contains("canary"), "{at}");
    let step = rollout(&repo, "2026-11-25T10:00:00Z", &["step", "r2"]);
    assert!(step.contains("rollout/release-ended"), "{step}");
}
