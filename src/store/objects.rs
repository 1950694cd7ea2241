//! Objects: the exact bytes of every shipped content, at `.pv/objects/<2 hex>/<62 hex>`, named by their BLAKE3.
#![expect(clippy::disallowed_methods, reason = "the store reads and writes objects")]

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

use super::{StoreError, below, bounded, durable};
use crate::domain::Digest;

/// Where objects stand below the root of a worktree or of a commit's tree.
const DIRECTORY: &str = ".pv/objects";
/// As many objects are written at once. They wait for the disk, not for a processor: what is synced together costs
/// the file system one journal commit.
const MAX_WRITERS: usize = 32;

/// Whatever objects can be read from, always verified.
pub trait ObjectSource: Sync {
    /// The bytes named `digest`.
    ///
    /// # Errors
    /// [`StoreError::Missing`], [`StoreError::Corrupt`] or [`StoreError::Foreign`].
    fn get(&self, digest: &Digest) -> Result<Vec<u8>, StoreError>;

    /// Reads the object without keeping it, and returns its length in bytes.
    ///
    /// # Errors
    /// As [`ObjectSource::get`].
    fn check(&self, digest: &Digest) -> Result<u64, StoreError> {
        self.get(digest).map(|bytes| bytes.len() as u64)
    }
}

/// Where the object `digest` stands below the root of a repository: `.pv/objects/<2 hex>/<62 hex>`.
///
/// # Errors
/// [`StoreError::Foreign`] when the digest is not a BLAKE3.
pub fn relative_path(digest: &Digest) -> Result<String, StoreError> {
    let (first, rest) = digest.hex().split_at_checked(2).unwrap_or_default();
    if digest.algorithm() != "blake3" {
        return Err(StoreError::Foreign(digest.clone()));
    }
    Ok(format!("{DIRECTORY}/{first}/{rest}"))
}

/// The objects of a worktree, and the large ones that are kept out of git.
#[derive(Debug, Clone)]
pub struct Objects {
    root: PathBuf,
    large: Option<PathBuf>,
}

impl Objects {
    /// The objects of the worktree at `root`; large ones are kept in `large` (`<common dir>/pv/large`).
    pub fn open(root: &Path, large: Option<&Path>) -> Self {
        Self { root: root.to_owned(), large: large.map(Path::to_owned) }
    }

    /// Keeps each of `contents`; those above `inline_limit` bytes among the large ones. Returns when all would survive
    /// a power cut. An object that exists is read and verified, never modified.
    ///
    /// # Errors
    /// When the system refuses, or an existing object is [`StoreError::Corrupt`].
    pub fn put_all(&self, contents: &[&[u8]], inline_limit: u64) -> Result<Vec<Digest>, StoreError> {
        let digests: Vec<Digest> = contents.par_iter().map(|bytes| Digest::of(bytes)).collect();
        let mut wanted: Vec<(&Digest, &[u8])> = digests.iter().zip(contents.iter().copied()).collect();
        wanted.sort_unstable();
        wanted.dedup_by_key(|(digest, _)| *digest);
        let mut touched = BTreeSet::new();
        for (digest, bytes) in &wanted {
            touched.extend(self.home(digest, bytes.len() as u64 > inline_limit)?.parent().map(Path::to_owned));
        }
        touched.iter().try_for_each(|dir| self.refuse_links(dir))?;
        touched.iter().try_for_each(|dir| durable::create_dir(dir))?;
        let place = |(digest, bytes): &(&Digest, &[u8])| self.place(digest, bytes, inline_limit);
        self.writers(wanted.len())?.install(|| wanted.par_iter().try_for_each(place))?;
        touched.par_iter().try_for_each(|dir| durable::sync_dir(dir))?;
        Ok(digests)
    }

    /// Keeps one content. See [`Objects::put_all`].
    ///
    /// # Errors
    /// As [`Objects::put_all`].
    pub fn put(&self, bytes: &[u8], inline_limit: u64) -> Result<Digest, StoreError> {
        self.put_all(&[bytes], inline_limit)?;
        Ok(Digest::of(bytes))
    }

    /// Whether something stands at the object's place; [`ObjectSource::check`] says whether it is whole.
    pub fn contains(&self, digest: &Digest) -> bool {
        self.path_of(digest).is_ok_and(|path| path.is_file())
    }

    /// Where the object stands; where it would, when it does not exist.
    ///
    /// # Errors
    /// [`StoreError::Foreign`] when the digest is not a BLAKE3.
    pub fn path_of(&self, digest: &Digest) -> Result<PathBuf, StoreError> {
        let large = self.home(digest, true)?;
        if large.is_file() { Ok(large) } else { self.home(digest, false) }
    }

