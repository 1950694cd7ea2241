//! Ratios: cost, latency or length is at most so many times what it was.

use super::{MOST_MORE, Outcome, Z};
use crate::domain::Verdict;

/// Fewer cases than this show nothing at 95 %, even if all agree: of four, one in sixteen does so by chance.
const FEWEST_CASES: usize = 5;

/// How much worse a quantity may get.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limit {
    /// The greatest ratio of worse to better: 1.2 is "at most 20 % worse", whichever direction is worse.
    pub max: f64,
    /// Above this the check fails, however wide the interval.
    pub critical: Option<f64>,
    /// Whether more of it is better: then before/after is limited, else after/before.
    pub higher_is_better: bool,
}

impl Limit {
    /// The (denominator, numerator) of the ratio that is limited.
    fn sides(&self, (before, after): (f64, f64)) -> (f64, f64) {
        if self.higher_is_better { (after, before) } else { (before, after) }
    }

    fn verdict(&self, ratio: f64, interval: Option<(f64, f64)>) -> Verdict {
        match interval {
            _ if self.critical.is_some_and(|critical| ratio > critical) => Verdict::Fail,
            Some((_, high)) if high <= self.max => Verdict::Pass,
            Some((low, _)) if low > self.max => Verdict::Fail,
            _ => Verdict::Inconclusive,
        }
    }

    fn is_told(&self) -> bool {
        self.max.is_finite() && self.critical.is_none_or(f64::is_finite)
    }
}

/// Judges the ratio of the sums over cases, each (before, after), both at least 0.
///
/// The interval is R ± Z·√v with the linearised variance v = Σ(yᵢ - R·xᵢ)² / ((n - 1)·n·x̄²), one-sided 95 % at either
/// end (W. G. Cochran, "Sampling Techniques", 3rd ed. 1977, §2.11 and §6.3), x being what R divides by.
///
/// `smallest` is the smallest limit that would pass, `more` the cases still needed at the same ratio and spread. Fewer
/// than five cases have no interval: above the critical ratio they fail, else they are inconclusive, and so is a sum
/// of 0 to divide by, and a number that is negative or none.
pub fn ratio_of_cases(pairs: &[(f64, f64)], limit: &Limit) -> Outcome {
    let cases = pairs.len();
    let Some(sample) = Sample::of(pairs, limit) else { return Outcome::nothing(cases) };
    let interval = (cases >= FEWEST_CASES).then(|| sample.interval(cases));
    let verdict = limit.verdict(sample.ratio, interval);
    Outcome {
        verdict,
        value: sample.ratio,
        interval,
        cases,
        smallest: interval.map(|(_, high)| high),
        more: if verdict == Verdict::Inconclusive { sample.more(cases, limit.max) } else { None },
    }
}

/// Judges the ratio of two totals that no cases stand behind: by itself, for there is no interval.
///
/// Inconclusive where there is nothing to divide by, or a number that is negative or none.
pub fn ratio_of_totals(before: f64, after: f64, limit: &Limit) -> Outcome {
    let Some(ratio) = quotient(limit.sides((before, after))).filter(|_| limit.is_told()) else {
        return Outcome::nothing(0);
    };
    let verdict = limit.verdict(ratio, Some((ratio, ratio)));
    Outcome { verdict, value: ratio, smallest: Some(ratio), ..Outcome::nothing(0) }
}

fn quotient((below, above): (f64, f64)) -> Option<f64> {
    let ratio = above / below;
    (below > 0.0 && above >= 0.0 && ratio.is_finite()).then_some(ratio)
}

/// Cases as their ratio and its spread, so that n may be thought larger.
struct Sample {
    ratio: f64,
    /// The standard deviation of what the ratio leaves unexplained, as a share of the mean that it divides by.
    spread: f64,
}

impl Sample {
    fn of(pairs: &[(f64, f64)], limit: &Limit) -> Option<Self> {
        let sides: Vec<(f64, f64)> = pairs.iter().map(|pair| limit.sides(*pair)).collect();
        let are_told = limit.is_told() && sides.iter().all(|(below, above)| *below >= 0.0 && *above >= 0.0);
        let total = sides.iter().fold((0.0, 0.0), |sum, side| (sum.0 + side.0, sum.1 + side.1));
        let ratio = quotient(total).filter(|_| are_told)?;
        let n = sides.len() as f64;
        let mean = total.0 / n;
        let squares: f64 = sides.iter().map(|(below, above)| ((above - ratio * below) / mean).powi(2)).sum();
        let spread = (squares / (n - 1.0).max(1.0)).sqrt();
        spread.is_finite().then_some(Self { ratio, spread })
    }

    fn interval(&self, cases: usize) -> (f64, f64) {
        let half = Z * self.spread / (cases as f64).sqrt();
        ((self.ratio - half).max(0.0), self.ratio + half)
    }

    /// How many more cases decide at the same ratio and spread.
    fn more(&self, cases: usize, max: f64) -> Option<usize> {
        let needed = (Z * self.spread / (max - self.ratio)).powi(2).max(FEWEST_CASES as f64);
        let more = (needed.ceil() - cases as f64).max(1.0);
        (more <= MOST_MORE as f64).then_some(more as usize)
    }
}
