//! Exceptions as they are typed.

use ssh_key::LineEnding;

use super::{ASKED, DURING, ONCALL, PLATFORM, ROLES, RULE, SECURITY, key, signers};
use crate::harness::{Repo, ungated};

/// A repository with a release `r1` and an edit after it, where three people may sign.
fn emergency() -> Repo {
    let repo = Repo::new();
    repo.write("pv.toml", format!("{}\n{ROLES}", ungated()));
    repo.write(".pv/allowed_signers", signers());
    repo.write("prompts/greet.md", "---\nname: greet\nowner: team-support\n---\nGreet {{customer}}.\n").commit("base");
    repo.pv(&["lock", "--name", "r1", "--write", "--commit", "--at=2026-11-02T11:00:00+05:30"]);
    repo.write(
        "prompts/greet.md",
        "---\nname: greet\nowner: team-support\n---\nGreet {{customer}}. Never show an address.\n",
    );
    repo.commit("No addresses");
    keys(&repo);
    repo
}

/// The keys of those who may sign, each in a file beside the repository.
pub(crate) fn keys(repo: &Repo) {
    for (name, seed) in [("oncall", ONCALL), ("security", SECURITY), ("platform", PLATFORM)] {
        std::fs::write(repo.beside(name), key(seed).to_openssh(LineEnding::LF).unwrap()).unwrap();
    }
}

/// What pv says at an instant, keys by their names.
pub(crate) fn pv(repo: &Repo, at: &str, arguments: &[&str]) -> String {
    let at = format!("--at={at}");
    let arguments: Vec<String> = arguments
        .iter()
        .map(|word| match word.strip_prefix("key:") {
            Some(name) => repo.beside(name).display().to_string(),
            None => (*word).to_owned(),
        })
        .collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).chain([at.as_str()]).collect();
    repo.pv(&words)
}

const REQUEST: &[&str] = &[
    "override",
    "request",
    "--release",
    "r2",
    "--category",
    "security",
    "--harm",
    "addresses of customers are shown",
    "--bypass",
    RULE,
    "--why",
    "an eval takes four hours",
    "--compensation",
    "run the eval after promotion",
    "--due",
    "24h",
    "--sign",
    "key:oncall",
];

#[test]
fn it_is_asked_for_and_approved() {
    let repo = emergency();
    let approve = |key| pv(&repo, ASKED, &["override", "approve", "security-2026-11-20", "--key", key]);
    let told = |said: String, what: &str| assert!(said.contains(what), "{what}: {said}");
    told(pv(&repo, ASKED, REQUEST), "[override/rollback-unverified]");
    rehearse(&repo);
    told(pv(&repo, ASKED, REQUEST), "It waives nothing until it is approved");
    told(approve("key:oncall"), "[override/requester-approved]");
    told(approve("key:security"), "needs the approval of");
    told(approve("key:platform"), "It holds for release r2 until");
    told(pv(&repo, ASKED, &["override", "list"]), "security-lead@example.com, platform-lead@example.com");
    told(pv(&repo, ASKED, &["obligations"]), "nothing is owed");
}

#[test]
fn an_approval_after_the_cut_stands_in_the_log_and_beside_its_record() {
    let repo = emergency();
    rehearse(&repo);
    assert!(pv(&repo, DURING, &["lock", "--name", "r2", "--write", "--commit"]).contains("release r2 written"));
    pv(&repo, DURING, &[REQUEST, &["--commit"]].concat());
    let approve = ["override", "approve", "security-2026-11-20", "--key", "key:security", "--commit"];
    let said = pv(&repo, DURING, &approve);
    let committed = repo.git(&["show", "--name-only", "--format=", "HEAD"]);
    let paths: Vec<&str> = committed.lines().collect();
    assert_eq!(paths.len(), 2, "{said}{committed}");
    assert!(paths[0].ends_with("-override.toml") && paths[1].ends_with(".sig"), "{committed}");
    assert_eq!(repo.git(&["status", "--porcelain"]), "");
    assert!(pv(&repo, DURING, &["verify", "r2"]).contains("1 release verified"));
}

#[test]
fn what_is_typed_wrong_is_said() {
    let repo = emergency();
    let told = |words: &[&str], what: &str| {
        let said = pv(&repo, ASKED, words);
        assert!(said.contains(what) && said.ends_with("[exit code 2]\n"), "{what}: {said}");
    };
    told(&["override", "approve", "nothing", "--key", "key:oncall"], "there is no exception `nothing`");
    let uneven = ["--bypass", "gate/cases-failed", "--bypass", "window/closed", "--why", "it is night"];
    told(&[REQUEST, &uneven].concat(), "there are 3 --bypass and 2 --why");
    told(&REQUEST[..REQUEST.len() - 2], "there is no SSH key to sign with");
    let soon = ["--due", "soon", "--sign", "key:oncall"];
    told(&[&REQUEST[..REQUEST.len() - 4], &soon].concat(), "`soon` is no moment");
}

#[test]
fn verify_finds_what_was_edited_after_it_was_approved() {
    let repo = emergency();
    rehearse(&repo);
    pv(&repo, ASKED, REQUEST);
    for name in ["key:security", "key:platform"] {
        pv(&repo, ASKED, &["override", "approve", "security-2026-11-20", "--key", name]);
    }
    let cut = pv(&repo, DURING, &["lock", "--name", "r2", "--write", "--commit"]);
    assert!(cut.contains("release r2 written"), "{cut}");
    let record = "releases/r2/overrides/security-2026-11-20.toml";
    let text = std::fs::read_to_string(repo.path(record)).unwrap();
    assert!(pv(&repo, DURING, &["verify", "r2"]).contains("1 release verified"));
    repo.write(record, text.replace("four hours", "four days"));
    let said = pv(&repo, DURING, &["verify", "r2"]);
    assert!(said.contains("it does not fit the text") && said.ends_with("[exit code 5]\n"), "{said}");
    std::fs::remove_file(repo.path(record)).unwrap();
    let said = pv(&repo, DURING, &["verify", "r2"]);
    assert!(said.contains("which is not there") && said.ends_with("[exit code 5]\n"), "{said}");
}

fn rehearse(repo: &Repo) {
    let said = pv(repo, ASKED, &["rollback", "rehearse", "--name", "r2"]);
    assert!(!said.contains("exit code"), "{said}");
}
