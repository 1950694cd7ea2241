//! Calibration: how often the configured checks would fail a system that did not change.

use std::collections::BTreeMap;

use super::ask::{self, Runs};
use crate::config::GatePolicy;
use crate::domain::Verdict;
use crate::release::checks::{Refused, gate as checks};
use crate::release::evidence::{Case, Run};
use crate::release::statistics::{Rates, false_fails};

/// How often the two runs are drawn anew.
const DRAWS: usize = 1_000;

/// How often one check came to each verdict.
#[derive(Debug, Clone, PartialEq)]
pub struct Calibrated {
    /// What is asked: metric, scope and limit.
    pub asks: String,
    /// Shares of the draws.
    pub rates: Rates,
}

/// Judges two runs of one system by every check of `policy`, over and over: cases are drawn with replacement, and which
/// run is the baseline is drawn for each. The last row is the gate as a whole.
///
/// # Errors
/// When the runs share no case, and when a check cannot be asked of them at all.
pub fn calibrate(policy: &GatePolicy, a: &Run, b: &Run) -> Result<Vec<Calibrated>, Refused> {
    let twins: BTreeMap<&str, &Case> = b.cases.iter().map(|case| (case.id.as_str(), case)).collect();
    let pairs: Vec<(&Case, &Case)> =
        a.cases.iter().filter_map(|case| Some((case, *twins.get(case.id.as_str())?))).collect();
    if pairs.is_empty() {
        return Err(Refused::by(&checks::STRATUM_SHRUNK, "the two runs share no case"));
    }
    let runs = |drawn: &[(usize, bool)]| drawn_runs(&pairs, drawn);
    let whole: Vec<(usize, bool)> = (0..pairs.len()).map(|at| (at, false)).collect();
    let (old, new) = runs(&whole);
    let mut rows = Vec::new();
    for (at, check) in policy.checks.iter().enumerate() {
        ask::ask(check, Runs { new: &new, old: Some(&old), is_new: false }, policy.max_error_rate)?;
        let rates = false_fails(pairs.len(), DRAWS, |drawn| verdict(policy, runs(drawn), Some(at)));
        rows.push(Calibrated { asks: format!("{} {}: {}", check.metric, check.scope, ask::asks(check)), rates });
    }
    let rates = false_fails(pairs.len(), DRAWS, |drawn| verdict(policy, runs(drawn), None));
    rows.push(Calibrated { asks: format!("the gate {}", policy.gate), rates });
    Ok(rows)
}

/// The baseline and the candidate of a draw; a case that is drawn twice is two cases.
fn drawn_runs(pairs: &[(&Case, &Case)], drawn: &[(usize, bool)]) -> (Run, Run) {
    let (mut old, mut new) = (Run::default(), Run::default());
    for (number, (at, is_swapped)) in drawn.iter().enumerate() {
        let Some((a, b)) = pairs.get(*at) else { continue };
        let (before, after) = if *is_swapped { (b, a) } else { (a, b) };
        let called = |case: &Case| Case { id: number.to_string(), ..case.clone() };
        old.cases.push(called(before));
        new.cases.push(called(after));
    }
    (old, new)
}

/// What one check (or all of them) says of a draw. A stratum that was not drawn says nothing.
fn verdict(policy: &GatePolicy, (old, new): (Run, Run), only: Option<usize>) -> Verdict {
    let runs = Runs { new: &new, old: Some(&old), is_new: false };
    let checks = policy.checks.iter().enumerate().filter(|(at, _)| only.is_none_or(|only| only == *at));
    let verdicts = checks.map(|(_, check)| match ask::ask(check, runs, policy.max_error_rate) {
        Ok(checked) => checked.iter().map(|one| one.verdict).max().unwrap_or(Verdict::Inconclusive),
        Err(_) => Verdict::Inconclusive,
    });
    verdicts.max().unwrap_or(Verdict::Inconclusive)
}
