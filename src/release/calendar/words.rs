//! Moments, spans and places as the calendar tells them.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::config::Weekday;
use crate::domain::{Instant, Place};

/// `Mon 23 Nov 2026 10:00 IST`.
pub fn moment(at: &Instant) -> String {
    at.zoned().strftime("%a %-d %b %Y %H:%M %Z").to_string()
}

/// The same of a moment in a zone.
pub(super) fn moment_in(at: Timestamp, zone: &TimeZone) -> String {
    moment(&Instant::utc(at).in_zone(zone))
}

/// `Sat 21 Nov 2026`.
pub(super) fn day(day: jiff::civil::Date) -> String {
    day.strftime("%a %-d %b %Y").to_string()
}

/// `24h`, `90m`, `3d 2h`.
pub(super) fn length(seconds: u64) -> String {
    let (days, hours, minutes) = (seconds / 86_400, seconds % 86_400 / 3_600, seconds % 3_600 / 60);
    let parts = match days {
        0 | 1 => [(0, "d"), (seconds / 3_600, "h"), (minutes, "m")],
        _ => [(days, "d"), (hours, "h"), (minutes, "m")],
    };
    let told: Vec<String> = parts.iter().filter(|(n, _)| *n > 0).map(|(n, unit)| format!("{n}{unit}")).collect();
    if told.is_empty() { format!("{seconds}s") } else { told.join(" ") }
}

/// `mon–thu`, `mon, wed`: runs of the week joined.
pub(super) fn days(days: &[Weekday]) -> String {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (at, (_, day)) in Weekday::ALL.iter().enumerate() {
        match runs.last_mut() {
            _ if !days.contains(day) => {}
            Some((_, last)) if *last + 1 == at => *last = at,
            _ => runs.push((at, at)),
        }
    }
    let name = |at: usize| Weekday::ALL.get(at).map_or("", |(name, _)| name);
    let run = |(first, last): &(usize, usize)| match first == last {
        true => name(*first).to_owned(),
        false => format!("{}–{}", name(*first), name(*last)),
    };
    runs.iter().map(run).collect::<Vec<_>>().join(", ")
}

/// `pv.toml:41`.
pub(super) fn place(place: &Place) -> String {
    format!("{}:{}", place.path, place.line)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_and_days_are_told_shortly() {
        for (seconds, told) in
            [(0, "0s"), (59, "59s"), (5_400, "1h 30m"), (86_400, "24h"), (345_600, "4d"), (180_000, "2d 2h")]
        {
            assert_eq!(length(seconds), told);
        }
        use Weekday::{Friday, Monday, Sunday, Tuesday, Wednesday};
        assert_eq!(days(&[Tuesday, Monday, Wednesday]), "mon–wed");
        assert_eq!(days(&[Monday, Friday, Sunday]), "mon, fri, sun");
    }
}
