//! Keyed rows: eval cases and document lists, from JSON Lines, CSV, or a list in a document.
//!
//! A row is kept as its prints and its place, 48 bytes; only rows that differ are read again.

mod aggregate;
mod columns;
mod compare;
mod detail;
mod documents;
mod fold;
mod form;
mod gather;
mod key;
mod lines;
mod matching;
mod parquet;
mod pass;
mod plain;
mod quick;
mod read;
mod record;
mod records;
mod sheet;
mod similar;
mod source;
pub mod stream;
mod tally;
mod tolerance;
mod unfit;
mod windows;

pub use columns::Whole;
pub use compare::{How, compare};
pub use form::meaning;
pub use key::KeyedBy;
pub use read::{layout_of, read};
pub use source::first_row;
pub use tolerance::Tolerance;
pub use unfit::unfit;
pub use windows::{Reading, Window, Windows, content, digest, each_column, of_window, print_of_name};

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::document::Syntax;
use super::part::Part;
use crate::domain::{Event, Fact, Place, Quote, SourceFile, Span};
use record::Record;
use tally::Tally;

/// What a kind says about its rows.
#[derive(Debug, Clone, Copy)]
pub struct Profile {
    /// The aspect of the rows' facts: `case`, `document`.
    pub aspect: &'static str,
    /// Columns that identify a row, best first.
    pub key_names: &'static [&'static str],
    /// Columns whose content identifies a row when no key does.
    pub content_names: &'static [&'static str],
    /// What a column is for; becomes the mark of the fact about its change.
    pub role: fn(&str) -> &'static str,
    /// Whether the text of a row is worth a closer look ([`Rows::watched`]); asked of every row.
    pub watch: fn(&str) -> bool,
}

/// How rows are laid out in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Layout {
    /// One JSON object a line.
    JsonLines,
    /// A header line, then records, separated by this byte.
    Csv(u8),
    /// A list in a document, under these keys.
    Document(Syntax, Vec<String>),
}

/// A file of rows.
#[derive(Debug, Clone)]
pub struct Table {
    /// The file.
    pub file: SourceFile,
    /// How its rows are laid out.
    pub layout: Layout,
}

/// Sixteen bytes of a digest: of BLAKE3 where it leaves this process, else a print.
type Hash = [u8; 16];

/// The sort of a value: one bit of a column's types.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Sort(u8);

#[derive(Debug, Clone, Copy)]
struct Row {
    /// The print of what tells it from the other rows.
    key: Hash,
    /// The print of the whole row, which is compared only with that of the row with the same key.
    whole: u64,
    start: usize,
    length: u32,
    table: u16,
    /// Whether the row lacks the key.
    keyless: bool,
    /// Whether an earlier row has the same key.
    repeated: bool,
}

/// The rows of one or more tables, in order.
#[derive(Debug)]
pub struct Rows {
    tables: Vec<Table>,
    rows: Vec<Row>,
    /// The print of what each row asks: all but its key, its label and notes.
    asked: Vec<u64>,
    /// The digest of each row, where all of them were small enough to be held.
    digests: Option<Vec<Hash>>,
    /// The rows that are worth a closer look, as far as they were kept.
    watched: Vec<u32>,
    keyed_by: KeyedBy,
    /// Whether nobody named the key.
    is_inferred: bool,
    tally: Tally,
    /// Whether the project named the strata itself.
    strata_declared: bool,
    /// By how much numbers may differ, by column.
    tolerance: BTreeMap<String, Tolerance>,
}

impl Row {
    fn span(&self) -> Span {
        Span::new(self.start, self.start + self.length as usize)
    }
}

impl Rows {
    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// How the rows are told apart.
    pub fn keyed_by(&self) -> &KeyedBy {
        &self.keyed_by
    }

    /// Where the first row stands.
    pub fn first_place(&self) -> Option<Place> {
        self.rows.first().map(|row| self.place(row))
    }

    /// How the rows are told apart, as a piece of the artefact for people to read.
    pub fn key_piece(&self) -> Option<Part> {
        let quote = self.first_place().map(|place| Quote { place, text: self.key_phrase() })?;
        Some(Part { aspect: "key", key: "rows".to_owned(), value: String::new(), quote, marks: Vec::new() })
    }

    /// `id (inferred; unique 998/1000)`
    fn key_phrase(&self) -> String {
        let name = match &self.keyed_by {
            KeyedBy::Column(name) | KeyedBy::Content(name) => name.clone(),
            KeyedBy::Columns(names) => names.join(" + "),
            KeyedBy::Row => "the whole row".to_owned(),
        };
        let how = if self.is_inferred { "inferred" } else { "declared" };
        let different = self.rows.iter().filter(|row| !row.repeated).count();
        format!("{name} ({how}; unique {different}/{})", self.len())
    }

    /// How many rows have a value in `column` that is not empty.
    pub fn filled(&self, column: &str) -> usize {
        self.tally.column(column).map_or(0, |column| column.filled)
    }

    /// What `look` finds in the rows that are worth a closer look; it gets what a person calls the row, where the row
    /// stands, and its text. Facts beyond twenty are folded into one that counts them.
    pub fn watched(&self, look: impl Fn(String, Place, &str) -> Option<Fact>) -> Vec<Fact> {
        let mut details = detail::Details::new(self);
        let mut fold = fold::Fold::default();
        for row in self.watched.iter().filter_map(|&at| self.rows.get(at as usize)) {
            let Some(detail) = details.of(row) else { continue };
            let (label, text) = (details.label_of(&detail), detail.node.canonical());
            if let Some(found) = look(label, self.place(row), &text) {
                fold.add((found.aspect, found.event, found.marks.clone()), |_| found);
            }
        }
        fold.finish()
    }

    /// The fact that all the rows came or went together.
    pub fn all(&self, event: Event, profile: &Profile) -> Fact {
        let mut fact = Fact::new(profile.aspect, event, "every one").marked("folded");
        fact.count = self.len().max(1);
        let quote = self.first_place().map(|place| Quote { place, text: String::new() });
        match event {
            Event::Removed => fact.old = quote,
            _ => fact.new = quote,
        }
        fact
    }

    /// Digests of what the rows are called ([`crate::kinds::Signs::case`]); `None` where no column names them. The rows
    /// are read again for it.
    pub fn names(&self) -> Option<BTreeSet<[u8; 16]>> {
        let is_named = matches!(self.keyed_by, KeyedBy::Column(_));
        is_named.then(|| {
            let name = |record: &mut Record| self.keyed_by.name_of(record).map(|name| hash(name.as_bytes()));
            pass::each_row(&self.tables, name).into_iter().collect()
        })
    }

    /// The prints of the rows' keys, to be compared with those of other rows in this process.
    pub fn keys(&self) -> HashSet<[u8; 16]> {
        self.rows.iter().map(|row| row.key).collect()
    }

    fn file(&self, row: &Row) -> Option<&SourceFile> {
        self.tables.get(usize::from(row.table)).map(|table| &table.file)
    }

    fn place(&self, row: &Row) -> Place {
        self.file(row).map_or_else(|| Place { path: "".into(), line: 1, column: 1 }, |file| file.place(row.start))
    }
}

fn hash(bytes: &[u8]) -> Hash {
    let mut short = [0; 16];
    short.copy_from_slice(blake3::hash(bytes).as_bytes().split_at(16).0);
    short
}
