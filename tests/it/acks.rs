//! `pv ack`: what is acknowledged stays in sight and no longer stands in the way, for that edit and until that day.
#![expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

use serde_json::Value;

use crate::harness::{Repo, scenario, ungated};

const GREET: &str = "---\nname: greet\n---\nGreet {{customer}} by name.\n\nAnswer in at most 3 sentences.\n";
const DECLARED: &str = "---\nname: greet\ninputs:\n  - customer\n---\nGreet {{customer}} by name.\n";
const ACKS: &str = ".pv/acks.toml";

/// A prompt that no longer takes its variable.
fn broken() -> Repo {
    let repo = Repo::new();
    repo.write("pv.toml", ungated()).write("prompts/greet.md", GREET).commit("base");
    repo.write("prompts/greet.md", GREET.replace("{{customer}}", "the customer"));
    repo
}

fn findings(repo: &Repo, arguments: &[&str]) -> Vec<Value> {
    let output = repo.command(env!("CARGO_BIN_EXE_pv")).args(arguments).args(["--format", "json"]).output().unwrap();
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    json["artefacts"][0]["findings"].as_array().unwrap().clone()
}

fn breaking(repo: &Repo) -> Value {
    findings(repo, &["diff"]).into_iter().find(|finding| finding["class"] == "breaking").unwrap()
}

fn fingerprint(repo: &Repo) -> String {
    breaking(repo)["fingerprint"].as_str().unwrap().to_owned()
}

fn acked(repo: &Repo, more: &[&str]) -> String {
    let fingerprint = fingerprint(repo);
    let fixed = ["ack", &fingerprint, "--reason", "the callers moved", "--at", "2026-06-01T00:00:00Z"];
    repo.pv(&[&fixed, more].concat())
}

const UNTIL: [&str; 2] = ["--until", "2026-12-31"];
const BEFORE: [&str; 4] = ["check", "--strict", "--at", "2026-06-01T00:00:00Z"];
const AFTER: [&str; 4] = ["check", "--strict", "--at", "2027-01-01T00:00:00Z"];

#[test]
fn a_strict_check_names_the_way_out_and_passes_once_it_is_taken() {
    let repo = broken();
    let fingerprint = fingerprint(&repo);
    let refused = repo.pv(&BEFORE);
    assert!(refused.contains(&format!("pv ack {fingerprint} --until YYYY-MM-DD --reason")), "{refused}");
    assert!(refused.contains("[exit code 1]"), "{refused}");
    let said = acked(&repo, &UNTIL);
    assert!(said.contains("acknowledged in .pv/acks.toml"), "{said}");
    let passed = repo.pv(&BEFORE);
    assert!(passed.contains("acked │ the callers moved") && passed.contains("check passed"), "{passed}");
    assert!(passed.contains("[prompt/variable-removed"), "it stays in sight: {passed}");
}

#[test]
fn the_line_of_a_check_against_a_base_can_be_run_as_it_stands() {
    let repo = broken();
    repo.commit("no longer takes it");
    let refused = repo.pv(&["check", "--strict", "--base", "HEAD~1"]);
    let line = refused.lines().find_map(|line| line.split_once("to ack │ pv ")).unwrap().1;
    let typed = line.replace("YYYY-MM-DD", "2099-12-31").replace("\"…\"", "moved");
    let said = repo.pv(&typed.split(' ').collect::<Vec<_>>());
    assert!(said.contains("acknowledged in"), "{typed}: {said}");
    assert!(repo.pv(&["check", "--strict", "--base", "HEAD~1"]).contains("check passed"));
}

#[test]
fn it_holds_for_this_edit_alone() {
    let repo = broken();
    acked(&repo, &UNTIL);
    repo.write("prompts/greet.md", GREET.replace("{{customer}}", "the customer").replace('3', "5"));
    let refused = repo.pv(&BEFORE);
    assert!(refused.contains("ack-digest-mismatch") && refused.contains("check failed"), "{refused}");
}

#[test]
fn it_holds_until_its_day() {
    let repo = broken();
    acked(&repo, &UNTIL);
    let refused = repo.pv(&AFTER);
    assert!(refused.contains("ack-expired") && refused.contains("check failed"), "{refused}");
}

#[test]
fn a_breaking_finding_needs_a_day_and_a_past_one_is_refused() {
    let repo = broken();
    assert!(acked(&repo, &[]).contains("needs --until"));
    assert!(acked(&repo, &["--until", "2026-05-31"]).contains("is over already"));
    assert!(!repo.path(ACKS).exists());
}

#[test]
fn an_integrity_finding_needs_a_role() {
    let repo = Repo::new();
    repo.write("prompts/greet.md", DECLARED).commit("base");
    repo.write("prompts/greet.md", DECLARED.replace("by name", "by {{title}}"));
    let finding = findings(&repo, &["diff"]).into_iter().find(|finding| finding["class"] == "integrity").unwrap();
    let line = ["ack", finding["fingerprint"].as_str().unwrap(), "--reason", "known", "--until", "2099-12-31"];
    assert!(repo.pv(&line).contains("needs --role"));
    assert!(repo.pv(&[&line[..], &["--role", "owner"]].concat()).contains("acknowledged"));
}