    /// Where the object stands, or would, among the large ones.
    ///
    /// # Errors
    /// [`StoreError::Foreign`] when the digest is not a BLAKE3.
    #[cfg(feature = "remote")]
    pub(super) fn large_home(&self, digest: &Digest) -> Result<PathBuf, StoreError> {
        self.home(digest, true)
    }

    /// Every object that stands in the worktree or among the large ones, sorted.
    ///
    /// # Errors
    /// When a directory cannot be listed.
    pub fn iter(&self) -> Result<impl Iterator<Item = Digest> + use<>, StoreError> {
        let mut found = BTreeSet::new();
        for base in std::iter::once(self.root.join(DIRECTORY)).chain(self.large.clone()) {
            for shard in names(&base)? {
                let rest = names(&base.join(&shard))?;
                found.extend(rest.iter().filter_map(|rest| format!("blake3:{shard}{rest}").parse::<Digest>().ok()));
            }
        }
        Ok(found.into_iter())
    }

    /// The place of an object of either size; without a directory for large ones all stand in the worktree.
    fn home(&self, digest: &Digest, is_large: bool) -> Result<PathBuf, StoreError> {
        let inside = relative_path(digest)?;
        Ok(match &self.large {
            Some(large) if is_large => large.join(inside.trim_start_matches(DIRECTORY).trim_start_matches('/')),
            _ => self.root.join(inside),
        })
    }

    /// Objects are never written through a link of the worktree.
    fn refuse_links(&self, dir: &Path) -> Result<(), StoreError> {
        match dir.strip_prefix(&self.root).ok().and_then(Path::to_str) {
            Some(inside) if inside.starts_with(DIRECTORY) => below::unlinked_below(&self.root, inside).map(drop),
            _ => Ok(()),
        }
    }

    fn writers(&self, objects: usize) -> Result<rayon::ThreadPool, StoreError> {
        let built = rayon::ThreadPoolBuilder::new().num_threads(objects.clamp(1, MAX_WRITERS)).build();
        built.map_err(|error| StoreError::io("start writing to", &self.root)(io::Error::other(error)))
    }

    fn place(&self, digest: &Digest, bytes: &[u8], inline_limit: u64) -> Result<(), StoreError> {
        if self.contains(digest) {
            return self.check(digest).map(drop);
        }
        let path = self.home(digest, bytes.len() as u64 > inline_limit)?;
        let file = durable::temporary(&path, bytes)?;
        file.as_file().sync_all().map_err(StoreError::io("write", &path))?;
        file.persist(&path).map_err(|error| StoreError::io("create", &path)(error.error))?;
        Ok(())
    }

    fn shown(&self, path: &Path) -> String {
        path.strip_prefix(&self.root).unwrap_or(path).display().to_string()
    }
}

impl ObjectSource for Objects {
    fn get(&self, digest: &Digest) -> Result<Vec<u8>, StoreError> {
        let path = self.path_of(digest)?;
        let mut bytes = Vec::new();
        match bounded::open(&path).and_then(|mut file| file.read_to_end(&mut bytes)) {
            Ok(_) => verified(bytes, digest, || self.shown(&path)),
            Err(error) => Err(unreadable(error, digest, &path, self.shown(&path))),
        }
    }

    fn check(&self, digest: &Digest) -> Result<u64, StoreError> {
        let path = self.path_of(digest)?;
        let mut hasher = blake3::Hasher::new();
        bounded::open(&path)
            .and_then(|file| hasher.update_reader(file).map(drop))
            .map_err(|error| unreadable(error, digest, &path, self.shown(&path)))?;
        matches(&Digest::from_blake3(hasher.finalize()), digest, || self.shown(&path))?;
        Ok(hasher.count())
    }
}

/// The objects of a commit (also in a bare repository): read through a closure from paths to bytes, then among the
/// large ones of this clone.
pub struct CommittedObjects<'a> {
    read: &'a (dyn Fn(&str) -> Option<Vec<u8>> + Sync),
    large: Option<Objects>,
}

impl<'a> CommittedObjects<'a> {
    /// Objects whose bytes `read` finds by their path in the tree; large ones are kept in `large`.
    pub fn new(read: &'a (dyn Fn(&str) -> Option<Vec<u8>> + Sync), large: Option<&Path>) -> Self {
        Self { read, large: large.map(|large| Objects::open(large, Some(large))) }
    }
}

impl ObjectSource for CommittedObjects<'_> {
    fn get(&self, digest: &Digest) -> Result<Vec<u8>, StoreError> {
        let path = relative_path(digest)?;
        match ((self.read)(&path), self.large.as_ref().filter(|large| large.contains(digest))) {
            (Some(bytes), _) => verified(bytes, digest, || path),
            (None, Some(large)) => large.get(digest),
            (None, None) => Err(StoreError::Missing { digest: digest.clone(), path }),
        }
    }
}

