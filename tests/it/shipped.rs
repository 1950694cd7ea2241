//! Living from the lock: the second release, a shallow clone, and what tampering leaves behind.

use std::path::PathBuf;

use crate::harness::{self, Repo};

const SCENARIO: &str = "refund-explanation";
const PROMPT: &str = "prompts/explain_refund.md";

/// The demo's repository with a release before and one after the breaking step.
fn released() -> Repo {
    let repo = Repo::new();
    let steps = harness::steps(SCENARIO);
    let (before, after) = steps.split_at(4);
    for (name, at, steps) in [("first", "2026-05-20", before), ("second", "2026-05-25", after)] {
        for step in steps {
            repo.lay(step);
            // A feature that names no version goes with whatever is in the lock.
            let features = std::fs::read_to_string(repo.path("features.yaml")).unwrap();
            repo.write("features.yaml", features.replace("@1.0.0", "").replace("@2026-05-20", ""));
            repo.ungate().commit(step.file_name().unwrap().to_str().unwrap());
        }
        release(&repo, name, at);
    }
    repo
}

fn release(repo: &Repo, name: &str, day: &str) {
    let at = format!("--at={day}T11:00:00+05:30");
    let said = repo.pv(&["lock", "--name", name, "--write", "--commit", "--tag", &at]);
    assert!(!said.contains("exit code"), "{said}");
}

/// The stored bytes of the first release's prompt.
fn object(repo: &Repo) -> PathBuf {
    let digest = blake3::hash(&shipped_prompt()).to_hex();
    repo.path(&format!(".pv/objects/{}/{}", &digest[..2], &digest[2..]))
}

fn shipped_prompt() -> Vec<u8> {
    std::fs::read(harness::steps(SCENARIO)[1].join(PROMPT)).unwrap()
}

#[test]
fn the_second_release_moves_what_changed() {
    let repo = released();
    insta::assert_snapshot!(repo.pv(&["log", "prompt:explain_refund"]), @r"
    prompt:explain_refund

    version  release  class     because          digest
    2.0.0    second   breaking  breaking change  blake3:a932a6a234f9
    1.0.0    first    -         new              blake3:fa0fcb8c1865
    ");
    insta::assert_snapshot!(repo.pv(&["lock", "--check"]), @"1 release verified: 7 artefacts intact");
    assert_eq!(repo.git(&["status", "--porcelain"]), "");
}

#[test]
fn a_shallow_clone_gives_back_an_old_version_byte_for_byte() {
    let repo = released();
    let clone = repo.beside("clone");
    let origin = format!("file://{}", repo.root().display());
    repo.git(&["clone", "--quiet", "--depth=1", &origin, clone.to_str().unwrap()]);
    let clone = repo.at(clone);
    insta::assert_snapshot!(clone.pv(&["restore", "prompt:explain_refund@1.0.0", "--to", "before"]), @r"
      prompts/explain_refund.md

    restored prompt:explain_refund@1.0.0: 1 file
    ");
    assert_eq!(std::fs::read(clone.path("before").join(PROMPT)).unwrap(), shipped_prompt());
}

#[test]
fn an_edit_that_is_not_committed_is_not_overwritten() {
    let repo = released();
    repo.write(PROMPT, "my own words\n");
    let said = repo.pv(&["restore", "prompt:explain_refund@1.0.0"]);
    assert!(said.contains("exit code"), "{said}");
    assert_eq!(std::fs::read_to_string(repo.path(PROMPT)).unwrap(), "my own words\n");
}

#[test]
fn a_flipped_byte_in_an_object_is_found() {
    let repo = released();
    let path = object(&repo);
    let mut bytes = std::fs::read(&path).unwrap();
    bytes[7] ^= 1;
    std::fs::remove_file(&path).unwrap();
    std::fs::write(&path, bytes).unwrap();
    insta::assert_snapshot!(repo.pv(&["verify", "--all"]), @r"
    release first

    object-corrupt: .pv/objects/fa/0fcb8c1865d60f6ece2d9d28d6d2795fbd933e67442ca8424591ca3c7d7b1c (prompt:explain_refund)
      expected blake3:fa0fcb8c1865d60f6ece2d9d28d6d2795fbd933e67442ca8424591ca3c7d7b1c
      found    blake3:b4597bbe73b7057d30d8f7d1d1f6da585741ebd8497bdd8aef6aa2e3ea409534
      help: bring the object back: `git checkout HEAD -- .pv/objects`, a large one by `pv pull`, or copy it from a clone that has it

    1 fault in 2 releases
    [exit code 5]
    ");
}

#[test]
fn a_missing_object_is_found() {
    let repo = released();
    std::fs::remove_file(object(&repo)).unwrap();
    insta::assert_snapshot!(repo.pv(&["verify", "first"]), @r"
    release first

    object-missing: .pv/objects/fa/0fcb8c1865d60f6ece2d9d28d6d2795fbd933e67442ca8424591ca3c7d7b1c (prompt:explain_refund)
      expected blake3:fa0fcb8c1865d60f6ece2d9d28d6d2795fbd933e67442ca8424591ca3c7d7b1c
      found    nothing
      help: bring the object back: `git checkout HEAD -- .pv/objects`, a large one by `pv pull`, or copy it from a clone that has it

    1 fault in 1 release
    [exit code 5]
    ");
}

#[test]
fn an_edited_record_is_found() {
    let repo = released();
    let record = repo.path("releases/first/lock.toml");
    let text = std::fs::read_to_string(&record).unwrap();
    std::fs::write(&record, text.replace("explain_refund.md", "explain_refunds.md")).unwrap();
    let said = repo.pv(&["verify", "first"]);
    assert!(said.contains("record-edited: releases/first/lock.toml") && said.ends_with("[exit code 5]\n"), "{said}");
}

#[test]
fn a_moved_tag_is_found() {
    let repo = released();
    repo.git(&["tag", "--force", "--annotate", "--message=moved", "pv/first", "HEAD"]);
    let said = repo.pv(&["verify", "first"]);
    assert!(said.contains("tag-moved: refs/tags/pv/first") && said.ends_with("[exit code 5]\n"), "{said}");
}

#[test]
fn a_truncated_lock_is_no_smaller_lock() {
    let repo = released();
    let text = std::fs::read_to_string(repo.path("pv.lock")).unwrap();
    repo.write("pv.lock", &text[..text.len() / 2]);
    let said = repo.pv(&["status"]);
    assert!(said.contains("pv.lock") && said.contains("exit code"), "{said}");
}
