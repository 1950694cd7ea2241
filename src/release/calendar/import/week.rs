//! Hours of the week, minute by minute: what is allowed without what is denied.

use std::collections::BTreeMap;

/// The minutes of a day.
const DAY: usize = 1_440;

/// The minutes of a week.
const WEEK: usize = 7 * DAY;

/// A set of minutes of the week.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Week(Vec<bool>);

/// Hours that are the same on some days: days from Monday, first minute, first minute after.
pub(super) type Hours = (Vec<usize>, usize, usize);

impl Week {
    /// The whole week.
    pub(super) fn whole() -> Self {
        Self(vec![true; WEEK])
    }

    /// The minutes of `spans`, each (minutes since Monday 00:00, minutes long); what goes over Sunday begins the week.
    pub(super) fn of(spans: &[(u32, u32)]) -> Self {
        let mut week = vec![false; WEEK];
        for (start, length) in spans {
            let start = usize::try_from(*start).unwrap_or(0);
            for minute in 0..usize::try_from(*length).unwrap_or(WEEK).min(WEEK) {
                if let Some(slot) = week.get_mut((start + minute) % WEEK) {
                    *slot = true;
                }
            }
        }
        Self(week)
    }

    /// Without the minutes of `other`; whether that took any away.
    pub(super) fn without(&mut self, other: &Self) -> bool {
        let mut taken = false;
        for (own, denied) in self.0.iter_mut().zip(&other.0) {
            taken |= *own && *denied;
            *own &= !denied;
        }
        taken
    }

    /// The same as hours of days.
    pub(super) fn hours(&self) -> Vec<Hours> {
        let mut found: BTreeMap<(usize, usize), Vec<usize>> = BTreeMap::new();
        for (day, minutes) in self.0.chunks(DAY).enumerate() {
            let mut at = 0;
            while let Some(from) = minutes.iter().skip(at).position(|open| *open).map(|offset| at + offset) {
                let length = minutes.iter().skip(from).take_while(|open| **open).count();
                found.entry((from, from + length)).or_default().push(day);
                at = from + length;
            }
        }
        found.into_iter().map(|((from, to), days)| (days, from, to)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_denied_is_taken_from_what_is_allowed() {
        // Friday 23:00 to Monday 07:00, over the end of the week.
        let mut week = Week::whole();
        assert!(week.without(&Week::of(&[(4 * 1_440 + 23 * 60, 56 * 60)])));
        assert_eq!(week.hours(), [(vec![4], 0, 1_380), (vec![1, 2, 3], 0, 1_440), (vec![0], 420, 1_440)]);
    }
}
