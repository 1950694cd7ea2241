//! `pv gc`: what is needed stays.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

use pv::domain::Digest;
use pv::store::{Objects, at_hand, leavings};
use pv::tree::Builder;

use crate::harness::{self, Repo};

/// A repository whose objects are all large, and whose releases owe nothing.
fn repo() -> Repo {
    let repo = Repo::new();
    let remote = repo.beside("remote");
    let store = format!("[store]\ninline-limit = \"0 B\"\nremote = \"file://{}\"\n\n", remote.display());
    repo.write("pv.toml", format!("{store}{}", harness::ungated()));
    repo.write("prompts/greet.md", prompt("first"));
    repo.commit("a prompt");
    repo
}

fn prompt(text: &str) -> String {
    format!("---\nname: greet\nmodel: m-1\n---\n\nSay {text} to the user.\n")
}

/// Cuts the release `name` of the prompt that says `text`, committed and tagged.
fn release(repo: &Repo, name: &str, text: &str) -> Digest {
    repo.write("prompts/greet.md", prompt(text));
    repo.commit(text);
    let said = repo.pv(&["lock", "--write", "--name", name, "--commit", "--tag"]);
    assert!(!said.contains("exit code"), "{said}");
    Digest::of(prompt(text).as_bytes())
}

fn large(repo: &Repo) -> PathBuf {
    at_hand::large(&repo.root().join(repo.git(&["rev-parse", "--git-common-dir"])))
}

fn objects(repo: &Repo) -> Objects {
    Objects::open(&large(repo), Some(&large(repo)))
}

/// An object that nothing names.
fn stray(repo: &Repo, text: &str) -> Digest {
    objects(repo).put(text.as_bytes(), 0).unwrap()
}

/// Makes everything among the large objects, and what interrupted runs left there, a year old.
fn age(repo: &Repo) {
    for file in leavings::leavings(&large(repo)).unwrap() {
        set_age(&file.path);
    }
}

fn set_age(path: &Path) {
    let then = SystemTime::now() - Duration::from_secs(365 * 86_400);
    std::fs::OpenOptions::new().write(true).open(path).unwrap().set_modified(then).unwrap();
}

/// What a collection of everything that may go leaves.
fn collect(repo: &Repo) -> BTreeSet<Digest> {
    age(repo);
    let said = repo.pv(&["gc", "--write"]);
    assert!(!said.contains("exit code"), "{said}");
    objects(repo).iter().unwrap().collect()
}

/// That nothing goes, and why.
fn refused(repo: &Repo, why: &str) {
    let gone = stray(repo, "nothing names this");
    age(repo);
    let said = repo.pv(&["gc", "--write", "--grace", "0s"]);
    // As it is wrapped at any width.
    let words = said.replace('\u{2502}', " ").split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("nothing was deleted") && words.contains(why), "{said}");
    assert!(said.contains("[exit code 2]") && said.contains("help: "), "{said}");
    assert!(objects(repo).contains(&gone), "nothing was deleted");
}

#[test]
fn what_nothing_names_goes_when_it_is_old() {
    let repo = repo();
    let named = release(&repo, "r1", "hello");
    let (old, young) = (stray(&repo, "old"), stray(&repo, "younger than that"));
    set_age(&objects(&repo).path_of(&old).unwrap());
    let plan = repo.pv(&["gc"]).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(plan.contains(old.as_str()) && !plan.contains(young.as_str()) && !plan.contains(named.as_str()), "{plan}");
    assert!(plan.contains("1 object (3 bytes) would be deleted: --write does it"), "{plan}");
    assert!(plan.contains("1 object (17 bytes) named by nothing, written or relied on within 2w"), "{plan}");
    assert!(objects(&repo).contains(&old), "a plan deletes nothing");
    let done = repo.pv(&["gc", "--write", "--format", "json"]);
    let done: serde_json::Value = serde_json::from_str(&done).unwrap();
    assert_eq!(done["deleted"], serde_json::json!({"objects": 1, "bytes": 3}));
    assert_eq!(done["goes"][0]["object"], old.as_str());
    let left: BTreeSet<Digest> = objects(&repo).iter().unwrap().collect();
    assert!(left.contains(&young) && left.contains(&named) && !left.contains(&old));
    assert!(
        repo.pv(&["gc", "--write", "--grace", "0s"]).contains("deleted 1 object"),
        "without grace the young one, too"
    );
    assert!(repo.pv(&["verify", "--all"]).starts_with("1 release verified"));
    assert!(repo.pv(&["gc", "--grace", "soon"]).contains("30s"), "what a duration looks like");
}

