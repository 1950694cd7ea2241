//! Laws of the statistics, and their numbers for a foreign program to check.

use std::path::PathBuf;

use proptest::collection::vec;
use proptest::prelude::*;
use pv::domain::Verdict;
use pv::release::statistics::{Limit, Outcome, detectable, floor, margin, ratio_of_cases, ratio_of_totals, sign_test};
use serde_json::{Value, json};

/// From harmless to worst, for laws of the kind "asking for more never helps".
fn severity(outcome: &Outcome) -> usize {
    match outcome.verdict {
        Verdict::Pass => 0,
        Verdict::Inconclusive => 1,
        Verdict::Fail => 2,
        Verdict::Waived => unreachable!("a sample waives nothing"),
    }
}

fn assert_sound(outcome: &Outcome) {
    let (low, high) = outcome.interval.unwrap_or_default();
    let numbers = [outcome.value, low, high, outcome.smallest.unwrap_or_default()];
    assert!(numbers.iter().all(|number| number.is_finite()) && low <= high, "{outcome:?}");
    assert!(outcome.more.is_none_or(|more| more > 0 && outcome.verdict == Verdict::Inconclusive), "{outcome:?}");
}

/// Any number, and the ones that break arithmetic.
fn wild() -> impl Strategy<Value = f64> {
    let edges = [0.0, -0.0, 1.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX, f64::MIN_POSITIVE, -1.0];
    prop_oneof![any::<f64>(), 0.0..=1.0, prop::sample::select(edges.to_vec())]
}

fn shares() -> impl Strategy<Value = Vec<f64>> {
    let share = prop_oneof![Just(1.0), Just(0.0), 0.0..=1.0];
    vec(share, 1..120)
}

fn differences() -> impl Strategy<Value = Vec<f64>> {
    let difference = prop_oneof![4 => Just(0.0), 1 => Just(-1.0), 1 => Just(1.0), 2 => -1.0..=1.0];
    vec(difference, 1..120)
}

fn amounts() -> impl Strategy<Value = Vec<(f64, f64)>> {
    vec((0.01..100.0, 0.01..100.0), 1..60)
}

fn limit(max: f64, higher_is_better: bool) -> Limit {
    Limit { max, critical: None, higher_is_better }
}

