//! A place in a tree that goes on row by row, or past whole chunks at once.

use super::TreeError;
use super::chunk::{Branch, Chunk, Entries};
use crate::domain::{AtHand, Digest};

/// What stands at a cursor.
#[derive(Debug, Clone, Copy)]
pub(super) enum Standing<'c> {
    /// A row: key and value.
    Row(&'c [u8], &'c [u8]),
    /// A chunk that was not read yet, and its level.
    Chunk(&'c Branch, u8),
}

/// A place in a tree.
pub(super) struct Cursor<'h> {
    at_hand: &'h dyn AtHand,
    /// The chunks on the way from the root, each with the entry that is next.
    path: Vec<(Chunk, usize)>,
    /// How many chunks were read.
    pub(super) read: u64,
}

impl<'h> Cursor<'h> {
    /// Before the first row of the tree `root`.
    pub(super) fn at_start(root: &Digest, at_hand: &'h dyn AtHand) -> Result<Self, TreeError> {
        let chunk = Chunk::read(root, at_hand)?;
        let mut cursor = Self { at_hand, path: vec![(chunk, 0)], read: 1 };
        cursor.leave_ended();
        Ok(cursor)
    }

    /// What stands here; `None` at the end.
    pub(super) fn standing(&self) -> Option<Standing<'_>> {
        let (chunk, next) = self.path.last()?;
        Some(match chunk.entries() {
            Entries::Rows(rows) => {
                let (key, value) = rows.get(*next)?;
                Standing::Row(chunk.slice(key), chunk.slice(value))
            }
            Entries::Branches(branches) => Standing::Chunk(branches.get(*next)?, chunk.level() - 1),
        })
    }

    /// Goes past the row or the whole chunk that stands here.
    pub(super) fn pass(&mut self) {
        if let Some((_, next)) = self.path.last_mut() {
            *next += 1;
        }
        self.leave_ended();
    }

    /// Goes into the chunk that stands here.
    pub(super) fn enter(&mut self) -> Result<(), TreeError> {
        let Some((chunk, next)) = self.path.last_mut() else { return Ok(()) };
        if let Entries::Branches(branches) = chunk.entries()
            && let Some(branch) = branches.get(*next)
        {
            let below = chunk.below(branch, self.at_hand)?;
            *next += 1;
            self.read += 1;
            self.path.push((below, 0));
        }
        Ok(())
    }

    fn leave_ended(&mut self) {
        while self.path.last().is_some_and(|(chunk, next)| *next >= chunk.len()) {
            self.path.pop();
        }
    }
}
