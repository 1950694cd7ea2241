//! Rows in canonical form, one batch after the other, from files of any size: what goes into row trees.

use rayon::prelude::*;

use super::gather::Gathering;
use super::lines::Piece;
use super::record::Record;
use super::source::{self, Fault, Source};
use super::{Layout, Table, key, quick, sheet};
use crate::domain::{Problem, SourceFile, Span};
use crate::tree::MAX_ROW;

pub use super::documents::Documents;
pub use super::gather::{Batch, Columns, Keyed};
pub use super::parquet::Parquet;
use super::{KeyedBy, Profile};

/// How much of a file of lines is read at a time, in bytes, and how much is digested at once.
const PIECE: usize = 1 << 18;
const AT_ONCE: usize = 16 * PIECE;
/// A longer line is no row: its canonical form could not be kept.
const LONGEST_LINE: usize = 2 * MAX_ROW;
/// A longer line has to be plain JSON: reading anything else takes memory many times its length.
const LONGEST_ODD: usize = 4 << 20;
/// How many bytes of rows a batch has, about, where they are read one by one.
const BATCH: usize = 1 << 20;
/// How many rows say which columns may be the key.
const SAMPLE: usize = 4096;

/// Takes batches of rows in order; `false`: it has enough.
pub type Take<'t> = dyn FnMut(Batch) -> bool + 't;

/// Reads the rows of `table`, keyed by the columns `key`, batch by batch.
pub fn read(table: &Table, key: &[String], take: &mut Take<'_>) {
    match &table.layout {
        Layout::JsonLines => lines(&table.file, key, take),
        Layout::Csv(delimiter) => {
            let mut each = |visit: &mut source::Visit<'_>| _ = sheet::each_record(&table.file, *delimiter, visit);
            one_by_one(&table.file, key, take, &mut each);
        }
        Layout::Document(..) => list(table, key, take),
    }
}

/// The columns that tell the rows of `tables` apart, as the first of them show; none: their whole content does.
pub fn infer_key(tables: &[Table], profile: &Profile) -> Vec<String> {
    let mut sample: Vec<Record> = Vec::new();
    for table in tables {
        let Ok(source) = open(table) else { continue };
        source.each(&mut |_, found| {
            sample.extend(found.ok().cloned());
            sample.len() < SAMPLE
        });
    }
    key_of(&sample, profile)
}

/// The columns that tell the rows in a sample apart.
pub(super) fn key_of(sample: &[Record], profile: &Profile) -> Vec<String> {
    match key::candidates(sample, profile, None).into_iter().next().map(|candidate| candidate.keyed_by) {
        Some(KeyedBy::Column(name)) => vec![name],
        Some(KeyedBy::Columns(names)) => names,
        Some(KeyedBy::Content(_) | KeyedBy::Row) | None => Vec::new(),
    }
}

fn open(table: &Table) -> Result<Source<'_>, Vec<Problem>> {
    source::open(table)
}

fn list(table: &Table, key: &[String], take: &mut Take<'_>) {
    match open(table) {
        Ok(source) => one_by_one(&table.file, key, take, &mut |visit| _ = source.each(visit)),
        Err(problems) => {
            take(Batch::of_problems(problems));
        }
    }
}

/// Hands on rows that come one by one.
fn one_by_one(file: &SourceFile, key: &[String], take: &mut Take<'_>, each: &mut dyn FnMut(&mut source::Visit<'_>)) {
    let mut gathering = Gathering::new(key);
    let mut goes_on = true;
    each(&mut |span, found| {
        gathering.take(file, span, found);
        if gathering.length() >= BATCH {
            goes_on = take(gathering.batch());
        }
        goes_on
    });
    if goes_on {
        take(gathering.batch());
    }
}

