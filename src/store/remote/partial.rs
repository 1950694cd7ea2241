//! Downloads on their way: `<large>/partial/<64 hex>`, moved to its place when it is whole.
#![expect(clippy::disallowed_methods, reason = "the store writes objects")]

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use super::pieces::Piece;
use crate::domain::Digest;
use crate::store::leavings::PARTIAL;
use crate::store::{Objects, StoreError, durable};

/// A file that is being filled. What a run that was cut off left in it is still there.
#[derive(Debug)]
pub(super) struct Partial {
    file: File,
    path: PathBuf,
    /// Whether there may be something in it.
    is_begun: bool,
}

impl Partial {
    /// Opens, or makes, the file for the object `digest` of `size` bytes. Only one pv of a clone does so at a time.
    pub(super) fn open(large: &Path, digest: &Digest, size: u64) -> Result<Self, StoreError> {
        let folder = large.join(PARTIAL);
        durable::create_dir(&folder)?;
        let path = folder.join(digest.hex());
        let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(&path);
        let file = opened.map_err(StoreError::io("create", &path))?;
        let length = file.metadata().map_err(StoreError::io("read", &path))?.len();
        if length != size {
            file.set_len(size).map_err(StoreError::io("make room for", &path))?;
        }
        Ok(Self { file, path, is_begun: length > 0 })
    }

    /// Whether an earlier run put this piece there.
    pub(super) fn has(&self, piece: &Piece<'_>) -> bool {
        let mut bytes = vec![0; usize::try_from(piece.size).unwrap_or_default()];
        self.is_begun && read_at(&self.file, &mut bytes, piece.offset).is_ok() && Digest::of(&bytes) == *piece.digest
    }

    /// Writes `bytes` at `offset`.
    pub(super) fn write(&self, bytes: &[u8], offset: u64) -> Result<(), StoreError> {
        write_at(&self.file, bytes, offset).map_err(StoreError::io("write", &self.path))
    }

    /// What the whole file digests to.
    pub(super) fn digest(&self) -> Result<Digest, StoreError> {
        let mut hasher = blake3::Hasher::new();
        let hashed = File::open(&self.path).and_then(|file| hasher.update_reader(file).map(drop));
        hashed.map_err(StoreError::io("read", &self.path))?;
        Ok(Digest::from_blake3(hasher.finalize()))
    }

    /// Moves the file, whose bytes are known to be those of `digest`, to its place among the large objects, and returns when
    /// they would survive a power cut.
    pub(super) fn place(self, large: &Path, digest: &Digest) -> Result<(), StoreError> {
        let home = Objects::open(large, Some(large)).large_home(digest)?;
        let shard = home.parent().unwrap_or(large);
        durable::create_dir(shard)?;
        self.file.sync_all().map_err(StoreError::io("write", &self.path))?;
        fs::rename(&self.path, &home).map_err(StoreError::io("create", &home))?;
        durable::sync_dir(shard)
    }

    /// Throws it away.
    pub(super) fn discard(self) -> Result<(), StoreError> {
        fs::remove_file(&self.path).map_err(StoreError::io("remove", &self.path))
    }
}

#[cfg(unix)]
fn read_at(file: &File, into: &mut [u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::read_exact_at(file, into, offset)
}

#[cfg(unix)]
fn write_at(file: &File, bytes: &[u8], offset: u64) -> io::Result<()> {
    std::os::unix::fs::FileExt::write_all_at(file, bytes, offset)
}

#[cfg(windows)]
fn read_at(file: &File, into: &mut [u8], offset: u64) -> io::Result<()> {
    let mut done = 0;
    while let Some(rest) = into.get_mut(done..).filter(|rest| !rest.is_empty()) {
        match std::os::windows::fs::FileExt::seek_read(file, rest, offset + done as u64)? {
            0 => return Err(io::ErrorKind::UnexpectedEof.into()),
            read => done += read,
        }
    }
    Ok(())
}

#[cfg(windows)]
fn write_at(file: &File, bytes: &[u8], offset: u64) -> io::Result<()> {
    let mut done = 0;
    while let Some(rest) = bytes.get(done..).filter(|rest| !rest.is_empty()) {
        match std::os::windows::fs::FileExt::seek_write(file, rest, offset + done as u64)? {
            0 => return Err(io::ErrorKind::WriteZero.into()),
            written => done += written,
        }
    }
    Ok(())
}
