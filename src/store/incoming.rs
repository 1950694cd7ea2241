//! An object on its way in: hashed while it is written to a temporary file.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::StoreError;
use crate::domain::Digest;

/// Writes of at least so many bytes are hashed on another thread meanwhile.
const WORTH_TWO: usize = 64 << 10;
/// What is gathered before it is hashed and written, in bytes.
const PIECE: usize = 1 << 20;

/// Bytes that become an object once all of them are there.
pub(super) struct Incoming {
    file: NamedTempFile,
    path: PathBuf,
    hasher: blake3::Hasher,
    gathered: Vec<u8>,
    failed: Option<io::Error>,
}

impl Incoming {
    /// What is to stand at `path`, in the temporary file `file` beside it.
    pub(super) fn new(file: NamedTempFile, path: &Path) -> Self {
        let gathered = Vec::with_capacity(PIECE);
        Self { file, path: path.to_owned(), hasher: blake3::Hasher::new(), gathered, failed: None }
    }

    /// Why a write failed, if one did: whoever wrote knows only that it did.
    pub(super) fn failure(&mut self) -> Result<(), StoreError> {
        self.failed.take().map_or(Ok(()), |error| Err(StoreError::io("write", &self.path)(error)))
    }

    /// Puts it in its place, if it is what is `expected`, and returns when its bytes would survive a power cut.
    pub(super) fn keep(mut self, expected: &Digest) -> Result<(), StoreError> {
        self.pour().map_err(StoreError::io("write", &self.path))?;
        let found = Digest::from_blake3(self.hasher.finalize());
        if found != *expected {
            let path = self.path.display().to_string();
            return Err(StoreError::Altered { path, expected: expected.clone(), found });
        }
        self.file.as_file().sync_all().map_err(StoreError::io("write", &self.path))?;
        self.file.persist(&self.path).map_err(|error| StoreError::io("create", &self.path)(error.error))?;
        Ok(())
    }

    fn pour(&mut self) -> io::Result<()> {
        let gathered = std::mem::take(&mut self.gathered);
        let poured = self.take_in(&gathered);
        self.gathered = gathered;
        self.gathered.clear();
        poured
    }

    fn take_in(&mut self, bytes: &[u8]) -> io::Result<()> {
        let Self { file, hasher, .. } = self;
        if bytes.len() < WORTH_TWO {
            hasher.update(bytes);
            return file.write_all(bytes);
        }
        let (_, written) = rayon::join(|| hasher.update(bytes).count(), || file.write_all(bytes));
        written
    }
}

impl Write for Incoming {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let room = PIECE.saturating_sub(self.gathered.len());
        let (fitting, rest) = bytes.split_at(room.min(bytes.len()));
        self.gathered.extend_from_slice(fitting);
        if !rest.is_empty() || self.gathered.len() == PIECE {
            self.pour().map_err(|error| {
                let kind = error.kind();
                self.failed = Some(error);
                io::Error::from(kind)
            })?;
        }
        Ok(fitting.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
