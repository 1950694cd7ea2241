//! How often the statistics are right and wrong, on simulated systems that did and did not get worse.

use pv::domain::Verdict;
use pv::release::statistics::{Pair, false_fails, flips, floor, margin};

/// How often a system passes seven cases in ten, and how often the other three.
#[derive(Clone, Copy)]
struct System {
    steady: f64,
    shaky: f64,
}

/// Passes 92 % overall.
const LIVE: System = System { steady: 1.0, shaky: 0.745 };
/// Passes every case five points less often: as much as the margin.
const SLIPPED: System = System { steady: 0.95, shaky: 0.695 };
/// Passes every case ten points less often.
const WORSE: System = System { steady: 0.9, shaky: 0.645 };

/// Two runs of `cases` cases, tried so often each.
#[derive(Clone, Copy)]
struct Setting {
    cases: usize,
    attempts: u32,
}

impl System {
    /// How many attempts at each case pass.
    fn run(self, setting: Setting, random: &mut fastrand::Rng) -> Vec<u32> {
        let passed = |case| if case % 10 < 7 { self.steady } else { self.shaky };
        let tries = 0..setting.attempts;
        (0..setting.cases).map(|case| tries.clone().filter(|_| random.f64() < passed(case)).count() as u32).collect()
    }
}

fn differences_of(before: &[u32], after: &[u32], attempts: u32) -> Vec<f64> {
    let share = |passed: &u32| f64::from(*passed) / f64::from(attempts);
    before.iter().zip(after).map(|(before, after)| share(after) - share(before)).collect()
}

/// The shares, in per cent, of pass, inconclusive and fail.
fn simulated(setting: Setting, candidate: System, points: f64) -> [f64; 3] {
    const DRAWS: usize = 2000;
    let mut random = fastrand::Rng::with_seed(4);
    let mut counts = [0.0; 3];
    for _ in 0..DRAWS {
        let (before, after) = (LIVE.run(setting, &mut random), candidate.run(setting, &mut random));
        let differences = differences_of(&before, &after, setting.attempts);
        let at = match margin(&differences, setting.attempts, points / 100.0).verdict {
            Verdict::Pass | Verdict::Waived => 0,
            Verdict::Inconclusive => 1,
            Verdict::Fail => 2,
        };
        counts[at] += 100.0 / DRAWS as f64;
    }
    counts
}

fn assert_rates(setting: Setting, candidate: System, points: f64, expected: [f64; 3]) {
    let rates = simulated(setting, candidate, points);
    let is_near = rates.iter().zip(expected).all(|(rate, expected)| (rate - expected).abs() <= 4.0);
    assert!(is_near, "{} x {} at {points} points: {rates:?}, not {expected:?}", setting.cases, setting.attempts);
}

#[test]
fn the_margin_seldom_fails_what_did_not_change_and_never_passes_what_got_worse() {
    let at = |cases, attempts| Setting { cases, attempts };
    assert_rates(at(100, 1), LIVE, 5.0, [40.0, 60.0, 0.0]);
    assert_rates(at(50, 3), LIVE, 5.0, [56.0, 44.0, 0.0]);
    assert_rates(at(100, 3), LIVE, 5.0, [80.0, 20.0, 0.0]);
    assert_rates(at(200, 3), LIVE, 5.0, [97.0, 3.0, 0.0]);
    assert_rates(at(100, 3), LIVE, 3.0, [46.0, 54.0, 0.0]);
    assert_rates(at(100, 3), WORSE, 5.0, [0.0, 40.0, 60.0]);
    assert_rates(at(200, 3), WORSE, 5.0, [0.0, 13.0, 87.0]);
}

#[test]
fn a_drop_of_the_margin_itself_passes_and_fails_one_time_in_twenty() {
    for (cases, attempts) in [(20, 3), (50, 1), (100, 3), (200, 1)] {
        let [pass, _, fail] = simulated(Setting { cases, attempts }, SLIPPED, 5.0);
        assert!(pass < 7.5 && fail < 6.5, "{cases} x {attempts}: {pass} % pass, {fail} % fail");
    }
}

