//! Samples as attempts at cases: an epoch is an attempt.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::value::RawValue;

use super::document::{Log, Sample};
use super::python;
use super::score::{Score, score};
use crate::release::checks::{Refused, report};
use crate::release::evidence::{COST, Case, LATENCY, OUTPUT_LENGTH, Options, PASS_RATE};
use crate::release::formats::attempts::Cases;
use crate::release::formats::raw;

/// A log of more samples than this is refused.
const MOST_SAMPLES: usize = 1_000_000;
/// Scorers with these names would be taken for pv's own metrics.
const RESERVED: [&str; 4] = [PASS_RATE, COST, LATENCY, OUTPUT_LENGTH];

/// Every sample of a log.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    cases: Cases,
    /// The attempts: id of the sample and epoch.
    pub(super) attempts: BTreeSet<(String, u32)>,
    /// How many of them ended in an error, or were scored although they did.
    pub(super) errors: u64,
    /// What scored them.
    pub(super) scorers: Scorers,
}

/// What is known of the scorers of a log.
#[derive(Debug, Default)]
pub(super) struct Scorers {
    /// Every scorer, and whether it only ever graded: right, wrong, partly.
    grading: BTreeMap<String, bool>,
    /// Whether it is not known what Inspect's own metrics take in: scores of samples that ended in errors, holes in maps.
    pub(super) unsure: bool,
}

/// The samples of the list `samples`.
///
/// # Errors
/// When one cannot be read, stands twice, or was struck out; when a stratum or a score is missing or unknown.
pub(super) fn gather(file: &str, log: &Log<'_>, samples: &RawValue, options: &Options) -> Result<Gathered, Refused> {
    let strata = options.strata.iter().cloned().chain(group_keys(log)).collect();
    let reader = Reader { file, log, options, strata };
    let mut gathered = Gathered::default();
    let mut refused = None;
    let read = raw::each(samples, |raw| {
        let sample = Sample::deserialize(&mut serde_json::Deserializer::from_str(raw.get()))?;
        if refused.is_none() {
            refused = reader.add(&mut gathered, &sample).err();
        }
        Ok(())
    });
    match refused {
        Some(refused) => Err(refused),
        None => read.map(|()| gathered).map_err(|error| raw::damaged(file, &error)),
    }
}

/// The keys by which the run groups its samples itself.
fn group_keys(log: &Log<'_>) -> BTreeSet<String> {
    let metrics = log.results.iter().flat_map(|results| &results.scores).flat_map(|score| score.metrics.values());
    metrics.filter_map(|metric| raw::entry(metric.params, "group_key").ok().flatten().and_then(raw::text)).collect()
}

impl Gathered {
    /// The cases, with a pass rate where the one scorer of the run grades.
    ///
    /// # Errors
    /// When there is none, or none of them has a score or an error.
    pub(super) fn finish(self, file: &str) -> Result<Vec<Case>, Refused> {
        let mut cases = self.cases.finish(file)?;
        if self.scorers.grading.is_empty() && self.errors == 0 {
            return Err(Refused::by(&report::EMPTY, format!("{file} has no scores: it was not scored")));
        }
        if let [(scorer, true)] = &self.scorers.grading.into_iter().collect::<Vec<_>>()[..] {
            for case in &mut cases {
                if let Some(tally) = case.scores.get(&metric(scorer)).copied() {
                    case.scores.insert(PASS_RATE.to_owned(), tally);
                }
            }
        }
        Ok(cases)
    }

    /// The cases so far.
    pub(super) fn cases(&self) -> impl Iterator<Item = &Case> {
        self.cases.iter()
    }
}

/// The metric that a scorer's value is.
pub(super) fn metric(scorer: &str) -> String {
    if RESERVED.contains(&scorer) { format!("scores.{scorer}") } else { scorer.to_owned() }
}

struct Reader<'a, 'de> {
    file: &'a str,
    log: &'a Log<'de>,
    options: &'a Options,
    strata: BTreeSet<String>,
}

impl Reader<'_, '_> {
    fn add(&self, gathered: &mut Gathered, sample: &Sample<'_>) -> Result<(), Refused> {
        let id = raw::text(sample.id).ok_or_else(|| self.refused(&report::UNREADABLE, "a sample has no id"))?;
        let place = format!("sample {id}, epoch {}", sample.epoch);
        self.counts(&place, sample)?;
        if gathered.attempts.len() == MOST_SAMPLES {
            return Err(self.refused(&report::TOO_LARGE, format_args!("more than {MOST_SAMPLES} samples")));
        }
        if !gathered.attempts.insert((id.clone(), sample.epoch)) {
            return Err(self.refused(&report::DUPLICATED, format_args!("{place} stands twice")));
        }
        let name = match &self.options.case {
            Some(key) => self.named(&place, sample, key, "--case")?,
            None => id,
        };
        let case = gathered.cases.attempt(name, self.strata(&place, sample)?)?;
        let scores = raw::entries(sample.scores, |_| true).map_err(|error| raw::damaged(self.file, &error))?;
        if sample.error.is_some() {
            gathered.scorers.unsure |= !scores.is_empty();
            gathered.errors += 1;
            case.errors += 1;
            return Ok(());
        }
        let judged = self.scores(case, &mut gathered.scorers, &place, &scores)?;
        case.errors += u32::from(!judged);
        self.amounts(case, &place, sample)
    }

