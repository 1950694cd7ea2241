//! A whole tree held against itself: every chunk, and what the chunks above say of those below.

use super::TreeError;
use super::chunk::{Branch, Chunk, Entries};
use crate::domain::{AtHand, Digest};

/// What a tree holds, as far as it could be read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Totals {
    /// How many rows.
    pub rows: u64,
    /// How many bytes they have, without their keys.
    pub bytes: u64,
    /// How many chunks were read.
    pub chunks: u64,
}

/// Reads every chunk of the tree `root`, one path of them in memory at a time, and hands each fault to `fault`: chunks that
/// are not to be had, are malformed, or do not hold what the chunk above says. What is below a chunk that is not to be
/// had is passed over, and counts as the chunk above says.
pub fn check(root: &Digest, at_hand: &dyn AtHand, fault: &mut dyn FnMut(TreeError)) -> Totals {
    let mut checking = Checking { at_hand, fault, last: None, chunks: 0 };
    let (rows, bytes) = match Chunk::read(root, at_hand) {
        Ok(chunk) => checking.chunk(root, &chunk),
        Err(error) => {
            (checking.fault)(error);
            (0, 0)
        }
    };
    Totals { rows, bytes, chunks: checking.chunks }
}

struct Checking<'c> {
    at_hand: &'c dyn AtHand,
    fault: &'c mut dyn FnMut(TreeError),
    /// The last key of the leaf before.
    last: Option<Vec<u8>>,
    chunks: u64,
}

impl Checking<'_> {
    /// Rows and bytes of a chunk and all below it.
    fn chunk(&mut self, digest: &Digest, chunk: &Chunk) -> (u64, u64) {
        self.chunks += 1;
        match chunk.entries() {
            Entries::Rows(rows) => {
                let first = rows.first().map(|(key, _)| chunk.slice(key));
                if self.last.as_deref().is_some_and(|last| first.is_some_and(|first| first <= last)) {
                    self.malformed(digest, "its keys are not above those before it");
                }
                self.last = rows.last().map(|(key, _)| chunk.slice(key).to_vec()).or(self.last.take());
                (rows.len() as u64, rows.iter().map(|(_, value)| value.len() as u64).sum())
            }
            Entries::Branches(branches) => branches.iter().fold((0, 0), |(rows, bytes): (u64, u64), branch| {
                let (more_rows, more_bytes) = self.below(chunk, branch);
                (rows.saturating_add(more_rows), bytes.saturating_add(more_bytes))
            }),
        }
    }

    fn below(&mut self, above: &Chunk, branch: &Branch) -> (u64, u64) {
        let told = (branch.rows, branch.bytes);
        match above.below(branch, self.at_hand) {
            Err(error) => (self.fault)(error),
            Ok(chunk) => {
                if self.chunk(&branch.digest(), &chunk) != told {
                    self.malformed(
                        &branch.digest(),
                        "it holds another number of rows or bytes than the chunk above says",
                    );
                }
            }
        }
        told
    }

    fn malformed(&mut self, digest: &Digest, why: &'static str) {
        (self.fault)(TreeError::Malformed { digest: digest.clone(), why });
    }
}
