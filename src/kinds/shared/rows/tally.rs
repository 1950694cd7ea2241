//! What is counted while rows are read: the types of each column, and the values of those that name strata or labels.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hasher as _};

use super::Sort;
use super::record::{Cell, Record};

/// Columns with more different values than this name neither strata nor labels.
const MAX_VALUES: usize = 1000;

/// What the values of a column are counted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Counted {
    /// They name the stratum of a row.
    Stratum,
    /// They are what is expected of the answer.
    Label,
    /// They are not.
    Not,
}

/// What a column is for, looked up once.
#[derive(Debug, Clone, Copy)]
pub(super) struct Purpose {
    pub(super) counted: Counted,
    /// Whether two rows that agree in it, and in every other such column, ask the same.
    pub(super) asks: bool,
}

/// A column over many rows.
#[derive(Debug, Clone)]
pub(super) struct Column {
    /// The types of its values, one bit each.
    pub(super) types: u8,
    /// How many rows have it.
    pub(super) rows: usize,
    /// How many rows have a value in it that is not empty.
    pub(super) filled: usize,
    purpose: Purpose,
    /// Every value and its number of rows; `None` once there were too many.
    values: Option<BTreeMap<Box<str>, usize>>,
}

/// The columns of many rows, by name.
#[derive(Debug, Clone, Default)]
pub(super) struct Tally {
    columns: Vec<(Box<str>, Column)>,
}

impl Tally {
    /// Counts a row, and gives a short digest of what it asks; `purpose` tells of a column that was not seen before.
    pub(super) fn saw(&mut self, record: &Record, purpose: impl Fn(&str) -> Purpose) -> u64 {
        let mut asked = DefaultHasher::new();
        for (at, cell) in record.cells().enumerate() {
            // Rows usually have the same columns, so that a column stands where it stood before.
            let known = self.columns.get(at).is_some_and(|(name, _)| **name == *cell.name);
            let at = if known { at } else { self.place_of(cell.name, &purpose) };
            if let Some((_, column)) = self.columns.get_mut(at) {
                column.saw(cell);
                if column.purpose.asks {
                    asked.write(cell.value.as_bytes());
                    asked.write_u8(0);
                }
            }
        }
        asked.finish()
    }

    fn place_of(&mut self, name: &str, purpose: impl Fn(&str) -> Purpose) -> usize {
        let found = self.columns.binary_search_by(|(known, _)| (**known).cmp(name));
        found.unwrap_or_else(|at| {
            let column = Column { types: 0, rows: 0, filled: 0, purpose: purpose(name), values: Some(BTreeMap::new()) };
            self.columns.insert(at, (name.into(), column));
            at
        })
    }

    /// The columns that have more values than are counted.
    pub(super) fn spent(&self) -> Vec<String> {
        let spent = self.columns.iter().filter(|(_, column)| column.values.is_none());
        spent.map(|(name, _)| name.to_string()).collect()
    }

    /// Adds what was counted elsewhere.
    pub(super) fn add(&mut self, other: Self) {
        for (name, column) in other.columns {
            match self.columns.binary_search_by(|(known, _)| known.cmp(&name)) {
                Ok(at) => self.columns.get_mut(at).into_iter().for_each(|(_, known)| known.add(&column)),
                Err(at) => self.columns.insert(at, (name, column)),
            }
        }
    }

    pub(super) fn columns(&self) -> impl Iterator<Item = (&str, &Column)> {
        self.columns.iter().map(|(name, column)| (&**name, column))
    }

    pub(super) fn column(&self, name: &str) -> Option<&Column> {
        let at = self.columns.binary_search_by(|(known, _)| (**known).cmp(name)).ok()?;
        self.columns.get(at).map(|(_, column)| column)
    }

    /// How many rows have each value of a column that is counted.
    pub(super) fn values(&self, name: &str) -> Option<&BTreeMap<Box<str>, usize>> {
        self.column(name)?.values.as_ref()
    }

    /// The columns that are counted for `what`, with their values.
    pub(super) fn counted(&self, what: Counted) -> impl Iterator<Item = (&str, &BTreeMap<Box<str>, usize>)> {
        let columns = self.columns().filter(move |(_, column)| column.purpose.counted == what);
        columns.filter_map(|(name, column)| Some((name, column.values.as_ref()?)))
    }
}

impl Column {
    fn saw(&mut self, cell: Cell<'_>) {
        self.types |= cell.sort.0;
        self.rows += 1;
        self.filled += usize::from(cell.sort != Sort::NULL && cell.value != "\"\"");
        if self.purpose.counted == Counted::Not {
            return;
        }
        let (Some(values), Some(value)) = (&mut self.values, cell.scalar()) else { return };
        match values.get_mut(value) {
            Some(rows) => *rows += 1,
            None => {
                values.insert(value.into(), 1);
                self.limit();
            }
        }
    }

    fn add(&mut self, other: &Self) {
        self.types |= other.types;
        self.rows += other.rows;
        self.filled += other.filled;
        match (&mut self.values, &other.values) {
            (Some(values), Some(more)) => {
                more.iter().for_each(|(value, rows)| *values.entry(value.clone()).or_default() += rows);
            }
            (values, _) => *values = None,
        }
        self.limit();
    }

    fn limit(&mut self) {
        self.values.take_if(|values| values.len() > MAX_VALUES);
    }
}

/// The types that each have a bit, as people call them.
const NAMES: [(Sort, &str); 5] =
    [(Sort::BOOL, "bool"), (Sort::NUMBER, "number"), (Sort::TEXT, "text"), (Sort::LIST, "list"), (Sort::MAP, "map")];

/// Types for people: `number`, `number or text`.
pub(super) fn types(types: u8) -> String {
    let held = NAMES.iter().filter(|(sort, _)| types & sort.0 != 0);
    held.map(|(_, name)| *name).collect::<Vec<_>>().join(" or ")
}

/// The bit of the type called `name`; none for `null`.
pub(super) fn type_bit(name: &str) -> u8 {
    NAMES.iter().find(|(_, known)| *known == name).map_or(0, |(sort, _)| sort.0)
}
