//! Fetching: what is not in this clone, verified before it gets its name.

use std::collections::BTreeSet;

use super::RemoteError;
use super::layout::{Key, PIECE};
use super::partial::Partial;
use super::pieces::{Piece, Pieces};
use super::run::Run;
use crate::domain::Digest;
use crate::tree::{Branch, Chunk, Entries};

impl Run<'_> {
    /// Fetches the objects and the chunks of row trees that are not in this clone. See [`Run::faults`].
    ///
    /// Of a tree every chunk above the leaves is looked into, also where it is here: a run that was cut off may have left
    /// it without what is below.
    pub fn pull(&self, objects: &BTreeSet<Digest>, trees: &BTreeSet<Digest>) {
        self.over(objects, trees, |digest| self.fetch(digest), |root| self.fetch_tree(root));
    }

    fn fetch_tree(&self, root: &Digest) -> Option<()> {
        self.fetch(root)?;
        let chunk = Chunk::read(root, &self.shelves).map_err(|error| self.unreadable(error));
        self.fetch_below(&self.note(chunk)?)
    }

    fn fetch_below(&self, chunk: &Chunk) -> Option<()> {
        let Entries::Branches(branches) = chunk.entries() else { return Some(()) };
        self.all(branches, |branch| self.fetch_branch(chunk, branch))
    }

    fn fetch_branch(&self, chunk: &Chunk, branch: &Branch) -> Option<()> {
        self.fetch(&branch.digest())?;
        if chunk.level() == 1 {
            return Some(());
        }
        let below = chunk.below(branch, &self.shelves).map_err(|error| self.unreadable(error));
        self.fetch_below(&self.note(below)?)
    }

    fn fetch(&self, digest: &Digest) -> Option<()> {
        if self.is_halted() {
            return None;
        }
        if self.objects.contains(digest) {
            self.tally.there.object();
            return Some(());
        }
        self.note(self.fetched(digest))??;
        self.tally.moved.object();
        Some(())
    }

    /// Fetches the object, whole or in pieces; `None` when that failed for a piece.
    fn fetched(&self, digest: &Digest) -> Result<Option<()>, RemoteError> {
        let key = Key::of_object(digest);
        if let Some(bytes) = self.remote.read(&key, PIECE)? {
            self.verify(&key, digest, &bytes)?;
            let partial = Partial::open(&self.large, digest, bytes.len() as u64)?;
            partial.write(&bytes, 0)?;
            partial.place(&self.large, digest)?;
            self.tally.moved.bytes(bytes.len() as u64);
            return Ok(Some(()));
        }
        let pieces = self.pieces_of(digest)?;
        self.put_together(digest, &pieces)
    }

    fn put_together(&self, digest: &Digest, pieces: &Pieces) -> Result<Option<()>, RemoteError> {
        let partial = Partial::open(&self.large, digest, pieces.size)?;
        if self.all(&pieces.all(), |piece| self.note(self.fetch_piece(&partial, piece))).is_none() {
            return Ok(None);
        }
        let found = partial.digest()?;
        if found != *digest {
            partial.discard()?;
            return Err(self.remote.corrupt(&Key::of_pieces(digest), digest.as_str(), found.as_str()));
        }
        partial.place(&self.large, digest)?;
        Ok(Some(()))
    }

    fn fetch_piece(&self, partial: &Partial, piece: &Piece<'_>) -> Result<(), RemoteError> {
        if self.is_halted() || partial.has(piece) {
            return Ok(());
        }
        let key = Key::of_object(piece.digest);
        let Some(bytes) = self.remote.read(&key, PIECE)? else {
            return Err(self.missing(piece.digest));
        };
        self.verify(&key, piece.digest, &bytes)?;
        partial.write(&bytes, piece.offset)?;
        self.tally.moved.bytes(piece.size);
        Ok(())
    }

    pub(super) fn verify(&self, key: &Key, digest: &Digest, bytes: &[u8]) -> Result<(), RemoteError> {
        let found = Digest::of(bytes);
        match found == *digest {
            true => Ok(()),
            false => Err(self.remote.corrupt(key, digest.as_str(), format!("{found} ({} bytes)", bytes.len()))),
        }
    }
}
