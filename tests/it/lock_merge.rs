//! Merging locks: by git alone, by the merge driver, and out of conflict markers that git wrote.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "runs `git merge-file` on files; a failed step is a failed test"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::process::Command;

use proptest::prelude::*;
use pv::domain::{ArtefactId, Digest, KindName, SourceFile};
use pv::lock::conflict;
use pv::lock::merge::{Merged, conflicted, merge};
use pv::lock::{Entry, Lock, Release, decode, encode};

/// A lock of release `release` that holds each of `artefacts` in a version, its content named after both.
fn lock(release: &str, artefacts: &[(&str, u64)]) -> Lock {
    let release = Release { name: release.parse().unwrap(), previous: None };
    let artefacts = artefacts.iter().map(|&(name, version)| (id(name), entry(name, version))).collect();
    Lock { release: Some(release), artefacts, unknown: Vec::new() }
}

fn id(name: &str) -> ArtefactId {
    ArtefactId::new(KindName::Prompt, name)
}

fn entry(name: &str, version: u64) -> Entry {
    Entry {
        version: format!("{version}.0.0").parse().unwrap(),
        path: format!("prompts/{name}.md"),
        digest: Digest::of(format!("{name} {version}").as_bytes()),
        meaning: None,
        size: version,
        store: None,
        elsewhere: BTreeSet::new(),
        requires: BTreeSet::new(),
    }
}

/// What git makes of the three texts, and whether there was a conflict.
fn merge_file(style: &[&str], ours: &str, base: &str, theirs: &str) -> (SourceFile, bool) {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in [("ours", ours), ("base", base), ("theirs", theirs)] {
        fs::write(dir.path().join(name), text).unwrap();
    }
    let mut git = Command::new("git");
    git.current_dir(dir.path()).env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1");
    let done = git.args(["merge-file", "-p"]).args(style).args(["ours", "base", "theirs"]).output().unwrap();
    (SourceFile::new("pv.lock", String::from_utf8(done.stdout).unwrap()), !done.status.success())
}

#[test]
fn git_alone_merges_changes_of_different_artefacts() {
    let base = encode(&lock("r1", &[("a", 1), ("b", 1), ("c", 1)]));
    let ours = encode(&lock("r1", &[("a", 2), ("b", 1), ("bb", 1), ("c", 1)]));
    let theirs = encode(&lock("r1", &[("a", 1), ("b", 1), ("c", 3)]));
    let (merged, is_conflict) = merge_file(&[], &ours, &base, &theirs);
    assert!(!is_conflict, "{}", merged.text);
    assert_eq!(decode(&merged).unwrap(), lock("r1", &[("a", 2), ("b", 1), ("bb", 1), ("c", 3)]));
}

#[test]
fn what_git_left_in_conflict_is_read_entry_by_entry() {
    let base = encode(&lock("r1", &[("a", 1), ("b", 1), ("c", 1)]));
    let ours = encode(&lock("r2", &[("a", 2), ("b", 1), ("c", 2)]));
    let theirs = encode(&lock("r3", &[("a", 1), ("b", 2), ("c", 3), ("d", 1)]));
    for style in [&[][..], &["--diff3"], &["--zdiff3"]] {
        let (file, is_conflict) = merge_file(style, &ours, &base, &theirs);
        assert!(is_conflict && conflict::is_conflicted(&file.text));
        assert_eq!(decode(&file).unwrap_err()[0].code, "lock-conflicted");
        let merged = conflicted(&file).unwrap();
        assert!(matches!(merged.release, Merged::Conflict { .. }), "{style:?}");
        assert_eq!(
            merged.conflicts().collect::<Vec<_>>(),
            ["the release".to_owned(), id("c").to_string()],
            "{style:?}"
        );
        assert_eq!(merged.clean(), None);
        let windows = SourceFile::new("pv.lock", file.text.replace('\n', "\r\n"));
        assert_eq!(conflicted(&windows).unwrap(), merged, "{style:?} with CRLF");
    }
}

