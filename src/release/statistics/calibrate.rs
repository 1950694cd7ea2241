//! Calibration: how often a check would fail a system that did not change.

use crate::domain::Verdict;

/// The draws are the same on every machine and every time.
const SEED: u64 = 0x70_76;

/// How often a check came to each verdict, as shares of the draws.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rates {
    /// Pass, or waived.
    pub pass: f64,
    /// Inconclusive.
    pub inconclusive: f64,
    /// Fail.
    pub fail: f64,
}

/// Judges two runs of one system over and over: each time as many `cases` are drawn, with replacement, and of each the
/// two runs are swapped at random, so that neither is better on the whole.
///
/// `judge` gets for each case drawn its place (below `cases`), and whether its runs are swapped. With nothing to draw,
/// or no draws, all rates are 0. (The draws are a bootstrap over cases, B. Efron and R. J. Tibshirani, "An Introduction
/// to the Bootstrap", 1993, ch. 6; the swaps are those of a paired randomisation test, ibid. ch. 15.)
pub fn false_fails(cases: usize, draws: usize, mut judge: impl FnMut(&[(usize, bool)]) -> Verdict) -> Rates {
    if cases == 0 || draws == 0 {
        return Rates { pass: 0.0, inconclusive: 0.0, fail: 0.0 };
    }
    let mut random = fastrand::Rng::with_seed(SEED);
    let mut counts = [0_usize; 3];
    for _ in 0..draws {
        let drawn: Vec<(usize, bool)> = (0..cases).map(|_| (random.usize(..cases), random.bool())).collect();
        counts[match judge(&drawn) {
            Verdict::Pass | Verdict::Waived => 0,
            Verdict::Inconclusive => 1,
            Verdict::Fail => 2,
        }] += 1;
    }
    let [pass, inconclusive, fail] = counts.map(|count| count as f64 / draws as f64);
    Rates { pass, inconclusive, fail }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_shares_of_draws_and_the_same_every_time() {
        let judge = |drawn: &[(usize, bool)]| match drawn.iter().filter(|(_, is_swapped)| *is_swapped).count() {
            0..4 => Verdict::Fail,
            4..6 => Verdict::Inconclusive,
            _ => Verdict::Pass,
        };
        let rates = false_fails(10, 1000, judge);
        assert_eq!(rates, false_fails(10, 1000, judge));
        assert!((rates.pass + rates.inconclusive + rates.fail - 1.0).abs() < 1e-12);
        // Of ten tosses: fewer than four heads, four or five, more.
        for (rate, exact) in [(rates.fail, 0.172), (rates.inconclusive, 0.451), (rates.pass, 0.377)] {
            assert!((rate - exact).abs() < 0.05, "{rate} for {exact}");
        }
    }

    #[test]
    fn every_draw_is_of_known_cases_and_as_many() {
        let mut seen = [false; 7];
        false_fails(7, 50, |drawn| {
            assert_eq!(drawn.len(), 7);
            drawn.iter().for_each(|(case, _)| seen[*case] = true);
            Verdict::Pass
        });
        assert_eq!(seen, [true; 7]);
    }

    #[test]
    fn nothing_to_draw_says_nothing() {
        let none = Rates { pass: 0.0, inconclusive: 0.0, fail: 0.0 };
        assert_eq!(false_fails(0, 10, |_| Verdict::Fail), none);
        assert_eq!(false_fails(10, 0, |_| Verdict::Fail), none);
    }
}
