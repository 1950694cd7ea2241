//! Verifying releases: each sort of damage is found, named and located, and nothing else is.
#![expect(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    reason = "damages stored files; a failed step is a failed test"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::PathBuf;

use pv::domain::{ArtefactId, Bump, Digest, SourceFile};
use pv::lock::record::{self, Record, Shipped};
use pv::lock::verify::{self, Claim, Fault, Tag};
use pv::lock::{Entry, ReleaseName};
use pv::store::listing::{Listing, Member, Mode};
use pv::store::{CommittedObjects, Objects, opened};
use tempfile::TempDir;

const NO_LIMIT: u64 = u64::MAX;
const PROMPT: &[u8] = b"Explain the refund.";
const CASES: &[u8] = b"{\"id\": 1}\n";

/// What somebody does to a record's text.
type Edit = fn(&str) -> String;

/// A stored release of a prompt, a directory, a part of a file, and an LFS index.
struct Stored {
    folder: TempDir,
    objects: Objects,
    claim: Claim,
}

impl Stored {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let objects = Objects::open(folder.path(), None);
        let record = record(&objects);
        let claim = Claim {
            name: record.name.clone(),
            record: Some(record::encode(&record)),
            tag: None,
            evidence: BTreeMap::new(),
        };
        Self { folder, objects, claim }
    }

    fn tagged(mut self) -> Self {
        let text = self.claim.record.clone().unwrap();
        let message = format!(
            "Release r1\n\nPv-Digest: {}\nPv-Lock: releases/r1/lock.toml\n-----BEGIN SSH SIGNATURE-----\n",
            record::seal(&text)
        );
        self.claim.tag = Some(Tag { message: Some(message), record: Some(text) });
        self
    }

    fn with_record(mut self, edit: impl Fn(&str) -> String) -> Self {
        let text = self.claim.record.unwrap();
        let edited = edit(&text);
        assert_ne!(edited, text, "the edit changes nothing");
        self.claim.record = Some(edited);
        self
    }

    fn path(&self, bytes: &[u8]) -> PathBuf {
        self.objects.path_of(&Digest::of(bytes)).unwrap()
    }

    fn faults(&self) -> Vec<Fault> {
        verify::release(&self.claim, &self.objects).faults
    }

    fn codes(&self) -> Vec<&'static str> {
        self.faults().iter().map(|fault| fault.code).collect()
    }
}

fn record(objects: &Objects) -> Record {
    let members = [("cases.jsonl", CASES), ("rubric.md", b"Be kind.")].map(|(path, bytes)| {
        let digest = objects.put(bytes, NO_LIMIT).unwrap();
        (path.as_bytes().to_vec(), Member { mode: Mode::File, digest, size: bytes.len() as u64 })
    });
    let listing = Listing { members: BTreeMap::from(members) };
    let tree = objects.put(&listing.encode(), NO_LIMIT).unwrap();
    let prompt = objects.put(PROMPT, NO_LIMIT).unwrap();
    let routing = objects.put(b"aliases: {fast: m-1}", NO_LIMIT).unwrap();
    let foreign = format!("sha256:{}", "ab".repeat(32)).parse().unwrap();
    let shipped = [
        shipped("prompt:explain", prompt, PROMPT.len() as u64, None),
        shipped("eval:refunds", tree, listing.size(), None),
        shipped("model:fast", Digest::of(b"fast: m-1"), 9, Some(routing)),
        shipped("index:kb", foreign, 5000, None),
    ];
    Record {
        name: "r1".parse().unwrap(),
        previous: None,
        commit: None,
        cut: "2026-11-21T10:00:00Z".to_owned(),
        policy: None,
        overrides: BTreeSet::new(),
        artefacts: BTreeMap::from(shipped),
        unknown: Vec::new(),
    }
}

