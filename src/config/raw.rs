//! What `pv.toml` says: its spanned tree, read key by key, every fault noted and none hiding another.

use std::cell::RefCell;
use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::{DeTable, DeValue};
use toml::value::Datetime;

use super::fault::Fault;
use super::keys::Section;
use crate::domain::{Place, SourceFile, Span};

/// What stands for a path in the defaults.
pub(super) const BUILT_IN: &str = "(built in)";

/// A file being read, and the faults found so far.
pub(super) struct Reader {
    file: SourceFile,
    faults: RefCell<Vec<Fault>>,
}

/// Why a text is not what its key wants, and what to write instead.
pub(super) struct Wrong {
    pub(super) message: String,
    pub(super) help: String,
}

impl Wrong {
    pub(super) fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { message: message.into(), help: help.into() }
    }
}

impl Reader {
    pub(super) fn new(path: &str, text: &str) -> Self {
        Self { file: SourceFile::new(path, text), faults: RefCell::default() }
    }

    pub(super) fn fault(&self, span: Span, code: &'static str, wrong: Wrong) {
        let Wrong { message, help } = wrong;
        self.faults.borrow_mut().push(Fault { span, code, message, help });
    }

    /// The top-level table.
    pub(super) fn open<'t>(&'t self, root: &'t Spanned<DeTable<'t>>, section: &'static Section) -> Table<'t> {
        let table = Table { reader: self, entries: root.get_ref(), span: Span::new(0, 0), section };
        table.refuse_unknown_keys();
        table
    }

    pub(super) fn into_faults(self) -> Vec<Fault> {
        self.faults.into_inner()
    }
}

/// A table of the file, whose unknown keys are noted already.
#[derive(Clone, Copy)]
pub(super) struct Table<'t> {
    reader: &'t Reader,
    entries: &'t DeTable<'t>,
    /// Where it stands (its header, or its braces).
    pub(super) span: Span,
    section: &'static Section,
}

impl<'t> Table<'t> {
    /// The value at `key`, if it is there.
    pub(super) fn get(&self, key: &str) -> Option<Value<'t>> {
        debug_assert!(self.section.keys.contains(&key), "{key} is missing in the table of keys");
        self.entries.get(key).map(|value| Value::new(self.reader, value))
    }

    /// The value at `key`; it is a fault when it is not there.
    pub(super) fn must(&self, key: &str) -> Option<Value<'t>> {
        let found = self.get(key);
        if found.is_none() {
            let message = format!("{} needs `{key}`", self.section.name);
            let help = format!("add a line `{key} = …`");
            self.fault("missing-key", Wrong::new(message, help));
        }
        found
    }

    /// The table at `key`.
    pub(super) fn table(&self, key: &str, section: &'static Section) -> Option<Table<'t>> {
        self.get(key)?.table(section)
    }

    /// The tables of the array at `key` (`[[key]]`).
    pub(super) fn tables(&self, key: &str, section: &'static Section) -> Vec<Table<'t>> {
        let Some(value) = self.get(key) else { return Vec::new() };
        value.items().into_iter().filter_map(|item| item.table(section)).collect()
    }

    /// All entries (where the key stands, the key, the value), for tables whose keys are the user's own.
    pub(super) fn entries(&self) -> impl Iterator<Item = (Span, &'t str, Value<'t>)> + use<'t> {
        let reader = self.reader;
        self.entries.iter().map(move |(key, value)| (span_of(key), key.get_ref().as_ref(), Value::new(reader, value)))
    }

    /// Notes a fault of the table as a whole.
    pub(super) fn fault(&self, code: &'static str, wrong: Wrong) {
        self.reader.fault(self.span, code, wrong);
    }

    /// Notes a fault at `span`, a place in this table.
    pub(super) fn fault_at(&self, span: Span, code: &'static str, wrong: Wrong) {
        self.reader.fault(span, code, wrong);
    }

    /// Where the table stands, as a person counts.
    pub(super) fn place(&self) -> Place {
        self.reader.file.place(self.span.start)
    }

    /// The same; `None` in the built-in defaults, which nobody wrote.
    pub(super) fn written_at(&self) -> Option<Place> {
        Some(self.place()).filter(|place| &*place.path != BUILT_IN)
    }

    fn refuse_unknown_keys(&self) {
        if self.section.keys.is_empty() {
            return;
        }
        for key in self.entries.keys().filter(|key| !self.section.keys.contains(&key.get_ref().as_ref())) {
            let message = format!("`{}` is not a key of {}", printable(key.get_ref()), self.section.name);
            let help = did_you_mean(key.get_ref(), self.section.keys);
            self.reader.fault(span_of(key), "unknown-key", Wrong::new(message, help));
        }
    }
}

/// A value of the file.
#[derive(Clone, Copy)]
pub(super) struct Value<'t> {
    reader: &'t Reader,
    value: &'t DeValue<'t>,
    /// Where it stands.
    pub(super) span: Span,
}

impl<'t> Value<'t> {
    fn new(reader: &'t Reader, value: &'t Spanned<DeValue<'t>>) -> Self {
        Self { reader, value: value.get_ref(), span: span_of(value) }
    }

    /// Notes a fault of this value.
    pub(super) fn fault(&self, code: &'static str, wrong: Wrong) {
        self.reader.fault(self.span, code, wrong);
    }

    /// Where it stands, as a person counts.
    pub(super) fn place(&self) -> Place {
        self.reader.file.place(self.span.start)
    }

