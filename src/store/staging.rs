//! New chunks of a row tree on their way to the large objects: written below a temporary directory, made durable all at
//! once, and only then given their names. Whatever ends the process before, no object is there that is not whole.
#![expect(clippy::disallowed_methods, reason = "the store writes objects")]

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use tempfile::TempDir;

use super::{Objects, StoreError, bounded, durable, writers};
use crate::domain::Digest;

const PREFIX: &str = ".pv-rows-";
const SUFFIX: &str = ".tmp";
/// Held by the process whose directory it is in.
const LOCK: &str = "lock";

/// Chunks that are not among the large objects yet.
#[derive(Debug)]
pub struct Staging {
    large: PathBuf,
    directory: TempDir,
    _lock: File,
    staged: Staged,
}

/// What came of the chunks of a tree.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Staged {
    /// How many chunks were not there before.
    pub new: u64,
    /// How many bytes they have.
    pub bytes: u64,
    /// How many were there already.
    pub shared: u64,
}

impl Staging {
    /// Chunks to be put among the large objects in `large`. What killed processes left there is removed.
    ///
    /// # Errors
    /// When no directory can be made there.
    pub fn below(large: &Path) -> Result<Self, StoreError> {
        durable::create_dir(large)?;
        remove_leftovers(large);
        let directory = tempfile::Builder::new().prefix(PREFIX).suffix(SUFFIX).tempdir_in(large);
        let directory = directory.map_err(StoreError::io("create a directory in", large))?;
        let path = directory.path().join(LOCK);
        let lock = File::create(&path).map_err(StoreError::io("create", &path))?;
        // Where there are no locks, nothing is removed either.
        let _ = lock.try_lock();
        Ok(Self { large: large.to_owned(), directory, _lock: lock, staged: Staged::default() })
    }

    /// Keeps the chunk `digest`, unless an object with these very bytes is there: then that is used from now on.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn keep(&mut self, digest: &Digest, bytes: &[u8]) -> Result<(), StoreError> {
        let staged = self.directory.path().join(digest.hex());
        if self.is_there(digest, bytes) {
            self.staged.shared += 1;
        } else if !staged.exists() {
            fs::write(&staged, bytes).map_err(StoreError::io("write", &staged))?;
            self.staged.new += 1;
            self.staged.bytes += bytes.len() as u64;
        }
        Ok(())
    }

    /// Gives the chunks their names, and returns when all would survive a power cut.
    ///
    /// # Errors
    /// When the system refuses. What was placed is whole then, and nothing names it.
    pub fn settle(self) -> Result<Staged, StoreError> {
        let names = self.names()?;
        let pool = writers::pool(names.len(), &self.large)?;
        let mut shards: Vec<PathBuf> = names.iter().filter_map(|name| Some(self.home(name)?.0)).collect();
        shards.sort_unstable();
        shards.dedup();
        pool.install(|| {
            shards.iter().try_for_each(|shard| durable::create_dir(shard))?;
            names.par_iter().try_for_each(|name| self.sync(name))?;
            names.par_iter().try_for_each(|name| self.place(name))?;
            shards.par_iter().try_for_each(|shard| durable::sync_dir(shard))
        })?;
        Ok(self.staged)
    }

    fn names(&self) -> Result<Vec<String>, StoreError> {
        let listed = fs::read_dir(self.directory.path()).and_then(Iterator::collect::<io::Result<Vec<_>>>);
        let listed = listed.map_err(StoreError::io("list", self.directory.path()))?;
        let names = listed.into_iter().filter_map(|entry| entry.file_name().into_string().ok());
        Ok(names.filter(|name| name != LOCK).collect())
    }

    /// The directory and the path of the object called `hex`.
    fn home(&self, hex: &str) -> Option<(PathBuf, PathBuf)> {
        let (first, rest) = hex.split_at_checked(2)?;
        let shard = self.large.join(first);
        let path = shard.join(rest);
        Some((shard, path))
    }

    /// Whether the object is there and whole; it is new again then, so that no collection of garbage takes it meanwhile.
    fn is_there(&self, digest: &Digest, bytes: &[u8]) -> bool {
        let Some((_, path)) = self.home(digest.hex()) else { return false };
        let is_whole = bounded::read(&path, bytes.len() as u64).is_ok_and(|held| held == bytes);
        is_whole && Objects::open(&self.large, Some(&self.large)).renew(digest).unwrap_or(false)
    }

    fn sync(&self, name: &str) -> Result<(), StoreError> {
        let path = self.directory.path().join(name);
        let synced = File::options().append(true).open(&path).and_then(|file| file.sync_all());
        synced.map_err(StoreError::io("write", &path))
    }

    fn place(&self, name: &str) -> Result<(), StoreError> {
        let Some((_, path)) = self.home(name) else { return Ok(()) };
        fs::rename(self.directory.path().join(name), &path).map_err(StoreError::io("create", &path))
    }
}

