//! The hook, on the demo's repository: what it lets pass, what it stops, and how it lives with others.

use crate::harness::{self, Repo};

const SCENARIO: &str = "refund-explanation";
const PROMPT: &str = "prompts/explain_refund.md";

fn installed() -> Repo {
    let repo = Repo::new();
    repo.replay(SCENARIO);
    repo.pv(&["hook", "install"]);
    repo
}

fn commit(repo: &Repo) -> String {
    repo.said(repo.command("git").args(["commit", "--quiet", "--message", "an edit"]))
}

fn edit(repo: &Repo, from: &str, to: &str) {
    let text = std::fs::read_to_string(repo.path(PROMPT)).unwrap();
    assert!(text.contains(from));
    repo.write(PROMPT, text.replace(from, to));
}

#[test]
fn a_good_edit_passes_in_one_line() {
    let repo = installed();
    edit(&repo, "at most 5 items", "at most 4 items");
    repo.git(&["add", PROMPT]);
    insta::assert_snapshot!(commit(&repo), @r"
    1 artefact changed: 1 behavioural   HEAD → index
     prompt:explain_refund │ behavioural modified    minor bump 1 finding

    check passed
    ");
}

#[test]
fn a_commit_without_artefacts_is_not_spoken_about() {
    let repo = installed();
    repo.write("NOTES.md", "Remember the milk.\n").git(&["add", "NOTES.md"]);
    assert_eq!(commit(&repo), "");
}

#[test]
fn a_broken_edit_is_stopped_at_its_place() {
    let repo = installed();
    repo.lay(&harness::scenario(SCENARIO).join("broken-edit"));
    repo.git(&["add", "--all"]);
    insta::assert_snapshot!(commit(&repo), @r#"
    1 artefact changed: 1 integrity · 1 problem   HEAD → index

    tool:lookup_refund_eligibility  integrity
      tools/lookup_refund_eligibility.json · modified · agent-code change
      integrity    can no longer be read: found `"title"` where `,` or the closing bracket should stand  [meta/parse-error c4831fabf38a]

    json-syntax

      × found `"title"` where `,` or the closing bracket should stand
       ╭─[tools/lookup_refund_eligibility.json:3:5]
     3 │     "title": "Refund eligibility",
       ·     ───┬───
       ·        ╰── here
       ╰────
      help: fix the JSON here; comments and trailing commas are fine

    check failed (exit 1)
      1 file problem: fix what is underlined above
      1 integrity finding: `pv explain RULE` says what to do
    [exit code 1]
    "#);
    assert_eq!(repo.git(&["log", "-1", "--format=%s"]), "08-friendlier", "nothing was committed");
}

#[test]
fn what_is_not_staged_does_not_count() {
    let repo = installed();
    edit(&repo, "at most 5 items", "at most 4 items");
    repo.git(&["add", PROMPT]);
    repo.lay(&harness::scenario(SCENARIO).join("broken-edit"));
    assert!(!commit(&repo).contains("exit code"), "the broken file is not part of the commit");
}

#[test]
fn a_broken_edit_hidden_in_the_index_is_found() {
    let repo = installed();
    repo.lay(&harness::scenario(SCENARIO).join("broken-edit"));
    repo.git(&["add", "--all"]);
    repo.lay(&harness::scenario(SCENARIO).join("06-formatting"));
    assert!(commit(&repo).contains("[exit code 1]"), "the worktree is mended, the index is not");
}

#[test]
fn committing_all_and_committing_a_path_are_checked_too() {
    for arguments in [["commit", "--all", "--message=x"], ["commit", "--message=x", "tools"]] {
        let repo = installed();
        repo.lay(&harness::scenario(SCENARIO).join("broken-edit"));
        let said = repo.said(repo.command("git").args(arguments));
        assert!(said.contains("[exit code 1]"), "{arguments:?}: {said}");
    }
}

#[test]
fn it_can_be_skipped_and_says_so() {
    let repo = installed().with("PV_SKIP", "1");
    repo.lay(&harness::scenario(SCENARIO).join("broken-edit"));
    repo.git(&["add", "--all"]);
    insta::assert_snapshot!(commit(&repo), @"pv: skipped because PV_SKIP is set");
}

#[test]
fn a_hook_that_was_there_is_kept() {
    let repo = Repo::new();
    repo.replay(SCENARIO);
    let hook = repo.path(".git/hooks/pre-commit");
    std::fs::create_dir_all(hook.parent().unwrap()).unwrap();
    std::fs::write(&hook, "#!/bin/sh\necho mine\n").unwrap();
    repo.pv(&["hook", "install"]);
    edit(&repo, "at most 5 items", "at most 4 items");
    repo.git(&["add", PROMPT]);
    assert!(commit(&repo).contains("mine\n"));
    repo.pv(&["hook", "uninstall"]);
    assert_eq!(std::fs::read_to_string(&hook).unwrap(), "#!/bin/sh\necho mine\n");
}

#[test]
fn a_commit_in_a_linked_worktree_is_checked() {
    let repo = installed();
    let linked = repo.beside("linked");
    repo.git(&["worktree", "add", "--quiet", linked.to_str().unwrap()]);
    let repo = repo.at(linked);
    repo.lay(&harness::scenario(SCENARIO).join("broken-edit"));
    repo.git(&["add", "--all"]);
    assert!(commit(&repo).ends_with("[exit code 1]\n"));
    repo.git(&["reset", "--quiet", "--hard"]);
    edit(&repo, "at most 5 items", "at most 4 items");
    repo.git(&["add", PROMPT]);
    assert!(commit(&repo).contains("check passed"));
}

#[test]
fn installing_twice_is_installing_once_and_uninstalling_leaves_every_byte() {
    for mine in [
        "#!/bin/sh\necho mine",
        "#!/usr/bin/env bash\n\n\nset -e\nexit 0\n",
        "#!/bin/sh\n# >>> other >>>\ntrue\n# <<< other <<<\n\n",
    ] {
        let repo = Repo::new();
        let hook = repo.path(".git/hooks/pre-commit");
        repo.write(".git/hooks/pre-commit", mine);
        repo.pv(&["hook", "install"]);
        let once = std::fs::read_to_string(&hook).unwrap();
        assert!(once.contains("git-pv hook run pre-commit"), "{once}");
        repo.pv(&["hook", "install"]);
        assert_eq!(std::fs::read_to_string(&hook).unwrap(), once);
        repo.pv(&["hook", "uninstall"]);
        repo.pv(&["hook", "uninstall"]);
        assert_eq!(std::fs::read_to_string(&hook).unwrap(), mine);
    }
}

#[test]
fn a_hook_of_our_own_goes_without_a_trace() {
    let repo = Repo::new();
    repo.pv(&["hook", "install"]);
    assert!(repo.path(".git/hooks/pre-commit").exists());
    repo.pv(&["hook", "uninstall"]);
    assert!(!repo.path(".git/hooks/pre-commit").exists());
}

#[test]
fn a_hook_that_is_no_shell_script_is_left_alone() {
    let repo = Repo::new();
    let mine = "#!/usr/bin/env python3\nprint('mine')\n";
    repo.write(".git/hooks/pre-commit", mine);
    let said = repo.pv(&["hook", "install"]);
    assert!(said.contains("pv hook run pre-commit") && said.ends_with("[exit code 2]\n"), "{said}");
    assert_eq!(std::fs::read_to_string(repo.path(".git/hooks/pre-commit")).unwrap(), mine);
}

#[test]
fn a_hooks_path_that_is_set_is_used_and_none_is_ever_set() {
    let repo = Repo::new();
    repo.replay(SCENARIO);
    repo.pv(&["hook", "install"]);
    repo.pv(&["hook", "uninstall"]);
    assert!(!repo.try_git(&["config", "core.hooksPath"]).status.success());
    repo.git(&["config", "core.hooksPath", "ci/hooks"]);
    repo.pv(&["hook", "install"]);
    assert!(repo.path("ci/hooks/pre-commit").exists() && !repo.path(".git/hooks/pre-commit").exists());
    assert_eq!(repo.git(&["config", "core.hooksPath"]), "ci/hooks");
    repo.lay(&harness::scenario(SCENARIO).join("broken-edit"));
    repo.git(&["add", "--all"]);
    assert!(commit(&repo).ends_with("[exit code 1]\n"));
}

#[test]
fn managers_are_respected() {
    for (file, line) in [
        (".pre-commit-config.yaml", "entry: git-pv hook run pre-commit"),
        ("lefthook.yml", "run: git-pv hook run pre-commit"),
        (".husky/pre-commit", "git-pv hook run pre-commit"),
    ] {
        let repo = Repo::new();
        repo.write(file, "");
        let said = repo.pv(&["hook", "install"]);
        assert!(said.contains(line), "{file}: {said}");
        assert!(!repo.path(".git/hooks/pre-commit").exists(), "{file}: nothing else is written");
        assert_eq!(std::fs::read(repo.path(file)).unwrap(), b"", "{file} is the user's");
    }
}

#[test]
fn what_is_no_shell_script_is_left_alone_and_told_what_to_run() {
    let repo = Repo::new();
    for hook in [&b"#!/usr/bin/env python3\nprint()\n"[..], b"\x7fELF\xff"] {
        repo.write(".git/hooks/pre-commit", hook);
        let said = repo.pv(&["hook", "install"]);
        assert!(
            said.contains("is not a shell script") && said.contains("have it run `git-pv hook run pre-commit`"),
            "{said}"
        );
        assert_eq!(std::fs::read(repo.path(".git/hooks/pre-commit")).unwrap(), hook);
    }
}

#[test]
fn a_folder_of_hooks_that_git_was_told_of_is_used_unless_it_is_shared() {
    let repo = Repo::new();
    repo.git(&["config", "core.hooksPath", ".githooks"]);
    let said = repo.pv(&["hook", "install"]);
    assert!(said.contains("REPO/.githooks/pre-commit (git's core.hooksPath names that folder)"), "{said}");
    let shared = repo.beside("hooks");
    repo.git(&["config", "core.hooksPath", shared.to_str().unwrap()]);
    let said = repo.pv(&["hook", "install"]);
    assert!(said.contains("git-pv hook run pre-commit || exit $?") && said.ends_with("[exit code 2]\n"), "{said}");
    assert!(!shared.exists());
}

#[test]
fn where_nothing_is_installed_nothing_is_removed() {
    let repo = Repo::new();
    assert!(repo.pv(&["hook", "uninstall"]).contains("nothing to remove"));
    repo.pv(&["hook", "install"]);
    assert!(repo.pv(&["hook", "uninstall"]).contains("no longer runs pv"));
    assert!(!repo.path(".git/hooks/pre-commit").exists());
}

#[test]
fn a_bare_repository_has_no_commits_to_check() {
    let repo = Repo::init(&["--bare"]);
    let said = repo.pv(&["hook", "install"]);
    assert!(said.contains("bare") && said.ends_with("[exit code 2]\n"), "{said}");
    assert!(!repo.path("hooks/pre-commit").exists());
}

#[cfg(unix)]
#[test]
fn a_program_that_hooks_will_not_find_is_warned_of() {
    let repo = Repo::new();
    let path = std::env::var_os("PATH").unwrap();
    let git = std::env::split_paths(&path).map(|folder| folder.join("git")).find(|git| git.is_file()).unwrap();
    let only_git = repo.beside("bin");
    std::fs::create_dir(&only_git).unwrap();
    std::os::unix::fs::symlink(git, only_git.join("git")).unwrap();
    let repo = repo.with("PATH", only_git);
    let said = repo.pv(&["hook", "install"]);
    assert!(said.contains("warning: `git-pv` is not on PATH") && !said.contains("exit code"), "{said}");
    assert!(!Repo::new().pv(&["hook", "install"]).contains("warning"));
}
