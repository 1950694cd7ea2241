//! Sending: what the remote lacks, what is below before what is above.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::layout::{Key, PIECE};
use super::pieces::{Piece, Pieces};
use super::run::Run;
use super::{RemoteError, Stored};
use crate::domain::{AtHand as _, Content, Digest};
use crate::store::{ObjectSource as _, StoreError};
use crate::tree::{Branch, Chunk, Entries};

/// How old what is at the remote may be, and still be left as it is.
///
/// Somebody else's garbage collection may know nothing of the release that is about to be cut, and deletes what no release
/// needs and is older than the retention. So what a push relies on must be young: it is put again at half the retention.
/// Below a chunk that is left as it is nothing is looked at. So that what is there is young as well, a chunk is put again
/// at a quarter, one above it at an eighth, and so on: in sum that is never more than half.
#[derive(Debug, Clone, Copy)]
pub struct Freshness {
    /// The instant of the push: seconds since 1970.
    pub now: i64,
    /// How long what is needed must stay available, in seconds.
    pub retention: u64,
    /// Looks for everything, also below what is there, and puts right what has another length.
    pub is_thorough: bool,
}

/// What an object is to others, which decides how long it may be relied on.
#[derive(Debug, Clone, Copy)]
enum Rank {
    /// Nothing is below or above it.
    Alone,
    /// So many levels stand below it.
    Level(u32),
}

impl Freshness {
    fn is_young(&self, stored: &Stored, rank: Rank) -> bool {
        let halvings = match rank {
            Rank::Alone => 1,
            Rank::Level(level) => level.saturating_add(2).min(63),
        };
        let age = u64::try_from(self.now.saturating_sub(stored.modified)).unwrap_or_default();
        age <= self.retention >> halvings
    }
}

/// What the remote has under a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Absent,
    Old,
    Young,
    /// Something of another length: what a store that is none kept of an upload that was cut off, say.
    Wrong,
}

/// A run that sends.
struct Sending<'r> {
    run: &'r Run<'r>,
    freshness: Freshness,
}

impl Run<'_> {
    /// Sends the objects and the row trees that the remote lacks. See [`Run::faults`].
    pub fn push(&self, objects: &BTreeSet<Digest>, trees: &BTreeSet<Digest>, freshness: Freshness) {
        let sending = Sending { run: self, freshness };
        self.over(objects, trees, |digest| sending.object(digest, Rank::Alone), |root| sending.tree(root));
    }
}

