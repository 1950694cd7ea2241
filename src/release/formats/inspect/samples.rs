//! Samples as attempts at cases: an epoch is an attempt.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::value::RawValue;

use super::document::{Log, Sample};
use super::score::{Score, score};
use crate::release::checks::{Check, Refused, report};
use crate::release::evidence::{COST, Case, LATENCY, OUTPUT_LENGTH, Options, PASS_RATE};
use crate::release::formats::cases::{self, Cases};
use crate::release::formats::json::{self, Number, Text};

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

/// The list of samples, in the file that it stands in.
pub(super) struct Samples<'a> {
    pub(super) file: &'a Text<'a>,
    pub(super) list: &'a RawValue,
}

/// The samples of a log, whose head stands in `head`.
///
/// # Errors
/// When one cannot be read, stands twice, or was struck out; when a stratum or a score is missing or unknown.
pub(super) fn gather(
    samples: Samples<'_>,
    (head, log): (&Text<'_>, &Log<'_>),
    options: &Options,
) -> Result<Gathered, Refused> {
    let strata = options.strata.iter().cloned().chain(group_keys(head, log)).collect();
    let options = Options { strata, ..options.clone() };
    let reader = Reader { file: samples.file, log, options };
    let mut gathered = Gathered::default();
    samples.file.each(samples.list, |sample| reader.add(&mut gathered, &samples.file.part(sample)?))?;
    Ok(gathered)
}

/// The keys by which the run groups its samples itself.
fn group_keys(file: &Text<'_>, log: &Log<'_>) -> BTreeSet<String> {
    let metrics = log.results.iter().flat_map(|results| &results.scores).flat_map(|score| &score.metrics.0);
    metrics
        .filter_map(|(_, metric)| file.entry(metric.params, "group_key").ok().flatten().and_then(json::label))
        .collect()
}

impl Gathered {
    /// The cases, with a pass rate where the one scorer of the run grades.
    ///
    /// # Errors
    /// When there is none, or none of them has a score or an error.
    pub(super) fn finish(self, file: &Text<'_>) -> Result<Vec<Case>, Refused> {
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
    cases::metric("scores", scorer)
}

struct Reader<'a, 'de> {
    file: &'a Text<'a>,
    log: &'a Log<'de>,
    /// Its strata are those that are asked for, and those that the run groups by.
    options: Options,
}

impl Reader<'_, '_> {
    fn add(&self, gathered: &mut Gathered, sample: &Sample<'_>) -> Result<(), Refused> {
        let id = json::label(sample.id).ok_or_else(|| self.refused(&report::UNREADABLE, "a sample has no id"))?;
        let place = format!("sample {id}, epoch {}", sample.epoch);
        self.counts(&place, sample)?;
        if !gathered.attempts.insert((id.clone(), sample.epoch)) {
            return Err(self.refused(&report::DUPLICATED, format_args!("{place} stands twice")));
        }
        let name = match &self.options.case {
            Some(key) => {
                let value = self.file.entry(sample.metadata, key)?.and_then(json::label);
                cases::asked("--case", key, format_args!("{}: {place}", self.file), value)?
            }
            None => id,
        };
        let case = gathered.cases.attempt(&name, "", self.strata(&place, sample)?)?;
        let scores = self.file.entries(sample.scores, |_| true)?;
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
            let value = self.file.entry(Some(entry), "value")?;
            let place = format!("{}: {place}: the score {scorer}", self.file);
            let value = value.map_or(Ok(Score::None), |value| score(self.file, value, &place))?;
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
        if let Some(seconds) = sample.total_time.amount(place("total_time"))? {
            case.score(LATENCY, seconds * 1000.0);
        }
        let number = |usage: &RawValue, key| -> Result<Option<f64>, Refused> {
            let number = self.file.entry(Some(usage), key)?.map_or(Number::Missing, Number::of);
            number.amount(place(key))
        };
        let usages = self.file.entries(sample.model_usage, |_| true)?;
        let own = usages.get(&self.log.eval.model).map(|usage| number(usage, "output_tokens")).transpose()?;
        if let Some(tokens) = own.flatten().filter(|tokens| *tokens > 0.0) {
            case.score(OUTPUT_LENGTH, tokens);
        }
        let costs = usages.values().map(|usage| number(usage, "total_cost")).collect::<Result<Vec<_>, _>>()?;
        if costs.iter().any(Option::is_some) {
            case.score(COST, costs.into_iter().flatten().sum());
        }
        Ok(())
    }

    fn strata(&self, place: &str, sample: &Sample<'_>) -> Result<BTreeMap<String, String>, Refused> {
        let metadata = self.file.entries(sample.metadata, |key| self.options.strata.contains(key))?;
        cases::strata(&self.options, format_args!("{}: {place}", self.file), |key| json::label(metadata.get(key)?))
    }

    fn refused(&self, check: &'static Check, what: impl std::fmt::Display) -> Refused {
        Refused::by(check, format!("{}: {what}", self.file))
    }
}

/// Adds a score to a case; whether there is one.
fn tally(case: &mut Case, metric: &str, score: &Score) -> bool {
    match score {
        Score::None => false,
        Score::Graded(number) | Score::Measured(number) => {
            case.score(metric, *number);
            true
        }
        Score::Several(parts) => {
            parts.iter().fold(true, |all, (name, part)| all & tally(case, &format!("{metric}.{name}"), part))
        }
    }
}