fn shipped(id: &str, digest: Digest, size: u64, file: Option<Digest>) -> (ArtefactId, Shipped) {
    let store = (digest.algorithm() == "sha256").then(|| "lfs".to_owned());
    let version = "1.0.0".parse().unwrap();
    let entry = Entry {
        version,
        path: id.replace(':', "/"),
        digest,
        meaning: None,
        size,
        store,
        elsewhere: BTreeSet::new(),
        requires: BTreeSet::new(),
    };
    let shipped = Shipped {
        entry,
        file,
        is_directory: id.starts_with("eval:"),
        types: BTreeSet::new(),
        class: None,
        bump: Bump::None,
        reason: "new".to_owned(),
        from: None,
        evidence: BTreeSet::new(),
        owner: None,
        lowered: None,
        parameters: BTreeMap::new(),
    };
    (id.parse().unwrap(), shipped)
}

#[test]
fn an_untouched_release_is_what_it_claims() {
    let stored = Stored::new().tagged();
    let outcome = verify::release(&stored.claim, &stored.objects);
    assert_eq!(outcome.faults, []);
    assert_eq!((outcome.intact, outcome.foreign.len()), (3, 1));
    let windows = stored.with_record(|text| text.replace('\n', "\r\n"));
    assert_eq!(windows.codes(), [""; 0], "line ends are git's business");
}

#[test]
fn a_flipped_byte_is_found_wherever_it_is() {
    for bytes in [PROMPT, CASES, b"aliases: {fast: m-1}"] {
        let stored = Stored::new();
        let mut flipped = bytes.to_vec();
        flipped[3] ^= 1;
        fs::write(stored.path(bytes), &flipped).unwrap();
        let faults = stored.faults();
        assert_eq!(faults.iter().map(|fault| fault.code).collect::<Vec<_>>(), ["object-corrupt"]);
        assert_eq!(faults[0].expected, Digest::of(bytes).as_str());
        assert_eq!(faults[0].found, Digest::of(&flipped).as_str());
        assert!(faults[0].path.starts_with(".pv/objects/"), "{}", faults[0].path);
        assert!(faults[0].artefact.is_some());
    }
}

#[test]
fn missing_and_truncated_objects_are_found_all_at_once() {
    let stored = Stored::new();
    fs::remove_file(stored.path(PROMPT)).unwrap();
    fs::write(stored.path(CASES), &CASES[..4]).unwrap();
    fs::remove_file(stored.path(b"Be kind.")).unwrap();
    let mut codes = stored.codes();
    codes.sort_unstable();
    assert_eq!(codes, ["object-corrupt", "object-missing", "object-missing"]);
}

#[test]
fn an_edited_record_is_found_without_a_tag() {
    let edits: [(&str, Edit); 5] = [
        ("a version", |text| text.replacen("1.0.0", "1.0.1", 1)),
        ("the cut", |text| text.replacen("2026-11-21", "2026-11-20", 1)),
        ("a comment", |text| text.replacen("\n\n", "\n# hello\n\n", 1)),
        ("a removed artefact", |text| {
            format!("{}\n# end of release record\n", text.split("\n[artefact").next().unwrap())
        }),
        ("the seal", |text| text.replacen("digest = \"blake3:", "digest = \"blake3:0", 1)),
    ];
    for (name, edit) in edits {
        let codes = Stored::new().with_record(edit).codes();
        assert!(codes.contains(&"record-edited"), "{name}: {codes:?}");
    }
}

#[test]
fn a_truncated_record_is_found() {
    let stored = Stored::new().with_record(|text| text[..text.len() / 2].to_owned());
    assert!(stored.codes().contains(&"record-truncated"), "{:?}", stored.codes());
    let gone = Stored { claim: Claim { record: None, ..Stored::new().claim }, ..Stored::new() };
    assert_eq!(gone.codes(), ["record-missing"]);
}

#[test]
fn a_moved_tag_is_found() {
    let intact = Stored::new().tagged();
    let Some(Tag { message: Some(message), record: Some(text) }) = &intact.claim.tag else { panic!() };
    let other = text.replace("2026-11-21", "2026-11-20");
    let moved = [
        Tag { message: None, record: Some(text.clone()) },
        Tag { message: Some("Release r1".to_owned()), record: Some(text.clone()) },
        Tag { message: Some(message.replace("blake3:", "blake3:0")), record: Some(text.clone()) },
        Tag { message: Some(message.replace("/r1/", "/r2/")), record: Some(text.clone()) },
        Tag { message: Some(message.clone()), record: None },
        Tag { message: Some(message.clone()), record: Some(other) },
    ];
    for tag in moved {
        let claim = Claim { tag: Some(tag.clone()), ..intact.claim.clone() };
        let faults = verify::release(&claim, &intact.objects).faults;
        assert!(!faults.is_empty() && faults.iter().all(|fault| fault.code == "tag-moved"), "{tag:?}: {faults:?}");
        assert!(faults.iter().all(|fault| fault.path == "refs/tags/pv/r1"));
    }
}

