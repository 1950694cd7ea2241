//! Power: the smallest drop that a sample would most likely show.

use super::Z;
use super::margin::Padded;

/// The 80 % quantile of the standard normal distribution.
const Z_POWER: f64 = 0.841_621_233_572_914_3;

/// The minimum detectable effect of a paired comparison at a one-sided 5 % level with 80 % power: (z.95 + z.80)·s/√N,
/// with s and N as [`margin`](super::margin()) takes them (H. S. Bloom, "Minimum detectable effects", Evaluation Review
/// 19, 1995, 547–556). `None` without differences, and with one that is none.
pub fn detectable(differences: &[f64], attempts: u32) -> Option<f64> {
    Padded::of(differences, attempts).map(|sample| (Z + Z_POWER) * sample.error(differences.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_cases_detect_less() {
        let found = [50, 100, 200].map(|cases| detectable(&vec![0.0; cases], 1).unwrap());
        assert!(found.is_sorted_by(|more, less| more > less));
        assert_eq!(detectable(&[], 1), None);
        assert_eq!(detectable(&[f64::NAN], 1), None);
    }
}
