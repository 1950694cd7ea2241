//! Columns that most rows lost or gained, or whose values have another type: told once, and not of every row.

use super::fold::Fold;
use super::tally::Column;
use super::{Profile, Rows};
use crate::domain::{Event, Fact, Quote};

pub(super) fn facts(old: &Rows, new: &Rows, profile: &Profile, fold: &mut Fold) {
    if old.is_empty() || new.is_empty() {
        return;
    }
    let place = |rows: &Rows, text: &str| rows.first_place().map(|place| Quote { place, text: text.to_owned() });
    for (name, _) in old.tally.columns().filter(|(name, _)| new.tally.column(name).is_none()) {
        if is_told_once(old, new, name, profile) {
            let sort = ("column", Event::Removed, vec![(profile.role)(name)]);
            fold.add(sort, |fact| Fact { subject: name.to_owned(), old: place(old, name), ..fact });
        }
    }
    for (name, is) in new.tally.columns() {
        let sort = |event| ("column", event, vec![(profile.role)(name)]);
        match old.tally.column(name) {
            Some(was) if is_retyped(was, is) => fold.add(sort(Event::Changed), |fact| Fact {
                subject: name.to_owned(),
                old: place(old, &was.types()),
                new: place(new, &is.types()),
                ..fact
            }),
            None if is_told_once(old, new, name, profile) => {
                fold.add(sort(Event::Added), |fact| Fact { subject: name.to_owned(), new: place(new, name), ..fact })
            }
            _ => {}
        }
    }
}

/// Whether a column that only one side has is told once, and not of every row: most rows have it, and it is no switch,
/// which means something for each of them.
pub(super) fn is_told_once(old: &Rows, new: &Rows, name: &str, profile: &Profile) -> bool {
    let most = |rows: &Rows, column: &Column| column.rows * 2 > rows.len();
    let is_switch = (profile.role)(name) == "switch";
    match (old.tally.column(name), new.tally.column(name)) {
        (Some(column), None) => !is_switch && most(old, column),
        (None, Some(column)) => !is_switch && most(new, column),
        _ => false,
    }
}

/// Whether every value changed its type: the two columns have none in common.
fn is_retyped(old: &Column, new: &Column) -> bool {
    old.types != 0 && new.types != 0 && old.types & new.types == 0
}
