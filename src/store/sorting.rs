//! Rows sorted by their keys in bounded memory: what does not fit is sorted piece by piece into files without a name,
//! which the system removes however the process ends, and merged from there.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::fs::File;
use std::io::{BufReader, BufWriter, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};

use rayon::slice::ParallelSliceMut as _;

use super::{StoreError, durable};
use crate::tree::Visit;

/// How many bytes of rows are sorted in memory.
const BUDGET: usize = 64 << 20;
/// As many sorted pieces are merged at once.
const FAN_IN: usize = 64;
/// How much of a piece is read or written at a time, in bytes.
const BUFFER: usize = 128 << 10;

/// Takes keys with values in any order, and gives them back in the order of the keys' bytes.
#[derive(Debug)]
pub struct Sorter {
    directory: PathBuf,
    budget: usize,
    held: Held,
    runs: Vec<Run>,
}

/// What is sorted in memory.
#[derive(Debug, Default)]
struct Held {
    /// Lengths, keys and values, one after the other.
    bytes: Vec<u8>,
    entries: Vec<Entry>,
}

/// A row of [`Held`].
#[derive(Debug, Clone, Copy)]
struct Entry {
    /// Eight bytes of the key, from where the keys begin to differ.
    head: u64,
    start: usize,
}

/// A sorted piece in a file.
#[derive(Debug)]
struct Run {
    file: BufWriter<File>,
    rows: u64,
    last: Vec<u8>,
}

impl Sorter {
    /// A sorter that puts what does not fit into memory into nameless files in `directory`.
    pub fn new(directory: &Path) -> Self {
        Self::within(directory, BUDGET)
    }

    fn within(directory: &Path, budget: usize) -> Self {
        Self { directory: directory.to_owned(), budget, held: Held::default(), runs: Vec::new() }
    }

    /// Adds a row.
    ///
    /// # Errors
    /// When the disk refuses what does not fit into memory.
    pub fn push(&mut self, key: &[u8], value: &[u8]) -> Result<(), StoreError> {
        if self.held.size() + key.len() + value.len() > self.budget && !self.held.entries.is_empty() {
            self.spill()?;
        }
        self.held.push(key, value);
        Ok(())
    }

    /// Hands every row to `visit`, in the order of the keys; rows with the same key in the order of their values.
    ///
    /// # Errors
    /// When a file cannot be written or read again, and whatever `visit` fails with.
    pub fn finish<E: From<StoreError>>(mut self, visit: &mut Visit<'_, E>) -> Result<(), E> {
        if self.runs.is_empty() {
            self.held.sort();
            return self.held.each(visit);
        }
        self.spill()?;
        drop(std::mem::take(&mut self.held));
        merge(std::mem::take(&mut self.runs), &self.directory, visit)
    }

    fn spill(&mut self) -> Result<(), StoreError> {
        self.held.sort();
        let first = self.held.entries.first().map(|entry| self.held.row(entry).0);
        // What goes on where a piece ended is the same piece: sorted input makes one.
        if self.runs.last().is_none_or(|run| Some(run.last.as_slice()) > first) {
            if self.runs.len() == FAN_IN {
                self.join()?;
            }
            self.runs.push(Run::create(&self.directory)?);
        }
        let Some(run) = self.runs.last_mut() else { return Ok(()) };
        let directory = &self.directory;
        self.held.each(&mut |key, value| run.push(key, value, directory))?;
        self.held.clear();
        Ok(())
    }

    /// Merges all pieces into one.
    fn join(&mut self) -> Result<(), StoreError> {
        let mut joined = Run::create(&self.directory)?;
        let directory = &self.directory;
        let runs = std::mem::take(&mut self.runs);
        merge(runs, directory, &mut |key, value| joined.push(key, value, directory))?;
        self.runs.push(joined);
        Ok(())
    }
}

impl Held {
    fn size(&self) -> usize {
        self.bytes.len() + self.entries.len() * size_of::<Entry>()
    }

    fn push(&mut self, key: &[u8], value: &[u8]) {
        self.entries.push(Entry { head: 0, start: self.bytes.len() });
        lengths(key, value).iter().for_each(|length| self.bytes.extend_from_slice(length));
        self.bytes.extend_from_slice(key);
        self.bytes.extend_from_slice(value);
    }

