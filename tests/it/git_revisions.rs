//! Revisions: every spelling that `git rev-parse` takes, by both backends, and the refusals.
#![expect(clippy::unwrap_used, clippy::panic, reason = "builds repositories on disk; a failed step is a failed test")]

use miette::Diagnostic;
use pv::git::{GitError, Repository, Resolved, Source};

use crate::harness::Repo;

/// Spellings of commits, tags and trees in the repository that [`history`] makes.
const SPELLINGS: &[&str] = &[
    "HEAD",
    "@",
    "HEAD~1",
    "HEAD^",
    "HEAD^2",
    "HEAD~2^0",
    "main",
    "heads/main",
    "refs/heads/main",
    "topic@{0}",
    "v1",
    "v1^{}",
    "v1^{tree}",
    "v1^{commit}",
    "light",
    "HEAD:folder",
    "HEAD^{tree}",
    "HEAD^{/second}",
    ":/second",
    ":/fix a..b",
    "HEAD@{1}",
    "main@{1 second ago}",
    "@{-1}",
    "@{u}",
    "main@{upstream}",
    "@{push}",
    "origin/main",
    "v1-0-gabcdef",
];

/// A merge, two branches, an annotated and a light tag, an upstream, a reflog.
fn history() -> Repo {
    let repo = Repo::new();
    repo.write("folder/a.md", "1\n").commit("first");
    repo.git(&["branch", "topic"]);
    repo.write("folder/a.md", "2\n").commit("second");
    repo.git(&["tag", "--annotate", "--message", "one", "v1"]);
    repo.git(&["tag", "light", "HEAD~1"]);
    repo.git(&["checkout", "--quiet", "topic"]);
    repo.write("b.md", "3\n").commit("fix a..b");
    repo.git(&["checkout", "--quiet", "main"]);
    repo.git(&["merge", "--quiet", "--no-edit", "topic"]);
    repo.git(&["remote", "add", "origin", "."]);
    repo.git(&["fetch", "--quiet", "origin"]);
    repo.git(&["branch", "--quiet", "--set-upstream-to", "origin/main"]);
    repo
}

fn backends(repo: &Repo) -> [Repository; 2] {
    [&[][..], &[("PV_GIT", "program")][..]]
        .map(|more| Repository::discover(repo.root(), &repo.environment(more)).unwrap())
}

fn one(repository: &Repository, spec: &str) -> Option<String> {
    match repository.resolve(spec).unwrap_or_else(|error| panic!("{spec}: {error}")) {
        Resolved::One(revision) => revision.commit.map(|commit| commit.to_string()),
        Resolved::Range { .. } => panic!("{spec} became a range"),
    }
}

fn range(repository: &Repository, spec: &str) -> (String, String) {
    match repository.resolve(spec).unwrap_or_else(|error| panic!("{spec}: {error}")) {
        Resolved::Range { old, new } => (old.commit.unwrap().to_string(), new.commit.unwrap().to_string()),
        Resolved::One(_) => panic!("{spec} is a range"),
    }
}

#[test]
fn every_spelling_is_what_rev_parse_says() {
    let repo = history();
    let short = repo.git(&["rev-parse", "--short", "HEAD~1"]);
    let spellings = SPELLINGS.iter().copied().filter(|spec| *spec != "v1-0-gabcdef").chain([short.as_str()]);
    for spec in spellings {
        let expected = repo.git(&["rev-parse", "--verify", "--end-of-options", spec]);
        let kind = repo.git(&["cat-file", "-t", &expected]);
        let commit = (kind != "tree").then(|| repo.git(&["rev-parse", &format!("{expected}^{{commit}}")]));
        for repository in backends(&repo) {
            assert_eq!(one(&repository, spec), commit, "{spec}");
        }
    }
}

#[test]
fn ranges_have_two_sides() {
    let repo = history();
    let id = |spec: &str| repo.git(&["rev-parse", spec]);
    let base = repo.git(&["merge-base", "v1", "topic"]);
    for repository in backends(&repo) {
        assert_eq!(range(&repository, "light..v1"), (id("light"), id("v1^{commit}")));
        assert_eq!(range(&repository, "light.."), (id("light"), id("HEAD")));
        assert_eq!(range(&repository, "..topic"), (id("HEAD"), id("topic")));
        assert_eq!(range(&repository, "v1...topic"), (base.clone(), id("topic")));
        assert_eq!(range(&repository, "topic..."), (id("topic"), id("HEAD")));
        assert_eq!(range(&repository, "HEAD^!"), (id("HEAD^1"), id("HEAD")));
        assert_eq!(range(&repository, "HEAD^-2"), (id("HEAD^2"), id("HEAD")));
        let refused = repository.snapshot(&Source::Revision("light..v1".into())).unwrap_err();
        assert!(matches!(refused, GitError::Range { .. }), "{refused}");
    }
}

