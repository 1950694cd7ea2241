//! One check of a policy, asked of a run and its baseline.

use std::collections::BTreeMap;

use super::judged::Checked;
use super::scope::{self, Slice, some};
use super::words;
use crate::config::{Check, RatioLimit};
use crate::domain::Verdict;
use crate::release::checks::{self, Refused, gate};
use crate::release::evidence::{Case, Measure, Run};
use crate::release::statistics::{self, Limit, Outcome, Pair};

/// A run, and the run of the live version where there is one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Runs<'a> {
    /// The run that is judged.
    pub(super) new: &'a Run,
    /// What it is compared with.
    pub(super) old: Option<&'a Run>,
    /// Whether there is nothing to compare with because the artefact is new; else a missing run is told elsewhere.
    pub(super) is_new: bool,
}

/// What every question of `check` comes to, in every scope that it is asked in.
///
/// Of the attempts, a share of `most_unscored` may have no score.
///
/// # Errors
/// When a case, a stratum, the metric or too many of its scores are missing.
pub(super) fn ask(check: &Check, runs: Runs<'_>, most_unscored: f64) -> Result<Vec<Checked>, Refused> {
    if let Some(limit) = check.ratio.as_ref().filter(|_| is_measured(check, runs.new)) {
        let rest = Check { ratio: None, ..check.clone() };
        let others = if rest.asks_nothing() { Vec::new() } else { ask(&rest, runs, most_unscored)? };
        return Ok(others.into_iter().chain([measured(check, limit, runs)]).collect());
    }
    has_metric(check, runs.new)?;
    is_share(check, runs)?;
    let slices = scope::slices(&check.scope, &runs.new.cases, runs.old.map(|run| run.cases.as_slice()))?;
    for (whose, run) in [("", Some(runs.new)), ("the baseline, ", runs.old.filter(|_| check.compares()))] {
        let Some(run) = run else { continue };
        slices.iter().try_for_each(|slice| scored(check, (whose, slice), run, most_unscored))?;
    }
    Ok(slices.iter().flat_map(|slice| Asked { check, slice, runs }.all()).collect())
}

/// A case that was skipped, or whose judge failed, has no score: it must not pass by that.
fn scored(check: &Check, (whose, slice): (&str, &Slice), run: &Run, most: f64) -> Result<(), Refused> {
    if check.max_failures.is_some() {
        // There what has no score has not passed.
        return Ok(());
    }
    let cases: Vec<&Case> = run.cases.iter().filter(|case| slice.has(case)).collect();
    let skipped: Vec<&str> = cases.iter().filter(|case| case.attempts == 0).map(|case| case.id.as_str()).collect();
    if !skipped.is_empty() {
        let message = format!("{whose}{slice}: {} cases were skipped: {}", skipped.len(), some(&skipped));
        return Err(Refused::by(&checks::report::INCOMPLETE, message));
    }
    let attempts: u64 = cases.iter().map(|case| u64::from(case.attempts)).sum();
    let scores = cases.iter().filter_map(|case| case.scores.get(&check.metric));
    let unscored = attempts.saturating_sub(scores.map(|tally| u64::from(tally.n)).sum());
    let is_unscored = |case: &&&Case| case.scores.get(&check.metric).is_none_or(|tally| tally.n == 0);
    let silent = cases.iter().filter(is_unscored).count();
    let is_exceeded = unscored as f64 > most * attempts as f64;
    if is_exceeded || words::count(silent) > most * words::count(cases.len()) {
        let message = format!("{whose}{slice}: {unscored} of {attempts} attempts have no `{}`", check.metric);
        return Err(Refused::by(&gate::ERRORS_EXCEEDED, message));
    }
    Ok(())
}

fn has_metric(check: &Check, run: &Run) -> Result<(), Refused> {
    let metric = &check.metric;
    if run.cases.iter().any(|case| case.scores.contains_key(metric)) {
        return Ok(());
    }
    let mut known: Vec<&str> = run.cases.iter().flat_map(|case| case.scores.keys().map(String::as_str)).collect();
    known.extend(run.measures.iter().map(|measure| measure.metric.as_str()));
    known.sort_unstable();
    known.dedup();
    let has = if known.is_empty() { "none".to_owned() } else { some(&known) };
    Err(Refused::by(&gate::METRIC_MISSING, format!("the evidence has no metric `{metric}`; it has {has}")))
}

/// Floors, margins, flips and failures are about shares: a quantity has a ratio instead.
fn is_share(check: &Check, runs: Runs<'_>) -> Result<(), Refused> {
    if check.floor.is_none() && check.margin.is_none() && check.flips.is_none() && check.max_failures.is_none() {
        return Ok(());
    }
    let cases = [Some(runs.new), runs.old].into_iter().flatten().flat_map(|run| &run.cases);
    let mut means = cases.filter_map(|case| Some((case, case.scores.get(&check.metric)?.mean()?)));
    let Some((case, mean)) = means.find(|(_, mean)| !(0.0..=1.0).contains(mean)) else { return Ok(()) };
    let message = format!("`{}` of the case `{}` is {mean}, which is no share from 0 to 1", check.metric, case.id);
    Err(Refused::by(&checks::report::NOT_FINITE, message).remedy("Ask for a `max-ratio` of it instead."))
}