#[test]
fn an_object_that_is_relied_on_again_is_young_again() {
    let repo = repo();
    release(&repo, "r1", "hello");
    repo.git(&["tag", "--delete", "pv/r1"]);
    repo.git(&["reset", "--quiet", "--hard", "HEAD~2"]);
    repo.git(&["reflog", "expire", "--expire=now", "--all"]);
    age(&repo);
    let before = repo.pv(&["gc"]);
    assert!(before.contains("would be deleted"), "{before}");
    // The same content ships again, by a release that is not written yet: its object is there, and is renewed.
    repo.write("prompts/greet.md", prompt("hello"));
    repo.commit("again");
    let said = repo.pv(&["lock", "--write", "--name", "r2"]);
    assert!(!said.contains("exit code"), "{said}");
    let file = std::fs::metadata(objects(&repo).path_of(&Digest::of(prompt("hello").as_bytes())).unwrap()).unwrap();
    assert!(file.modified().unwrap().elapsed().unwrap() < Duration::from_secs(3600));
}

#[test]
fn every_ref_and_every_worktree_keeps_what_it_names() {
    let repo = repo();
    let trunk = release(&repo, "r1", "trunk");
    // A release that only its tag leads to, and one that only the reflog of a branch does.
    let start = repo.git(&["rev-parse", "HEAD"]);
    let tagged = release(&repo, "tagged", "tagged");
    repo.git(&["reset", "--quiet", "--hard", &start]);
    let logged = release(&repo, "logged", "logged");
    repo.git(&["tag", "--delete", "pv/logged"]);
    repo.git(&["reset", "--quiet", "--hard", &start]);
    // One on a branch of a remote, and one in a stash below another stash.
    let fetched = release(&repo, "fetched", "fetched");
    repo.git(&["update-ref", "refs/remotes/origin/topic", "HEAD"]);
    repo.git(&["tag", "--delete", "pv/fetched"]);
    repo.git(&["reset", "--quiet", "--hard", &start]);
    let stashed = uncommitted(&repo, "stashed");
    repo.git(&["stash", "--include-untracked", "--quiet"]);
    repo.git(&["reset", "--quiet", "--hard", &start]);
    repo.write("other", "x").git(&["stash", "--include-untracked", "--quiet"]);
    repo.git(&["reflog", "expire", "--expire=now", "HEAD", "main"]);
    // One that was written in a linked worktree and never committed; one that is staged here, and gone from the files.
    let linked = repo.beside("linked");
    repo.git(&["worktree", "add", "--quiet", "--detach", linked.to_str().unwrap()]);
    let staged = uncommitted(&repo, "staged");
    repo.git(&["add", "--all"]);
    repo.git(&["restore", "--source=HEAD", "--worktree", "."]);
    std::fs::remove_dir_all(repo.path("releases/staged")).ok();
    let repo = repo.at(linked);
    let elsewhere = uncommitted(&repo, "elsewhere");
    let gone = stray(&repo, "nothing names this");
    let left = collect(&repo);
    let all = [&trunk, &tagged, &fetched, &stashed, &staged, &elsewhere];
    assert_eq!(all.map(|digest| left.contains(digest)), [true; 6]);
    assert!(!left.contains(&gone) && !left.contains(&logged), "the reflogs were emptied");
}

/// A release of the prompt `text` that is written and not committed; gives its object.
fn uncommitted(repo: &Repo, text: &str) -> Digest {
    let release = repo.git(&["rev-parse", "HEAD"]);
    repo.write("prompts/greet.md", prompt(text));
    repo.commit(text);
    let said = repo.pv(&["lock", "--write", "--name", text]);
    assert!(!said.contains("exit code"), "{said}");
    repo.git(&["reset", "--quiet", "--soft", &release]);
    repo.git(&["reset", "--quiet"]);
    Digest::of(prompt(text).as_bytes())
}

#[test]
fn a_reflog_alone_keeps_a_release() {
    let repo = repo();
    let start = repo.git(&["rev-parse", "HEAD"]);
    let logged = release(&repo, "r1", "logged");
    repo.git(&["tag", "--delete", "pv/r1"]);
    repo.git(&["reset", "--quiet", "--hard", &start]);
    assert!(collect(&repo).contains(&logged));
    repo.git(&["reflog", "expire", "--expire=now", "--all"]);
    assert!(collect(&repo).is_empty());
}

