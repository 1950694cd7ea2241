//! The part of a model id that says which snapshot it is: a date, or the count of a revision.

use std::cmp::Ordering;

/// Which snapshot an id names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stamp {
    /// `20241022`, `2024-11-20`: year, month, day.
    Day(u16, u16, u16),
    /// `08-2024`, `2407`: year, month.
    Month(u16, u16),
    /// `002`: the second revision of this very model.
    Revision(u16),
    /// `0613`, `preview-05-06`: a day of an unnamed year.
    Yearless,
}

/// A stamp, and the words that it is made of.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) stamp: Option<Stamp>,
    pub(super) at: Vec<usize>,
}

impl Stamp {
    /// Which is newer, where both say when they are from.
    pub fn order(self, other: Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Revision(a), Self::Revision(b)) => Some(a.cmp(&b)),
            (Self::Day(..) | Self::Month(..), Self::Day(..) | Self::Month(..)) => {
                let by_month = self.month().cmp(&other.month());
                match (self, other) {
                    (Self::Day(_, _, a), Self::Day(_, _, b)) => Some(by_month.then(a.cmp(&b))),
                    (Self::Month(..), Self::Month(..)) => Some(by_month),
                    _ => (by_month != Ordering::Equal).then_some(by_month),
                }
            }
            _ => None,
        }
    }

    fn month(self) -> (u16, u16) {
        match self {
            Self::Day(year, month, _) | Self::Month(year, month) => (year, month),
            Self::Revision(_) | Self::Yearless => (0, 0),
        }
    }
}

/// The stamp among the words of an id of `vendor`.
pub(super) fn find(words: &[String], vendor: Option<&str>) -> Found {
    (0..words.len()).find_map(|at| anywhere(words, at)).or_else(|| last(words, vendor)).unwrap_or_default()
}

/// A date that is one wherever it stands.
fn anywhere(words: &[String], at: usize) -> Option<Found> {
    let number = |at: usize, length: usize| number(words.get(at)?, length);
    let is_early = matches!(words.get(at.wrapping_sub(1)).map(String::as_str), Some("preview" | "exp"));
    if let Some(day) = number(at, 8).and_then(|_| compact(words.get(at)?)) {
        return found(day, at..=at);
    }
    match (number(at, 4), number(at + 1, 2), number(at + 2, 2)) {
        (Some(year), Some(month), Some(day)) if is_date(month, day) => {
            return found(Stamp::Day(year, month, day), at..=at + 2);
        }
        _ => {}
    }
    match (number(at, 2), number(at + 1, 4), number(at + 1, 2)) {
        (Some(month), Some(year), _) if (1..=12).contains(&month) && (2020..2100).contains(&year) => {
            found(Stamp::Month(year, month), at..=at + 1)
        }
        (Some(month), _, Some(day)) if is_early && is_date(month, day) => found(Stamp::Yearless, at..=at + 1),
        _ => None,
    }
}

/// A date that is one only at the end: `0613`, `2407`, `002`.
fn last(words: &[String], vendor: Option<&str>) -> Option<Found> {
    let at = words.len().checked_sub(1).filter(|at| *at > 0)?;
    let word = words.get(at)?;
    if let Some(revision) = number(word, 3) {
        return found(Stamp::Revision(revision), at..=at);
    }
    let digits = number(word, 4)?;
    let (high, low) = (digits / 100, digits % 100);
    match vendor {
        Some("mistral") if (23..=40).contains(&high) && (1..=12).contains(&low) => {
            found(Stamp::Month(2000 + high, low), at..=at)
        }
        _ if is_date(high, low) => found(Stamp::Yearless, at..=at),
        _ => None,
    }
}

fn compact(word: &str) -> Option<Stamp> {
    let (year, rest) = word.split_at_checked(4)?;
    let (month, day) = rest.split_at_checked(2)?;
    let (year, month, day) = (number(year, 4)?, number(month, 2)?, number(day, 2)?);
    ((2020..2100).contains(&year) && is_date(month, day)).then_some(Stamp::Day(year, month, day))
}

fn is_date(month: u16, day: u16) -> bool {
    (1..=12).contains(&month) && (1..=31).contains(&day)
}

/// `word` as a number of exactly so many digits (at most four count).
fn number(word: &str, length: usize) -> Option<u16> {
    let is_number = word.len() == length && word.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| word.get(..length.min(4)).and_then(|digits| digits.parse().ok())).flatten()
}

fn found(stamp: Stamp, at: std::ops::RangeInclusive<usize>) -> Option<Found> {
    Some(Found { stamp: Some(stamp), at: at.collect() })
}

#[cfg(test)]
mod tests {
    use super::{Stamp, find};

    fn stamp(id: &str, vendor: Option<&str>) -> Option<Stamp> {
        find(&id.split('-').map(str::to_owned).collect::<Vec<_>>(), vendor).stamp
    }

    #[test]
    fn every_maker_dates_in_its_own_way() {
        assert_eq!(stamp("claude-3-opus-20240229", None), Some(Stamp::Day(2024, 2, 29)));
        assert_eq!(stamp("gpt-4o-2024-08-06", None), Some(Stamp::Day(2024, 8, 6)));
        assert_eq!(stamp("command-r-08-2024", None), Some(Stamp::Month(2024, 8)));
        assert_eq!(stamp("mistral-large-2407", Some("mistral")), Some(Stamp::Month(2024, 7)));
        assert_eq!(stamp("gpt-4-0613", Some("openai")), Some(Stamp::Yearless));
        assert_eq!(stamp("gemini-1-5-pro-002", None), Some(Stamp::Revision(2)));
        assert_eq!(stamp("gemini-2-5-pro-preview-05-06", None), Some(Stamp::Yearless));
        for undated in ["llama-3-8b-8192", "gpt-4", "claude-3-5-sonnet", "o1", "0613", "model-99999999"] {
            assert_eq!(stamp(undated, None), None, "{undated}");
        }
    }

    #[test]
    fn only_what_says_when_can_be_put_in_order() {
        let (day, month) = (Stamp::Day(2024, 8, 6), Stamp::Month(2024, 9));
        assert_eq!(day.order(month), Some(std::cmp::Ordering::Less));
        assert_eq!(Stamp::Month(2024, 8).order(day), None);
        assert_eq!(Stamp::Yearless.order(day), None);
    }
}
