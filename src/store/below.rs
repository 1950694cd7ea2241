//! Writes that stay below a root, whatever the paths and the symbolic links of a foreign repository say.
#![expect(clippy::disallowed_methods, reason = "the store writes files")]

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::StoreError;
use super::contained::is_contained;
use super::durable::{self, Outcome};

/// Puts `bytes` at `relative` (`/`-separated) below `root`, as [`durable::write`] does; missing directories are made.
///
/// # Errors
/// As [`place_below`], and when the system refuses. The old file is then still there, whole.
pub fn write_below(root: &Path, relative: &str, bytes: &[u8]) -> Result<Outcome, StoreError> {
    durable::write(&place_below(root, relative)?, bytes)
}

/// Puts what `fill` writes at `relative` below `root`, as [`durable::write_from`] does; missing directories are made.
///
/// # Errors
/// As [`place_below`], and as [`durable::write_from`].
pub fn write_below_from(
    root: &Path,
    relative: &str,
    fill: impl FnOnce(&mut dyn io::Write) -> io::Result<()>,
) -> Result<(), StoreError> {
    durable::write_from(&place_below(root, relative)?, fill)
}

/// Removes the file at `relative` below `root`, and returns when it would stay away after a power cut. Nothing there is
/// no fault.
///
/// # Errors
/// As [`place_below`], and when the system refuses.
pub fn remove_below(root: &Path, relative: &str) -> Result<(), StoreError> {
    let place = place_below(root, relative)?;
    match fs::remove_file(&place) {
        Ok(()) => place.parent().map_or(Ok(()), durable::sync_dir),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(()),
        Err(error) => Err(StoreError::io("remove", &place)(error)),
    }
}

/// Where `relative` stands below `root`, when a file may be written there.
///
/// # Errors
/// [`StoreError::Outside`] when the words lead out of `root`, [`StoreError::Link`] when something on the way below
/// `root` (the last included) is a symbolic link, [`StoreError::Taken`] when something other than a file is there.
pub fn place_below(root: &Path, relative: &str) -> Result<PathBuf, StoreError> {
    let place = unlinked_below(root, relative)?;
    match fs::symlink_metadata(&place) {
        Ok(there) if !there.is_file() => Err(StoreError::Taken(place)),
        _ => Ok(place),
    }
}

/// Where `relative` stands below `root`, when no symbolic link leads there.
///
/// # Errors
/// As [`place_below`], except that anything may be there.
pub(super) fn unlinked_below(root: &Path, relative: &str) -> Result<PathBuf, StoreError> {
    if !is_contained(relative.as_bytes()) {
        return Err(StoreError::Outside(relative.to_owned()));
    }
    let mut place = root.to_owned();
    for component in relative.split('/') {
        place.push(component);
        match fs::symlink_metadata(&place) {
            Ok(there) if there.is_symlink() => return Err(StoreError::Link(place)),
            Err(error) if error.kind() == io::ErrorKind::NotADirectory => {
                return Err(StoreError::io("write below", &place)(error));
            }
            _ => {}
        }
    }
    Ok(place)
}

#[cfg(test)]
mod tests {
    use super::{place_below, remove_below, write_below};
    use crate::store::StoreError;
    use std::fs;

    #[test]
    fn words_that_lead_out_are_refused() {
        let dir = tempfile::tempdir().unwrap();
        for bad in ["../a", "/a", "a/../../b", ".git/hooks/pre-commit"] {
            assert!(matches!(write_below(dir.path(), bad, b"x"), Err(StoreError::Outside(_))), "{bad}");
        }
        write_below(dir.path(), "new/deep/a", b"x").unwrap();
        assert_eq!(fs::read(dir.path().join("new/deep/a")).unwrap(), b"x");
        assert!(matches!(place_below(dir.path(), "new/deep"), Err(StoreError::Taken(_))));
        assert!(place_below(dir.path(), "new/deep/a/b").is_err(), "a file is no directory");
    }

    #[test]
    fn a_file_is_removed_once_and_nothing_else_is() {
        let dir = tempfile::tempdir().unwrap();
        write_below(dir.path(), "a/b", b"x").unwrap();
        for path in ["a/b", "a/b", "none/b", "a/b/c"] {
            remove_below(dir.path(), path).unwrap();
        }
        assert!(!dir.path().join("a/b").exists());
        assert!(matches!(remove_below(dir.path(), "a"), Err(StoreError::Taken(_))));
        assert!(matches!(remove_below(dir.path(), "../x"), Err(StoreError::Outside(_))));
    }

    #[cfg(unix)]
    #[test]
    fn links_are_refused_and_their_targets_left_alone() {
        let (dir, outside) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::write(outside.path().join("a"), "theirs").unwrap();
        std::os::unix::fs::symlink(outside.path(), dir.path().join("folder")).unwrap();
        std::os::unix::fs::symlink(outside.path().join("a"), dir.path().join("file")).unwrap();
        std::os::unix::fs::symlink("nowhere", dir.path().join("dangling")).unwrap();
        for bad in ["folder/a", "folder/new", "file", "dangling", "dangling/a"] {
            assert!(matches!(write_below(dir.path(), bad, b"x"), Err(StoreError::Link(_))), "{bad}");
        }
        assert_eq!(fs::read(outside.path().join("a")).unwrap(), b"theirs");
        assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 1);
    }
}
