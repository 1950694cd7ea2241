//! Content that is not held in memory: files as they stand, and objects that were written to a temporary file.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::sync::Arc;

use crate::domain::Content;

use super::ReadError;
use super::entry::Entry;

/// A file that is read at any offset. What happens to its name does not concern it.
#[derive(Debug)]
struct OpenFile {
    file: File,
    size: usize,
}

/// `file` as content.
pub(super) fn of_file(entry: &Entry, file: File) -> Result<Arc<dyn Content>, ReadError> {
    let failed = |source| ReadError::Io { path: entry.path.clone(), source };
    let size = file.metadata().map_err(failed)?.len();
    let size = usize::try_from(size).map_err(|error| failed(io::Error::other(error)))?;
    Ok(Arc::new(OpenFile { file, size }))
}

/// What `copy` writes, as content: it is kept in a temporary file without a name, which goes when nobody reads it.
pub(super) fn spooled(
    entry: &Entry,
    copy: impl FnOnce(&mut dyn Write) -> Result<u64, ReadError>,
) -> Result<Arc<dyn Content>, ReadError> {
    let failed = |source| ReadError::Io { path: entry.path.clone(), source };
    let mut spool = BufWriter::with_capacity(1 << 20, tempfile::tempfile().map_err(failed)?);
    copy(&mut spool)?;
    let file = spool.into_inner().map_err(|error| failed(error.into_error()))?;
    of_file(entry, file)
}

impl Content for OpenFile {
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
