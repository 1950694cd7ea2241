//! The memo: what was computed once from an object (digest, meaning, summary), remembered by a digest of what it was
//! computed from.
//!
//! Only a cache: never stale, because a key names one content; safe to delete; a damaged file counts as empty.
//! The file is `pvmemo2\n`, the BLAKE3 of the rest, the number of entries (u32, little endian, as all numbers), the keys in
//! ascending order, where each value ends (u32), and the values. Keys are spread evenly: a lookup guesses its place.
#![expect(clippy::disallowed_methods, reason = "the store reads and writes the memo")]

use std::cmp::Ordering;
use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use super::StoreError;

const MAGIC: &[u8] = b"pvmemo2\n";
/// Where the number of entries stands: after the magic and the checksum.
const COUNT: usize = MAGIC.len() + blake3::OUT_LEN;
/// Where the keys begin.
const KEYS: usize = COUNT + 4;
/// The file's greatest length in bytes. What this run did not use goes first.
const LIMIT: usize = 128 << 20;

/// What an entry is found by: a digest of everything that its value depends on.
pub type Key = [u8; 32];

/// The remembered entries, and those of this run. Shared between threads by reference.
#[derive(Debug)]
pub struct Memo {
    path: PathBuf,
    bytes: Vec<u8>,
    /// Whether this run used the entries, in the file's order.
    used: Vec<AtomicBool>,
    fresh: Mutex<BTreeMap<Key, Vec<u8>>>,
}

impl Memo {
    /// The memo at `path` (a file below `<common dir>/pv`); empty when there is none or it is damaged.
    pub fn load(path: &Path) -> Self {
        let bytes = fs::metadata(path).ok().filter(|meta| meta.len() <= LIMIT as u64).and_then(|_| fs::read(path).ok());
        let bytes = bytes.unwrap_or_default();
        let count = checked_count(&bytes).unwrap_or_default();
        let used = std::iter::repeat_with(AtomicBool::default).take(count).collect();
        Self { path: path.to_owned(), bytes, used, fresh: Mutex::default() }
    }

    /// What earlier runs remembered of `key`. (What this run inserts is not looked up: the caller has it.)
    pub fn get(&self, key: &Key) -> Option<&[u8]> {
        let at = self.find(key)?;
        self.used.get(at)?.store(true, Relaxed);
        self.value(at)
    }

    /// Where `key` stands: near where its first digits say, since keys are digests; found in steps that double.
    fn find(&self, key: &Key) -> Option<usize> {
        let (mut low, mut high) = (0, self.used.len());
        let (mut at, mut step) = (guess(key, high), 1);
        while low < high {
            match self.key(at)?.cmp(key) {
                Ordering::Equal => return Some(at),
                Ordering::Less => (low, at) = (at + 1, at + step),
                Ordering::Greater => (high, at) = (at, at.saturating_sub(step)),
            }
            step *= 2;
            if at < low || at >= high {
                at = low.midpoint(high);
            }
        }
        None
    }

    fn key(&self, at: usize) -> Option<&Key> {
        self.bytes.get(KEYS + at * 32..)?.first_chunk()
    }

    fn value(&self, at: usize) -> Option<&[u8]> {
        let ends = KEYS + self.used.len() * 32;
        let values = ends + self.used.len() * 4;
        let begin = if at == 0 { 0 } else { number(&self.bytes, ends + (at - 1) * 4)? };
        let end = number(&self.bytes, ends + at * 4)?;
        self.bytes.get(values + begin..values + end)
    }

    /// Remembers `value` for `key` in later runs.
    pub fn insert(&self, key: &Key, value: &[u8]) {
        let mut fresh = self.fresh.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        fresh.insert(*key, value.to_owned());
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
    fn encoded(&self, fresh: &BTreeMap<Key, Vec<u8>>, limit: usize) -> Vec<u8> {
        let all = self.merged(fresh, |_| true);
        if file_length(&all) <= limit {
            return encode(&all, limit);
        }
        encode(&self.merged(fresh, |used| used.load(Relaxed)), limit)
    }

    fn merged<'m>(
        &'m self,
        fresh: &'m BTreeMap<Key, Vec<u8>>,
        keep: impl Fn(&AtomicBool) -> bool,
    ) -> BTreeMap<&'m Key, &'m [u8]> {
        let kept = self.used.iter().enumerate().filter(|(_, used)| keep(used));
        let mut entries: BTreeMap<&Key, &[u8]> =
            kept.filter_map(|(at, _)| Some((self.key(at)?, self.value(at)?))).collect();
        entries.extend(fresh.iter().map(|(key, value)| (key, value.as_slice())));
        entries
    }
}

/// Where a key stands among `count` that are spread evenly.
fn guess(key: &Key, count: usize) -> usize {
    let digits = key.first_chunk().map_or(0, |digits| u64::from(u32::from_be_bytes(*digits)));
    usize::try_from((digits * count as u64) >> 32).unwrap_or_default()
}

fn file_length(entries: &BTreeMap<&Key, &[u8]>) -> usize {
    entries.values().fold(KEYS, |sum, value| sum + 36 + value.len())
}

