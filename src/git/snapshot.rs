//! Snapshots: the files of a revision, the index, the worktree or a directory, read when asked for.

use std::collections::HashMap;
use std::fmt;
use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::Arc;

use gix::bstr::BString;

use crate::domain::{AtHand, Digest};
use crate::store::{hashed, opened};

use super::backend::Backend;
use super::clean::Worktree;
use super::entry::{Entry, Mode};
use super::large;
use super::read::{self, OnDisk, ReadError};

/// Which files to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// A commit or tree, in any spelling that git knows.
    Revision(String),
    /// What a commit made now would hold.
    Index,
    /// The files as they stand, ignored ones left out.
    Worktree,
    /// No files.
    Empty,
}

/// The files of a [`Source`], of a directory or in memory: paths at once, contents when asked for.
///
/// Reading is safe, and quick, from many threads at once.
#[derive(Debug)]
pub struct Snapshot {
    spec: String,
    commit: Option<String>,
    entries: Vec<Entry>,
    content: Content,
    at_hand: Option<Arc<dyn AtHand>>,
}

/// Where contents come from.
#[derive(Debug)]
pub(super) enum Content {
    /// Objects; files of the worktree where an entry has no object.
    Repository { backend: Arc<dyn Backend>, worktree: Option<Arc<Worktree>> },
    /// Files below a directory.
    Directory(PathBuf),
    /// Bytes by path.
    Memory(HashMap<String, Vec<u8>>),
    /// Whatever a function reads at a path.
    Elsewhere(Reader),
}

type Read = dyn Fn(&str) -> io::Result<Arc<dyn crate::domain::Content>> + Send + Sync;

/// Contents that git keeps as objects are held up to this many bytes, and written to a temporary file above.
const HELD: u64 = 8 << 20;

/// Reads the content at a path from somewhere that is not git.
pub(super) struct Reader(Box<Read>);

impl Reader {
    fn content(&self, entry: &Entry) -> Result<Arc<dyn crate::domain::Content>, ReadError> {
        (self.0)(&entry.path).map_err(|source| ReadError::Io { path: entry.path.clone(), source })
    }
}

impl fmt::Debug for Reader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reader")
    }
}

impl Snapshot {
    /// The snapshot of `entries`, called `spec`.
    pub(super) fn new(spec: String, commit: Option<String>, mut entries: Vec<Entry>, content: Content) -> Self {
        entries.sort_unstable_by(|one, other| one.path.cmp(&other.path));
        Self { spec, commit, entries, content, at_hand: None }
    }

    /// A snapshot in memory, of paths and their bytes; of a path that is given twice, the last counts.
    pub fn of_files(files: Vec<(String, Vec<u8>)>) -> Self {
        let files: HashMap<String, Vec<u8>> = files.into_iter().collect();
        let entries = files.keys().map(|path| Entry::new(BString::from(path.as_str()), Mode::File, None)).collect();
        Self::new("memory".to_owned(), None, entries, Content::Memory(files))
    }

    /// A snapshot of files that are kept elsewhere: paths with their modes, and what reads one of them.
    pub fn elsewhere(
        files: Vec<(String, Mode)>,
        read: impl Fn(&str) -> io::Result<Arc<dyn crate::domain::Content>> + Send + Sync + 'static,
    ) -> Self {
        let entries = files.into_iter().map(|(path, mode)| Entry::new(BString::from(path), mode, None));
        Self::new("elsewhere".to_owned(), None, entries.collect(), Content::Elsewhere(Reader(Box::new(read))))
    }

    /// The same snapshot under another name.
    #[must_use]
    pub fn called(mut self, spec: &str) -> Self {
        spec.clone_into(&mut self.spec);
        self
    }

    /// The same snapshot, whose files name bytes that are looked for in `at_hand`.
    #[must_use]
    pub fn beside(self, at_hand: Option<Arc<dyn AtHand>>) -> Self {
        Self { at_hand, ..self }
    }

    /// Where bytes are looked for that the files name and do not hold.
    pub fn at_hand(&self) -> Option<Arc<dyn AtHand>> {
        self.at_hand.clone()
    }

    /// Every file, link and submodule, sorted by the bytes of the path.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entry at `path`.
    pub fn entry(&self, path: &str) -> Option<&Entry> {
        let at = self.entries.binary_search_by(|entry| entry.path.as_str().cmp(path)).ok()?;
        self.entries.get(at)
    }

    /// What the snapshot was asked for as: the revision, `index`, `worktree`, or the directory.
    pub fn spec(&self) -> &str {
        &self.spec
    }

    /// The id of the commit, if it is one's.
    pub fn commit(&self) -> Option<&str> {
        self.commit.as_deref()
    }

