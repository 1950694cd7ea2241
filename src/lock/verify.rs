//! Verifying a release: its record, its tag, and every object and every piece of evidence that it names.

use std::collections::{BTreeMap, BTreeSet};

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

use super::kept::Kept;
use super::record::{self, Record, Shipped};
use super::{Lock, ReleaseName};
use crate::domain::{ArtefactId, Digest, Problem, SourceFile, Version};
use crate::kinds::shared::pointer;
use crate::store::{ObjectSource, StoreError, listing};

/// A release as it is claimed to be.
#[derive(Debug, Clone)]
pub struct Claim {
    /// Its name: the record's directory.
    pub name: ReleaseName,
    /// The record's text; `None`: there is none.
    pub record: Option<String>,
    /// The tag `pv/<name>`; `None`: the release is not tagged.
    pub tag: Option<Tag>,
    /// The files in its folder of evidence: their paths, and the digests of their content with LF line ends.
    pub evidence: BTreeMap<String, Digest>,
}

/// A release tag and what it leads to.
#[derive(Debug, Clone)]
pub struct Tag {
    /// The annotation; `None` for a lightweight tag, which pv never makes.
    pub message: Option<String>,
    /// The record's text in the commit that the tag points to.
    pub record: Option<String>,
}

/// Something that is not what the release claims.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Fault {
    /// A stable code: `object-missing`, `object-corrupt`, `record-edited`, `tag-moved`, …
    pub code: &'static str,
    /// The file, or the tag (`refs/tags/pv/<name>`), concerned.
    pub path: String,
    /// The artefact concerned, where it is one.
    pub artefact: Option<String>,
    /// What it should be.
    pub expected: String,
    /// What it is.
    pub found: String,
    /// What to do.
    pub help: &'static str,
}

/// What came out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Everything that is wrong, sorted. Empty: the release is what it claims.
    pub faults: Vec<Fault>,
    /// Artefacts whose bytes were read and are as recorded.
    pub intact: usize,
    /// Artefacts whose bytes another store has (LFS, DVC): not looked at.
    pub foreign: Vec<ArtefactId>,
    /// What the release names of other stores, and what is at hand of it.
    pub kept: Vec<Kept>,
}

const RESTORE_RECORD: &str = "records are never edited; bring it back with `git checkout <release tag> -- <file>`";
const RESTORE_OBJECT: &str = "bring the object back: `git checkout HEAD -- .pv/objects`, a large one by `pv pull`, or copy it from a clone that has it";
const RESTORE_EVIDENCE: &str =
    "evidence that a release relied on is never edited; bring it back with `git checkout <release tag> -- <file>`";
const RESTORE_TAG: &str = "fetch the tag again from a remote you trust: `git fetch --force <remote> tag <tag>`";

/// Verifies the release `claim` over `objects`.
pub fn release(claim: &Claim, objects: &dyn ObjectSource) -> Outcome {
    let mut outcome = Outcome::default();
    let path = claim.name.record_path();
    match &claim.record {
        Some(text) => {
            let broken_seal = sealed(&path, text);
            // A record that does not even match its own seal says nothing about the tag.
            let tag = claim.tag.as_ref().filter(|_| broken_seal.is_none());
            outcome.faults.extend(tag.into_iter().flat_map(|tag| tagged(&claim.name, tag, text)));
            outcome.faults.extend(broken_seal);
            read(&path, text, claim, objects, &mut outcome);
        }
        None => outcome.faults.push(Fault::new("record-missing", &path, "a release record", "nothing", RESTORE_RECORD)),
    }
    outcome.faults.sort();
    outcome
}

/// What in `lock` is not what the record of its release says (`lock-differs`).
pub fn lock(lock: &Lock, record: &Record) -> Vec<Fault> {
    let recorded = record.lock().artefacts;
    let all: BTreeSet<&ArtefactId> = lock.artefacts.keys().chain(recorded.keys()).collect();
    let differing = all.into_iter().filter(|id| lock.artefacts.get(*id) != recorded.get(*id));
    let shown = |entry: Option<&super::Entry>| {
        entry.map_or("nothing".to_owned(), |entry| format!("{} {}", entry.version, entry.digest))
    };
    differing
        .map(|id| {
            let help = "pv.lock is a copy of the newest record: `git checkout HEAD -- pv.lock`, or `pv lock --write`";
            let (expected, found) = (shown(recorded.get(id)), shown(lock.artefacts.get(id)));
            Fault::new("lock-differs", super::PATH, expected, found, help).about(id)
        })
        .collect()
}

