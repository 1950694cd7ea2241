//! Commits and tags that pv makes, and where hooks live.
#![expect(clippy::disallowed_methods, reason = "builds repositories on disk; a failed step is a failed test")]

use pv::git::{GitError, Repository};

use crate::harness::Repo;

#[test]
fn a_commit_takes_its_paths_and_nothing_else() {
    let repo = Repo::new();
    repo.write("a.md", "a\n").write("b.md", "b\n").write("gone.md", "x\n").commit("first");
    repo.write("a.md", "staged\n").git(&["add", "a.md"]);
    repo.write("b.md", "bb\n").write("releases/1/lock.toml", "new\n").write("*.md", "a star\n");
    std::fs::remove_file(repo.path("gone.md")).unwrap();
    std::fs::create_dir_all(repo.path("below")).unwrap();
    let below = Repository::discover(&repo.path("below"), &repo.environment(&[])).unwrap();
    let paths = ["releases/1/lock.toml", "*.md", "gone.md"].map(str::to_owned);
    let commit = below.commit_paths(&paths, "Release 1\n\nwith a body\n").unwrap();
    assert_eq!(commit.to_string(), repo.git(&["rev-parse", "HEAD"]));
    assert_eq!(
        repo.git(&["show", "--name-only", "--format=%B", "HEAD"]),
        "Release 1\n\nwith a body\n\n\n*.md\ngone.md\nreleases/1/lock.toml"
    );
    assert_eq!(repo.git(&["status", "--porcelain"]), "M  a.md\n M b.md");
}

#[test]
fn hooks_may_refuse_a_commit() {
    let repo = Repo::new();
    repo.write("a.md", "a\n").commit("first");
    let hooks = repo.open().hooks_dir().unwrap();
    assert_eq!(hooks, repo.path(".git/hooks"));
    std::fs::create_dir_all(&hooks).unwrap();
    std::fs::write(hooks.join("pre-commit"), "#!/bin/sh\necho not today >&2\nexit 1\n").unwrap();
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(hooks.join("pre-commit"), std::fs::Permissions::from_mode(0o755)).unwrap();
    repo.write("a.md", "aa\n");
    let error = repo.open().commit_paths(&["a.md".to_owned()], "second").unwrap_err();
    assert!(matches!(&error, GitError::Program { said, .. } if said.contains("not today")), "{error}");
}

#[test]
fn what_head_holds_already_is_not_committed_twice() {
    let repo = Repo::new();
    let head = repo.write("a.md", "a\n").commit("first");
    repo.write("b.md", "b\n");
    let commit = repo.open().commit_paths(&["a.md".to_owned()], "second").unwrap();
    assert_eq!((commit.to_string(), repo.git(&["rev-parse", "HEAD"])), (head.clone(), head));
}

#[test]
fn a_tag_is_made_once_and_never_moved() {
    let repo = Repo::new();
    repo.write("a.md", "a\n").commit("first");
    let repository = repo.open();
    let first = repository.head().unwrap().unwrap();
    repository.create_tag("pv/1", &first, "Release 1\n\n# kept\nPv-Digest: blake3:00\n").unwrap();
    assert_eq!(repo.git(&["cat-file", "-t", "pv/1"]), "tag");
    assert_eq!(
        repo.git(&["tag", "--list", "--format=%(contents)", "pv/1"]),
        "Release 1\n\n# kept\nPv-Digest: blake3:00"
    );
    repository.create_tag("pv/1", &first, "again").unwrap();
    repo.write("a.md", "b\n").commit("second");
    let second = repository.head().unwrap().unwrap();
    let error = repository.create_tag("pv/1", &second, "moved").unwrap_err();
    assert!(matches!(error, GitError::TagExists { .. }), "{error}");
    assert_eq!(repo.git(&["rev-parse", "pv/1^{commit}"]), first.to_string());
}

#[test]
fn hooks_path_of_the_configuration_is_honoured() {
    let repo = Repo::new();
    repo.git(&["config", "core.hooksPath", "my-hooks"]);
    std::fs::create_dir_all(repo.path("below")).unwrap();
    let below = Repository::discover(&repo.path("below"), &repo.environment(&[])).unwrap();
    let said = repo.git(&["-C", "below", "rev-parse", "--git-path", "hooks"]);
    assert_eq!(below.hooks_dir().unwrap(), repo.path("below").join(said));
}
