//! Commands under a limit of memory.
#![expect(clippy::disallowed_macros, reason = "a test says what it skips")]

use std::io::{Seek as _, SeekFrom, Write as _};

use crate::harness::{self, Repo};

/// What `pv` with `arguments` says when it may address so many MiB, as [`Repo::pv`] tells it. `None`, and a loud word, where
/// the system has no such limit.
pub(crate) fn limited(repo: &Repo, mebibytes: u64, arguments: &[&str]) -> Option<String> {
    if !cfg!(target_os = "linux") {
        eprintln!("SKIPPED: memory is limited by `ulimit -v`, which only Linux keeps to");
        return None;
    }
    let limit = (mebibytes * 1024).to_string();
    let script = "ulimit -v \"$0\" && exec \"$@\"";
    let mut command = repo.command("sh");
    Some(repo.said(command.args(["-c", script, &limit, env!("CARGO_BIN_EXE_pv")]).args(arguments)))
}

/// As much as pv may address, in MiB: less than the file.
const LIMIT: u64 = 256;
/// The length of the file, in bytes: nearly all of it a hole.
const LENGTH: u64 = 300 << 20;

/// Writes the vectors of an index, with `last` at their end.
fn vectors(repo: &Repo, last: &[u8]) {
    let mut file = std::fs::File::create(repo.path("indexes/big/vectors.bin")).unwrap();
    file.seek(SeekFrom::Start(LENGTH - last.len() as u64)).unwrap();
    file.write_all(last).unwrap();
}

/// Git is told to keep large files as they are, which is quicker than packing them.
fn commit(repo: &Repo, message: &str) {
    repo.git(&["-c", "core.compression=0", "-c", "core.bigFileThreshold=1m", "add", "--all"]);
    repo.git(&["commit", "--quiet", "--message", message]);
}

fn repo() -> Repo {
    let repo = Repo::new();
    repo.write(
        "pv.toml",
        format!("[[artefact]]\nkind = \"index\"\npaths = [\"indexes/*/\"]\n\n{}", harness::ungated()),
    );
    repo.write("indexes/big/manifest.yaml", "name: big\nembedding: {model: e-1, dimension: 3}\n");
    vectors(&repo, b"first");
    commit(&repo, "an index");
    repo
}

#[test]
fn a_file_larger_than_the_memory_is_released_verified_and_restored() {
    let repo = repo();
    let said = |arguments: &[&str], wanted: &str| {
        let Some(said) = limited(&repo, LIMIT, arguments) else { return };
        assert!(said.contains(wanted) && !said.contains("problem"), "{arguments:?}: {said}");
        assert!(!said.contains("exit code") || wanted.contains("exit code"), "{arguments:?}: {said}");
    };
    said(&["lock", "--write", "--name", "r1", "--commit", "--tag"], "r1");
    if !cfg!(target_os = "linux") {
        return;
    }
    said(&["verify"], "1 release verified: 1 artefacts intact");
    said(&["lock", "--check"], "1 release verified");
    said(&["show", "index:big", "--raw"], "vectors.bin");
    said(&["show", "index:big"], "314572");
    let out = repo.beside("out");
    said(&["restore", "release:r1", "--to", out.to_str().unwrap()], "restored release:r1: 2 files");
    let restored = std::fs::metadata(out.join("indexes/big/vectors.bin")).unwrap();
    assert_eq!(restored.len(), LENGTH);
    vectors(&repo, b"other");
    said(&["status"], "index:big");
    said(&["diff", "--stat"], "index:big");
    said(&["diff", "release:r1"], "index:big");
    commit(&repo, "other vectors");
    said(&["diff", "HEAD~1"], "index:big");
    said(&["gc"], "nothing to delete");
    // Of a file that is edited, the edits stay; of one that is committed, nothing is lost.
    said(&["restore", "release:r1"], "restored release:r1: 2 files");
    assert_eq!(repo.git(&["diff", "--stat", "HEAD~1", "--", "indexes"]), "");
}

#[test]
fn a_file_too_large_to_be_an_artefact_alone_is_a_problem_and_not_read() {
    let repo = Repo::new();
    repo.write("pv.toml", "[[artefact]]\nkind = \"prompt\"\npaths = [\"prompts/*.md\"]\n");
    repo.write("prompts/huge.md", "x");
    std::fs::File::options().write(true).open(repo.path("prompts/huge.md")).unwrap().set_len(2 << 30).unwrap();
    let Some(said) = limited(&repo, LIMIT, &["status"]) else { return };
    assert!(said.contains("content-too-large") && said.contains("prompts/huge.md"), "{said}");
    assert!(said.contains("Git LFS"), "{said}");
}
