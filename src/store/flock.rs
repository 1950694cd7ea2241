//! The lock between pv processes of one repository: writers take it, readers never do.
#![expect(clippy::disallowed_methods, reason = "the store holds the lock file")]

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

use super::{StoreError, durable};

/// How long to wait between two tries.
const PAUSE: Duration = Duration::from_millis(50);
/// Tries: five seconds in all.
const TRIES: usize = 100;

/// The lock, held until this value is dropped (or the process ends, however it ends).
#[derive(Debug)]
#[must_use = "the lock is held only as long as this value lives"]
pub struct Guard {
    /// `None` on a file system that has no locks: there the atomic writes alone must do.
    _file: Option<File>,
}

/// Takes the lock at `path` (`<common dir>/pv/lock`), waiting up to five seconds for another pv to end.
///
/// # Errors
/// [`StoreError::Busy`] when it is still held then; [`StoreError::Io`] when the file cannot be made.
pub fn acquire(path: &Path) -> Result<Guard, StoreError> {
    acquire_within(path, TRIES)
}

fn acquire_within(path: &Path, tries: usize) -> Result<Guard, StoreError> {
    if let Some(parent) = path.parent() {
        durable::create_dir(parent)?;
    }
    let file = open(path)?;
    for _ in 0..tries {
        match file.try_lock() {
            Ok(()) => return Ok(Guard { _file: Some(signed(file)) }),
            Err(TryLockError::WouldBlock) => std::thread::sleep(PAUSE),
            Err(TryLockError::Error(_)) => return Ok(Guard { _file: None }),
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
    use super::{acquire, acquire_within};

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
}
