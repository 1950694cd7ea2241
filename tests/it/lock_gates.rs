//! A release owes what changed since the one before it, and keeps the evidence that it relied on.
#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "damages files; a failed step is a failed test")]

use pv::domain::{Digest, SourceFile};
use pv::lock::record::{self, Record};
use serde_json::Value;

use crate::harness::Repo;
use crate::runs::{CONFIG, PROMPT, Run, gate, json_of, repository, reword, reworded, told};

const CASES: usize = 60;

/// The policy of these tests: no way back is rehearsed, and `more`.
fn policy(more: &str) -> String {
    format!("{CONFIG}\n[rollback]\nrehearsal = \"off\"\n{more}")
}

/// What cutting the release `name` says.
fn cut(repo: &Repo, name: &str) -> String {
    repo.pv(&["lock", "--name", name, "--write", "--commit", "--tag", "--at=2026-05-20T11:00:00Z"])
}

/// What the next release would be, as data.
fn plan(repo: &Repo) -> Value {
    json_of(repo, &["lock", "--name", "r2"])
}

/// A repository with a release and a run of it, and then another wording.
fn owing(cases: usize, attempts: u32) -> Repo {
    let repo = repository(cases);
    repo.write("pv.toml", policy("")).commit("the way back is not what this test is about");
    let said = cut(&repo, "r1");
    assert!(said.contains("The first release owes no gate") && said.contains("release r1 written"), "{said}");
    Run::of(&repo, cases, attempts).add(&repo, &[]);
    repo.commit("baseline");
    reword(&repo);
    repo
}

/// The same, with a run of the new wording.
fn measured() -> Repo {
    let repo = owing(CASES, 3);
    Run::of(&repo, CASES, 3).made("2026-05-21T10:00:00Z").add(&repo, &[]);
    repo.commit("evidence");
    repo
}

fn record(repo: &Repo, name: &str) -> Record {
    let text = std::fs::read_to_string(repo.path(&format!("releases/{name}/lock.toml"))).unwrap();
    record::decode(&SourceFile::new("lock.toml", text)).unwrap()
}

/// Asserts that `said` is a refusal with `code` and all of `words`, and that nothing was written.
fn assert_refused(repo: &Repo, said: &str, code: u8, words: &[&str]) {
    for word in words {
        assert!(said.contains(word), "{word}: {said}");
    }
    assert!(said.ends_with(&format!("[exit code {code}]\n")), "{said}");
    assert_eq!(repo.git(&["status", "--porcelain"]), "");
    assert!(!repo.path("releases/r2").exists() && repo.git(&["tag", "--list"]) == "pv/r1");
}

#[test]
fn without_evidence_no_release_is_cut_and_nothing_is_written() {
    let repo = owing(CASES, 3);
    let dry = repo.pv(&["lock", "--name", "r2"]);
    let row = dry.lines().find(|line| line.starts_with("prompt:greet") && line.contains("eval")).unwrap();
    assert!(row.contains("fail") && row.ends_with("[gate/evidence-missing]"), "{dry}");
    assert!(dry.contains("--write would be refused: 1 gate is in the way") && !dry.contains("exit code"), "{dry}");
    let words = ["prompt:greet owes eval", "[gate/evidence-missing]", "pv gate add REPORT", "no release was cut"];
    assert_refused(&repo, &cut(&repo, "r2"), 1, &words);
    let refused = json_of(&repo, &["lock", "--name", "r2", "--write"]);
    assert_eq!(refused["outcome"], "refused");
    assert_eq!(refused["verdict"]["exit"], 1);
    assert_eq!(told(&gate(&refused, "eval")), ("fail".to_owned(), "gate/evidence-missing".to_owned()));
}

