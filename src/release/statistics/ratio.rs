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
/// end (W. G. Cochran, "Sampling Techniques", 3rd ed. 1977, §2.11 and ch. 6), x being what R divides by.
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

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Limit = Limit { max: 1.2, critical: Some(1.5), higher_is_better: false };

    /// As many pairs, each after so many times before, or a little more or less.
    fn pairs(cases: usize, times: f64) -> Vec<(f64, f64)> {
        (0..cases)
            .map(|case| (10.0 + case as f64, (10.0 + case as f64) * (times + 0.1 * (case % 3) as f64 - 0.1)))
            .collect()
    }

    #[test]
    fn the_interval_decides() {
        let verdict = |cases, times| ratio_of_cases(&pairs(cases, times), &LIMIT).verdict;
        assert_eq!(verdict(30, 1.1), Verdict::Pass);
        assert_eq!(verdict(30, 1.3), Verdict::Fail);
        assert_eq!(verdict(30, 1.21), Verdict::Inconclusive);
        assert_eq!(verdict(6, 1.15), Verdict::Inconclusive);
    }

    #[test]
    fn a_few_cases_fail_above_the_critical_ratio_only() {
        let few = ratio_of_cases(&[(1.0, 1.1); 4], &LIMIT);
        assert_eq!((few.verdict, few.interval, few.more), (Verdict::Inconclusive, None, Some(1)));
        assert_eq!(ratio_of_cases(&[(1.0, 1.1); 5], &LIMIT).verdict, Verdict::Pass);
        assert_eq!(ratio_of_cases(&[(1.0, 1.6)], &LIMIT).verdict, Verdict::Fail);
        let wide = [(1.0, 0.1), (1.0, 0.1), (1.0, 0.1), (1.0, 0.1), (1.0, 9.0), (1.0, 0.1)];
        let interval = ratio_of_cases(&wide, &LIMIT).interval.unwrap();
        assert!(interval.0 < LIMIT.max, "the interval would not fail it");
        assert_eq!(ratio_of_cases(&wide, &LIMIT).verdict, Verdict::Fail);
    }

    #[test]
    fn worse_is_the_other_way_round_where_more_is_better() {
        let thumbs = Limit { higher_is_better: true, ..LIMIT };
        assert_eq!(ratio_of_totals(100.0, 90.0, &thumbs).verdict, Verdict::Pass);
        assert_eq!(ratio_of_totals(100.0, 80.0, &thumbs).verdict, Verdict::Fail);
        assert_eq!(ratio_of_totals(100.0, 300.0, &thumbs).verdict, Verdict::Pass);
        assert_eq!(ratio_of_totals(100.0, 120.0, &LIMIT).verdict, Verdict::Pass);
        assert_eq!(ratio_of_totals(100.0, 121.0, &LIMIT).verdict, Verdict::Fail);
    }

    #[test]
    fn nothing_to_divide_by_is_inconclusive() {
        for (before, after) in [(0.0, 1.0), (0.0, 0.0), (-1.0, 1.0), (1.0, -1.0), (f64::NAN, 1.0), (1.0, f64::INFINITY)]
        {
            assert_eq!(ratio_of_totals(before, after, &LIMIT), Outcome::nothing(0), "{before} {after}");
            assert_eq!(ratio_of_cases(&[(before, after); 9], &LIMIT), Outcome::nothing(9), "{before} {after}");
        }
        assert_eq!(ratio_of_cases(&[], &LIMIT), Outcome::nothing(0));
        assert_eq!(ratio_of_totals(1.0, 1.0, &Limit { max: f64::NAN, ..LIMIT }), Outcome::nothing(0));
    }

    #[test]
    fn more_of_the_same_decides() {
        let found = ratio_of_cases(&pairs(6, 1.15), &LIMIT).more.unwrap();
        assert!((1..60).contains(&found), "{found}");
        assert_eq!(ratio_of_cases(&[(1.0, 1.1), (1.0, 1.3), (1.0, 1.1), (1.0, 1.3), (2.0, 2.4)], &LIMIT).more, None);
    }
}
