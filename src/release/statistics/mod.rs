//! What a sample shows: intervals, the smallest effect that it can show, and how many more cases would decide.
//!
//! Cases are the unit: the attempts at one case are averaged first, so repeats never add to n. Numbers that are none
//! (NaN, a share of 1.2) never get out: what they are part of is inconclusive.

mod calibrate;
mod flips;
mod floor;
mod margin;
mod power;
mod ratio;

pub use calibrate::{Rates, false_fails};
pub use flips::{Pair, flips, sign_test};
pub use floor::floor;
pub use margin::margin;
pub use power::detectable;
pub use ratio::{Limit, ratio_of_cases, ratio_of_totals};

use crate::domain::Verdict;

/// The one-sided 95 % quantile of the standard normal distribution.
pub const Z: f64 = 1.644_853_626_951_472_6;

/// Nobody collects more than this many cases to decide one check.
const MOST_MORE: usize = 100_000;

/// What one check of one metric came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// Pass, fail or inconclusive.
    pub verdict: Verdict,
    /// What was observed: a share, a difference of shares, a ratio, a count of cases; 0 where nothing could be.
    pub value: f64,
    /// The interval that the verdict goes by: one-sided 95 % at either end; `None` where there is none to give.
    pub interval: Option<(f64, f64)>,
    /// How many cases it is taken over.
    pub cases: usize,
    /// The smallest effect that this many cases can show: the margin, the ratio, the count of flips, or the (highest)
    /// floor, that would pass on what was observed.
    pub smallest: Option<f64>,
    /// About how many more cases would decide, where more of the same would.
    pub more: Option<usize>,
}

impl Outcome {
    /// Nothing was observed that a verdict could go by.
    fn nothing(cases: usize) -> Self {
        Self { verdict: Verdict::Inconclusive, value: 0.0, interval: None, cases, smallest: None, more: None }
    }
}

/// Pass where all of the interval is at least `least`, fail where none of it is.
fn at_least((low, high): (f64, f64), least: f64) -> Verdict {
    match (low >= least, high < least) {
        (true, _) => Verdict::Pass,
        (_, true) => Verdict::Fail,
        _ => Verdict::Inconclusive,
    }
}

/// How many cases beside `cases` decide first, where more of the same decide at all; `decides` is of their total.
fn more(cases: usize, decides: impl Fn(usize) -> bool) -> Option<usize> {
    let (mut too_few, mut enough) = (0, MOST_MORE);
    if !decides(cases + enough) {
        return None;
    }
    while enough - too_few > 1 {
        let middle = usize::midpoint(too_few, enough);
        *(if decides(cases + middle) { &mut enough } else { &mut too_few }) = middle;
    }
    Some(enough)
}
