//! Rows parsed again: only those that differ, when their fields are asked for.

use std::collections::HashMap;

use super::source::{column_names, csv_reader, row_of};
use super::{KeyedBy, Layout, Row, Rows};
use crate::kinds::shared::document::{self, Syntax};
use crate::kinds::shared::node::Node;

/// Parses rows of `rows` again, remembering what serves several of them.
pub(super) struct Details<'r> {
    rows: &'r Rows,
    headers: HashMap<u32, Vec<String>>,
    documents: HashMap<u32, HashMap<usize, Node>>,
}

impl<'r> Details<'r> {
    pub(super) fn new(rows: &'r Rows) -> Self {
        Self { rows, headers: HashMap::new(), documents: HashMap::new() }
    }

    /// The row as a map; `None` only when the source no longer says what it said.
    pub(super) fn node(&mut self, row: &Row) -> Option<Node> {
        let table = self.rows.tables.get(row.table as usize)?;
        match &table.layout {
            Layout::JsonLines => document::parse(&table.file, row.span, Syntax::Json).ok(),
            Layout::Csv(delimiter) => {
                let names = self.headers.entry(row.table).or_insert_with(|| header(&table.file.text, *delimiter));
                let mut record = csv::StringRecord::new();
                csv_reader(table.file.slice(row.span), *delimiter).read_record(&mut record).ok()?;
                Some(row_of(names, &record, row.span))
            }
            Layout::Document(syntax, path) => {
                let by_start = self.documents.entry(row.table).or_insert_with(|| {
                    let node = document::parse(&table.file, table.file.whole(), *syntax).ok();
                    let keys: Vec<&str> = path.iter().map(String::as_str).collect();
                    let list = node.as_ref().and_then(|node| node.at(&keys));
                    list.map_or(&[][..], Node::elements).iter().map(|row| (row.span.start, row.clone())).collect()
                });
                by_start.get(&row.span.start).cloned()
            }
        }
    }

    /// What a person calls the row: its key, else the beginning of its content.
    pub(super) fn label(&mut self, row: &Row) -> String {
        if matches!(self.rows.keyed_by, KeyedBy::Column(_)) && !row.keyless {
            return row.key.to_string();
        }
        let content = match &self.rows.keyed_by {
            KeyedBy::Content(name) => self.node(row).and_then(|node| node.get(name).map(readable)),
            _ => None,
        };
        let text = content.or_else(|| self.node(row).map(|node| readable(&node))).unwrap_or_default();
        clipped(&text, 60)
    }
}

/// The text of a value: of a string itself, of anything else its canonical form.
pub(super) fn readable(node: &Node) -> String {
    node.text().map_or_else(|| node.canonical(), str::to_owned)
}

pub(super) fn clipped(text: &str, limit: usize) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= limit { line } else { line.chars().take(limit - 1).chain(['…']).collect() }
}

fn header(text: &str, delimiter: u8) -> Vec<String> {
    let mut record = csv::StringRecord::new();
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if csv_reader(text, delimiter).read_record(&mut record).is_err() {
        return Vec::new();
    }
    column_names(&record)
}