#[test]
fn a_file_that_cannot_be_read_is_mended_and_not_acknowledged() {
    let repo = Repo::new();
    repo.lay(&scenario("refund-explanation").join("01-base"));
    repo.commit("base");
    repo.lay(&scenario("refund-explanation").join("broken-edit"));
    assert!(!repo.pv(&["check"]).contains("pv ack"));
    let finding = findings(&repo, &["diff"]).remove(0);
    let line = ["ack", finding["fingerprint"].as_str().unwrap(), "--reason", "known"];
    assert!(repo.pv(&line).contains("cannot be acknowledged"));
}

#[test]
fn an_acknowledgement_that_covers_nothing_any_more_is_a_warning() {
    let repo = broken();
    acked(&repo, &UNTIL);
    repo.commit("done");
    assert!(!repo.pv(&["check"]).contains("ack-unused"), "the artefact still is what was acknowledged");
    repo.write("prompts/greet.md", GREET).commit("back");
    let said = repo.pv(&["check"]);
    assert!(said.contains("ack-unused") && said.contains("check passed"), "{said}");
}

#[test]
fn a_waived_bump_and_a_waived_gate_are_no_longer_owed() {
    let repo = broken();
    std::fs::remove_file(repo.path("pv.toml")).unwrap();
    let owed = |repo: &Repo| {
        let output = repo.command(env!("CARGO_BIN_EXE_pv")).args(["diff", "--format", "json"]).output().unwrap();
        let json: Value = serde_json::from_slice(&output.stdout).unwrap();
        (json["artefacts"][0]["bump"].clone(), json["artefacts"][0]["gates"].to_string())
    };
    assert_eq!(owed(&repo).0, "major");
    assert!(owed(&repo).1.contains("integration"));
    acked(
        &repo,
        &[&UNTIL[..], &["--waive", "bump", "--waive", "gate:integration", "--approved-by", "A Lead"]].concat(),
    );
    assert_ne!(owed(&repo).0, "major");
    assert!(!owed(&repo).1.contains("integration"));
    assert!(repo.pv(&BEFORE).contains("check failed"), "the level was not waived");
}

#[test]
fn a_gate_that_is_not_owed_cannot_be_waived_silently() {
    let repo = broken();
    acked(&repo, &[&UNTIL[..], &["--waive", "gate:cost", "--approved-by", "A Lead"]].concat());
    let said = repo.pv(&["diff", "--at", "2026-06-01T00:00:00Z"]);
    assert!(said.contains("ack-too-broad") && said.contains("gate:cost"), "{said}");
}

#[test]
fn unknown_and_ambiguous_fingerprints_are_explained() {
    let repo = broken();
    let said = repo.pv(&["ack", "000000000000", "--reason", "x"]);
    assert!(said.contains("no finding between HEAD and worktree is called 000000000000"), "{said}");
}

#[test]
fn a_faulty_file_stops_with_its_place() {
    let repo = broken();
    repo.write(ACKS, "[[ack]]\nfingerprnt = \"0123456789ab\"\n");
    let said = repo.pv(&["diff"]);
    assert!(said.contains("did you mean `fingerprint`?") && said.contains("[exit code 2]"), "{said}");
}

#[test]
fn what_is_staged_is_judged_by_what_is_staged_with_it() {
    let repo = broken();
    acked(&repo, &UNTIL);
    repo.git(&["add", "prompts"]);
    assert!(repo.pv(&["check", "--staged", "--strict"]).contains("check failed"));
    repo.git(&["add", ".pv"]);
    let said = repo.pv(&["check", "--staged", "--strict", "--at", "2026-06-01T00:00:00Z"]);
    assert!(said.contains("check passed"), "{said}");
}

#[test]
fn a_fingerprint_survives_moved_lines() {
    let repo = broken();
    let before = fingerprint(&repo);
    repo.write("prompts/greet.md", GREET.replace("Greet {{customer}}", "Hello there.\n\nGreet the customer"));
    assert_eq!(fingerprint(&repo), before);
}

#[test]
fn a_state_of_low_risk_stops_a_strict_check_alone() {
    let repo = Repo::new();
    repo.write("pv.toml", ungated()).write("prompts/greet.md", DECLARED).commit("base");
    repo.write("prompts/greet.md", DECLARED.replace("  - customer\n", "  - customer\n  - title\n"));
    let said = repo.pv(&["check"]);
    assert!(said.contains("[prompt/variable-unused") && said.contains("check passed"), "{said}");
    assert!(repo.pv(&["check", "--strict"]).contains("check failed"));
}
