//! What a collection asks of a remote.

use super::layout::{Key, PIECE};
use super::pieces::{self, Pieces};
use super::{Remote, RemoteError, Stored};
use crate::domain::Digest;
use crate::tree::Chunk;

impl Remote {
    /// The pieces that the remote keeps the object `digest` in; none when it keeps no list of any.
    ///
    /// # Errors
    /// When the remote does not answer or refuses, and when the list is none.
    pub fn pieces(&self, digest: &Digest) -> Result<Vec<Digest>, RemoteError> {
        let key = Key::of_pieces(digest);
        let Some(list) = self.read(&key, pieces::LONGEST)? else { return Ok(Vec::new()) };
        let pieces = Pieces::decode(&list).ok_or_else(|| self.corrupt(&key, "a list of pieces", "something else"))?;
        Ok(pieces.digests)
    }

    /// How far `stored` is above what it names, as a number: whoever deletes begins with the highest, so that nothing is ever
    /// there that names what is not.
    ///
    /// # Errors
    /// When the remote does not answer, or refuses.
    pub fn height(&self, stored: &Stored) -> Result<u8, RemoteError> {
        if stored.key.is_pieces() {
            return Ok(u8::MAX);
        }
        let bytes = if stored.size <= PIECE { self.read(&stored.key, PIECE)? } else { None };
        Ok(bytes.and_then(|bytes| Chunk::decode(bytes.to_vec()).ok()).map_or(0, |chunk| chunk.level()))
    }
}
