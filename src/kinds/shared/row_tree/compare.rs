//! What differs between two sets of rows of which at least one is kept as a tree.

use std::collections::{BTreeMap, HashSet};

use super::strays::Strays;
use super::{Snapshot, unlike};
use crate::domain::{Event, Fact, Place, Quote};
use crate::kinds::shared::rows::{self, How, Profile, Reading, Rows, Window, Windows};
use crate::tree::{self, Change, TreeError};

/// Rows of one side.
#[derive(Debug, Clone, Copy)]
pub enum Side<'s> {
    /// They stand in a file.
    Listed(&'s Rows),
    /// They are kept as a tree.
    Kept(&'s Snapshot),
}

/// What is unfit about rows, each for itself.
pub type Unfit = fn(&Rows) -> Vec<Fact>;

impl Side<'_> {
    /// Where they are.
    pub fn place(&self) -> Option<Place> {
        match self {
            Side::Listed(rows) => rows.first_place(),
            Side::Kept(snapshot) => Some(snapshot.place()),
        }
    }

    /// The fact that they all came or went together.
    pub fn all(&self, event: Event, profile: &Profile) -> Fact {
        match self {
            Side::Listed(rows) => rows.all(event, profile),
            Side::Kept(snapshot) => snapshot.all(event, profile),
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        match self {
            Side::Listed(rows) => rows.len(),
            Side::Kept(snapshot) => snapshot.len(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// What differs. Of trees the chunks are read that differ, and rows are held by windows; the facts are those of the same
/// rows in files, but for their places and for what only all rows of a set tell together.
pub fn compare(old: Side<'_>, new: Side<'_>, how: &How<'_>, unfit: Unfit) -> Vec<Fact> {
    let found = match (old, new) {
        (Side::Listed(old), Side::Listed(new)) => return rows::compare(old, new, how),
        (Side::Kept(one), Side::Kept(other)) if one.tree.key == other.tree.key => trees(one, other, how, unfit),
        _ => unlike::compare(old, new, how, unfit),
    };
    let mut facts = found.unwrap_or_else(|error| unseen(old, new, &error));
    for fact in &mut facts {
        put(&mut fact.old, old.place());
        put(&mut fact.new, new.place());
    }
    facts
}

/// Windows know no places of their own.
fn put(quote: &mut Option<Quote>, place: Option<Place>) {
    if let (Some(quote), Some(place)) = (quote, place) {
        quote.place = place;
    }
}

/// All that is known of rows whose chunks are not to be had.
fn unseen(old: Side<'_>, new: Side<'_>, error: &TreeError) -> Vec<Fact> {
    let quote = |side: &Side<'_>| {
        let text = match side {
            Side::Kept(snapshot) => format!("{} rows, {}", snapshot.len(), snapshot.tree.root),
            Side::Listed(rows) => format!("{} rows", rows.len()),
        };
        side.place().map(|place| Quote { place, text })
    };
    let mut fact = Fact::new("rows", Event::Changed, error.to_string()).marked("unseen");
    (fact.old, fact.new) = (quote(&old), quote(&new));
    vec![fact]
}

/// Two trees whose rows are told apart in the same way.
fn trees(old: &Snapshot, new: &Snapshot, how: &How<'_>, unfit: Unfit) -> Result<Vec<Fact>, TreeError> {
    let counts = Counts::of(old, new)?;
    let (was, is) = (old.whole(|column| counts.of_old(column)), new.whole(|column| counts.of_new(column)));
    let keyed_by = new.keyed_by();
    let reading = Reading { settings: &new.settings, keyed_by: &keyed_by, unfit };
    let mut windows = Windows::of((&was, &is), how, reading);
    let (mut from, mut to, mut is_cut) = (Window::default(), Window::default(), false);
    let mut strays = Strays::told_apart_by(&keyed_by);
    each_change(old, new, &mut |change| {
        match change {
            Change::Changed(_, was, is) => {
                from.push(&text(was));
                to.push(&text(is));
            }
            Change::Added(_, row) => strays.came(&text(row), &mut windows),
            Change::Removed(_, row) => strays.went(&text(row), &mut windows),
        }
        if from.is_full() || to.is_full() {
            windows.some(std::mem::take(&mut from), std::mem::take(&mut to));
            is_cut = true;
        }
    })?;
    match strays.few() {
        Ok((went, came)) if !is_cut => {
            from.append(went);
            to.append(came);
            windows.only(from, to);
        }
        Ok((went, came)) => {
            windows.some(from, to);
            windows.only(went, came);
        }
        Err(many) => {
            windows.some(from, to);
            many.tell(&mut windows, |visit| each_change(old, new, visit))?;
        }
    }
    Ok(windows.finish())
}

/// What is unfit about the rows of a tree, window by window, as far as its chunks are at hand.
pub fn inspect(snapshot: &Snapshot, how: &How<'_>, unfit: Unfit) -> Vec<Fact> {
    let (whole, keyed_by) = (snapshot.whole(|_| 0), snapshot.keyed_by());
    let reading = Reading { settings: &snapshot.settings, keyed_by: &keyed_by, unfit };
    let (mut windows, mut window) = (Windows::of((&whole, &whole), how, reading), Window::default());
    let walked = snapshot.each_row(&mut |_, row| {
        window.push(&text(row));
        if window.is_full() {
            windows.inspect(std::mem::take(&mut window));
        }
    });
    windows.inspect(window);
    let mut facts = windows.finish();
    facts.extend(walked.err().map(|error| Fact::new("rows", Event::Unfit, error.to_string()).marked("unseen")));
    snapshot.place_all(&mut facts);
    facts
}

/// Those of `candidates`, prints of what rows are called ([`Rows::keys`]), whose rows only the old tree has.
pub fn went(old: &Snapshot, new: &Snapshot, candidates: &HashSet<[u8; 16]>) -> HashSet<[u8; 16]> {
    let mut went = HashSet::new();
    // What cannot be read is told by the comparison of the rows.
    let _ = each_change(old, new, &mut |change| {
        if let Change::Removed(key, _) = change {
            let name = text(key).replace(super::KEY_SEPARATOR, " / ");
            went.extend(Some(rows::print_of_name(&name)).filter(|print| candidates.contains(print)));
        }
    });
    went
}

/// Hands on the rows that differ.
fn each_change(old: &Snapshot, new: &Snapshot, visit: &mut dyn FnMut(Change<'_>)) -> Result<(), TreeError> {
    if old.tree.root == new.tree.root {
        return Ok(());
    }
    let (one, other) = ((&old.tree.root, old.at_hand()?), (&new.tree.root, new.at_hand()?));
    tree::diff(one, other, &mut |change| -> Result<(), TreeError> {
        visit(change);
        Ok(())
    })?;
    Ok(())
}

/// Rows are UTF-8; what is not is no JSON either, and told as that.
pub(super) fn text(row: &[u8]) -> std::borrow::Cow<'_, str> {
    String::from_utf8_lossy(row)
}

/// How many rows have the columns that only one side has and that not every row has there. Every row that has one
/// differs, so that those that differ tell.
#[derive(Debug, Default)]
struct Counts {
    old: BTreeMap<String, usize>,
    new: BTreeMap<String, usize>,
}

impl Counts {
    fn of(old: &Snapshot, new: &Snapshot) -> Result<Self, TreeError> {
        let lone = |one: &Snapshot, other: &Snapshot| -> BTreeMap<String, usize> {
            let columns = one.tree.schema.iter().filter(|(_, column)| column.is_optional);
            let lone = columns.filter(|(name, _)| !other.tree.schema.contains_key(*name));
            lone.map(|(name, _)| (name.clone(), 0)).collect()
        };
        let mut counts = Self { old: lone(old, new), new: lone(new, old) };
        if !counts.old.is_empty() || !counts.new.is_empty() {
            each_change(old, new, &mut |change| counts.see(change))?;
        }
        Ok(counts)
    }

    fn see(&mut self, change: Change<'_>) {
        match change {
            Change::Added(_, row) => count(&mut self.new, row),
            Change::Removed(_, row) => count(&mut self.old, row),
            Change::Changed(_, was, is) => {
                count(&mut self.old, was);
                count(&mut self.new, is);
            }
        }
    }

    fn of_old(&self, column: &str) -> usize {
        self.old.get(column).copied().unwrap_or_default()
    }

    fn of_new(&self, column: &str) -> usize {
        self.new.get(column).copied().unwrap_or_default()
    }
}

fn count(columns: &mut BTreeMap<String, usize>, row: &[u8]) {
    if columns.is_empty() {
        return;
    }
    rows::each_column(&text(row), |name| {
        if let Some(rows) = columns.get_mut(name) {
            *rows += 1;
        }
    });
}