/// Best effort: a leftover is untidy, not wrong.
fn remove_leftovers(large: &Path) {
    for entry in fs::read_dir(large).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_ours = name.starts_with(PREFIX) && name.ends_with(SUFFIX);
        let is_left = || File::open(entry.path().join(LOCK)).is_ok_and(|lock| lock.try_lock().is_ok());
        if is_ours && is_left() {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Staged, Staging};
    use crate::domain::Digest;
    use crate::store::{ObjectSource as _, Objects};
    use std::fs;

    fn keep(staging: &mut Staging, bytes: &[u8]) -> Digest {
        let digest = Digest::of(bytes);
        staging.keep(&digest, bytes).unwrap();
        digest
    }

    #[test]
    fn chunks_have_names_only_when_all_are_durable() {
        let dir = tempfile::tempdir().unwrap();
        let large = dir.path().join("pv/large");
        let objects = Objects::open(&large, Some(&large));
        let mut staging = Staging::below(&large).unwrap();
        let one = keep(&mut staging, b"one");
        keep(&mut staging, b"one");
        let two = keep(&mut staging, b"twofold");
        assert!(!objects.contains(&one));
        assert_eq!(staging.settle().unwrap(), Staged { new: 2, bytes: 10, shared: 0 });
        assert_eq!((objects.get(&one).unwrap(), objects.get(&two).unwrap()), (b"one".to_vec(), b"twofold".to_vec()));
        let mut again = Staging::below(&large).unwrap();
        keep(&mut again, b"one");
        assert_eq!(again.settle().unwrap(), Staged { new: 0, bytes: 0, shared: 1 });
        assert_eq!(objects.iter().unwrap().count(), 2);
        let is_left = |entry: fs::DirEntry| entry.file_name().to_string_lossy().starts_with(".pv-");
        assert!(!fs::read_dir(&large).unwrap().any(|entry| is_left(entry.unwrap())));
    }

    #[test]
    fn a_damaged_chunk_is_replaced() {
        let dir = tempfile::tempdir().unwrap();
        let objects = Objects::open(dir.path(), Some(dir.path()));
        let digest = objects.put(b"whole", 0).unwrap();
        fs::write(objects.path_of(&digest).unwrap(), b"wh").unwrap();
        let mut staging = Staging::below(dir.path()).unwrap();
        keep(&mut staging, b"whole");
        assert_eq!(staging.settle().unwrap().new, 1);
        assert_eq!(objects.get(&digest).unwrap(), b"whole");
    }

    #[test]
    fn what_a_killed_process_left_is_removed_and_what_another_works_on_stays() {
        let dir = tempfile::tempdir().unwrap();
        let left = dir.path().join(".pv-rows-killed.tmp");
        fs::create_dir(&left).unwrap();
        fs::write(left.join("lock"), "").unwrap();
        let mut first = Staging::below(dir.path()).unwrap();
        assert!(!left.exists());
        let digest = keep(&mut first, b"mine");
        drop(Staging::below(dir.path()).unwrap());
        first.settle().unwrap();
        assert!(Objects::open(dir.path(), Some(dir.path())).contains(&digest));
    }
}
