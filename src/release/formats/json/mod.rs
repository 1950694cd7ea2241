//! JSON and JSON Lines as eval tools write them: what is read borrows from the text, and refusals name line and column.

mod bare;
mod detect;
mod entries;
mod fingerprint;
mod number;
mod parts;
mod rows;

pub(super) use bare::NAN;
pub(super) use detect::{first_line, has_keys, keys, mentions};
pub(super) use entries::Entries;
pub(super) use fingerprint::Fingerprint;
pub(super) use number::{Number, is_bare, is_no_number};
pub(super) use parts::label;
pub(super) use rows::Rows;

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde_json::error::Category;
use serde_json::value::RawValue;

use crate::release::checks::{Refused, report};

/// So many characters of what is wrong are shown: it may quote a whole value.
const SHOWN: usize = 200;

/// The text of a file of a report.
#[derive(Debug)]
pub(super) struct Text<'a> {
    name: String,
    text: Cow<'a, str>,
}

impl<'a> Text<'a> {
    /// The file `name`, as it is.
    ///
    /// # Errors
    /// When it is not UTF-8.
    pub(super) fn of(name: impl Into<String>, bytes: impl Into<Cow<'a, [u8]>>) -> Result<Self, Refused> {
        let name = name.into();
        let text = match bytes.into() {
            Cow::Borrowed(bytes) => {
                str::from_utf8(bytes).map(Cow::Borrowed).map_err(|fault| not_utf8(&name, bytes, fault))
            }
            Cow::Owned(bytes) => String::from_utf8(bytes)
                .map(Cow::Owned)
                .map_err(|fault| not_utf8(&name, fault.as_bytes(), fault.utf8_error())),
        };
        text.map(|text| Self { name, text })
    }

    /// The file `name`, as Python writes it: with bare `NaN` and `Infinity`.
    ///
    /// # Errors
    /// When it is not UTF-8.
    pub(super) fn python(name: impl Into<String>, bytes: impl Into<Cow<'a, [u8]>>) -> Result<Self, Refused> {
        Self::of(name, bare::quoted(bytes.into()))
    }

    /// The whole of it as one document.
    ///
    /// # Errors
    /// When it is cut short, not well-formed, or not of the shape `T`: with line and column.
    pub(super) fn read<'t, T: Deserialize<'t>>(&'t self) -> Result<T, Refused> {
        self.parse(self.marked())
    }

    /// The lines that are not blank.
    pub(super) fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        let numbered = self.marked().split('\n').zip(1..);
        let lines = numbered.filter(|(text, _)| !text.trim_ascii().is_empty());
        lines.map(|(text, number)| Line { file: self, number, text })
    }

    /// Without the mark that some editors put at its beginning.
    fn marked(&self) -> &str {
        self.text.strip_prefix('\u{feff}').unwrap_or(&self.text)
    }

    /// What a part of it holds.
    ///
    /// # Errors
    /// When it is not of the shape `T`.
    pub(super) fn part<'p, T: Deserialize<'p>>(&self, part: &'p RawValue) -> Result<T, Refused> {
        self.parse(part.get())
    }

    fn parse<'t, T: Deserialize<'t>>(&self, part: &'t str) -> Result<T, Refused> {
        serde_json::from_str(part).map_err(|fault| self.damaged(part, &fault))
    }

    /// A fault of the JSON in `part`, which is a part of this text.
    pub(super) fn damaged(&self, part: &str, fault: &serde_json::Error) -> Refused {
        let what = match fault.classify() {
            Category::Eof => "is cut off",
            Category::Syntax => "is not well-formed",
            Category::Data | Category::Io => "is not as the tool writes it",
        };
        let place = self.place(part, (fault.line(), fault.column()));
        let fault = fault.to_string();
        let fault: String = fault.split(" at line ").next().unwrap_or_default().chars().take(SHOWN).collect();
        Refused::by(&report::UNREADABLE, format!("{place}: the report {what}: {fault}"))
    }

    /// The place in the file of a line and a column, both from 1, of a part of it.
    pub(super) fn place(&self, part: &str, (line, column): (usize, usize)) -> String {
        let text = self.marked();
        let start = part.as_ptr().addr().checked_sub(text.as_ptr().addr()).filter(|start| *start <= text.len());
        place(&self.name, &text.as_bytes()[..start.unwrap_or_default()], (line.max(1), column))
    }
}

/// Its name.
impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

/// One line of a JSON Lines file.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'t> {
    file: &'t Text<'t>,
    number: usize,
    text: &'t str,
}

impl<'t> Line<'t> {
    /// The document on this line.
    ///
    /// # Errors
    /// As [`Text::read`].
    pub(super) fn read<T: Deserialize<'t>>(&self) -> Result<T, Refused> {
        self.file.parse(self.text)
    }
}

/// Its place: `log.jsonl:12`.
impl fmt::Display for Line<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.number)
    }
}

fn not_utf8(name: &str, bytes: &[u8], fault: std::str::Utf8Error) -> Refused {
    let what = if fault.error_len().is_none() { "is cut off" } else { "is not UTF-8" };
    let place = place(name, &bytes[..fault.valid_up_to()], (1, 1));
    Refused::by(&report::UNREADABLE, format!("{place}: the report {what}"))
}

/// The place of a line and a column of what stands behind `before`.
fn place(name: &str, before: &[u8], (line, column): (usize, usize)) -> String {
    let lines = before.iter().filter(|byte| **byte == b'\n').count();
    let columns = before.iter().rev().take_while(|byte| **byte != b'\n').count();
    format!("{name}:{}:{}", lines + line, column + if line == 1 { columns } else { 0 })
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn places_are_named() {
        let message =
            |text: &str| Text::python("r.json", text.as_bytes()).unwrap().read::<Value>().unwrap_err().message;
        assert_eq!(message("{\"a\": NaN,\n \"b\": x}"), "r.json:2:7: the report is not well-formed: expected value");
        assert_eq!(message("{\"a\": 1"), "r.json:1:7: the report is cut off: EOF while parsing an object");
        let text = Text::of("r.jsonl", b"\xef\xbb\xbf{}\n\n{\"a\"\n").unwrap();
        let lines: Vec<Line<'_>> = text.lines().collect();
        assert_eq!(lines[0].read::<Value>().unwrap(), serde_json::json!({}));
        let message = lines[1].read::<Value>().unwrap_err().message;
        assert_eq!(message, "r.jsonl:3:4: the report is cut off: EOF while parsing an object");
    }

    #[test]
    fn a_fault_in_a_part_has_its_place_in_the_whole() {
        let text = Text::of("r.json", b"[1,\n  {\"a\": {\"b\": 1,\n \"b\": 2}}]").unwrap();
        let (_, part): (&RawValue, &RawValue) = text.read().unwrap();
        let inner = text.entry(Some(part), "a").unwrap();
        assert!(text.entry(inner, "b").unwrap_err().message.starts_with("r.json:3:4: "));
        let flat = Text::of("r.json", b"[1, {\"b\": 1, \"b\": 2}]").unwrap();
        let (_, part): (&RawValue, &RawValue) = flat.read().unwrap();
        assert!(flat.entry(Some(part), "b").unwrap_err().message.starts_with("r.json:1:16: "));
    }

    #[test]
    fn what_is_not_utf8_is_refused_with_its_place() {
        let message = |bytes: &'static [u8]| Text::of("r.json", bytes).map(|_| ()).unwrap_err().message;
        assert_eq!(message(b"{\n\"\xff\"}"), "r.json:2:2: the report is not UTF-8");
        assert_eq!(message(b"\"\xc3"), "r.json:1:2: the report is cut off");
    }
}
