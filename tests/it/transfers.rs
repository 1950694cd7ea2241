//! Large objects between a clone and its remote: push, pull, interruptions, damage.
#![cfg(feature = "remote")]
#![expect(clippy::disallowed_methods, reason = "tests read and write files")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use pv::domain::Digest;
use pv::store::remote::layout::{Key, PIECE};
use pv::store::{Objects, at_hand};
use pv::tree::{self, Builder};

use crate::harness::{self, Repo};

const AT: &str = "--at=2026-11-21T10:00:00Z";

/// A repository whose index has files that are not committed as objects: some small ones, and one of many pieces.
fn repo(vectors: u64) -> Repo {
    let repo = Repo::new();
    let remote = repo.beside("remote");
    let store = format!("[store]\ninline-limit = \"1 KiB\"\nremote = \"file://{}\"\n\n", remote.display());
    let artefact = "[[artefact]]\nkind = \"index\"\npaths = [\"indexes/*/\"]\n\n";
    repo.write("pv.toml", format!("{store}{artefact}{}", harness::ungated()));
    repo.write("indexes/docs/manifest.yaml", "name: docs\nembedding:\n  model: e\n  dimension: 4\nowner: team-a\n");
    for n in 0..20 {
        repo.write(&format!("indexes/docs/part{n}.txt"), letters(n, 3000));
    }
    repo.write("indexes/docs/vectors.bin", noise(7, vectors));
    repo.commit("an index");
    let said = repo.pv(&["lock", "--name", "r1", "--write", "--commit", "--tag", AT]);
    assert!(said.contains("release r1 written"), "{said}");
    repo
}

/// Bytes that no two seeds share.
fn noise(seed: u64, length: u64) -> Vec<u8> {
    let mut bytes = vec![0; usize::try_from(length).unwrap()];
    blake3::Hasher::new().update(&seed.to_le_bytes()).finalize_xof().fill(&mut bytes);
    bytes
}

fn letters(seed: u64, length: u64) -> String {
    noise(seed, length).iter().map(|byte| char::from(b'a' + byte % 26)).collect()
}

/// Puts a row tree among the large objects of the repository, and the manifest that names it into the worktree.
fn snapshot(repo: &Repo, rows: impl Iterator<Item = (u64, String)>) -> tree::Built {
    let large = at_hand::large(&repo.path(".git"));
    let mut chunks = Vec::new();
    let mut builder = Builder::new(|_: &Digest, chunk: Vec<u8>| {
        chunks.push(chunk);
        Ok(())
    });
    for (number, row) in rows {
        builder.push(format!("{number:08}").as_bytes(), row.as_bytes()).unwrap();
    }
    let built = builder.finish().unwrap();
    let chunks: Vec<&[u8]> = chunks.iter().map(Vec::as_slice).collect();
    Objects::open(&large, Some(&large)).put_all(&chunks, 0).unwrap();
    let manifest = format!(
        "version = 1\nform = \"pvrows1\"\nroot = \"{}\"\nrows = {}\nbytes = {}\nkey = [\"id\"]\n\n[schema]\nid = \"text\"\n",
        built.root, built.rows, built.bytes
    );
    repo.write("indexes/rows/snapshot.toml", manifest);
    built
}

fn rows(changed: Option<u64>) -> impl Iterator<Item = (u64, String)> {
    (0..16_000).map(move |number| {
        let word = if Some(number) == changed { "other" } else { "row" };
        (number, format!("{{\"id\":\"{number:08}\",\"text\":\"{word} {}\"}}", letters(number, 400)))
    })
}

/// A fresh clone of the repository beside it.
fn clone(repo: &Repo) -> PathBuf {
    let place = repo.beside("clone");
    // Only the first one of a test is missing.
    let _ = std::fs::remove_dir_all(&place);
    repo.git(&["clone", "--quiet", repo.root().to_str().unwrap(), place.to_str().unwrap()]);
    place
}

/// What `pv` says in the clone, with the remote's place as `REMOTE`.
fn pv_in(repo: &Repo, clone: &Path, arguments: &[&str]) -> String {
    shown(repo, repo.pv(&[&["--repo", clone.to_str().unwrap()], arguments].concat()))
}

fn pv(repo: &Repo, arguments: &[&str]) -> String {
    shown(repo, repo.pv(arguments))
}

