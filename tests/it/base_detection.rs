//! The base of `pv check`: who names it, in which order, and what a clone without it says.
#![expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

use crate::harness::Repo;

const GREET: &str = "---\nname: greet\n---\nGreet {{customer}} by name.\n";

/// A clone whose branch `topic` has one commit more than `origin/main`; before the branch there were two commits.
struct Clone {
    /// The commit that the branch began with.
    began: String,
    repo: Repo,
}

impl Clone {
    /// Cloned with further options (`--depth=1`) from a repository that has both branches.
    fn of(options: &[&str]) -> Self {
        let origin = Repo::new();
        origin.write("prompts/greet.md", GREET).commit("first");
        let began = origin.write("prompts/bye.md", "Say goodbye.\n").commit("second");
        origin.git(&["checkout", "--quiet", "-b", "topic"]);
        origin.write("prompts/greet.md", GREET.replace("by name", "warmly")).commit("topic");
        let (url, folder) = (format!("file://{}", origin.root().display()), origin.beside("clone"));
        let clone = [&["clone", "--quiet", "--branch=topic"], options, &[&url, folder.to_str().unwrap()]].concat();
        origin.git(&clone);
        Self { began, repo: origin.at(folder) }
    }

    /// As a workflow run of a pull request has it: detached at the merge of the topic into main.
    fn merged(self) -> Self {
        self.repo.git(&["checkout", "--quiet", "--detach", "origin/main"]);
        self.repo.git(&["merge", "--quiet", "--no-ff", "-m", "merge", "origin/topic"]);
        self
    }

    /// What `pv check` compares, told by its first line; and what it says on standard error.
    fn checked(&self, variables: &[(&str, &str)], arguments: &[&str]) -> (String, String) {
        let mut command = self.repo.command(env!("CARGO_BIN_EXE_pv"));
        let output = command.envs(variables.iter().copied()).arg("check").args(arguments).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let sides = text.lines().next().and_then(|line| line.rsplit_once("   ")).map_or("", |(_, sides)| sides);
        let code = output.status.code().unwrap();
        let sides = if code == 2 { "exit code 2".to_owned() } else { sides.to_owned() };
        (sides, String::from_utf8(output.stderr).unwrap())
    }

    fn sides(&self, variables: &[(&str, &str)], arguments: &[&str]) -> String {
        self.checked(variables, arguments).0
    }
}

#[test]
fn what_is_typed_comes_before_what_the_service_says() {
    let clone = Clone::of(&[]);
    let began = clone.began.clone();
    let all = [
        ("PRE_COMMIT_FROM_REF", "origin/main"),
        ("CI_MERGE_REQUEST_DIFF_BASE_SHA", &*began),
        ("GITHUB_BASE_REF", "main"),
    ];
    assert_eq!(clone.sides(&all, &["--base", "HEAD~1"]), "HEAD~1 → worktree");
    assert_eq!(clone.sides(&all, &[]), "origin/main → worktree");
    assert_eq!(clone.sides(&all[1..], &[]), format!("{} → worktree", &began[..10]));
    assert_eq!(clone.sides(&all[2..], &[]), "origin/main → worktree");
    assert_eq!(clone.sides(&[("GITHUB_BASE_REF", "")], &[]), "HEAD → worktree", "an empty variable names nothing");
}

#[test]
fn the_base_is_where_the_branch_parted_not_where_its_target_is_now() {
    let clone = Clone::of(&[]);
    let repo = &clone.repo;
    repo.git(&["checkout", "--quiet", "-B", "main", "origin/main"]);
    repo.write("prompts/later.md", "Later.\n").commit("main moves on");
    repo.git(&["update-ref", "refs/remotes/origin/main", "HEAD"]);
    repo.git(&["checkout", "--quiet", "topic"]);
    let said = repo.pv(&["check", "--base", "origin/main"]);
    assert!(said.starts_with("1 artefact changed") && !said.contains("later"), "{said}");
}

#[test]
fn a_pull_request_run_is_on_a_merge_whose_first_parent_is_the_base() {
    let clone = Clone::of(&[]).merged();
    assert_eq!(clone.sides(&[("GITHUB_BASE_REF", "main")], &[]), "origin/main → worktree");
    clone.repo.git(&["update-ref", "-d", "refs/remotes/origin/main"]);
    assert_eq!(clone.sides(&[("GITHUB_BASE_REF", "main")], &[]), "HEAD^1 → worktree");
    let said = clone.repo.pv(&["check", "--base", "HEAD^1"]);
    assert!(said.contains("prompt:greet") && !said.contains("prompt:bye"), "{said}");
}