#[test]
fn what_it_relied_on_is_named_by_the_record_and_kept_beside_it() {
    let repo = measured();
    let recorded = repo.git(&["ls-files", ".pv/evidence"]);
    let planned = plan(&repo);
    assert_eq!(told(&gate(&planned, "eval")).0, "pass", "{planned:#}");
    assert_eq!(gate(&planned, "eval")["against"], "prompt:greet of release r1");
    let said = cut(&repo, "r2");
    assert!(said.contains("release r2 written") && !said.contains("exit code"), "{said}");
    assert_eq!(repo.git(&["status", "--porcelain"]), "");
    let kept = repo.git(&["ls-files", "releases/r2/evidence"]);
    assert_eq!(kept, recorded.replace(".pv/evidence", "releases/r2/evidence"), "the run and its baseline");
    assert_eq!(repo.git(&["ls-files", ".pv/evidence"]), recorded, "they stay where they were");
    let digests = kept.lines().map(|path| Digest::of(&std::fs::read(repo.path(path)).unwrap())).collect();
    let record = record(&repo, "r2");
    for (id, shipped) in &record.artefacts {
        let relied = if id.to_string() == "prompt:greet" { &digests } else { &Default::default() };
        assert_eq!(shipped.evidence, *relied, "{id}");
    }
    assert!(repo.pv(&["verify", "--all"]).starts_with("2 releases verified"));
}

#[test]
fn a_shallow_clone_verifies_the_evidence_too() {
    let repo = measured();
    cut(&repo, "r2");
    let clone = repo.beside("clone");
    let origin = format!("file://{}", repo.root().display());
    repo.git(&["clone", "--quiet", "--depth=1", &origin, clone.to_str().unwrap()]);
    let clone = repo.at(clone);
    assert!(clone.pv(&["verify", "r2"]).starts_with("1 release verified"), "{}", clone.pv(&["verify", "r2"]));
    let path = clone.git(&["ls-files", "releases/r2/evidence"]).lines().next().unwrap().to_owned();
    let text = std::fs::read_to_string(clone.path(&path)).unwrap();
    clone.write(&path, text.replace('\n', "\r\n"));
    assert!(!clone.pv(&["verify"]).contains("exit code"), "line ends are git's business");
    assert!(text.contains("\"sum\":3.0"));
    clone.write(&path, text.replacen("\"sum\":3.0", "\"sum\":2.0", 1));
    let said = clone.pv(&["verify"]);
    assert!(said.contains(&format!("evidence-altered: {path}")) && said.ends_with("[exit code 5]\n"), "{said}");
    std::fs::remove_file(clone.path(&path)).unwrap();
    let said = clone.pv(&["lock", "--check"]);
    let name = path.rsplit_once('-').unwrap().1;
    assert!(said.contains("evidence-missing: releases/r2/evidence/") && said.contains(name), "{said}");
    assert!(said.ends_with("[exit code 5]\n"), "{said}");
}

#[test]
fn the_evidence_of_one_release_is_the_baseline_of_the_next() {
    let repo = measured();
    cut(&repo, "r2");
    repo.git(&["rm", "-r", "--quiet", ".pv/evidence"]);
    repo.write("prompts/greet.md", PROMPT.replace("politely", "kindly")).commit("another wording");
    Run::of(&repo, CASES, 3).made("2026-05-22T10:00:00Z").add(&repo, &[]);
    repo.commit("evidence");
    let planned = json_of(&repo, &["lock", "--name", "r3"]);
    assert_eq!(told(&gate(&planned, "eval")).0, "pass", "{planned:#}");
    let said = cut(&repo, "r3");
    assert!(said.contains("release r3 written"), "{said}");
    assert_eq!(record(&repo, "r3").artefacts[&"prompt:greet".parse().unwrap()].evidence.len(), 2);
    assert!(repo.pv(&["verify", "--all"]).starts_with("3 releases verified"));
}