impl Fault {
    fn new(
        code: &'static str,
        path: &str,
        expected: impl Into<String>,
        found: impl Into<String>,
        help: &'static str,
    ) -> Self {
        let (expected, found) = (expected.into(), found.into());
        Self { code, path: path.to_owned(), artefact: None, expected, found, help }
    }

    /// Whether bytes are missing or are not what was recorded.
    pub fn is_integrity(&self) -> bool {
        !matches!(self.code, "lock-differs" | "version-reused" | "lock-refused")
    }

    /// A dependency that leads nowhere, say, as a fault of the lock.
    pub fn of_refusal(refusal: &super::next::Refusal) -> Self {
        let mut fault =
            Self::new("lock-refused", super::PATH, refusal.rule, &refusal.message, "run `pv lock` and follow it");
        fault.artefact = refusal.id.as_ref().map(ToString::to_string);
        fault
    }

    /// One version label that names two contents.
    pub fn of_reuse(id: &ArtefactId, version: &Version, contents: (&Digest, &Digest), release: &ReleaseName) -> Self {
        let (first, second) = contents;
        let help = "a label names one content for ever: cut a release in which the content has a version of its own";
        let mut fault =
            Self::new("version-reused", &release.record_path(), format!("{version} is {first}"), second.as_str(), help);
        fault.artefact = Some(id.to_string());
        fault
    }

    /// A content of another store that is at hand and is not what was recorded.
    pub fn of_kept(kept: &Kept) -> Option<Self> {
        let Err(pointer::Fault::Damaged(why)) = &kept.held else { return None };
        let (path, address) = (&kept.elsewhere.path, &kept.elsewhere.address);
        let help =
            "take the damaged copy away and fetch it again: `git lfs fetch --all`, `dvc fetch`, or `git annex fsck`";
        Some(Self::new("content-corrupt", path, address, why, help).about(&kept.artefact))
    }

    fn about(mut self, id: &ArtefactId) -> Self {
        self.artefact = Some(id.to_string());
        self
    }
}

/// Whether the record's text is the one that was sealed.
fn sealed(path: &str, text: &str) -> Option<Fault> {
    let (found, claimed) = (record::seal(text), record::claim(text));
    if claimed.as_ref() == Some(&found) {
        return None;
    }
    let expected = claimed.map_or("a digest of the record".to_owned(), |claimed| claimed.to_string());
    Some(Fault::new("record-edited", path, expected, found.to_string(), RESTORE_RECORD))
}

/// Whether the tag leads to this record and vouches for it.
fn tagged(name: &ReleaseName, tag: &Tag, text: &str) -> Vec<Fault> {
    let path = format!("refs/tags/{}", name.tag());
    let Some(message) = &tag.message else {
        return vec![Fault::new("tag-moved", &path, "an annotated tag", "a lightweight tag", RESTORE_TAG)];
    };
    let mut faults = Vec::new();
    let mut compare = |expected: String, found: Option<String>| {
        if found.as_ref() != Some(&expected) {
            faults.push(Fault::new("tag-moved", &path, expected, found.unwrap_or("nothing".to_owned()), RESTORE_TAG));
        }
    };
    compare(format!("Pv-Lock: {}", name.record_path()), trailer(message, "Pv-Lock"));
    compare(format!("Pv-Digest: {}", record::seal(text)), trailer(message, "Pv-Digest"));
    let whole =
        |text: &String| format!("a commit with the record {}", Digest::of(text.replace("\r\n", "\n").as_bytes()));
    compare(whole(&text.to_owned()), tag.record.as_ref().map(whole));
    faults
}

/// The last line `key: value` of a message, as written.
fn trailer(message: &str, key: &str) -> Option<String> {
    let is_trailer = |line: &&str| line.split_once(':').is_some_and(|(found, _)| found.eq_ignore_ascii_case(key));
    message.lines().rev().find(is_trailer).map(|line| line.trim_end().to_owned())
}

/// Reads the record and verifies what it names.
fn read(path: &str, text: &str, claim: &Claim, objects: &dyn ObjectSource, outcome: &mut Outcome) {
    let record = match record::decode_unsealed(&SourceFile::new(path, text)) {
        Ok(record) => record,
        Err(problems) => return outcome.faults.extend(problems.iter().map(unreadable)),
    };
    if record.name != claim.name {
        let (expected, found) = (claim.name.to_string(), record.name.to_string());
        outcome.faults.push(Fault::new("record-misplaced", path, expected, found, RESTORE_RECORD));
    }
    outcome.faults.extend(evidence(claim, &record));
    let shipped: Vec<(&ArtefactId, &Shipped)> = record.artefacts.iter().collect();
    let verdicts: Vec<Verdict> = shipped.par_iter().map(|(id, shipped)| artefact(id, shipped, objects)).collect();
    for ((id, _), verdict) in shipped.into_iter().zip(verdicts) {
        match verdict {
            Verdict::Intact => outcome.intact += 1,
            Verdict::Foreign => outcome.foreign.push(id.clone()),
            Verdict::Damaged(faults) => outcome.faults.extend(faults),
        }
    }
}

