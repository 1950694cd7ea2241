//! Rows gathered into batches: key and canonical form of each, what the columns hold, and what is wrong.

use super::Sort;
use super::record::{Cell, Record};
use super::source::Fault;
use crate::domain::{Problem, SourceFile, Span};
use crate::kinds::shared::row_tree::{self, Column, KEY_SEPARATOR};
use crate::tree::{MAX_KEY, MAX_ROW};

/// Of one batch no more problems are told.
const MAX_PROBLEMS: usize = 20;

/// Some rows of a source, in its order.
#[derive(Debug, Default)]
pub struct Batch {
    /// Keys and canonical forms, one after the other.
    bytes: String,
    rows: Vec<Ends>,
    /// What the columns of these rows hold.
    pub columns: Columns,
    /// What is wrong with rows that are not among them, as far as it is told.
    pub problems: Vec<Problem>,
}

/// Where a row ends, and where it stands in its source.
#[derive(Debug, Clone, Copy)]
struct Ends {
    key: usize,
    row: usize,
    at: usize,
}

/// A row in canonical form.
#[derive(Debug, Clone, Copy)]
pub struct Keyed<'b> {
    /// Its key: the texts of the key columns; where there are none, the BLAKE3 of its canonical form in hexadecimal.
    pub key: &'b str,
    /// Its canonical form.
    pub row: &'b str,
    /// The byte of the source at which it stands; in Parquet the row's number, from 0.
    pub at: usize,
}

impl Batch {
    pub(super) fn of_problems(problems: Vec<Problem>) -> Self {
        Self { problems, ..Self::default() }
    }

    /// The rows, in order.
    pub fn rows(&self) -> impl Iterator<Item = Keyed<'_>> {
        let mut start = 0;
        self.rows.iter().map(move |ends| {
            let slice = |from, to| self.bytes.get(from..to).unwrap_or_default();
            let keyed = Keyed { key: slice(start, ends.key), row: slice(ends.key, ends.row), at: ends.at };
            start = ends.row;
            keyed
        })
    }
}

/// What the columns of some rows hold, sorted by name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Columns {
    rows: u64,
    columns: Vec<Seen>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Seen {
    name: String,
    column: Column,
    rows: u64,
}

impl Columns {
    /// How many different columns there are.
    pub fn len(&self) -> usize {
        self.columns.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.columns.is_empty()
    }

    /// Counts a row, whose cells come in order of their names.
    fn saw<'r>(&mut self, cells: impl Iterator<Item = Cell<'r>>) {
        self.rows += 1;
        let mut at = 0;
        for cell in cells {
            // Usually the next cell is of the next column.
            while self.columns.get(at).is_some_and(|seen| seen.name.as_str() < cell.name) {
                at += 1;
            }
            self.count(at, cell.name, cell.sort.in_schema(), 1);
        }
    }

    fn count(&mut self, at: usize, name: &str, column: Column, rows: u64) {
        match self.columns.get_mut(at) {
            Some(seen) if seen.name == name => {
                seen.column.merge(column);
                seen.rows += rows;
            }
            _ => self.columns.insert(at, Seen { name: name.to_owned(), column, rows }),
        }
    }

    /// Counts the rows of another batch.
    pub fn add(&mut self, other: &Self) {
        self.rows += other.rows;
        for seen in &other.columns {
            let at = self.columns.partition_point(|own| own.name < seen.name);
            self.count(at, &seen.name, seen.column, seen.rows);
        }
    }

    /// The columns by name; those that some rows lack are optional.
    pub fn schema(&self) -> impl Iterator<Item = (String, Column)> {
        self.columns.iter().map(|seen| (seen.name.clone(), seen.column.optional(seen.rows < self.rows)))
    }
}

/// Gathers rows, keyed by some columns.
pub(super) struct Gathering<'k> {
    key: &'k [String],
    batch: Batch,
    /// Where the canonical form is put together.
    whole: String,
}

impl<'k> Gathering<'k> {
    pub(super) fn new(key: &'k [String]) -> Self {
        Self { key, batch: Batch::default(), whole: String::new() }
    }

    /// How many bytes the rows at hand have.
    pub(super) fn length(&self) -> usize {
        self.batch.bytes.len()
    }

    /// The rows at hand; the next ones go into another batch.
    pub(super) fn batch(&mut self) -> Batch {
        std::mem::take(&mut self.batch)
    }

