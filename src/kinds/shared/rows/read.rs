//! Tables to rows: one pass over the source, one row in memory at a time where the layout allows it.

use std::collections::{BTreeMap, HashSet};

use super::key::Candidates;
use super::{Column, Profile, Row, Rows, hash};
use crate::domain::{Problem, SourceFile, Span};
use crate::kinds::Settings;
use crate::kinds::shared::document::{self, MAX_PROBLEMS, Syntax};
use crate::kinds::shared::node::{Entry, Node, Value};

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
        each_row(table, &mut faults, &mut |row| reading.row(index, &row));
        problems.extend(faults.told(&table.file));
    }
    let Reading { candidates, mut rows, columns, strata, .. } = reading;
    let keyed_by = candidates.decide(&mut rows);
    let strata_declared = !settings.strata.is_empty();
    (Rows { tables, rows, keyed_by, columns, strata, strata_declared }, problems)
}

/// The first row of a file, when it can be read.
pub fn first_row(file: &SourceFile, layout: &Layout) -> Option<Node> {
    match layout {
        Layout::JsonLines => {
            let blank = file.text.find(|c: char| !c.is_whitespace() && c != '\u{feff}')?;
            let line = file.text.get(blank..)?.lines().next()?;
            document::parse(file, Span::new(blank, blank + line.len()), Syntax::Json).ok()
        }
        Layout::Csv(delimiter) => {
            let mut records = csv_reader(file.text.trim_start_matches('\u{feff}'), *delimiter);
            let (mut header, mut record) = (csv::StringRecord::new(), csv::StringRecord::new());
            let read = records.read_record(&mut header).ok()? && records.read_record(&mut record).ok()?;
            read.then(|| row_of(&column_names(&header), &record, Span::default()))
        }
        Layout::Document(..) => None,
    }
}

struct Reading<'s> {
    candidates: Candidates,
    rows: Vec<Row>,
    columns: BTreeMap<String, Column>,
    strata: BTreeMap<String, BTreeMap<String, usize>>,
    is_stratum: Box<dyn Fn(&str) -> bool + 's>,
}

impl Reading<'_> {
    fn row(&mut self, table: u32, node: &Node) {
        self.candidates.saw(node);
        for entry in node.entries() {
            match self.columns.get_mut(&entry.key) {
                Some(column) => column.saw(&entry.node.value),
                None => self.columns.entry(entry.key.clone()).or_default().saw(&entry.node.value),
            }
        }
        for entry in node.entries().iter().filter(|entry| (self.is_stratum)(&entry.key)) {
            if let Some(value) = entry.node.scalar() {
                *self.strata.entry(entry.key.clone()).or_default().entry(value).or_default() += 1;
            }
        }
        let whole = hash(&node.canonical());
        let row = Row { key: "".into(), nth: 0, table, span: node.span, whole, content: whole, keyless: false };
        self.rows.push(row);
    }
}

/// The problems of one file: the first few in full, then how many more.
struct Faults {
    problems: Vec<Problem>,
    more: usize,
}

