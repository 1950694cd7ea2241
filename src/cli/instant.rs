//! The instant by which a command judges: `--at`, or now.

use std::fmt;
use std::str::FromStr;

use jiff::Zoned;
use jiff::fmt::temporal::Pieces;
use jiff::tz::TimeZone;

/// A civil date and time in a time zone or at a fixed offset.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instant(Zoned);

/// The text is no instant.
#[derive(Debug, thiserror::Error)]
#[error(
    "not an instant such as 2026-11-21T10:00:00+05:30, 2026-11-21T04:30:00Z or 2026-11-21T10:00:00+05:30[Asia/Kolkata]"
)]
pub struct InstantParseError;

impl Instant {
    /// The current instant, in UTC, to the second.
    pub fn now() -> Self {
        let now = jiff::Timestamp::now().as_second();
        Self(jiff::Timestamp::from_second(now).unwrap_or_default().to_zoned(TimeZone::UTC))
    }

    /// The moment itself, in no zone.
    pub fn timestamp(&self) -> jiff::Timestamp {
        self.0.timestamp()
    }

    /// The day, where the instant was named.
    pub fn day(&self) -> jiff::civil::Date {
        self.0.date()
    }

    /// The civil date, `YYYY-MM-DD`, where the instant was named.
    pub fn date(&self) -> String {
        self.0.date().to_string()
    }
}

impl fmt::Display for Instant {
    /// RFC 3339, with the zone's name where it has one.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.time_zone().iana_name() {
            Some("UTC") => write!(f, "{}", self.0.timestamp()),
            Some(_) => write!(f, "{}", self.0),
            None => write!(f, "{}", self.0.timestamp().display_with_offset(self.0.offset())),
        }
    }
}

impl FromStr for Instant {
    type Err = InstantParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Ok(zoned) = text.parse::<Zoned>() {
            return Ok(Self(zoned));
        }
        let timestamp: jiff::Timestamp = text.parse().map_err(|_| InstantParseError)?;
        let pieces = Pieces::parse(text).map_err(|_| InstantParseError)?;
        let zone = pieces.to_numeric_offset().map_or(TimeZone::UTC, TimeZone::fixed);
        Ok(Self(timestamp.to_zoned(zone)))
    }
}

#[cfg(test)]
mod tests {
    use super::Instant;

    fn read(text: &str) -> Option<String> {
        text.parse::<Instant>().ok().map(|instant| format!("{instant} {}", instant.date()))
    }

    #[test]
    fn an_instant_keeps_the_day_of_its_own_zone() {
        assert_eq!(read("2026-11-21T01:00:00+05:30").as_deref(), Some("2026-11-21T01:00:00+05:30 2026-11-21"));
        assert_eq!(read("2026-11-20T19:30:00Z").as_deref(), Some("2026-11-20T19:30:00Z 2026-11-20"));
        assert_eq!(
            read("2026-11-20T14:00:00+05:30[Asia/Kolkata]").as_deref(),
            Some("2026-11-20T14:00:00+05:30[Asia/Kolkata] 2026-11-20")
        );
    }

    #[test]
    fn a_day_without_a_time_is_refused() {
        assert_eq!(read("2026-11-21"), None);
    }
}
