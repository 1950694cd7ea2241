//! Acknowledgements: a finding that somebody answers for.

use std::fmt;

use jiff::civil::Date;
use serde::{Serialize, Serializer};

use super::{Digest, Gate, Place};

/// What somebody takes upon themselves: one finding, about one edit of one artefact, until a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ack {
    /// The finding's fingerprint.
    pub fingerprint: String,
    /// The rule that found it.
    pub rule: String,
    /// The artefact's identity.
    pub artefact: String,
    /// The digest before the edit; `None`: there was no such artefact.
    pub from: Option<Digest>,
    /// The digest after the edit; `None`: the artefact is gone.
    pub to: Option<Digest>,
    /// Why it is in order.
    pub reason: String,
    /// Who says so.
    pub approved_by: Option<String>,
    /// In which role.
    pub role: Option<String>,
    /// The last day on which it holds.
    pub until: Option<Date>,
    /// What it waives; never empty.
    pub waives: Vec<Waiver>,
    /// Where it is written.
    pub place: Place,
}

/// What an acknowledgement waives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Waiver {
    /// The finding no longer blocks.
    Level,
    /// The finding no longer raises the version.
    Bump,
    /// The finding no longer owes this gate.
    Gate(Gate),
}

impl Ack {
    /// Whether it waives `waiver`.
    pub fn waives(&self, waiver: Waiver) -> bool {
        self.waives.contains(&waiver)
    }

    /// Whether its last day is before `today`.
    pub fn is_expired(&self, today: Date) -> bool {
        self.until.is_some_and(|until| until < today)
    }
}

impl fmt::Display for Waiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Level => f.write_str("level"),
            Self::Bump => f.write_str("bump"),
            Self::Gate(gate) => write!(f, "gate:{gate}"),
        }
    }
}

impl std::str::FromStr for Waiver {
    type Err = WaiverParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match (text, text.strip_prefix("gate:").map(str::parse)) {
            ("level", _) => Ok(Self::Level),
            ("bump", _) => Ok(Self::Bump),
            (_, Some(Ok(gate))) => Ok(Self::Gate(gate)),
            _ => Err(WaiverParseError(text.to_owned())),
        }
    }
}

impl Serialize for Waiver {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The text names nothing that can be waived.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` cannot be waived: name `level`, `bump` or a gate (`gate:eval`)")]
pub struct WaiverParseError(pub String);

#[cfg(test)]
mod tests {
    use super::{Gate, Waiver};

    #[test]
    fn a_waiver_is_read_as_it_is_written() {
        for waiver in [Waiver::Level, Waiver::Bump, Waiver::Gate(Gate::Safety)] {
            assert_eq!(waiver.to_string().parse(), Ok(waiver));
        }
        assert!("all".parse::<Waiver>().is_err());
    }
}