impl Sending<'_> {
    /// Sends a row tree: what is below a chunk before the chunk. A remote that has a chunk has all that is below it.
    fn tree(&self, root: &Digest) -> Option<()> {
        match Chunk::read(root, &self.run.shelves) {
            Ok(chunk) => self.chunk(root, &chunk),
            Err(error) => self.not_here(root, self.run.unreadable(error)),
        }
    }

    fn chunk(&self, digest: &Digest, chunk: &Chunk) -> Option<()> {
        let rank = Rank::Level(chunk.level().into());
        let Entries::Branches(branches) = chunk.entries() else { return self.object(digest, rank) };
        if !self.freshness.is_thorough && self.is_relied_on(digest, rank)? {
            self.run.tally.there.object();
            return Some(());
        }
        self.run.all(branches, |branch| self.below(chunk, branch))?;
        self.object(digest, rank)
    }

    fn below(&self, chunk: &Chunk, branch: &Branch) -> Option<()> {
        if self.run.is_halted() {
            return None;
        }
        let digest = branch.digest();
        if chunk.level() == 1 {
            return self.object(&digest, Rank::Level(0));
        }
        match chunk.below(branch, &self.run.shelves) {
            Ok(below) => self.chunk(&digest, &below),
            Err(error) => self.not_here(&digest, self.run.unreadable(error)),
        }
    }

    /// Sends an object, whole or in pieces.
    fn object(&self, digest: &Digest, rank: Rank) -> Option<()> {
        if self.run.is_halted() {
            return None;
        }
        let Ok(content) = self.run.shelves.content(digest) else {
            let missing = || StoreError::Missing { digest: digest.clone(), path: self.run.large.display().to_string() };
            return self.not_here(digest, missing().into());
        };
        if content.size() as u64 > PIECE {
            return self.in_pieces(digest, &content, rank);
        }
        let (key, size) = (Key::of_object(digest), content.size() as u64);
        let state = self.run.note(self.state(&key, size, rank))?;
        let sent = if state == State::Young {
            self.run.tally.there.bytes(size);
            Ok(())
        } else {
            self.run.objects.get(digest).map_err(RemoteError::from).and_then(|bytes| self.put(&key, bytes, state))
        };
        self.run.note(sent)?;
        self.count(state);
        Some(())
    }

    /// Sends an object larger than a piece: its pieces, then the list of them.
    fn in_pieces(&self, digest: &Digest, content: &Arc<dyn Content>, rank: Rank) -> Option<()> {
        let (key, size) = (Key::of_pieces(digest), content.size() as u64);
        let state = self.run.note(self.state(&key, Pieces::length(size), above(rank)))?;
        if state == State::Young && !self.freshness.is_thorough {
            self.run.tally.there.object();
            self.run.tally.there.bytes(size);
            return Some(());
        }
        let pieces = self.run.note(self.cut(digest, content))?;
        self.run.all(&pieces.all(), |piece| self.piece(digest, content, piece))?;
        if state != State::Young {
            self.run.note(self.put(&key, pieces.encode(), state))?;
        }
        self.count(state);
        Some(())
    }

    fn piece(&self, whole: &Digest, content: &Arc<dyn Content>, piece: &Piece<'_>) -> Option<()> {
        if self.run.is_halted() {
            return None;
        }
        let key = Key::of_object(piece.digest);
        let state = self.run.note(self.state(&key, piece.size, Rank::Level(0)))?;
        if state == State::Young {
            self.run.tally.there.bytes(piece.size);
            return Some(());
        }
        let bytes = self.run.note(self.read(whole, content, piece.offset, piece.size))?;
        // The file was read before, to know its pieces. What is sent is what its key says, whatever became of it since.
        let bytes = if Digest::of(&bytes) == *piece.digest { Ok(bytes) } else { Err(self.damaged(whole)) };
        self.run.note(bytes.and_then(|bytes| self.put(&key, bytes, state)))
    }

    /// What pieces `content` consists of, when it is what `digest` says.
    fn cut(&self, digest: &Digest, content: &Arc<dyn Content>) -> Result<Pieces, RemoteError> {
        let size = content.size() as u64;
        let (mut whole, mut digests) = (blake3::Hasher::new(), Vec::new());
        for number in 0..size.div_ceil(PIECE) {
            let offset = number * PIECE;
            let bytes = self.read(digest, content, offset, PIECE.min(size - offset))?;
            whole.update(&bytes);
            digests.push(Digest::of(&bytes));
        }
        let is_whole = Digest::from_blake3(whole.finalize()) == *digest;
        if is_whole { Ok(Pieces { size, digests }) } else { Err(self.damaged(digest)) }
    }

    fn read(&self, whole: &Digest, content: &Arc<dyn Content>, at: u64, size: u64) -> Result<Vec<u8>, RemoteError> {
        let mut bytes = vec![0; usize::try_from(size).unwrap_or_default()];
        let offset = usize::try_from(at).unwrap_or(usize::MAX);
        match content.read_at(offset, &mut bytes) {
            Ok(read) if read == bytes.len() => Ok(bytes),
            _ => Err(self.damaged(whole)),
        }
    }

    /// Why the object of this clone is not to be had, though it was a moment ago.
    fn damaged(&self, digest: &Digest) -> RemoteError {
        match self.run.objects.check(digest) {
            Err(error) => error.into(),
            Ok(_) => StoreError::Missing { digest: digest.clone(), path: self.run.large.display().to_string() }.into(),
        }
    }

    fn put(&self, key: &Key, bytes: Vec<u8>, state: State) -> Result<(), RemoteError> {
        let size = bytes.len() as u64;
        let count = match state {
            State::Young => return Ok(()),
            State::Old | State::Wrong => {
                self.run.remote.renew(key, bytes)?;
                if state == State::Old { &self.run.tally.renewed } else { &self.run.tally.mended }
            }
            State::Absent if self.run.remote.create(key, bytes)? => &self.run.tally.moved,
            // Somebody else was faster.
            State::Absent => {
                self.state(key, size, Rank::Alone)?;
                &self.run.tally.there
            }
        };
        count.bytes(size);
        Ok(())
    }

    fn count(&self, state: State) {
        match state {
            State::Absent => self.run.tally.moved.object(),
            State::Old => self.run.tally.renewed.object(),
            State::Wrong => self.run.tally.mended.object(),
            State::Young => self.run.tally.there.object(),
        }
    }

    /// What the remote has under `key`, where `size` bytes belong.
    fn state(&self, key: &Key, size: u64, rank: Rank) -> Result<State, RemoteError> {
        match self.run.remote.stat(key)? {
            None => Ok(State::Absent),
            Some(stored) if stored.size != size && self.freshness.is_thorough => Ok(State::Wrong),
            Some(stored) if stored.size != size => {
                let key = self.run.remote.shown_key(key);
                Err(RemoteError::Length { key, expected: size, found: stored.size })
            }
            Some(stored) if self.freshness.is_young(&stored, rank) => Ok(State::Young),
            Some(_) => Ok(State::Old),
        }
    }

    /// Whether the chunk is at the remote, and young enough that all below it is.
    fn is_relied_on(&self, digest: &Digest, rank: Rank) -> Option<bool> {
        let content = self.run.shelves.content(digest).ok()?;
        let size = content.size() as u64;
        let state = match size > PIECE {
            true => self.state(&Key::of_pieces(digest), Pieces::length(size), above(rank)),
            false => self.state(&Key::of_object(digest), size, rank),
        };
        Some(self.run.note(state)? == State::Young)
    }

    /// What is not in this clone need not be sent, if the remote has it.
    fn not_here(&self, digest: &Digest, why: RemoteError) -> Option<()> {
        if !matches!(why, RemoteError::Here(StoreError::Missing { .. })) {
            return self.run.note(Err(why));
        }
        let has = |key: &Key| Ok(self.run.remote.stat(key)?.is_some());
        let found = has(&Key::of_object(digest)).and_then(|found| Ok(found || has(&Key::of_pieces(digest))?));
        if self.run.note(found)? {
            self.run.tally.there.object();
            return Some(());
        }
        let remote = self.run.remote.shown();
        self.run.note(Err(RemoteError::Nowhere { remote, digest: digest.clone() }))
    }
}