#[test]
fn a_record_resealed_by_its_editor_differs_from_its_tag() {
    let stored = Stored::new().tagged();
    let resealed = stored.with_record(|text| {
        let edited = text.replacen("2026-11-21", "2026-11-20", 1);
        edited.replacen(record::claim(text).unwrap().as_str(), record::seal(&edited).as_str(), 1)
    });
    assert_eq!(resealed.codes(), ["tag-moved", "tag-moved"]);
}

#[test]
fn evidence_that_is_gone_or_altered_is_found_and_named() {
    let stored = Stored::new();
    let text = stored.claim.record.clone().unwrap();
    let mut record = record::decode(&SourceFile::new("lock.toml", text)).unwrap();
    let run = Digest::of(b"a run");
    for shipped in record.artefacts.values_mut() {
        shipped.evidence = BTreeSet::from([run.clone()]);
    }
    let path = format!("releases/r1/evidence/prompt-greet-{}.json", &run.hex()[..12]);
    let faults = |found: Option<&[u8]>| {
        let evidence = found.map(|bytes| (path.clone(), Digest::of(bytes))).into_iter().collect();
        let claim = Claim { record: Some(record::encode(&record)), evidence, ..stored.claim.clone() };
        verify::release(&claim, &stored.objects).faults
    };
    assert_eq!(faults(Some(b"a run")), []);
    let altered = faults(Some(b"a better run"));
    assert_eq!((altered.len(), altered[0].code, &altered[0].path), (1, "evidence-altered", &path));
    assert_eq!((altered[0].expected.as_str(), altered[0].is_integrity()), (run.as_str(), true));
    let missing = faults(None);
    assert_eq!((missing.len(), missing[0].code, missing[0].is_integrity()), (1, "evidence-missing", true));
    assert!(missing[0].path.ends_with(&format!("-{}.json", &run.hex()[..12])), "{}", missing[0].path);
}

#[test]
fn a_record_in_the_wrong_directory_is_found() {
    let stored = Stored::new();
    let name: ReleaseName = "r2".parse().unwrap();
    let claim = Claim { name, ..stored.claim.clone() };
    let faults = verify::release(&claim, &stored.objects).faults;
    assert_eq!(faults.iter().map(|fault| fault.code).collect::<Vec<_>>(), ["record-misplaced"]);
}

#[test]
fn a_commit_is_verified_like_a_worktree() {
    let stored = Stored::new();
    let root = stored.folder.path();
    let read = |path: &str| fs::read(root.join(path)).ok().map(|bytes| Ok(opened::of_bytes(bytes)));
    assert_eq!(verify::release(&stored.claim, &CommittedObjects::new(&read, None)).faults, []);
    let hidden = Digest::of(PROMPT);
    let read = |path: &str| if path.ends_with(&hidden.hex()[2..]) { None } else { read(path) };
    let faults = verify::release(&stored.claim, &CommittedObjects::new(&read, None)).faults;
    assert_eq!(faults.iter().map(|fault| fault.code).collect::<Vec<_>>(), ["object-missing"]);
}

#[test]
fn a_lock_that_is_not_its_record_is_found() {
    let stored = Stored::new();
    let record = record(&stored.objects);
    assert_eq!(verify::lock(&record.lock(), &record), []);
    let mut lock = record.lock();
    lock.artefacts.remove(&"model:fast".parse().unwrap());
    lock.artefacts.get_mut(&"prompt:explain".parse().unwrap()).unwrap().digest = Digest::of(b"other");
    let faults = verify::lock(&lock, &record);
    let named: Vec<_> = faults.iter().map(|fault| (fault.code, fault.artefact.as_deref().unwrap())).collect();
    assert_eq!(named, [("lock-differs", "prompt:explain"), ("lock-differs", "model:fast")]);
}
