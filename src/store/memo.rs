//! The memo: what was computed once from an object (digest, meaning, summary), remembered by its git object id.
//!
//! Only a cache: never stale, because an object id names one content; safe to delete; a damaged file counts as empty.
//! The file is `pvmemo1\n`, the BLAKE3 of the rest, then sorted entries: key length, value length (u32, little endian),
//! key, value.
#![expect(clippy::disallowed_methods, reason = "the store reads and writes the memo")]

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use super::StoreError;

const MAGIC: &[u8] = b"pvmemo1\n";
/// Where the entries begin: after the magic and the checksum.
const ENTRIES: usize = MAGIC.len() + blake3::OUT_LEN;
/// The file's greatest length in bytes. What this run did not use goes first.
const LIMIT: usize = 64 << 20;

/// The remembered entries, and those of this run. Shared between threads by reference.
#[derive(Debug)]
pub struct Memo {
    path: PathBuf,
    bytes: Vec<u8>,
    known: Vec<Known>,
    fresh: Mutex<BTreeMap<Vec<u8>, Vec<u8>>>,
}

/// An entry that was read: where its key and value stand in the file.
#[derive(Debug)]
struct Known {
    key: Range<usize>,
    value: Range<usize>,
    is_used: AtomicBool,
}

impl Memo {
    /// The memo at `path` (`<common dir>/pv/memo-v1`); empty when there is none or it is damaged.
    pub fn load(path: &Path) -> Self {
        let bytes = fs::metadata(path).ok().filter(|meta| meta.len() <= LIMIT as u64).and_then(|_| fs::read(path).ok());
        let bytes = bytes.unwrap_or_default();
        let known = entries(&bytes).unwrap_or_default();
        Self { path: path.to_owned(), bytes, known, fresh: Mutex::default() }
    }

    /// What earlier runs remembered of `key`. (What this run inserts is not looked up: the caller has it.)
    pub fn get(&self, key: &[u8]) -> Option<&[u8]> {
        let at = self.known.binary_search_by(|known| self.slice(&known.key).cmp(key)).ok()?;
        let known = self.known.get(at)?;
        known.is_used.store(true, Ordering::Relaxed);
        Some(self.slice(&known.value))
    }

    /// Remembers `value` for `key` in later runs.
    pub fn insert(&self, key: &[u8], value: &[u8]) {
        let mut fresh = self.fresh.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        fresh.insert(key.to_owned(), value.to_owned());
    }

    /// Writes the memo, if this run inserted anything. Of two processes that save at once the last one wins, whole.
    ///
    /// # Errors
    /// When the system refuses; a caller may well ignore that.
    pub fn save(&self) -> Result<(), StoreError> {
        let fresh = self.fresh.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if fresh.is_empty() {
            return Ok(());
        }
        let bytes = self.encoded(&fresh, LIMIT);
        let parent = self.path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(parent).map_err(StoreError::io("create", parent))?;
        let mut file = tempfile::NamedTempFile::new_in(parent).map_err(StoreError::io("write in", parent))?;
        file.write_all(&bytes).map_err(StoreError::io("write", &self.path))?;
        file.persist(&self.path).map_err(|error| StoreError::io("replace", &self.path)(error.error))?;
        Ok(())
    }

    /// The file's bytes: all entries, or, above `limit` bytes, those that this run used or made, as far as they fit.
    fn encoded(&self, fresh: &BTreeMap<Vec<u8>, Vec<u8>>, limit: usize) -> Vec<u8> {
        let known = |all: bool| self.known.iter().filter(move |known| all || known.is_used.load(Ordering::Relaxed));
        let merged = |all: bool| {
            let mut entries: BTreeMap<&[u8], &[u8]> =
                known(all).map(|known| (self.slice(&known.key), self.slice(&known.value))).collect();
            entries.extend(fresh.iter().map(|(key, value)| (key.as_slice(), value.as_slice())));
            entries
        };
        let all = merged(true);
        if file_length(&all) <= limit { encode(&all, limit) } else { encode(&merged(false), limit) }
    }

    fn slice(&self, range: &Range<usize>) -> &[u8] {
        self.bytes.get(range.clone()).unwrap_or_default()
    }
}

fn file_length(entries: &BTreeMap<&[u8], &[u8]>) -> usize {
    entries.iter().fold(ENTRIES, |sum, (key, value)| sum + 8 + key.len() + value.len())
}

