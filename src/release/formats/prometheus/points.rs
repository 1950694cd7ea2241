//! The points of a series, added up as they are read.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error as _, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::release::formats::json::{self, Number};

/// One point: `[1795240800, "1.5"]`.
#[derive(Clone, Copy)]
pub(super) struct Point {
    /// Its instant, in seconds since 1970.
    pub(super) at: Number,
    /// Its value; `None` for `NaN` and the infinities, which are what a rate of nothing is.
    pub(super) value: Option<f64>,
}

impl<'de> Deserialize<'de> for Point {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (at, value) = <(Number, &RawValue)>::deserialize(deserializer)?;
        let number = json::label(value).and_then(|text| text.parse::<f64>().ok());
        let number = number.ok_or_else(|| D::Error::custom(format!("the value {value} is no number")))?;
        Ok(Self { at, value: Number::from(number).finite() })
    }
}

/// All points of a series.
#[derive(Default)]
pub(super) struct Points {
    sum: f64,
    count: u32,
    /// The latest instant.
    pub(super) last: Number,
}

impl Points {
    /// The mean of the values that are finite; `None` when none is.
    pub(super) fn mean(&self) -> Option<f64> {
        (self.count > 0).then(|| self.sum / f64::from(self.count))
    }

    fn add(&mut self, point: Point) {
        self.last = later(self.last, point.at);
        if let Some(value) = point.value {
            self.sum += value;
            self.count += 1;
        }
    }
}

/// The later of two instants.
pub(super) fn later(a: Number, b: Number) -> Number {
    match (a.finite(), b.finite()) {
        (Some(a), Some(b)) => Number::Finite(a.max(b)),
        (Some(_), None) => a,
        (None, _) => b,
    }
}

impl<'de> Deserialize<'de> for Points {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_seq(PointsVisitor)
    }
}

struct PointsVisitor;

impl<'de> Visitor<'de> for PointsVisitor {
    type Value = Points;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of points")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Points, A::Error> {
        let mut points = Points::default();
        while let Some(point) = list.next_element()? {
            points.add(point);
        }
        Ok(points)
    }
}