    fn clear(&mut self) {
        self.bytes.clear();
        self.entries.clear();
    }

    fn row(&self, entry: &Entry) -> (&[u8], &[u8]) {
        let rest = self.bytes.get(entry.start..).unwrap_or_default();
        let (key, rest) = split_length(rest);
        let (value, rest) = split_length(rest);
        let (key, rest) = rest.split_at_checked(key).unwrap_or_default();
        (key, rest.get(..value).unwrap_or_default())
    }

    fn each<E>(&self, visit: &mut Visit<'_, E>) -> Result<(), E> {
        self.entries.iter().try_for_each(|entry| {
            let (key, value) = self.row(entry);
            visit(key, value)
        })
    }

    fn sort(&mut self) {
        let mut entries = std::mem::take(&mut self.entries);
        if !entries.is_sorted_by(|one, other| self.row(one) <= self.row(other)) {
            let shared = self.shared(&entries);
            entries.iter_mut().for_each(|entry| entry.head = head(self.row(entry).0, shared));
            entries.par_sort_unstable_by(|one, other| {
                one.head.cmp(&other.head).then_with(|| self.row(one).cmp(&self.row(other)))
            });
        }
        self.entries = entries;
    }

    /// How many bytes all keys begin with alike.
    fn shared(&self, entries: &[Entry]) -> usize {
        let Some(first) = entries.first().map(|entry| self.row(entry).0) else { return 0 };
        entries.iter().fold(first.len(), |shared, entry| {
            let key = self.row(entry).0;
            first.iter().zip(key).take(shared).take_while(|(one, other)| one == other).count()
        })
    }
}

/// The eight bytes from `shared` on, as a number that sorts like them. A key that ends before is filled up with zeros:
/// equal heads say nothing.
fn head(key: &[u8], shared: usize) -> u64 {
    let mut head = [0; 8];
    head.iter_mut().zip(key.iter().skip(shared)).for_each(|(into, byte)| *into = *byte);
    u64::from_be_bytes(head)
}

/// Lengths as they stand before a row: rows are shorter than 4 GiB.
fn lengths(key: &[u8], value: &[u8]) -> [[u8; 4]; 2] {
    [key.len(), value.len()].map(|length| u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes())
}

fn split_length(bytes: &[u8]) -> (usize, &[u8]) {
    let (length, rest) = bytes.split_first_chunk::<4>().unwrap_or((&[0; 4], &[]));
    (u32::from_le_bytes(*length) as usize, rest)
}

impl Run {
    fn create(directory: &Path) -> Result<Self, StoreError> {
        durable::create_dir(directory)?;
        let file = tempfile::tempfile_in(directory).map_err(StoreError::io("create a file in", directory))?;
        Ok(Self { file: BufWriter::with_capacity(BUFFER, file), rows: 0, last: Vec::new() })
    }

    fn push(&mut self, key: &[u8], value: &[u8], directory: &Path) -> Result<(), StoreError> {
        let pieces = lengths(key, value);
        let mut written = pieces.iter().map(<[u8; 4]>::as_slice).chain([key, value]);
        written.try_for_each(|piece| self.file.write_all(piece)).map_err(full(directory))?;
        self.rows += 1;
        key.clone_into(&mut self.last);
        Ok(())
    }
}

fn full(directory: &Path) -> impl FnOnce(std::io::Error) -> StoreError {
    StoreError::io("sort rows in", directory)
}

/// A sorted piece while it is read: one key in memory, the value of which is read when its turn comes.
struct Reading {
    file: BufReader<File>,
    rows: u64,
    value: usize,
}

impl Reading {
    fn start(run: Run, directory: &Path) -> Result<Self, StoreError> {
        let mut file = run.file.into_inner().map_err(|error| full(directory)(error.into_error()))?;
        file.rewind().map_err(full(directory))?;
        Ok(Self { file: BufReader::with_capacity(BUFFER, file), rows: run.rows, value: 0 })
    }

