//! Keyed rows: eval cases and document lists, from JSON Lines, CSV, or a list in a document.
//!
//! A row is kept as its key, its place and two digests, about a hundred bytes; only rows that differ are parsed again.

mod compare;
mod detail;
mod fold;
mod key;
mod read;
mod source;

pub use compare::compare;
pub use read::{Layout, Table, layout_of, read};
pub use source::first_row;

use std::collections::BTreeMap;

use super::node::{Node, Value};
use crate::domain::{Event, Fact, Place, Quote, SourceFile, Span};

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
}

/// How rows are told apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyedBy {
    /// By the value of this column.
    Column(String),
    /// By the digest of this column's value.
    Content(String),
    /// By the digest of the whole row.
    Row,
}

/// Sixteen bytes of a BLAKE3 hash.
type Hash = [u8; 16];

#[derive(Debug)]
struct Row {
    key: Box<str>,
    /// How many rows before this one have the same key.
    nth: u32,
    table: u32,
    span: Span,
    /// Of the whole row.
    whole: Hash,
    /// Of the row without its key.
    content: Hash,
    /// Whether the row lacks the key column.
    keyless: bool,
}

/// The types of value that a column has been seen to hold, one bit each.
#[derive(Debug, Default)]
struct Column {
    types: u8,
}

/// The rows of one or more tables, in order.
#[derive(Debug)]
pub struct Rows {
    tables: Vec<Table>,
    rows: Vec<Row>,
    keyed_by: KeyedBy,
    columns: BTreeMap<String, Column>,
    /// Of each column that names strata: every stratum and its number of rows.
    strata: BTreeMap<String, BTreeMap<String, usize>>,
    /// Whether the project named the strata itself.
    strata_declared: bool,
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

    /// The keys of the rows.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.rows.iter().map(|row| &*row.key)
    }

    /// Where the first row stands.
    pub fn first_place(&self) -> Option<Place> {
        self.rows.first().map(|row| self.place(row))
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

    /// Appends the canonical form: how rows are told apart, then every row's digest in order.
    pub fn write_canonical(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(format!("{:?}\0{}\0", self.keyed_by, self.rows.len()).as_bytes());
        for row in &self.rows {
            out.extend_from_slice(&row.whole);
        }
    }

    fn file(&self, row: &Row) -> Option<&SourceFile> {
        self.tables.get(row.table as usize).map(|table| &table.file)
    }

    fn place(&self, row: &Row) -> Place {
        self.file(row).map_or_else(|| Place { path: "".into(), line: 1, column: 1 }, |file| file.place(row.span.start))
    }
}

impl Column {
    fn saw(&mut self, value: &Value) {
        self.types |= match value {
            Value::Null => 0,
            Value::Bool(_) => 1,
            Value::Number(_) => 2,
            Value::Text(_) => 4,
            Value::List(_) => 8,
            Value::Map(_) => 16,
        };
    }

    /// The types of the values, for people: `number`, `number or text`.
    fn types(&self) -> String {
        let names = ["bool", "number", "text", "list", "map"];
        let held = names.iter().enumerate().filter(|(bit, _)| self.types & (1 << bit) != 0);
        held.map(|(_, name)| *name).collect::<Vec<_>>().join(" or ")
    }
}

fn hash(text: &str) -> Hash {
    let mut short = [0; 16];
    short.copy_from_slice(blake3::hash(text.as_bytes()).as_bytes().split_at(16).0);
    short
}

/// The digest of a row, and of the row without the column `key`.
fn hash_without(row: &Node, key: &str) -> Hash {
    let mut entries: Vec<_> = row.entries().iter().filter(|entry| entry.key != key).collect();
    entries.sort_by(|a, b| a.key.cmp(&b.key));
    let mut canonical = String::new();
    for entry in entries {
        super::node::write_json_string(&entry.key, &mut canonical);
        entry.node.write_canonical(&mut canonical);
    }
    hash(&canonical)
}

fn hex(hash: Hash) -> Box<str> {
    hash.iter().map(|byte| format!("{byte:02x}")).collect::<String>().into_boxed_str()
}
