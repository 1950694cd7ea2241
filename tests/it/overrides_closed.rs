//! What closes an exception: the gate that was left out passes, for what shipped.

use crate::harness::Repo;
use crate::overrides::signers;
use crate::overrides::typed::{keys, pv};
use crate::runs::{PROMPT, Run, repository, reword};

const CASES: usize = 60;
const ASKED: &str = "2026-05-21T11:00:00Z";
const LATER: &str = "2026-05-22T11:00:00Z";

/// A repository whose release r2 went live without its eval, by an exception that owes it.
fn owing() -> Repo {
    let repo = repository(CASES);
    repo.write(".pv/allowed_signers", signers()).commit("signers");
    pv(&repo, "2026-05-20T11:00:00Z", &["lock", "--name", "r1", "--write", "--commit"]);
    Run::of(&repo, CASES, 3).add(&repo, &[]);
    repo.commit("baseline");
    reword(&repo);
    keys(&repo);
    done(&pv(&repo, ASKED, &["rollback", "rehearse", "--name", "r2", "--commit"]));
    let reason = ["--category", "security", "--harm", "addresses are shown", "--bypass", "gate/evidence-missing"];
    let promise = ["--why", "it takes four hours", "--compensation", "run it after promotion", "--due", "24h"];
    let request = [&["override", "request", "--release", "r2", "--sign", "key:oncall"], &reason[..], &promise].concat();
    done(&pv(&repo, ASKED, &request));
    done(&pv(&repo, ASKED, &["override", "approve", "security-2026-05-21", "--key", "key:security"]));
    let said = pv(&repo, ASKED, &["lock", "--name", "r2", "--write", "--commit"]);
    assert!(said.contains("release r2 written"), "{said}");
    repo
}

fn done(said: &str) {
    assert!(!said.contains("exit code"), "{said}");
}

/// What comes of closing it.
fn close(repo: &Repo, more: &[&str]) -> String {
    let words = ["override", "close", "security-2026-05-21", "--outcome", "the eval passed", "--commit"];
    pv(repo, LATER, &[&words, more].concat())
}

/// Records a run of the prompt as it stands, of which `failing` cases fail, and gives the evidence's path.
fn run(repo: &Repo, made: &str, failing: usize) -> String {
    let said = Run::of(repo, CASES, 3).failing(failing).made(made).add(repo, &[]);
    let path = repo.git(&["ls-files", "--others", ".pv/evidence"]);
    assert_eq!(path.lines().count(), 1, "{said}");
    path
}

/// That closing was refused for want of a proof, with `words`.
fn unproven(said: &str, words: &[&str]) {
    // A long message is wrapped.
    let said: String = said.replace('│', " ").split_whitespace().collect::<Vec<_>>().join(" ");
    for word in [&["obligation/proof-missing", "[exit code 1]"], words].concat() {
        assert!(said.contains(word), "{word}: {said}");
    }
}

#[test]
fn a_gate_is_made_good_when_it_passes_for_what_shipped_and_not_before() {
    let repo = owing();
    unproven(&close(&repo, &[]), &["prompt:greet owes eval", "gate/evidence-missing"]);
    let bad = run(&repo, "2026-05-21T12:00:00Z", CASES / 2);
    unproven(&close(&repo, &["--evidence", &bad]), &["gate/evidence-uncommitted"]);
    repo.commit("an eval that fails");
    unproven(&close(&repo, &["--evidence", &bad]), &["prompt:greet owes eval: fail"]);
    let good = run(&repo, "2026-05-21T13:00:00Z", 0);
    repo.commit("an eval that passes");
    // What is merged since is another prompt, and its evidence is about that one.
    repo.write("prompts/greet.md", PROMPT.replace("politely", "kindly")).commit("another wording");
    let other = run(&repo, "2026-05-21T14:00:00Z", 0);
    repo.commit("an eval of another wording");
    unproven(&close(&repo, &["--evidence", &other]), &[&other, "is not what makes good"]);
    let said = close(&repo, &["--evidence", &good]);
    assert!(said.contains("owes nothing any more"), "{said}");
    assert_eq!(repo.git(&["status", "--porcelain", ".pv", "releases"]), "");
    assert!(pv(&repo, LATER, &["verify", "r2"]).contains("1 release verified"));
}

#[test]
fn evidence_about_other_bytes_makes_nothing_good() {
    let repo = owing();
    repo.write("prompts/greet.md", PROMPT.replace("politely", "kindly")).commit("another wording");
    let other = run(&repo, "2026-05-21T14:00:00Z", 0);
    repo.commit("an eval of another wording");
    unproven(&close(&repo, &["--evidence", &other]), &["prompt:greet owes eval", "gate/evidence-stale"]);
}

#[test]
fn a_policy_that_asks_for_less_since_makes_nothing_good() {
    let repo = owing();
    let policy = std::fs::read_to_string(repo.path("pv.toml")).unwrap();
    repo.write("pv.toml", policy + "\n[[gate]]\nname = \"eval\"\noff = \"we know better\"\n").commit("no more evals");
    unproven(&close(&repo, &[]), &["prompt:greet owes eval"]);
}

#[test]
fn what_was_taken_back_owes_no_eval() {
    let repo = owing();
    let back = ["rollback", "run", "--to", "r1", "--name", "r3", "--reason", "no eval", "--commit"];
    let said = pv(&repo, LATER, &back);
    assert!(!said.contains("exit code"), "{said}");
    let said = close(&repo, &[]);
    assert!(said.contains("owes nothing any more"), "{said}");
}

#[test]
fn feedback_on_a_step_is_no_eval() {
    let repo = owing();
    repo.write("notice.txt", "Release r2 changes prompt:greet.\n");
    let words = ["notice", "record", "r2", "--audience", "engineering", "--channel", "#x", "--file", "notice.txt"];
    done(&pv(&repo, ASKED, &words));
    let said = pv(&repo, ASKED, &["rollout", "step", "r2"]);
    assert!(said.contains("step 1 of"), "{said}");
    done(&pv(&repo, LATER, &["rollout", "gate", "r2", "--verdict", "pass", "--reason", "nobody complained"]));
    repo.commit("a step and what came of it");
    unproven(&close(&repo, &[]), &["prompt:greet owes eval"]);
}
