//! What this machine holds of the bytes that files name by their digest: large objects, and the caches of other tools.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::{ObjectSource as _, Objects, StoreError, bounded, opened};
use crate::domain::{AtHand, Content, Digest, Unheld};

/// The large objects of one clone.
#[derive(Debug)]
pub struct Shelves {
    objects: Objects,
    reads: AtomicU64,
}

impl Shelves {
    /// What is kept below the directory that all worktrees of a repository share.
    pub fn below(common_dir: &Path) -> Self {
        Self::of(&large(common_dir))
    }

    /// What is kept in the directory `large`.
    pub fn of(large: &Path) -> Self {
        Self { objects: Objects::open(large, Some(large)), reads: AtomicU64::new(0) }
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
        let path = self.objects.path_of(digest).map_err(|_| absent())?;
        bounded::open(&path).and_then(opened::content).map_err(|error| match error.kind() {
            io::ErrorKind::NotFound => absent(),
            _ => Unheld::Damaged { digest: digest.clone(), why: error.to_string() },
        })
    }

    fn reads(&self) -> u64 {
        self.reads.load(Ordering::Relaxed)
    }
}
