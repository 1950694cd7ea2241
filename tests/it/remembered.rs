//! What the memo keeps of artefacts: a release planned from memory is the release planned from the files.

use crate::harness::Repo;

const AT: &str = "--at=2026-05-20T11:00:00+05:30";

/// Folders taken as one, several artefacts in a file, names from paths and from documents, a feature.
fn repository() -> Repo {
    let repo = Repo::new();
    repo.replay("refund-explanation");
    repo
}

fn forget(repo: &Repo) {
    std::fs::remove_dir_all(repo.path(".git/pv")).unwrap();
}

#[test]
fn a_plan_from_memory_is_the_plan_from_the_files() {
    let repo = repository();
    let plan = || repo.pv(&["lock", "--name", "r", "--format", "json", AT]);
    let (first, remembered) = (plan(), plan());
    assert!(first.contains("planned") && repo.path(".git/pv/summaries-v1").is_file(), "{first}");
    assert_eq!(first, remembered);
    forget(&repo);
    assert_eq!(first, plan());
}

#[test]
fn a_release_from_memory_is_the_release_from_the_files() {
    let written = |is_remembered: bool| {
        let repo = repository();
        repo.pv(&["lock", "--name", "r", AT]);
        if !is_remembered {
            forget(&repo);
        }
        repo.pv(&["lock", "--name", "r", "--write", AT]);
        let read = |name: &str| std::fs::read_to_string(repo.path(name)).unwrap();
        // What stands above names the commit.
        let artefacts = read("releases/r/lock.toml").split_once("[artefact.").unwrap().1.to_owned();
        (artefacts, read("pv.lock"))
    };
    assert_eq!(written(true), written(false));
}