/// Reads lines on all cores, and hands their rows on in order.
fn lines(file: &SourceFile, key: &[String], take: &mut Take<'_>) {
    let mut reading = Reading { file, at: 0 };
    loop {
        let (pieces, fault) = reading.pieces();
        let batches: Vec<Batch> = pieces.par_iter().map(|piece| batch_of(file, piece, key)).collect();
        let goes_on = batches.into_iter().all(&mut *take);
        if let Some(fault) = fault.filter(|_| goes_on) {
            take(Batch::of_problems(vec![fault]));
            return;
        }
        if pieces.is_empty() || !goes_on {
            return;
        }
    }
}

fn batch_of(file: &SourceFile, piece: &Piece, key: &[String]) -> Batch {
    let (mut gathering, mut record) = (Gathering::new(key), Record::default());
    for (span, line) in piece.lines() {
        let found: Result<&mut Record, Fault<'_>> = match quick::read(line, &mut record) {
            Some(()) => Ok(&mut record),
            None if line.len() > LONGEST_ODD => Err(Box::new(move || vec![odd(file, span)])),
            None => source::read_in_full(file, span, &mut record),
        };
        gathering.take(file, span, found);
    }
    gathering.batch()
}

/// Reads a file of lines piece by piece.
struct Reading<'f> {
    file: &'f SourceFile,
    at: usize,
}

impl Reading<'_> {
    /// The next pieces, and what is wrong behind them.
    fn pieces(&mut self) -> (Vec<Piece>, Option<Problem>) {
        let (mut pieces, before) = (Vec::new(), self.at);
        while self.at - before < AT_ONCE {
            match self.piece() {
                Ok(Some(piece)) => pieces.push(piece),
                Ok(None) => break,
                Err(problem) => return (pieces, Some(problem)),
            }
        }
        (pieces, None)
    }

    /// Some whole lines; `None` at the end of the file.
    fn piece(&mut self) -> Result<Option<Piece>, Problem> {
        let mut size = PIECE;
        loop {
            let mut bytes = self.read(size)?;
            let is_end = bytes.len() < size;
            match bytes.iter().rposition(|&byte| byte == b'\n') {
                _ if bytes.is_empty() => return Ok(None),
                Some(end) if !is_end => bytes.truncate(end + 1),
                None if size > LONGEST_LINE => return Err(self.too_long()),
                None if !is_end => {
                    size *= 4;
                    continue;
                }
                _ => {}
            }
            let start = self.at;
            self.at += bytes.len();
            return match String::from_utf8(bytes) {
                Ok(text) => Ok(Some(Piece::new(start, text))),
                Err(error) => Err(self.no_text(start + error.utf8_error().valid_up_to())),
            };
        }
    }

    fn read(&self, size: usize) -> Result<Vec<u8>, Problem> {
        let mut bytes = vec![0; size.min(self.file.whole().len().saturating_sub(self.at))];
        let read = self.file.read_at(self.at, &mut bytes).map_err(|error| {
            let message = format!("it cannot be read to its end: {error}");
            Problem::of_path(&self.file.path, "unreadable", message, "copy the file to this machine, and try again")
        })?;
        bytes.truncate(read);
        Ok(bytes)
    }

    fn too_long(&self) -> Problem {
        let message = format!("a line of more than {LONGEST_LINE} bytes begins here");
        let help = "write one row a line; a row has at most 32 MiB";
        Problem::at(self.file, Span::new(self.at, self.at), "line-too-long", message, help)
    }

    fn no_text(&self, at: usize) -> Problem {
        let help = "save the file as UTF-8";
        Problem::at(self.file, Span::new(at, at), "not-utf8", "this is not UTF-8", help)
    }
}

fn odd(file: &SourceFile, span: Span) -> Problem {
    let message = format!("this line of {} bytes is no plain JSON, and too long to say what is wrong", span.len());
    let help = "write it without comments, trailing commas, and names with escapes; close what opens";
    Problem::at(file, Span::new(span.start, span.start + 1), "json-syntax", message, help)
}
