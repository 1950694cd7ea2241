//! Reading a TOML document that pv wrote: every fault with its place, several together, unknown keys remembered.

use std::cell::RefCell;
use std::fmt::Display;
use std::ops::Range;
use std::str::FromStr;

use serde::de::value::StrDeserializer;
use serde::de::{DeserializeOwned, IntoDeserializer as _};
use toml::Spanned;
use toml::de::{DeInteger, DeTable, DeValue};

use super::conflict;
use crate::domain::{Meaning, Problem, SourceFile, Span};
use crate::store::contained::is_contained;

/// The longest document that is parsed, in bytes: some 200,000 artefacts.
pub(super) const MAX_LENGTH: usize = 64 << 20;
/// As many faults as are listed.
const MAX_PROBLEMS: usize = 50;
/// What to do about a file that somebody edited or damaged.
const RESTORE: &str = "restore the file from git: `git checkout HEAD -- <file>`";

/// A file being read: what is wrong with it, and what this pv does not know in it.
#[derive(Debug)]
pub(super) struct Document<'a> {
    file: &'a SourceFile,
    problems: RefCell<Vec<Problem>>,
    unknown: RefCell<Vec<String>>,
}

/// A value and the table it was read from, or the problems.
pub(super) type Outcome<T> = Result<(T, Vec<String>), Vec<Problem>>;

impl<'a> Document<'a> {
    /// Reads `file`, whose last line must be `sentinel` and whose format must be at most `newest`, with `read`.
    ///
    /// # Errors
    /// Every problem found. `read` may return `None` only after it reported one.
    pub(super) fn read<T>(
        file: &'a SourceFile,
        sentinel: &str,
        newest: u64,
        read: impl FnOnce(&Section<'_, 'a>) -> Option<T>,
    ) -> Outcome<T> {
        let document = Self { file, problems: RefCell::default(), unknown: RefCell::default() };
        let value = document.checked(sentinel, newest, read);
        let mut problems = document.problems.into_inner();
        problems.sort();
        match value {
            Some(value) if problems.is_empty() => Ok((value, document.unknown.into_inner())),
            _ => Err(problems),
        }
    }

    fn checked<T>(&self, sentinel: &str, newest: u64, read: impl FnOnce(&Section<'_, 'a>) -> Option<T>) -> Option<T> {
        self.check_length()?;
        self.check_markers()?;
        let (root, faults) = DeTable::parse_recoverable(&self.file.text);
        let root = Section {
            document: self,
            name: String::new(),
            span: 0..0,
            table: root.get_ref(),
            known: RefCell::default(),
        };
        self.check_format(&root, newest)?;
        self.check_end(sentinel)?;
        for fault in &faults {
            self.report(fault.span().unwrap_or_default(), "toml-syntax", fault.message(), RESTORE);
        }
        let format = if faults.is_empty() { root.number("version") } else { None };
        let value = format.and_then(|_| read(&root));
        root.remember_unknown();
        value
    }

    fn check_length(&self) -> Option<()> {
        if self.file.text.len() <= MAX_LENGTH {
            return Some(());
        }
        self.report(0..0, "lock-too-large", "the file is larger than 64 MiB", RESTORE);
        None
    }

    fn check_markers(&self) -> Option<()> {
        let Some(marker) = conflict::first_marker(&self.file.text) else { return Some(()) };
        let help = "run `pv lock`, which reads both sides entry by entry, or resolve the conflict by hand";
        self.report(marker, "lock-conflicted", "the file has a merge conflict", help);
        None
    }

    /// Comes before everything else that may be wrong: a newer format may do all of it differently.
    fn check_format(&self, root: &Section<'_, '_>, newest: u64) -> Option<()> {
        let Some(found) = root.table.get("version") else { return Some(()) };
        let Some(digits) = found.get_ref().as_integer() else { return Some(()) };
        if digits.as_str().starts_with('-') || number(digits).is_some_and(|found| found <= newest) {
            return Some(());
        }
        let message = format!("the file has format version {digits}; this pv reads up to version {newest}");
        self.report(found.span(), "lock-newer-version", message, "update pv; nothing was read or changed");
        None
    }

