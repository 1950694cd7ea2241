//! What can go wrong with a row tree.

use crate::domain::{Digest, Unheld};

/// Why a tree cannot be built or read.
#[derive(Debug, thiserror::Error)]
pub enum TreeError {
    /// A chunk is not to be had.
    #[error(transparent)]
    Unheld(#[from] Unheld),
    /// The bytes are those that the digest names, and no chunk.
    #[error("{digest} is no chunk of a row tree: {why}")]
    Malformed {
        /// Which chunk.
        digest: Digest,
        /// What is wrong with it.
        why: &'static str,
    },
    /// A row came whose key does not come after the one before.
    #[error("the key `{key}` is not above the one before it")]
    Unordered {
        /// The key, as text.
        key: String,
    },
    /// A row is longer than [`super::MAX_ROW`], or its key than [`super::MAX_KEY`].
    #[error(
        "the row `{key}` is too long ({length} bytes): {} bytes are the limit, and {} for its key",
        super::MAX_ROW,
        super::MAX_KEY
    )]
    TooLong {
        /// Its key, as text.
        key: String,
        /// The length of the row, or of the key, in bytes.
        length: usize,
    },
    /// A chunk could not be kept.
    #[error("a chunk could not be written: {0}")]
    Sink(String),
}