    /// Refuses what was struck out, and what another model answered.
    fn counts(&self, place: &str, sample: &Sample<'_>) -> Result<(), Refused> {
        if sample.invalidation.is_some() {
            return Err(self.refused(&report::INCOMPLETE, format_args!("{place} was struck out")));
        }
        if sample.model_fallbacks.is_some_and(|list| list.get() != "[]") {
            let message = format_args!("{place} was answered by another model than {}", self.log.eval.model);
            return Err(self.refused(&report::MIXED, message));
        }
        Ok(())
    }

    /// Adds the scores of one attempt; whether every scorer came to one.
    fn scores(
        &self,
        case: &mut Case,
        scorers: &mut Scorers,
        place: &str,
        scores: &BTreeMap<String, &RawValue>,
    ) -> Result<bool, Refused> {
        let mut judged = !scores.is_empty();
        for (scorer, entry) in scores {
            let value = raw::entry(Some(entry), "value").map_err(|error| raw::damaged(self.file, &error))?;
            let place = format!("{}: {place}: the score {scorer}", self.file);
            let value = value.map_or(Ok(Score::None), |value| score(value, &place))?;
            let only_grades = scorers.grading.entry(scorer.clone()).or_insert(true);
            *only_grades &= matches!(value, Score::Graded(_) | Score::None);
            let whole = tally(case, &metric(scorer), &value);
            scorers.unsure |= !whole && matches!(value, Score::Several(_));
            judged &= whole;
        }
        Ok(judged)
    }

    fn amounts(&self, case: &mut Case, place: &str, sample: &Sample<'_>) -> Result<(), Refused> {
        let place = |what| format!("{}: {place}: {what}", self.file);
        if let Some(seconds) = sample.total_time {
            let seconds = raw::amount(seconds, place("total_time"))?;
            case.scores.entry(LATENCY.to_owned()).or_default().add(seconds * 1000.0);
        }
        let damaged = |error| raw::damaged(self.file, &error);
        let usages = raw::entries(sample.model_usage, |_| true).map_err(damaged)?;
        let own = usages.get(&self.log.eval.model).copied();
        if let Some(tokens) = raw::entry(own, "output_tokens").map_err(damaged)? {
            let tokens = raw::amount(tokens, place("output_tokens"))?;
            if tokens > 0.0 {
                case.scores.entry(OUTPUT_LENGTH.to_owned()).or_default().add(tokens);
            }
        }
        let mut cost = None;
        for usage in usages.values() {
            let part = raw::entry(Some(usage), "total_cost").map_err(damaged)?.filter(|cost| cost.get() != "null");
            if let Some(part) = part {
                cost = Some(cost.unwrap_or(0.0) + raw::amount(part, place("total_cost"))?);
            }
        }
        if let Some(cost) = cost {
            case.scores.entry(COST.to_owned()).or_default().add(cost);
        }
        Ok(())
    }

    fn strata(&self, place: &str, sample: &Sample<'_>) -> Result<BTreeMap<String, String>, Refused> {
        let strata = self.strata.iter();
        strata.map(|key| Ok((key.clone(), self.named(place, sample, key, "--strata")?))).collect()
    }

    fn named(&self, place: &str, sample: &Sample<'_>, key: &str, option: &str) -> Result<String, Refused> {
        let value = raw::entry(sample.metadata, key).map_err(|error| raw::damaged(self.file, &error))?;
        value.filter(|value| value.get() != python::NAN).and_then(raw::text).ok_or_else(|| {
            self.refused(&report::AMBIGUOUS, format_args!("{place} has no `{key}` in its metadata"))
                .remedy(format!("Give every sample a text or a number under `{key}`, or leave `{option} {key}` out."))
        })
    }

    fn refused(&self, check: &'static crate::release::checks::Check, what: impl std::fmt::Display) -> Refused {
        Refused::by(check, format!("{}: {what}", self.file))
    }
}

/// Adds a score to a case; whether there is one.
fn tally(case: &mut Case, metric: &str, score: &Score) -> bool {
    match score {
        Score::None => false,
        Score::Graded(number) | Score::Measured(number) => {
            case.scores.entry(metric.to_owned()).or_default().add(*number);
            true
        }
        Score::Several(parts) => {
            parts.iter().fold(true, |all, (name, part)| all & tally(case, &format!("{metric}.{name}"), part))
        }
    }
}
