//! Civil dates and times of day, as people write them: no instant, no zone.

use std::fmt;

use toml::value::Datetime;

use super::raw::{Wrong, printable};

/// A day of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct CivilDate {
    /// The year.
    pub year: u16,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
}

/// A time of day, to the minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct TimeOfDay {
    /// Minutes since midnight: 0 to 1440 (`24:00`, the end of the day).
    pub minutes: u16,
}

/// A day of the week.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weekday {
    /// `mon`
    Monday,
    /// `tue`
    Tuesday,
    /// `wed`
    Wednesday,
    /// `thu`
    Thursday,
    /// `fri`
    Friday,
    /// `sat`
    Saturday,
    /// `sun`
    Sunday,
}

impl Weekday {
    /// Every day and its name in `pv.toml`.
    pub const ALL: [(&'static str, Self); 7] = [
        ("mon", Self::Monday),
        ("tue", Self::Tuesday),
        ("wed", Self::Wednesday),
        ("thu", Self::Thursday),
        ("fri", Self::Friday),
        ("sat", Self::Saturday),
        ("sun", Self::Sunday),
    ];
}

impl fmt::Display for Weekday {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Self::ALL.iter().find(|(_, day)| day == self).map_or("", |(name, _)| name);
        f.write_str(name)
    }
}

impl TimeOfDay {
    pub(super) fn read(text: &str) -> Result<Self, Wrong> {
        minutes_of(text).map(|minutes| Self { minutes }).ok_or_else(|| {
            Wrong::new(
                format!("`{}` is no time of day", printable(text)),
                "write hours and minutes, 00:00 to 24:00: `10:00`, `15:30`",
            )
        })
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.minutes / 60, self.minutes % 60)
    }
}

impl CivilDate {
    /// The date of `datetime`, if it has one.
    pub(super) fn of(datetime: &Datetime) -> Option<Self> {
        datetime.date.map(|date| Self { year: date.year, month: date.month, day: date.day })
    }
}

impl fmt::Display for CivilDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

fn minutes_of(text: &str) -> Option<u16> {
    let (hours, minutes) = text.split_once(':')?;
    let two_digits = |part: &str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
    if !two_digits(hours) || !two_digits(minutes) {
        return None;
    }
    let (hours, minutes): (u16, u16) = (hours.parse().ok()?, minutes.parse().ok()?);
    let total = hours * 60 + minutes;
    (minutes < 60 && total <= 24 * 60).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_day_have_two_digits_and_a_range() {
        let shown = |text| TimeOfDay::read(text).map(|time| time.to_string()).ok();
        for text in ["00:00", "10:00", "23:59", "24:00"] {
            assert_eq!(shown(text).as_deref(), Some(text));
        }
        for text in ["24:01", "9:00", "09:60", "10", "10:00:00", "+1:00", "", ":"] {
            assert_eq!(shown(text), None, "{text}");
        }
    }
}
