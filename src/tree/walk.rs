//! A whole tree: its rows in order, and the chunks it consists of.

use super::TreeError;
use super::chunk::{Chunk, Entries};
use crate::domain::{AtHand, Digest};

/// Takes a row, key and value.
pub type Visit<'v, E> = dyn FnMut(&[u8], &[u8]) -> Result<(), E> + 'v;

/// Hands on every row of the tree `root`, key and value, in the order of the keys.
///
/// # Errors
/// When a chunk is not to be had or malformed, and whatever `visit` fails with.
pub fn each_row<E: From<TreeError>>(root: &Digest, at_hand: &dyn AtHand, visit: &mut Visit<'_, E>) -> Result<(), E> {
    rows_of(&Chunk::read(root, at_hand)?, at_hand, visit)
}

fn rows_of<E: From<TreeError>>(chunk: &Chunk, at_hand: &dyn AtHand, visit: &mut Visit<'_, E>) -> Result<(), E> {
    match chunk.entries() {
        Entries::Rows(rows) => rows.iter().try_for_each(|(key, value)| visit(chunk.slice(key), chunk.slice(value))),
        Entries::Branches(branches) => {
            branches.iter().try_for_each(|branch| rows_of(&chunk.below(branch, at_hand)?, at_hand, visit))
        }
    }
}

/// Names every chunk of the tree `root`, those above before those below. What is below a chunk is named only where
/// `visit` says so. Leaves are named and not read.
///
/// # Errors
/// When a chunk above the leaves is not to be had or malformed.
pub fn each_chunk(
    root: &Digest,
    at_hand: &dyn AtHand,
    visit: &mut dyn FnMut(&Digest) -> bool,
) -> Result<(), TreeError> {
    if visit(root) { chunks_below(&Chunk::read(root, at_hand)?, at_hand, visit) } else { Ok(()) }
}

fn chunks_below(chunk: &Chunk, at_hand: &dyn AtHand, visit: &mut dyn FnMut(&Digest) -> bool) -> Result<(), TreeError> {
    let Entries::Branches(branches) = chunk.entries() else { return Ok(()) };
    for branch in branches.iter() {
        let is_wanted = visit(&branch.digest());
        if is_wanted && chunk.level() > 1 {
            chunks_below(&chunk.below(branch, at_hand)?, at_hand, visit)?;
        }
    }
    Ok(())
}