    /// The next key; `None` after the last row.
    fn key(&mut self) -> std::io::Result<Option<Vec<u8>>> {
        if self.rows == 0 {
            return Ok(None);
        }
        self.rows -= 1;
        let mut lengths = [0; 8];
        self.file.read_exact(&mut lengths)?;
        let (key, rest) = split_length(&lengths);
        self.value = split_length(rest).0;
        let mut bytes = vec![0; key];
        self.file.read_exact(&mut bytes)?;
        Ok(Some(bytes))
    }

    fn value(&mut self, into: &mut Vec<u8>) -> std::io::Result<()> {
        into.resize(self.value, 0);
        self.file.read_exact(into)
    }
}

/// Hands on the rows of all `runs` in the order of their keys.
fn merge<E: From<StoreError>>(runs: Vec<Run>, directory: &Path, visit: &mut Visit<'_, E>) -> Result<(), E> {
    let mut readings = Vec::new();
    let mut next = BinaryHeap::new();
    for (nth, run) in runs.into_iter().enumerate() {
        let mut reading = Reading::start(run, directory)?;
        next.extend(reading.key().map_err(full(directory))?.map(|key| Reverse((key, nth))));
        readings.push(reading);
    }
    let mut value = Vec::new();
    while let Some(Reverse((key, nth))) = next.pop() {
        let Some(reading) = readings.get_mut(nth) else { break };
        reading.value(&mut value).map_err(full(directory))?;
        visit(&key, &value)?;
        next.extend(reading.key().map_err(full(directory))?.map(|key| Reverse((key, nth))));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::{any, prop, prop_assert_eq, proptest};

    use super::Sorter;
    use crate::store::StoreError;

    type Rows = Vec<(Vec<u8>, Vec<u8>)>;

    fn sorted(rows: &Rows, budget: usize) -> (Rows, usize) {
        let dir = tempfile::tempdir().unwrap();
        let mut sorter = Sorter::within(&dir.path().join("large"), budget);
        rows.iter().for_each(|(key, value)| sorter.push(key, value).unwrap());
        let runs = sorter.runs.len();
        let mut out = Vec::new();
        let visited = sorter.finish(&mut |key, value| -> Result<(), StoreError> {
            out.push((key.to_vec(), value.to_vec()));
            Ok(())
        });
        visited.unwrap();
        #[expect(clippy::disallowed_methods, reason = "the test looks at what is left on disk")]
        let left = std::fs::read_dir(dir.path().join("large")).map_or(0, Iterator::count);
        assert_eq!(left, 0, "the files have no names");
        (out, runs)
    }

    fn numbered(numbers: impl Iterator<Item = u32>) -> Rows {
        numbers.map(|n| (format!("doc-{n:08}").into_bytes(), vec![b'x'; 50])).collect()
    }

    #[test]
    fn many_pieces_are_merged_in_turns_and_sorted_input_is_one_piece() {
        let scattered = numbered((0..20_000).map(|n| n * 7919 % 20_000));
        let (out, runs) = sorted(&scattered, 10_000);
        assert!(runs > 1, "{runs}");
        let ordered = numbered(0..20_000);
        assert_eq!(out, ordered);
        let (out, runs) = sorted(&ordered, 10_000);
        assert_eq!((out, runs), (ordered, 1));
    }

    #[test]
    fn a_row_above_the_budget_is_a_piece_of_its_own() {
        let rows: Rows = vec![(b"b".to_vec(), vec![1; 5000]), (b"a".to_vec(), vec![2; 5000])];
        let (out, _) = sorted(&rows, 100);
        assert_eq!(out.iter().map(|(key, _)| key[0]).collect::<Vec<_>>(), b"ab");
    }

    proptest! {
        #[test]
        fn it_sorts_as_vectors_do(
            mut rows in prop::collection::vec(
                (prop::collection::vec(any::<u8>(), 0..12), prop::collection::vec(any::<u8>(), 0..5)), 0..200),
            budget in 1..4000_usize,
        ) {
            let (out, _) = sorted(&rows, budget);
            rows.sort();
            let keys = |rows: &Rows| rows.iter().map(|(key, _)| key.clone()).collect::<Vec<_>>();
            prop_assert_eq!(keys(&out), keys(&rows));
            let mut out = out;
            out.sort();
            prop_assert_eq!(out, rows);
        }
    }
}
