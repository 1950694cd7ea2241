//! Row trees of releases: whether all their chunks are here, and are what a release claims.

use std::collections::BTreeMap;

use super::load::Session;
use super::shipped::Shelf;
use super::verified::Verified;
use crate::domain::{ArtefactId, AtHand, Digest, Elsewhere, Keeper, SourceFile, Unheld};
use crate::kinds::shared::row_tree;
use crate::lock::next::Refusal;
use crate::lock::record::Shipped;
use crate::lock::verify::Fault;
use crate::lock::{Entry, Lock};
use crate::tree::{self, TreeError};

/// A manifest larger than this is none, in bytes.
const LARGEST: u64 = 16 << 20;
const PULL: &str = "`pv pull` brings the chunks from the remote; else copy .git/pv/large from a clone that has them";
const REPLACE: &str = "move the damaged chunk out of .git/pv/large, then `pv pull` brings it anew";
const REBUILD: &str = "the manifest and its tree were not built together: build the snapshot anew with `pv snapshot`";

/// Adds to `verified` what is wrong with the row trees of those releases: every chunk is read, a path of them in memory.
///
/// # Errors
/// When git cannot read the tags.
pub(super) fn verify(session: &Session, shelf: &Shelf, verified: &mut [Verified]) -> miette::Result<()> {
    let Some(at_hand) = session.repository.at_hand() else { return Ok(()) };
    let tags = session.repository.tags("pv/")?;
    let mut seen: BTreeMap<Digest, Checked> = BTreeMap::new();
    for (name, outcome) in verified {
        let tag = tags.iter().find(|tag| tag.name == name.tag()).filter(|_| shelf.record_text(name).is_none());
        let tagged = tag.and_then(|tag| Shelf::tagged(&session.repository, tag));
        let home = tagged.as_ref().unwrap_or(shelf);
        // A record that cannot be read is a fault of its own.
        let Ok(record) = home.record(name) else { continue };
        for (id, shipped) in &record.artefacts {
            for (kept, root) in trees(&shipped.entry) {
                let checked = seen.entry(root.clone()).or_insert_with(|| Checked::of(&root, &*at_hand));
                let rows = manifest(home, shipped, &kept.path).map(|tree| tree.rows);
                outcome.faults.extend(checked.faults(id, kept, rows));
            }
        }
        outcome.faults.sort();
    }
    Ok(())
}

/// The roots of trees that an artefact stands for.
fn trees(entry: &Entry) -> impl Iterator<Item = (&Elsewhere, Digest)> {
    let kept = entry.elsewhere.iter().filter(|kept| kept.keeper == Keeper::Rows);
    kept.filter_map(|kept| Some((kept, kept.address.parse().ok()?)))
}

/// What the manifest at `path` told when it shipped; nothing where the file is gone, which is told elsewhere.
fn manifest(shelf: &Shelf, shipped: &Shipped, path: &str) -> Option<row_tree::RowTree> {
    let files = shelf.snapshot_of(shipped).ok()?;
    let bytes = files.read(files.entry(path)?, LARGEST).ok()?;
    row_tree::decode(&SourceFile::new(path, String::from_utf8(bytes).ok()?)).ok()
}

/// A tree that was read to its last chunk.
struct Checked {
    root: Digest,
    totals: tree::Totals,
    missing: Vec<Digest>,
    damaged: Vec<String>,
}

impl Checked {
    fn of(root: &Digest, at_hand: &dyn AtHand) -> Self {
        let (mut missing, mut damaged) = (Vec::new(), Vec::new());
        let totals = tree::check(root, at_hand, &mut |error| match error {
            TreeError::Unheld(Unheld::Absent(digest)) => missing.push(digest),
            error => damaged.push(error.to_string()),
        });
        Self { root: root.clone(), totals, missing, damaged }
    }

    /// What is wrong with it, as the artefact `id` is concerned, whose manifest tells of so many rows.
    fn faults(&self, id: &ArtefactId, kept: &Elsewhere, rows: Option<u64>) -> Vec<Fault> {
        let fault = |code, expected: String, found: String, help| {
            let (path, artefact) = (kept.path.clone(), Some(id.to_string()));
            Fault { code, path, artefact, expected, found, help }
        };
        let mut faults = Vec::new();
        if let Some(first) = self.missing.first() {
            let expected = format!("every chunk of the tree {}", self.root);
            let found = format!("{} missing, the first is {first}", chunks(self.missing.len()));
            faults.push(fault("chunk-missing", expected, found, PULL));
        }
        let damaged = self.damaged.iter().take(20);
        faults.extend(
            damaged.map(|why| fault("chunk-corrupt", "a chunk as it was built".to_owned(), why.clone(), REPLACE)),
        );
        let is_whole = self.missing.is_empty() && self.damaged.is_empty();
        let (told_rows, told_bytes) = (rows.unwrap_or(self.totals.rows), kept.size.unwrap_or(self.totals.bytes));
        if is_whole && (told_rows, told_bytes) != (self.totals.rows, self.totals.bytes) {
            let found = format!("{} rows, {} bytes", self.totals.rows, self.totals.bytes);
            faults.push(fault("rows-differ", format!("{told_rows} rows, {told_bytes} bytes"), found, REBUILD));
        }
        faults
    }
}

fn chunks(count: usize) -> String {
    format!("{count} chunk{}", if count == 1 { " is" } else { "s are" })
}

/// The artefacts of the next lock whose row trees are not whole here. What the release before shipped is not looked at.
pub(super) fn refusals(session: &Session, previous: Option<&Lock>, next: &BTreeMap<ArtefactId, Entry>) -> Vec<Refusal> {
    let shipped = |id: &ArtefactId, root: &Digest| {
        let before = previous.and_then(|lock| lock.artefacts.get(id));
        before.is_some_and(|entry| trees(entry).any(|(_, shipped)| shipped == *root))
    };
    let new = next.iter().flat_map(|(id, entry)| trees(entry).map(move |(kept, root)| (id, kept, root)));
    let new = new.filter(|(id, _, root)| !shipped(id, root));
    new.filter_map(|(id, kept, root)| Some(refusal(id, kept, &lacking(session, &root)?))).collect()
}

/// The first chunk of the tree that is not to be had. Leaves are looked for and not read.
fn lacking(session: &Session, root: &Digest) -> Option<TreeError> {
    let at_hand = session.repository.at_hand()?;
    let mut lacking = None;
    let walked = tree::each_chunk(root, &*at_hand, &mut |digest| {
        if lacking.is_none() {
            lacking = at_hand.content(digest).err();
        }
        lacking.is_none()
    });
    lacking.map(TreeError::from).or(walked.err())
}

fn refusal(id: &ArtefactId, kept: &Elsewhere, lacking: &TreeError) -> Refusal {
    let message = format!("{}: the rows that it names are not all here: {lacking}", kept.path);
    let help = format!("{PULL}; or build the snapshot anew with `pv snapshot`");
    Refusal { rule: "lock/rows-missing", id: Some(id.clone()), message, help }
}
