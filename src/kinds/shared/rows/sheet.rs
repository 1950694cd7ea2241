//! CSV: records with their places, read from a window that moves over the file.

use std::collections::HashSet;
use std::io::{self, Read};

use super::record::Record;
use super::source::Visit;
use crate::domain::{Problem, SourceFile, Span};
use crate::kinds::shared::node::{Entry, Node, Value};

/// How much of what was read is dropped at a time, in bytes.
const WINDOW: usize = 1 << 20;
/// A record that takes more bytes than this is none.
const LONGEST: usize = 64 << 20;

/// Hands every record after the header to `visit`, until that has enough; whether it wants more.
pub(super) fn each_record(file: &SourceFile, delimiter: u8, visit: &mut Visit<'_>) -> bool {
    each_from(file, (delimiter, None), visit)
}

/// Hands every record from this byte on to `visit`, in columns of these names; without them the header stands first.
pub(super) fn each_from(
    file: &SourceFile,
    (delimiter, from): (u8, Option<(usize, Vec<String>)>),
    visit: &mut Visit<'_>,
) -> bool {
    let (mark, mut names) = from.map_or_else(|| (mark_of(file), None), |(at, names)| (at, Some(names)));
    let mut records = reader(Window { file, kept: Vec::new(), from: mark, at: mark }, delimiter, 1 << 16);
    let (mut fields, mut record) = (csv::StringRecord::new(), Record::default());
    loop {
        match records.read_record(&mut fields) {
            Ok(true) => {}
            Ok(false) => return true,
            Err(error) => {
                let start = mark + error.position().map_or(0, |position| offset(position.byte()));
                return visit(Span::new(start, start), Err(Box::new(|| vec![unreadable(file, start, &error)])));
            }
        }
        let start = mark + fields.position().map_or(0, |position| offset(position.byte()));
        let end = mark + offset(records.position().byte());
        let (span, quotes) = records.get_mut().pass(start, end);
        if quotes % 2 == 1 {
            return visit(span, Err(Box::new(|| vec![unclosed_quote(file, span)])));
        }
        let goes_on = match &names {
            None => {
                names = Some(column_names(&fields));
                repeated_names(&fields).all(|name| visit(span, Err(Box::new(|| vec![repeated(file, span, name)]))))
            }
            Some(names) if names.len() != fields.len() => {
                visit(span, Err(Box::new(|| vec![ragged(file, span, names.len(), fields.len())])))
            }
            Some(names) => {
                record.read_fields(names, fields.iter());
                visit(span, Ok(&mut record))
            }
        };
        if !goes_on {
            return false;
        }
    }
}

/// How many bytes the byte order mark takes.
fn mark_of(file: &SourceFile) -> usize {
    if file.text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 }
}

/// Reads a file, and keeps what the record at hand consists of.
struct Window<'f> {
    file: &'f SourceFile,
    kept: Vec<u8>,
    /// Where in the file `kept` begins.
    from: usize,
    /// What is read next.
    at: usize,
}

impl Window<'_> {
    /// Forgets what stands before `start`; the record without line ends around it, and the number of quotes in it.
    fn pass(&mut self, start: usize, end: usize) -> (Span, usize) {
        if start - self.from > WINDOW {
            self.kept.drain(..start - self.from);
            self.from = start;
        }
        let raw = self.kept.get(start - self.from..end - self.from).unwrap_or_default();
        let is_end = |byte: &u8| matches!(byte, b'\r' | b'\n');
        let head = raw.iter().take_while(|byte| is_end(byte)).count();
        let tail = raw.iter().skip(head).rev().take_while(|byte| is_end(byte)).count();
        let quotes = raw.iter().filter(|&&byte| byte == b'"').count();
        (Span::new(start + head, start + raw.len() - tail), quotes)
    }
}

impl Read for Window<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.kept.len() > LONGEST + WINDOW {
            return Err(io::Error::other(format!("a record of more than {LONGEST} bytes")));
        }
        let read = self.file.read_at(self.at, into)?;
        self.kept.extend_from_slice(into.get(..read).unwrap_or_default());
        self.at += read;
        Ok(read)
    }
}

