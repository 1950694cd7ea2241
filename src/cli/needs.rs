//! What a release needs beyond what git holds: the large objects that its record names, and the roots of its row trees.

use std::collections::{BTreeMap, BTreeSet};

use super::evidence::LARGEST as LARGEST_EVIDENCE;
use super::load::Session;
use super::shipped::Shelf;
use crate::domain::{Digest, Elsewhere, Keeper, SourceFile};
use crate::git::{ReadError, Snapshot};
use crate::lock::record::{self, Shipped};
use crate::lock::{self, Entry, Lock, ReleaseName};
use crate::release::evidence::{Evidence, file};
use crate::report::Unreadable;
use crate::store::{StoreError, listing};

/// Contents that git does not hold, by what names them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Needed {
    /// Objects, each with its length in bytes; of a file that an artefact is a part of, at least so many.
    pub(super) objects: BTreeMap<Digest, u64>,
    /// Roots of row trees (`tree::each_chunk` names the rest).
    pub(super) trees: BTreeSet<Digest>,
    /// Those of `objects` that list a directory and are not here, or not whole: what they name is known once they are. Each
    /// with what it is wanted for.
    pub(super) unlisted: BTreeMap<Digest, String>,
}

impl Needed {
    /// Adds what something else needs.
    pub(super) fn add(&mut self, other: Self) {
        for (digest, size) in other.objects {
            self.object(digest, size);
        }
        self.trees.extend(other.trees);
        self.unlisted.extend(other.unlisted);
    }

    fn object(&mut self, digest: Digest, size: u64) {
        let known = self.objects.entry(digest).or_default();
        *known = size.max(*known);
    }
}

/// What the releases `names` need. One that was cut on another branch is read from the commit that its tag names.
///
/// # Errors
/// When a release is unknown, or its record or its evidence cannot be read.
pub(super) fn of(session: &Session, names: &[ReleaseName]) -> miette::Result<Needed> {
    let (shelf, known) = (Shelf::of(&session.repository)?, session.repository.tags("pv/")?);
    let here = shelf.releases();
    let mut needed = Needed::default();
    for name in names {
        let tag = known.iter().find(|tag| tag.name == name.tag()).filter(|_| !here.contains(name));
        let elsewhere = tag.and_then(|tag| Shelf::tagged(&session.repository, tag));
        needed.add(of_release(elsewhere.as_ref().unwrap_or(&shelf), name)?);
    }
    Ok(needed)
}

/// What the release `name` needs, as `shelf` has it.
///
/// # Errors
/// When its record or its evidence cannot be read.
pub(super) fn of_release(shelf: &Shelf, name: &ReleaseName) -> miette::Result<Needed> {
    let record = shelf.record(name)?;
    let mut marking = Marking::of(shelf);
    for (id, shipped) in &record.artefacts {
        marking.shipped(shipped, &format!("{id} of release {name}"));
    }
    for (path, text) in shelf.texts_in(&format!("{}/", name.evidence_folder())) {
        // What stands beside the evidence and is none names nothing; `pv verify` tells of what was altered.
        if let Ok(evidence) = file::decode(&path, &text) {
            marking.evidence(&evidence);
        }
    }
    Ok(marking.needed)
}

/// What the files of `snapshot` name and no release need have shipped: the row trees of its manifests, and the reports of
/// its evidence.
///
/// # Errors
/// When a manifest cannot be read: what it names is unknown then.
pub(super) fn of_snapshot(shelf: &Shelf, snapshot: &Snapshot) -> miette::Result<Needed> {
    let mut marking = Marking::of(shelf);
    for entry in snapshot.entries().iter().filter(|entry| entry.mode.is_file()) {
        let path = &entry.path;
        if !(is_manifest(path) || file::is_evidence(path)) {
            continue;
        }
        let bytes = snapshot.read(entry, LARGEST_EVIDENCE).map_err(|error| unreadable(snapshot, &error))?;
        let text = String::from_utf8_lossy(&bytes);
        if is_manifest(path) {
            marking.needed.trees.extend(root(&format!("{}:{path}", snapshot.spec()), &text)?);
        } else if let Ok(evidence) = file::decode(path, &text) {
            marking.evidence(&evidence);
        }
    }
    Ok(marking.needed)
}

fn unreadable(snapshot: &Snapshot, error: &ReadError) -> miette::Report {
    let problem = error.problem();
    miette::miette!(code = "needs::unreadable", help = problem.help, "{}: {}", snapshot.spec(), problem.message)
}

/// Whether a file of this name says where a row tree is.
pub(super) fn is_manifest(path: &str) -> bool {
    path.rsplit('/').next() == Some("snapshot.toml")
}