    /// The content of `entry` as git stores it (a link's text for a link), if it is at most `limit` bytes.
    ///
    /// # Errors
    /// When the content is missing, too large, or cannot be read; other entries are not concerned.
    pub fn read(&self, entry: &Entry, limit: u64) -> Result<Vec<u8>, ReadError> {
        match (&self.content, entry.oid) {
            _ if entry.mode == Mode::Submodule => Err(ReadError::Submodule { path: entry.path.clone() }),
            (Content::Repository { backend, .. }, Some(oid)) => backend.blob(&entry.path, oid, limit),
            (Content::Repository { worktree: Some(worktree), .. }, None) => worktree.read(entry, limit),
            (Content::Directory(root), _) => match read::open(entry, root)? {
                OnDisk::Link(text) => Ok(text),
                OnDisk::File(file, _) => read::bounded(&entry.path, file, limit),
            },
            (Content::Memory(files), _) => match files.get(&entry.path) {
                Some(bytes) => read::bounded(&entry.path, bytes.as_slice(), limit),
                None => Err(foreign(entry)),
            },
            (Content::Elsewhere(reader), _) => read::all(&entry.path, &*reader.content(entry)?, limit),
            (Content::Repository { worktree: None, .. }, None) => Err(foreign(entry)),
        }
    }

    /// The content of `entry`, to be read piece by piece: the file as it stands where there is one that git would store
    /// as it is, else what is held of a small object, and of a large one a copy in a temporary file.
    ///
    /// # Errors
    /// As [`Snapshot::read`], without a limit.
    pub fn large(&self, entry: &Entry) -> Result<Arc<dyn crate::domain::Content>, ReadError> {
        if let Some(content) = self.as_it_stands(entry)? {
            return Ok(content);
        }
        match self.read(entry, HELD) {
            Ok(bytes) => Ok(opened::of_bytes(bytes)),
            Err(ReadError::TooLarge { .. }) => large::spooled(entry, |sink| self.copy(entry, sink)),
            Err(error) => Err(error),
        }
    }

    /// The content of `entry` where it is read at its place: no object of git's, and nothing to be converted.
    fn as_it_stands(&self, entry: &Entry) -> Result<Option<Arc<dyn crate::domain::Content>>, ReadError> {
        let file = match (&self.content, entry.oid) {
            _ if entry.mode == Mode::Submodule => None,
            (Content::Repository { worktree: Some(worktree), .. }, None) => worktree.as_stored(entry)?,
            (Content::Directory(root), _) => match read::open(entry, root)? {
                OnDisk::File(file, _) => Some(file),
                OnDisk::Link(_) => None,
            },
            (Content::Elsewhere(reader), _) => return reader.content(entry).map(Some),
            _ => None,
        };
        file.map(|file| large::of_file(entry, file)).transpose()
    }

    /// The digest of the content of `entry`, and its size in bytes. Large contents are not held in memory.
    ///
    /// # Errors
    /// As [`Snapshot::read`], without a limit.
    pub fn digest(&self, entry: &Entry) -> Result<(Digest, u64), ReadError> {
        if let Some(content) = self.as_it_stands(entry)? {
            let digest = hashed::digest(&*content);
            let failed = |source| ReadError::Io { path: entry.path.clone(), source };
            return digest.map(|digest| (digest, content.size() as u64)).map_err(failed);
        }
        let mut hasher = blake3::Hasher::new();
        let size = self.copy(entry, &mut hasher)?;
        Ok((Digest::from_blake3(hasher.finalize()), size))
    }

    /// Writes the content of `entry` to `sink`, piece by piece, and gives its size in bytes.
    ///
    /// # Errors
    /// As [`Snapshot::read`], without a limit, and when `sink` refuses.
    pub fn copy(&self, entry: &Entry, sink: &mut dyn Write) -> Result<u64, ReadError> {
        match (&self.content, entry.oid) {
            _ if entry.mode == Mode::Submodule => Err(ReadError::Submodule { path: entry.path.clone() }),
            (Content::Repository { backend, .. }, Some(oid)) => backend.copy_blob(&entry.path, oid, sink),
            (Content::Repository { worktree: Some(worktree), .. }, None) => worktree.copy(entry, sink),
            (Content::Directory(root), _) => match read::open(entry, root)? {
                OnDisk::Link(text) => read::copy(&entry.path, text.as_slice(), sink),
                OnDisk::File(file, _) => read::copy(&entry.path, file, sink),
            },
            (Content::Elsewhere(reader), _) => read::pour(&entry.path, &*reader.content(entry)?, sink),
            _ => self.read(entry, u64::MAX).and_then(|bytes| read::copy(&entry.path, bytes.as_slice(), sink)),
        }
    }

    /// The only file under another path, its content where it was.
    #[must_use]
    pub fn with_only_file_at(mut self, path: String) -> Self {
        if let [entry] = self.entries.as_mut_slice() {
            entry.show_as(path);
        }
        self
    }
}

/// The error for an entry of another snapshot.
fn foreign(entry: &Entry) -> ReadError {
    ReadError::Io { path: entry.path.clone(), source: io::ErrorKind::NotFound.into() }
}