/// One check in one scope.
struct Asked<'a> {
    check: &'a Check,
    slice: &'a Slice,
    runs: Runs<'a>,
}

impl Asked<'_> {
    fn all(&self) -> Vec<Checked> {
        let asked = [self.floor(), self.margin(), self.flips(), self.failures(), self.ratio()];
        asked.into_iter().flatten().collect()
    }

    fn cases<'r>(&self, run: &'r Run) -> Vec<&'r Case> {
        run.cases.iter().filter(|case| self.slice.has(case)).collect()
    }

    /// The share of a case; of one without any score there is none.
    fn share(&self, case: &Case) -> Option<f64> {
        case.scores.get(&self.check.metric)?.mean()
    }

    fn floor(&self) -> Option<Checked> {
        let floor = self.check.floor?;
        let shares: Vec<f64> = self.cases(self.runs.new).iter().filter_map(|case| self.share(case)).collect();
        let outcome = statistics::floor(&shares, floor);
        let message = words::floor(&outcome);
        Some(self.checked(words::at_least(floor), outcome, message, &gate::FLOOR_MISSED))
    }

    /// The cases of both runs by id, with what the baseline and the run have.
    fn pairs(&self) -> Option<Vec<(&Case, &Case)>> {
        let before: BTreeMap<&str, &Case> = self.runs.old?.cases.iter().map(|case| (case.id.as_str(), case)).collect();
        let cases = self.cases(self.runs.new).into_iter();
        Some(cases.filter_map(|case| Some((*before.get(case.id.as_str())?, case))).collect())
    }

    fn margin(&self) -> Option<Checked> {
        let margin = self.check.margin?;
        let asks = words::at_most_below(margin);
        let Some(pairs) = self.pairs() else { return self.new_artefact(asks) };
        let shares: Vec<(f64, f64)> =
            pairs.iter().filter_map(|(old, new)| Some((self.share(old)?, self.share(new)?))).collect();
        let differences: Vec<f64> = shares.iter().map(|(old, new)| new - old).collect();
        let attempts = pairs.iter().map(|(old, new)| self.attempts(old).min(self.attempts(new))).min().unwrap_or(1);
        let outcome = statistics::margin(&differences, attempts, margin);
        let detectable = statistics::detectable(&differences, attempts);
        let message = words::margin(&outcome, &shares, detectable);
        Some(self.checked(asks, outcome, message, &gate::MARGIN_EXCEEDED))
    }

    /// How many attempts at a case have a score.
    fn attempts(&self, case: &Case) -> u32 {
        case.scores.get(&self.check.metric).map_or(1, |tally| tally.n).max(1)
    }

    fn flips(&self) -> Option<Checked> {
        let allowed = self.check.flips?;
        let asks = words::at_most_flips(allowed);
        let Some(pairs) = self.pairs() else { return self.new_artefact(asks) };
        let counts: Vec<Pair> =
            pairs.iter().map(|(old, new)| Pair { before: self.passed(old), after: self.passed(new) }).collect();
        let (outcome, flipped) = statistics::flips(&counts, allowed);
        let names: Vec<&str> = flipped.iter().filter_map(|at| Some(pairs.get(*at)?.1.id.as_str())).collect();
        let message = words::flips(&outcome, &names);
        Some(self.checked(asks, outcome, message, &gate::CASES_FLIPPED))
    }

    /// How many attempts passed wholly, of how many.
    fn passed(&self, case: &Case) -> (u32, u32) {
        let Some(tally) = case.scores.get(&self.check.metric) else { return (0, 0) };
        let whole = (0..=tally.n).rev().find(|passed| f64::from(*passed) <= tally.sum + 1e-9).unwrap_or(0);
        (whole, tally.n)
    }

    fn failures(&self) -> Option<Checked> {
        let allowed = self.check.max_failures?;
        let cases = self.cases(self.runs.new);
        let is_passed = |case: &&&Case| self.share(case).is_some_and(|share| share >= 1.0) && case.errors == 0;
        let failed: Vec<&str> = cases.iter().filter(|case| !is_passed(case)).map(|case| case.id.as_str()).collect();
        let skipped = cases.iter().filter(|case| case.attempts == 0).count();
        let verdict = if failed.len() > allowed { Verdict::Fail } else { Verdict::Pass };
        let message = words::failures(cases.len(), &failed, skipped);
        let value = words::count(failed.len());
        let outcome = Outcome { verdict, value, interval: None, cases: cases.len(), smallest: None, more: None };
        Some(self.checked(words::at_most_failures(allowed), outcome, message, &gate::CASES_FAILED))
    }

    fn ratio(&self) -> Option<Checked> {
        let limit = self.check.ratio.as_ref()?;
        let asks = words::limit(limit);
        if limit.against.is_some() {
            return Some(self.without_data(
                asks,
                limit.no_data,
                "`against` compares two series, and this metric has cases",
            ));
        }
        let Some(pairs) = self.pairs() else { return self.new_artefact(asks) };
        let values: Vec<(f64, f64)> =
            pairs.iter().filter_map(|(old, new)| Some((self.share(old)?, self.share(new)?))).collect();
        if values.is_empty() {
            return Some(self.without_data(asks, limit.no_data, "no case has a number on both sides"));
        }
        if values.iter().any(|(old, new)| *new == 0.0 && *old > 0.0) {
            return Some(self.without_data(
                asks,
                limit.no_data,
                "cases have 0 that had more: a cached run measures nothing",
            ));
        }
        let outcome = statistics::ratio_of_cases(&values, &limit_of(limit));
        let message = words::ratio(&outcome);
        Some(self.checked(asks, outcome, message, &gate::RATIO_EXCEEDED))
    }

    fn checked(&self, asks: String, outcome: Outcome, message: String, check: &'static checks::Check) -> Checked {
        let check = words::failed_by(outcome.verdict, check);
        Checked {
            metric: self.check.metric.clone(),
            scope: self.slice.to_string(),
            asks,
            verdict: outcome.verdict,
            message,
            outcome: Some(outcome),
            check,
            policy: self.check.place.clone(),
        }
    }

    fn new_artefact(&self, asks: String) -> Option<Checked> {
        let message = "there is no earlier version to compare with; a `floor` in pv.toml would decide";
        self.runs.is_new.then(|| self.without_data(asks, Verdict::Inconclusive, message))
    }

    fn without_data(&self, asks: String, verdict: Verdict, message: &str) -> Checked {
        Checked {
            metric: self.check.metric.clone(),
            scope: self.slice.to_string(),
            asks,
            verdict,
            message: message.to_owned(),
            outcome: None,
            check: words::failed_by(verdict, &gate::DATA_MISSING),
            policy: self.check.place.clone(),
        }
    }
}

