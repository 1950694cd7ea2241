//! What a sample shows: intervals, the smallest effect that it can show, and how many more cases would decide.
//!
//! Cases are the unit: the attempts at one case are averaged first, so repeats never add to n.

use crate::domain::Verdict;

/// The one-sided 95 % quantile of the standard normal distribution.
pub const Z: f64 = 1.644_853_626_951_472_6;

/// What one check of one metric came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// Pass, fail or inconclusive.
    pub verdict: Verdict,
    /// What was observed: a share, a difference of shares, a ratio, a count of cases.
    pub value: f64,
    /// The interval that the verdict goes by: one-sided 95 % at either end; `None` where there is none to give.
    pub interval: Option<(f64, f64)>,
    /// How many cases it is taken over.
    pub cases: usize,
    /// The smallest effect that this many cases can show: the margin, or the floor, that would pass on what was observed.
    pub smallest: Option<f64>,
    /// About how many more cases would decide, where more of the same would.
    pub more: Option<usize>,
}
