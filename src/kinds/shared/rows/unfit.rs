//! What is unfit about rows as they are: repeated keys, missing ones, the same question twice.

use super::detail::Details;
use super::fold::Fold;
use super::{Profile, Row, Rows};
use crate::domain::{Event, Fact, Quote};

/// Facts of the profile's aspect, with the marks `duplicate`, `keyless` and `same-question`.
pub fn unfit(rows: &Rows, profile: &Profile) -> Vec<Fact> {
    let mut telling = Telling { rows, profile, details: Details::new(rows), fold: Fold::default() };
    if rows.keyed_by.is_name() {
        for row in &rows.rows {
            match (row.keyless, row.repeated) {
                (true, _) => telling.tell("keyless", row, None),
                (false, true) => telling.tell("duplicate", row, None),
                (false, false) => {}
            }
        }
    }
    if rows.tally.columns().any(|(name, _)| (profile.role)(name) == "input") {
        for (first, again) in asked_twice(rows) {
            telling.tell("same-question", again, Some(first));
        }
    }
    telling.fold.finish()
}

struct Telling<'r> {
    rows: &'r Rows,
    profile: &'r Profile,
    details: Details<'r>,
    fold: Fold,
}

impl Telling<'_> {
    fn tell(&mut self, mark: &'static str, row: &Row, like: Option<&Row>) {
        let (rows, details) = (self.rows, &mut self.details);
        self.fold.add((self.profile.aspect, Event::Unfit, vec![mark]), |fact| {
            let subject = details.label(row);
            let text = like.map_or_else(|| subject.clone(), |like| details.label(like));
            Fact { subject, new: Some(Quote { place: rows.place(row), text }), ..fact }
        });
    }
}

/// Rows that ask what an earlier one asks, with that one, in order.
fn asked_twice(rows: &Rows) -> Vec<(&Row, &Row)> {
    let mut order: Vec<(u64, u32)> = rows.asked.iter().copied().zip(0_u32..).collect();
    order.sort_unstable();
    let mut found: Vec<(u32, u32)> = Vec::new();
    for alike in order.chunk_by(|one, other| one.0 == other.0) {
        if let [first, again @ ..] = alike {
            found.extend(again.iter().map(|again| (first.1, again.1)));
        }
    }
    found.sort_unstable_by_key(|&(_, again)| again);
    let row = |at: u32| rows.rows.get(at as usize);
    let pairs = found.into_iter().filter_map(|(first, again)| Some((row(first)?, row(again)?)));
    pairs.filter(|(_, again)| !again.repeated || !rows.keyed_by.is_name()).collect()
}
