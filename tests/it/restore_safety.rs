//! Nobody's bytes are lost: pv writes below its roots only, over nothing unsaved, and reads nothing without end.

use crate::harness::Repo;

const GREET: &str = "---\nname: greet\n---\nGreet {{customer}} by name.\n";
const PATH: &str = "prompts/greet.md";

/// A committed prompt.
fn repo() -> Repo {
    let repo = Repo::new();
    repo.write(PATH, GREET).commit("base");
    repo
}

fn cut(repo: &Repo, name: &str) {
    let said = repo.pv(&["lock", "--name", name, "--write", "--commit", "--tag", "--at=2026-05-20T11:00:00Z"]);
    assert!(!said.contains("exit code"), "{said}");
}

fn read(repo: &Repo, path: &str) -> String {
    std::fs::read_to_string(repo.path(path)).unwrap()
}

/// Asserts that `pv` with `arguments` says `words` and exits with `code`.
fn assert_refused(repo: &Repo, arguments: &[&str], code: u8, words: &str) {
    let said = repo.pv(arguments);
    assert!(said.contains(words) && said.ends_with(&format!("[exit code {code}]\n")), "{arguments:?}: {said}");
}

#[cfg(unix)]
#[test]
fn no_release_is_written_through_a_link() {
    for link in [".pv", "releases", "pv.lock", ".pv/objects"] {
        let repo = repo();
        let outside = repo.beside("outside");
        std::fs::create_dir_all(&outside).unwrap();
        std::fs::create_dir_all(repo.path(link).parent().unwrap()).unwrap();
        let target = if link == "pv.lock" { outside.join("a file") } else { outside.clone() };
        std::os::unix::fs::symlink(target, repo.path(link)).unwrap();
        assert_refused(&repo, &["lock", "--name", "r1", "--write"], 2, "symbolic link");
        assert_eq!(std::fs::read_dir(&outside).unwrap().count(), 0, "{link}");
    }
}

#[cfg(unix)]
#[test]
fn init_writes_through_no_link() {
    let repo = repo();
    std::fs::create_dir(repo.beside("outside")).unwrap();
    std::os::unix::fs::symlink(repo.beside("outside"), repo.path(".pv")).unwrap();
    assert_refused(&repo, &["init"], 2, "symbolic link");
    assert_eq!(std::fs::read_dir(repo.beside("outside")).unwrap().count(), 0);
}

#[test]
fn nothing_unsaved_is_restored_over() {
    let repo = repo();
    cut(&repo, "r1");
    let restore = |to: &[&str]| repo.pv(&[&["restore", "prompt:greet@1.0.0"], to].concat());
    let refused = |to: &[&str]| {
        let said = restore(to);
        assert!(said.contains("uncommitted edits: prompts/greet.md") && said.ends_with("[exit code 2]\n"), "{said}");
    };
    repo.write(PATH, "my own words\n");
    refused(&[]);
    refused(&["--to", "."]);
    repo.git(&["update-index", "--assume-unchanged", PATH]);
    refused(&[]);
    assert_eq!(read(&repo, PATH), "my own words\n");
    repo.write("out/prompts/greet.md", "notes\n");
    refused(&["--to", "out"]);
    assert_eq!(read(&repo, "out/prompts/greet.md"), "notes\n");
    repo.commit("the notes are in git");
    assert!(restore(&["--to", "out"]).contains("restored"), "HEAD holds what is replaced");
    assert_eq!(read(&repo, "out/prompts/greet.md"), GREET);
}

#[cfg(unix)]
#[test]
fn an_unreadable_file_is_not_replaced() {
    use std::os::unix::fs::PermissionsExt as _;
    let repo = repo();
    cut(&repo, "r1");
    repo.write(PATH, "my own words\n");
    std::fs::set_permissions(repo.path(PATH), std::fs::Permissions::from_mode(0o200)).unwrap();
    repo.pv(&["restore", "prompt:greet@1.0.0"]);
    std::fs::set_permissions(repo.path(PATH), std::fs::Permissions::from_mode(0o600)).unwrap();
    assert_eq!(read(&repo, PATH), "my own words\n");
}