#[test]
fn without_a_name_the_upstream_and_then_the_default_branch_is_the_base() {
    let clone = Clone::of(&[]);
    let repo = &clone.repo;
    repo.git(&["symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main"]);
    // Everything is pushed: the upstream says nothing, the default branch what the branch is about.
    assert_eq!(clone.sides(&[], &[]), "origin/HEAD → worktree");
    repo.write("prompts/greet.md", GREET.replace("by name", "at once")).commit("not pushed");
    assert_eq!(clone.sides(&[], &[]), "@{u} → worktree");
    repo.git(&["branch", "--quiet", "--unset-upstream"]);
    assert_eq!(clone.sides(&[], &[]), "origin/HEAD → worktree");
}

#[test]
fn without_any_base_it_is_said_that_only_edits_are_checked() {
    let repo = Repo::new();
    repo.write("prompts/greet.md", GREET).commit("first");
    let said = repo.pv(&["check"]);
    assert!(said.contains("pv: no base is known here, so only uncommitted edits are checked"), "{said}");
    assert!(!repo.pv(&["check", "--quiet"]).contains("no base"), "and not when it is to be quiet");
}

#[test]
fn in_ci_it_is_said_when_the_upstream_has_it_all() {
    let clone = Clone::of(&[]);
    clone.repo.git(&["update-ref", "-d", "refs/remotes/origin/main"]);
    let (sides, said) = clone.checked(&[("CI", "true")], &[]);
    assert_eq!(sides, "HEAD → worktree");
    assert!(said.contains("@{u} has every commit of HEAD, so only uncommitted edits are checked"), "{said}");
    assert_eq!(clone.checked(&[], &[]).1, "", "at a desk that is the usual state");
}

#[test]
fn a_shallow_clone_without_the_base_says_what_to_fetch_and_fetches_nothing() {
    let clone = Clone::of(&["--depth=1"]);
    let before = clone.repo.git(&["rev-list", "--all", "--count"]);
    let began = clone.began.clone();
    for (name, value) in [("GITHUB_BASE_REF", "main"), ("CI_MERGE_REQUEST_DIFF_BASE_SHA", &*began)] {
        let (sides, said) = clone.checked(&[(name, value)], &[]);
        assert_eq!(sides, "exit code 2", "{said}");
        let said = said.split_whitespace().collect::<Vec<_>>().join(" ").replace("│ ", "");
        for wanted in [name, "`fetch-depth: 0`", "`filter: blob:none`", "`GIT_DEPTH: 0`"] {
            assert!(said.contains(wanted), "{wanted}: {said}");
        }
    }
    assert_eq!(clone.sides(&[], &["--base", "origin/main"]), "exit code 2");
    assert_eq!(clone.repo.git(&["rev-list", "--all", "--count"]), before);
}

#[test]
fn a_shallow_clone_with_both_tips_but_not_where_they_parted_is_refused() {
    let clone = Clone::of(&["--depth=1", "--no-single-branch"]);
    let (sides, said) = clone.checked(&[("GITHUB_BASE_REF", "main")], &[]);
    assert_eq!(sides, "exit code 2");
    assert!(said.contains("no common ancestor") && said.contains("fetch-depth: 0"), "{said}");
}

#[test]
fn a_shallow_clone_that_is_deep_enough_is_enough() {
    let clone = Clone::of(&["--depth=2", "--no-single-branch"]);
    assert_eq!(clone.sides(&[("GITHUB_BASE_REF", "main")], &[]), "origin/main → worktree");
}

#[test]
fn a_base_that_a_variable_names_wrongly_is_told_by_the_variable() {
    let clone = Clone::of(&[]);
    let (sides, said) = clone.checked(&[("GITHUB_BASE_REF", "mian")], &[]);
    assert_eq!(sides, "exit code 2");
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ").replace("│ ", "");
    for wanted in
        ["`origin/mian` is no revision", "(the base that GITHUB_BASE_REF names)", "did you mean `origin/main`"]
    {
        assert!(said.contains(wanted), "{wanted}: {said}");
    }
}