/// A reader over CSV that takes records of any length.
fn reader<R: Read>(source: R, delimiter: u8, buffer: usize) -> csv::Reader<R> {
    let mut builder = csv::ReaderBuilder::new();
    builder.has_headers(false).flexible(true).delimiter(delimiter).buffer_capacity(buffer).from_reader(source)
}

/// The first row of a file, when it can be read.
pub(super) fn first_row(file: &SourceFile, delimiter: u8) -> Option<Node> {
    let mut records = reader(file.text.trim_start_matches('\u{feff}').as_bytes(), delimiter, 1 << 12);
    let (mut header, mut record) = (csv::StringRecord::new(), csv::StringRecord::new());
    let read = records.read_record(&mut header).ok()? && records.read_record(&mut record).ok()?;
    read.then(|| row_of(&column_names(&header), &record, Span::default()))
}

/// The names of the columns of a file.
pub(super) fn names(file: &SourceFile, delimiter: u8) -> Vec<String> {
    let mut record = csv::StringRecord::new();
    let mark = mark_of(file);
    let window = Window { file, kept: Vec::new(), from: mark, at: mark };
    let read = reader(window, delimiter, 1 << 12).read_record(&mut record);
    if read.is_ok() { column_names(&record) } else { Vec::new() }
}

/// The record that `text` is, as a map; every field stands where the record stands.
pub(super) fn row(names: &[String], text: &str, delimiter: u8) -> Option<Node> {
    let mut record = csv::StringRecord::new();
    let read = reader(text.as_bytes(), delimiter, text.len().clamp(64, 1 << 16)).read_record(&mut record).ok()?;
    read.then(|| row_of(names, &record, Span::new(0, text.len())))
}

fn row_of(names: &[String], record: &csv::StringRecord, span: Span) -> Node {
    let entries = names.iter().zip(record).map(|(name, text)| Entry {
        key: name.clone(),
        key_span: span,
        node: Node { span, value: Value::Text(text.to_owned()) },
    });
    Node { span, value: Value::Map(entries.collect()) }
}

/// The names that stand twice in a header.
fn repeated_names(record: &csv::StringRecord) -> impl Iterator<Item = &str> {
    let mut seen = HashSet::new();
    record.iter().map(str::trim).filter(move |name| !name.is_empty() && !seen.insert(*name))
}

fn repeated(file: &SourceFile, span: Span, name: &str) -> Problem {
    let message = format!("the column `{name}` stands twice in the header");
    Problem::at(file, span, "csv-duplicate-column", message, "give every column its own name")
}

/// The names of the columns; an empty or repeated one carries its number.
fn column_names(record: &csv::StringRecord) -> Vec<String> {
    let mut seen = HashSet::new();
    let name = |(at, field): (usize, &str)| {
        let name = field.trim();
        if !name.is_empty() && seen.insert(name.to_owned()) { name.to_owned() } else { format!("{name}#{}", at + 1) }
    };
    record.iter().enumerate().map(name).collect()
}

fn unreadable(file: &SourceFile, start: usize, error: &csv::Error) -> Problem {
    let message = match error.kind() {
        csv::ErrorKind::Utf8 { .. } => "this record is not UTF-8".to_owned(),
        csv::ErrorKind::Io(error) => format!("the records end here: {error}"),
        _ => format!("the records end here: {error}"),
    };
    let help = "save the file as UTF-8, and close every quote that opens";
    Problem::at(file, Span::new(start, start), "csv-unreadable", message, help)
}

fn unclosed_quote(file: &SourceFile, span: Span) -> Problem {
    let help = r#"close the quote; inside a quoted field a quote is written twice ("")"#;
    Problem::at(file, span, "csv-quote", "a quote that opens in this record is never closed", help)
}

fn ragged(file: &SourceFile, span: Span, header: usize, record: usize) -> Problem {
    let message = format!("this record has {record} fields, the header has {header}");
    Problem::at(file, span, "csv-fields", message, "put fields that contain the separator in quotes")
}

fn offset(byte: u64) -> usize {
    usize::try_from(byte).unwrap_or(usize::MAX)
}
