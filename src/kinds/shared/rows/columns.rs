//! Columns that most rows lost or gained, or whose values have another type: told once, and not of every row.

use std::collections::{BTreeMap, BTreeSet};

use super::fold::Fold;
use super::tally::types;
use super::{Profile, Rows};
use crate::domain::{Event, Fact, Place, Quote};

/// A set of rows as a whole: how many there are, and which columns they have.
#[derive(Debug, Clone, Default)]
pub struct Whole {
    pub(super) rows: usize,
    pub(super) place: Option<Place>,
    columns: BTreeMap<String, Spread>,
}

/// A column of a whole set.
#[derive(Debug, Clone, Copy)]
struct Spread {
    /// The types of its values, one bit each.
    types: u8,
    /// How many rows have it.
    rows: usize,
}

impl Whole {
    /// A set of `rows` rows whose columns are told by [`Whole::with_column`], and which stands at `place`.
    pub fn new(rows: usize, place: Option<Place>) -> Self {
        Self { rows, place, columns: BTreeMap::new() }
    }

    /// With a column that `rows` of them have; `types` are what its values are: `text`, `number`, `bool`, `list`, `map`;
    /// `null` is nothing.
    #[must_use]
    pub fn with_column<'n>(mut self, name: &str, types: impl Iterator<Item = &'n str>, rows: usize) -> Self {
        let types = types.map(super::tally::type_bit).fold(0, |all, bit| all | bit);
        self.columns.insert(name.to_owned(), Spread { types, rows });
        self
    }

    pub(super) fn of(rows: &Rows) -> Self {
        let columns = rows.tally.columns();
        let columns = columns.map(|(name, it)| (name.to_owned(), Spread { types: it.types, rows: it.rows }));
        Self { rows: rows.len(), place: rows.first_place(), columns: columns.collect() }
    }

    pub(super) fn quote(&self, text: impl Into<String>) -> Option<Quote> {
        self.place.clone().map(|place| Quote { place, text: text.into() })
    }

    /// Whether most rows have the column.
    fn is_common(&self, column: &Spread) -> bool {
        column.rows * 2 > self.rows
    }
}

pub(super) fn facts(old: &Whole, new: &Whole, profile: &Profile, fold: &mut Fold) {
    if old.rows == 0 || new.rows == 0 {
        return;
    }
    let told_once = told_once(old, new, profile);
    for name in old.columns.keys().filter(|name| !new.columns.contains_key(*name) && told_once.contains(*name)) {
        let sort = ("column", Event::Removed, vec![(profile.role)(name)]);
        fold.add(sort, |fact| Fact { subject: name.to_owned(), old: old.quote(name), ..fact });
    }
    for (name, is) in &new.columns {
        let sort = |event| ("column", event, vec![(profile.role)(name)]);
        match old.columns.get(name) {
            Some(was) if is_retyped(was, is) => fold.add(sort(Event::Changed), |fact| Fact {
                subject: name.to_owned(),
                old: old.quote(types(was.types)),
                new: new.quote(types(is.types)),
                ..fact
            }),
            None if told_once.contains(name) => {
                fold.add(sort(Event::Added), |fact| Fact { subject: name.to_owned(), new: new.quote(name), ..fact })
            }
            _ => {}
        }
    }
}

/// The columns that only one side has and that are told once, and not of every row: most rows have them, and they are no
/// switches, which mean something for each row.
pub(super) fn told_once(old: &Whole, new: &Whole, profile: &Profile) -> BTreeSet<String> {
    let lone = |this: &Whole, other: &Whole| -> Vec<String> {
        let lone =
            this.columns.iter().filter(|(name, column)| !other.columns.contains_key(*name) && this.is_common(column));
        lone.map(|(name, _)| name.clone()).filter(|name| (profile.role)(name) != "switch").collect()
    };
    lone(old, new).into_iter().chain(lone(new, old)).collect()
}

/// Whether every value changed its type: the two columns have none in common.
fn is_retyped(old: &Spread, new: &Spread) -> bool {
    old.types != 0 && new.types != 0 && old.types & new.types == 0
}
