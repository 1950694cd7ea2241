//! Content that is not held in memory: files as they stand, and objects that were written to a temporary file.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::sync::Arc;

use crate::domain::Content;
use crate::store::opened;

use super::ReadError;
use super::entry::Entry;

/// `file` as content.
pub(super) fn of_file(entry: &Entry, file: File) -> Result<Arc<dyn Content>, ReadError> {
    opened::content(file).map_err(|source| ReadError::Io { path: entry.path.clone(), source })
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