#[test]
fn a_part_that_is_gone_does_not_replace_its_file() {
    let repo = Repo::new();
    let both = "model_list:\n  - model_name: fast\n    litellm_params:\n      model: openai/gpt-4o-mini\n  - model_name: good\n    litellm_params:\n      model: openai/gpt-4o\n";
    repo.write("models/routing.yaml", both).commit("base");
    cut(&repo, "r1");
    let one = both.split("  - model_name: good").next().unwrap();
    repo.write("models/routing.yaml", one).commit("one less");
    assert_refused(&repo, &["restore", "model:good@1.0.0"], 2, "no longer holds model:good");
    assert_eq!(read(&repo, "models/routing.yaml"), one);
    assert!(repo.pv(&["restore", "model:good@1.0.0", "--to", "out"]).contains("restored"));
    assert_eq!(read(&repo, "out/models/routing.yaml"), both);
}

#[test]
fn a_moved_artefact_is_restored_where_it_is_now() {
    let repo = repo();
    cut(&repo, "r1");
    std::fs::create_dir(repo.path("texts")).unwrap();
    repo.git(&["mv", PATH, "texts/greet.prompt.md"]);
    repo.write("texts/greet.prompt.md", GREET.replace("by name", "warmly")).commit("moved and edited");
    let said = repo.pv(&["restore", "prompt:greet@1.0.0"]);
    assert!(said.contains("texts/greet.prompt.md"), "{said}");
    assert_eq!(read(&repo, "texts/greet.prompt.md"), GREET);
    assert!(!repo.path(PATH).exists());
}

#[cfg(unix)]
#[test]
fn the_executable_bit_is_the_releases_and_where_it_is_silent_the_files() {
    use std::os::unix::fs::PermissionsExt as _;
    let repo = repo();
    repo.write("skills/sum/SKILL.md", "---\nname: sum\ndescription: Sums things up.\n---\nRun scripts/sum.sh.\n");
    repo.write("skills/sum/data.txt", "1 2\n").commit("a skill");
    cut(&repo, "r1");
    let set = |path: &str| {
        std::fs::set_permissions(repo.path(path), std::fs::Permissions::from_mode(0o755)).unwrap();
    };
    set("skills/sum/data.txt");
    set(PATH);
    repo.write(PATH, GREET.replace("by name", "warmly")).commit("everything runs");
    for what in ["agent:sum@1.0.0", "prompt:greet@1.0.0"] {
        assert!(repo.pv(&["restore", what]).contains("restored"), "{what}");
    }
    let runs = |path: &str| std::fs::metadata(repo.path(path)).unwrap().permissions().mode() & 0o111 != 0;
    assert!(!runs("skills/sum/data.txt") && runs(PATH));
}

#[cfg(unix)]
#[test]
fn a_lock_that_cannot_be_read_is_not_no_lock() {
    let repo = repo();
    cut(&repo, "r1");
    let commands: [&[&str]; 4] = [&["lock"], &["lock", "--check"], &["verify"], &["status"]];
    std::fs::remove_file(repo.path("pv.lock")).unwrap();
    std::fs::create_dir(repo.path("pv.lock")).unwrap();
    for command in commands {
        assert_refused(&repo, command, 2, "pv.lock could not be read");
    }
    std::fs::remove_dir(repo.path("pv.lock")).unwrap();
    assert!(repo.command("mkfifo").arg("pv.lock").status().unwrap().success());
    for command in commands {
        assert_refused(&repo, command, 2, "pv.lock could not be read");
    }
    std::fs::remove_file(repo.path("pv.lock")).unwrap();
    std::fs::File::create(repo.path("pv.lock")).unwrap().set_len((64 << 20) + 1).unwrap();
    assert_refused(&repo, &["status"], 2, "larger than the limit");
}

