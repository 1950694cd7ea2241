//! Where a chunk ends: decided by the entries themselves, so that an edit moves no boundary but its own.

/// How long chunks are on average, in bytes. Small ones make a diff cheap, large ones a push: 1,000,000 documents of
/// 200 bytes are some 3,000 chunks, and one changed document costs one of them.
const TARGET: u64 = 64 << 10;
/// No chunk is shorter, but the last one of a level.
const LEAST: u64 = TARGET / 4;
/// A chunk that is longer ends whatever the keys say. After such an end the chunks are the usual ones again at the next
/// key that ends one.
const MOST: u64 = TARGET * 4;

/// Tells the ends of the chunks of one level.
#[derive(Debug)]
pub(super) struct Boundary {
    level: u8,
    length: u64,
}

impl Boundary {
    pub(super) fn of(level: u8) -> Self {
        Self { level, length: 0 }
    }

    /// Whether the chunk ends after the entry with `key`, which takes `length` bytes of it.
    pub(super) fn ends_after(&mut self, key: &[u8], length: usize) -> bool {
        let length = length as u64;
        self.length += length;
        let is_end = self.length >= MOST || (self.length >= LEAST && self.is_chosen(key, length));
        if is_end {
            self.length = 0;
        }
        is_end
    }

    /// Whether the hash of the key chooses it: in proportion to the entry's length, so that chunks have about the same
    /// length whatever the rows'.
    fn is_chosen(&self, key: &[u8], length: u64) -> bool {
        let mut hasher = blake3::Hasher::new();
        hasher.update(&[self.level]).update(key);
        let mut head = [0; 8];
        hasher.finalize_xof().fill(&mut head);
        u128::from(u64::from_le_bytes(head)) * u128::from(TARGET - LEAST) < u128::from(length) << 64
    }
}