/// The rank of a list of pieces.
fn above(rank: Rank) -> Rank {
    match rank {
        Rank::Alone => Rank::Level(1),
        Rank::Level(level) => Rank::Level(level.saturating_add(1)),
    }
}

#[cfg(test)]
mod tests {
    use super::{Freshness, Key, Rank, Stored};

    #[test]
    fn what_is_relied_on_is_never_older_in_sum_than_half_the_retention() {
        let freshness = Freshness { now: 1_000_000, retention: 64_000, is_thorough: false };
        let oldest = |rank: Rank| {
            let stored = |age: i64| Stored { key: Key::of_check("x"), size: 0, modified: freshness.now - age };
            (0..64_000).step_by(500).take_while(|age| freshness.is_young(&stored(*age), rank)).last().unwrap()
        };
        assert_eq!(oldest(Rank::Alone), 32_000);
        assert_eq!([0, 1, 2].map(|level| oldest(Rank::Level(level))), [16_000, 8_000, 4_000]);
        assert!((0..6).map(|level| oldest(Rank::Level(level))).sum::<i64>() <= 32_000);
        let from_tomorrow = Stored { key: Key::of_check("x"), size: 0, modified: freshness.now + 9 };
        assert!(freshness.is_young(&from_tomorrow, Rank::Level(5)), "clocks differ");
    }
}
