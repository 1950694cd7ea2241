//! The bytes of a Parquet file, as its reader asks for them, and no more of them than a page may have.

use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{ChunkReader, Length};

use crate::domain::Content;

/// A page that says it is longer, compressed or not, is refused. Writers make pages of about 1 MiB.
const LONGEST_PAGE: u64 = 128 << 20;
/// Of one piece no more than this is read at once: a footer, or a page.
const LONGEST_PIECE: usize = 256 << 20;
/// How much is read ahead, in bytes.
const AHEAD: usize = 64 << 10;

/// A file, read in pieces.
#[derive(Debug)]
pub(super) struct Pieces {
    content: Arc<dyn Content>,
    checks: Arc<AtomicBool>,
}

/// Whether what is read are pages, whose heads are looked at first.
pub(super) struct Checked(Arc<AtomicBool>);

impl Checked {
    /// From now on they are.
    pub(super) fn on(&self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

impl Pieces {
    pub(super) fn of(content: Arc<dyn Content>) -> Self {
        Self { content, checks: Arc::default() }
    }

    pub(super) fn checked(&self) -> Checked {
        Checked(self.checks.clone())
    }
}

impl Length for Pieces {
    fn len(&self) -> u64 {
        self.content.size() as u64
    }
}

impl ChunkReader for Pieces {
    type T = Piece;

    fn get_read(&self, start: u64) -> Result<Piece> {
        let at = usize::try_from(start).unwrap_or(usize::MAX);
        let mut piece = Piece { content: self.content.clone(), at, ahead: Vec::new(), taken: 0 };
        if self.checks.load(Ordering::Relaxed) {
            piece.fill()?;
            if let Some(size) = page_size(&piece.ahead).filter(|size| *size > LONGEST_PAGE) {
                return Err(ParquetError::General(format!("a page says that it has {size} bytes")));
            }
        }
        Ok(piece)
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        let at = usize::try_from(start).unwrap_or(usize::MAX);
        let is_inside = at.checked_add(length).is_some_and(|end| end <= self.content.size());
        if !is_inside || length > LONGEST_PIECE {
            return Err(ParquetError::EOF(format!("{length} bytes at {start} are asked for")));
        }
        let mut bytes = vec![0; length];
        let read = self.content.read_at(at, &mut bytes)?;
        bytes.truncate(read);
        if read < length { Err(ParquetError::EOF("the file is cut off".to_owned())) } else { Ok(bytes.into()) }
    }
}

/// Reads on from a place.
pub(super) struct Piece {
    content: Arc<dyn Content>,
    at: usize,
    ahead: Vec<u8>,
    taken: usize,
}

impl Piece {
    fn fill(&mut self) -> io::Result<()> {
        self.ahead.resize(AHEAD, 0);
        let read = self.content.read_at(self.at, &mut self.ahead)?;
        self.ahead.truncate(read);
        self.at += read;
        self.taken = 0;
        Ok(())
    }
}

impl Read for Piece {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.taken == self.ahead.len() {
            self.fill()?;
        }
        let mut rest = self.ahead.get(self.taken..).unwrap_or_default();
        let read = rest.read(into)?;
        self.taken += read;
        Ok(read)
    }
}

/// The larger one of the sizes in the head of a page, where `bytes` begin with one: in Thrift's compact form the fields
/// 1 (type), 2 (size) and 3 (compressed size), all of them zigzag integers.
fn page_size(bytes: &[u8]) -> Option<u64> {
    let mut at = 0;
    let sort = field(bytes, &mut at, 1)?;
    let (size, compressed) = (field(bytes, &mut at, 2)?, field(bytes, &mut at, 3)?);
    (sort <= 3).then_some(size.max(compressed))
}

/// The integer field `number` at `at`: with its distance from the one before, or with its own number.
fn field(bytes: &[u8], at: &mut usize, number: u64) -> Option<u64> {
    const INTEGER: u8 = 5;
    match *bytes.get(*at)? {
        0x15 => *at += 1,
        INTEGER => {
            *at += 1;
            (zigzag(bytes, at)? == number).then_some(())?;
        }
        _ => return None,
    }
    zigzag(bytes, at)
}

/// A zigzag varint that is not negative.
fn zigzag(bytes: &[u8], at: &mut usize) -> Option<u64> {
    let mut value = 0_u64;
    for shift in (0..63).step_by(7) {
        let byte = *bytes.get(*at)?;
        *at += 1;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value >> 1);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::page_size;

    #[test]
    fn the_sizes_of_a_page_are_read_from_its_head() {
        assert_eq!(page_size(&[0x15, 0, 0x15, 0x80, 0x02, 0x15, 0x10]), Some(128));
        assert_eq!(page_size(&[0x05, 2, 0, 0x05, 4, 0x80, 0x02, 0x15, 0x10]), Some(128));
        assert_eq!(page_size(&[0x15, 0, 0x15, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x15, 0]), Some(0x7fff_ffff));
        assert_eq!(page_size(b"PAR1"), None);
        assert_eq!(page_size(&[0x15, 0x80]), None);
    }
}