fn verified(bytes: Vec<u8>, expected: &Digest, path: impl FnOnce() -> String) -> Result<Vec<u8>, StoreError> {
    matches(&Digest::of(&bytes), expected, path)?;
    Ok(bytes)
}

fn matches(found: &Digest, expected: &Digest, path: impl FnOnce() -> String) -> Result<(), StoreError> {
    if found == expected {
        return Ok(());
    }
    Err(StoreError::Corrupt { path: path(), expected: expected.clone(), found: found.clone() })
}

fn unreadable(error: io::Error, digest: &Digest, path: &Path, shown: String) -> StoreError {
    match error.kind() {
        io::ErrorKind::NotFound => StoreError::Missing { digest: digest.clone(), path: shown },
        _ => StoreError::io("read", path)(error),
    }
}

/// The names in a directory; none when there is no such directory.
fn names(dir: &Path) -> Result<Vec<String>, StoreError> {
    let entries = match fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Ok(Vec::new());
        }
        Err(error) => return Err(StoreError::io("list", dir)(error)),
    };
    entries
        .map(|entry| entry.map(|entry| entry.file_name().to_string_lossy().into_owned()))
        .collect::<io::Result<_>>()
        .map_err(StoreError::io("list", dir))
}

#[cfg(test)]
mod tests {
    use super::{CommittedObjects, ObjectSource as _, Objects, relative_path};
    use crate::domain::Digest;
    use crate::store::StoreError;
    use std::fs;

    const NO_LIMIT: u64 = u64::MAX;

    #[test]
    fn what_was_put_comes_back_and_is_listed() {
        let dir = tempfile::tempdir().unwrap();
        let large = dir.path().join("git/pv/large");
        let objects = Objects::open(dir.path(), Some(&large));
        let digests = objects.put_all(&[b"small", b"much larger", b"small", b""], 5).unwrap();
        assert_eq!(digests[0], digests[2]);
        assert_eq!(objects.get(&digests[0]).unwrap(), b"small");
        assert_eq!(objects.check(&digests[1]).unwrap(), 11);
        assert!(objects.path_of(&digests[0]).unwrap().starts_with(dir.path().join(".pv/objects")));
        assert!(objects.path_of(&digests[1]).unwrap().starts_with(&large));
        assert_eq!(objects.iter().unwrap().count(), 3);
    }

    #[test]
    fn putting_twice_touches_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let objects = Objects::open(dir.path(), None);
        let digest = objects.put(b"x", NO_LIMIT).unwrap();
        let before = fs::metadata(objects.path_of(&digest).unwrap()).unwrap().modified().unwrap();
        objects.put(b"x", NO_LIMIT).unwrap();
        assert_eq!(fs::metadata(objects.path_of(&digest).unwrap()).unwrap().modified().unwrap(), before);
    }

    #[test]
    fn damage_is_found_on_read_and_never_overwritten() {
        let dir = tempfile::tempdir().unwrap();
        let objects = Objects::open(dir.path(), None);
        let digest = objects.put(b"content", NO_LIMIT).unwrap();
        fs::write(objects.path_of(&digest).unwrap(), b"cOntent").unwrap();
        assert!(matches!(objects.get(&digest), Err(StoreError::Corrupt { .. })));
        assert!(matches!(objects.put(b"content", NO_LIMIT), Err(StoreError::Corrupt { .. })));
        assert_eq!(fs::read(objects.path_of(&digest).unwrap()).unwrap(), b"cOntent");
    }

    #[test]
    fn missing_and_foreign_objects_are_told_apart() {
        let dir = tempfile::tempdir().unwrap();
        let objects = Objects::open(dir.path(), None);
        let Err(StoreError::Missing { path, .. }) = objects.get(&Digest::of(b"never put")) else { panic!() };
        assert!(path.starts_with(".pv/objects/"), "{path}");
        let foreign = format!("sha256:{}", "0".repeat(64)).parse().unwrap();
        assert!(matches!(objects.get(&foreign), Err(StoreError::Foreign(_))));
    }

    #[test]
    fn a_commit_is_a_source_too() {
        let dir = tempfile::tempdir().unwrap();
        let large = dir.path().join("large");
        let kept = Objects::open(dir.path(), Some(&large)).put(b"large one", 0).unwrap();
        let small = Digest::of(b"small");
        let path = relative_path(&small).unwrap();
        let read = move |asked: &str| (asked == path).then(|| b"small".to_vec());
        let source = CommittedObjects::new(&read, Some(&large));
        assert_eq!(source.get(&small).unwrap(), b"small");
        assert_eq!(source.get(&kept).unwrap(), b"large one");
        assert!(matches!(source.get(&Digest::of(b"other")), Err(StoreError::Missing { .. })));
    }
}
