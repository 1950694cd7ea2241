//! Whatever objects are read from. What is handed on was found to be what its name says.

use std::fmt;
use std::io::{self, Write};
use std::path::Path;
use std::sync::Arc;

use super::{StoreError, hashed, opened};
use crate::domain::{Content, Digest};

/// What is read, hashed and written at once, in bytes.
const PIECE: usize = 1 << 20;
/// Objects up to this many bytes are read once and held; larger ones are read twice: to be verified, and to be used.
const HELD: u64 = 8 << 20;

/// Whatever objects can be read from, always verified.
pub trait ObjectSource: Sync {
    /// What stands under the name `digest`, as it is.
    ///
    /// # Errors
    /// [`StoreError::Missing`], [`StoreError::Foreign`], or when the system refuses.
    fn find(&self, digest: &Digest) -> Result<Found, StoreError>;

    /// The bytes named `digest`.
    ///
    /// # Errors
    /// As [`ObjectSource::find`], and [`StoreError::Corrupt`].
    fn get(&self, digest: &Digest) -> Result<Vec<u8>, StoreError> {
        let found = self.find(digest)?;
        let bytes = found.bytes()?;
        found.must_be(&Digest::of(&bytes), digest)?;
        Ok(bytes)
    }

    /// The content named `digest`, to be read piece by piece.
    ///
    /// # Errors
    /// As [`ObjectSource::get`].
    fn content(&self, digest: &Digest) -> Result<Arc<dyn Content>, StoreError> {
        let found = self.find(digest)?;
        if found.size() <= HELD {
            return self.get(digest).map(opened::of_bytes);
        }
        found.verify(digest)?;
        Ok(found.content)
    }

    /// Reads the object without keeping it, and returns its length in bytes.
    ///
    /// # Errors
    /// As [`ObjectSource::get`].
    fn check(&self, digest: &Digest) -> Result<u64, StoreError> {
        let found = self.find(digest)?;
        found.verify(digest)?;
        Ok(found.size())
    }

    /// Writes the object to `sink`, piece by piece, and returns its length in bytes. Of an object that turns out not to be
    /// what its name says, the bytes were written, too: whoever takes them throws them away.
    ///
    /// # Errors
    /// As [`ObjectSource::get`], and when `sink` refuses.
    fn copy(&self, digest: &Digest, sink: &mut (dyn Write + Send)) -> Result<u64, StoreError> {
        let found = self.find(digest)?;
        found.must_be(&found.copy(sink)?, digest)?;
        Ok(found.size())
    }
}

/// What stands under the name of an object, not verified.
pub struct Found {
    content: Arc<dyn Content>,
    /// Where it stands, as it is shown.
    place: String,
}

impl fmt::Debug for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Found").field(&self.place).finish()
    }
}

impl Found {
    /// What stands at `place`.
    pub fn new(content: Arc<dyn Content>, place: impl Into<String>) -> Self {
        Self { content, place: place.into() }
    }

    /// Its length in bytes.
    pub fn size(&self) -> u64 {
        self.content.size() as u64
    }

    /// Whether it begins with `start`.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn begins_with(&self, start: &[u8]) -> Result<bool, StoreError> {
        let mut found = vec![0; start.len().min(self.content.size())];
        opened::fill(&*self.content, 0, &mut found).map_err(|error| self.unreadable(error))?;
        Ok(found == start)
    }

    fn bytes(&self) -> Result<Vec<u8>, StoreError> {
        let mut bytes = vec![0; self.content.size()];
        opened::fill(&*self.content, 0, &mut bytes).map_err(|error| self.unreadable(error))?;
        Ok(bytes)
    }

    fn verify(&self, expected: &Digest) -> Result<(), StoreError> {
        let digest = hashed::digest(&*self.content).map_err(|error| self.unreadable(error))?;
        self.must_be(&digest, expected)
    }

    /// Copies everything, and tells what it digests to.
    fn copy(&self, sink: &mut (dyn Write + Send)) -> Result<Digest, StoreError> {
        let mut hasher = blake3::Hasher::new();
        let mut buffer = vec![0; PIECE.min(self.content.size())];
        let mut at = 0;
        while at < self.content.size() {
            let length = PIECE.min(self.content.size() - at);
            let piece = buffer.get_mut(..length).unwrap_or_default();
            opened::fill(&*self.content, at, piece).map_err(|error| self.unreadable(error))?;
            let (_, written) = rayon::join(|| hasher.update(piece).count(), || sink.write_all(piece));
            written.map_err(StoreError::io("copy", Path::new(&self.place)))?;
            at += length;
        }
        Ok(Digest::from_blake3(hasher.finalize()))
    }

    fn must_be(&self, found: &Digest, expected: &Digest) -> Result<(), StoreError> {
        if found == expected {
            return Ok(());
        }
        Err(StoreError::Corrupt { path: self.place.clone(), expected: expected.clone(), found: found.clone() })
    }

    fn unreadable(&self, error: io::Error) -> StoreError {
        StoreError::io("read", Path::new(&self.place))(error)
    }
}
