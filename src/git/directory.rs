//! A plain directory, or a single file, outside any repository.

use std::path::Path;

use ignore::WalkBuilder;

use super::entry::{Entry, Mode};
use super::snapshot::Content;
use super::{GitError, Snapshot, disk};

impl Snapshot {
    /// The files below the directory `path`, without those its `.gitignore` files name; or the one file at `path`.
    ///
    /// Hidden files are included, `.git` is not; links are listed, never followed.
    ///
    /// # Errors
    /// When `path` does not exist, or a directory cannot be listed.
    pub fn directory(path: &Path) -> Result<Self, GitError> {
        let metadata = std::fs::metadata(path).map_err(|source| GitError::Io { path: path.to_owned(), source })?;
        let spec = path.display().to_string();
        if metadata.is_dir() {
            return Ok(Self::new(spec, None, files_below(path)?, Content::Directory(path.to_owned())));
        }
        let (root, name) = (path.parent().unwrap_or(path), path.file_name().map(Path::new).unwrap_or(path));
        let entries = listed(name, &metadata).into_iter().collect();
        Ok(Self::new(spec, None, entries, Content::Directory(root.to_owned())))
    }
}

fn files_below(root: &Path) -> Result<Vec<Entry>, GitError> {
    let mut walk = WalkBuilder::new(root);
    // Only what lies in the directory decides: nobody else's settings, no parent's.
    walk.hidden(false).parents(false).ignore(false).git_global(false).git_exclude(false).require_git(false);
    walk.follow_links(false).filter_entry(|entry| entry.depth() == 0 || entry.file_name() != ".git");
    let mut entries = Vec::new();
    for found in walk.build() {
        let found = found.map_err(|error| unlisted(root, error))?;
        let metadata = found.metadata().map_err(|error| unlisted(root, error))?;
        if let Ok(path) = found.path().strip_prefix(root)
            && found.depth() > 0
        {
            entries.extend(listed(path, &metadata));
        }
    }
    Ok(entries)
}

fn listed(path: &Path, metadata: &std::fs::Metadata) -> Option<Entry> {
    let mode: Mode = disk::mode_of(metadata)?;
    let path = gix::path::to_unix_separators_on_windows(gix::path::into_bstr(path).ok()?).into_owned();
    Some(Entry::new(path, mode, None))
}

fn unlisted(root: &Path, error: ignore::Error) -> GitError {
    let message = error.to_string();
    let source = error.into_io_error().unwrap_or_else(|| std::io::Error::other(message));
    GitError::Io { path: root.to_owned(), source }
}