#[test]
fn the_driver_marks_just_the_tables_in_conflict() {
    let base = lock("r1", &[("a", 1), ("b", 1), ("c", 1)]);
    let ours = lock("r1", &[("a", 2), ("b", 1), ("c", 2)]);
    let theirs = lock("r1", &[("a", 1), ("c", 3)]);
    let text = merge(Some(&base), &ours, &theirs).text(("HEAD", "topic"));
    let shape: Vec<&str> = text.lines().filter(|line| line.starts_with(['[', '<', '=', '>'])).collect();
    let expected = [
        "[release]",
        "[artefact.\"prompt:a\"]",
        "<<<<<<< HEAD",
        "[artefact.\"prompt:c\"]",
        "=======",
        "[artefact.\"prompt:c\"]",
        ">>>>>>> topic",
    ];
    assert_eq!(shape, expected);
    let again = conflicted(&SourceFile::new("pv.lock", text)).unwrap();
    assert_eq!(again.conflicts().collect::<Vec<_>>(), [id("c").to_string()]);
}

#[test]
fn a_removal_against_a_change_is_a_conflict() {
    let (base, ours, theirs) = (lock("r", &[("a", 1)]), lock("r", &[]), lock("r", &[("a", 2)]));
    let merged = merge(Some(&base), &ours, &theirs);
    assert_eq!(merged.artefacts[&id("a")], Merged::Conflict { ours: None, theirs: Some(entry("a", 2)) });
    assert_eq!(merge(Some(&base), &ours, &base).clean().unwrap(), ours);
}

#[test]
fn unknown_keys_of_either_side_are_not_forgotten() {
    let newer = Lock { unknown: vec!["mood".to_owned()], ..lock("r", &[]) };
    let merged = merge(None, &lock("r", &[]), &newer);
    assert_eq!(merged.clean().unwrap().unknown, ["mood"]);
}

#[test]
fn markers_in_the_wrong_place_are_told() {
    for text in [
        "=======\n",
        "<<<<<<< a\n",
        "<<<<<<< a\n=======\n",
        "<<<<<<< a\n<<<<<<< b\n=======\n>>>>>>> c\n",
        ">>>>>>> x\n",
    ] {
        let problems = conflict::split(&SourceFile::new("pv.lock", text)).unwrap_err();
        assert_eq!(problems[0].code, "lock-conflict-malformed", "{text}");
    }
    assert!(!conflict::is_conflicted("======\n<<<<<<<x\n a =======\n"));
}

#[test]
fn a_base_that_is_a_conflict_itself_is_done_without() {
    let [ours, theirs] = [lock("r", &[("a", 2)]), lock("r", &[("a", 3)])].map(|lock| encode(&lock));
    let inner = "<<<<<<<<< x\n=========\n>>>>>>>>> y\n";
    let text = format!("<<<<<<< o\n{ours}||||||| b\n{inner}=======\n{theirs}>>>>>>> t\n");
    let sides = conflict::split(&SourceFile::new("pv.lock", text.as_str())).unwrap();
    assert_eq!((sides.ours, sides.base, sides.theirs), (ours, Some(inner.to_owned()), theirs));
    assert_eq!(conflicted(&SourceFile::new("pv.lock", text)).unwrap().conflicts().count(), 1);
}

fn some_lock() -> impl Strategy<Value = BTreeMap<String, u64>> {
    prop::collection::btree_map("[a-f]", 1..4u64, 0..6)
}

proptest! {
    /// Where only one side changed something, the merge has that side's; where both did so alike, theirs.
    #[test]
    fn a_merge_is_that_of_sets(base in some_lock(), ours in some_lock(), theirs in some_lock()) {
        let made = |side: &BTreeMap<String, u64>| {
            lock("r", &side.iter().map(|(name, version)| (name.as_str(), *version)).collect::<Vec<_>>())
        };
        let merged = merge(Some(&made(&base)), &made(&ours), &made(&theirs));
        let swapped = merge(Some(&made(&base)), &made(&theirs), &made(&ours));
        prop_assert_eq!(merged.clean(), swapped.clean());
        for name in ["a", "b", "c", "d", "e", "f"] {
            let [base, ours, theirs] = [&base, &ours, &theirs].map(|side| side.get(name));
            let is_conflict = ours != theirs && base != ours && base != theirs;
            prop_assert_eq!(merged.conflicts().any(|conflict| conflict == id(name).to_string()), is_conflict);
            if !is_conflict && let Some(Merged::Clean(found)) = merged.artefacts.get(&id(name)) {
                let expected = if base == ours { theirs } else { ours };
                prop_assert_eq!(found.clone(), expected.map(|&version| entry(name, version)));
            }
        }
    }
}