/// The evidence that the record names and that is not beside it as it was.
fn evidence(claim: &Claim, record: &Record) -> Vec<Fault> {
    let named: BTreeSet<&Digest> = record.artefacts.values().flat_map(|shipped| &shipped.evidence).collect();
    let there: BTreeSet<&Digest> = claim.evidence.values().collect();
    named.difference(&there).map(|digest| lost(claim, digest)).collect()
}

/// A file's name ends in the first digits of the digest that its content had.
fn lost(claim: &Claim, digest: &Digest) -> Fault {
    let is_of = |path: &str| {
        let digits = path.strip_suffix(".json").and_then(|stem| Some(stem.rsplit_once('-')?.1));
        digits.is_some_and(|digits| !digits.is_empty() && digest.hex().starts_with(digits))
    };
    let expected = digest.to_string();
    match claim.evidence.iter().find(|(path, _)| is_of(path)) {
        Some((path, found)) => Fault::new("evidence-altered", path, expected, found.to_string(), RESTORE_EVIDENCE),
        None => {
            let start: String = digest.hex().chars().take(12).collect();
            let path = format!("{}/*-{start}.json", claim.name.evidence_folder());
            Fault::new("evidence-missing", &path, expected, "nothing", RESTORE_EVIDENCE)
        }
    }
}

fn unreadable(problem: &Problem) -> Fault {
    let (line, column) = (problem.place.line, problem.place.column);
    let found = format!("line {line}, column {column}: {}", problem.message);
    let code = if problem.code == "lock-truncated" { "record-truncated" } else { "record-unreadable" };
    Fault::new(code, &problem.place.path, "a readable record", found, RESTORE_RECORD)
}

/// What became of one artefact's bytes.
enum Verdict {
    Intact,
    Foreign,
    Damaged(Vec<Fault>),
}

fn artefact(id: &ArtefactId, shipped: &Shipped, objects: &dyn ObjectSource) -> Verdict {
    let faults = match objects.check(shipped.object()) {
        Ok(_) if shipped.file.is_some() => Vec::new(),
        Ok(length) => whole(shipped, length, objects),
        Err(StoreError::Foreign(_)) => return Verdict::Foreign,
        Err(error) => vec![damaged(error)],
    };
    let faults: Vec<Fault> = faults.into_iter().map(|fault| fault.about(id)).collect();
    if faults.is_empty() { Verdict::Intact } else { Verdict::Damaged(faults) }
}

/// What is wrong with an artefact that is a whole file, or a directory: then its object lists files to follow.
fn whole(shipped: &Shipped, length: u64, objects: &dyn ObjectSource) -> Vec<Fault> {
    let recorded = shipped.entry.size;
    if !shipped.is_directory {
        return if length == recorded { Vec::new() } else { vec![other_size(shipped, length)] };
    }
    match listing::read(shipped.object(), objects).ok().flatten() {
        Some(listing) if listing.size() == recorded => {
            let members: Vec<&Digest> = listing.members.values().map(|member| &member.digest).collect();
            members.par_iter().filter_map(|digest| objects.check(digest).err()).map(damaged).collect()
        }
        Some(listing) => vec![other_size(shipped, listing.size())],
        None => {
            vec![Fault::new("listing-unreadable", &shipped.entry.path, "a pvtree1 listing", "none", RESTORE_OBJECT)]
        }
    }
}

fn other_size(shipped: &Shipped, found: u64) -> Fault {
    let (expected, found) = (format!("{} bytes", shipped.entry.size), format!("{found} bytes"));
    Fault::new("size-differs", &shipped.entry.path, expected, found, RESTORE_RECORD)
}

fn damaged(error: StoreError) -> Fault {
    match error {
        StoreError::Missing { digest, path } => {
            Fault::new("object-missing", &path, digest.to_string(), "nothing", RESTORE_OBJECT)
        }
        StoreError::Corrupt { path, expected, found } => {
            Fault::new("object-corrupt", &path, expected.to_string(), found.to_string(), RESTORE_OBJECT)
        }
        other => Fault::new("object-unreadable", "", "a readable object", other.to_string(), RESTORE_OBJECT),
    }
}
