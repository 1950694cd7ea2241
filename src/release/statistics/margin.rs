//! Margins: the candidate is at most so much worse than the baseline on the same cases.

use super::{Outcome, Z, at_least, more};
use crate::domain::Verdict;

/// How many attempts at each case make the pseudo-cases smaller: more of them say more of these cases, and nothing of
/// those that were not asked, so that a handful of cases cannot pass by being repeated.
const MOST_ATTEMPTS: u32 = 3;

/// Judges whether the candidate is at most `margin` below the baseline.
///
/// `differences` holds, for each case, the share of the candidate less the share of the baseline (-1..=1); `attempts` is
/// how often each case was tried, on the side that tried less.
///
/// To the n differences come two pseudo-cases of +1/k and -1/k, k being the attempts (at least 1, at most 3), so that
/// differences that do not vary never make an interval of no width. With m the mean and s the sample standard deviation
/// (divisor N - 1) of all N = n + 2, the interval is m ± Z·s/√N, one-sided 95 % at either end. For k = 1 this is the
/// adjusted Wald interval of D. G. Bonett and R. M. Price, "Adjusted Wald confidence interval for a difference of
/// binomial proportions based on paired data", Journal of Educational and Behavioral Statistics 37 (2012), 479–488, a
/// little wider (they divide by N): one pseudo-case better and one worse, where A. Agresti and Y. Min, "Simple improved
/// confidence intervals for comparing matched proportions", Statistics in Medicine 24 (2005), 729–740, add a half of each.
///
/// `value` is the mean without the pseudo-cases, `smallest` the smallest margin that would pass, `more` the cases
/// still needed if they differed by the same mean and variance. No case, or a difference that is none, is inconclusive.
pub fn margin(differences: &[f64], attempts: u32, margin: f64) -> Outcome {
    let cases = differences.len();
    let Some(sample) = Padded::of(differences, attempts).filter(|_| margin.is_finite()) else {
        return Outcome::nothing(cases);
    };
    let verdict = |cases| at_least(sample.interval(cases), -margin);
    let decides = |cases| verdict(cases) != Verdict::Inconclusive;
    let interval = sample.interval(cases);
    Outcome {
        verdict: verdict(cases),
        value: sample.mean,
        interval: Some(interval),
        cases,
        smallest: Some((-interval.0).max(0.0)),
        more: if decides(cases) { None } else { more(cases, decides) },
    }
}

/// Differences of cases with their two pseudo-cases, as moments, so that n may be thought larger.
pub(super) struct Padded {
    /// The mean of the differences.
    mean: f64,
    /// Their mean squared deviation from it.
    variance: f64,
    /// The size of the pseudo-cases.
    pseudo: f64,
}

impl Padded {
    /// `None` without differences, and with one that is none.
    pub(super) fn of(differences: &[f64], attempts: u32) -> Option<Self> {
        let are_differences = !differences.is_empty() && differences.iter().all(|one| (-1.0..=1.0).contains(one));
        are_differences.then(|| {
            let n = differences.len() as f64;
            let mean = differences.iter().sum::<f64>() / n;
            let variance = differences.iter().map(|one| (one - mean).powi(2)).sum::<f64>() / n;
            Self { mean, variance, pseudo: 1.0 / f64::from(attempts.clamp(1, MOST_ATTEMPTS)) }
        })
    }

    /// The standard error of the mean of this many such cases and the pseudo-cases.
    pub(super) fn error(&self, cases: usize) -> f64 {
        let n = cases as f64;
        // Squares about the common mean: within the cases, within the pseudo-cases, and between the two.
        let squares = n * self.variance + 2.0 * self.pseudo.powi(2) + 2.0 * n / (n + 2.0) * self.mean.powi(2);
        (squares / (n + 1.0) / (n + 2.0)).sqrt()
    }

    fn interval(&self, cases: usize) -> (f64, f64) {
        let n = cases as f64;
        let (middle, half) = (self.mean * n / (n + 2.0), Z * self.error(cases));
        (middle - half, middle + half)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So many cases that got worse, that got better, and that did not change.
    fn cases(worse: usize, better: usize, same: usize) -> Vec<f64> {
        [vec![-1.0; worse], vec![1.0; better], vec![0.0; same]].concat()
    }

    #[test]
    fn the_interval_of_single_attempts_is_the_published_one_with_divisor_n_minus_1() {
        // 4 and 26 of 48: the example of `ci.prop.ps` in the R package statpsych, whose error is 0.09448809 with divisor N.
        let outcome = margin(&cases(4, 26, 18), 1, 0.05);
        let (low, high) = outcome.interval.unwrap();
        assert!((f64::midpoint(low, high) - 0.44).abs() < 1e-9);
        assert!(((high - low) / 2.0 / Z - 0.094_488_09 * (50.0_f64 / 49.0).sqrt()).abs() < 1e-8);
    }

    #[test]
    fn agreement_of_a_few_cases_does_not_pass() {
        let few = margin(&cases(0, 0, 5), 3, 0.05);
        assert_eq!((few.verdict, few.value), (Verdict::Inconclusive, 0.0));
        let more = few.more.unwrap();
        assert_eq!(margin(&cases(0, 0, 5 + more), 3, 0.05).verdict, Verdict::Pass);
        assert_eq!(margin(&cases(0, 0, 4 + more), 3, 0.05).verdict, Verdict::Inconclusive);
        assert_eq!(margin(&cases(0, 0, 1), 1000, 0.05).verdict, Verdict::Inconclusive, "however often it is repeated");
    }

    #[test]
    fn the_smallest_margin_passes_and_a_smaller_one_does_not() {
        let differences = cases(3, 1, 96);
        let smallest = margin(&differences, 1, 0.05).smallest.unwrap();
        assert_eq!(margin(&differences, 1, smallest).verdict, Verdict::Pass);
        assert_ne!(margin(&differences, 1, smallest - 1e-9).verdict, Verdict::Pass);
    }

    #[test]
    fn a_clear_drop_fails_and_a_drop_of_the_margin_is_never_decided() {
        assert_eq!(margin(&cases(30, 0, 70), 1, 0.05).verdict, Verdict::Fail);
        assert_eq!(margin(&cases(5, 0, 95), 1, 0.05).more, None);
    }

    #[test]
    fn what_is_no_difference_shows_nothing() {
        for differences in [vec![], vec![f64::NAN], vec![0.0, 1.5]] {
            assert_eq!(margin(&differences, 3, 0.05), Outcome::nothing(differences.len()));
        }
        assert_eq!(margin(&[0.0], 3, f64::INFINITY), Outcome::nothing(1));
    }
}
