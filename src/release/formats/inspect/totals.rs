//! Whether the metrics of a log are those of its samples, where it is known how Inspect reckons them: `accuracy` and
//! `mean` over all samples or over a group, of attempts that were averaged.

use serde_json::value::RawValue;

use super::document::{EvalMetric, EvalScore, Log};
use super::samples::{Gathered, metric};
use super::score::{Score, score};
use crate::release::checks::{Refused, report};
use crate::release::evidence::Case;
use crate::release::formats::raw;

/// Two sums of the same numbers do not differ by more.
const TOLERANCE: f64 = 1e-6;

/// Checks them.
///
/// # Errors
/// When one is clearly another.
pub(super) fn agree(file: &str, log: &Log<'_>, gathered: &Gathered) -> Result<(), Refused> {
    let scores = log.results.iter().flat_map(|results| &results.scores);
    for score in scores.filter(|score| is_mean(score) && !gathered.scorers.unsure) {
        let name = metric(&score.scorer);
        let name = if score.name == score.scorer { name } else { format!("{name}.{}", score.name) };
        scored(file, score, &name, gathered)?;
        for (key, told) in &score.metrics {
            let Some(scope) = scope(log, score, key, told) else { continue };
            let seen = mean(gathered.cases().filter(|case| scope.holds(case)), &name);
            let Some(seen) = seen else { continue };
            if is_far(told.value, seen) {
                let place = format!("results.scores[{}].metrics.{key}", score.name);
                let message = format!("{file}: `{place}` says {}; its samples say {seen}", told.value.get());
                return Err(Refused::by(&report::CONTRADICTORY, message));
            }
        }
    }
    Ok(())
}

/// Whether attempts at one sample were averaged.
fn is_mean(score: &EvalScore<'_>) -> bool {
    score.reducer.as_deref().is_none_or(|reducer| reducer == "mean")
}

fn scored(file: &str, score: &EvalScore<'_>, name: &str, gathered: &Gathered) -> Result<(), Refused> {
    let seen = gathered.cases().filter(|case| case.scores.contains_key(name)).count() as u64;
    match score.scored_samples.filter(|told| *told != seen && seen > 0) {
        Some(told) => {
            let message =
                format!("{file}: {told} samples are told to have a score {}, and {seen} have one", score.name);
            Err(Refused::by(&report::CONTRADICTORY, message))
        }
        None => Ok(()),
    }
}

/// The cases that a metric is taken over.
enum Scope {
    All,
    Group { key: String, value: String },
}

impl Scope {
    fn holds(&self, case: &Case) -> bool {
        match self {
            Self::All => true,
            Self::Group { key, value } => case.strata.get(key) == Some(value),
        }
    }
}

/// What `told` is taken over; `None`: it is not known how it is reckoned.
fn scope(log: &Log<'_>, score: &EvalScore<'_>, key: &str, told: &EvalMetric<'_>) -> Option<Scope> {
    let params = raw::entries(told.params, |_| true).ok()?;
    if told.group.is_none() {
        let own = ["accuracy", "mean"].contains(&key) && params.is_empty() && is_inspects(log, &score.scorer, key);
        return own.then_some(Scope::All);
    }
    let (inner, group) = (params.get("metric").copied(), params.get("group_key").copied()?);
    let name = raw::entry(inner, "name").ok().flatten().and_then(raw::text)?;
    let plain = raw::entry(inner, "params").ok().flatten().is_some_and(|params| params.get() == "{}");
    let known = params.len() == 2 && plain && ["accuracy", "mean"].contains(&&*name);
    let group = raw::text(group).filter(|_| known)?;
    Some(if key == "all" { Scope::All } else { Scope::Group { key: group, value: key.to_owned() } })
}

/// Whether the scorer's metric `name` is Inspect's own, and not a user's of the same name.
fn is_inspects(log: &Log<'_>, scorer: &str, name: &str) -> bool {
    let mut own = false;
    let wanted = format!("\"inspect_ai/{name}\"");
    let each = |scorer_spec: &RawValue| {
        let is_it = raw::entry(Some(scorer_spec), "name")?.and_then(raw::text).as_deref() == Some(scorer);
        own |= is_it && raw::entry(Some(scorer_spec), "metrics")?.is_some_and(|list| list.get().contains(&wanted));
        Ok(())
    };
    log.eval.scorers.is_some_and(|list| raw::each(list, each).is_ok()) && own
}

fn mean<'a>(cases: impl Iterator<Item = &'a Case>, name: &str) -> Option<f64> {
    let means: Vec<f64> = cases.filter_map(|case| case.scores.get(name)?.mean()).collect();
    let count = u32::try_from(means.len()).ok().filter(|count| *count > 0)?;
    Some(means.iter().sum::<f64>() / f64::from(count))
}

fn is_far(told: &RawValue, seen: f64) -> bool {
    match score(told, "") {
        Ok(Score::Graded(told) | Score::Measured(told)) => (told - seen).abs() > TOLERANCE * seen.abs().max(1.0),
        _ => true,
    }
}
