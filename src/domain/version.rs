//! Version labels: semver, or a date for data.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::Bump;

/// How an artefact is versioned (`versioning` in `pv.toml`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Versioning {
    /// `1.2.3`, computed from the class.
    Semver,
    /// `2026-05-20`, `2026-05-20.2` for a second one that day.
    Date,
    /// Whatever the document declares.
    Declared,
}

/// A label for one content of one artefact.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Version {
    /// major, minor, patch.
    Semver(u64, u64, u64),
    /// An ISO date, and which one that day (from 1).
    Date(String, u32),
    /// A declared label that is neither.
    Label(String),
}

impl Version {
    /// The first version of an artefact.
    pub const FIRST: Self = Self::Semver(1, 0, 0);

    /// The version after this one; a label cannot be bumped and stays.
    #[must_use]
    pub fn bumped(&self, bump: Bump) -> Self {
        match (self, bump) {
            (Self::Semver(major, _, _), Bump::Major) => Self::Semver(major.saturating_add(1), 0, 0),
            (Self::Semver(major, minor, _), Bump::Minor) => Self::Semver(*major, minor.saturating_add(1), 0),
            (Self::Semver(major, minor, patch), Bump::Patch) => Self::Semver(*major, *minor, patch.saturating_add(1)),
            _ => self.clone(),
        }
    }

    /// The version of a content cut on `date` (`YYYY-MM-DD`) when `self` was the latest.
    #[must_use]
    pub fn on_date(previous: Option<&Self>, date: &str) -> Self {
        match previous {
            Some(Self::Date(day, n)) if day == date => Self::Date(date.to_owned(), n.saturating_add(1)),
            _ => Self::Date(date.to_owned(), 1),
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Semver(major, minor, patch) => f.pad(&format!("{major}.{minor}.{patch}")),
            Self::Date(date, 1) => f.pad(date),
            Self::Date(date, n) => f.pad(&format!("{date}.{n}")),
            Self::Label(label) => f.pad(label),
        }
    }
}

impl FromStr for Version {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(semver(text).or_else(|| date(text)).unwrap_or_else(|| Self::Label(text.to_owned())))
    }
}

impl PartialOrd for Version {
    /// Versions of one scheme are ordered; across schemes there is no order.
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Semver(a, b, c), Self::Semver(x, y, z)) => Some((a, b, c).cmp(&(x, y, z))),
            (Self::Date(a, n), Self::Date(b, m)) => Some((a, n).cmp(&(b, m))),
            (Self::Label(a), Self::Label(b)) if a == b => Some(Ordering::Equal),
            _ => None,
        }
    }
}

impl Serialize for Version {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(|never: std::convert::Infallible| match never {})
    }
}

fn semver(text: &str) -> Option<Version> {
    let mut parts = text.strip_prefix('v').unwrap_or(text).split('.').map(|part| part.parse::<u64>().ok());
    let major = parts.next()??;
    let minor = parts.next().map_or(Some(0), |part| part)?;
    let patch = parts.next().map_or(Some(0), |part| part)?;
    parts.next().is_none().then_some(Version::Semver(major, minor, patch))
}

fn date(text: &str) -> Option<Version> {
    let (day, n) = match text.split_once('.') {
        Some((day, n)) => (day, n.parse().ok().filter(|n| *n > 0)?),
        None => (text, 1),
    };
    let bytes = day.as_bytes();
    let dashes = bytes.len() == 10 && bytes.get(4) == Some(&b'-') && bytes.get(7) == Some(&b'-');
    let digits = bytes.iter().enumerate().all(|(at, byte)| at == 4 || at == 7 || byte.is_ascii_digit());
    (dashes && digits).then(|| Version::Date(day.to_owned(), n))
}
