//! Content that is read piece by piece: files too large to be held as text.

use std::fmt;
use std::io;
use std::sync::{Arc, Mutex, PoisonError};

/// Bytes that stand elsewhere and are read at any offset, from many threads at once.
pub trait Content: fmt::Debug + Send + Sync {
    /// How many bytes there are.
    fn size(&self) -> usize;

    /// Fills `into` with what stands at `offset`, and says how many bytes that were: fewer than asked for at the end.
    ///
    /// # Errors
    /// When the bytes can no longer be read.
    fn read_at(&self, offset: usize, into: &mut [u8]) -> io::Result<usize>;
}

/// How many bytes lie between two counts of lines.
const BLOCK: usize = 1 << 16;

/// Large content that knows its lines.
#[derive(Debug, Clone)]
pub(super) struct Large {
    content: Arc<dyn Content>,
    /// How many lines end before the end of each block, as far as places were asked for; each block is counted once.
    lines: Arc<Mutex<Vec<usize>>>,
}

impl Large {
    pub(super) fn new(content: Arc<dyn Content>) -> Self {
        Self { content, lines: Arc::default() }
    }

    pub(super) fn size(&self) -> usize {
        self.content.size()
    }

    /// What stands between `start` and `end`, as far as it can be read.
    pub(super) fn bytes(&self, start: usize, end: usize) -> Vec<u8> {
        let end = end.min(self.size());
        let mut bytes = vec![0; end.saturating_sub(start)];
        let read = self.content.read_at(start, &mut bytes).unwrap_or(0);
        bytes.truncate(read);
        bytes
    }

    pub(super) fn read_at(&self, offset: usize, into: &mut [u8]) -> io::Result<usize> {
        self.content.read_at(offset, into)
    }

    /// Line and column, from 1, of byte `offset`.
    pub(super) fn line_and_column(&self, offset: usize) -> (usize, usize) {
        let (block, ended) = self.counted(|block, _| block * BLOCK + BLOCK > offset);
        let before = self.bytes(block * BLOCK, offset);
        let line = ended + newlines(&before) + 1;
        let start = self.line_start(offset);
        (line, String::from_utf8_lossy(&self.bytes(start, offset)).chars().count() + 1)
    }

    /// The text of line `line` (from 1), without its end; of a very long one its beginning.
    pub(super) fn line(&self, line: usize) -> String {
        let (after, _) = self.counted(|_, ended| ended + 1 >= line);
        let (block, ended) = self.counted(|block, _| block + 1 >= after);
        let missing = line.saturating_sub(1 + ended);
        let bytes = self.bytes(block * BLOCK, (block + 3) * BLOCK);
        let found = bytes.split(|&byte| byte == b'\n').nth(missing).unwrap_or_default();
        String::from_utf8_lossy(found).trim_end_matches('\r').to_owned()
    }

    /// Where the line of byte `offset` begins; of a line longer than a block, a place in its midst.
    fn line_start(&self, offset: usize) -> usize {
        let from = offset.saturating_sub(BLOCK);
        let before = self.bytes(from, offset);
        before.iter().rposition(|&byte| byte == b'\n').map_or(from, |at| from + at + 1)
    }

    /// The first block that `is_far` holds for, or the last one, and how many lines end before it.
    fn counted(&self, is_far: impl Fn(usize, usize) -> bool) -> (usize, usize) {
        let mut counts = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut block, mut ended) = (0, 0);
        let mut bytes = Vec::new();
        while !is_far(block, ended) && (block + 1) * BLOCK < self.size() {
            if counts.len() == block {
                bytes.resize(BLOCK, 0);
                let read = self.read_at(block * BLOCK, &mut bytes).unwrap_or(0);
                counts.push(ended + newlines(bytes.get(..read).unwrap_or_default()));
            }
            ended = counts.get(block).copied().unwrap_or(ended);
            block += 1;
        }
        (block, ended)
    }
}

fn newlines(bytes: &[u8]) -> usize {
    // In pieces whose count fits a byte, which is many bytes at once for the processor.
    let count = |piece: &[u8]| usize::from(piece.iter().map(|&byte| u8::from(byte == b'\n')).sum::<u8>());
    let (pieces, rest) = bytes.as_chunks::<192>();
    pieces.iter().map(|piece| count(piece)).sum::<usize>() + count(rest)
}
