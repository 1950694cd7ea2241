//! Instants: moments with the zone or the offset in which they were named.

use std::fmt;
use std::str::FromStr;

use jiff::Zoned;
use jiff::fmt::temporal::Pieces;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

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
    /// The moment `timestamp`, told in UTC.
    pub fn utc(timestamp: jiff::Timestamp) -> Self {
        Self(timestamp.to_zoned(TimeZone::UTC))
    }

    /// The same moment, told in another zone.
    #[must_use]
    pub fn in_zone(&self, zone: &TimeZone) -> Self {
        Self(self.0.with_time_zone(zone.clone()))
    }

    /// The moment with its civil date and time.
    pub fn zoned(&self) -> &Zoned {
        &self.0
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

impl PartialOrd for Instant {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Instant {
    /// By the moment; of one moment, by how it is written.
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.timestamp().cmp(&other.timestamp()).then_with(|| self.to_string().cmp(&other.to_string()))
    }
}

impl From<Zoned> for Instant {
    fn from(zoned: Zoned) -> Self {
        Self(zoned)
    }
}

impl Serialize for Instant {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
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
