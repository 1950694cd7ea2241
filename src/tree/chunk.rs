//! One chunk: its bytes, and what stands in them.

use std::ops::Range;
use std::sync::Arc;

use super::{FORM, MAX_KEY, MAX_ROW, TreeError};
use crate::domain::{AtHand, Digest};

/// A tree is never higher: with two entries a chunk that is more rows than there are numbers for.
const MAX_LEVEL: u8 = 64;

/// A chunk under construction.
#[derive(Debug)]
pub(super) struct Writing {
    level: u8,
    count: u64,
    entries: Vec<u8>,
}

impl Writing {
    pub(super) fn at(level: u8) -> Self {
        Self { level, count: 0, entries: Vec::new() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Adds a row; gives how many bytes it takes.
    pub(super) fn row(&mut self, key: &[u8], value: &[u8]) -> usize {
        self.entry(key, |out| {
            varint(value.len() as u64, out);
            out.extend_from_slice(value);
        })
    }

    /// Adds a chunk of the level below; gives how many bytes that takes.
    pub(super) fn branch(&mut self, branch: &Branch) -> usize {
        self.entry(&branch.first, |out| {
            out.extend_from_slice(branch.hash.as_bytes());
            varint(branch.rows, out);
            varint(branch.bytes, out);
        })
    }

    fn entry(&mut self, key: &[u8], rest: impl FnOnce(&mut Vec<u8>)) -> usize {
        let before = self.entries.len();
        self.count += 1;
        varint(key.len() as u64, &mut self.entries);
        self.entries.extend_from_slice(key);
        rest(&mut self.entries);
        self.entries.len() - before
    }

    /// The chunk's bytes; the next one begins empty.
    pub(super) fn take(&mut self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.entries.len() + 24);
        out.extend_from_slice(FORM.as_bytes());
        out.push(self.level);
        varint(self.count, &mut out);
        out.append(&mut self.entries);
        self.count = 0;
        out
    }
}

/// An entry of a chunk above the leaves: a chunk of the level below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    /// The first key below it.
    pub first: Vec<u8>,
    /// The BLAKE3 of the chunk.
    pub(super) hash: blake3::Hash,
    /// How many rows stand below it.
    pub rows: u64,
    /// How many bytes they have, without their keys.
    pub bytes: u64,
}

impl Branch {
    /// The name of the chunk.
    pub fn digest(&self) -> Digest {
        Digest::from_blake3(self.hash)
    }
}

/// A chunk as it was read, and found to be well formed.
#[derive(Debug, Clone)]
pub struct Chunk {
    bytes: Arc<[u8]>,
    level: u8,
    entries: Entries,
}

/// Where the entries of a chunk stand in its bytes.
#[derive(Debug, Clone)]
pub enum Entries {
    /// Keys and values of rows.
    Rows(Arc<[(Range<usize>, Range<usize>)]>),
    /// Chunks of the level below.
    Branches(Arc<[Branch]>),
}

impl Chunk {
    /// Reads the chunk `digest`.
    ///
    /// # Errors
    /// When it is not to be had, or is not what [`super::Builder`] writes.
    pub fn read(digest: &Digest, at_hand: &dyn AtHand) -> Result<Self, TreeError> {
        let bytes = at_hand.bytes(digest)?;
        Self::decode(bytes).map_err(|why| TreeError::Malformed { digest: digest.clone(), why })
    }

