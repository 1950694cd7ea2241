//! Where the civil bounds of windows and freezes lie on the time line, clock changes included.
//!
//! A window is never longer than it would be on the shortest reading, a freeze never shorter than on the longest: where
//! a clock change repeats a bound, a window opens at the later and closes at the earlier one, a freeze the other way round.
//! Where a clock change skips a bound, it moves forward; a freeze starts with the first moment of its day.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

use crate::config::{CivilDate, TimeOfDay, Weekday, Window};

/// A half-open stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Span {
    /// Its first moment.
    pub(super) start: Timestamp,
    /// The first moment after it.
    pub(super) end: Timestamp,
}

impl Span {
    /// Whether `at` lies in it.
    pub(super) fn holds(self, at: Timestamp) -> bool {
        self.start <= at && at < self.end
    }

    /// Whether it shares a moment with `other`.
    pub(super) fn touches(self, other: Self) -> bool {
        self.start < other.end && other.start < self.end
    }
}

/// The opening of `window` on `day`; `None`: not on that day of the week, or a clock change left nothing of it.
pub(super) fn opening(window: &Window, day: Date, zone: &TimeZone) -> Option<Span> {
    if !window.days.contains(&weekday(day)) {
        return None;
    }
    let start = zone.to_ambiguous_timestamp(moment(day, window.from)?).later().ok()?;
    let end = zone.to_ambiguous_timestamp(moment(day, window.to)?).compatible().ok()?;
    Some(Span { start, end }).filter(|span| span.start < span.end)
}

/// The first moment of `day`.
pub(super) fn day_start(day: Date, zone: &TimeZone) -> Timestamp {
    let start = day.to_zoned(zone.clone()).and_then(|zoned| zoned.start_of_day());
    start.map_or_else(|_| edge(day), |zoned| zoned.timestamp())
}

/// The moment from which a freeze that ends on `day` no longer holds.
pub(super) fn freeze_end(day: Date, zone: &TimeZone) -> Timestamp {
    let midnight = zone.to_ambiguous_timestamp(day.to_datetime(Time::midnight()));
    midnight.later().unwrap_or_else(|_| edge(day))
}

/// Whether a clock change skips or repeats `time` on `day`.
pub(super) fn is_ambiguous(day: Date, time: TimeOfDay, zone: &TimeZone) -> bool {
    moment(day, time).is_some_and(|moment| zone.to_ambiguous_timestamp(moment).is_ambiguous())
}

/// The day as the library of civil time knows it; a day beyond its range is its last one.
pub(super) fn date(day: CivilDate) -> Date {
    let parts = (i16::try_from(day.year), i8::try_from(day.month), i8::try_from(day.day));
    match parts {
        (Ok(year), Ok(month), Ok(day)) => Date::new(year, month, day).unwrap_or(Date::MAX),
        _ => Date::MAX,
    }
}

/// The day of the week of `day`.
pub(super) fn weekday(day: Date) -> Weekday {
    use jiff::civil::Weekday as Day;
    match day.weekday() {
        Day::Monday => Weekday::Monday,
        Day::Tuesday => Weekday::Tuesday,
        Day::Wednesday => Weekday::Wednesday,
        Day::Thursday => Weekday::Thursday,
        Day::Friday => Weekday::Friday,
        Day::Saturday => Weekday::Saturday,
        Day::Sunday => Weekday::Sunday,
    }
}

fn moment(day: Date, time: TimeOfDay) -> Option<DateTime> {
    if time.minutes == 24 * 60 {
        return Some(day.tomorrow().ok()?.to_datetime(Time::midnight()));
    }
    let (hour, minute) = (i8::try_from(time.minutes / 60).ok()?, i8::try_from(time.minutes % 60).ok()?);
    Some(day.to_datetime(Time::new(hour, minute, 0, 0).ok()?))
}

/// The end of time on the side of `day`.
fn edge(day: Date) -> Timestamp {
    if day.year() < 1970 { Timestamp::MIN } else { Timestamp::MAX }
}
