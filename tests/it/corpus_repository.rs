//! A real repository of prompts that knows nothing of pv: every commit told, five releases cut and given back.
#![expect(clippy::disallowed_macros, reason = "a test says what it skips")]

use std::collections::BTreeSet;
use std::path::PathBuf;

use pv::classify::{self, Policy};
use pv::diff::{self, Discovery};
use pv::git::{Repository, Snapshot, Source};

use crate::harness::Repo;

/// A clone of the corpus's repository; nothing, loudly, where the corpus is absent.
pub(crate) fn prompts() -> Option<Repo> {
    let folder = std::env::var("PV_CORPUS").map_or_else(|_| PathBuf::from("../shared/corpus"), PathBuf::from);
    let bundle = folder.join("prompts-repo.bundle");
    let Ok(bundle) = bundle.canonicalize() else {
        eprintln!("SKIPPED: {} is absent; set PV_CORPUS to the folder that holds it", bundle.display());
        return None;
    };
    let repo = Repo::directory();
    repo.git(&["clone", "--quiet", "--branch=main", bundle.to_str().unwrap(), "."]);
    Some(repo)
}

fn commits(repo: &Repo) -> Vec<String> {
    repo.git(&["rev-list", "--reverse", "main"]).lines().map(str::to_owned).collect()
}

fn snapshot(repository: &Repository, revision: &str) -> Snapshot {
    repository.snapshot(&Source::Revision(revision.to_owned())).unwrap()
}

/// Paths that hold a prompt by this repository's own convention.
fn is_pattern(path: &str) -> bool {
    path.starts_with("patterns/") && (path.ends_with("/system.md") || path.ends_with("/user.md"))
}

#[test]
fn every_commit_is_told() {
    let Some(repo) = prompts() else { return };
    let repository = repo.open();
    let discovery = Discovery::by_format();
    let commits = commits(&repo);
    assert_eq!(commits.len(), 496);
    let mut old = repository.snapshot(&Source::Empty).unwrap();
    for commit in &commits {
        let new = snapshot(&repository, commit);
        let comparison = diff::between(&old, &new, &discovery);
        assert_eq!(comparison.problems, [], "{commit}");
        let changed: BTreeSet<String> = comparison.paths.iter().map(|change| change.path.clone()).collect();
        let judged = classify::all(comparison.artefacts, &Policy::default());
        assert!(judged.iter().all(|one| !one.findings.is_empty()), "{commit}");
        let sides = judged.iter().flat_map(|one| [&one.diff.before, &one.diff.after]).flatten();
        let told: BTreeSet<&str> = sides.map(|side| side.path.as_str()).collect();
        let untold: Vec<&String> =
            changed.iter().filter(|path| is_pattern(path) && !told.contains(path.as_str())).collect();
        assert!(untold.is_empty(), "{commit}: {untold:?}");
        old = new;
    }
}

#[test]
fn five_releases_are_cut_verified_and_given_back_from_a_shallow_clone() {
    let Some(repo) = prompts() else { return };
    let commits = commits(&repo);
    repo.git(&["checkout", "--quiet", "-b", "releases", &commits[99]]);
    repo.write(
        "pv.toml",
        "[[artefact]]\nkind = \"prompt\"\npaths = [\"patterns/**/system.md\", \"patterns/**/user.md\"]\n",
    );
    repo.ungate().commit("Say what the artefacts are");
    for (number, at) in [99, 198, 297, 396, 495].into_iter().enumerate() {
        repo.git(&["merge", "--quiet", "--strategy-option=theirs", "--message=merge", &commits[at]]);
        let (name, day) = (format!("r{number}"), format!("--at=2026-0{}-01T10:00:00Z", number + 1));
        let said = repo.pv(&["lock", "--name", &name, "--write", "--commit", "--tag", &day]);
        assert!(said.contains(&format!("tagged pv/{name}")), "{said}");
    }
    assert!(repo.pv(&["verify", "--all"]).starts_with("5 releases verified: "));

    let clone = repo.beside("shallow");
    let origin = format!("file://{}", repo.root().display());
    repo.git(&["clone", "--quiet", "--depth=1", "--branch=releases", &origin, clone.to_str().unwrap()]);
    let shallow = Repo::directory().at(clone);
    for number in 0..5 {
        let (release, out) = (format!("release:r{number}"), shallow.beside(&format!("out{number}")));
        let said = shallow.pv(&["restore", &release, "--to", out.to_str().unwrap()]);
        assert!(said.contains(&format!("restored {release}")), "{said}");
        let revision = format!("pv/r{number}");
        let listed = repo.git(&["ls-tree", "-r", "--name-only", &revision]);
        for path in listed.lines().filter(|path| is_pattern(path)) {
            let shipped = repo.git_bytes(&["show", &format!("{revision}:{path}")]);
            assert_eq!(std::fs::read(out.join(path)).unwrap(), shipped, "{revision}:{path}");
        }
    }
}
