//! A file of a cache: found by its name, read only where it stands inside the cache.
#![expect(clippy::disallowed_methods, reason = "the store reads files")]

use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

use crate::domain::Content;
use crate::store::{bounded, opened};

/// The file at `relative` in the cache at `root`. Links that stay inside the cache are followed, others are not.
///
/// # Errors
/// When it is not there, leads out of the cache, or cannot be read.
pub(super) fn content(root: &Path, relative: &Path) -> io::Result<Arc<dyn Content>> {
    let place = root.join(relative);
    if fs::symlink_metadata(&place)?.is_symlink() {
        let inside = fs::canonicalize(&place)?.starts_with(fs::canonicalize(root)?);
        if !inside {
            return Err(io::Error::other("it is a link that leads out of the cache"));
        }
    }
    opened::content(bounded::open(&place)?)
}
