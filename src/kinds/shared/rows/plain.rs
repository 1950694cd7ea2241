//! CSV records without the full reader: only as far as it is sure what they say.
//!
//! Whatever is out of the ordinary (quotes within a field, too few fields, line ends of old systems) is left to it.

use super::Sort;
use super::quick::unescaped;
use super::record::Record;
use crate::domain::Span;
use crate::kinds::shared::node::write_json_string;

/// Reads the record that begins at byte `at` of `text` into `record`, and says where it stands, its line end left out; of
/// an empty line nothing. `None`: the text ends here, or the full reader has to.
pub(super) fn read(text: &str, (start, delimiter): (usize, u8), names: &[String], record: &mut Record) -> Option<Span> {
    record.clear();
    (start < text.len()).then_some(())?;
    let mut at = start;
    if is_line_end(text, at) {
        return Some(Span::new(at, at));
    }
    for (number, name) in names.iter().enumerate() {
        if number > 0 {
            (text.as_bytes().get(at) == Some(&delimiter)).then_some(())?;
            at += 1;
        }
        let field = Field::at(text, at, delimiter)?;
        record.push(name, |out| {
            field.write(out);
            Some(Sort::TEXT)
        })?;
        at = field.end;
    }
    (is_line_end(text, at) && record.settle()).then_some(Span::new(start, at))
}

/// What follows the line end at byte `at`.
pub(super) fn after_line_end(text: &str, at: usize) -> usize {
    match text.as_bytes().get(at) {
        Some(b'\r') => at + 2,
        Some(_) => at + 1,
        None => at,
    }
}

fn is_line_end(text: &str, at: usize) -> bool {
    matches!(text.as_bytes().get(at..).unwrap_or_default(), [] | [b'\n', ..] | [b'\r', b'\n', ..])
}

struct Field<'t> {
    /// What it says, but for the quotes that stand twice.
    text: &'t str,
    /// Whether quotes stand twice in it.
    has_quotes: bool,
    /// Whether it has to be escaped in JSON.
    is_special: bool,
    /// Past its last byte.
    end: usize,
}

impl<'t> Field<'t> {
    fn at(text: &'t str, at: usize, delimiter: u8) -> Option<Self> {
        match text.as_bytes().get(at) {
            Some(b'"') => Self::quoted(text, at + 1),
            _ => Self::bare(text, at, delimiter),
        }
    }

    fn bare(text: &'t str, start: usize, delimiter: u8) -> Option<Self> {
        let mut is_special = false;
        let bytes = text.as_bytes().get(start..)?;
        let is_end = |byte: &u8| {
            is_special |= matches!(byte, 0..b' ' | b'\\');
            *byte == delimiter || matches!(byte, b'"' | b'\r' | b'\n')
        };
        let end = start + bytes.iter().position(is_end).unwrap_or(bytes.len());
        let is_whole = text.as_bytes().get(end) == Some(&delimiter) || is_line_end(text, end);
        is_whole.then_some(Self { text: text.get(start..end)?, has_quotes: false, is_special, end })
    }

    fn quoted(text: &'t str, start: usize) -> Option<Self> {
        let bytes = text.as_bytes();
        let (mut at, mut has_quotes, mut is_special) = (start, false, false);
        loop {
            at += unescaped(bytes.get(at..)?);
            match (bytes.get(at)?, bytes.get(at + 1)) {
                (b'"', Some(b'"')) => {
                    has_quotes = true;
                    at += 2;
                }
                (b'"', _) => break,
                _ => {
                    is_special = true;
                    at += 1;
                }
            }
        }
        Some(Self { text: text.get(start..at)?, has_quotes, is_special, end: at + 1 })
    }

    /// Appends it as a JSON string.
    fn write(&self, out: &mut String) {
        if self.has_quotes {
            write_json_string(&self.text.replace("\"\"", "\""), out);
        } else if self.is_special {
            write_json_string(self.text, out);
        } else {
            out.push('"');
            out.push_str(self.text);
            out.push('"');
        }
    }
}