fn encode(entries: &BTreeMap<&[u8], &[u8]>, limit: usize) -> Vec<u8> {
    let mut out = [MAGIC, &[0; blake3::OUT_LEN]].concat();
    for (key, value) in entries {
        let (Ok(key_length), Ok(value_length)) = (u32::try_from(key.len()), u32::try_from(value.len())) else {
            continue;
        };
        if out.len() + 8 + key.len() + value.len() > limit {
            break;
        }
        out.extend_from_slice(&key_length.to_le_bytes());
        out.extend_from_slice(&value_length.to_le_bytes());
        out.extend_from_slice(key);
        out.extend_from_slice(value);
    }
    let checksum = blake3::hash(out.get(ENTRIES..).unwrap_or_default());
    out.splice(MAGIC.len()..ENTRIES, *checksum.as_bytes());
    out
}

/// Where the entries of a file stand; `None` when it is damaged.
fn entries(bytes: &[u8]) -> Option<Vec<Known>> {
    let checksum = bytes.strip_prefix(MAGIC)?.get(..blake3::OUT_LEN)?;
    if blake3::hash(bytes.get(ENTRIES..)?).as_bytes() != checksum {
        return None;
    }
    let mut known = Vec::new();
    let mut at = ENTRIES;
    while at < bytes.len() {
        let key = at + 8..at + 8 + length(bytes, at)?;
        let value = key.end..key.end + length(bytes, at + 4)?;
        at = value.end;
        bytes.get(value.clone())?;
        known.push(Known { key, value, is_used: AtomicBool::new(false) });
    }
    Some(known)
}

fn length(bytes: &[u8], at: usize) -> Option<usize> {
    let digits = bytes.get(at..at + 4)?.try_into().ok()?;
    usize::try_from(u32::from_le_bytes(digits)).ok()
}

#[cfg(test)]
mod tests {
    use super::{ENTRIES, Memo, encode, entries};
    use std::collections::BTreeMap;
    use std::fs;

    #[test]
    fn remembers_across_runs_and_writes_only_news() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("pv/memo-v1");
        Memo::load(&path).save().unwrap();
        assert!(!path.exists());
        let first = Memo::load(&path);
        first.insert(b"b", b"two");
        first.insert(b"a", b"");
        first.save().unwrap();
        let second = Memo::load(&path);
        assert_eq!((second.get(b"a"), second.get(b"b"), second.get(b"c")), (Some(&b""[..]), Some(&b"two"[..]), None));
        second.insert(b"c", b"3");
        second.save().unwrap();
        assert_eq!(Memo::load(&path).known.len(), 3);
    }

    #[test]
    fn any_damage_counts_as_empty() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("memo-v1");
        let memo = Memo::load(&path);
        memo.insert(b"key", b"value");
        memo.save().unwrap();
        let whole = fs::read(&path).unwrap();
        for at in 0..whole.len() {
            let mut flipped = whole.clone();
            flipped[at] ^= 1;
            fs::write(&path, flipped).unwrap();
            assert_eq!(Memo::load(&path).get(b"key"), None, "byte {at}");
            fs::write(&path, &whole[..at]).unwrap();
            assert_eq!(Memo::load(&path).get(b"key"), None, "cut at {at}");
        }
    }

    #[test]
    fn lengths_that_lie_under_a_true_checksum_are_damage() {
        let mut bytes = encode(&BTreeMap::from([(&b"k"[..], &b"v"[..])]), usize::MAX);
        bytes[ENTRIES + 4] = 0xff;
        let checksum = *blake3::hash(&bytes[ENTRIES..]).as_bytes();
        bytes.splice(8..ENTRIES, checksum);
        assert!(entries(&bytes).is_none());
    }

    #[test]
    fn above_the_limit_the_unused_goes_first() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("memo-v1");
        let memo = Memo::load(&path);
        (0..10_u8).for_each(|n| memo.insert(&[n], &[n; 100]));
        memo.save().unwrap();
        let memo = Memo::load(&path);
        memo.get(&[7]).unwrap();
        let bytes = memo.encoded(&BTreeMap::from([(vec![20], vec![20; 100])]), ENTRIES + 5 * 109);
        assert_eq!(entries(&bytes).unwrap().len(), 2);
    }

    #[test]
    fn processes_that_save_at_once_leave_a_whole_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("memo-v1");
        std::thread::scope(|scope| {
            for n in 0..4_u8 {
                let path = &path;
                scope.spawn(move || {
                    for round in 0..20_u8 {
                        let memo = Memo::load(path);
                        memo.insert(&[n, round], &[n; 1000]);
                        memo.save().unwrap();
                    }
                });
            }
        });
        assert!(!Memo::load(&path).known.is_empty());
    }
}