#[test]
fn a_record_that_cannot_be_read_is_not_no_record() {
    let repo = repo();
    cut(&repo, "r1");
    let record = repo.path("releases/r1/lock.toml");
    std::fs::remove_file(&record).unwrap();
    std::fs::create_dir(&record).unwrap();
    assert_refused(&repo, &["log"], 2, "releases/r1/lock.toml could not be read");
}

#[cfg(unix)]
#[test]
fn a_configuration_is_a_file_within_bounds() {
    let repo = repo();
    repo.command("mkfifo").arg("pv.toml").status().unwrap();
    assert_refused(&repo, &["status"], 2, "not a regular file");
    std::fs::remove_file(repo.path("pv.toml")).unwrap();
    std::fs::File::create(repo.path("pv.toml")).unwrap().set_len((4 << 20) + 1).unwrap();
    assert_refused(&repo, &["status"], 2, "larger than the limit");
}

#[test]
fn a_lost_lock_is_not_the_time_before_the_first_release() {
    let repo = repo();
    cut(&repo, "r1");
    std::fs::remove_file(repo.path("pv.lock")).unwrap();
    assert_refused(&repo, &["lock", "--check"], 1, "lock-missing: pv.lock");
    assert_refused(&repo, &["verify"], 1, "release r1");
    for command in [&["status"][..], &["lock"], &["lock", "--name", "r2", "--write"]] {
        assert_refused(&repo, command, 2, "pv.lock is missing, and release `r1` was cut");
    }
    assert!(!repo.path("releases/r2").exists());
    repo.git(&["checkout", "HEAD", "--", "pv.lock"]);
    assert!(!repo.pv(&["verify"]).contains("exit code"));
}

#[test]
fn a_first_release_that_was_interrupted_before_its_lock_is_completed() {
    let repo = repo();
    let write = ["lock", "--name", "r1", "--write", "--at=2026-05-20T11:00:00Z"];
    assert!(!repo.pv(&write).contains("exit code"));
    std::fs::remove_file(repo.path("pv.lock")).unwrap();
    assert!(repo.pv(&write).contains("release r1 written"));
    assert!(!repo.pv(&["lock", "--check"]).contains("exit code"));
}

/// Two branches that each released an edit of the prompt as the same version; `main` is checked out.
fn two_branches() -> Repo {
    let repo = repo();
    repo.ungate().commit("policy");
    cut(&repo, "r1");
    repo.git(&["branch", "side"]);
    for (branch, words) in [("side", "warmly"), ("main", "briefly")] {
        repo.git(&["checkout", "--quiet", branch]);
        repo.write(PATH, GREET.replace("by name", words)).commit(words);
        cut(&repo, &format!("of-{branch}"));
    }
    repo
}

#[test]
fn a_release_of_another_branch_is_verified_in_its_own_commit() {
    let repo = two_branches();
    assert!(repo.pv(&["verify", "--all"]).starts_with("3 releases verified"), "{}", repo.pv(&["verify", "--all"]));
    assert!(repo.pv(&["verify", "of-side"]).starts_with("1 release verified"));
    assert_refused(&repo, &["verify", "never"], 2, "released were: of-main, r1");
    std::fs::remove_dir_all(repo.path("releases/r1")).unwrap();
    assert_refused(&repo, &["verify", "--all"], 5, "record-missing: releases/r1/lock.toml");
}

#[test]
fn a_label_of_two_contents_is_ambiguous() {
    let repo = two_branches();
    repo.git(&["checkout", "--quiet", "side", "--", "releases/of-side", ".pv/objects"]);
    repo.commit("the records of both");
    assert_refused(&repo, &["restore", "prompt:greet@1.1.0"], 2, "release:of-main, release:of-side");
    assert_refused(&repo, &["lock", "--check"], 1, "version-reused");
    repo.write(PATH, GREET.replace("by name", "at length")).commit("a third");
    cut(&repo, "r3");
    let said = repo.pv(&["lock", "--check"]);
    assert!(said.starts_with("1 release verified"), "no label of the latest lock is reused: {said}");
}
