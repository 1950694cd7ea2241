//! `kill -9` at any moment of a release: what is there is whole, and running it again completes it.
#![cfg(unix)]
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "a failed step is a failed test")]

use std::os::unix::process::CommandExt as _;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use pv::domain::SourceFile;
use pv::lock::{self, record};

use crate::harness::Repo;
use crate::runs::Run;

const ROUNDS: u64 = 40;

/// Of all gates, only one test run is owed: by the prompts.
const POLICY: &str = "[types.prompt]\ngates = [\"integration\"]\n\n[[gate]]\nname = \"smoke\"\noff = \"unused\"\n\n\
                      [[gate]]\nname = \"integration\"\n[[gate.check]]\nmetric = \"pass_rate\"\nmax-failures = 0\n\n[rollback]\nrehearsal = \"off\"\n";

fn repo() -> Repo {
    let repo = Repo::new();
    repo.write("pv.toml", POLICY);
    for n in 0..24 {
        write(&repo, n, "Prompt");
    }
    repo.commit("base");
    repo
}

/// One of the prompts. The first includes the next seven, so that a run of it is a run of them.
fn write(repo: &Repo, n: usize, words: &str) {
    let includes = if n == 0 { (1..8).map(|n| format!("{{{{>p{n}}}}}\n")).collect() } else { String::new() };
    let path = format!("prompts/{}p{n}.prompt", if n == 0 { "" } else { "_" });
    repo.write(&path, format!("{includes}{words} {n} for {{{{customer}}}}.\n"));
}

