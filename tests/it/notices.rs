//! `pv notes`, `pv notice`: who is told what.

use serde_json::Value;

use crate::harness::Repo;

const GREET: &str = "---\nname: greet\nowner: team-support\n---\nGreet {{customer}}. Answer in at most 3 sentences.\n";
const FAST: &str = "---\nname: fast\nmodel: gpt-4o-2024-08-06\n---\nSummarise {{text}}.\n";
const AT: &str = "--at=2026-05-20T11:00:00Z";
const GREET_INTENT: &str = "---\nartefacts:\n  - prompt:greet\ntype:\n  - prompt\nwhy: Answers may be longer\naudience:\n  \
    support: Answers may have five sentences\n  customer: Answers explain more\n---\n";

/// A release `r1`, and after it a longer answer and a newer model, committed.
fn edited() -> Repo {
    let repo = Repo::new();
    repo.write("pv.toml", "").ungate();
    repo.git(&["config", "user.name", "A Config"]);
    repo.write("prompts/greet.md", GREET).write("prompts/fast.md", FAST).commit("base");
    let said = repo.pv(&["lock", "--name", "r1", "--write", "--commit", AT]);
    assert!(said.contains("release r1 written"), "{said}");
    repo.write("prompts/greet.md", GREET.replace('3', "5")).write("changes/longer.md", GREET_INTENT);
    repo.write("prompts/fast.md", FAST.replace("08-06", "11-20"));
    repo.commit("edits");
    repo
}

#[test]
fn sketch() {
    let repo = edited();
    for arguments in [
        &["notes"][..],
        &["notes", "--audience", "customer"],
        &["notes", "--as", "slack"],
        &["plan", "--name", "r2"],
        &["notice", "draft", "r2"],
        &["notice", "draft", "r2", "--audience", "support"],
        &["notice", "draft", "r2", "--audience", "customer"],
        &["notice", "check", "r2"],
        &["lock", "--name", "r2"],
    ] {
        println!("$ pv {arguments:?}\n{}", repo.pv(&[arguments, &["--at=2026-05-25T11:00:00Z"]].concat()));
    }
    let _ = Value::Null;
}