/// Everything that a check asks for, in words.
pub(super) fn asks(check: &Check) -> String {
    let asks = [
        check.floor.map(words::at_least),
        check.margin.map(words::at_most_below),
        check.flips.map(words::at_most_flips),
        check.max_failures.map(words::at_most_failures),
        check.ratio.as_ref().map(words::limit),
    ];
    asks.into_iter().flatten().collect::<Vec<_>>().join("; ")
}

fn limit_of(limit: &RatioLimit) -> Limit {
    Limit { max: limit.max, critical: limit.critical, higher_is_better: limit.higher_is_better }
}

fn is_measured(check: &Check, run: &Run) -> bool {
    run.cases.is_empty() || run.measures.iter().any(|measure| measure.metric == check.metric)
}

/// A ratio of two measures that have no cases: of one report's two series, or of two reports.
fn measured(check: &Check, limit: &RatioLimit, runs: Runs<'_>) -> Checked {
    let slice = match &check.scope {
        crate::config::Scope::Stratum { key, value } => Some((key, value)),
        _ => None,
    };
    let new = measure(runs.new, &check.metric, slice);
    let old = match &limit.against {
        Some((key, value)) => measure(runs.new, &check.metric, Some((key, value))),
        None => runs.old.and_then(|run| measure(run, &check.metric, slice)),
    };
    let (outcome, verdict, message) = compared(new, old, limit);
    Checked {
        metric: check.metric.clone(),
        scope: check.scope.to_string(),
        asks: words::limit(limit),
        verdict,
        message,
        check: words::failed_by(verdict, if outcome.is_some() { &gate::RATIO_EXCEEDED } else { &gate::DATA_MISSING }),
        outcome,
        policy: check.place.clone(),
    }
}

fn measure<'r>(run: &'r Run, metric: &str, slice: Option<(&String, &String)>) -> Option<&'r Measure> {
    let is_meant = |measure: &&Measure| slice.is_none_or(|(key, value)| measure.labels.get(key) == Some(value));
    let mut found = run.measures.iter().filter(|measure| measure.metric == metric).filter(is_meant);
    // Two series that answer to one name answer nothing.
    found.next().filter(|_| found.next().is_none())
}

fn compared(new: Option<&Measure>, old: Option<&Measure>, limit: &RatioLimit) -> (Option<Outcome>, Verdict, String) {
    let (Some(new), Some(old)) = (new, old) else {
        return (None, limit.no_data, "there is no single series to compare, on one side or the other".to_owned());
    };
    let (Some(after), Some(before)) = (new.value, old.value) else {
        return (None, limit.nan, "a number is missing (NaN) on one side or the other".to_owned());
    };
    let few = |measure: &&Measure, least: f64| measure.events.is_none_or(|events| events < least);
    let short = limit.min_events.and_then(|least| Some((least, [new, old].into_iter().find(|one| few(one, least))?)));
    if let Some((least, measure)) = short {
        let seen = measure.events.map_or("an unknown number of".to_owned(), |events| events.to_string());
        return (None, limit.no_data, format!("{seen} events; {least} are asked for"));
    }
    let outcome = statistics::ratio_of_totals(before, after, &limit_of(limit));
    let (verdict, message) = (outcome.verdict, words::totals(before, after, &outcome));
    (Some(outcome), verdict, message)
}
