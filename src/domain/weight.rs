//! Weights: which share of the traffic, or of the partitions, gets a version.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A share in hundredths of a percent, from nobody to everybody. In files it is the percentage: `5`, `0.5`, `100`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Hash)]
pub struct Weight {
    hundredths: u16,
}

impl Weight {
    /// Nobody.
    pub const NONE: Self = Self { hundredths: 0 };
    /// Everybody.
    pub const FULL: Self = Self { hundredths: 10_000 };

    /// The share of so many hundredths of a percent; more than all is all.
    pub fn of_hundredths(hundredths: u16) -> Self {
        Self { hundredths: hundredths.min(Self::FULL.hundredths) }
    }

    /// `part` of `whole` in hundredths of a percent, rounded down; all of nothing is everybody.
    pub fn of_parts(part: usize, whole: usize) -> Self {
        match whole {
            0 => Self::FULL,
            whole => Self::of_hundredths(u16::try_from(part.min(whole) * 10_000 / whole).unwrap_or(u16::MAX)),
        }
    }

    /// The share in hundredths of a percent, 0 to 10,000.
    pub fn hundredths(self) -> u16 {
        self.hundredths
    }

    /// The percentage, 0 to 100.
    pub fn percent(self) -> f64 {
        f64::from(self.hundredths) / 100.0
    }

    /// Whether nobody gets it.
    pub fn is_none(self) -> bool {
        self == Self::NONE
    }

    /// Whether everybody gets it.
    pub fn is_full(self) -> bool {
        self == Self::FULL
    }
}

/// The number is no percentage.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no percentage: write a number from 0 to 100, with at most two decimals")]
pub struct WeightParseError(String);

impl std::str::FromStr for Weight {
    type Err = WeightParseError;

    /// `5`, `5%`, `0.25`.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let number = text.strip_suffix('%').unwrap_or(text).trim();
        let (whole, decimals) = number.split_once('.').unwrap_or((number, "0"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        let hundredths = || {
            let whole: u32 = whole.parse().ok()?;
            let decimals: u32 = format!("{decimals:0<2}").parse().ok()?;
            u16::try_from(whole.checked_mul(100)?.checked_add(decimals)?).ok().filter(|share| *share <= 10_000)
        };
        let is_plain = digits(whole) && digits(decimals) && decimals.len() <= 2;
        let hundredths = if is_plain { hundredths() } else { None };
        hundredths.map(|hundredths| Self { hundredths }).ok_or_else(|| WeightParseError(text.to_owned()))
    }
}

impl fmt::Display for Weight {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}%", self.percent())
    }
}

impl Serialize for Weight {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.hundredths % 100 {
            0 => serializer.serialize_u16(self.hundredths / 100),
            _ => serializer.serialize_f64(self.percent()),
        }
    }
}

impl<'de> Deserialize<'de> for Weight {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = f64::deserialize(deserializer)?;
        number.to_string().parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::Weight;

    #[test]
    fn a_weight_is_a_percentage_with_two_decimals() {
        let read = |text: &str| text.parse::<Weight>().ok().map(|weight| weight.to_string());
        for (text, shown) in
            [("5", "5%"), ("5%", "5%"), ("0.5", "0.5%"), ("33.33", "33.33%"), ("0", "0%"), ("100", "100%")]
        {
            assert_eq!(read(text).as_deref(), Some(shown));
        }
        for text in ["", "-1", "101", "100.01", "1.234", "NaN", "1e1", "5 %%"] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!((Weight::of_parts(1, 3).to_string(), Weight::of_parts(3, 3)), ("33.33%".to_owned(), Weight::FULL));
    }
}
