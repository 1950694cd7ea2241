//! One row while it is read: its columns by name, each with its canonical value.

use std::cmp::Ordering;

use super::{Hash, Sort, hash};
use crate::kinds::shared::node::{Node, Value, write_json_string};

/// A row's columns in one buffer, which the next row uses again.
#[derive(Debug, Clone, Default)]
pub(super) struct Record {
    /// Names and canonical values, one after the other.
    text: String,
    fields: Vec<Field>,
    /// Where the columns of the row before stood, in order of their names: usually those of this one stand there too.
    order: Vec<usize>,
    spare: Vec<Field>,
    /// Where the canonical form of the whole row is put together.
    whole: String,
}

#[derive(Debug, Clone, Copy)]
struct Field {
    name: (usize, usize),
    value: (usize, usize),
    sort: Sort,
}

/// A column of a row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cell<'r> {
    pub(super) name: &'r str,
    /// The value's canonical form.
    pub(super) value: &'r str,
    pub(super) sort: Sort,
}

impl<'r> Cell<'r> {
    /// The text of a scalar (of a string without its quotes); `None` for lists, maps and null.
    pub(super) fn scalar(self) -> Option<&'r str> {
        match self.sort {
            Sort::TEXT => self.value.get(1..self.value.len().saturating_sub(1)),
            Sort::BOOL | Sort::NUMBER => Some(self.value),
            _ => None,
        }
    }
}

impl Record {
    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.fields.clear();
    }

    /// Adds the column `name`, whose canonical value `write` appends and whose sort it tells; `None` stops everything.
    pub(super) fn push(&mut self, name: &str, write: impl FnOnce(&mut String) -> Option<Sort>) -> Option<()> {
        let start = self.text.len();
        self.text.push_str(name);
        let middle = self.text.len();
        let sort = write(&mut self.text)?;
        self.fields.push(Field { name: (start, middle), value: (middle, self.text.len()), sort });
        Some(())
    }

    /// Keeps the columns whose names `wanted` holds for.
    pub(super) fn retain(&mut self, wanted: impl Fn(&str) -> bool) {
        let text = &self.text;
        self.fields.retain(|field| wanted(text.get(field.name.0..field.name.1).unwrap_or_default()));
    }

    /// Puts the columns in order; `false` when a name stands twice.
    pub(super) fn settle(&mut self) -> bool {
        let text = &self.text;
        let name = |field: &Field| text.get(field.name.0..field.name.1).unwrap_or_default();
        if self.order.len() == self.fields.len() {
            self.spare.clear();
            self.spare.extend(self.order.iter().filter_map(|&at| self.fields.get(at).copied()));
            if self.spare.is_sorted_by(|a, b| name(a) < name(b)) {
                std::mem::swap(&mut self.fields, &mut self.spare);
                return true;
            }
        }
        let mut order: Vec<usize> = (0..self.fields.len()).collect();
        order.sort_unstable_by_key(|&at| self.fields.get(at).map(name));
        self.fields = order.iter().filter_map(|&at| self.fields.get(at).copied()).collect();
        self.order = order;
        self.fields.is_sorted_by(|a, b| name(a) < name(b))
    }

    /// The columns of a map.
    pub(super) fn read_node(&mut self, row: &Node) {
        self.clear();
        for entry in row.entries() {
            self.push(&entry.key, |out| {
                entry.node.write_canonical(out);
                Some(Sort::of(&entry.node.value))
            });
        }
        self.settle();
    }

    /// The columns of a CSV record, all of them texts.
    pub(super) fn read_fields<'t>(&mut self, names: &[String], fields: impl Iterator<Item = &'t str>) {
        self.clear();
        for (name, text) in names.iter().zip(fields) {
            self.push(name, |out| {
                write_json_string(text, out);
                Some(Sort::TEXT)
            });
        }
        self.settle();
    }

    /// The columns in order of their names.
    pub(super) fn cells(&self) -> impl Iterator<Item = Cell<'_>> {
        self.fields.iter().map(|field| self.cell(field))
    }

    pub(super) fn get(&self, name: &str) -> Option<Cell<'_>> {
        self.cells().find(|cell| cell.name == name)
    }

    fn cell(&self, field: &Field) -> Cell<'_> {
        let slice = |(from, to): (usize, usize)| self.text.get(from..to).unwrap_or_default();
        Cell { name: slice(field.name), value: slice(field.value), sort: field.sort }
    }

    /// The names of the columns in which two rows differ, in order.
    pub(super) fn differing<'r>(&'r self, other: &'r Self) -> Vec<&'r str> {
        let (mut left, mut right) = (self.cells().peekable(), other.cells().peekable());
        let mut names = Vec::new();
        loop {
            let (ours, theirs) = (left.peek().copied(), right.peek().copied());
            let order = match (&ours, &theirs) {
                (None, None) => return names,
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(ours), Some(theirs)) => ours.name.cmp(theirs.name),
            };
            let ours = if order.is_le() { left.next() } else { None };
            let theirs = if order.is_ge() { right.next() } else { None };
            if ours.map(|cell| cell.value) != theirs.map(|cell| cell.value) {
                names.extend(ours.or(theirs).map(|cell| cell.name));
            }
        }
    }

    /// Names and values, as they were added.
    pub(super) fn text(&self) -> &str {
        &self.text
    }

    /// The digest of the row's canonical form.
    pub(super) fn digest(&mut self) -> Hash {
        let mut whole = std::mem::take(&mut self.whole);
        whole.clear();
        self.write_canonical(&mut whole);
        let digest = hash(whole.as_bytes());
        self.whole = whole;
        digest
    }

    /// Appends the row's canonical form.
    pub(super) fn write_canonical(&self, out: &mut String) {
        out.push('{');
        for (at, cell) in self.cells().enumerate() {
            if at > 0 {
                out.push(',');
            }
            write_json_string(cell.name, out);
            out.push(':');
            out.push_str(cell.value);
        }
        out.push('}');
    }
}

impl Sort {
    pub(super) const NULL: Self = Self(0);
    pub(super) const BOOL: Self = Self(1);
    pub(super) const NUMBER: Self = Self(2);
    pub(super) const TEXT: Self = Self(4);
    pub(super) const LIST: Self = Self(8);
    pub(super) const MAP: Self = Self(16);

    fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::NULL,
            Value::Bool(_) => Self::BOOL,
            Value::Number(_) => Self::NUMBER,
            Value::Text(_) => Self::TEXT,
            Value::List(_) => Self::LIST,
            Value::Map(_) => Self::MAP,
        }
    }
}