proptest! {
    #[test]
    fn no_number_that_is_none_gets_out(
        numbers in vec(wild(), 0..20),
        asked in wild(),
        critical in prop::option::of(wild()),
        attempts in any::<u32>(),
        higher_is_better in any::<bool>(),
    ) {
        let pairs: Vec<(f64, f64)> = numbers.windows(2).map(|pair| (pair[0], pair[1])).collect();
        let limit = Limit { max: asked, critical, higher_is_better };
        assert_sound(&floor(&numbers, asked));
        assert_sound(&margin(&numbers, attempts, asked));
        assert_sound(&ratio_of_cases(&pairs, &limit));
        pairs.iter().for_each(|(before, after)| assert_sound(&ratio_of_totals(*before, *after, &limit)));
        prop_assert!(detectable(&numbers, attempts).is_none_or(f64::is_finite));
    }

    #[test]
    fn asking_for_more_never_helps(
        shares in shares(),
        differences in differences(),
        amounts in amounts(),
        attempts in 1_u32..9,
        asks in (0.0..=1.0, 0.0..=1.0),
    ) {
        let (less, more) = (f64::min(asks.0, asks.1), f64::max(asks.0, asks.1));
        prop_assert!(severity(&floor(&shares, less)) <= severity(&floor(&shares, more)));
        prop_assert!(severity(&margin(&differences, attempts, more)) <= severity(&margin(&differences, attempts, less)));
        let ratio = |max| severity(&ratio_of_cases(&amounts, &limit(max, false)));
        prop_assert!(ratio(1.0 + more) <= ratio(1.0 + less));
    }

    #[test]
    fn the_smallest_effect_is_what_just_passes(
        shares in shares(),
        differences in differences(),
        amounts in amounts(),
        attempts in 1_u32..9,
    ) {
        let least = floor(&shares, 0.5).smallest.unwrap();
        prop_assert_eq!(floor(&shares, least).verdict, Verdict::Pass);
        prop_assert_ne!(floor(&shares, least + 1e-9).verdict, Verdict::Pass);
        let least = margin(&differences, attempts, 0.05).smallest.unwrap();
        prop_assert_eq!(margin(&differences, attempts, least).verdict, Verdict::Pass);
        prop_assert!(least == 0.0 || margin(&differences, attempts, least - 1e-9).verdict != Verdict::Pass);
        if let Some(least) = ratio_of_cases(&amounts, &limit(1.0, false)).smallest {
            prop_assert_eq!(ratio_of_cases(&amounts, &limit(least, false)).verdict, Verdict::Pass);
        }
    }

    /// More attempts with the same shares: the pseudo-cases shrink up to three attempts, and never again.
    #[test]
    fn repeats_of_a_case_never_add_to_the_cases(differences in differences(), attempts in 3_u32..1000) {
        let three = margin(&differences, 3, 0.05);
        prop_assert_eq!(&margin(&differences, attempts, 0.05), &three);
        prop_assert_eq!(three.cases, differences.len());
        prop_assert_eq!(detectable(&differences, attempts), detectable(&differences, 3));
    }

    /// Said a second time as a case, it would narrow: so nobody may feed attempts as cases.
    #[test]
    fn more_cases_of_the_same_narrow(shares in shares(), differences in differences()) {
        let width = |outcome: &Outcome| outcome.interval.map(|(low, high)| high - low).unwrap();
        let doubled = |values: &[f64]| [values, values].concat();
        prop_assert!(width(&floor(&doubled(&shares), 0.9)) < width(&floor(&shares, 0.9)));
        prop_assert!(width(&margin(&doubled(&differences), 1, 0.05)) < width(&margin(&differences, 1, 0.05)));
    }

    #[test]
    fn better_and_worse_mirror_each_other(
        shares in shares(),
        differences in differences(),
        amounts in amounts(),
        changed in (0_usize..400, 0_usize..400),
    ) {
        let mirrored: Vec<f64> = shares.iter().map(|share| 1.0 - share).collect();
        assert_mirrored(&floor(&shares, 0.5), &floor(&mirrored, 0.5), 1.0);
        let mirrored: Vec<f64> = differences.iter().map(|difference| -difference).collect();
        assert_mirrored(&margin(&differences, 1, 0.05), &margin(&mirrored, 1, 0.05), 0.0);
        let mirrored: Vec<(f64, f64)> = amounts.iter().map(|(before, after)| (*after, *before)).collect();
        prop_assert_eq!(ratio_of_cases(&amounts, &limit(1.1, false)), ratio_of_cases(&mirrored, &limit(1.1, true)));
        let (worse, better) = changed;
        let both = sign_test(worse + 1, better) + sign_test(better + 1, worse);
        prop_assert!((both - 1.0).abs() < 1e-9, "at least {} of either: {both}", worse + 1);
    }

    #[test]
    fn the_order_of_cases_says_nothing(differences in differences(), shift in any::<prop::sample::Index>()) {
        let mut turned = differences.clone();
        turned.rotate_left(shift.index(differences.len()));
        let (one, other) = (margin(&differences, 3, 0.05), margin(&turned, 3, 0.05));
        prop_assert!((one.smallest.unwrap() - other.smallest.unwrap()).abs() < 1e-12);
    }
}

/// The intervals are each other's mirror images about half of `sum`.
fn assert_mirrored(one: &Outcome, other: &Outcome, sum: f64) {
    let ((low, high), (other_low, other_high)) = (one.interval.unwrap(), other.interval.unwrap());
    assert!((low + other_high - sum).abs() < 1e-9 && (high + other_low - sum).abs() < 1e-9, "{one:?} {other:?}");
}

