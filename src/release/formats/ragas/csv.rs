//! The CSV that pandas writes.

use std::collections::BTreeSet;

use ::csv::{Reader, ReaderBuilder, StringRecord};
use serde_json::value::RawValue;
use serde_json::{Map, Value};

use super::rows::{self, Table};
use crate::release::checks::{Refused, report};
use crate::release::formats::json::{self, Number, Text};
use crate::release::formats::without_mark;

/// The names of the columns; none where there is no such line.
pub(super) fn header(bytes: &[u8]) -> Vec<String> {
    reader(bytes).headers().map_or_else(|_| Vec::new(), |header| header.iter().map(str::to_owned).collect())
}

/// Adds every row of the file `name`.
///
/// # Errors
/// When it is cut short or not well-formed, with the line.
pub(super) fn read(name: &str, bytes: &[u8], table: &mut Table<'_>) -> Result<(), Refused> {
    let header = header(bytes);
    let mut seen = BTreeSet::new();
    if let Some(column) = header.iter().find(|column| !seen.insert(*column)) {
        let message = format!("{name}:1: the column `{column}` stands twice");
        return Err(Refused::by(&report::AMBIGUOUS, message).remedy("Give every column a name of its own."));
    }
    for record in reader(bytes).records() {
        let record = record.map_err(|fault| damaged(name, &fault))?;
        let place = format!("{name}:{}", record.position().map_or(1, ::csv::Position::line));
        let row = Text::of(place.as_str(), object(&header, &record).into_bytes())?;
        table.add(&row, &place, row.read()?)?;
    }
    if bytes.last().is_some_and(|last| *last != b'\n') {
        let message = format!("{name}: the last line has no end, so it may be cut short");
        return Err(Refused::by(&report::UNREADABLE, message));
    }
    Ok(())
}

fn reader(bytes: &[u8]) -> Reader<&[u8]> {
    ReaderBuilder::new().from_reader(without_mark(bytes))
}

fn damaged(name: &str, fault: &::csv::Error) -> Refused {
    let line = fault.position().map_or(1, ::csv::Position::line);
    let what = match fault.kind() {
        ::csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("{len} cells where the first line names {expected_len} columns")
        }
        ::csv::ErrorKind::Utf8 { .. } => "not UTF-8".to_owned(),
        _ => "not well-formed".to_owned(),
    };
    Refused::by(&report::UNREADABLE, format!("{name}:{line}: {what}"))
}

/// A record as the object that the other form of the file has.
fn object(header: &[String], record: &StringRecord) -> String {
    let value = |text: &str| if text.is_empty() { Value::Null } else { Value::from(text) };
    let cells = header.iter().zip(record).map(|(column, text)| (column.clone(), value(text)));
    Value::Object(cells.collect::<Map<_, _>>()).to_string()
}

/// A cell as a number: pandas writes `NaN` as nothing, and truth values as Python does.
pub(super) fn number(cell: &RawValue) -> Number {
    let Some(text) = json::label(cell) else { return Number::Missing };
    if let verdict @ Number::Finite(_) = rows::number(cell) {
        return verdict;
    }
    match text.trim() {
        "True" => Number::Finite(1.0),
        "False" => Number::Finite(0.0),
        text if json::is_no_number(text) => Number::Invalid,
        text => text.parse::<f64>().map_or(Number::Other, Number::from),
    }
}
