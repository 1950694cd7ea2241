//! What has shipped: the lock, the release records, and the objects that hold the bytes.

mod file;
mod files;
mod named;

pub(super) use file::{ShippedFile, snapshot};
pub(super) use files::{files_of_release, release};
pub(super) use named::{Named, find, side};

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::domain::{Digest, SourceFile};
use crate::git::{Repository, Snapshot, Source, Tag};
use crate::lock::record::{self, Record};
use crate::lock::{self, Lock, ReleaseName};
use crate::report::Unreadable;
use crate::store::durable::is_leftover;
use crate::store::{at_hand, bounded, objects};

/// A lock or record larger than this is none, in bytes.
pub(super) const LARGEST: u64 = 64 << 20;
/// Where the records stand.
const RELEASES: &str = "releases";

/// Where releases are read from: the worktree, in a bare repository the commit `HEAD`.
#[derive(Debug, Clone)]
pub(super) enum Shelf {
    /// Files of the worktree, the directory of the large objects, and whether `HEAD` holds releases though the
    /// worktree has no `pv.lock`.
    Worktree(PathBuf, PathBuf, bool),
    /// Files of a commit, and the directory of the large objects.
    Commit(Arc<Snapshot>, PathBuf),
}

/// `pv.lock` is gone, and releases are there.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[error("{} is missing, and release `{newest}` was cut", lock::PATH)]
#[diagnostic(
    code("lock::missing"),
    help("`git checkout HEAD -- pv.lock` brings it back, or `git checkout pv/{newest} -- pv.lock`")
)]
pub(super) struct LockMissing {
    /// The release that was cut last.
    pub(super) newest: ReleaseName,
}

impl Shelf {
    /// The shelf of a repository.
    ///
    /// # Errors
    /// When git cannot read `HEAD`.
    pub(super) fn of(repository: &Repository) -> miette::Result<Self> {
        let large = large(repository);
        if let Some(root) = repository.workdir() {
            // Between a first record and its lock, an interrupted run has committed nothing.
            let lacks_lock = std::fs::symlink_metadata(root.join(lock::PATH)).is_err();
            let is_lost = lacks_lock && root.join(RELEASES).is_dir() && has_releases(&head(repository)?);
            return Ok(Self::Worktree(root.to_owned(), large, is_lost));
        }
        Ok(Self::Commit(Arc::new(head(repository)?), large))
    }

    /// The shelf of the commit that a tag points to; `None` when this clone does not have it.
    pub(super) fn tagged(repository: &Repository, tag: &Tag) -> Option<Self> {
        let snapshot = repository.snapshot(&Source::Revision(tag.target.to_string())).ok()?;
        Some(Self::Commit(Arc::new(snapshot), large(repository)))
    }

    /// The directory of the large objects.
    fn large(&self) -> &Path {
        match self {
            Self::Worktree(_, large, _) | Self::Commit(_, large) => large,
        }
    }

    /// The shelf of the files of `snapshot`, a commit or an index.
    pub(super) fn at(repository: &Repository, snapshot: Arc<Snapshot>) -> Self {
        Self::Commit(snapshot, large(repository))
    }

    /// The file at `path`; `None` when it is absent.
    fn file(&self, path: &str) -> miette::Result<Option<Vec<u8>>> {
        match self {
            Self::Worktree(root, ..) => on_disk(&root.join(path)).map_err(|error| unreadable(path, &error)),
            Self::Commit(snapshot, _) => match snapshot.entry(path) {
                Some(entry) if entry.mode.is_file() => {
                    snapshot.read(entry, LARGEST).map(Some).map_err(|error| unreadable(path, &error))
                }
                Some(_) => Err(unreadable(path, &"it is not a regular file")),
                None => Ok(None),
            },
        }
    }

    /// Whether the worktree or the commit itself holds the object `digest`: it comes and goes with git.
    pub(super) fn holds(&self, digest: &Digest) -> bool {
        let Ok(path) = objects::relative_path(digest) else { return false };
        match self {
            Self::Worktree(root, ..) => root.join(path).is_file(),
            Self::Commit(snapshot, _) => snapshot.entry(&path).is_some(),
        }
    }

