//! Objects: the exact bytes of every shipped content, at `.pv/objects/<2 hex>/<62 hex>`, named by their BLAKE3.
#![expect(clippy::disallowed_methods, reason = "the store reads and writes objects")]

use std::collections::BTreeSet;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use tempfile::NamedTempFile;

use super::incoming::Incoming;
use super::source::{Found, ObjectSource};
use super::{StoreError, below, bounded, durable, opened, writers};
use crate::domain::Digest;

/// Where objects stand below the root of a worktree or of a commit's tree.
const DIRECTORY: &str = ".pv/objects";

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
    /// a power cut. An object that exists is read and verified, never modified; a large one is new again ([`Objects::renew`]).
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
        writers::pool(wanted.len(), &self.root)?.install(|| wanted.par_iter().try_for_each(place))?;
        touched.par_iter().try_for_each(|dir| durable::sync_dir(dir))?;
        Ok(digests)
    }

    /// Keeps the `size` bytes that `fill` writes, which must be those named `expected`. They are never held in memory. An
    /// object that exists is taken to be whole, and `fill` is not asked.
    ///
    /// # Errors
    /// Whatever `fill` fails with; when the system refuses; [`StoreError::Altered`] when it wrote something else: then
    /// nothing is kept.
    pub fn put_from<E: From<StoreError>>(
        &self,
        (expected, size): (&Digest, u64),
        inline_limit: u64,
        fill: impl FnOnce(&mut (dyn Write + Send)) -> Result<(), E>,
    ) -> Result<(), E> {
        if self.renew(expected)? {
            return Ok(());
        }
        let path = self.home(expected, size > inline_limit)?;
        let parent = path.parent().unwrap_or(&self.root);
        self.refuse_links(parent)?;
        durable::create_dir(parent)?;
        let mut incoming = Incoming::new(self.temporary(&path, b"")?, &path);
        let filled = fill(&mut incoming);
        incoming.failure()?;
        filled?;
        incoming.keep(expected)?;
        Ok(durable::sync_dir(parent)?)
    }

    /// Sets the time of a large object to now, so that a collection that is under way takes it for one that is in use.
    /// Gives whether there is an object of that name, large or not.
    ///
    /// # Errors
    /// When the system refuses.
    pub fn renew(&self, digest: &Digest) -> Result<bool, StoreError> {
        let large = self.home(digest, true)?;
        if !large.is_file() {
            return Ok(self.contains(digest));
        }
        if self.large.is_some() {
            // Windows wants a file that may be written; elsewhere its owner may set the time of any.
            let opened = OpenOptions::new().read(true).write(cfg!(windows)).open(&large);
            let touched = opened.and_then(|file| file.set_modified(SystemTime::now()));
            touched.map_err(StoreError::io("renew", &large))?;
        }
        Ok(true)
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

    fn place(&self, digest: &Digest, bytes: &[u8], inline_limit: u64) -> Result<(), StoreError> {
        if self.contains(digest) {
            self.check(digest)?;
            return self.renew(digest).map(drop);
        }
        let path = self.home(digest, bytes.len() as u64 > inline_limit)?;
        let file = self.temporary(&path, bytes)?;
        file.as_file().sync_all().map_err(StoreError::io("write", &path))?;
        file.persist(&path).map_err(|error| StoreError::io("create", &path)(error.error))?;
        Ok(())
    }

    /// A temporary file beside `path` that holds `bytes`. What a killed run left in the worktree is removed, so that nobody
    /// commits it; among the large objects another process may be writing the same one, and `pv gc` removes what is old.
    fn temporary(&self, path: &Path, bytes: &[u8]) -> Result<NamedTempFile, StoreError> {
        let is_large = self.large.as_ref().is_some_and(|large| path.starts_with(large));
        if is_large { durable::shared_temporary(path, bytes) } else { durable::temporary(path, bytes) }
    }

    fn shown(&self, path: &Path) -> String {
        path.strip_prefix(&self.root).unwrap_or(path).display().to_string()
    }
}

impl ObjectSource for Objects {
    fn find(&self, digest: &Digest) -> Result<Found, StoreError> {
        let path = self.path_of(digest)?;
        let opened = bounded::open(&path).and_then(opened::content);
        let content = opened.map_err(|error| unreadable(error, digest, &path, self.shown(&path)))?;
        Ok(Found::new(content, self.shown(&path)))
    }
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
    use super::{ObjectSource as _, Objects};
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
}