fn encode(entries: &BTreeMap<&Key, &[u8]>, limit: usize) -> Vec<u8> {
    let mut length = KEYS;
    let fits = entries.iter().take_while(|(_, value)| {
        length += 36 + value.len();
        length <= limit
    });
    let entries: Vec<(&Key, &[u8])> = fits.map(|(key, value)| (*key, *value)).collect();
    let mut out = [MAGIC, &[0; blake3::OUT_LEN]].concat();
    let four = |number: usize| u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes();
    out.extend(four(entries.len()));
    entries.iter().for_each(|(key, _)| out.extend_from_slice(*key));
    let mut end = 0;
    for (_, value) in &entries {
        end += value.len();
        out.extend(four(end));
    }
    entries.iter().for_each(|(_, value)| out.extend_from_slice(value));
    let checksum = blake3::hash(out.get(COUNT..).unwrap_or_default());
    out.splice(MAGIC.len()..COUNT, *checksum.as_bytes());
    out
}

/// How many entries a file has; `None` when it is damaged.
fn checked_count(bytes: &[u8]) -> Option<usize> {
    let checksum = bytes.strip_prefix(MAGIC)?.get(..blake3::OUT_LEN)?;
    if blake3::hash(bytes.get(COUNT..)?).as_bytes() != checksum {
        return None;
    }
    let count = number(bytes, COUNT)?;
    let table = count.checked_mul(36)?.checked_add(KEYS)?;
    (table <= bytes.len()).then_some(count)
}

fn number(bytes: &[u8], at: usize) -> Option<usize> {
    let digits = bytes.get(at..)?.first_chunk()?;
    usize::try_from(u32::from_le_bytes(*digits)).ok()
}

#[cfg(test)]
mod tests {
    use super::{COUNT, Key, Memo, checked_count, encode};
    use proptest::prelude::{any, proptest};
    use std::collections::BTreeMap;
    use std::fs;

    fn key(n: u8) -> Key {
        blake3::hash(&[n]).into()
    }

    #[test]
    fn remembers_across_runs_and_writes_only_news() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("pv/memo-v2");
        Memo::load(&path).save().unwrap();
        assert!(!path.exists());
        let first = Memo::load(&path);
        first.insert(&key(2), b"two");
        first.insert(&key(1), b"");
        first.save().unwrap();
        let second = Memo::load(&path);
        let found = [1, 2, 3].map(|n| second.get(&key(n)));
        assert_eq!(found, [Some(&b""[..]), Some(&b"two"[..]), None]);
        second.insert(&key(3), b"3");
        second.save().unwrap();
        assert_eq!(Memo::load(&path).used.len(), 3);
    }

    proptest! {
        #[test]
        fn finds_what_is_there_and_nothing_else(
            keys in proptest::collection::btree_set(any::<(u8, u8)>(), 0..200), asked in any::<(u8, u8)>(), spread in any::<bool>()
        ) {
            let key = |pair: &(u8, u8)| -> Key {
                let bytes = [pair.0, pair.1];
                if spread { blake3::hash(&bytes).into() } else { std::array::from_fn(|at| bytes.get(at).copied().unwrap_or(7)) }
            };
            let dir = tempfile::tempdir().unwrap();
            let path = dir.path().join("memo");
            let memo = Memo::load(&path);
            keys.iter().for_each(|pair| memo.insert(&key(pair), &[pair.0, pair.1]));
            memo.save().unwrap();
            let memo = Memo::load(&path);
            for pair in &keys {
                assert_eq!(memo.get(&key(pair)), Some(&[pair.0, pair.1][..]));
            }
            assert_eq!(memo.get(&key(&asked)).is_some(), keys.contains(&asked));
        }
    }

    #[test]
    fn any_damage_counts_as_empty() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("memo-v2");
        let memo = Memo::load(&path);
        memo.insert(&key(1), b"value");
        memo.save().unwrap();
        let whole = fs::read(&path).unwrap();
        for at in 0..whole.len() {
            let mut flipped = whole.clone();
            flipped[at] ^= 1;
            fs::write(&path, flipped).unwrap();
            assert_eq!(Memo::load(&path).get(&key(1)), None, "byte {at}");
            fs::write(&path, &whole[..at]).unwrap();
            assert_eq!(Memo::load(&path).get(&key(1)), None, "cut at {at}");
        }
    }

    #[test]
    fn numbers_that_lie_under_a_true_checksum_are_damage() {
        let whole = encode(&BTreeMap::from([(&key(1), &b"v"[..])]), usize::MAX);
        let lying = |at: usize| {
            let mut bytes = whole.clone();
            bytes[at] = 0xff;
            let checksum = *blake3::hash(&bytes[COUNT..]).as_bytes();
            bytes.splice(8..COUNT, checksum);
            bytes
        };
        assert!(checked_count(&lying(COUNT)).is_none());
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("memo-v2");
        fs::write(&path, lying(whole.len() - 3)).unwrap();
        assert_eq!(Memo::load(&path).get(&key(1)), None);
    }

    #[test]
    fn above_the_limit_the_unused_goes_first() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("memo-v2");
        let memo = Memo::load(&path);
        (0..10_u8).for_each(|n| memo.insert(&key(n), &[n; 100]));
        memo.save().unwrap();
        let memo = Memo::load(&path);
        memo.get(&key(7)).unwrap();
        let bytes = memo.encoded(&BTreeMap::from([(key(20), vec![20; 100])]), COUNT + 4 + 5 * 136);
        assert_eq!(checked_count(&bytes), Some(2));
    }

    #[test]
    fn processes_that_save_at_once_leave_a_whole_file() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("memo-v2");
        std::thread::scope(|scope| {
            for n in 0..4_u8 {
                let path = &path;
                scope.spawn(move || {
                    for round in 0..20_u8 {
                        let memo = Memo::load(path);
                        memo.insert(&key(n * 20 + round), &[n; 1000]);
                        memo.save().unwrap();
                    }
                });
            }
        });
        assert!(!Memo::load(&path).used.is_empty());
    }
}
