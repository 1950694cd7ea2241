//! Quantities with their units: `24h`, `1 MiB`, `5%`.

use std::fmt;

use super::raw::{Wrong, printable};

/// A length of time in whole seconds; holds are absolute, a day is 24 hours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Duration {
    /// The seconds.
    pub seconds: u64,
}

/// A number of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Size {
    /// The bytes.
    pub bytes: u64,
}

/// A share of the traffic, in hundredths of a percent: above 0, at most 100 %.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Percent {
    /// 1 to 10,000.
    pub hundredths: u16,
}

const DURATIONS: [(&str, u64); 5] = [("w", 604_800), ("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)];

const SIZES: [(&str, u64); 7] = [
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("KiB", 1 << 10),
    ("GB", 1_000_000_000),
    ("MB", 1_000_000),
    ("kB", 1_000),
    ("B", 1),
];

impl Duration {
    pub(super) fn read(text: &str) -> Result<Self, Wrong> {
        measured(text, &DURATIONS).map(|seconds| Self { seconds }).ok_or_else(|| {
            Wrong::new(
                format!("`{}` is no duration", printable(text)),
                "write a whole number and a unit: `30s`, `5m`, `24h`, `90d` or `2w`",
            )
        })
    }
}

impl std::str::FromStr for Duration {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::read(text).map_err(|wrong| format!("{}; {}", wrong.message, wrong.help))
    }
}

impl Size {
    pub(super) fn read(text: &str) -> Result<Self, Wrong> {
        measured(text, &SIZES).map(|bytes| Self { bytes }).ok_or_else(|| {
            Wrong::new(
                format!("`{}` is no size", printable(text)),
                "write a whole number and a unit: `512 KiB`, `1 MiB`, `2 GiB`, `500 kB`, `5 MB`",
            )
        })
    }
}

impl Percent {
    pub(super) fn read(text: &str) -> Result<Self, Wrong> {
        let share = text.strip_suffix('%').filter(|number| is_decimal(number));
        share.and_then(|number| Self::of(number.parse().ok()?)).ok_or_else(|| {
            Wrong::new(
                format!("`{}` is no percentage", printable(text)),
                "write a number above 0 and up to 100, with at most two decimals: `5%`, `0.5%`",
            )
        })
    }

    /// `percent` as a share, unless it is out of range or finer than a hundredth of a percent.
    pub(super) fn of(percent: f64) -> Option<Self> {
        let hundredths = (1..=10_000).map(f64::from).find(|hundredths| (percent * 100.0 - hundredths).abs() < 1e-6)?;
        // In 1..=10,000, so the text of the number is a u16.
        hundredths.to_string().parse().ok().map(|hundredths| Self { hundredths })
    }
}

impl fmt::Display for Duration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_measured(f, self.seconds, &DURATIONS, "")
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_measured(f, self.bytes, &SIZES, " ")
    }
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}%", f64::from(self.hundredths) / 100.0)
    }
}

/// Digits, and perhaps a point and one or two more.
fn is_decimal(text: &str) -> bool {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
    let are_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    are_digits(whole) && are_digits(decimals) && decimals.len() <= 2
}

fn measured(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at(digits);
    let (_, factor) = units.iter().find(|(name, _)| *name == unit.trim_start())?;
    number.parse::<u64>().ok()?.checked_mul(*factor)
}

/// In the largest unit that leaves no rest.
fn write_measured(f: &mut fmt::Formatter<'_>, amount: u64, units: &[(&str, u64)], gap: &str) -> fmt::Result {
    let fitting = units.iter().find(|(_, factor)| amount >= *factor && amount.is_multiple_of(*factor));
    let (unit, factor) = fitting.or(units.last()).copied().unwrap_or(("", 1));
    write!(f, "{}{gap}{unit}", amount / factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantities_read_and_show() {
        let duration = |text| Duration::read(text).map(|d| (d.seconds, d.to_string())).ok();
        assert_eq!(duration("24h"), Some((86_400, "1d".to_owned())));
        assert_eq!(duration("90 s"), Some((90, "90s".to_owned())));
        assert_eq!(duration("0m"), Some((0, "0s".to_owned())));
        let size = |text| Size::read(text).map(|s| (s.bytes, s.to_string())).ok();
        assert_eq!(size("1 MiB"), Some((1_048_576, "1 MiB".to_owned())));
        assert_eq!(size("1500B"), Some((1_500, "1500 B".to_owned())));
        let percent = |text| Percent::read(text).map(|p| (p.hundredths, p.to_string())).ok();
        assert_eq!(percent("5%"), Some((500, "5%".to_owned())));
        assert_eq!(percent("0.29%"), Some((29, "0.29%".to_owned())));
    }

    #[test]
    fn what_is_no_quantity_is_refused() {
        for text in ["", "24", "h", "-1h", "1.5h", "24 hours", "99999999999999999999d", "1h30m", "٣h"] {
            assert!(Duration::read(text).is_err(), "{text}");
        }
        for text in ["1", "1 mib", "18446744073709551615 GiB", "MiB"] {
            assert!(Size::read(text).is_err(), "{text}");
        }
        for text in ["0%", "101%", "5", "%", "NaN%", "inf%", "0.001%", "-5%", "5.%", ".5%", "1e1%", "+5%"] {
            assert!(Percent::read(text).is_err(), "{text}");
        }
    }
}
