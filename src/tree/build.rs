//! Sorted rows to chunks: one pass, with one chunk of every level in memory.

use super::boundary::Boundary;
use super::chunk::{Branch, Writing};
use super::{MAX_KEY, MAX_ROW, TreeError};
use crate::domain::Digest;

/// Builds a tree from rows that come in the order of their keys.
pub struct Builder<K> {
    keep: K,
    levels: Vec<Level>,
    last: Option<Vec<u8>>,
    chunks: u64,
}

/// A tree that was built.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Built {
    /// The name of its root.
    pub root: Digest,
    /// How many rows it has.
    pub rows: u64,
    /// How many bytes they have, without their keys.
    pub bytes: u64,
    /// How many chunks were given away for it.
    pub chunks: u64,
    /// How many levels they stand on.
    pub levels: usize,
}

/// The chunk of one level that is being written.
struct Level {
    writing: Writing,
    boundary: Boundary,
    first: Vec<u8>,
    rows: u64,
    bytes: u64,
    /// The only chunk of this level so far: it is the root, or goes into the level above as soon as there is another.
    only: Option<Branch>,
    is_first: bool,
}

impl Level {
    fn at(level: u8) -> Self {
        let (writing, boundary) = (Writing::at(level), Boundary::of(level));
        Self { writing, boundary, first: Vec::new(), rows: 0, bytes: 0, only: None, is_first: true }
    }

    /// Counts what an entry adds to the chunk, whose first key it may have.
    fn count(&mut self, key: &[u8], rows: u64, bytes: u64) {
        if self.writing.is_empty() {
            key.clone_into(&mut self.first);
        }
        self.rows += rows;
        self.bytes += bytes;
    }
}

impl<K: FnMut(&Digest, Vec<u8>) -> Result<(), String>> Builder<K> {
    /// A tree whose chunks are given to `keep`: those below before those above, the root last. A chunk may come twice.
    pub fn new(keep: K) -> Self {
        Self { keep, levels: vec![Level::at(0)], last: None, chunks: 0 }
    }

    /// Adds a row.
    ///
    /// # Errors
    /// [`TreeError::Unordered`] when its key is not above the one before, [`TreeError::TooLong`], [`TreeError::Sink`].
    pub fn push(&mut self, key: &[u8], value: &[u8]) -> Result<(), TreeError> {
        let shown = || String::from_utf8_lossy(key.get(..MAX_KEY).unwrap_or(key)).into_owned();
        if self.last.as_deref().is_some_and(|last| last >= key) {
            return Err(TreeError::Unordered { key: shown() });
        }
        if key.len() > MAX_KEY || value.len() > MAX_ROW {
            return Err(TreeError::TooLong { key: shown(), length: key.len().max(value.len()) });
        }
        key.clone_into(self.last.get_or_insert_default());
        let Some(leaf) = self.levels.first_mut() else { return Ok(()) };
        leaf.count(key, 1, value.len() as u64);
        let length = leaf.writing.row(key, value);
        if leaf.boundary.ends_after(key, length) { self.close(0) } else { Ok(()) }
    }

    /// The tree of all rows that were added.
    ///
    /// # Errors
    /// [`TreeError::Sink`].
    pub fn finish(mut self) -> Result<Built, TreeError> {
        let mut at = 0;
        while let Some(level) = self.levels.get(at) {
            // A tree without rows is one leaf without entries.
            if !level.writing.is_empty() || (at == 0 && level.is_first) {
                self.close(at)?;
            }
            if let Some(only) = self.levels.get_mut(at).and_then(|level| level.only.take()) {
                let (rows, bytes, chunks) = (only.rows, only.bytes, self.chunks);
                return Ok(Built { root: only.digest(), rows, bytes, chunks, levels: at + 1 });
            }
            at += 1;
        }
        Err(TreeError::Sink("the tree has no root".to_owned()))
    }

    /// Ends the chunk of level `at`, and enters it into the level above where it is not the only one.
    fn close(&mut self, at: usize) -> Result<(), TreeError> {
        let Some(level) = self.levels.get_mut(at) else { return Ok(()) };
        let (chunk, first) = (level.writing.take(), std::mem::take(&mut level.first));
        let (rows, bytes) = (std::mem::take(&mut level.rows), std::mem::take(&mut level.bytes));
        let (only, is_first) = (level.only.take(), std::mem::replace(&mut level.is_first, false));
        let hash = self.kept(chunk)?;
        let branch = Branch { first, hash, rows, bytes };
        if is_first {
            if let Some(level) = self.levels.get_mut(at) {
                level.only = Some(branch);
            }
            return Ok(());
        }
        only.into_iter().chain([branch]).try_for_each(|branch| self.enter(at + 1, &branch))
    }

    fn enter(&mut self, at: usize, branch: &Branch) -> Result<(), TreeError> {
        if self.levels.len() == at {
            self.levels.push(Level::at(u8::try_from(at).unwrap_or(u8::MAX)));
        }
        let Some(level) = self.levels.get_mut(at) else { return Ok(()) };
        level.count(&branch.first, branch.rows, branch.bytes);
        let length = level.writing.branch(branch);
        if level.boundary.ends_after(&branch.first, length) { self.close(at) } else { Ok(()) }
    }

    fn kept(&mut self, chunk: Vec<u8>) -> Result<blake3::Hash, TreeError> {
        let hash = blake3::hash(&chunk);
        self.chunks += 1;
        (self.keep)(&Digest::from_blake3(hash), chunk).map_err(TreeError::Sink)?;
        Ok(hash)
    }
}