    /// The file at `path`, as far as it can be read; [`Shelf::lock`] and [`Shelf::record`] say why it cannot.
    pub(super) fn read(&self, path: &str) -> Option<Vec<u8>> {
        self.file(path).ok().flatten()
    }

    fn source(&self, path: &str) -> miette::Result<Option<SourceFile>> {
        let text = self.file(path)?.map(|bytes| {
            String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
        });
        Ok(text.map(|text| SourceFile::new(path, text)))
    }

    /// The lock of the latest release; `None` before the first one.
    ///
    /// # Errors
    /// When it cannot be read: conflict markers, a newer format, a truncated file. [`LockMissing`] when it is gone.
    pub(super) fn lock(&self) -> miette::Result<Option<Lock>> {
        let Some(file) = self.source(lock::PATH)? else { return self.without_lock() };
        lock::decode(&file).map(Some).map_err(|problems| Unreadable::new(lock::PATH, problems).into())
    }

    fn without_lock(&self) -> miette::Result<Option<Lock>> {
        if matches!(self, Self::Worktree(_, _, false)) {
            return Ok(None);
        }
        match self.records()?.into_iter().max_by(|a, b| (&a.cut, &a.name).cmp(&(&b.cut, &b.name))) {
            Some(newest) => Err(LockMissing { newest: newest.name }.into()),
            None => Ok(None),
        }
    }

    /// The names of the releases that have a record, sorted.
    pub(super) fn releases(&self) -> Vec<ReleaseName> {
        let mut names = self.folders();
        // One that cannot be read is there: whoever reads it is told.
        names.retain(|name: &ReleaseName| !matches!(self.file(&name.record_path()), Ok(None)));
        names
    }

    /// The names of the releases that have a folder, sorted: also those that are planned and not cut.
    pub(super) fn folders(&self) -> Vec<ReleaseName> {
        let directories: Vec<String> = match self {
            Self::Worktree(root, ..) => entries(&root.join(RELEASES)),
            Self::Commit(snapshot, _) => {
                let paths = snapshot.entries().iter().map(|entry| entry.path.as_str());
                paths.filter_map(release_of).map(str::to_owned).collect()
            }
        };
        let mut names: Vec<ReleaseName> = directories.iter().filter_map(|name| name.parse().ok()).collect();
        names.sort();
        names.dedup();
        names
    }

    /// The names of the releases that have a record or a tag, sorted: a tag whose record is gone is a fault.
    ///
    /// # Errors
    /// When git cannot read the tags.
    pub(super) fn tagged_or_recorded(&self, repository: &Repository) -> miette::Result<Vec<ReleaseName>> {
        let mut names = self.releases();
        names.extend(repository.tags("pv/")?.iter().filter_map(|tag| tag.name.strip_prefix("pv/")?.parse().ok()));
        names.sort();
        names.dedup();
        Ok(names)
    }

    /// The text of a release's record, as far as it can be read.
    pub(super) fn record_text(&self, name: &ReleaseName) -> Option<String> {
        Some(self.source(&name.record_path()).ok()??.text.to_string())
    }

    /// The files in a release's folder of evidence that can be read: their paths, and the digests of their content with
    /// LF line ends, which git may have changed.
    pub(super) fn evidence(&self, name: &ReleaseName) -> BTreeMap<String, Digest> {
        let folder = format!("{}/", name.evidence_folder());
        let paths: Vec<String> = match self {
            Self::Worktree(root, ..) => {
                entries(&root.join(&folder)).iter().map(|name| format!("{folder}{name}")).collect()
            }
            Self::Commit(snapshot, _) => {
                let paths = snapshot.entries().iter().map(|entry| &entry.path);
                paths.filter(|path| path.starts_with(&folder)).cloned().collect()
            }
        };
        let digest = |path: &str| {
            let text = String::from_utf8(self.read(path)?).ok()?;
            Some(Digest::of(text.replace("\r\n", "\n").as_bytes()))
        };
        paths.into_iter().filter_map(|path| digest(&path).map(|digest| (path, digest))).collect()
    }

