//! Cron patterns: what comes every week, and what comes on dates.

use croner::Cron;
use croner::parser::{CronParser, Seconds, Year};
use jiff::civil::{Date, DateTime, date};
use jiff::{SignedDuration, Zoned};

use super::{MOST_DATES, When, midnight};

/// A Monday: the week in which weekly patterns are unrolled.
const MONDAY: Date = date(2024, 1, 1);

/// How often a week a pattern may come to be taken as a window: once an hour.
const MOST_WEEKLY: usize = 7 * 24;

/// A pattern of five fields.
pub(super) struct Pattern {
    cron: Cron,
    /// Whether it says nothing about days of the month and months.
    pub(super) is_weekly: bool,
}

/// The pattern that `text` is.
pub(super) fn parse(text: &str) -> Result<Pattern, String> {
    let parser = CronParser::builder().seconds(Seconds::Disallowed).year(Year::Disallowed).build();
    let shown = super::emit::line(text);
    if text.len() > 200 {
        return Err(format!("`{shown}` is no cron pattern: it is too long"));
    }
    let cron = parser
        .parse(text)
        .map_err(|error| format!("`{shown}` is no cron pattern: {}", super::emit::line(&error.to_string())))?;
    let fields: Vec<&str> = text.split_whitespace().collect();
    let is_any = |at: usize| fields.get(at).is_some_and(|field| matches!(*field, "*" | "?"));
    let is_nick = matches!(text.trim().to_ascii_lowercase().as_str(), "@daily" | "@midnight" | "@weekly" | "@hourly");
    // `MON#1`, `5L`: a weekday of the month, not of every week.
    let is_nth = fields.get(4).is_some_and(|field| field.contains(['#', 'L', 'l']));
    Ok(Pattern { cron, is_weekly: is_nick || (is_any(2) && is_any(3) && !is_nth) })
}

impl Pattern {
    /// The minutes since Monday 00:00 at which it comes in a week.
    pub(super) fn minutes(&self) -> Result<Vec<u32>, String> {
        let end = MONDAY.saturating_add(jiff::Span::new().days(7));
        let starts = self.between(MONDAY, end, MOST_WEEKLY + 1);
        if starts.len() > MOST_WEEKLY {
            return Err(format!("it comes more than {MOST_WEEKLY} times a week"));
        }
        let minute = |start: &DateTime| {
            let days = u32::try_from(start.date().weekday().to_monday_zero_offset()).unwrap_or(0);
            let minutes = i32::from(start.hour()) * 60 + i32::from(start.minute());
            days * 1_440 + u32::try_from(minutes).unwrap_or(0)
        };
        Ok(starts.iter().map(minute).collect())
    }

    /// When it comes in the year after `today`.
    pub(super) fn dates(&self, today: Date) -> Vec<DateTime> {
        self.between(today, today.saturating_add(jiff::Span::new().days(366)), MOST_DATES)
    }

    /// When it comes next after `at`.
    pub(super) fn after(&self, at: DateTime) -> Option<DateTime> {
        self.cron
            .find_next_occurrence(&at.to_zoned(jiff::tz::TimeZone::UTC).ok()?, false)
            .ok()
            .map(|next| next.datetime())
    }

    fn between(&self, from: Date, to: Date, most: usize) -> Vec<DateTime> {
        let next = |at: &Zoned, inclusive| self.cron.find_next_occurrence(at, inclusive).ok();
        let first = midnight(from).and_then(|from| next(&from, true));
        let all = std::iter::successors(first, |at| next(at, false)).map(|at| at.datetime());
        all.take_while(|at| at.date() < to).take(most).collect()
    }
}

/// When something is active that begins by `schedule` and lasts for `minutes`.
pub(super) fn lasting(schedule: &str, minutes: u32, today: Date) -> Result<When, String> {
    let pattern = parse(schedule)?;
    if pattern.is_weekly {
        return Ok(When::Weekly(pattern.minutes()?.into_iter().map(|start| (start, minutes)).collect()));
    }
    let lasts = SignedDuration::from_mins(minutes.into());
    let dates: Vec<_> = pattern.dates(today).into_iter().map(|start| (start, start.saturating_add(lasts))).collect();
    if dates.is_empty() { Err("it does not come in the year ahead".to_owned()) } else { Ok(When::Dates(dates)) }
}

/// The minutes of a duration as Go writes them: `8h`, `1h30m`, `90s`.
pub(super) fn duration(text: &str) -> Result<u32, String> {
    let wrong = || format!("`{}` is no duration such as 8h or 1h30m", super::emit::line(text));
    let (mut seconds, mut number) = (0u64, String::new());
    for c in text.trim().chars().take(32) {
        let unit = match c {
            '0'..='9' => {
                number.push(c);
                continue;
            }
            'h' => 3_600,
            'm' => 60,
            's' => 1,
            _ => return Err(wrong()),
        };
        let count: u64 = number.parse().map_err(|_| wrong())?;
        seconds = seconds.saturating_add(count.saturating_mul(unit));
        number.clear();
    }
    let minutes = u32::try_from(seconds / 60).unwrap_or(u32::MAX).min(366 * 1_440);
    if minutes == 0 || !number.is_empty() { Err(wrong()) } else { Ok(minutes) }
}
