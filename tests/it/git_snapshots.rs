//! Snapshots outside the table: hooks, conflicts, failures of single files, directories.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::panic,
    reason = "builds repositories on disk; a failed step is a failed test"
)]

use std::os::unix::fs::symlink;

use miette::Diagnostic;
use pv::domain::Digest;
use pv::git::{Environment, GitError, Mode, ReadError, Repository, Snapshot, Source};

use crate::harness::Repo;

const LIMIT: u64 = 1 << 20;

fn backends(repo: &Repo) -> [Repository; 2] {
    [&[][..], &[("PV_GIT", "program")][..]]
        .map(|more| Repository::discover(repo.root(), &repo.environment(more)).unwrap())
}

fn paths(snapshot: &Snapshot) -> Vec<&str> {
    snapshot.entries().iter().map(|entry| entry.path.as_str()).collect()
}

fn read(snapshot: &Snapshot, path: &str) -> Result<String, ReadError> {
    let entry = snapshot.entry(path).unwrap_or_else(|| panic!("{path} is not in {:?}", paths(snapshot)));
    snapshot.read(entry, LIMIT).map(|bytes| String::from_utf8(bytes).unwrap())
}

/// Runs `git` with `arguments` in a repository whose hook `hook` records the environment it gets and then fails;
/// gives that environment.
fn environment_of_hook(repo: &Repo, hook: &str, arguments: &[&str]) -> Environment {
    let record = repo.beside("environment");
    let hooks = repo.beside("hooks");
    std::fs::create_dir_all(&hooks).unwrap();
    // The index that git made for the hook is gone when git ends: keep a copy where the hook saw it.
    let script = format!(
        "#!/bin/sh\nenv -0 > '{0}'\nif test -n \"$GIT_INDEX_FILE\"; then cp \"$GIT_INDEX_FILE\" '{0}.index'; fi\nexit 1\n",
        record.display()
    );
    let file = hooks.join(hook);
    std::fs::write(&file, script).unwrap();
    executable(&file);
    repo.git(&["config", "core.hooksPath", hooks.to_str().unwrap()]);
    assert!(!repo.try_git(arguments).status.success(), "the hook refuses");
    let recorded = std::fs::read(&record).unwrap();
    let variables = recorded.split(|byte| *byte == 0).filter_map(|line| {
        let (name, value) = std::str::from_utf8(line).ok()?.split_once('=')?;
        Some((name.to_owned(), value.to_owned()))
    });
    let mut variables: Vec<(String, String)> = variables.collect();
    for (name, value) in &mut variables {
        if name == "GIT_INDEX_FILE" && !repo.path(value).exists() {
            std::fs::copy(record.with_extension("index"), repo.path(value)).unwrap();
        }
    }
    Environment::new(variables)
}