    /// The chunk with these bytes.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn decode(bytes: Vec<u8>) -> Result<Self, &'static str> {
        let mut reading = Reading { bytes: &bytes, at: 0 };
        if reading.take(FORM.len())? != FORM.as_bytes() {
            return Err("it does not begin as one");
        }
        let level = reading.take(1)?.first().copied().unwrap_or_default();
        let count = reading.number()?;
        if level > MAX_LEVEL || count > bytes.len() as u64 || (level > 0 && count == 0) {
            return Err("its head lies");
        }
        let entries = if level == 0 { reading.rows(count)? } else { reading.branches(count)? };
        if reading.at != bytes.len() {
            return Err("something follows its last entry");
        }
        Ok(Self { bytes: bytes.into(), level, entries })
    }

    /// The chunk that one of its branches names.
    ///
    /// # Errors
    /// As [`Chunk::read`], and when it does not stand one level below, or begins with another key.
    pub fn below(&self, branch: &Branch, at_hand: &dyn AtHand) -> Result<Self, TreeError> {
        let digest = branch.digest();
        let chunk = Self::read(&digest, at_hand)?;
        let first = match &chunk.entries {
            Entries::Rows(rows) => rows.first().map(|(key, _)| chunk.slice(key)),
            Entries::Branches(branches) => branches.first().map(|branch| branch.first.as_slice()),
        };
        match chunk.level.checked_add(1) == Some(self.level) && first == Some(branch.first.as_slice()) {
            true => Ok(chunk),
            false => Err(TreeError::Malformed { digest, why: "it is not what the chunk above says" }),
        }
    }

    /// How far it is above the leaves.
    pub fn level(&self) -> u8 {
        self.level
    }

    /// What stands in it.
    pub fn entries(&self) -> &Entries {
        &self.entries
    }

    /// How many entries it has.
    pub fn len(&self) -> usize {
        match &self.entries {
            Entries::Rows(rows) => rows.len(),
            Entries::Branches(branches) => branches.len(),
        }
    }

    /// Whether it is the leaf of a tree without rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The piece of its bytes that an entry names.
    pub fn slice(&self, range: &Range<usize>) -> &[u8] {
        self.bytes.get(range.clone()).unwrap_or_default()
    }
}

struct Reading<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Reading<'b> {
    fn take(&mut self, length: usize) -> Result<&'b [u8], &'static str> {
        let end = self.at.checked_add(length).ok_or("it is cut off")?;
        let taken = self.bytes.get(self.at..end).ok_or("it is cut off")?;
        self.at = end;
        Ok(taken)
    }

    /// A LEB128 integer in its shortest form.
    fn number(&mut self) -> Result<u64, &'static str> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.take(1)?.first().copied().unwrap_or_default();
            let bits = u64::from(byte & 0x7f);
            if shift == 63 && byte > 1 {
                break;
            }
            value |= bits << shift;
            if byte & 0x80 == 0 {
                return if byte == 0 && shift > 0 { Err("a number is not in its shortest form") } else { Ok(value) };
            }
        }
        Err("a number is too large")
    }

    /// A piece that says how long it is.
    fn piece(&mut self) -> Result<Range<usize>, &'static str> {
        let length = usize::try_from(self.number()?).ok().filter(|length| *length <= MAX_ROW);
        let from = self.at;
        self.take(length.ok_or("an entry is too long")?)?;
        Ok(from..self.at)
    }

    fn key(&mut self, last: Option<&Range<usize>>) -> Result<Range<usize>, &'static str> {
        let key = self.piece()?;
        if key.len() > MAX_KEY {
            return Err("a key is too long");
        }
        if last.is_some_and(|last| self.bytes.get(last.clone()) >= self.bytes.get(key.clone())) {
            return Err("its keys do not ascend");
        }
        Ok(key)
    }

    fn rows(&mut self, count: u64) -> Result<Entries, &'static str> {
        let mut rows: Vec<(Range<usize>, Range<usize>)> = Vec::new();
        for _ in 0..count {
            let key = self.key(rows.last().map(|(key, _)| key))?;
            rows.push((key, self.piece()?));
        }
        Ok(Entries::Rows(rows.into()))
    }

    fn branches(&mut self, count: u64) -> Result<Entries, &'static str> {
        let mut branches = Vec::new();
        let mut last = None;
        for _ in 0..count {
            let key = self.key(last.as_ref())?;
            let hash: [u8; 32] = self.take(32)?.try_into().map_err(|_| "it is cut off")?;
            let first = self.bytes.get(key.clone()).unwrap_or_default().to_vec();
            let (rows, bytes) = (self.number()?, self.number()?);
            branches.push(Branch { first, hash: hash.into(), rows, bytes });
            last = Some(key);
        }
        Ok(Entries::Branches(branches.into()))
    }
}

fn varint(mut value: u64, out: &mut Vec<u8>) {
    loop {
        let byte = u8::try_from(value & 0x7f).unwrap_or_default();
        value >>= 7;
        if value == 0 {
            return out.push(byte);
        }
        out.push(byte | 0x80);
    }
}