/// A row tree of so many rows among the large objects; its root, and every chunk of it.
fn rows(repo: &Repo, rows: u32) -> (Digest, BTreeSet<Digest>) {
    let (objects, mut chunks) = (objects(repo), BTreeSet::new());
    let keep = |digest: &Digest, bytes: Vec<u8>| {
        chunks.insert(digest.clone());
        objects.put(&bytes, 0).map(drop).map_err(|error| error.to_string())
    };
    let mut builder = Builder::new(keep);
    for row in 0..rows {
        builder.push(format!("{row:08}").as_bytes(), format!("{{\"id\":{row}}}").repeat(20).as_bytes()).unwrap();
    }
    let root = builder.finish().unwrap().root;
    (root, chunks)
}

#[test]
fn row_snapshots_keep_every_chunk() {
    let repo = repo();
    let (root, chunks) = rows(&repo, 2000);
    let (other, _) = rows(&repo, 10);
    repo.write("indexes/docs/snapshot.toml", format!("version = 1\nform = \"pvrows1\"\nroot = \"{root}\"\n"));
    // Not committed, then committed on a branch that is not checked out.
    let left = collect(&repo);
    assert!(chunks.len() > 5 && left.is_superset(&chunks) && !left.contains(&other), "{} chunks", chunks.len());
    repo.commit("a snapshot");
    repo.git(&["checkout", "--quiet", "-b", "elsewhere", "HEAD~1"]);
    assert_eq!(collect(&repo), left);
    repo.git(&["checkout", "--quiet", "main"]);
    // What a chunk above the leaves names is unknown when it is not here, or is another.
    let place = objects(&repo).path_of(&root).unwrap();
    let bytes = std::fs::read(&place).unwrap();
    std::fs::remove_file(&place).unwrap();
    refused(&repo, "is not all here");
    std::fs::write(&place, [&bytes[..], b"x"].concat()).unwrap();
    refused(&repo, "is damaged");
    std::fs::write(&place, bytes).unwrap();
    repo.write("indexes/docs/snapshot.toml", "<<<<<<< ours\nform = \"pvrows1\"\n");
    refused(&repo, "snapshot.toml cannot be read");
}

#[test]
fn what_cannot_be_read_keeps_everything() {
    let repo = repo();
    release(&repo, "r1", "hello");
    let record = std::fs::read(repo.path("releases/r1/lock.toml")).unwrap();
    repo.write("releases/r1/lock.toml", &record[..record.len() / 2]);
    refused(&repo, "releases/r1/lock.toml cannot be read");
    repo.write("releases/r1/lock.toml", record);
    let lock = std::fs::read(repo.path("pv.lock")).unwrap();
    repo.write("pv.lock", "<<<<<<< ours\n");
    refused(&repo, "pv.lock cannot be read");
    repo.write("pv.lock", lock);
    repo.write(".git/refs/heads/broken", "nonsense\n");
    refused(&repo, "refs/heads/broken");
    std::fs::remove_file(repo.path(".git/refs/heads/broken")).unwrap();
    repo.write(".git/refs/heads/lost", "1234567890123456789012345678901234567890\n");
    refused(&repo, "1234567890");
    std::fs::remove_file(repo.path(".git/refs/heads/lost")).unwrap();
    assert!(repo.pv(&["gc", "--write", "--grace", "0s"]).contains("deleted 1 object"));
}

#[test]
fn a_directory_whose_listing_is_not_here_keeps_everything() {
    let repo = repo();
    repo.write("indexes/big/manifest.yaml", "name: big\nembedding: {model: e-1, dimension: 3}\n")
        .write("indexes/big/v.bin", [0, 1, 2]);
    repo.write(
        "pv.toml",
        format!(
            "[[artefact]]\nkind = \"index\"\npaths = [\"indexes/*/\"]\n\n[store]\ninline-limit = \"0 B\"\n\n{}",
            harness::ungated()
        ),
    );
    repo.commit("an index");
    let said = repo.pv(&["lock", "--write", "--name", "r1", "--commit", "--tag"]);
    assert!(!said.contains("exit code"), "{said}");
    let member = Digest::of(&[0, 1, 2]);
    assert!(collect(&repo).contains(&member), "what a listing names is needed");
    let is_listing =
        |digest: &Digest| std::fs::read(objects(&repo).path_of(digest).unwrap()).unwrap().starts_with(b"pvtree1");
    let listing = objects(&repo).iter().unwrap().find(is_listing).unwrap();
    std::fs::remove_file(objects(&repo).path_of(&listing).unwrap()).unwrap();
    refused(&repo, listing.as_str());
}