    /// A string with something in it.
    pub(super) fn text(&self) -> Option<&'t str> {
        match self.value {
            DeValue::String(text) if text.trim().is_empty() => {
                self.fault("bad-value", Wrong::new("the text is empty", "write something, or remove the line"));
                None
            }
            DeValue::String(text) => Some(text),
            _ => self.wrong_type("a string"),
        }
    }

    /// The string, if it is one; nothing is noted when it is not.
    pub(super) fn peek(&self) -> Option<&'t str> {
        match self.value {
            DeValue::String(text) => Some(text),
            _ => None,
        }
    }

    /// A string that `read` turns into a value.
    pub(super) fn read<T>(&self, read: impl FnOnce(&str) -> Result<T, Wrong>) -> Option<T> {
        self.read_or("bad-value", read)
    }

    /// The same, where the fault has a code of its own.
    pub(super) fn read_or<T>(&self, code: &'static str, read: impl FnOnce(&str) -> Result<T, Wrong>) -> Option<T> {
        read(self.text()?).map_err(|wrong| self.fault(code, wrong)).ok()
    }

    /// One of the named `choices`; `noun` is what messages call it.
    pub(super) fn one_of<T: Copy>(&self, noun: &str, choices: &[(&'static str, T)]) -> Option<T> {
        self.read(|text| {
            choices.iter().find(|(name, _)| *name == text).map(|(_, choice)| *choice).ok_or_else(|| {
                let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
                Wrong::new(format!("`{}` is no {noun}", printable(text)), did_you_mean(text, &names))
            })
        })
    }

    /// The elements of an array.
    pub(super) fn items(&self) -> Vec<Value<'t>> {
        match self.value {
            DeValue::Array(items) => items.iter().map(|item| Value::new(self.reader, item)).collect(),
            _ => self.wrong_type("an array").unwrap_or_default(),
        }
    }

    /// The elements of an array that must have some.
    pub(super) fn some_items(&self) -> Vec<Value<'t>> {
        let items = self.items();
        if matches!(self.value, DeValue::Array(_)) && items.is_empty() {
            self.fault("bad-value", Wrong::new("the list is empty", "name at least one"));
        }
        items
    }

    /// A table.
    pub(super) fn table(&self, section: &'static Section) -> Option<Table<'t>> {
        match self.value {
            DeValue::Table(entries) => {
                let table = Table { reader: self.reader, entries, span: self.span, section };
                table.refuse_unknown_keys();
                Some(table)
            }
            _ => self.wrong_type("a table"),
        }
    }

    /// Whether it is a table (where a string would do as well).
    pub(super) fn is_table(&self) -> bool {
        self.value.is_table()
    }

    /// A boolean.
    pub(super) fn flag(&self) -> Option<bool> {
        self.value.as_bool().or_else(|| self.wrong_type("true or false"))
    }

    /// A finite number.
    pub(super) fn number(&self) -> Option<f64> {
        let text = match self.value {
            DeValue::Integer(integer) if integer.radix() == 10 => integer.as_str(),
            DeValue::Float(float) => float.as_str(),
            _ => return self.wrong_type("a number"),
        };
        text.parse().ok().filter(|number: &f64| number.is_finite()).or_else(|| self.wrong_type("a finite number"))
    }

    /// A date without quotes and without a time of day.
    pub(super) fn date(&self) -> Option<Datetime> {
        match self.value {
            DeValue::Datetime(date) if date.time.is_none() && date.offset.is_none() => Some(*date),
            _ => {
                let message = format!("this is {}, not a date", article(self.value.type_str()));
                self.fault("wrong-type", Wrong::new(message, "write the date without quotes: 2026-11-06"));
                None
            }
        }
    }

    fn wrong_type<T>(&self, wanted: &str) -> Option<T> {
        let message = format!("this is {}, not {wanted}", article(self.value.type_str()));
        self.fault("wrong-type", Wrong::new(message, format!("write {wanted}")));
        None
    }
}

/// Notes every table whose `name` an earlier one has.
pub(super) fn refuse_twins(tables: &[Table<'_>]) {
    let mut seen = BTreeMap::new();
    for value in tables.iter().filter_map(|table| table.get("name")) {
        let Some(name) = value.peek() else { continue };
        if let Some(line) = seen.get(name) {
            let message = format!("the name `{}` is taken by the one on line {line}", printable(name));
            value.fault("duplicate-name", Wrong::new(message, "give it another name, or join the two"));
        } else {
            seen.insert(name, value.place().line);
        }
    }
}

/// The nearest of `choices` as a question, or all of them.
pub(crate) fn did_you_mean(word: &str, choices: &[&str]) -> String {
    let similar = choices
        .iter()
        .map(|choice| (strsim::jaro_winkler(&short(word).to_lowercase(), choice), choice))
        .filter(|(score, _)| *score > 0.8)
        .max_by(|a, b| a.0.total_cmp(&b.0));
    match similar {
        Some((_, choice)) => format!("did you mean `{choice}`?"),
        None => format!("one of: {}", choices.join(", ")),
    }
}

/// `text` on one line, clipped, as messages show it.
pub(super) fn printable(text: &str) -> String {
    short(text).escape_debug().collect()
}

fn short(text: &str) -> String {
    text.chars().take(80).collect()
}

fn article(noun: &str) -> String {
    let article = if noun.starts_with(['a', 'i']) { "an" } else { "a" };
    format!("{article} {noun}")
}

fn span_of<T>(spanned: &Spanned<T>) -> Span {
    let range = spanned.span();
    Span::new(range.start, range.end)
}
