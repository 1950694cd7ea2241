//! Tables to rows: one pass over the source, one batch of rows in memory at a time where the layout allows it.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::key::Candidates;
use super::{Column, Profile, Row, Rows, hash, source};
use crate::domain::{Problem, SourceFile};
use crate::kinds::Settings;
use crate::kinds::shared::document::{MAX_PROBLEMS, Syntax};
use crate::kinds::shared::node::Node;

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

/// The layout that the extension of `path` announces, when it is one of rows only.
pub fn layout_of(path: &str) -> Option<Layout> {
    match path.rsplit('.').next()?.to_ascii_lowercase().as_str() {
        "jsonl" | "ndjson" => Some(Layout::JsonLines),
        "csv" => Some(Layout::Csv(b',')),
        "tsv" => Some(Layout::Csv(b'\t')),
        _ => None,
    }
}

/// Reads the rows of `tables`. A row that cannot be read is a problem; the others are read all the same.
pub fn read(tables: Vec<Table>, profile: &Profile, settings: &Settings) -> (Rows, Vec<Problem>) {
    let mut reading = Reading {
        candidates: Candidates::new(profile, settings.key.as_deref()),
        rows: Vec::new(),
        columns: BTreeMap::new(),
        strata: BTreeMap::new(),
        is_stratum: Box::new(|column| match &*settings.strata {
            [] => (profile.role)(column) == "stratum",
            declared => declared.iter().any(|name| name == column),
        }),
    };
    let mut problems = Vec::new();
    for (index, table) in (0_u32..).zip(&tables) {
        let mut faults = Faults { problems: Vec::new(), more: 0 };
        source::each_batch(table, &mut faults, &mut |batch| reading.batch(index, &batch));
        problems.extend(faults.told(&table.file));
    }
    let Reading { candidates, mut rows, columns, strata, .. } = reading;
    let keyed_by = candidates.decide(&mut rows);
    let strata_declared = !settings.strata.is_empty();
    (Rows { tables, rows, keyed_by, columns, strata, strata_declared }, problems)
}

struct Reading<'s> {
    candidates: Candidates,
    rows: Vec<Row>,
    columns: BTreeMap<String, Column>,
    strata: BTreeMap<String, BTreeMap<String, usize>>,
    is_stratum: Box<dyn Fn(&str) -> bool + 's>,
}

impl Reading<'_> {
    /// Digests a batch on all cores, then takes its rows in order.
    fn batch(&mut self, table: u32, batch: &[Node]) {
        if let Some(first) = batch.first() {
            self.candidates.settle(first);
        }
        let candidates = &self.candidates;
        let digested: Vec<_> =
            batch.par_iter().map(|node| (hash(&node.canonical()), candidates.values_of(node))).collect();
        for (node, (whole, values)) in batch.iter().zip(digested) {
            self.candidates.take(values);
            self.columns_of(node);
            let row = Row { key: "".into(), nth: 0, table, span: node.span, whole, content: whole, keyless: false };
            self.rows.push(row);
        }
    }

    fn columns_of(&mut self, node: &Node) {
        for entry in node.entries() {
            match self.columns.get_mut(&entry.key) {
                Some(column) => column.saw(&entry.node.value),
                None => self.columns.entry(entry.key.clone()).or_default().saw(&entry.node.value),
            }
            if (self.is_stratum)(&entry.key)
                && let Some(value) = entry.node.scalar()
            {
                *self.strata.entry(entry.key.clone()).or_default().entry(value).or_default() += 1;
            }
        }
    }
}

/// The problems of one file: the first few in full, then how many more.
pub(super) struct Faults {
    problems: Vec<Problem>,
    more: usize,
}

impl Faults {
    pub(super) fn add(&mut self, problem: impl FnOnce() -> Problem) {
        if self.problems.len() < MAX_PROBLEMS {
            self.problems.push(problem());
        } else {
            self.more += 1;
        }
    }

    fn told(mut self, file: &SourceFile) -> Vec<Problem> {
        if self.more > 0 {
            let message = format!("and {} more problems in this file", self.more);
            self.problems.push(Problem::of_path(&file.path, "more-problems", message, "fix the ones above first"));
        }
        self.problems
    }
}
