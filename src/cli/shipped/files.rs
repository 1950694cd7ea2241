//! The bytes that shipped, read from the objects of a shelf and verified on the way.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use crate::domain::Digest;
use crate::git::{Mode, Snapshot};
use crate::lock::record::{Record, Shipped};
use crate::store::{CommittedObjects, Listing, ObjectSource, Objects, Shelves, StoreError, listing};

use super::{Shelf, ShippedFile, file};

/// A file that shipped: where it stood, and the object that keeps its bytes.
#[derive(Debug)]
struct Kept {
    path: String,
    /// Of a single file the record does not say.
    mode: Option<Mode>,
    object: Digest,
}

/// Files up to this many bytes are held; larger ones are read when they are wanted.
const HELD: u64 = 8 << 20;

impl Shelf {
    /// Runs `work` over the objects of this shelf.
    pub(in crate::cli) fn with_objects<T>(&self, work: impl FnOnce(&dyn ObjectSource) -> T) -> T {
        match self {
            Self::Worktree(root, large, _) => work(&Objects::open(root, Some(large))),
            Self::Commit(snapshot, large) => {
                let held = |path: &str| Some(snapshot.large(snapshot.entry(path)?).map_err(io::Error::other));
                work(&CommittedObjects::new(&held, Some(large)))
            }
        }
    }

    /// The files of one artefact as it shipped, verified.
    ///
    /// # Errors
    /// When an object is missing, or does not match its digest.
    pub(in crate::cli) fn files_of(&self, shipped: &Shipped) -> Result<Vec<ShippedFile>, StoreError> {
        let kept = self.kept_of(shipped)?.into_iter();
        self.with_objects(|objects| kept.map(|file| self.read_kept(file, objects)).collect())
    }

    fn read_kept(&self, kept: Kept, objects: &dyn ObjectSource) -> Result<ShippedFile, StoreError> {
        let Kept { path, mode, object } = kept;
        if objects.find(&object)?.size() <= HELD {
            return Ok(ShippedFile::of_bytes(path, mode, objects.get(&object)?));
        }
        let (size, shelf, named) = (objects.check(&object)?, self.clone(), object.clone());
        let read = move || shelf.with_objects(|objects| objects.content(&named)).map_err(file::as_io);
        Ok(ShippedFile::of_content(path, mode, (object, size), read))
    }

    /// The files of one artefact as it shipped, as a snapshot; each object is verified as it is read.
    ///
    /// # Errors
    /// When the listing of a directory is not there.
    pub(in crate::cli) fn snapshot_of(&self, shipped: &Shipped) -> Result<Snapshot, StoreError> {
        Ok(self.snapshot(self.kept_of(shipped)?))
    }

    fn snapshot(&self, kept: Vec<Kept>) -> Snapshot {
        let kept: BTreeMap<String, Kept> = kept.into_iter().map(|file| (file.path.clone(), file)).collect();
        let files = kept.values().map(|file| (file.path.clone(), file.mode.unwrap_or(Mode::File))).collect();
        let shelf = self.clone();
        let read = move |path: &str| {
            let file = kept.get(path).ok_or(io::ErrorKind::NotFound)?;
            shelf.with_objects(|objects| objects.content(&file.object)).map_err(file::as_io)
        };
        Snapshot::elsewhere(files, read).beside(Some(Arc::new(Shelves::of(self.large()))))
    }

    /// The files of one artefact; of a directory, as its listing says.
    fn kept_of(&self, shipped: &Shipped) -> Result<Vec<Kept>, StoreError> {
        let path = &shipped.entry.path;
        let listing = if shipped.is_directory { self.listing(shipped)? } else { None };
        let Some(listing) = listing else {
            return Ok(vec![Kept { path: path.clone(), mode: None, object: shipped.object().clone() }]);
        };
        let members = listing.members.into_iter().map(|(name, member)| Kept {
            path: format!("{path}/{}", String::from_utf8_lossy(&name)),
            mode: Some(if member.mode == listing::Mode::Executable { Mode::Executable } else { Mode::File }),
            object: member.digest,
        });
        Ok(members.collect())
    }

    fn listing(&self, shipped: &Shipped) -> Result<Option<Listing>, StoreError> {
        self.with_objects(|objects| listing::read(shipped.object(), objects))
    }
}

/// Everything that a release shipped, read when asked for; each object is verified as it is read.
///
/// # Errors
/// When it is unknown, or the listing of a directory is not there.
pub(in crate::cli) fn release(shelf: &Shelf, name: &str) -> miette::Result<Snapshot> {
    let record: Record = shelf.named_record(name)?;
    let mut kept = Vec::new();
    for shipped in record.artefacts.values() {
        kept.extend(shelf.kept_of(shipped)?);
    }
    Ok(shelf.snapshot(kept).called(&format!("release:{name}")))
}

/// Every file of a release, verified.
///
/// # Errors
/// When it is unknown, or bytes of it are not there.
pub(in crate::cli) fn files_of_release(shelf: &Shelf, name: &str) -> miette::Result<Vec<ShippedFile>> {
    let mut files: BTreeMap<String, ShippedFile> = BTreeMap::new();
    for shipped in shelf.named_record(name)?.artefacts.values() {
        files.extend(shelf.files_of(shipped)?.into_iter().map(|file| (file.path.clone(), file)));
    }
    Ok(files.into_values().collect())
}
