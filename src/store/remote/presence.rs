//! Looking: whether the remote holds what is needed, without fetching more than what says what else is needed.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use super::RemoteError;
use super::layout::{Key, PIECE};
use super::pieces::{self, Piece, Pieces};
use super::run::Run;
use crate::domain::{AtHand, Content, Digest, Unheld};
use crate::tree::{Branch, Chunk, Entries, MAX_ROW, TreeError};

/// A chunk longer than this is none, in bytes: one row may be as long as [`MAX_ROW`], and some stand beside it.
const LONGEST_CHUNK: u64 = 2 * MAX_ROW as u64;

impl Run<'_> {
    /// Looks for the objects and for every chunk of the row trees at the remote. See [`Run::faults`].
    pub fn look_for(&self, objects: &BTreeSet<Digest>, trees: &BTreeSet<Digest>) {
        self.over(objects, trees, |digest| self.look(digest), |root| self.look_below_root(root));
    }

    fn look(&self, digest: &Digest) -> Option<()> {
        if self.is_halted() {
            return None;
        }
        self.note(self.found(digest))??;
        self.tally.there.object();
        Some(())
    }

    fn found(&self, digest: &Digest) -> Result<Option<()>, RemoteError> {
        let key = Key::of_object(digest);
        if let Some(stored) = self.remote.stat(&key)? {
            let here = self.shelves.content(digest).map(|content| content.size() as u64);
            let expected = here.unwrap_or(stored.size.min(PIECE));
            return match stored.size == expected {
                true => Ok(Some(())),
                false => Err(self.remote.corrupt(&key, format!("{expected} bytes"), format!("{} bytes", stored.size))),
            };
        }
        let pieces = self.pieces_of(digest)?;
        Ok(self.all(&pieces.all(), |piece| self.note(self.found_piece(piece))))
    }

    fn found_piece(&self, piece: &Piece<'_>) -> Result<(), RemoteError> {
        let key = Key::of_object(piece.digest);
        match self.remote.stat(&key)? {
            Some(stored) if stored.size == piece.size => Ok(()),
            Some(stored) => {
                Err(self.remote.corrupt(&key, format!("{} bytes", piece.size), format!("{} bytes", stored.size)))
            }
            None => Err(self.missing(piece.digest)),
        }
    }

    fn look_below_root(&self, root: &Digest) -> Option<()> {
        self.look(root)?;
        self.look_below(&self.seen(Chunk::read(root, &Both(self)))?)
    }

    fn look_below(&self, chunk: &Chunk) -> Option<()> {
        let Entries::Branches(branches) = chunk.entries() else { return Some(()) };
        self.all(branches, |branch| self.look_at_branch(chunk, branch))
    }

    fn look_at_branch(&self, chunk: &Chunk, branch: &Branch) -> Option<()> {
        self.look(&branch.digest())?;
        if chunk.level() == 1 {
            return Some(());
        }
        self.look_below(&self.seen(chunk.below(branch, &Both(self)))?)
    }

    /// The chunk, if it is one. Why it is not to be had was noted when it was read.
    fn seen(&self, chunk: Result<Chunk, TreeError>) -> Option<Chunk> {
        match chunk {
            Err(TreeError::Unheld(_)) => None,
            chunk => self.note(chunk.map_err(RemoteError::Tree)),
        }
    }

    /// What pieces the remote keeps an object in.
    pub(super) fn pieces_of(&self, digest: &Digest) -> Result<Pieces, RemoteError> {
        let key = Key::of_pieces(digest);
        let list = self.remote.read(&key, pieces::LONGEST)?.ok_or_else(|| self.missing(digest))?;
        Pieces::decode(&list).ok_or_else(|| self.remote.corrupt(&key, "a list of pieces", "something else"))
    }

    pub(super) fn missing(&self, digest: &Digest) -> RemoteError {
        RemoteError::Missing { remote: self.remote.shown(), digest: digest.clone() }
    }

    /// The bytes of a chunk, held in memory.
    fn chunk_bytes(&self, digest: &Digest) -> Result<Vec<u8>, RemoteError> {
        let key = Key::of_object(digest);
        let bytes = match self.remote.read(&key, PIECE)? {
            Some(bytes) => bytes.to_vec(),
            None => self.joined(&self.pieces_of(digest)?, digest)?,
        };
        self.verify(&key, digest, &bytes)?;
        Ok(bytes)
    }

    fn joined(&self, pieces: &Pieces, digest: &Digest) -> Result<Vec<u8>, RemoteError> {
        if pieces.size > LONGEST_CHUNK {
            let found = format!("{} bytes", pieces.size);
            return Err(self.remote.corrupt(&Key::of_pieces(digest), "the pieces of a chunk", found));
        }
        let mut bytes = Vec::new();
        for piece in pieces.all() {
            let found = self.remote.read(&Key::of_object(piece.digest), PIECE)?;
            bytes.extend_from_slice(&found.ok_or_else(|| self.missing(piece.digest))?);
        }
        Ok(bytes)
    }
}

/// Chunks of this clone, or else of the remote.
struct Both<'r>(&'r Run<'r>);

impl fmt::Debug for Both<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Both").field(&self.0.remote).finish()
    }
}

impl AtHand for Both<'_> {
    fn bytes(&self, digest: &Digest) -> Result<Vec<u8>, Unheld> {
        let here = self.0.shelves.bytes(digest).ok();
        let found = here.or_else(|| self.0.note(self.0.chunk_bytes(digest)));
        found.ok_or_else(|| Unheld::Absent(digest.clone()))
    }

    fn content(&self, digest: &Digest) -> Result<Arc<dyn Content>, Unheld> {
        self.0.shelves.content(digest)
    }
}
