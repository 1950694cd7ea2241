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