/// The root of the row tree that a manifest names; none of a file that only has the name of one.
fn root(shown: &str, text: &str) -> miette::Result<Option<Digest>> {
    let unreadable = |why: String| {
        miette::miette!(
            code = "needs::manifest",
            help = "put back the file as `pv snapshot` wrote it: `git checkout HEAD -- <file>`",
            "{shown}: which rows it names cannot be read: {why}"
        )
    };
    let table: toml::Table = toml::from_str(text).map_err(|error| unreadable(error.message().to_owned()))?;
    if table.get("form").and_then(toml::Value::as_str) != Some(crate::tree::FORM) {
        return Ok(None);
    }
    let root = table.get("root").and_then(toml::Value::as_str).unwrap_or_default();
    root.parse().map(Some).map_err(|_| unreadable(format!("`{root}` is no digest")))
}

/// Whether the file at `path` may name objects or row trees.
pub(super) fn is_naming(path: &str) -> bool {
    path == lock::PATH || is_record(path) || is_manifest(path) || file::is_evidence(path)
}

/// Everything that the file at `path`, one of those that are naming, names, whether or not git holds it. `shown` is how the
/// file is called.
///
/// # Errors
/// When it cannot be read: what it names is unknown then.
pub(super) fn named_by(shelf: &Shelf, (path, shown): (&str, &str), bytes: &[u8]) -> miette::Result<Needed> {
    let text = String::from_utf8_lossy(bytes);
    let mut marking = Marking { holds_all: true, ..Marking::of(shelf) };
    let source = || SourceFile::new(shown, text.as_ref());
    if path == lock::PATH {
        marking.lock(&lock::decode(&source()).map_err(|problems| Unreadable::new(shown, problems))?);
    } else if is_record(path) {
        let record = record::decode(&source()).map_err(|problems| Unreadable::new(shown, problems))?;
        record.artefacts.iter().for_each(|(id, shipped)| marking.shipped(shipped, &format!("{id} in {shown}")));
    } else if is_manifest(path) {
        marking.needed.trees.extend(root(shown, &text)?);
    } else if let Ok(evidence) = file::decode(path, &text) {
        marking.evidence(&evidence);
    }
    Ok(marking.needed)
}

/// Whether the record of a release stands at `path`.
fn is_record(path: &str) -> bool {
    let name = path.strip_prefix("releases/").and_then(|rest| rest.strip_suffix("/lock.toml"));
    name.is_some_and(|name| !name.contains('/'))
}

/// Gathers what something needs, where the commit or worktree of `shelf` does not hold it.
struct Marking<'s> {
    shelf: &'s Shelf,
    needed: Needed,
    /// Whether what the commit or worktree holds is wanted, too.
    holds_all: bool,
}

impl<'s> Marking<'s> {
    fn of(shelf: &'s Shelf) -> Self {
        Self { shelf, needed: Needed::default(), holds_all: false }
    }

    fn lock(&mut self, lock: &Lock) {
        for entry in lock.artefacts.values() {
            self.entry(entry);
            self.object(&entry.digest, entry.size);
            // A lock does not say which of its artefacts are directories; where it matters, the record does.
            self.members(&entry.digest).unwrap_or_default();
        }
    }

    fn shipped(&mut self, shipped: &Shipped, about: &str) {
        self.entry(&shipped.entry);
        let object = shipped.object();
        self.object(object, if shipped.is_directory { 0 } else { shipped.entry.size });
        if shipped.is_directory
            && let Err(error) = self.members(object)
        {
            self.needed.unlisted.insert(object.clone(), format!("{about}: {error}"));
        }
    }

    /// The row trees of an entry. What other stores hold is theirs.
    fn entry(&mut self, entry: &Entry) {
        let rows = entry.elsewhere.iter().filter(|one| one.keeper == Keeper::Rows);
        self.needed.trees.extend(rows.filter_map(|one: &Elsewhere| one.address.parse().ok()));
    }

    fn evidence(&mut self, evidence: &Evidence) {
        for report in &evidence.source.files {
            self.object(&report.digest, report.size);
        }
    }

    /// What the listing `digest` names.
    fn members(&mut self, digest: &Digest) -> Result<(), StoreError> {
        let (size, listing) = self.shelf.with_objects(|objects| {
            let listing = listing::read(digest, objects)?.unwrap_or_default();
            Ok((objects.find(digest)?.size(), listing))
        })?;
        self.object(digest, size);
        for member in listing.members.values() {
            self.object(&member.digest, member.size);
        }
        Ok(())
    }

    fn object(&mut self, digest: &Digest, size: u64) {
        if digest.algorithm() == "blake3" && (self.holds_all || !self.shelf.holds(digest)) {
            self.needed.object(digest.clone(), size);
        }
    }
}
