//! The same comparison says the same, byte for byte, however many threads make it.
#![expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

use std::path::Path;

use crate::corpus_repository;
use crate::harness::{Repo, steps};

/// How often a small comparison is made, and how often a large one.
const RUNS: [usize; 2] = [100, 32];
const FORMATS: [&str; 4] = ["text", "json", "sarif", "markdown"];

/// What `pv` says, made by `threads` threads.
fn said(repo: &Repo, arguments: &[&str], threads: usize) -> Vec<u8> {
    let mut command = repo.command(env!("CARGO_BIN_EXE_pv"));
    command.env("RAYON_NUM_THREADS", threads.to_string());
    command.args(arguments).output().unwrap().stdout
}

fn is_steady(repo: &Repo, arguments: &[&str], runs: usize) {
    for format in FORMATS {
        let line = [arguments, &["--format", format, "--at", "2026-06-01T00:00:00Z"]].concat();
        let first = said(repo, &line, 1);
        assert!(!first.is_empty(), "{line:?} says something");
        for run in 1..runs / FORMATS.len() {
            let again = said(repo, &line, 1 + run % 8);
            assert!(again == first, "{line:?} says something else with {} threads", 1 + run % 8);
        }
    }
}

#[test]
fn the_demo_is_told_the_same_a_hundred_times() {
    let repo = Repo::new();
    repo.replay("refund-explanation");
    let count = steps("refund-explanation").len();
    is_steady(&repo, &["diff", &format!("HEAD~{}", count - 1), "HEAD"], RUNS[0]);
}

#[test]
fn every_rule_pair_at_once_is_told_the_same() {
    let repo = Repo::directory();
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rules");
    for kind in std::fs::read_dir(&fixtures).unwrap().map(|kind| kind.unwrap().path()) {
        for rule in std::fs::read_dir(&kind).unwrap().map(|rule| rule.unwrap().path()) {
            let name = rule.strip_prefix(&fixtures).unwrap().to_str().unwrap();
            for side in ["old", "new"].map(|side| rule.join(side)).into_iter().filter(|side| side.is_dir()) {
                repo.lay_below(&format!("{}/{name}", side.file_name().unwrap().to_str().unwrap()), &side);
            }
        }
    }
    is_steady(&repo, &["diff", "--no-index", "old", "new"], RUNS[1]);
}

#[test]
fn a_slice_of_the_corpus_is_told_the_same() {
    let Some(repo) = corpus_repository::prompts() else { return };
    is_steady(&repo, &["diff", "HEAD~30", "HEAD"], RUNS[1]);
}