#[test]
fn evidence_that_is_not_committed_does_not_count_and_is_named() {
    let repo = owing(CASES, 3);
    Run::of(&repo, CASES, 3).add(&repo, &[]);
    let said = cut(&repo, "r2");
    for words in ["[gate/evidence-uncommitted]", ".pv/evidence/prompt-greet-", "Commit .pv first", "[exit code 1]"] {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert!(!repo.path("releases/r2").exists());
    repo.commit("evidence");
    assert!(cut(&repo, "r2").contains("release r2 written"));
}

#[test]
fn what_is_too_small_to_tell_stops_a_release() {
    let repo = owing(12, 1);
    Run::of(&repo, 12, 1).add(&repo, &[]);
    repo.commit("evidence");
    let words = ["inconclusive", "[gate/evidence-inconclusive]", "no release was cut"];
    assert_refused(&repo, &cut(&repo, "r2"), 3, &words);
}

#[test]
fn a_later_edit_makes_the_evidence_stale_and_is_named() {
    let repo = measured();
    let tool = std::fs::read_to_string(repo.path("tools/lookup.json")).unwrap();
    repo.write("tools/lookup.json", tool.replace("Looks a customer up.", "Finds a customer.")).commit("a tool");
    let said = cut(&repo, "r2");
    assert_refused(&repo, &said, 1, &["[gate/evidence-stale]", "tool:lookup moved from ", "pv gate add report.json"]);
}

#[test]
fn evidence_that_was_edited_stops_a_release_as_a_matter_of_integrity() {
    let repo = measured();
    for path in repo.git(&["ls-files", ".pv/evidence"]).lines() {
        let text = std::fs::read_to_string(repo.path(path)).unwrap();
        repo.write(path, text.replacen("case-001", "case-0x1", 1));
    }
    repo.commit("better numbers");
    assert_refused(&repo, &cut(&repo, "r2"), 5, &["[evidence/file-altered]", "no release was cut"]);
}

#[test]
fn a_waived_gate_needs_no_evidence_once_the_waiver_is_committed() {
    let repo = owing(CASES, 3);
    let found = json_of(&repo, &["diff", "HEAD~1"]);
    for finding in found["artefacts"][0]["findings"].as_array().unwrap() {
        let ack = ["ack", finding["fingerprint"].as_str().unwrap(), "HEAD~1", "--waive", "gate:eval"];
        repo.pv(&[&ack[..], &["--reason", "a typo", "--approved-by", "release lead", "--until", "2026-12-31"]].concat());
    }
    let said = cut(&repo, "r2");
    assert!(said.contains(".pv/acks.toml") && said.ends_with("[exit code 2]\n"), "{said}");
    repo.commit("waived");
    assert_eq!(gate(&plan(&repo), "eval")["verdict"], "waived");
    let said = cut(&repo, "r2");
    assert!(said.contains("waived by release lead") && said.contains("release r2 written"), "{said}");
    assert!(record(&repo, "r2").artefacts.values().all(|shipped| shipped.evidence.is_empty()));
    assert!(!repo.path("releases/r2/evidence").exists());
}

#[test]
fn the_policy_is_that_of_the_commit() {
    let repo = owing(CASES, 3);
    let lax = policy("\n[[gate]]\nname = \"eval\"\noff = \"we know better\"\n");
    repo.write("lax.toml", &lax);
    let said = repo.pv(&["lock", "--config", "lax.toml"]);
    assert!(said.contains("judged by lax.toml, not by the pv.toml of the commit"), "{said}");
    std::fs::remove_file(repo.path("lax.toml")).unwrap();
    repo.write("pv.toml", &lax);
    assert_eq!(gate(&plan(&repo), "eval")["verdict"], "fail");
    assert!(cut(&repo, "r2").ends_with("[exit code 2]\n"), "an uncommitted policy cuts nothing");
    repo.commit("policy");
    assert!(cut(&repo, "r2").contains("release r2 written"));
}

#[test]
fn a_first_release_owes_nothing_whatever_the_history() {
    let repo = reworded(CASES);
    repo.write("prompts/greet.md", PROMPT);
    let said = repo.pv(&["gate", "run", "--stage", "lock"]);
    assert!(said.contains("the first release owes no gate") && !said.contains("exit code"), "{said}");
    repo.git(&["checkout", "--quiet", "--", "prompts"]);
    assert_eq!(plan(&repo)["gates"], serde_json::json!([]));
    let said = cut(&repo, "r1");
    assert!(said.contains("The first release owes no gate") && said.contains("release r1 written"), "{said}");
    assert!(!repo.path("releases/r1/evidence").exists());
}