    fn check_end(&self, sentinel: &str) -> Option<()> {
        let text = self.file.text.trim_end();
        let last = text.rfind('\n').map_or(0, |at| at + 1);
        if text.get(last..) == Some(sentinel) {
            return Some(());
        }
        let message = format!("the file is truncated: its last line is not `{sentinel}`");
        self.report(last..text.len(), "lock-truncated", message, RESTORE);
        None
    }

    fn report(&self, span: Range<usize>, code: &'static str, message: impl Into<String>, help: &str) {
        let mut problems = self.problems.borrow_mut();
        if problems.len() < MAX_PROBLEMS {
            problems.push(Problem::at(self.file, Span::new(span.start, span.end), code, message, help));
        }
    }
}

/// A table being read, whoever reads it.
pub(super) trait Table {
    /// The value at `key`, parsed by `parse`; `None` when absent, or wrong and reported.
    fn optional<T>(&self, key: &'static str, parse: impl FnOnce(&str) -> Result<T, String>) -> Option<T>;
    /// The value at `key`; its absence is reported too.
    fn required<T>(&self, key: &'static str, parse: impl FnOnce(&str) -> Result<T, String>) -> Option<T>;
    /// The elements of the array at `key`; none when it is absent.
    fn list<T>(&self, key: &'static str, parse: impl Fn(&str) -> Result<T, String>) -> Vec<T>;
    /// The number at `key`; its absence is reported.
    fn number(&self, key: &'static str) -> Option<u64>;
    /// All keys of the table at `key` with their text values; every key counts as known.
    fn texts(&self, key: &'static str) -> Vec<(String, String)>;
    /// Remembers the keys that nobody asked for. To be called when the table was read.
    fn remember_unknown(&self);
}

/// A table of a TOML document.
#[derive(Debug)]
pub(super) struct Section<'t, 'a> {
    document: &'t Document<'a>,
    name: String,
    span: Range<usize>,
    table: &'t DeTable<'t>,
    known: RefCell<Vec<&'static str>>,
}

impl Table for Section<'_, '_> {
    fn optional<T>(&self, key: &'static str, parse: impl FnOnce(&str) -> Result<T, String>) -> Option<T> {
        let value = self.value(key)?;
        self.parsed(key, value, parse)
    }

    fn required<T>(&self, key: &'static str, parse: impl FnOnce(&str) -> Result<T, String>) -> Option<T> {
        if !self.table.contains_key(key) {
            self.report_missing(key);
        }
        self.optional(key, parse)
    }

    fn list<T>(&self, key: &'static str, parse: impl Fn(&str) -> Result<T, String>) -> Vec<T> {
        let Some(value) = self.value(key) else { return Vec::new() };
        match value.get_ref() {
            DeValue::Array(items) => items.iter().filter_map(|item| self.parsed(key, item, &parse)).collect(),
            other => {
                self.report(value.span(), format!("`{key}` is of the type {}, not a list", other.type_str()));
                Vec::new()
            }
        }
    }

    fn number(&self, key: &'static str) -> Option<u64> {
        let Some(value) = self.value(key) else {
            self.report_missing(key);
            return None;
        };
        let number = value.get_ref().as_integer().and_then(number);
        if number.is_none() {
            self.report(value.span(), format!("`{key}` is not a number from 0 up"));
        }
        number
    }

    fn texts(&self, key: &'static str) -> Vec<(String, String)> {
        let Some(below) = self.section(key) else { return Vec::new() };
        let pairs = below.table.iter().filter_map(|(key, value)| {
            Some((key.get_ref().to_string(), below.parsed(key.get_ref(), value, |text| Ok(text.to_owned()))?))
        });
        pairs.collect()
    }

    fn remember_unknown(&self) {
        let known = self.known.borrow();
        let unknown = self.table.keys().map(|key| key.get_ref().as_ref()).filter(|key: &&str| !known.contains(key));
        self.document.unknown.borrow_mut().extend(unknown.map(|key| self.dotted(key)));
    }
}

impl<'t, 'a> Section<'t, 'a> {
    /// The table at `key`; `None` when absent, or no table and reported.
    pub(super) fn section(&self, key: &'static str) -> Option<Section<'t, 'a>> {
        let value = self.value(key)?;
        self.nested(key, value)
    }

    /// The tables of the table at `key`, each with its own key.
    pub(super) fn sections(&self, key: &'static str) -> Vec<(&'t str, Range<usize>, Section<'t, 'a>)> {
        let Some(parent) = self.section(key) else { return Vec::new() };
        let tables = parent.table.iter().filter_map(|(key, value)| {
            Some((key.get_ref().as_ref(), key.span(), parent.nested(key.get_ref(), value)?))
        });
        tables.collect()
    }

    /// Reports something wrong at `span`.
    pub(super) fn report(&self, span: Range<usize>, message: impl Into<String>) {
        self.document.report(span, "lock-invalid", message, RESTORE);
    }

    fn value(&self, key: &'static str) -> Option<&'t Spanned<DeValue<'t>>> {
        self.known.borrow_mut().push(key);
        self.table.get(key)
    }

    fn nested(&self, key: &str, value: &'t Spanned<DeValue<'t>>) -> Option<Section<'t, 'a>> {
        let DeValue::Table(table) = value.get_ref() else {
            self.report(value.span(), format!("`{key}` is of the type {}, not a table", value.get_ref().type_str()));
            return None;
        };
        let name = self.dotted(key);
        Some(Section { document: self.document, name, span: value.span(), table, known: RefCell::default() })
    }

    fn parsed<T>(
        &self,
        key: &str,
        value: &Spanned<DeValue<'_>>,
        parse: impl FnOnce(&str) -> Result<T, String>,
    ) -> Option<T> {
        let text = value
            .get_ref()
            .as_str()
            .ok_or_else(|| format!("it is of the type {}, not a text", value.get_ref().type_str()));
        match text.and_then(parse) {
            Ok(value) => Some(value),
            Err(reason) => {
                self.report(value.span(), format!("`{key}`: {reason}"));
                None
            }
        }
    }

    fn report_missing(&self, key: &str) {
        let table = if self.name.is_empty() { "the file".to_owned() } else { format!("[{}]", self.name) };
        self.report(self.span.clone(), format!("{table} has no `{key}`"));
    }

    fn dotted(&self, key: &str) -> String {
        let key = if key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') && !key.is_empty() {
            key.to_owned()
        } else {
            super::emit::quoted(key)
        };
        if self.name.is_empty() { key } else { format!("{}.{key}", self.name) }
    }
}

fn number(digits: &DeInteger<'_>) -> Option<u64> {
    u64::from_str_radix(digits.as_str(), digits.radix()).ok()
}

/// Any type that parses itself.
pub(super) fn value<T: FromStr<Err: Display>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|error: T::Err| error.to_string())
}

/// A text that is not empty.
pub(super) fn text(text: &str) -> Result<String, String> {
    if text.is_empty() { Err("it is empty".to_owned()) } else { Ok(text.to_owned()) }
}

/// A word of a closed list (a class, a change type, a bump).
pub(super) fn word<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    let deserializer: StrDeserializer<'_, serde::de::value::Error> = text.into_deserializer();
    T::deserialize(deserializer).map_err(|error| error.to_string())
}

/// A path that stays inside the repository.
pub(super) fn path(text: &str) -> Result<String, String> {
    if is_contained(text.as_bytes()) {
        return Ok(text.to_owned());
    }
    Err(format!("`{}` does not stay inside the repository", text.escape_debug()))
}

/// A meaning of any canonicaliser: `pvc<n>:<64 hex>`.
pub(super) fn meaning(text: &str) -> Result<Meaning, String> {
    let is_hex = |hex: &str| hex.len() == 64 && hex.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    let is_number = |n: &str| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit());
    match text.strip_prefix("pvc").and_then(|rest| rest.split_once(':')) {
        Some((number, hex)) if is_number(number) && is_hex(hex) => Ok(Meaning::recorded(text)),
        _ => Err(format!("`{}` is not a meaning (pvc1:<64 hex>)", text.escape_debug())),
    }
}