/// Inputs and outcomes, for `tests/interop/statistics.py` to compute again.
#[test]
fn statistics_table() {
    let mut random = fastrand::Rng::with_seed(4);
    let mut rows = vec![];
    for cases in [1, 2, 3, 5, 10, 25, 58, 100, 284, 1000] {
        for _ in 0..12 {
            rows.extend(rows_of(cases, &mut random));
        }
    }
    for (worse, better) in [(4, 0), (5, 0), (8, 2), (0, 0), (2, 8), (60, 41), (500, 520), (0, 7)] {
        rows.push(json!({ "check": "sign_test", "worse": worse, "better": better, "p": sign_test(worse, better) }));
    }
    let scratch = tempfile::tempdir().unwrap();
    let told = std::env::var_os("PV_STATISTICS_TABLE").map(PathBuf::from);
    let path = told.unwrap_or_else(|| scratch.path().join("table.json"));
    std::fs::write(&path, serde_json::to_string(&rows).unwrap()).unwrap();
    let read: Vec<Value> = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    assert_eq!(read, rows);
    for verdict in ["pass", "inconclusive", "fail"] {
        let is_there = |check| rows.iter().any(|row| row["check"] == check && row["outcome"]["verdict"] == verdict);
        assert!(["floor", "margin", "ratio"].into_iter().all(is_there), "no {verdict} in the table");
    }
}

/// A floor, a margin and two ratios over so many random cases.
fn rows_of(cases: usize, random: &mut fastrand::Rng) -> Vec<Value> {
    let attempts = random.u32(1..=5);
    let (likely, drop, growth) = (0.7 + 0.3 * random.f64(), 0.2 * random.f64(), 0.8 + 0.5 * random.f64());
    let is_graded = random.bool();
    // A score of any size, or 1 with the same chance.
    let mut score = |likely: f64| match random.f64() {
        drawn if is_graded => 1.0 - 2.0 * (1.0 - likely) * drawn,
        drawn => f64::from(u8::from(drawn < likely)),
    };
    let mut share = |likely| (0..attempts).map(|_| score(likely)).sum::<f64>() / f64::from(attempts);
    let before: Vec<f64> = (0..cases).map(|_| share(likely)).collect();
    let after: Vec<f64> = (0..cases).map(|_| share(likely - drop)).collect();
    let differences: Vec<f64> = before.iter().zip(&after).map(|(before, after)| after - before).collect();
    let mut pair = || {
        let before = 100.0 * (0.2 + random.f64());
        (before, before * growth * (0.7 + 0.6 * random.f64()))
    };
    let pairs: Vec<(f64, f64)> = (0..cases).map(|_| pair()).collect();
    let asked = [0.5, 0.8, 0.9, 1.0][random.usize(..4)];
    let allowed = [0.02, 0.05, 0.1][random.usize(..3)];
    let limit = Limit { max: 1.1, critical: random.bool().then_some(1.3), higher_is_better: random.bool() };
    vec![
        json!({ "check": "floor", "shares": after, "floor": asked, "outcome": row(&floor(&after, asked)) }),
        json!({
            "check": "margin", "differences": differences, "attempts": attempts, "margin": allowed,
            "outcome": row(&margin(&differences, attempts, allowed)), "detectable": detectable(&differences, attempts),
        }),
        json!({
            "check": "ratio", "pairs": pairs, "max": limit.max, "critical": limit.critical,
            "higher_is_better": limit.higher_is_better, "outcome": row(&ratio_of_cases(&pairs, &limit)),
        }),
        json!({
            "check": "total", "before": pairs[0].0, "after": pairs[0].1, "max": limit.max, "critical": limit.critical,
            "higher_is_better": limit.higher_is_better,
            "outcome": row(&ratio_of_totals(pairs[0].0, pairs[0].1, &limit)),
        }),
    ]
}

fn row(outcome: &Outcome) -> Value {
    json!({
        "verdict": outcome.verdict, "value": outcome.value, "interval": outcome.interval, "cases": outcome.cases,
        "smallest": outcome.smallest, "more": outcome.more,
    })
}