    /// The text files right in the folder `folder` (with a slash at its end) that can be read: paths and texts, sorted.
    pub(super) fn texts_in(&self, folder: &str) -> Vec<(String, String)> {
        let mut paths: Vec<String> = match self {
            Self::Worktree(root, ..) => {
                let names = entries(&root.join(folder)).into_iter().filter(|name| !is_leftover(name));
                names.map(|name| format!("{folder}{name}")).collect()
            }
            Self::Commit(snapshot, _) => {
                let paths = snapshot.entries().iter().map(|entry| &entry.path);
                let is_in = |path: &&String| path.strip_prefix(folder).is_some_and(|name| !name.contains('/'));
                paths.filter(is_in).cloned().collect()
            }
        };
        paths.sort();
        let text = |path: String| {
            let text = String::from_utf8_lossy(&self.read(&path)?).into_owned();
            Some((path, text))
        };
        paths.into_iter().filter_map(text).collect()
    }

    /// The record of a release.
    ///
    /// # Errors
    /// When there is none, or it cannot be read.
    pub(super) fn record(&self, name: &ReleaseName) -> miette::Result<Record> {
        let Some(file) = self.source(&name.record_path())? else { return Err(self.unknown_release(name.as_str())) };
        record::decode(&file).map_err(|problems| Unreadable::new(name.record_path(), problems).into())
    }

    /// Every record, sorted by release name.
    ///
    /// # Errors
    /// When one cannot be read.
    pub(super) fn records(&self) -> miette::Result<Vec<Record>> {
        self.releases().iter().map(|name| self.record(name)).collect()
    }

    /// The error that there is no such release, with those that there are.
    pub(super) fn unknown_release(&self, name: &str) -> miette::Report {
        let known: Vec<String> = self.releases().iter().map(ToString::to_string).collect();
        let help = match known.as_slice() {
            [] => "nothing was released yet: `pv lock --name NAME --write` cuts the first release".to_owned(),
            names => format!("released were: {}", names.join(", ")),
        };
        miette::miette!(code = "lock::unknown_release", help = help, "there is no release `{name}`")
    }

    pub(super) fn named_record(&self, name: &str) -> miette::Result<Record> {
        let parsed: ReleaseName = name.parse().map_err(|_| self.unknown_release(name))?;
        self.record(&parsed)
    }
}

fn large(repository: &Repository) -> PathBuf {
    at_hand::large(repository.common_dir())
}

/// The commit `HEAD`; without one, no files.
fn head(repository: &Repository) -> miette::Result<Snapshot> {
    let source = match repository.head()? {
        Some(_) => Source::Revision("HEAD".to_owned()),
        None => Source::Empty,
    };
    Ok(repository.snapshot(&source)?)
}

fn has_releases(snapshot: &Snapshot) -> bool {
    snapshot.entries().iter().any(|entry| record_at(&entry.path).is_some())
}

/// The release in whose folder `path` stands.
fn release_of(path: &str) -> Option<&str> {
    Some(path.strip_prefix(RELEASES)?.strip_prefix('/')?.split_once('/')?.0)
}

/// The release whose record stands at `path`.
fn record_at(path: &str) -> Option<&str> {
    path.strip_prefix(RELEASES)?.strip_prefix('/')?.strip_suffix("/lock.toml")
}

/// The bytes of a regular file; `None` when nothing is there.
fn on_disk(path: &Path) -> io::Result<Option<Vec<u8>>> {
    match std::fs::symlink_metadata(path) {
        Ok(found) if found.is_symlink() => Err(io::Error::other("it is a symbolic link")),
        Ok(_) => bounded::read(path, LARGEST).map(Some),
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Ok(None),
        Err(error) => Err(error),
    }
}

fn unreadable(path: &str, error: &dyn std::fmt::Display) -> miette::Report {
    miette::miette!(
        code = "lock::unreadable",
        help = "put back a file that you may read: `git checkout HEAD -- <file>`",
        "{path} could not be read: {error}"
    )
}

fn entries(directory: &Path) -> Vec<String> {
    let Ok(read) = std::fs::read_dir(directory) else { return Vec::new() };
    read.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect()
}
