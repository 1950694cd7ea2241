//! Where rows come from: lines of JSON, CSV records, lists in documents.

use std::collections::HashSet;

use rayon::prelude::*;

use super::read::Faults;
use super::{Layout, Table};
use crate::domain::{Problem, SourceFile, Span};
use crate::kinds::shared::document::{self, Syntax};
use crate::kinds::shared::node::{Entry, Node, Value};

/// How many rows are in memory as trees at once.
const BATCH: usize = 8192;

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

/// Reads the rows of `table` in order, and hands them on in batches.
pub(super) fn each_batch(table: &Table, faults: &mut Faults, visit: &mut dyn FnMut(Vec<Node>)) {
    match &table.layout {
        Layout::JsonLines => lines(&table.file, faults, visit),
        Layout::Csv(delimiter) => records(&table.file, *delimiter, faults, visit),
        Layout::Document(syntax, path) => match document::parse(&table.file, table.file.whole(), *syntax) {
            Ok(mut node) => {
                for key in path {
                    node = take(node, key);
                }
                let rows = if let Value::List(rows) = node.value { rows } else { Vec::new() };
                visit(rows.into_iter().filter_map(|row| object(&table.file, row, faults)).collect());
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

/// The row when it is a map; anything else is a problem.
fn object(file: &SourceFile, row: Node, faults: &mut Faults) -> Option<Node> {
    if row.is_map() {
        return Some(row);
    }
    let help = "write every row as an object of named fields";
    faults.add(|| Problem::at(file, row.span, "row-not-object", "this row is not an object", help));
    None
}

/// Parses lines on all cores, a batch at a time.
fn lines(file: &SourceFile, faults: &mut Faults, visit: &mut dyn FnMut(Vec<Node>)) {
    let mut regions = line_regions(file).peekable();
    while regions.peek().is_some() {
        let batch: Vec<Span> = regions.by_ref().take(BATCH).collect();
        let parsed: Vec<_> = batch.par_iter().map(|region| document::parse(file, *region, Syntax::Json)).collect();
        let mut rows = Vec::with_capacity(parsed.len());
        for row in parsed {
            match row {
                Ok(row) => rows.extend(object(file, row, faults)),
                Err(problems) => problems.into_iter().for_each(|problem| faults.add(|| problem)),
            }
        }
        visit(rows);
    }
}

/// The lines that are not blank, without their ends.
fn line_regions(file: &SourceFile) -> impl Iterator<Item = Span> {
    let lines = file.text.split_inclusive('\n').scan(0, |start, line| {
        let at = *start;
        *start += line.len();
        Some((at, line))
    });
    let is_blank = |line: &str| line.trim_start_matches('\u{feff}').trim().is_empty();
    lines.filter(move |(_, line)| !is_blank(line)).map(|(at, line)| Span::new(at, at + line.trim_end().len()))
}

fn records(file: &SourceFile, delimiter: u8, faults: &mut Faults, visit: &mut dyn FnMut(Vec<Node>)) {
    let mark = if file.text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let mut records = csv_reader(file.text.get(mark..).unwrap_or_default(), delimiter);
    let mut record = csv::StringRecord::new();
    let mut names: Option<Vec<String>> = None;
    let mut rows = Vec::new();
    while records.read_record(&mut record).unwrap_or(false) {
        let start = record.position().map_or(0, |position| offset(position.byte()));
        let span = trimmed(file, Span::new(mark + start, mark + offset(records.position().byte())));
        if file.slice(span).bytes().filter(|&byte| byte == b'"').count() % 2 == 1 {
            faults.add(|| unclosed_quote(file, span));
            break;
        }
        match &names {
            None => names = Some(header(file, span, &record, faults)),
            Some(names) if names.len() != record.len() => faults.add(|| ragged(file, span, names.len(), record.len())),
            Some(names) => rows.push(row_of(names, &record, span)),
        }
        if rows.len() == BATCH {
            visit(std::mem::take(&mut rows));
        }
    }
    visit(rows);
}

/// The names of the columns; one that stands twice is a problem.
fn header(file: &SourceFile, span: Span, record: &csv::StringRecord, faults: &mut Faults) -> Vec<String> {
    let names = column_names(record);
    let repeated = names.iter().zip(record).filter(|(name, field)| *name != field.trim() && !field.trim().is_empty());
    for (_, field) in repeated {
        let message = format!("the column `{}` stands twice in the header", field.trim());
        faults.add(|| Problem::at(file, span, "csv-duplicate-column", message, "give every column its own name"));
    }
    names
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