    /// Takes the row at `span` of `file`, or what is wrong there.
    pub(super) fn take(&mut self, file: &SourceFile, span: Span, found: Result<&mut Record, Fault<'_>>) {
        match found {
            Ok(record) => {
                let fault = self.row(record, span.start);
                self.fault(|| fault.map(|fault| fault.at(file, span)).into_iter().collect());
            }
            Err(fault) => self.fault(fault),
        }
    }

    /// Takes a row that stands at `at`, or says what is wrong with it.
    pub(super) fn row(&mut self, record: &Record, at: usize) -> Option<Unkeyed> {
        let start = self.batch.bytes.len();
        let fault = self.write(record, at).err();
        if fault.is_some() {
            self.batch.bytes.truncate(start);
        }
        fault
    }

    fn write(&mut self, record: &Record, at: usize) -> Result<(), Unkeyed> {
        let Batch { bytes, rows, columns, .. } = &mut self.batch;
        let start = bytes.len();
        for (nth, name) in self.key.iter().enumerate() {
            bytes.extend((nth > 0).then_some(KEY_SEPARATOR));
            let cell = record.get(name).filter(|cell| cell.sort != Sort::NULL && cell.value != "\"\"");
            write_text(cell.ok_or_else(|| Unkeyed::Keyless(name.clone()))?, bytes);
        }
        self.whole.clear();
        record.write_canonical(&mut self.whole);
        if self.key.is_empty() {
            bytes.push_str(&blake3::hash(self.whole.as_bytes()).to_hex());
        }
        let key = bytes.len();
        bytes.push_str(&self.whole);
        if key - start > MAX_KEY {
            return Err(Unkeyed::LongKey(key - start));
        }
        if bytes.len() - key > MAX_ROW {
            return Err(Unkeyed::LongRow(bytes.len() - key));
        }
        rows.push(Ends { key, row: bytes.len(), at });
        columns.saw(record.cells());
        Ok(())
    }

    pub(super) fn fault(&mut self, fault: impl FnOnce() -> Vec<Problem>) {
        if self.batch.problems.len() < MAX_PROBLEMS {
            self.batch.problems.extend(fault());
        }
    }
}

/// Appends a value as a part of a key: a text without quotes and escapes, anything else in its canonical form.
fn write_text(cell: Cell<'_>, out: &mut String) {
    match cell.scalar() {
        Some(text) if cell.sort == Sort::TEXT && text.contains('\\') => {
            out.push_str(&serde_json::from_str::<String>(cell.value).unwrap_or_else(|_| text.to_owned()));
        }
        Some(text) => out.push_str(text),
        None => out.push_str(cell.value),
    }
}

/// Why a row cannot be one of a tree.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unkeyed {
    #[error("this row has no `{0}`, which is the key")]
    Keyless(String),
    #[error("the key of this row has {0} bytes, and {MAX_KEY} are the limit")]
    LongKey(usize),
    #[error("this row has {0} bytes in canonical form, and {MAX_ROW} are the limit")]
    LongRow(usize),
}

impl Unkeyed {
    pub(super) fn code(&self) -> &'static str {
        match self {
            Self::Keyless(_) => "row-without-key",
            Self::LongKey(_) => "key-too-long",
            Self::LongRow(_) => "row-too-long",
        }
    }

    pub(super) fn help(&self) -> &'static str {
        match self {
            Self::Keyless(_) => {
                "give every row one, name columns that all rows have (--key A,B), or tell the rows apart by all that stands in them (--by-content)"
            }
            Self::LongKey(_) => {
                "name shorter columns (--key A,B), or tell the rows apart by all that stands in them (--by-content)"
            }
            Self::LongRow(_) => "split it, or keep what is long in files beside it",
        }
    }

    fn at(&self, file: &SourceFile, span: Span) -> Problem {
        Problem::at(file, span, self.code(), self.to_string(), self.help())
    }
}

impl Sort {
    fn in_schema(self) -> Column {
        let mut column = Column::default();
        column.add(match self {
            Self::TEXT => row_tree::Sort::Text,
            Self::NUMBER => row_tree::Sort::Number,
            Self::BOOL => row_tree::Sort::Bool,
            Self::LIST => row_tree::Sort::List,
            Self::MAP => row_tree::Sort::Map,
            _ => row_tree::Sort::Null,
        });
        column
    }
}
