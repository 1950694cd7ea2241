//! Open files, and bytes, as content that is read at any offset.

use std::fmt;
use std::fs::File;
use std::io::{self, Write};
use std::sync::Arc;

use crate::domain::Content;

/// What is copied at once, in bytes.
const PIECE: usize = 1 << 20;

/// A file that is read at any offset. What happens to its name does not concern it.
#[derive(Debug)]
struct Opened {
    file: File,
    size: usize,
}

/// `file` as content, as long as it is now.
///
/// # Errors
/// When its length cannot be told.
pub fn content(file: File) -> io::Result<Arc<dyn Content>> {
    let size = usize::try_from(file.metadata()?.len()).map_err(io::Error::other)?;
    Ok(Arc::new(Opened { file, size }))
}

/// Bytes that are at hand.
struct Bytes(Vec<u8>);

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

/// `bytes` as content.
pub fn of_bytes(bytes: Vec<u8>) -> Arc<dyn Content> {
    Arc::new(Bytes(bytes))
}

/// Writes all of `content` to `sink`, piece by piece.
///
/// # Errors
/// When it cannot be read, or `sink` refuses.
pub fn copy(content: &dyn Content, sink: &mut dyn Write) -> io::Result<()> {
    let mut piece = vec![0; PIECE.min(content.size())];
    let mut at = 0;
    while at < content.size() {
        let length = piece.len().min(content.size() - at);
        let piece = piece.get_mut(..length).unwrap_or_default();
        fill(content, at, piece)?;
        sink.write_all(piece)?;
        at += length;
    }
    Ok(())
}

/// Fills `bytes` with what stands at `offset`.
///
/// # Errors
/// When it cannot be read, or ends before `bytes` are full.
pub(super) fn fill(content: &dyn Content, offset: usize, bytes: &mut [u8]) -> io::Result<()> {
    if content.read_at(offset, bytes)? == bytes.len() { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
}

impl Content for Bytes {
    fn size(&self) -> usize {
        self.0.len()
    }

    fn read_at(&self, offset: usize, into: &mut [u8]) -> io::Result<usize> {
        let rest = self.0.get(offset..).unwrap_or_default();
        let length = rest.len().min(into.len());
        if let (Some(to), Some(from)) = (into.get_mut(..length), rest.get(..length)) {
            to.copy_from_slice(from);
        }
        Ok(length)
    }
}

impl Content for Opened {
    fn size(&self) -> usize {
        self.size
    }

    fn read_at(&self, offset: usize, into: &mut [u8]) -> io::Result<usize> {
        // A file that grows meanwhile is as long as it was when it was opened.
        let length = into.len().min(self.size.saturating_sub(offset));
        let mut filled = 0;
        while let Some(rest) = into.get_mut(filled..length).filter(|rest| !rest.is_empty()) {
            match read_once(&self.file, rest, (offset + filled) as u64) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(filled)
    }
}

#[cfg(unix)]
fn read_once(file: &File, into: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, into, offset)
}

#[cfg(windows)]
fn read_once(file: &File, into: &mut [u8], offset: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, into, offset)
}
