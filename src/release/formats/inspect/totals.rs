//! Whether the metrics of a log are those of its samples, where it is known how Inspect reckons them: `accuracy` and
//! `mean` over all samples or over a group, of attempts that were averaged.

use serde_json::value::RawValue;

use super::document::{EvalMetric, EvalScore, Log};
use super::samples::{Gathered, metric};
use super::score::{Score, score};
use crate::release::checks::{Refused, report};
use crate::release::evidence::Case;
use crate::release::formats::json::{self, Text};
use crate::release::formats::totals;

/// Checks them.
///
/// # Errors
/// When one is clearly another.
pub(super) fn agree(file: &Text<'_>, log: &Log<'_>, gathered: &Gathered) -> Result<(), Refused> {
    let scores = log.results.iter().flat_map(|results| &results.scores);
    for score in scores.filter(|score| is_mean(score) && !gathered.scorers.unsure) {
        let name = metric(&score.scorer);
        let name = if score.name == score.scorer { name } else { format!("{name}.{}", score.name) };
        scored(file, score, &name, gathered)?;
        for (key, told) in &score.metrics.0 {
            let Some(scope) = scope((file, log), score, key, told) else { continue };
            let seen = mean(gathered.cases().filter(|case| scope.holds(case)), &name);
            let Some(seen) = seen else { continue };
            let place = format!("results.scores[{}].metrics.{key}", score.name);
            totals::hold(&place, number(file, told.value, &place)?, seen)?;
        }
    }
    Ok(())
}

/// Whether attempts at one sample were averaged.
fn is_mean(score: &EvalScore<'_>) -> bool {
    score.reducer.as_deref().is_none_or(|reducer| reducer == "mean")
}

fn scored(file: &Text<'_>, score: &EvalScore<'_>, name: &str, gathered: &Gathered) -> Result<(), Refused> {
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
fn scope((file, log): (&Text<'_>, &Log<'_>), score: &EvalScore<'_>, key: &str, told: &EvalMetric<'_>) -> Option<Scope> {
    let params = file.entries(told.params, |_| true).ok()?;
    if told.group.is_none() {
        let own =
            ["accuracy", "mean"].contains(&key) && params.is_empty() && is_inspects((file, log), &score.scorer, key);
        return own.then_some(Scope::All);
    }
    let (inner, group) = (params.get("metric").copied(), params.get("group_key").copied()?);
    let name = file.entry(inner, "name").ok().flatten().and_then(json::label)?;
    let plain = file.entry(inner, "params").ok().flatten().is_some_and(|params| params.get() == "{}");
    let known = params.len() == 2 && plain && ["accuracy", "mean"].contains(&&*name);
    let group = json::label(group).filter(|_| known)?;
    Some(if key == "all" { Scope::All } else { Scope::Group { key: group, value: key.to_owned() } })
}

/// Whether the scorer's metric `name` is Inspect's own, and not a user's of the same name.
fn is_inspects((file, log): (&Text<'_>, &Log<'_>), scorer: &str, name: &str) -> bool {
    let mut own = false;
    let wanted = format!("\"inspect_ai/{name}\"");
    let each = |scorer_spec: &RawValue| {
        let is_it = file.entry(Some(scorer_spec), "name")?.and_then(json::label).as_deref() == Some(scorer);
        own |= is_it && file.entry(Some(scorer_spec), "metrics")?.is_some_and(|list| list.get().contains(&wanted));
        Ok(())
    };
    log.eval.scorers.is_some_and(|list| file.each(list, each).is_ok()) && own
}

fn mean<'a>(cases: impl Iterator<Item = &'a Case>, name: &str) -> Option<f64> {
    let means: Vec<f64> = cases.filter_map(|case| case.scores.get(name)?.mean()).collect();
    let count = u32::try_from(means.len()).ok().filter(|count| *count > 0)?;
    Some(means.iter().sum::<f64>() / f64::from(count))
}

/// What a metric is told to be; where that is no number, it is not what its samples come to.
fn number(file: &Text<'_>, told: &RawValue, place: &str) -> Result<f64, Refused> {
    match score(file, told, place) {
        Ok(Score::Graded(told) | Score::Measured(told)) => Ok(told),
        _ => {
            let message = format!("the report states {} as {place}, and its samples have a number", told.get());
            Err(Refused::by(&report::CONTRADICTORY, message))
        }
    }
}
