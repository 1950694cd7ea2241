//! The lock between pv processes of one repository: writers take it, readers never do.
#![expect(clippy::disallowed_methods, reason = "the store holds the lock file")]

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{StoreError, durable};

/// How long to wait between two tries.
const PAUSE: Duration = Duration::from_millis(50);
/// Tries: five seconds in all.
const TRIES: usize = 100;

/// Tries of whoever shares a lock: a minute in all. A collection holds it alone, and may have much to look at.
const PATIENT_TRIES: usize = 1200;

/// The lock, held until this value is dropped (or the process ends, however it ends).
#[derive(Debug)]
#[must_use = "the lock is held only as long as this value lives"]
pub struct Guard {
    /// `None` on a file system that has no locks: there the atomic writes alone must do.
    file: Option<File>,
}

impl Guard {
    /// Whether the file system has locks at all: without them nobody is kept out.
    pub fn is_held(&self) -> bool {
        self.file.is_some()
    }
}

/// Takes the lock at `path` (`<common dir>/pv/lock`), waiting up to five seconds for another pv to end.
///
/// # Errors
/// [`StoreError::Busy`] when it is still held then; [`StoreError::Io`] when the file cannot be made.
pub fn acquire(path: &Path) -> Result<Guard, StoreError> {
    acquire_within(path, TRIES)
}

/// Takes the lock at `path` together with others who share it, waiting up to a minute for one that holds it alone.
///
/// # Errors
/// As [`acquire`].
pub fn share(path: &Path) -> Result<Guard, StoreError> {
    share_within(path, PATIENT_TRIES)
}

/// Takes part in the large objects below `common_dir`: whoever writes one, or relies on one that is there, until what names
/// it is written.
///
/// # Errors
/// As [`share`].
pub fn share_large(common_dir: &Path) -> Result<Guard, StoreError> {
    share(&large(common_dir))
}

/// Has the large objects below `common_dir` alone, to delete some.
///
/// # Errors
/// As [`acquire`].
pub fn acquire_large(common_dir: &Path) -> Result<Guard, StoreError> {
    acquire(&large(common_dir))
}

fn large(common_dir: &Path) -> PathBuf {
    common_dir.join("pv").join("large.lock")
}

fn acquire_within(path: &Path, tries: usize) -> Result<Guard, StoreError> {
    taken(path, tries, File::try_lock).map(|file| Guard { file: file.map(signed) })
}

fn share_within(path: &Path, tries: usize) -> Result<Guard, StoreError> {
    let file = taken(path, tries, File::try_lock_shared)?;
    // Who held it alone before is nobody to wait for.
    file.iter().for_each(|file| _ = file.set_len(0));
    Ok(Guard { file })
}

/// The file at `path`, locked by `take`; `None` on a file system without locks.
fn taken(
    path: &Path,
    tries: usize,
    take: impl Fn(&File) -> Result<(), TryLockError>,
) -> Result<Option<File>, StoreError> {
    if let Some(parent) = path.parent() {
        durable::create_dir(parent)?;
    }
    let file = open(path)?;
    for _ in 0..tries {
        match take(&file) {
            Ok(()) => return Ok(Some(file)),
            Err(TryLockError::WouldBlock) => std::thread::sleep(PAUSE),
            Err(TryLockError::Error(_)) => return Ok(None),
        }
    }
    Err(StoreError::Busy { path: path.to_owned(), holder: holder(path) })
}

fn open(path: &Path) -> Result<File, StoreError> {
    let opened = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
    opened.map_err(StoreError::io("open", path))
}

/// Leaves our process id in the file, for the message of whoever waits. Failing to is no reason to stop.
fn signed(mut file: File) -> File {
    let _ = file.set_len(0).and_then(|()| write!(file, "{}", std::process::id()));
    file
}

fn holder(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap_or_default();
    text.trim().parse::<u32>().map_or_else(|_| "process unknown".to_owned(), |pid| format!("process {pid}"))
}

#[cfg(test)]
mod tests {
    use super::{acquire, acquire_within, share, share_within};

    #[test]
    fn one_holds_it_and_the_other_is_told_who() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("pv/lock");
        let first = acquire(&path).unwrap();
        let refused = acquire_within(&path, 2).unwrap_err().to_string();
        assert!(refused.contains(&format!("process {}", std::process::id())), "{refused}");
        drop(first);
        drop(acquire_within(&path, 1).unwrap());
    }

    #[test]
    fn many_share_it_and_none_has_it_alone_meanwhile() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("pv/large.lock");
        let alone = acquire(&path).unwrap();
        assert!(share_within(&path, 1).unwrap_err().to_string().contains("process"));
        drop(alone);
        let (one, other) = (share(&path).unwrap(), share(&path).unwrap());
        let refused = acquire_within(&path, 1).unwrap_err().to_string();
        assert!(one.is_held() && refused.contains("process unknown"), "{refused}");
        drop((one, other));
        drop(acquire_within(&path, 1).unwrap());
    }
}
