//! Rows read again: only those that differ, when their fields are asked for.

use std::collections::HashMap;

use super::record::Record;
use super::{Hash, Layout, Row, Rows, plain, quick, sheet};
use crate::domain::SourceFile;
use crate::kinds::shared::document::{self, Syntax};
use crate::kinds::shared::node::Node;

/// Parses rows of `rows` again, remembering what serves several of them.
pub(super) struct Details<'r> {
    rows: &'r Rows,
    headers: HashMap<u16, Vec<String>>,
    documents: HashMap<u16, HashMap<usize, Node>>,
}

/// A row as a tree.
pub(super) struct Detail {
    /// What the spans of the tree are places of.
    pub(super) file: SourceFile,
    pub(super) node: Node,
}

impl<'r> Details<'r> {
    pub(super) fn new(rows: &'r Rows) -> Self {
        Self { rows, headers: HashMap::new(), documents: HashMap::new() }
    }

    /// The row as a map; `None` only when the source no longer says what it said.
    pub(super) fn of(&mut self, row: &Row) -> Option<Detail> {
        let table = self.rows.tables.get(usize::from(row.table))?;
        match &table.layout {
            Layout::JsonLines => {
                let file = table.file.part(row.span())?;
                let node = document::parse(&file, file.whole(), Syntax::Json).ok()?;
                Some(Detail { file, node })
            }
            Layout::Csv(delimiter) => {
                let names = self.headers.entry(row.table).or_insert_with(|| sheet::names(&table.file, *delimiter));
                let file = table.file.part(row.span())?;
                let node = sheet::row(names, &file.text, *delimiter)?;
                Some(Detail { file, node })
            }
            Layout::Document(syntax, path) => {
                let by_start = self.documents.entry(row.table).or_insert_with(|| {
                    let node = document::parse(&table.file, table.file.whole(), *syntax).ok();
                    let keys: Vec<&str> = path.iter().map(String::as_str).collect();
                    let list = node.as_ref().and_then(|node| node.at(&keys));
                    list.map_or(&[][..], Node::elements).iter().map(|row| (row.span.start, row.clone())).collect()
                });
                let node = by_start.get(&row.start)?.clone();
                Some(Detail { file: table.file.clone(), node })
            }
        }
    }

    /// What a person calls the row: its key, else the beginning of its content.
    pub(super) fn label(&mut self, row: &Row) -> String {
        self.of(row).map_or_else(String::new, |detail| self.label_of(&detail))
    }

    pub(super) fn label_of(&self, detail: &Detail) -> String {
        let mut record = Record::default();
        record.read_node(&detail.node);
        let name = self.rows.keyed_by.name_of(&record);
        name.unwrap_or_else(|| {
            let content = match &self.rows.keyed_by {
                super::KeyedBy::Content(name) => detail.node.get(name),
                _ => None,
            };
            clipped(&readable(content.unwrap_or(&detail.node)), 60)
        })
    }

    /// The digest of a row.
    pub(super) fn digest(&mut self, row: &Row) -> Option<Hash> {
        Some(self.record(row)?.digest())
    }

    /// The digest of a row without its key.
    pub(super) fn content(&mut self, row: &Row) -> Option<Hash> {
        let mut record = self.record(row)?;
        record.retain(|name| !self.rows.keyed_by.has(name));
        Some(record.digest())
    }

    /// The columns of a row, which are had more quickly than the tree.
    pub(super) fn record(&mut self, row: &Row) -> Option<Record> {
        let mut record = Record::default();
        let table = self.rows.tables.get(usize::from(row.table))?;
        let is_read = match &table.layout {
            Layout::JsonLines => quick::read(&table.file.part(row.span())?.text, &mut record).is_some(),
            Layout::Csv(delimiter) => {
                let names = self.headers.entry(row.table).or_insert_with(|| sheet::names(&table.file, *delimiter));
                let part = table.file.part(row.span())?;
                plain::read(&part.text, (0, *delimiter), names, &mut record).is_some_and(|read| read == part.whole())
            }
            Layout::Document(..) => false,
        };
        if !is_read {
            record.read_node(&self.of(row)?.node);
        }
        Some(record)
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
