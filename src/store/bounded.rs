//! Reads that end: of regular files only, and of no more than a limit.
#![expect(clippy::disallowed_methods, reason = "the store reads files")]

use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

/// Opens the regular file at `path`; links are followed, a pipe or device is never waited for.
///
/// # Errors
/// When the system refuses, or it is no regular file.
pub fn open(path: &Path) -> io::Result<File> {
    if !fs::metadata(path)?.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    File::open(path)
}

/// The bytes of the regular file at `path`, if they are no more than `limit`.
///
/// # Errors
/// As [`open`], and when there are more.
pub fn read(path: &Path, limit: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    open(path)?.take(limit.saturating_add(1)).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit {
        return Err(io::Error::other(format!("it is larger than the limit of {limit} bytes")));
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::read;

    #[test]
    fn only_regular_files_within_the_limit_are_read() {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("a"), "1234").unwrap();
        assert_eq!(read(&dir.path().join("a"), 4).unwrap(), b"1234");
        assert!(read(&dir.path().join("a"), 3).is_err());
        assert!(read(dir.path(), 9).is_err(), "a directory");
        let missing = read(&dir.path().join("b"), 9).unwrap_err();
        assert_eq!(missing.kind(), std::io::ErrorKind::NotFound);
    }
}
