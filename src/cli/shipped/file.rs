//! One file as it shipped: its place, and its bytes, which are held only when they are few.

use std::fmt;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use crate::domain::{Content, Digest};
use crate::git::{Mode, Snapshot};
use crate::store::{StoreError, bounded, hashed, opened};

/// Reads a content that is not held, anew each time, and verifies it.
type Read = dyn Fn() -> io::Result<Arc<dyn Content>> + Send + Sync;

/// A file as it shipped.
#[derive(Debug, Clone)]
pub(in crate::cli) struct ShippedFile {
    /// Its path in the repository.
    pub(in crate::cli) path: String,
    /// Whether it is executable; `None` of a single file, of which the release does not say.
    pub(in crate::cli) mode: Option<Mode>,
    bytes: Bytes,
}

/// The exact bytes.
#[derive(Clone)]
enum Bytes {
    Here(Arc<[u8]>),
    There { digest: Digest, size: u64, read: Arc<Read> },
}

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Here(bytes) => write!(f, "{} bytes", bytes.len()),
            Self::There { digest, size, .. } => write!(f, "{size} bytes of {digest}"),
        }
    }
}

impl ShippedFile {
    /// The file with these bytes.
    pub(in crate::cli) fn of_bytes(path: String, mode: Option<Mode>, bytes: Vec<u8>) -> Self {
        Self { path, mode, bytes: Bytes::Here(bytes.into()) }
    }

    /// The file whose `size` bytes, named `digest`, are what `read` reads.
    pub(in crate::cli) fn of_content(
        path: String,
        mode: Option<Mode>,
        (digest, size): (Digest, u64),
        read: impl Fn() -> io::Result<Arc<dyn Content>> + Send + Sync + 'static,
    ) -> Self {
        Self { path, mode, bytes: Bytes::There { digest, size, read: Arc::new(read) } }
    }

    /// Its bytes, all of them in memory.
    ///
    /// # Errors
    /// When they can no longer be read.
    pub(in crate::cli) fn bytes(&self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.copy(&mut bytes)?;
        Ok(bytes)
    }

    /// Its bytes, to be read piece by piece.
    ///
    /// # Errors
    /// When they can no longer be read.
    pub(in crate::cli) fn content(&self) -> io::Result<Arc<dyn Content>> {
        match &self.bytes {
            Bytes::Here(bytes) => Ok(opened::of_bytes(bytes.to_vec())),
            Bytes::There { read, .. } => read(),
        }
    }

    /// Writes its bytes to `sink`, piece by piece.
    ///
    /// # Errors
    /// When they can no longer be read, or `sink` refuses.
    pub(in crate::cli) fn copy(&self, sink: &mut dyn Write) -> io::Result<()> {
        match &self.bytes {
            Bytes::Here(bytes) => sink.write_all(bytes),
            Bytes::There { read, .. } => opened::copy(&*read()?, sink),
        }
    }

    /// Whether exactly its bytes stand at `place`.
    pub(in crate::cli) fn stands_at(&self, place: &Path) -> bool {
        let (digest, size) = self.measure();
        measure_at(place, size).ok().flatten().is_some_and(|found| found == digest)
    }

    fn measure(&self) -> (Digest, u64) {
        match &self.bytes {
            Bytes::Here(bytes) => (Digest::of(bytes), bytes.len() as u64),
            Bytes::There { digest, size, .. } => (digest.clone(), *size),
        }
    }
}

/// The digest of the file at `place`, if it is `size` bytes long.
fn measure_at(place: &Path, size: u64) -> io::Result<Option<Digest>> {
    let content = opened::content(bounded::open(place)?)?;
    if content.size() as u64 == size { hashed::digest(&*content).map(Some) } else { Ok(None) }
}

/// Files as a snapshot, read when asked for.
pub(in crate::cli) fn snapshot(files: &[ShippedFile]) -> Snapshot {
    let modes = files.iter().map(|file| (file.path.clone(), file.mode.unwrap_or(Mode::File))).collect();
    let files: std::collections::BTreeMap<String, ShippedFile> =
        files.iter().map(|file| (file.path.clone(), file.clone())).collect();
    Snapshot::elsewhere(modes, move |path| files.get(path).ok_or(io::ErrorKind::NotFound)?.content())
}

/// Why an object cannot be had, as it was told to somebody who knows only of files.
pub(super) fn as_io(error: StoreError) -> io::Error {
    io::Error::other(error)
}
