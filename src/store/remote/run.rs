//! Runs over many objects at once: how many threads, what was done, what was wrong.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

use super::{Remote, RemoteError};
use crate::domain::{Digest, Unheld};
use crate::store::{ObjectSource as _, Objects, Shelves, StoreError, at_hand};
use crate::tree::TreeError;

/// What a run did so far; also while it is at work.
#[derive(Debug, Default)]
pub struct Tally {
    pub(super) moved: Count,
    pub(super) renewed: Count,
    pub(super) there: Count,
}

/// How many objects, and how many bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moved {
    /// Objects; one of many pieces is one.
    pub objects: u64,
    /// Their bytes, without those that did not have to be moved.
    pub bytes: u64,
}

#[derive(Debug, Default)]
pub(super) struct Count {
    objects: AtomicU64,
    bytes: AtomicU64,
}

impl Count {
    pub(super) fn object(&self) {
        self.objects.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn bytes(&self, bytes: u64) {
        self.bytes.fetch_add(bytes, Ordering::Relaxed);
    }

    fn get(&self) -> Moved {
        Moved { objects: self.objects.load(Ordering::Relaxed), bytes: self.bytes.load(Ordering::Relaxed) }
    }
}

impl Tally {
    /// What was sent or fetched.
    pub fn moved(&self) -> Moved {
        self.moved.get()
    }

    /// What was at the remote, and was sent again because it is old.
    pub fn renewed(&self) -> Moved {
        self.renewed.get()
    }

    /// What was there already, as far as it was looked for.
    pub fn there(&self) -> Moved {
        self.there.get()
    }
}

/// Objects between one clone and one remote, many at once.
#[derive(Debug)]
pub struct Run<'r> {
    pub(super) remote: &'r Remote,
    pub(super) tally: &'r Tally,
    /// Where the clone keeps its large objects.
    pub(super) large: PathBuf,
    pub(super) objects: Objects,
    pub(super) shelves: Shelves,
    pool: rayon::ThreadPool,
    faults: Mutex<Vec<RemoteError>>,
    is_halted: AtomicBool,
}

impl<'r> Run<'r> {
    /// A run between `remote` and the clone whose worktrees share `common_dir`, that asks for `jobs` things at once.
    ///
    /// # Errors
    /// When so many threads cannot be started.
    pub fn between(remote: &'r Remote, common_dir: &Path, jobs: usize, tally: &'r Tally) -> Result<Self, RemoteError> {
        let large = at_hand::large(common_dir);
        let pool = rayon::ThreadPoolBuilder::new().num_threads(jobs).build();
        let pool = pool.map_err(|error| StoreError::io("start threads for", &large)(std::io::Error::other(error)))?;
        Ok(Self {
            remote,
            tally,
            objects: Objects::open(&large, Some(&large)),
            shelves: Shelves::below(common_dir),
            large,
            pool,
            faults: Mutex::default(),
            is_halted: AtomicBool::new(false),
        })
    }

    /// What was wrong, sorted. What is wrong with one object does not stop the others; a remote that does not answer does.
    pub fn faults(self) -> Vec<RemoteError> {
        let mut faults = self.faults.into_inner().unwrap_or_else(PoisonError::into_inner);
        faults.sort_by_cached_key(|fault| (fault.is_integrity(), fault.to_string()));
        faults.dedup_by_key(|fault| fault.to_string());
        faults
    }

    /// Does `each` for every object, many at once, then `whole` for the row trees, one after the other: what two of them
    /// share is known to be done when the second one comes to it.
    pub(super) fn over(
        &self,
        objects: &BTreeSet<Digest>,
        trees: &BTreeSet<Digest>,
        each: impl Fn(&Digest) -> Option<()> + Sync,
        whole: impl Fn(&Digest) -> Option<()> + Sync,
    ) {
        self.pool.install(|| {
            objects.par_iter().for_each(|digest| _ = each(digest));
            trees.iter().for_each(|root| _ = whole(root));
        });
    }

    /// Does `each` for all of `items`, many at once; `None` when it failed for one of them.
    pub(super) fn all<T: Sync>(&self, items: &[T], each: impl Fn(&T) -> Option<()> + Send + Sync) -> Option<()> {
        let done: Vec<Option<()>> = items.par_iter().map(each).collect();
        done.into_iter().collect()
    }

    /// Remembers what went wrong; `None` then, and also when something went wrong that concerns everything.
    pub(super) fn note<T>(&self, result: Result<T, RemoteError>) -> Option<T> {
        match result {
            Ok(_) if self.is_halted.load(Ordering::Relaxed) => None,
            Ok(value) => Some(value),
            Err(fault) => {
                // What comes after the first one that concerns everything says the same again.
                let says_more = fault.is_integrity() || !self.is_halted.swap(true, Ordering::Relaxed);
                if says_more {
                    self.faults.lock().unwrap_or_else(PoisonError::into_inner).push(fault);
                }
                None
            }
        }
    }

    /// Whether it is of no use to go on.
    pub(super) fn is_halted(&self) -> bool {
        self.is_halted.load(Ordering::Relaxed)
    }

    /// What it means that a chunk cannot be read.
    pub(super) fn unreadable(&self, error: TreeError) -> RemoteError {
        match error {
            // Said by the store, with what to do about it.
            TreeError::Unheld(Unheld::Absent(digest) | Unheld::Damaged { digest, .. }) => {
                match self.objects.check(&digest) {
                    Err(error) => error.into(),
                    Ok(_) => RemoteError::Tree(TreeError::Unheld(Unheld::Absent(digest))),
                }
            }
            error => RemoteError::Tree(error),
        }
    }
}