fn release(repo: &Repo, name: &str) -> Command {
    let mut command = repo.command(env!("CARGO_BIN_EXE_pv"));
    command.args(["lock", "--name", name, "--write", "--commit", "--tag", "--at=2026-05-20T11:00:00Z"]);
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// A number in words that no rule takes for a number or a typo.
fn spelled(number: &str) -> String {
    let words =
        ["kindly", "briefly", "warmly", "soberly", "at length", "in verse", "formally", "drily", "loudly", "twice"];
    let digits = number.chars().map(|digit| digit.to_digit(10).map_or("gladly", |digit| words[digit as usize]));
    digits.collect::<Vec<_>>().join(" and ")
}

/// Commits an edit of some of the prompts, and a test run of them.
fn edit(repo: &Repo, word: &str) {
    for n in 0..8 {
        write(repo, n, &format!("Write {},", spelled(word)));
    }
    repo.write(&format!("changes/{word}.md"), "---\nartefacts: prompt:p0\ntype: prompt\nwhy: Edited\n---\n");
    repo.commit("edits");
    let mut options = vec!["--gate".to_owned(), "integration".to_owned()];
    options.extend((1..8).map(|n| format!("--declare=prompt:p{n}")));
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    let said = Run::about(repo, &["prompt:p0"]).case(word, 1, 1.0).add(repo, &options);
    assert!(!said.contains("exit code"), "{said}");
    repo.commit("a test run");
}

/// How long an undisturbed release of an edit takes.
fn usual(repo: &Repo) -> Duration {
    assert!(release(repo, "first").status().unwrap().success());
    edit(repo, "undisturbed");
    let start = Instant::now();
    assert!(release(repo, "undisturbed").status().unwrap().success());
    start.elapsed()
}

/// Lock and records are absent or whole, and no object holds other bytes than its name says.
fn assert_consistent(repo: &Repo, context: &str) {
    if let Ok(text) = std::fs::read_to_string(repo.path("pv.lock")) {
        assert!(lock::decode(&SourceFile::new("pv.lock", text)).is_ok(), "{context}: pv.lock");
    }
    for folder in std::fs::read_dir(repo.path("releases")).into_iter().flatten() {
        let path = folder.unwrap().path().join("lock.toml");
        if let Ok(text) = std::fs::read_to_string(&path) {
            let sealed = record::decode(&SourceFile::new("lock.toml", text));
            assert!(sealed.is_ok(), "{context}: {}", path.display());
        }
    }
    let said = repo.pv(&["verify", "--all"]);
    assert!(!said.contains("[exit code"), "{context}: {said}");
}

/// A killed git leaves its own locks behind; it names them itself, and only the user knows that they are stale.
fn remove_locks_of_killed_git(repo: &Repo) {
    for entry in ignore::WalkBuilder::new(repo.path(".git")).standard_filters(false).build().map(Result::unwrap) {
        if entry.path().extension().is_some_and(|extension| extension == "lock") {
            std::fs::remove_file(entry.path()).unwrap();
        }
    }
}

/// Kills the release `name` after `delay`: pv alone, or with the git that it started.
fn kill(repo: &Repo, name: &str, delay: Duration, with_git: bool) {
    let mut child = release(repo, name).process_group(0).spawn().unwrap();
    std::thread::sleep(delay);
    let group = format!("{}{}", if with_git { "-" } else { "" }, child.id());
    // It may have ended by itself.
    let _ = repo.command("kill").args(["-KILL", "--", &group]).stderr(Stdio::null()).status();
    child.wait().unwrap();
    let group = format!("-{}", child.id());
    let is_running =
        || repo.command("kill").args(["-0", "--", &group]).stderr(Stdio::null()).status().unwrap().success();
    while is_running() {
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_killed_release_is_whole_and_completed_by_running_it_again() {
    let repo = repo();
    let mut usual = usual(&repo);
    let mut seed = 0x9e37_79b9_7f4a_7c15_u64;
    let mut unfinished = 0;
    for round in 0..ROUNDS {
        edit(&repo, &round.to_string());
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let (name, delay) = (format!("r{round}"), usual.mul_f64((seed >> 33) as f64 / f64::from(1_u32 << 31) * 1.1));
        kill(&repo, &name, delay, round % 2 == 0);
        let context = format!("round {round}, killed after {delay:?}");
        assert_consistent(&repo, &context);
        let was_cut_off = !repo.try_git(&["rev-parse", "--verify", "--quiet", &format!("pv/{name}")]).status.success();
        unfinished += u64::from(was_cut_off);
        // The machine may be busier or idler than when the usual time was taken.
        usual = usual.mul_f64(if was_cut_off { 1.1 } else { 0.8 });
        remove_locks_of_killed_git(&repo);
        let output = release(&repo, &name).output().unwrap();
        assert!(output.status.success(), "{context}: {output:?}");
        assert_eq!(repo.git(&["rev-parse", &format!("pv/{name}^{{}}")]), repo.git(&["rev-parse", "HEAD"]), "{context}");
        assert_eq!(repo.git(&["status", "--porcelain"]), "", "{context}: nothing is left over");
        let intents = repo.git(&["ls-files", "changes", &format!("releases/{name}/changes")]);
        assert_eq!(intents, format!("releases/{name}/changes/{round}.md"), "{context}: the intent moved");
        let evidence = repo.git(&["ls-files", &format!("releases/{name}/evidence")]);
        assert_eq!(evidence.lines().count(), 1, "{context}: the evidence is kept");
        assert!(repo.pv(&["lock", "--check"]).starts_with("1 release verified"), "{context}");
    }
    assert!(unfinished > ROUNDS / 8, "only {unfinished} releases were cut off: the test proves nothing");
    repo.git(&["fsck", "--strict", "--no-dangling"]);
    assert!(repo.pv(&["verify", "--all"]).starts_with(&format!("{} releases verified", ROUNDS + 2)));
}

#[test]
fn two_at_once_do_not_mix() {
    let repo = repo();
    let mut both = [release(&repo, "left").spawn().unwrap(), release(&repo, "right").spawn().unwrap()];
    let ended: Vec<bool> = both.iter_mut().map(|child| child.wait().unwrap().success()).collect();
    assert!(ended.contains(&true));
    assert_consistent(&repo, "two at once");
    let tags = repo.git(&["tag", "--list"]);
    assert_eq!(tags.lines().count(), 1, "the second one found nothing to release: {tags}");
    assert_eq!(repo.git(&["status", "--porcelain"]), "");
}

#[test]
fn who_waits_too_long_is_told_for_whom() {
    let repo = repo();
    let path = repo.path(".git/pv/lock");
    let held = pv::store::flock::acquire(&path).unwrap();
    let said = repo.pv(&["lock", "--write", "--name", "x"]).replace(&std::process::id().to_string(), "PID");
    insta::assert_snapshot!(said, @"
    store-busy

      × another pv (process PID) holds REPO/.git/pv/lock
      help: wait until it ends, then run the command again
    [exit code 2]
    ");
    drop(held);
}