/// Counted out, not drawn: every number of passes by its chance.
#[test]
fn a_share_of_the_floor_itself_seldom_passes_and_seldom_fails() {
    for asked in [0.8, 0.9, 0.95] {
        let rates: Vec<(f64, f64)> = (1..=100).map(|cases| at_the_floor(asked, cases)).collect();
        let (pass, fail) = rates.iter().fold((0.0, 0.0), |sum, rate| (sum.0 + rate.0, sum.1 + rate.1));
        let worst = rates.iter().fold((0.0, 0.0), |worst, rate| (f64::max(worst.0, rate.0), f64::max(worst.1, rate.1)));
        assert!(pass < 5.5 && fail < 7.5, "{asked}: {pass} % pass and {fail} % fail, on average");
        assert!(worst.0 < 0.09 && worst.1 < 0.201, "{asked}: at worst {worst:?}");
    }
}

/// How likely it is that so many cases, each passing with the chance that is asked for, pass and fail.
fn at_the_floor(asked: f64, cases: usize) -> (f64, f64) {
    let (mut pass, mut fail) = (0.0, 0.0);
    let mut chance = (1.0 - asked).powi(cases as i32);
    for passed in 0..=cases {
        let shares: Vec<f64> = (0..cases).map(|case| f64::from(u8::from(case < passed))).collect();
        match floor(&shares, asked).verdict {
            Verdict::Pass => pass += chance,
            Verdict::Fail => fail += chance,
            _ => {}
        }
        chance *= (cases - passed) as f64 / (passed + 1) as f64 * asked / (1.0 - asked);
    }
    (pass, fail)
}

#[test]
fn the_margin_never_fails_where_the_naive_rule_fails_a_quarter() {
    for (cases, share, naive) in [(50, 0.95, 24.0), (50, 0.80, 35.0), (200, 0.95, 15.0), (200, 0.80, 29.0)] {
        let mut random = fastrand::Rng::with_seed(4);
        let (mut naive_fails, mut fails) = (0.0, 0.0);
        for _ in 0..2000 {
            let mut run = || -> Vec<u32> { (0..cases).map(|_| u32::from(random.f64() < share)).collect() };
            let differences = differences_of(&run(), &run(), 1);
            // Two points below the baseline, in whole cases.
            let drop = -differences.iter().sum::<f64>().round();
            naive_fails += f64::from(u8::from(drop > 0.02 * f64::from(cases))) / 20.0;
            fails += f64::from(u8::from(margin(&differences, 1, 0.05).verdict == Verdict::Fail)) / 20.0;
        }
        assert!((naive_fails - naive).abs() < 3.5, "{cases} at {share}: the naive rule fails {naive_fails} %");
        assert!(fails < 1.5, "{cases} at {share}: the margin fails {fails} %");
    }
}

#[test]
fn a_stable_flip_by_chance_is_rare() {
    let mut random = fastrand::Rng::with_seed(4);
    let setting = Setting { cases: 30, attempts: 3 };
    let mut at_least = [0.0; 2];
    for _ in 0..10_000 {
        let (before, after) = (LIVE.run(setting, &mut random), LIVE.run(setting, &mut random));
        let pair = |(before, after): (&u32, &u32)| Pair { before: (*before, 3), after: (*after, 3) };
        let pairs: Vec<Pair> = before.iter().zip(&after).map(pair).collect();
        for (allowed, percent) in at_least.iter_mut().enumerate() {
            *percent += f64::from(u8::from(flips(&pairs, allowed).0.verdict == Verdict::Fail)) / 100.0;
        }
    }
    assert!((at_least[0] - 6.0).abs() < 1.0 && at_least[1] < 0.5, "at least one and two: {at_least:?} %");
}

#[test]
fn calibration_finds_the_rates_of_the_system() {
    let setting = Setting { cases: 100, attempts: 3 };
    let mut random = fastrand::Rng::with_seed(4);
    let (one, other) = (LIVE.run(setting, &mut random), LIVE.run(setting, &mut random));
    let rates = false_fails(setting.cases, 1000, |drawn| {
        let differences: Vec<f64> = drawn
            .iter()
            .map(|(case, is_swapped)| {
                let difference = (f64::from(other[*case]) - f64::from(one[*case])) / 3.0;
                if *is_swapped { -difference } else { difference }
            })
            .collect();
        margin(&differences, setting.attempts, 0.05).verdict
    });
    assert!((rates.pass - 0.80).abs() < 0.12 && rates.fail < 0.01, "{rates:?}");
}
