//! A plain directory, or a single file, outside any repository.

use std::path::Path;

use ignore::WalkBuilder;

use super::entry::{Entry, Mode};
use super::snapshot::Content;
use super::{GitError, Snapshot, disk};

impl Snapshot {
    /// The files below the directory `path`, without those its `.gitignore` files name; or the one file at `path`.
    ///
    /// Hidden files are included, `.git` is not; links below `path` are listed, never followed.
    ///
    /// # Errors
    /// When `path` is neither a directory nor a file, or a directory cannot be listed.
    pub fn directory(path: &Path) -> Result<Self, GitError> {
        let failed = |source| GitError::Io { path: path.to_owned(), source };
        let metadata = std::fs::metadata(path).map_err(failed)?;
        let spec = path.display().to_string();
        if metadata.is_dir() {
            return Ok(Self::new(spec, None, files_below(path)?, Content::Directory(path.to_owned())));
        }
        // What the user names is followed if it is a link: that is the file that was meant.
        let path = path.canonicalize().map_err(failed)?;
        let file = path.parent().zip(path.file_name());
        let Some((root, entry)) = file.and_then(|(root, name)| Some((root, listed(name.as_ref(), &metadata)?))) else {
            return Err(failed(std::io::Error::other("it is neither a directory nor a file")));
        };
        Ok(Self::new(spec, None, vec![entry], Content::Directory(root.to_owned())))
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
    GitError::Io { path: root.to_owned(), source: std::io::Error::other(error) }
}