#[test]
fn a_shallow_clone_keeps_everything() {
    let repo = repo();
    release(&repo, "r1", "hello");
    let clone = repo.beside("shallow");
    let from = format!("file://{}", repo.root().display());
    repo.git(&["clone", "--quiet", "--depth=1", &from, clone.to_str().unwrap()]);
    refused(&repo.at(clone), "this is a shallow clone");
}

#[test]
fn a_locked_worktree_that_is_not_here_keeps_everything() {
    let repo = repo();
    let linked = repo.beside("linked");
    repo.git(&["worktree", "add", "--quiet", "--detach", linked.to_str().unwrap()]);
    repo.git(&["worktree", "lock", linked.to_str().unwrap()]);
    std::fs::rename(&linked, repo.beside("away")).unwrap();
    refused(&repo, "is locked and not here");
    repo.git(&["worktree", "unlock", linked.to_str().unwrap()]);
    assert!(repo.pv(&["gc", "--write", "--grace", "0s"]).contains("deleted 1 object"));
}

#[test]
fn leftovers_go_with_age_and_nothing_else_does() {
    let repo = repo();
    release(&repo, "r1", "hello");
    let large = large(&repo);
    let (old, young) = (large.join("ab/.pv-0000-old.tmp"), large.join("ab/.pv-0000-new.tmp"));
    for file in [&old, &young, &large.join("partial/ab12"), &large.join("ab/note.txt")] {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, "left").unwrap();
        set_age(file);
    }
    std::fs::write(&young, "being written").unwrap();
    let said = repo.pv(&["gc", "--write"]);
    assert!(said.contains("left over: .pv-0000-old.tmp") && said.contains("deleted 2 objects (8 bytes)"), "{said}");
    assert!(young.exists() && !old.exists() && large.join("ab/note.txt").exists());
}

