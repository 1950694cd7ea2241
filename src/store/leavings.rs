//! What stands among the large objects: objects, and what interrupted writes and downloads left.
#![expect(clippy::disallowed_methods, reason = "the store lists and removes files")]

use std::fs::{self, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use super::StoreError;
use super::durable::is_leftover;
use crate::domain::Digest;

/// The folder, among the large objects, that downloads stand in until they are whole.
pub(super) const PARTIAL: &str = "partial";

/// A file among the large objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Leaving {
    /// The object that it is; `None`: what an interrupted write or download left.
    pub digest: Option<Digest>,
    /// Where it stands.
    pub path: PathBuf,
    /// Its length in bytes.
    pub size: u64,
    /// When it was written or last relied on.
    pub modified: SystemTime,
}

/// Everything below `large` that pv wrote, sorted by path; nothing else is looked at. No such directory, no files.
///
/// # Errors
/// When a directory cannot be listed.
pub fn leavings(large: &Path) -> Result<Vec<Leaving>, StoreError> {
    let mut found = Vec::new();
    for (name, path) in entries(large)? {
        let is_shard = name.len() == 2;
        if is_leftover(&name) {
            found.extend(leaving(None, path)?);
            continue;
        }
        if !is_shard && name != PARTIAL {
            continue;
        }
        for (rest, path) in entries(&path)? {
            let digest = format!("blake3:{name}{rest}").parse().ok().filter(|_| is_shard);
            if digest.is_some() || name == PARTIAL || is_leftover(&rest) {
                found.extend(leaving(digest, path)?);
            }
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

impl Leaving {
    /// Removes it, unless it was renewed since it was looked at. Gives whether it is gone.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn remove(&self) -> Result<bool, StoreError> {
        match leaving(self.digest.clone(), self.path.clone())? {
            Some(now) if now.modified > self.modified => return Ok(false),
            None => return Ok(true),
            Some(_) => {}
        }
        let removed = if self.path.is_dir() { fs::remove_dir_all(&self.path) } else { fs::remove_file(&self.path) };
        match removed {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(StoreError::io("remove", &self.path)(error)),
            _ => Ok(true),
        }
    }
}

/// What stands at `path`, if anything does; a link is nobody's.
fn leaving(digest: Option<Digest>, path: PathBuf) -> Result<Option<Leaving>, StoreError> {
    let read = |metadata: Metadata| Ok((metadata.file_type(), metadata.len(), metadata.modified()?));
    match fs::symlink_metadata(&path).and_then(read) {
        Ok((kind, _, _)) if kind.is_symlink() || (kind.is_dir() && digest.is_some()) => Ok(None),
        Ok((_, size, modified)) => Ok(Some(Leaving { digest, path, size, modified })),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(StoreError::io("read", &path)(error)),
    }
}

/// The names in a directory and their paths; none when there is no such directory.
fn entries(dir: &Path) -> Result<Vec<(String, PathBuf)>, StoreError> {
    let listed = match fs::read_dir(dir) {
        Ok(listed) => listed,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(Vec::new());
        }
        Err(error) => return Err(StoreError::io("list", dir)(error)),
    };
    listed
        .map(|entry| entry.map(|entry| (entry.file_name().to_string_lossy().into_owned(), entry.path())))
        .collect::<io::Result<_>>()
        .map_err(StoreError::io("list", dir))
}

#[cfg(test)]
mod tests {
    use super::leavings;
    use crate::store::Objects;
    use std::fs;
    use std::time::{Duration, SystemTime};

    #[test]
    fn objects_and_leftovers_are_told_apart_and_nothing_else_is_touched() {
        let dir = tempfile::tempdir().unwrap();
        let large = dir.path().join("large");
        assert_eq!(leavings(&large).unwrap(), []);
        let digest = Objects::open(&large, Some(&large)).put(b"object", 0).unwrap();
        let shard = large.join(&digest.hex()[..2]);
        for (folder, name) in
            [(&shard, ".pv-0-1.tmp"), (&shard, "README"), (&large.join("partial"), "ab"), (&large, "x")]
        {
            fs::create_dir_all(folder).unwrap();
            fs::write(folder.join(name), "1234").unwrap();
        }
        let found = leavings(&large).unwrap();
        let told: Vec<_> = found.iter().map(|one| (one.digest.is_some(), one.size)).collect();
        assert_eq!(told.iter().filter(|one| **one == (true, 6)).count(), 1, "{told:?}");
        assert_eq!(told.iter().filter(|one| **one == (false, 4)).count(), 2, "{told:?}");
        let renewed = fs::File::open(&found[0].path).unwrap();
        renewed.set_modified(SystemTime::now() + Duration::from_secs(9)).unwrap();
        let gone: Vec<bool> = found.iter().map(|one| one.remove().unwrap()).collect();
        assert_eq!(gone, [false, true, true], "what is relied on again stays");
        assert!(shard.join("README").exists() && large.join("x").exists());
    }
}