impl Faults {
    fn add(&mut self, problem: impl FnOnce() -> Problem) {
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

fn each_row(table: &Table, faults: &mut Faults, visit: &mut dyn FnMut(Node)) {
    match &table.layout {
        Layout::JsonLines => each_line(&table.file, faults, visit),
        Layout::Csv(delimiter) => each_record(&table.file, *delimiter, faults, visit),
        Layout::Document(syntax, path) => match document::parse(&table.file, table.file.whole(), *syntax) {
            Ok(mut node) => {
                for key in path {
                    node = take(node, key);
                }
                if let Value::List(rows) = node.value {
                    rows.into_iter().for_each(|row| object(&table.file, row, faults, visit));
                }
            }
            Err(problems) => problems.into_iter().for_each(|problem| faults.add(|| problem)),
        },
    }
}

fn take(node: Node, key: &str) -> Node {
    let span = node.span;
    let entries = if let Value::Map(entries) = node.value { entries } else { Vec::new() };
    let found = entries.into_iter().find(|entry| entry.key == key);
    found.map_or(Node { span, value: Value::Null }, |entry| entry.node)
}

/// Hands on a row that is a map; anything else is a problem.
fn object(file: &SourceFile, row: Node, faults: &mut Faults, visit: &mut dyn FnMut(Node)) {
    if row.is_map() {
        visit(row);
    } else {
        let help = "write every row as an object of named fields";
        faults.add(|| Problem::at(file, row.span, "row-not-object", "this row is not an object", help));
    }
}

fn each_line(file: &SourceFile, faults: &mut Faults, visit: &mut dyn FnMut(Node)) {
    let mut start = 0;
    for line in file.text.split_inclusive('\n') {
        let region = Span::new(start, start + line.trim_end().len());
        start += line.len();
        if line.trim_start_matches('\u{feff}').trim().is_empty() {
            continue;
        }
        match document::parse(file, region, Syntax::Json) {
            Ok(row) => object(file, row, faults, visit),
            Err(problems) => problems.into_iter().for_each(|problem| faults.add(|| problem)),
        }
    }
}

fn each_record(file: &SourceFile, delimiter: u8, faults: &mut Faults, visit: &mut dyn FnMut(Node)) {
    let mark = if file.text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let text = file.text.get(mark..).unwrap_or_default();
    let mut records = csv_reader(text, delimiter);
    let mut record = csv::StringRecord::new();
    let mut header: Option<Vec<String>> = None;
    while records.read_record(&mut record).unwrap_or(false) {
        let start = record.position().map_or(0, |position| offset(position.byte()));
        let span = trimmed(file, Span::new(mark + start, mark + offset(records.position().byte())));
        if file.slice(span).bytes().filter(|&byte| byte == b'"').count() % 2 == 1 {
            faults.add(|| unclosed_quote(file, span));
            return;
        }
        match &header {
            None => {
                let names = column_names(&record);
                for (name, field) in names.iter().zip(&record).filter(|(name, field)| *name != field.trim()) {
                    if !field.trim().is_empty() {
                        faults.add(|| repeated_column(file, span, name.split('#').next().unwrap_or(name)));
                    }
                }
                header = Some(names);
            }
            Some(names) if names.len() != record.len() => faults.add(|| ragged(file, span, names.len(), record.len())),
            Some(names) => visit(row_of(names, &record, span)),
        }
    }
}

/// A reader over CSV text that takes records of any length.
pub(super) fn csv_reader(text: &str, delimiter: u8) -> csv::Reader<&[u8]> {
    let mut builder = csv::ReaderBuilder::new();
    builder.has_headers(false).flexible(true).delimiter(delimiter);
    builder.buffer_capacity(text.len().clamp(64, 1 << 16)).from_reader(text.as_bytes())
}

/// The record as a map; every field stands where the record stands.
pub(super) fn row_of(names: &[String], record: &csv::StringRecord, span: Span) -> Node {
    let entries = names.iter().zip(record).map(|(name, text)| Entry {
        key: name.clone(),
        key_span: span,
        node: Node { span, value: Value::Text(text.to_owned()) },
    });
    Node { span, value: Value::Map(entries.collect()) }
}

/// The names of the columns; an empty or repeated one carries its number.
pub(super) fn column_names(record: &csv::StringRecord) -> Vec<String> {
    let mut seen = HashSet::new();
    let name = |(at, field): (usize, &str)| {
        let name = field.trim();
        if !name.is_empty() && seen.insert(name.to_owned()) { name.to_owned() } else { format!("{name}#{}", at + 1) }
    };
    record.iter().enumerate().map(name).collect()
}

fn repeated_column(file: &SourceFile, span: Span, name: &str) -> Problem {
    let message = format!("the column `{name}` stands twice in the header");
    Problem::at(file, span, "csv-duplicate-column", message, "give every column its own name")
}

fn unclosed_quote(file: &SourceFile, span: Span) -> Problem {
    let help = r#"close the quote; inside a quoted field a quote is written twice ("")"#;
    Problem::at(file, span, "csv-quote", "a quote that opens in this record is never closed", help)
}

fn ragged(file: &SourceFile, span: Span, header: usize, record: usize) -> Problem {
    let message = format!("this record has {record} fields, the header has {header}");
    Problem::at(file, span, "csv-fields", message, "put fields that contain the separator in quotes")
}

fn trimmed(file: &SourceFile, span: Span) -> Span {
    let text = file.slice(span);
    let start = span.start + (text.len() - text.trim_start_matches(['\r', '\n']).len());
    Span::new(start, (span.start + text.trim_end_matches(['\r', '\n']).len()).max(start))
}

fn offset(byte: u64) -> usize {
    usize::try_from(byte).unwrap_or(usize::MAX)
}