#[test]
fn a_collection_waits_for_whoever_relies_on_objects() {
    let repo = repo();
    let gone = stray(&repo, "x");
    let held = pv::store::flock::share_large(&repo.path(".git")).unwrap();
    let said = repo.pv(&["gc", "--write", "--grace", "0s"]);
    insta::assert_snapshot!(said, @"
    gc::busy

      × nothing was deleted: another pv (process unknown) is writing large objects or relies on some
      help: wait until it ends, then run the command again
    [exit code 2]
    ");
    assert!(objects(&repo).contains(&gone));
    drop(held);
}

/// `pv`, started in a clone or worktree with its words thrown away.
fn start(repo: &Repo, arguments: &[&str]) -> std::process::Child {
    let mut command: Command = repo.command(env!("CARGO_BIN_EXE_pv"));
    command.args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
}

#[test]
fn releases_and_collections_at_once_lose_nothing() {
    let repo = repo();
    let linked: Vec<Repo> = (0..2)
        .map(|n| {
            let root = repo.beside(&format!("linked-{n}"));
            repo.git(&["worktree", "add", "--quiet", "-b", &format!("b{n}"), root.to_str().unwrap()]);
            repo.also_at(root)
        })
        .collect();
    let seed = std::env::var("PV_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(7_u64);
    let mut random = fastrand::Rng::with_seed(seed);
    std::thread::scope(|scope| {
        let work: Vec<_> = linked
            .iter()
            .enumerate()
            .map(|(n, tree)| {
                scope.spawn(move || {
                    for round in 0..4 {
                        // Every other content was in an earlier release, so that its object is old, or is gone by now.
                        let text = format!("hello {}", (round + n) % 3);
                        tree.write("prompts/greet.md", prompt(&text));
                        tree.commit(&text);
                        let name = format!("w{n}-{round}");
                        tree.pv(&["lock", "--write", "--name", &name, "--commit", "--tag"]);
                        if cfg!(feature = "remote") {
                            let said = tree.pv(&["push"]);
                            assert!(!said.contains("exit code"), "seed {seed}: {said}");
                        }
                    }
                })
            })
            .collect();
        // Collections at any moment, some of them killed.
        while work.iter().any(|one| !one.is_finished()) {
            stray(&repo, &random.u64(..).to_string());
            let mut collecting = start(&repo, &["gc", "--write", "--grace", "0s"]);
            if random.bool() {
                std::thread::sleep(Duration::from_millis(random.u64(0..60)));
                collecting.kill().unwrap();
            }
            collecting.wait().unwrap();
        }
    });
    let said = repo.pv(&["verify", "--all"]);
    assert!(said.contains("verified:") && !said.contains("exit code"), "seed {seed}: {said}");
    assert!(repo.git(&["tag", "--list"]).lines().count() >= 6, "seed {seed}: releases were cut");
    let said = repo.pv(&["gc", "--write", "--grace", "0s"]);
    assert!(!said.contains("exit code"), "{said}");
    assert!(repo.pv(&["verify", "--all"]).contains("verified:"), "seed {seed}");
    if cfg!(feature = "remote") {
        let clone = repo.beside("clone");
        repo.git(&["clone", "--quiet", repo.root().to_str().unwrap(), clone.to_str().unwrap()]);
        let clone = repo.also_at(clone);
        assert!(clone.pv(&["pull", "--all"]).contains("fetched and verified"), "seed {seed}");
        assert!(clone.pv(&["verify", "--all"]).contains("verified:"), "seed {seed}");
    }
}

#[cfg(feature = "remote")]
#[test]
fn at_the_remote_what_is_named_or_young_stays() {
    let repo = repo();
    let named = release(&repo, "r1", "named");
    let start = repo.git(&["rev-parse", "HEAD"]);
    let unnamed = release(&repo, "r2", "unnamed");
    let (root, chunks) = rows(&repo, 2000);
    repo.write("indexes/docs/snapshot.toml", format!("version = 1\nform = \"pvrows1\"\nroot = \"{root}\"\n"));
    let said = repo.pv(&["push"]);
    assert!(!said.contains("exit code"), "{said}");
    assert!(!repo.pv(&["push", "r1"]).contains("exit code"));
    let there = |digest: &Digest| remote_file(&repo, "blake3", digest).exists();
    assert!(there(&named) && there(&unnamed) && there(&root));
    std::fs::remove_dir_all(repo.path("indexes")).unwrap();
    repo.git(&["tag", "--delete", "pv/r2"]);
    repo.git(&["reset", "--quiet", "--hard", &start]);
    repo.git(&["reflog", "expire", "--expire=now", "--all"]);
    assert!(repo.pv(&["gc", "--remote", "--write"]).contains("nothing to delete at the remote"), "all of it is young");
    for file in files_below(&repo.beside("remote")) {
        set_age(&file);
    }
    let plan = repo.pv(&["gc", "--remote"]);
    assert!(plan.contains("would be deleted at the remote: --write does it") && there(&unnamed), "{plan}");
    // What was put again since the plan, stays; so does what pv did not put there.
    let foreign = repo.beside("remote/v1/blake3/00/README");
    std::fs::create_dir_all(foreign.parent().unwrap()).unwrap();
    std::fs::write(&foreign, "not pv's").unwrap();
    set_age(&foreign);
    let renewed = std::fs::File::open(remote_file(&repo, "blake3", &root)).unwrap();
    renewed.set_modified(SystemTime::now()).unwrap();
    let said = repo.pv(&["gc", "--remote", "--write"]);
    assert!(said.contains("deleted ") && said.contains("at the remote"), "{said}");
    assert!(there(&named) && there(&root) && foreign.exists() && !there(&unnamed));
    assert!(chunks.iter().filter(|chunk| **chunk != root).all(|chunk| !there(chunk)));
    assert!(!repo.pv(&["remote", "check"]).contains("exit code"));
}

#[cfg(feature = "remote")]
fn remote_file(repo: &Repo, folder: &str, digest: &Digest) -> PathBuf {
    repo.beside(&format!("remote/v1/{folder}/{}/{}", &digest.hex()[..2], &digest.hex()[2..]))
}

#[cfg(feature = "remote")]
fn files_below(directory: &Path) -> Vec<PathBuf> {
    let files = ignore::WalkBuilder::new(directory).standard_filters(false).build().filter_map(Result::ok);
    files.map(ignore::DirEntry::into_path).filter(|path| path.is_file()).collect()
}
