//! What this machine holds of the bytes that files name by their digest: large objects, and the caches of other tools.

mod annex;
mod cached;
mod dvc;
mod lfs;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::below::place_below;
use super::{ObjectSource as _, Objects, StoreError, bounded, opened};
use crate::domain::{AtHand, Content, Digest, Unheld};
use annex::Annex;
use dvc::Dvc;
use lfs::Lfs;

/// The large objects of one clone, the caches of Git LFS, DVC and git-annex in it, and its worktree.
#[derive(Debug)]
pub struct Shelves {
    objects: Objects,
    reads: AtomicU64,
    lfs: Option<Lfs>,
    dvc: Dvc,
    annex: Option<Annex>,
    worktree: Option<PathBuf>,
    common_dir: PathBuf,
}

/// Where other tools keep their contents for a repository.
#[derive(Debug, Clone, Copy)]
pub struct Caches<'p> {
    /// The objects of Git LFS.
    pub lfs: &'p Path,
    /// The worktree, whose files stand for themselves and where DVC has its cache.
    pub worktree: Option<&'p Path>,
}

impl Shelves {
    /// What is kept below the directory that all worktrees of a repository share.
    pub fn below(common_dir: &Path) -> Self {
        Self {
            annex: Some(Annex::below(common_dir)),
            common_dir: common_dir.to_owned(),
            ..Self::of(&large(common_dir))
        }
    }

    /// What is kept in the directory `large`, and nothing else.
    pub fn of(large: &Path) -> Self {
        Self {
            objects: Objects::open(large, Some(large)),
            reads: AtomicU64::new(0),
            lfs: None,
            dvc: Dvc::default(),
            annex: None,
            worktree: None,
            common_dir: PathBuf::new(),
        }
    }

    /// And the caches of other tools.
    #[must_use]
    pub fn beside(mut self, caches: &Caches<'_>) -> Self {
        // In a linked worktree, DVC may have its cache in the main one.
        let main = self.common_dir.parent().filter(|_| self.common_dir.ends_with(".git"));
        self.dvc = Dvc::at(caches.worktree.into_iter().chain(main));
        self.lfs = Some(Lfs::at(caches.lfs));
        self.worktree = caches.worktree.map(Path::to_owned);
        self
    }
}

/// Where a repository keeps its large objects.
pub fn large(common_dir: &Path) -> PathBuf {
    common_dir.join("pv").join("large")
}

impl AtHand for Shelves {
    fn bytes(&self, digest: &Digest) -> Result<Vec<u8>, Unheld> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        self.objects.get(digest).map_err(|error| match error {
            StoreError::Missing { .. } | StoreError::Foreign(_) => Unheld::Absent(digest.clone()),
            error => Unheld::Damaged { digest: digest.clone(), why: error.to_string() },
        })
    }

    fn content(&self, digest: &Digest) -> Result<Arc<dyn Content>, Unheld> {
        let absent = || Unheld::Absent(digest.clone());
        let found = match digest.algorithm() {
            "sha256" => {
                self.lfs.as_ref().ok_or(io::ErrorKind::NotFound.into()).and_then(|lfs| lfs.content(digest.hex()))
            }
            "md5" => self.dvc.content(digest.hex()),
            _ => self.object(digest),
        };
        found.map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => absent(),
            _ => Unheld::Damaged { digest: digest.clone(), why: error.to_string() },
        })
    }

    fn reads(&self) -> u64 {
        self.reads.load(Ordering::Relaxed)
    }

    fn keyed(&self, key: &str) -> Option<Arc<dyn Content>> {
        self.annex.as_ref()?.content(key).ok()
    }

    fn standing(&self, path: &str) -> Option<Arc<dyn Content>> {
        let place = place_below(self.worktree.as_deref()?, path).ok()?;
        bounded::open(&place).and_then(opened::content).ok()
    }
}

impl Shelves {
    fn object(&self, digest: &Digest) -> io::Result<Arc<dyn Content>> {
        let path = self.objects.path_of(digest).map_err(|_| io::ErrorKind::NotFound)?;
        bounded::open(&path).and_then(opened::content)
    }
}