#[test]
fn tags_and_times_are_what_git_says() {
    let repo = history();
    for repository in backends(&repo) {
        let head = repository.head().unwrap().unwrap();
        assert_eq!(head.to_string(), repo.git(&["rev-parse", "HEAD"]));
        let tags = repository.tags("").unwrap();
        let found: Vec<_> =
            tags.iter().map(|tag| (tag.name.as_str(), tag.target.to_string(), tag.message.as_deref())).collect();
        let (light, annotated) = (repo.git(&["rev-parse", "light"]), repo.git(&["rev-parse", "v1^{commit}"]));
        assert_eq!(found, [("light", light, None), ("v1", annotated, Some("one\n"))]);
        assert_eq!(repository.tags("v").unwrap().len(), 1);
        let time = repository.commit_time(head).unwrap();
        assert_eq!((time.author.seconds, time.author.offset), (1_767_303_245, 19_800));
        assert_eq!((time.committer.seconds, time.committer.offset), (1_767_323_046, 0));
    }
}

const LISTED: &str = "`git branch --all` and `git tag` list the names";
const DEEPEN: &str =
    "this is a shallow clone: fetch the history with `git fetch --unshallow` (in CI: `fetch-depth: 0`)";

/// Asserts that `spec` is refused with `message` and `help`.
fn assert_refused(repository: &Repository, spec: &str, message: &str, help: &str) {
    let error = repository.resolve(spec).unwrap_err();
    assert_eq!((error.to_string().as_str(), error.help().unwrap().to_string().as_str()), (message, help));
}

#[test]
fn the_branch_is_known() {
    for format in ["--ref-format=files", "--ref-format=reftable"] {
        let repo = Repo::init(&[format]);
        assert_eq!(repo.open().branch().as_deref(), Some("main"), "unborn, {format}");
        repo.write("a.md", "a\n").commit("first");
        repo.git(&["checkout", "--quiet", "-b", "team/topic"]);
        assert_eq!(repo.open().branch().as_deref(), Some("team/topic"), "{format}");
        repo.git(&["checkout", "--quiet", "--detach"]);
        assert_eq!(repo.open().branch(), None, "detached, {format}");
    }
}

#[test]
fn reading_needs_no_git_program() {
    let repo = history();
    repo.write("folder/a.md", "edited\n").write("new.md", "new\n");
    let repository = Repository::discover(repo.root(), &repo.environment(&[("PATH", "/nowhere")])).unwrap();
    for source in [Source::Revision("v1".into()), Source::Index, Source::Worktree] {
        let snapshot = repository.snapshot(&source).unwrap();
        assert!(snapshot.entries().iter().all(|entry| snapshot.digest(entry).is_ok()), "{source:?}");
    }
    let unknown = repository.resolve("nowhere").unwrap_err();
    assert!(matches!(unknown, GitError::UnknownRevision { .. }), "{unknown}");
    let error = repository.hooks_dir().unwrap_err();
    assert!(matches!(error, GitError::NoProgram { .. }), "{error}");
}

#[test]
fn refusals_name_the_way_out() {
    let repo = history();
    for repository in backends(&repo) {
        assert_refused(&repository, "topci", "`topci` is no revision in this repository", "did you mean `topic`?");
        for unknown in ["nothing-like-it~2", "nowhere", "--upload-pack=touch x", ""] {
            assert_refused(&repository, unknown, &format!("`{unknown}` is no revision in this repository"), LISTED);
        }
        assert_refused(&repository, "main..nowhere", "`nowhere` is no revision in this repository", LISTED);
        let shorter = "`v1` is there, but not this of it; `git log --oneline v1` shows its history";
        assert_refused(&repository, "v1~9", "`v1~9` is no revision in this repository", shorter);
        let blob = "`HEAD:folder/a.md` names a blob, not a commit or a tree";
        assert_refused(&repository, "HEAD:folder/a.md", blob, "name a commit, a tag, a branch or a tree");
    }
}

#[test]
fn before_the_first_commit_there_is_no_head() {
    let repo = Repo::new();
    for repository in backends(&repo) {
        assert_eq!(repository.head().unwrap(), None);
        for spec in ["HEAD", "HEAD~1", "main"] {
            let message = format!("`{spec}` names no commit yet: nothing was committed on this branch");
            assert_refused(&repository, spec, &message, "make a first commit with `git commit`");
        }
    }
}

#[test]
fn a_shallow_clone_says_how_to_deepen() {
    let repo = history();
    repo.git(&["checkout", "--quiet", "-b", "side", "light"]);
    repo.write("c.md", "4\n").commit("on the side");
    repo.git(&["checkout", "--quiet", "main"]);
    let clone = repo.beside("clone");
    let url = format!("file://{}", repo.root().display());
    repo.git(&["clone", "--quiet", "--depth=1", "--no-single-branch", &url, clone.to_str().unwrap()]);
    let clone = repo.at(clone);
    for repository in backends(&clone) {
        assert!(repository.is_shallow());
        assert_refused(&repository, "HEAD~1", "`HEAD~1` is no revision in this repository", DEEPEN);
        let apart = "`origin/side` and `HEAD` have no common ancestor here";
        assert_refused(&repository, "origin/side...HEAD", apart, DEEPEN);
    }
}
