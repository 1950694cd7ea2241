//! What checks ask for, and what they came to, in words.

use super::scope::some;
use crate::config::RatioLimit;
use crate::domain::Verdict;
use crate::release::checks::{Check, gate};
use crate::release::statistics::Outcome;

/// `94 %`, `91.7 %`.
pub(super) fn percent(share: f64) -> String {
    format!("{} %", tenths(share * 100.0))
}

/// `5 points`, `1 point`.
fn points(share: f64) -> String {
    let number = tenths(share * 100.0);
    format!("{number} point{}", if number == "1" { "" } else { "s" })
}

/// With one digit behind the point, and none where that is 0; never a negative zero.
fn tenths(number: f64) -> String {
    let text = format!("{number:.1}");
    let text = text.strip_suffix(".0").unwrap_or(&text);
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// `+1.2`, `-3`.
fn signed(points: f64) -> String {
    let text = tenths(points);
    if text.starts_with('-') || text == "0" { text } else { format!("+{text}") }
}

/// A count as the number that an outcome holds.
pub(super) fn count(count: usize) -> f64 {
    count as f64
}

/// The check that a verdict is an instance of.
pub(super) fn failed_by(verdict: Verdict, check: &'static Check) -> Option<&'static str> {
    match verdict {
        Verdict::Fail => Some(check.id),
        Verdict::Inconclusive => Some(gate::EVIDENCE_INCONCLUSIVE.id),
        Verdict::Pass | Verdict::Waived => None,
    }
}

pub(super) fn at_least(floor: f64) -> String {
    format!("at least {}", percent(floor))
}

pub(super) fn at_most_below(margin: f64) -> String {
    format!("at most {} below the live version", points(margin))
}

pub(super) fn at_most_flips(allowed: usize) -> String {
    match allowed {
        0 => "no case from always to never passing".to_owned(),
        allowed => format!("at most {} from always to never passing", cases(allowed)),
    }
}

pub(super) fn at_most_failures(allowed: usize) -> String {
    if allowed == 0 { "every case passes".to_owned() } else { format!("at most {} without passing", cases(allowed)) }
}

pub(super) fn floor(outcome: &Outcome) -> String {
    let interval = interval(outcome, percent);
    let smallest = outcome.smallest.map(|floor| format!("shows a floor of up to {}", percent(floor)));
    joined([Some(format!("{} of {}{interval}", percent(outcome.value), cases(outcome.cases))), smallest, more(outcome)])
}

pub(super) fn margin(outcome: &Outcome, shares: &[(f64, f64)], detectable: Option<f64>) -> String {
    let mean = |side: fn(&(f64, f64)) -> f64| shares.iter().map(side).sum::<f64>() / count(shares.len().max(1));
    let (before, after) = (mean(|pair| pair.0), mean(|pair| pair.1));
    let interval = outcome.interval.map(|(low, high)| format!(" [{}, {}]", signed(low * 100.0), signed(high * 100.0)));
    let seen = format!(
        "{} → {} on {}, {}{} points",
        percent(before),
        percent(after),
        cases(outcome.cases),
        signed(outcome.value * 100.0),
        interval.unwrap_or_default()
    );
    let smallest = outcome.smallest.map(|margin| format!("shows a margin of {} or more", points(margin)));
    let detectable = detectable.map(|effect| format!("a true drop of {} would be seen 4 times in 5", points(effect)));
    joined([Some(seen), smallest, detectable, more(outcome)])
}

pub(super) fn flips(outcome: &Outcome, names: &[&str]) -> String {
    let seen = match names {
        [] => format!("none of {}", cases(outcome.cases)),
        names => format!("{} of {}: {}", names.len(), cases(outcome.cases), some(names)),
    };
    let few = (outcome.verdict == Verdict::Inconclusive)
        .then(|| "it takes 3 attempts at every case, on both sides, to tell".to_owned());
    joined([Some(seen), few])
}

pub(super) fn failures(cases_run: usize, failed: &[&str], skipped: usize) -> String {
    let seen = match failed {
        [] => format!("all {} passed", cases(cases_run)),
        names => format!("{} of {} did not pass: {}", names.len(), cases(cases_run), some(names)),
    };
    joined([Some(seen), (skipped > 0).then(|| format!("{skipped} of them were skipped"))])
}

pub(super) fn limit(limit: &RatioLimit) -> String {
    let critical = limit.critical.map(|critical| format!(", never {} times", plain(critical)));
    let worse = if limit.higher_is_better { "times less than" } else { "times" };
    format!("at most {} {worse} the live version's{}", plain(limit.max), critical.unwrap_or_default())
}

pub(super) fn ratio(outcome: &Outcome) -> String {
    let interval = interval(outcome, plain);
    let smallest = outcome.smallest.map(|limit| format!("shows a limit of {} times or more", plain(limit)));
    let seen = format!("{} times over {}{interval}", plain(outcome.value), cases(outcome.cases));
    joined([Some(seen), smallest, more(outcome)])
}

pub(super) fn totals(before: f64, after: f64, outcome: &Outcome) -> String {
    format!("{} → {}: {} times", plain(before), plain(after), plain(outcome.value))
}

/// With up to three digits behind the point.
fn plain(number: f64) -> String {
    let text = format!("{number:.3}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn interval(outcome: &Outcome, show: impl Fn(f64) -> String) -> String {
    outcome.interval.map_or_else(String::new, |(low, high)| format!(" [{}, {}]", show(low), show(high)))
}

fn cases(count: usize) -> String {
    format!("{count} case{}", if count == 1 { "" } else { "s" })
}

fn more(outcome: &Outcome) -> Option<String> {
    let more = outcome.more.filter(|_| outcome.verdict == Verdict::Inconclusive)?;
    Some(format!("about {more} more case{} like these would decide", if more == 1 { "" } else { "s" }))
}

fn joined<const N: usize>(pieces: [Option<String>; N]) -> String {
    pieces.into_iter().flatten().collect::<Vec<_>>().join("; ")
}
