//! Floors: the share of cases that pass is at least so much.

use super::{MOST_MORE, Outcome, Z, at_least};
use crate::domain::Verdict;

/// Judges whether cases with these `shares` (each 0..=1) come of a system whose share is at least `floor`.
///
/// The interval is Wilson's score interval, one-sided 95 % at either end, for k = the sum of the shares over n = the
/// number of cases (E. B. Wilson, "Probable inference, the law of succession, and statistical inference", Journal of
/// the American Statistical Association 22, 1927, 209–212). k may be fractional: among all scores in 0..=1 with mean
/// p, those that are only 0 or 1 vary most, by p(1-p), so the interval is too wide for graded scores, never too narrow.
///
/// Like every interval of a share it is not exact on few cases: of systems whose share is the floor itself (0.8 to 0.99)
/// it passes 3 to 5 % on average and never more than 9 %, and fails 5 to 6 %, but up to 20 % on a very few cases.
///
/// `smallest` is the highest floor that would pass, `more` the cases still needed if the same share of them passed,
/// counted in whole passes. At a floor of 1 one failure fails, and no number of cases passes: who wants that limits the
/// failures instead. A floor of 0 passes with any case. No case, or a share that is none, is inconclusive.
pub fn floor(shares: &[f64], floor: f64) -> Outcome {
    let cases = shares.len();
    let Some(share) = mean(shares).filter(|_| floor.is_finite()) else { return Outcome::nothing(cases) };
    let interval = wilson(share, cases);
    let verdict = at_least(interval, floor);
    let more = if verdict == Verdict::Inconclusive { more(share, cases, floor) } else { None };
    Outcome { verdict, value: share, interval: Some(interval), cases, smallest: Some(interval.0), more }
}

fn mean(shares: &[f64]) -> Option<f64> {
    let are_shares = !shares.is_empty() && shares.iter().all(|share| (0.0..=1.0).contains(share));
    are_shares.then(|| shares.iter().sum::<f64>() / shares.len() as f64)
}

/// Both ends of the interval around `share` of `cases`; exactly 0 and 1 where nothing and everything passed.
fn wilson(share: f64, cases: usize) -> (f64, f64) {
    let n = cases as f64;
    let width = 1.0 + Z * Z / n;
    let middle = (share + Z * Z / (2.0 * n)) / width;
    let half = Z / width * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).sqrt();
    let low = if share <= 0.0 { 0.0 } else { (middle - half).max(0.0) };
    let high = if share >= 1.0 { 1.0 } else { (middle + half).min(1.0) };
    (low, high)
}

/// How many more cases decide at the same share, in whole passes: rounded against what they would show.
fn more(share: f64, cases: usize, floor: f64) -> Option<usize> {
    let decides = |total: usize| {
        let n = total as f64;
        let passes = if share > floor { (share * n + 1e-9).floor() } else { (share * n - 1e-9).ceil() };
        at_least(wilson(passes / n, total), floor) != Verdict::Inconclusive
    };
    // Without the rounding, this many decide exactly; it only ever adds to them.
    let exact = Z * Z * floor * (1.0 - floor) / (share - floor).powi(2);
    let most = cases + MOST_MORE;
    if exact.is_nan() || exact > most as f64 {
        return None;
    }
    let first = (exact as usize).max(cases + 1);
    (first..=most).find(|total| decides(*total)).map(|total| total - cases)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(passed: usize, cases: usize) -> Vec<f64> {
        (0..cases).map(|case| if case < passed { 1.0 } else { 0.0 }).collect()
    }

    #[test]
    fn so_many_cases_pass_a_floor_of_90_percent() {
        for (share, needed) in [(1.0, 25), (0.97, 58), (0.95, 100), (0.93, 284)] {
            let cases = more(share, 0, 0.90);
            assert_eq!(cases, Some(needed), "at {share}");
            let passes = |cases: usize| floor(&at((share * cases as f64) as usize, cases), 0.90).verdict;
            assert_eq!(passes(needed), Verdict::Pass);
            assert_eq!(passes(needed - 1), Verdict::Inconclusive);
        }
    }

    #[test]
    fn a_few_cases_show_little_even_if_all_pass() {
        for (cases, shown) in [(3, 0.53), (10, 0.79)] {
            let low = floor(&at(cases, cases), 0.9).smallest.unwrap();
            assert!((low - shown).abs() < 0.005, "{cases} of {cases} show {low}");
        }
    }

    #[test]
    fn what_is_missing_is_said_in_cases() {
        assert_eq!(floor(&at(10, 10), 0.90).more, Some(15));
        assert_eq!(floor(&at(9, 10), 0.90).more, None, "a share at the floor never decides");
        assert_eq!(floor(&at(95, 100), 0.90).more, None, "it is decided");
        assert_eq!(floor(&at(2, 4), 0.90).verdict, Verdict::Fail);
        let low = floor(&at(8, 10), 0.90);
        assert_eq!((low.verdict, low.more), (Verdict::Inconclusive, Some(15)));
        assert_eq!(floor(&at(20, 25), 0.90).verdict, Verdict::Fail, "15 more at the same share");
    }

    #[test]
    fn a_floor_of_everything_is_never_shown_and_one_of_nothing_always() {
        assert_eq!(floor(&at(200, 200), 1.0).verdict, Verdict::Inconclusive);
        assert_eq!(floor(&at(200, 200), 1.0).more, None);
        assert_eq!(floor(&at(199, 200), 1.0).verdict, Verdict::Fail);
        assert_eq!(floor(&at(0, 1), 0.0).verdict, Verdict::Pass);
        assert_eq!(floor(&[], 0.0).verdict, Verdict::Inconclusive, "nothing passes by absence");
    }

    #[test]
    fn what_is_no_share_shows_nothing() {
        for shares in [[1.0, f64::NAN], [1.0, 1.5], [1.0, -0.1]] {
            assert_eq!(floor(&shares, 0.5), Outcome::nothing(2));
        }
        assert_eq!(floor(&[1.0], f64::NAN), Outcome::nothing(1));
    }
}
