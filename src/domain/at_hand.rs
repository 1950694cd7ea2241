//! Bytes that files name by their digest and do not hold themselves: chunks of row trees, what pointers stand for.

use std::fmt;
use std::sync::Arc;

use super::{Content, Digest};

/// Where such bytes are looked for on this machine. Nothing is ever fetched from elsewhere.
pub trait AtHand: fmt::Debug + Send + Sync {
    /// The bytes named `digest`, held in memory and found to be what their name says.
    ///
    /// # Errors
    /// When they are not here, or are not what their name says.
    fn bytes(&self, digest: &Digest) -> Result<Vec<u8>, Unheld>;

    /// The content named `digest`, to be read piece by piece. What it digests to is not known before it was read.
    ///
    /// # Errors
    /// When it is not here.
    fn content(&self, digest: &Digest) -> Result<Arc<dyn Content>, Unheld>;

    /// How many contents were held in memory ([`AtHand::bytes`]) so far: what a comparison cost.
    fn reads(&self) -> u64 {
        0
    }

    /// The content that git-annex keeps under `key`; what it digests to is not known before it was read.
    fn keyed(&self, _key: &str) -> Option<Arc<dyn Content>> {
        None
    }

    /// The regular file that stands at `path` in the worktree, whatever it holds; none where a link leads there.
    fn standing(&self, _path: &str) -> Option<Arc<dyn Content>> {
        None
    }
}

/// Why bytes are not to be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unheld {
    /// Nothing of that name is on this machine.
    #[error("{0} is not on this machine")]
    Absent(Digest),
    /// They are not what their name says, or cannot be read.
    #[error("{digest} is damaged: {why}")]
    Damaged {
        /// The name.
        digest: Digest,
        /// What is wrong.
        why: String,
    },
}