fn shown(repo: &Repo, said: String) -> String {
    said.replace(repo.beside("remote").to_str().unwrap(), "REMOTE")
}

/// The files below a directory, as far as it is there.
fn files(directory: &Path) -> Vec<PathBuf> {
    let files = ignore::WalkBuilder::new(directory).standard_filters(false).build().filter_map(Result::ok);
    files.map(ignore::DirEntry::into_path).filter(|path| path.is_file()).collect()
}

/// The files that have the name of an object, and what that says they are.
fn objects(directory: &Path) -> Vec<(PathBuf, Digest)> {
    let named = |path: PathBuf| {
        let rest = path.file_name()?.to_str()?;
        let shard = path.parent()?.file_name()?.to_str()?;
        let digest = format!("blake3:{shard}{rest}").parse().ok()?;
        Some((path, digest))
    };
    files(directory).into_iter().filter_map(named).collect()
}

/// Whatever has the name of an object is it, whole.
fn assert_whole(directory: &Path, context: &str) -> BTreeSet<Digest> {
    let found = objects(directory);
    for (path, digest) in &found {
        assert_eq!(Digest::of(&std::fs::read(path).unwrap()), *digest, "{context}: {}", path.display());
    }
    found.into_iter().map(|(_, digest)| digest).collect()
}

fn at_remote(repo: &Repo, key: &Key) -> PathBuf {
    repo.beside("remote").join(key.to_string())
}