fn executable(path: &std::path::Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn a_hook_sees_the_index_that_git_commits() {
    let cases: [(&[&str], &str, &str); 3] = [
        (&["commit", "--message", "x"], "staged a\n", "first b\n"),
        (&["commit", "--message", "x", "--all"], "worktree a\n", "worktree b\n"),
        (&["commit", "--message", "x", "b.md"], "first a\n", "worktree b\n"),
    ];
    for (arguments, a, b) in cases {
        let repo = Repo::new();
        repo.write("a.md", "first a\n").write("b.md", "first b\n").commit("first");
        repo.write("a.md", "staged a\n").git(&["add", "a.md"]);
        repo.write("a.md", "worktree a\n").write("b.md", "worktree b\n");
        let environment = environment_of_hook(&repo, "pre-commit", arguments);
        let repository = Repository::discover(repo.root(), &environment).unwrap();
        let index = repository.snapshot(&Source::Index).unwrap();
        assert_eq!(
            (read(&index, "a.md").unwrap(), read(&index, "b.md").unwrap()),
            (a.into(), b.into()),
            "{arguments:?}"
        );
    }
}

#[test]
fn a_hook_of_a_linked_worktree_sees_that_worktree() {
    let repo = Repo::new();
    repo.write("a.md", "first\n").commit("first");
    let linked = repo.beside("linked");
    repo.git(&["worktree", "add", "--quiet", linked.to_str().unwrap(), "-b", "topic"]);
    let repo = repo.at(linked.clone());
    repo.write("a.md", "staged\n").git(&["add", "a.md"]);
    let environment = environment_of_hook(&repo, "pre-commit", &["commit", "--message", "x"]);
    let repository = Repository::discover(&linked, &environment).unwrap();
    assert_eq!(repository.workdir(), Some(linked.as_path()));
    assert_ne!(repository.git_dir(), repository.common_dir());
    assert_eq!(read(&repository.snapshot(&Source::Index).unwrap(), "a.md").unwrap(), "staged\n");
}

#[test]
fn a_receiving_repository_reads_what_is_in_quarantine() {
    let repo = Repo::new();
    repo.write("a.md", "pushed\n").commit("first");
    let bare = repo.beside("bare.git");
    repo.git(&["init", "--quiet", "--bare", bare.to_str().unwrap()]);
    // The quarantine is gone when the hook ends: the hook waits until the test has looked.
    let (seen, done) = (repo.beside("seen"), repo.beside("done"));
    let script = format!(
        "#!/bin/sh\nread old new ref\nenv -0 > '{0}.part'\nprintf 'PUSHED=%s\\0' \"$new\" >> '{0}.part'\nmv '{0}.part' '{0}'\n\
         n=0\nwhile ! test -e '{1}' && test $n -lt 300; do sleep 0.1; n=$((n+1)); done\n",
        seen.display(),
        done.display()
    );
    std::fs::write(bare.join("hooks/pre-receive"), script).unwrap();
    executable(&bare.join("hooks/pre-receive"));
    let mut push = repo.command("git").args(["push", "--quiet", bare.to_str().unwrap(), "main"]).spawn().unwrap();
    while !seen.exists() {
        assert!(push.try_wait().unwrap().is_none(), "the push ended before its hook");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    let recorded = String::from_utf8(std::fs::read(&seen).unwrap()).unwrap();
    let variables: Vec<(&str, &str)> = recorded.split('\0').filter_map(|line| line.split_once('=')).collect();
    let pushed = variables.iter().find(|(name, _)| *name == "PUSHED").unwrap().1;
    let repository = Repository::discover(&bare, &Environment::new(variables.clone()));
    let content = repository.and_then(|repository| repository.snapshot(&Source::Revision(pushed.to_owned())));
    let content = content.map(|snapshot| read(&snapshot, "a.md"));
    std::fs::write(&done, "").unwrap();
    assert!(push.wait().unwrap().success());
    assert_eq!(content.unwrap().unwrap(), "pushed\n");
}

#[test]
fn a_conflict_stops_the_index_and_not_the_worktree() {
    let repo = Repo::new();
    repo.write("a.md", "base\n").write("b.md", "b\n").commit("base");
    repo.git(&["checkout", "--quiet", "-b", "topic"]);
    repo.write("a.md", "theirs\n").commit("theirs");
    repo.git(&["checkout", "--quiet", "main"]);
    repo.write("a.md", "ours\n").commit("ours");
    assert!(!repo.try_git(&["merge", "topic"]).status.success());
    for repository in backends(&repo) {
        match repository.snapshot(&Source::Index).unwrap_err() {
            GitError::Conflicted { paths } => assert_eq!(paths, ["a.md"]),
            other => panic!("{other}"),
        }
        let worktree = repository.snapshot(&Source::Worktree).unwrap();
        assert_eq!(paths(&worktree), ["a.md", "b.md"]);
        assert!(read(&worktree, "a.md").unwrap().starts_with("<<<<<<<"));
    }
}

#[test]
fn unchanged_files_keep_the_id_of_the_index() {
    let repo = Repo::new();
    repo.write("a.md", "a\n").write("b.md", "b\n").commit("first");
    repo.write("b.md", "bb\n").write("c.md", "c\n");
    for repository in backends(&repo) {
        let worktree = repository.snapshot(&Source::Worktree).unwrap();
        let known: Vec<bool> = worktree.entries().iter().map(|entry| entry.oid.is_some()).collect();
        assert_eq!((paths(&worktree), known), (vec!["a.md", "b.md", "c.md"], vec![true, false, false]));
    }
}

#[test]
fn a_commit_is_its_tree_whatever_the_index_knows() {
    let repo = Repo::new();
    repo.write("a.md", "a\n").write("prompts/b.md", "b\n").commit("first");
    let head = |repository: &Repository| repository.snapshot(&Source::Revision("HEAD".to_owned())).unwrap();
    for repository in backends(&repo) {
        assert_eq!(paths(&head(&repository)), ["a.md", "prompts/b.md"]);
    }
    repo.write("prompts/c.md", "c\n").git(&["rm", "--quiet", "--cached", "a.md"]);
    repo.git(&["add", "prompts/c.md"]);
    // Now the index knows the tree that it would become.
    let tree = repo.git(&["write-tree"]);
    for repository in backends(&repo) {
        assert_eq!(paths(&head(&repository)), ["a.md", "prompts/b.md"]);
        let staged = repository.snapshot(&Source::Revision(tree.trim().to_owned())).unwrap();
        assert_eq!(paths(&staged), ["prompts/b.md", "prompts/c.md"]);
        assert_eq!(staged.entries(), repository.snapshot(&Source::Index).unwrap().entries());
    }
}

#[test]
fn a_missing_blob_fails_alone() {
    let repo = Repo::new();
    repo.write("a.md", "a\n").write("b.md", "b\n").commit("first");
    let oid = repo.git(&["rev-parse", "HEAD:a.md"]);
    std::fs::remove_file(repo.path(&format!(".git/objects/{}/{}", &oid[..2], &oid[2..]))).unwrap();
    for repository in backends(&repo) {
        let head = repository.snapshot(&Source::Revision("HEAD".into())).unwrap();
        let error = read(&head, "a.md").unwrap_err();
        assert!(matches!(error, ReadError::Missing { .. }), "{error}");
        assert_eq!(error.problem().code, "content-missing");
        assert!(matches!(head.digest(head.entry("a.md").unwrap()), Err(ReadError::Missing { .. })));
        assert_eq!(read(&head, "b.md").unwrap(), "b\n");
    }
}

#[test]
fn a_corrupt_blob_fails_alone() {
    let repo = Repo::new();
    repo.write("a.md", "a\n").write("b.md", "b\n").commit("first");
    let oid = repo.git(&["rev-parse", "HEAD:a.md"]);
    let object = repo.path(&format!(".git/objects/{}/{}", &oid[..2], &oid[2..]));
    std::fs::remove_file(&object).unwrap();
    std::fs::write(&object, "no object at all").unwrap();
    for repository in backends(&repo) {
        let head = repository.snapshot(&Source::Revision("HEAD".into())).unwrap();
        assert!(read(&head, "a.md").is_err());
        assert_eq!(read(&head, "b.md").unwrap(), "b\n");
    }
}

#[test]
fn a_partial_clone_fetches_what_is_asked_for() {
    let repo = Repo::new();
    repo.write("a.md", "old\n").commit("first");
    repo.write("a.md", "new\n").commit("second");
    repo.git(&["config", "uploadpack.allowFilter", "true"]);
    let url = format!("file://{}", repo.root().display());
    let origin = repo.root().to_owned();
    let clone = repo.beside("clone");
    repo.git(&["clone", "--quiet", "--filter=blob:none", &url, clone.to_str().unwrap()]);
    let clone = repo.at(clone);
    let missing = || clone.git(&["rev-list", "--objects", "--all", "--missing=print"]).matches('?').count();
    assert_eq!(missing(), 1, "the clone lacks the old blob");
    let old = clone.open().snapshot(&Source::Revision("HEAD~1".into())).unwrap();
    std::fs::rename(&origin, clone.beside("unplugged")).unwrap();
    assert!(matches!(read(&old, "a.md"), Err(ReadError::Missing { .. })), "without its origin");
    std::fs::rename(clone.beside("unplugged"), &origin).unwrap();
    assert_eq!(read(&old, "a.md").unwrap(), "old\n");
    assert_eq!(missing(), 0);
}

#[test]
fn links_are_text_and_never_followed() {
    let repo = Repo::new();
    std::fs::write(repo.beside("secret"), "outside\n").unwrap();
    std::fs::create_dir_all(repo.beside("elsewhere")).unwrap();
    std::fs::write(repo.beside("elsewhere/a.md"), "outside\n").unwrap();
    repo.write("folder/a.md", "inside\n").commit("first");
    symlink("loop", repo.path("loop")).unwrap();
    symlink("../secret", repo.path("out")).unwrap();
    symlink(".", repo.path("self")).unwrap();
    std::fs::remove_dir_all(repo.path("folder")).unwrap();
    symlink("../elsewhere", repo.path("folder")).unwrap();
    for repository in backends(&repo) {
        let worktree = repository.snapshot(&Source::Worktree).unwrap();
        assert_eq!(paths(&worktree), ["folder", "loop", "out", "self"]);
        assert!(worktree.entries().iter().all(|entry| entry.mode == Mode::Symlink));
        assert_eq!(read(&worktree, "out").unwrap(), "../secret");
        assert_eq!(read(&worktree, "folder").unwrap(), "../elsewhere");
    }
}

#[test]
fn a_pipe_is_no_file() {
    let repo = Repo::new();
    repo.write("a.md", "a\n").commit("first");
    assert!(repo.command("mkfifo").arg("pipe").status().unwrap().success());
    for repository in backends(&repo) {
        assert_eq!(paths(&repository.snapshot(&Source::Worktree).unwrap()), ["a.md"]);
    }
    assert_eq!(paths(&Snapshot::directory(&repo.path(".")).unwrap()), ["a.md"]);
}

#[test]
fn filters_are_never_run() {
    let repo = Repo::new();
    let trace = repo.beside("ran");
    let program = format!("touch '{}' && cat", trace.display());
    repo.write(".gitattributes", "*.bin filter=lfs\n*.key filter=crypt\n*.none filter=unknown\n");
    let pointer = "version https://git-lfs.github.com/spec/v1\n\
        oid sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824\nsize 5\n";
    repo.write("clean.bin", pointer).write("edited.bin", pointer).write("a.key", "sealed").write("a.none", "as is");
    repo.commit("first");
    for name in ["lfs", "crypt"] {
        repo.git(&["config", &format!("filter.{name}.clean"), &program]);
        repo.git(&["config", &format!("filter.{name}.required"), "true"]);
    }
    repo.write("edited.bin", "hello").write("new.bin", "").write("a.key", "open").write("a.none", "as it is");
    for repository in backends(&repo) {
        let worktree = repository.snapshot(&Source::Worktree).unwrap();
        assert_eq!(read(&worktree, "edited.bin").unwrap(), pointer);
        assert_eq!(read(&worktree, "clean.bin").unwrap(), pointer);
        assert_eq!(read(&worktree, "new.bin").unwrap(), "");
        assert_eq!(read(&worktree, "a.none").unwrap(), "as it is");
        let refused = read(&worktree, "a.key").unwrap_err();
        assert!(matches!(&refused, ReadError::Filtered { driver, .. } if driver == "crypt"), "{refused}");
        assert_eq!(worktree.digest(worktree.entry("edited.bin").unwrap()).unwrap().0, Digest::of(pointer.as_bytes()));
    }
    assert!(!trace.exists(), "a filter ran");
}

#[test]
fn limits_are_kept_and_large_content_is_still_digested() {
    let repo = Repo::new();
    repo.git(&["config", "core.autocrlf", "input"]);
    let large = "0123456789abcdef".repeat(4 << 17);
    repo.write("large.txt", &large).commit("first");
    repo.write("new.txt", &large).write("dos.txt", large.replace('f', "\r\n"));
    for repository in backends(&repo) {
        let worktree = repository.snapshot(&Source::Worktree).unwrap();
        for path in ["large.txt", "new.txt"] {
            let entry = worktree.entry(path).unwrap();
            let refused = worktree.read(entry, LIMIT).unwrap_err();
            assert!(matches!(refused, ReadError::TooLarge { limit: LIMIT, .. }), "{refused}");
            assert_eq!(worktree.digest(entry).unwrap(), (Digest::of(large.as_bytes()), large.len() as u64));
        }
        let unix = large.replace('f', "\n");
        let digest = worktree.digest(worktree.entry("dos.txt").unwrap()).unwrap();
        assert_eq!(digest, (Digest::of(unix.as_bytes()), unix.len() as u64));
    }
}

#[test]
fn many_threads_read_at_once() {
    use rayon::prelude::*;
    let repo = Repo::new();
    for n in 0..200 {
        repo.write(&format!("{n}.md"), format!("content {n}\n"));
    }
    repo.commit("first");
    repo.git(&["gc", "--quiet"]);
    for repository in backends(&repo) {
        let head = repository.snapshot(&Source::Revision("HEAD".into())).unwrap();
        let wrong: Vec<&str> = head
            .entries()
            .par_iter()
            .filter(|entry| {
                head.read(entry, LIMIT).unwrap()
                    != format!("content {}\n", entry.path.trim_end_matches(".md")).into_bytes()
            })
            .map(|entry| entry.path.as_str())
            .collect();
        assert_eq!(wrong, Vec::<&str>::new());
    }
}

#[test]
fn a_directory_is_a_snapshot_too() {
    let repo = Repo::directory();
    repo.write(".hidden/a.md", "a\n").write("b.md", "b\r\n").write("skip.log", "x\n").write(".gitignore", "*.log\n");
    repo.write(".git/config", "");
    symlink("loop", repo.path("loop")).unwrap();
    let directory = Snapshot::directory(repo.root()).unwrap();
    assert_eq!(paths(&directory), [".gitignore", ".hidden/a.md", "b.md", "loop"]);
    assert_eq!(read(&directory, "b.md").unwrap(), "b\r\n");
    assert_eq!(read(&directory, "loop").unwrap(), "loop");
    let file = Snapshot::directory(&repo.path("b.md")).unwrap();
    assert_eq!(paths(&file), ["b.md"]);
    assert_eq!(file.digest(file.entry("b.md").unwrap()).unwrap(), (Digest::of(b"b\r\n"), 3));
    symlink("b.md", repo.path("to-b")).unwrap();
    let meant = Snapshot::directory(&repo.path("to-b")).unwrap();
    assert_eq!(read(&meant, "b.md").unwrap(), "b\r\n");
    assert!(repo.command("mkfifo").arg("pipe").status().unwrap().success());
    assert!(matches!(Snapshot::directory(&repo.path("pipe")), Err(GitError::Io { .. })));
    assert!(matches!(Snapshot::directory(&repo.path("nowhere")), Err(GitError::Io { .. })));
}

#[test]
fn memory_is_a_snapshot_too() {
    let memory = Snapshot::of_files(vec![("b".into(), b"2".to_vec()), ("a".into(), b"1".to_vec())]);
    assert_eq!(paths(&memory), ["a", "b"]);
    assert_eq!(read(&memory, "a").unwrap(), "1");
    assert!(matches!(memory.read(memory.entry("a").unwrap(), 0), Err(ReadError::TooLarge { size: 1, .. })));
}

#[test]
fn the_place_of_the_user_is_known() {
    let repo = Repo::new();
    repo.write("folder/deeper/a.md", "a\n").commit("first");
    let repository = Repository::discover(&repo.path("folder/deeper"), &repo.environment(&[])).unwrap();
    assert_eq!(repository.prefix().as_deref(), Some("folder/deeper"));
    assert_eq!(repository.workdir(), Some(repo.root()));
    assert_eq!(repo.open().prefix().as_deref(), Some(""));
    let worktree = repository.snapshot(&Source::Worktree).unwrap();
    assert_eq!(paths(&worktree), ["folder/deeper/a.md"]);
}

#[test]
fn variables_name_another_repository() {
    let repo = Repo::new();
    repo.write("a.md", "a\n").commit("first");
    let elsewhere = repo.beside("elsewhere");
    std::fs::create_dir_all(&elsewhere).unwrap();
    std::fs::write(elsewhere.join("b.md"), "b\n").unwrap();
    let git_dir = repo.path(".git");
    let variables = [("GIT_DIR", git_dir.to_str().unwrap()), ("GIT_WORK_TREE", elsewhere.to_str().unwrap())];
    for backend in ["gix", "program"] {
        let variables = [&variables[..], &[("PV_GIT", backend)]].concat();
        let repository = Repository::discover(&elsewhere, &repo.environment(&variables)).unwrap();
        assert_eq!(paths(&repository.snapshot(&Source::Index).unwrap()), ["a.md"]);
        assert_eq!(paths(&repository.snapshot(&Source::Worktree).unwrap()), ["b.md"]);
    }
}

#[test]
fn outside_a_repository_the_error_says_what_to_do() {
    let repo = Repo::directory();
    let error = Repository::discover(repo.root(), &repo.environment(&[])).unwrap_err();
    assert!(matches!(error, GitError::NotARepository { .. }), "{error}");
    assert!(error.help().unwrap().to_string().contains("git init"));
}

#[test]
fn a_foreign_owner_is_refused_as_git_does() {
    let repo = Repo::new();
    repo.write("a.md", "a\n").commit("first");
    let chown = repo.command("chown").args(["-R", "12345:12345", repo.root().to_str().unwrap()]).output().unwrap();
    if !chown.status.success() {
        return; // only root can give files away
    }
    assert!(!repo.try_git(&["status"]).status.success(), "git refuses");
    let error = Repository::discover(repo.root(), &repo.environment(&[])).unwrap_err();
    let help = error.help().unwrap().to_string();
    assert!(matches!(error, GitError::Untrusted { .. }), "{error}");
    assert!(help.contains(&format!("git config --global --add safe.directory '{}'", repo.root().display())), "{help}");
    let global = repo.beside("gitconfig");
    std::fs::write(&global, format!("[safe]\n\tdirectory = {}\n", repo.root().display())).unwrap();
    let repo = repo.with("GIT_CONFIG_GLOBAL", global);
    repo.git(&["status"]);
    assert_eq!(paths(&repo.open().snapshot(&Source::Worktree).unwrap()), ["a.md"]);
}
