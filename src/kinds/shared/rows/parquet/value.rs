//! One value of a Parquet file in canonical form.

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use parquet::record::{Field, Map};

use crate::kinds::shared::node::{canonical_number, write_json_string};
use crate::kinds::shared::rows::Sort;

/// Appends `field`, whose integers may count nanoseconds since 1970, and tells its sort.
pub(super) fn write(field: &Field, is_nanoseconds: bool, out: &mut String) -> Sort {
    match field {
        Field::Null => {
            out.push_str("null");
            Sort::NULL
        }
        Field::Bool(value) => {
            out.push_str(if *value { "true" } else { "false" });
            Sort::BOOL
        }
        Field::Long(count) if is_nanoseconds => instant(Timestamp::from_nanosecond(i128::from(*count)), field, out),
        Field::TimestampMillis(count) => instant(Timestamp::from_millisecond(*count), field, out),
        Field::TimestampMicros(count) => instant(Timestamp::from_microsecond(*count), field, out),
        Field::Float(value) => float(value.is_finite(), value, out),
        Field::Double(value) => float(value.is_finite(), value, out),
        Field::Float16(value) => float(value.to_f32().is_finite(), value, out),
        Field::Str(value) => text(value, out),
        Field::Bytes(value) => match std::str::from_utf8(value.data()) {
            Ok(value) => text(value, out),
            Err(_) => text(&hexadecimal(value.data()), out),
        },
        Field::Decimal(_) => text(&field.to_string(), out),
        Field::Date(days) => text(&date(*days), out),
        Field::TimeMillis(count) => text(&time(i64::from(*count) * 1_000_000), out),
        Field::TimeMicros(count) => text(&time(count.saturating_mul(1000)), out),
        Field::Group(row) => map(row.get_column_iter().map(|(name, field)| (name.clone(), field)).collect(), out),
        Field::ListInternal(list) => sequence(list.elements(), out, |element, out| {
            write(element, false, out);
        }),
        Field::MapInternal(entries) => named(entries, out),
        // Integers of every width.
        field => {
            out.push_str(&canonical_number(&field.to_string()));
            Sort::NUMBER
        }
    }
}

fn text(value: &str, out: &mut String) -> Sort {
    write_json_string(value, out);
    Sort::TEXT
}

/// The shortest digits that are this very number in its width.
fn float(is_number: bool, value: &impl ToString, out: &mut String) -> Sort {
    let value = value.to_string();
    if !is_number {
        return text(&value, out);
    }
    out.push_str(&canonical_number(&value));
    Sort::NUMBER
}

fn instant(instant: Result<Timestamp, jiff::Error>, field: &Field, out: &mut String) -> Sort {
    // Beyond the calendar only the count is left to tell.
    let count = match field {
        Field::Long(count) | Field::TimestampMillis(count) | Field::TimestampMicros(count) => *count,
        _ => 0,
    };
    text(&instant.map_or_else(|_| count.to_string(), |instant| instant.to_string()), out)
}

fn date(days: i32) -> String {
    let since = jiff::Span::new().try_days(days);
    let date = since.and_then(|since| Date::constant(1970, 1, 1).checked_add(since));
    date.map_or_else(|_| days.to_string(), |date| date.to_string())
}

fn time(nanoseconds: i64) -> String {
    let since = jiff::Span::new().try_nanoseconds(nanoseconds);
    let time = since.and_then(|since| Time::midnight().checked_add(since));
    time.map_or_else(|_| nanoseconds.to_string(), |time| time.to_string())
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold("hex:".to_owned(), |mut out, byte| {
        // Writing to a String cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}

fn map(mut entries: Vec<(String, &Field)>, out: &mut String) -> Sort {
    entries.sort_unstable_by(|one, other| one.0.cmp(&other.0));
    out.push('{');
    for (at, (name, field)) in entries.iter().enumerate() {
        out.push_str(if at > 0 { "," } else { "" });
        write_json_string(name, out);
        out.push(':');
        write(field, false, out);
    }
    out.push('}');
    Sort::MAP
}

fn sequence<T>(elements: &[T], out: &mut String, write: impl Fn(&T, &mut String)) -> Sort {
    out.push('[');
    for (at, element) in elements.iter().enumerate() {
        out.push_str(if at > 0 { "," } else { "" });
        write(element, out);
    }
    out.push(']');
    Sort::LIST
}

/// A map by the texts of its keys; where one repeats, the list of its entries.
fn named(entries: &Map, out: &mut String) -> Sort {
    let name = |key: &Field| match key {
        Field::Str(text) => text.clone(),
        key => {
            let mut text = String::new();
            write(key, false, &mut text);
            text
        }
    };
    let mut fields: Vec<(String, &Field)> = entries.entries().iter().map(|(key, value)| (name(key), value)).collect();
    fields.sort_unstable_by(|one, other| one.0.cmp(&other.0));
    if fields.is_sorted_by(|one, other| one.0 < other.0) {
        return map(fields, out);
    }
    sequence(entries.entries(), out, |(key, value), out| {
        map(vec![("key".to_owned(), key), ("value".to_owned(), value)], out);
    })
}