#[test]
fn what_is_pushed_comes_back_in_a_fresh_clone() {
    let repo = repo(2 * PIECE + 12_345);
    snapshot(&repo, rows(None));
    repo.commit("rows");
    insta::assert_snapshot!(pv(&repo, &["push"]), @r"sent 130 objects (22.8 MiB) to file://REMOTE");
    let clone = clone(&repo);
    assert!(pv_in(&repo, &clone, &["verify"]).contains("object-missing"));
    insta::assert_snapshot!(pv_in(&repo, &clone, &["pull"]), @r"fetched and verified 130 objects (22.8 MiB) from file://REMOTE");
    insta::assert_snapshot!(pv_in(&repo, &clone, &["verify", "--all"]), @r"1 release verified: 1 artefacts intact");
    let large = |root: &Path| assert_whole(&root.join(".git/pv/large"), "large");
    assert_eq!(large(&clone), large(repo.root()));
    let restored = repo.beside("restored");
    pv_in(&repo, &clone, &["restore", "release:r1", "--to", restored.to_str().unwrap()]);
    let read = |root: &Path| std::fs::read(root.join("indexes/docs/vectors.bin")).unwrap();
    assert!(read(&restored) == read(repo.root()), "byte for byte");
    insta::assert_snapshot!(pv(&repo, &["push"]), @r"nothing to send: file://REMOTE holds it all");
    insta::assert_snapshot!(pv(&repo, &["push", "--all", "--format", "json"]), @r#"
    {
      "schema": "pv/push/1",
      "remote": "file://REMOTE",
      "releases": [
        "r1"
      ],
      "revisions": [
        "worktree"
      ],
      "sent": {
        "objects": 0,
        "bytes": 0
      },
      "renewed": {
        "objects": 0,
        "bytes": 0
      },
      "mended": {
        "objects": 0,
        "bytes": 0
      },
      "there": {
        "objects": 130
      }
    }
    "#);
    // What is here is not asked for: there is nobody to ask.
    std::fs::remove_dir_all(repo.beside("remote")).unwrap();
    insta::assert_snapshot!(pv_in(&repo, &clone, &["pull", "--all"]), @r"nothing to fetch: all that is wanted is here");
    insta::assert_snapshot!(pv_in(&repo, &clone, &["pull", "r7"]), @r"
    lock::unknown_release

      × there is no release `r7`
      help: released were: r1
    [exit code 2]
    ");
}

#[test]
fn of_a_tree_that_changed_only_the_chunks_that_changed_are_sent_and_fetched() {
    let repo = repo(1);
    let built = snapshot(&repo, rows(None));
    repo.commit("rows");
    assert!(built.chunks > 80 && built.levels > 1, "{built:?}");
    pv(&repo, &["push"]);
    let clone = clone(&repo);
    pv_in(&repo, &clone, &["pull"]);
    snapshot(&repo, rows(Some(7000)));
    repo.commit("one row changed");
    repo.git(&["-C", clone.to_str().unwrap(), "pull", "--quiet"]);
    let levels = built.levels;
    let sent = pv(&repo, &["push", "--format", "json"]);
    assert!(sent.contains(&format!("\"objects\": {levels},")), "one chunk a level: {sent}");
    let fetched = pv_in(&repo, &clone, &["pull", "--format", "json"]);
    assert!(fetched.contains(&format!("\"objects\": {levels},")), "one chunk a level: {fetched}");
    assert_whole(&clone.join(".git/pv/large"), "the clone");
}

#[test]
fn the_other_side_of_a_diff_is_fetched_by_its_revision() {
    let repo = Repo::new();
    let remote = repo.beside("remote");
    repo.write("pv.toml", format!("[store]\nremote = \"file://{}\"\n\n{}", remote.display(), harness::ungated()));
    let write = |word: &str| {
        let rows =
            (0..2000).map(|n| format!("{{\"id\":\"d{n}\",\"text\":\"{}\"}}\n", if n == 7 { word } else { "row" }));
        repo.write("docs.jsonl", rows.collect::<String>());
        let said = repo.pv(&["snapshot", "catalog", "--from", "docs.jsonl"]);
        assert!(!said.contains("[exit code"), "{said}");
        repo.commit(word);
        let said = repo.pv(&["push"]);
        assert!(said.starts_with("sent "), "{said}");
    };
    write("one");
    write("two");
    let clone = clone(&repo);
    pv_in(&repo, &clone, &["pull"]);
    assert!(pv_in(&repo, &clone, &["diff", "HEAD~1", "HEAD"]).contains("cannot be seen"));
    let said = pv_in(&repo, &clone, &["pull", "HEAD~1"]);
    assert!(said.starts_with("fetched and verified"), "{said}");
    let diff = pv_in(&repo, &clone, &["diff", "HEAD~1", "HEAD"]);
    assert!(!diff.contains("cannot be seen") && diff.contains("d7"), "{diff}");
    assert!(pv_in(&repo, &clone, &["pull", "nowhere"]).contains("[exit code 2]"));
}

#[test]
fn what_is_old_is_put_again_before_somebody_collects_it() {
    let repo = repo(PIECE + 1);
    pv(&repo, &["push"]);
    let vectors = Digest::of(&noise(7, PIECE + 1));
    let list = at_remote(&repo, &Key::of_pieces(&vectors));
    let changed = || std::fs::metadata(&list).unwrap().modified().unwrap();
    let before = changed();
    insta::assert_snapshot!(pv(&repo, &["push", "--at=2126-01-01T00:00:00Z"]), @r"sent 22 objects (8.0 MiB) again because of their age");
    assert!(changed() > before);
    assert_whole(&repo.beside("remote/v1/blake3"), "the same bytes");
}

#[test]
fn what_the_remote_altered_is_refused_with_its_key_and_nothing_of_it_is_kept() {
    let repo = repo(2 * PIECE + 5);
    pv(&repo, &["push"]);
    let part = |n: u64| Digest::of(letters(n, 3000).as_bytes());
    let vectors = noise(7, 2 * PIECE + 5);
    let piece = Digest::of(&vectors[PIECE as usize..2 * PIECE as usize]);
    let [flipped, cut, swapped, other] = [0, 1, 2, 3].map(|n| at_remote(&repo, &Key::of_object(&part(n))));
    let flip = |path: &Path, at: usize| {
        let mut bytes = std::fs::read(path).unwrap();
        bytes[at] ^= 1;
        std::fs::write(path, bytes).unwrap();
    };
    flip(&flipped, 1500);
    std::fs::write(&cut, &letters(1, 3000)[..2000]).unwrap();
    std::fs::copy(&other, &swapped).unwrap();
    flip(&at_remote(&repo, &Key::of_object(&piece)), 4_000_000);
    std::fs::remove_file(&other).unwrap();
    let clone = clone(&repo);
    let said = pv_in(&repo, &clone, &["pull"]);
    insta::assert_snapshot!(said, @r"
    remote-missing: file://REMOTE does not hold blake3:67957099ff1f7fa438bbab6f4a8f258e571aea870b3420d0fb104ff38e9175da
      help: run `pv push --all` in a clone that holds it: where the release was cut, most likely

    remote-corrupt: file://REMOTE/v1/blake3/68/83c29f330ad771028c11e53d76a6b920ebdcc748d44af0444204c370f13b1c is corrupt: expected blake3:6883c29f330ad771028c11e53d76a6b920ebdcc748d44af0444204c370f13b1c, found blake3:002d74774f6bf3115ad709cc68a2a60e1cf7b9a373231bb8efa6a8ee511190da (2000 bytes)
      help: nothing of it was kept; delete that key, then run `pv push --all` in a clone that holds the object

    remote-corrupt: file://REMOTE/v1/blake3/d7/ce865944fb53cc1655a73dcd3c22a1d8b1be3656bfdba0b4dadaf6eb605252 is corrupt: expected blake3:d7ce865944fb53cc1655a73dcd3c22a1d8b1be3656bfdba0b4dadaf6eb605252, found blake3:6a0c1d56bf452b2513f61cb56c5f080a1f5e265bc7f1116f0efcc1e8b206d9c9 (8388608 bytes)
      help: nothing of it was kept; delete that key, then run `pv push --all` in a clone that holds the object

    remote-corrupt: file://REMOTE/v1/blake3/f0/6789ae5f19edcd6dd95225a49c0833ba95cd64e1a53112a0f00a578135cd8d is corrupt: expected blake3:f06789ae5f19edcd6dd95225a49c0833ba95cd64e1a53112a0f00a578135cd8d, found blake3:12f326bf5e4e98f22131887f1e4fe50a8379fd5760720717afef299d6e936f64 (3000 bytes)
      help: nothing of it was kept; delete that key, then run `pv push --all` in a clone that holds the object

    remote-corrupt: file://REMOTE/v1/blake3/fd/9961448542e5c1a8db89ce448cffb55f28773f4b0c641c4da7b512d966717d is corrupt: expected blake3:fd9961448542e5c1a8db89ce448cffb55f28773f4b0c641c4da7b512d966717d, found blake3:67957099ff1f7fa438bbab6f4a8f258e571aea870b3420d0fb104ff38e9175da (3000 bytes)
      help: nothing of it was kept; delete that key, then run `pv push --all` in a clone that holds the object

    5 objects wrong
    [exit code 5]
    ");
    let here = assert_whole(&clone.join(".git/pv/large"), "the clone");
    assert!(![0, 1, 2, 3].iter().any(|n| here.contains(&part(*n))) && !here.contains(&Digest::of(&vectors)));
    assert!(here.contains(&part(4)), "one bad object does not hide the others");

    // Told by the check and by a push, as far as a length tells it; mended as the help says.
    insta::assert_snapshot!(pv(&repo, &["push"]), @r"
    remote-corrupt: file://REMOTE/v1/blake3/68/83c29f330ad771028c11e53d76a6b920ebdcc748d44af0444204c370f13b1c is corrupt: expected 3000 bytes, found 2000
      help: it was left as it is: `pv push --all` puts it right, from the verified bytes of this clone

    1 object wrong
    [exit code 5]
    ");
    insta::assert_snapshot!(pv_in(&repo, &clone, &["remote", "check"]), @r"
    file://REMOTE

    guarantee                                    held         seen
    what is put can be read                      yes          the same bytes
    an existing key is not created again         yes          refused, and the first bytes are there
    an overwrite of an older version is refused  not offered  not offered
    a piece of an object can be read             yes          the bytes asked for
    of many that create a key at once, one does  yes          1 of 16 were told that they made it
    what is there is listed                      yes          2 keys of 2
    what is deleted is gone                      yes          0 keys left

    pv relies on none of what does not hold: what it stores is never changed, is named by its BLAKE3,
    and is verified whenever it is fetched, so whoever writes a key writes the same bytes.

    remote-corrupt: file://REMOTE/v1/blake3/68/83c29f330ad771028c11e53d76a6b920ebdcc748d44af0444204c370f13b1c is corrupt: expected 3000 bytes, found 2000 bytes
      help: nothing of it was kept; delete that key, then run `pv push --all` in a clone that holds the object

    1 object wrong
    [exit code 5]
    ");
    for path in [flipped, swapped, at_remote(&repo, &Key::of_object(&piece))] {
        std::fs::remove_file(path).unwrap();
    }
    insta::assert_snapshot!(pv(&repo, &["push", "--all"]), @r"sent 2 objects (8.0 MiB) to file://REMOTE; put 1 object (2.9 KiB) right that had another length; 19 objects there already");
    insta::assert_snapshot!(pv_in(&repo, &clone, &["pull"]), @r"fetched and verified 5 objects (8.0 MiB) from file://REMOTE");
    assert!(pv_in(&repo, &clone, &["verify", "--all"]).starts_with("1 release verified"));
}

#[test]
fn a_list_of_pieces_that_lies_is_refused() {
    let repo = repo(2 * PIECE + 5);
    pv(&repo, &["push"]);
    let vectors = Digest::of(&noise(7, 2 * PIECE + 5));
    let list = at_remote(&repo, &Key::of_pieces(&vectors));
    let text = std::fs::read_to_string(&list).unwrap();
    let mut lines: Vec<&str> = text.lines().collect();
    lines.swap(2, 3);
    for lie in [lines.join("\n") + "\n", "pvpieces1\n".to_owned(), text.replace(" 5\n", " 6\n")] {
        std::fs::write(&list, lie).unwrap();
        let clone = clone(&repo);
        let said = pv_in(&repo, &clone, &["pull"]);
        assert!(said.contains("remote-corrupt: file://REMOTE/v1/pieces/") && said.contains("[exit code 5]"), "{said}");
        assert!(!assert_whole(&clone.join(".git/pv/large"), "the clone").contains(&vectors));
    }
}

#[test]
fn the_good_pieces_of_a_download_that_was_cut_off_are_not_fetched_again() {
    let repo = repo(3 * PIECE + 5);
    pv(&repo, &["push"]);
    let vectors = noise(7, 3 * PIECE + 5);
    let piece = |n: usize| {
        let size = PIECE as usize;
        at_remote(&repo, &Key::of_object(&Digest::of(&vectors[n * size..(n * size + size).min(vectors.len())])))
    };
    let aside = repo.beside("aside");
    std::fs::rename(piece(1), &aside).unwrap();
    let clone = clone(&repo);
    let said = pv_in(&repo, &clone, &["pull"]);
    assert!(said.contains("remote-missing") && said.contains("[exit code 5]"), "{said}");
    std::fs::rename(&aside, piece(1)).unwrap();
    for gone in [0, 2, 3] {
        std::fs::remove_file(piece(gone)).unwrap();
    }
    let said = pv_in(&repo, &clone, &["pull"]);
    assert!(said.contains("fetched and verified 1 object (8.0 MiB)"), "{said}");
    assert!(assert_whole(&clone.join(".git/pv/large"), "the clone").contains(&Digest::of(&vectors)));
}

#[test]
fn nothing_is_sent_that_is_not_what_its_name_says() {
    let repo = repo(PIECE + 5);
    for (path, _) in objects(&repo.path(".git/pv/large")) {
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[0] ^= 1;
        std::fs::write(&path, bytes).unwrap();
    }
    let said = pv(&repo, &["push"]);
    assert!(said.contains("store-corrupt") && said.contains("[exit code 5]"), "{said}");
    assert_eq!(files(&repo.beside("remote")), Vec::<PathBuf>::new());
    std::fs::remove_dir_all(repo.path(".git/pv/large")).unwrap();
    let said = pv(&repo, &["push"]);
    assert!(said.contains("is neither in this clone nor at file://REMOTE") && said.contains("[exit code 5]"), "{said}");
}

#[test]
fn a_remote_is_named_without_credentials_or_a_lesson_is_given() {
    let repo = Repo::new();
    repo.write("pv.toml", harness::ungated()).commit("no remote");
    insta::assert_snapshot!(repo.pv(&["push"]), @r#"
    remote::none

      × no remote is named under [store] in pv.toml
      help: write this in pv.toml, with your own bucket, and commit it:
            
              [store]
              remote = "s3://bucket/pv"
            
            gs://bucket/pv, az://container/pv, https://host/bucket/pv and file:///directory are
            remotes, too. Credentials come from the environment: see docs/remotes.md
    [exit code 2]
    "#);
    for command in [vec!["pull"], vec!["remote", "check"]] {
        assert!(repo.pv(&command).contains("no remote is named under [store] in pv.toml"));
    }
    for url in ["https://me:hunter2@host/bucket", "file://srv/pv", "https://host"] {
        repo.write("pv.toml", format!("[store]\nremote = \"{url}\"\n\n{}", harness::ungated()));
        let said = repo.pv(&["push"]);
        assert!(
            said.contains("remote-address") && said.contains("[exit code 2]") && !said.contains("hunter2"),
            "{said}"
        );
    }
}

/// Kills `pv` with `arguments` at `root` after `delay`; whether it was still at work.
fn kill(repo: &Repo, root: &Path, arguments: &[&str], delay: Duration) -> bool {
    let mut command = repo.command(env!("CARGO_BIN_EXE_pv"));
    let mut child =
        command.current_dir(root).args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    std::thread::sleep(delay);
    let was_at_work = child.try_wait().unwrap().is_none();
    // SIGKILL; it may have ended by itself meanwhile.
    let _ = child.kill();
    child.wait().unwrap();
    was_at_work
}

/// Every chunk at the remote has all that is below it.
fn assert_closed(repo: &Repo, context: &str) {
    let there: BTreeSet<Digest> = objects(&repo.beside("remote/v1/blake3")).into_iter().map(|(_, one)| one).collect();
    for digest in &there {
        let bytes = std::fs::read(at_remote(repo, &Key::of_object(digest))).unwrap();
        let Ok(chunk) = tree::Chunk::decode(bytes) else { continue };
        if let tree::Entries::Branches(branches) = chunk.entries() {
            assert!(branches.iter().all(|branch| there.contains(&branch.digest())), "{context}: {digest}");
        }
    }
    for (path, _) in objects(&repo.beside("remote/v1/pieces")) {
        let text = std::fs::read_to_string(&path).unwrap();
        let pieces = text.lines().skip(2).map(|line| format!("blake3:{}", &line[..64]).parse().unwrap());
        assert!(pieces.into_iter().all(|piece: Digest| there.contains(&piece)), "{context}: {}", path.display());
    }
}

#[test]
fn a_push_and_a_pull_killed_at_any_moment_leave_only_what_is_whole_and_end_complete() {
    let repo = repo(20 << 20);
    snapshot(&repo, rows(None));
    repo.commit("rows");
    let remote = repo.beside("remote");
    let large = repo.path(".git/pv/large");
    let start = Instant::now();
    pv(&repo, &["push", "-j", "2"]);
    let usual = start.elapsed();
    let mut random = fastrand::Rng::with_seed(6);
    let mut unfinished = 0;
    std::fs::remove_dir_all(&remote).unwrap();
    for round in 0..50 {
        let delay = usual.mul_f64(random.f64() * 0.7);
        let context = format!("push {round}, killed after {delay:?}");
        let was_at_work = kill(&repo, repo.root(), &["push", "-j", "2"], delay);
        unfinished += u64::from(was_at_work);
        assert_whole(&remote.join("v1/blake3"), &context);
        assert_closed(&repo, &context);
        if !was_at_work && round < 49 {
            std::fs::remove_dir_all(&remote).unwrap();
        }
    }
    assert!(unfinished > 20, "only {unfinished} pushes were cut off: the test proves nothing");
    let said = pv(&repo, &["push"]);
    assert!(!said.contains("[exit code"), "{said}");
    assert!(pv(&repo, &["remote", "check"]).contains("the remote holds all:"));

    let clone = clone(&repo);
    let fetched = clone.join(".git/pv/large");
    let mut unfinished = 0;
    for round in 0..15 {
        let delay = usual.mul_f64(random.f64() * 0.7);
        let was_at_work = kill(&repo, &clone, &["pull", "-j", "2"], delay);
        unfinished += u64::from(was_at_work);
        assert_whole(&fetched, &format!("pull {round}, killed after {delay:?}"));
        if !was_at_work && round < 14 {
            std::fs::remove_dir_all(&fetched).unwrap();
        }
    }
    assert!(unfinished > 5, "only {unfinished} pulls were cut off: the test proves nothing");
    let said = pv_in(&repo, &clone, &["pull"]);
    assert!(!said.contains("[exit code"), "{said}");
    assert_eq!(assert_whole(&fetched, "pulled"), assert_whole(&large, "pushed"));
    assert_eq!(files(&fetched.join("partial")), Vec::<PathBuf>::new(), "nothing is left over");
    assert!(pv_in(&repo, &clone, &["verify", "--all"]).starts_with("1 release verified"));
}
