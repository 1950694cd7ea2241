//! Numbers as reports hold them, and which of them can be reckoned with.

use std::fmt;

use serde::Deserialize;
use serde::de::Deserializer;
use serde_json::value::RawValue;

use super::bare;
use super::parts::label;
use crate::release::checks::{Refused, report};

/// No number of a report is as large; the sum of any number of smaller ones is finite.
const LARGEST: f64 = 1e300;
/// Sums of numbers beyond this lose the small ones: they are no scores, costs or times.
const LARGEST_SCORE: f64 = 1e15;

/// What stands where a number belongs.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(in super::super) enum Number {
    /// A number; `true` is 1, `false` is 0.
    Finite(f64),
    /// NaN, infinite, or too large to be told apart from that.
    Invalid,
    /// `null`, or nothing.
    #[default]
    Missing,
    /// A text, a list or an object.
    Other,
}

impl Number {
    /// What `value` is as a number.
    pub(in super::super) fn of(value: &RawValue) -> Self {
        match value.get().as_bytes().first() {
            Some(b'n') => Self::Missing,
            Some(b't') => Self::Finite(1.0),
            Some(b'f') => Self::Finite(0.0),
            Some(b'[' | b'{') => Self::Other,
            Some(b'"') if is_bare(value) => Self::Invalid,
            Some(b'"') => label(value).filter(|text| is_no_number(text)).map_or(Self::Other, |_| Self::Invalid),
            _ => value.get().parse::<f64>().map_or(Self::Other, Self::from),
        }
    }

    /// The number, where there is one.
    pub(in super::super) fn finite(self) -> Option<f64> {
        match self {
            Self::Finite(number) => Some(number),
            Self::Invalid | Self::Missing | Self::Other => None,
        }
    }

    /// The number, if one was given.
    ///
    /// # Errors
    /// When what stands there, at `place`, is something else.
    pub(in super::super) fn given(self, place: impl fmt::Display) -> Result<Option<f64>, Refused> {
        match self {
            Self::Finite(number) => Ok(Some(number)),
            Self::Missing => Ok(None),
            Self::Invalid => Err(refused(place, "NaN or infinite")),
            Self::Other => Err(refused(place, "no number")),
        }
    }

    /// The number, if one was given, as one that is added to others.
    ///
    /// # Errors
    /// As [`Number::given`], and when it is so large that a sum loses the others.
    pub(in super::super) fn score(self, place: impl fmt::Display) -> Result<Option<f64>, Refused> {
        match self.given(&place)? {
            Some(number) if number.abs() > LARGEST_SCORE => {
                Err(refused(place, &format!("{number:e}, too large to add up")))
            }
            number => Ok(number),
        }
    }

    /// Like [`Number::score`], for what cannot be below zero: costs, times, lengths.
    ///
    /// # Errors
    /// As it, and when it is below zero.
    pub(in super::super) fn amount(self, place: impl fmt::Display) -> Result<Option<f64>, Refused> {
        match self.score(&place)? {
            Some(number) if number < 0.0 => Err(refused(place, &format!("{number}, below zero"))),
            number => Ok(number),
        }
    }
}

fn refused(place: impl fmt::Display, what: &str) -> Refused {
    Refused::by(&report::NOT_FINITE, format!("{place} is {what}"))
}

impl From<f64> for Number {
    fn from(number: f64) -> Self {
        if number.abs() < LARGEST { Self::Finite(number) } else { Self::Invalid }
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        <&RawValue>::deserialize(deserializer).map(Self::of)
    }
}

/// Whether `value` was a bare `NaN` or `Infinity`.
pub(in super::super) fn is_bare(value: &RawValue) -> bool {
    value.get().strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).is_some_and(bare::was)
}

/// Whether `text` is what other tools write for no number: `nan`, `-inf`.
pub(in super::super) fn is_no_number(text: &str) -> bool {
    text.trim().parse::<f64>().is_ok_and(|number| !number.is_finite())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        Number::of(serde_json::from_str(text).unwrap())
    }

    #[test]
    fn numbers_are_what_they_look_like() {
        let finite = ["-1.5e2", "true", "false", "7"].map(number);
        assert_eq!(finite, [-150.0, 1.0, 0.0, 7.0].map(Number::Finite));
        for invalid in ["1e999", "1e300", "\"nan\"", "\" -inf\"", bare::NAN, "\"\u{7f}\u{7f}\""] {
            assert_eq!(number(invalid), Number::Invalid, "{invalid}");
        }
        assert_eq!(number("null"), Number::Missing);
        assert_eq!(["\"1\"", "[1]", "{}"].map(number), [Number::Other; 3]);
    }

    #[test]
    fn scores_and_amounts_have_their_limits() {
        let message = |result: Result<Option<f64>, Refused>| result.map_err(|refused| refused.message);
        assert_eq!(message(number("1e16").given("x")), Ok(Some(1e16)));
        assert_eq!(message(number("1e16").score("x")), Err("x is 1e16, too large to add up".to_owned()));
        assert_eq!(message(number("-1").score("x")), Ok(Some(-1.0)));
        assert_eq!(message(number("-1").amount("x")), Err("x is -1, below zero".to_owned()));
        assert_eq!(message(number("null").amount("x")), Ok(None));
    }
}
