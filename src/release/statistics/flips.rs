//! Stable flips: cases that always passed and now always fail.

use super::Outcome;
use crate::domain::Verdict;

/// Fewer attempts at a case than this do not tell a flip from bad luck.
const FEWEST_ATTEMPTS: u32 = 3;

/// The attempts at one case, before and after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pair {
    /// Attempts of the baseline: how many passed, of how many.
    pub before: (u32, u32),
    /// Attempts of the candidate: how many passed, of how many.
    pub after: (u32, u32),
}

impl Pair {
    fn is_told(self) -> bool {
        [self.before, self.after].iter().all(|(passed, attempts)| *attempts >= FEWEST_ATTEMPTS && passed <= attempts)
    }

    fn is_flipped(self) -> bool {
        self.is_told() && self.before.0 == self.before.1 && self.after.0 == 0
    }
}

/// Judges whether at most `allowed` cases flipped: every attempt passed before, none does now, at least three on either
/// side. Also gives the places of those that flipped, in order.
///
/// More than `allowed` fail, whatever else is missing; else a case with fewer attempts, or no case, is inconclusive.
/// `value` and `smallest` are the number of flips. There is no interval: a flip by chance is what three attempts make rare.
pub fn flips(pairs: &[Pair], allowed: usize) -> (Outcome, Vec<usize>) {
    let flipped: Vec<usize> = (0..pairs.len()).filter(|at| pairs[*at].is_flipped()).collect();
    let is_whole = !pairs.is_empty() && pairs.iter().all(|pair| pair.is_told());
    let verdict = match (flipped.len() > allowed, is_whole) {
        (true, _) => Verdict::Fail,
        (_, true) => Verdict::Pass,
        _ => Verdict::Inconclusive,
    };
    let value = flipped.len() as f64;
    let smallest = is_whole.then_some(value);
    (Outcome { verdict, value, smallest, ..Outcome::nothing(pairs.len()) }, flipped)
}

/// The exact sign test, one-sided: how likely it is that of the cases that changed at least `worse` got worse, if worse
/// and better were equally likely (W. J. Conover, "Practical Nonparametric Statistics", 3rd ed. 1999, ch. 3).
///
/// Four or fewer cases that changed never show anything at 5 %: the least is 1/16.
pub fn sign_test(worse: usize, better: usize) -> f64 {
    let changed = worse + better;
    if worse <= better {
        // The upper tail is the long one: one less the other, which by symmetry is that of more than `better`.
        return 1.0 - tail(better + 1, changed);
    }
    tail(worse, changed)
}

/// The chance of `least` heads or more in `tosses`; `least` is above half, so that the first term is the largest.
fn tail(least: usize, tosses: usize) -> f64 {
    let mut log = -(tosses as f64) * std::f64::consts::LN_2;
    for drawn in 1..=tosses - least.min(tosses) {
        log += ((least + drawn) as f64 / drawn as f64).ln();
    }
    let mut term = log.exp();
    let mut sum = 0.0;
    for heads in least..=tosses {
        sum += term;
        term *= (tosses - heads) as f64 / (heads + 1) as f64;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    const FLIPPED: Pair = Pair { before: (3, 3), after: (0, 3) };
    const STEADY: Pair = Pair { before: (3, 3), after: (3, 3) };
    const SHAKY: Pair = Pair { before: (2, 3), after: (0, 3) };
    const SHORT: Pair = Pair { before: (2, 2), after: (0, 2) };

    #[test]
    fn a_flip_is_from_always_to_never() {
        let (outcome, flipped) = flips(&[STEADY, FLIPPED, SHAKY, FLIPPED], 1);
        assert_eq!((outcome.verdict, outcome.value, outcome.cases), (Verdict::Fail, 2.0, 4));
        assert_eq!(flipped, [1, 3]);
        assert_eq!(flips(&[STEADY, FLIPPED, SHAKY, FLIPPED], 2).0.verdict, Verdict::Pass);
    }

    #[test]
    fn too_few_attempts_excuse_nothing_and_pass_nothing() {
        assert_eq!(flips(&[STEADY, SHORT], 1).0.verdict, Verdict::Inconclusive);
        assert_eq!(flips(&[FLIPPED, SHORT], 0).0.verdict, Verdict::Fail);
        assert_eq!(flips(&[], 9).0.verdict, Verdict::Inconclusive);
        let impossible = Pair { before: (4, 3), after: (0, 3) };
        assert_eq!(flips(&[impossible], 0).0.verdict, Verdict::Inconclusive);
    }

    #[test]
    fn four_cases_that_changed_show_nothing() {
        for (worse, better, p) in [(4, 0, 0.0625), (5, 0, 0.031_25), (8, 2, 0.054_687_5), (0, 0, 1.0), (0, 3, 1.0)] {
            assert!((sign_test(worse, better) - p).abs() < 1e-12, "{worse}/{better}: {}", sign_test(worse, better));
        }
        assert!((0..=4).all(|worse| sign_test(worse, 0) > 0.05));
    }

    #[test]
    fn the_sign_test_holds_for_many_cases() {
        assert!((sign_test(50_001, 50_000) - 0.5).abs() < 1e-9);
        assert_eq!(sign_test(100_000, 0), 0.0);
        assert_eq!(sign_test(0, 100_000), 1.0);
    }
}
