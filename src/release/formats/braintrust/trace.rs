//! Traces: what the events of one attempt say together.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::value::RawValue;

use super::event::{Metrics, Row};
use crate::release::checks::{Refused, report};
use crate::release::evidence::{COST, LATENCY, OUTPUT_LENGTH};
use crate::release::formats::json::{self, Entries, Fingerprint, Number, Text};
use crate::release::formats::{cases, stated};

/// One attempt at a case.
#[derive(Default)]
pub(super) struct Trace<'t> {
    /// Where its root stands in the report.
    pub(super) place: String,
    /// Whether the root was seen.
    pub(super) is_rooted: bool,
    pub(super) has_input: bool,
    /// A fingerprint of the input.
    pub(super) question: String,
    /// Whether the task ended in an error.
    pub(super) failed: bool,
    pub(super) created: Option<String>,
    pub(super) model: Option<String>,
    /// Digests that its metadata states.
    pub(super) stated: Option<&'t RawValue>,
    pub(super) names: Vec<String>,
    pub(super) tags: Vec<String>,
    /// `None`: the scorer gave none, or failed.
    pub(super) scores: BTreeMap<String, Option<f64>>,
    pub(super) measures: BTreeMap<&'static str, f64>,
    metadata: Entries<&'t RawValue>,
    /// The scorers that failed; an error handler may have written a 0 for them.
    unscored: BTreeSet<String>,
}

impl<'t> Trace<'t> {
    /// The value of `key` in the root's metadata.
    pub(super) fn label(&self, key: &str) -> Option<String> {
        self.metadata.get(key).and_then(|value| json::label(value))
    }

    fn add_root(&mut self, file: &Text<'_>, place: &str, row: &mut Row<'t>) -> Result<(), Refused> {
        if self.is_rooted {
            let message = format!("{place}: the trace has two roots");
            return Err(Refused::by(&report::DUPLICATED, message));
        }
        self.is_rooted = true;
        place.clone_into(&mut self.place);
        self.has_input = row.input.is_some();
        self.question = question(file, row.input)?;
        self.failed = row.error.is_some();
        self.created = row.created.take();
        self.metadata = row.metadata.take().unwrap_or_default();
        self.tags = row.tags.take().unwrap_or_default();
        self.model = self.label("model");
        self.stated = self.metadata.get(stated::KEY).copied();
        self.names = ["dataset", "prompt"].iter().filter_map(|key| self.label(key)).collect();
        self.unscored = unscored(file, &self.metadata)?;
        let metrics = row.metrics.unwrap_or_default();
        self.measure(place, LATENCY, metrics.duration, 1000.0)?;
        self.measure(place, COST, metrics.estimated_cost, 1.0)?;
        self.measure(place, OUTPUT_LENGTH, metrics.completion_tokens, 1.0)
    }

    /// How long the task took, where its own event says so.
    fn add_task(&mut self, place: &str, metrics: Metrics) -> Result<(), Refused> {
        let given = |number: Number| number.given(format_args!("{place}: metrics"));
        let seconds = given(metrics.start)?.zip(given(metrics.end)?).map(|(start, end)| end - start);
        self.measure(place, LATENCY, seconds.map_or(Number::Missing, Number::Finite), 1000.0)
    }

    fn measure(&mut self, place: &str, metric: &'static str, number: Number, factor: f64) -> Result<(), Refused> {
        if let Some(number) = number.amount(format_args!("{place}: what {metric} is read from"))? {
            self.measures.entry(metric).or_insert(number * factor);
        }
        Ok(())
    }

    /// The scores of a root or of a scorer's event. The same score in both is one.
    fn add_scores(&mut self, place: &str, scores: Entries<&RawValue>) -> Result<(), Refused> {
        for (metric, value) in scores.0 {
            let score = Number::of(value).given(format_args!("{place}: the score {metric}"))?;
            if score.is_some_and(|score| !(0.0..=1.0).contains(&score)) {
                let message = format!("{place}: the score {metric} is {value}; scores are from 0 to 1");
                return Err(Refused::by(&report::NOT_FINITE, message));
            }
            match self.scores.insert(metric.clone(), score) {
                Some(Some(before)) if score.is_some_and(|score| score != before) => {
                    let message = format!("{place}: the trace has two different scores {metric}");
                    return Err(Refused::by(&report::CONTRADICTORY, message));
                }
                Some(Some(before)) => _ = self.scores.insert(metric, Some(before)),
                Some(None) | None => {}
            }
        }
        Ok(())
    }

    fn finish(mut self) -> Self {
        for scorer in &self.unscored {
            self.scores.insert(scorer.clone(), None);
        }
        self
    }
}

/// A fingerprint of the input; nothing where there is none.
fn question(file: &Text<'_>, input: Option<&RawValue>) -> Result<String, Refused> {
    if input.is_none() {
        return Ok(String::new());
    }
    let mut question = Fingerprint::default();
    question.add(file, input)?;
    Ok(question.finish())
}

fn unscored(file: &Text<'_>, metadata: &Entries<&RawValue>) -> Result<BTreeSet<String>, Refused> {
    let errors = file.entries(metadata.get("scorer_errors").copied(), |_| true)?;
    Ok(errors.into_keys().collect())
}

/// The traces of a report, and what else stands in it.
pub(super) struct Traces<'t> {
    file: &'t Text<'t>,
    rows: usize,
    traces: BTreeMap<String, Trace<'t>>,
    ids: BTreeSet<String>,
    experiment: Option<String>,
    /// The mean of each score, as the summary has it.
    pub(super) summary: Option<BTreeMap<String, f64>>,
}

impl<'t> Traces<'t> {
    /// None yet, of `file`.
    pub(super) fn of(file: &'t Text<'t>) -> Self {
        Self { file, rows: 0, traces: BTreeMap::new(), ids: BTreeSet::new(), experiment: None, summary: None }
    }

    /// Takes in one row.
    pub(super) fn add(&mut self, place: &str, mut row: Row<'t>) -> Result<(), Refused> {
        self.rows += 1;
        cases::few_rows(self.rows)?;
        if let (Some(name), Some(errors)) = (&row.eval_name, &row.errors) {
            let message = format!("{place}: {} cases of the evaluator {name} ended in errors", errors.len());
            return Err(
                Refused::by(&report::INCOMPLETE, message).remedy("Run the evaluator again, and export its events.")
            );
        }
        if row.is_summary() {
            return self.add_summary(place, row);
        }
        self.one_experiment(place, row.experiment_id.take())?;
        if let Some(id) = row.id.take()
            && !self.ids.insert(id.clone())
        {
            return Err(Refused::by(
                &report::DUPLICATED,
                format!("{place}: the event {id} stands in the report twice"),
            ));
        }
        let key = row.root_span_id.clone().unwrap_or_else(|| place.to_owned());
        let is_root = row.is_root();
        let scores = row.scores.take().unwrap_or_default();
        let trace = self.traces.entry(key).or_default();
        if is_root {
            trace.add_root(self.file, place, &mut row)?;
        } else if row.is_task() {
            trace.add_task(place, row.metrics.unwrap_or_default())?;
        }
        trace.add_scores(place, scores)
    }

    fn add_summary(&mut self, place: &str, row: Row<'_>) -> Result<(), Refused> {
        let scores = row.scores.or(row.comparison.and_then(|comparison| comparison.scores)).unwrap_or_default();
        let mut summary = BTreeMap::new();
        for (metric, value) in scores.0 {
            let number = self.file.entry(Some(value), "score")?.map_or(Number::Missing, Number::of);
            let mean = number.given(format_args!("{place}: scores.{metric}.score"))?;
            summary.extend(mean.map(|mean| (metric, mean)));
        }
        if self.summary.replace(summary).is_some() {
            let message = format!("{place}: a second summary: two experiments stand in one file");
            return Err(Refused::by(&report::MIXED, message).remedy("Give the events of one experiment."));
        }
        Ok(())
    }

    fn one_experiment(&mut self, place: &str, experiment: Option<String>) -> Result<(), Refused> {
        let Some(experiment) = experiment else { return Ok(()) };
        let before = self.experiment.get_or_insert_with(|| experiment.clone());
        if *before == experiment {
            return Ok(());
        }
        let message = format!("{place}: the event is of experiment {experiment}, others are of {before}");
        Err(Refused::by(&report::MIXED, message).remedy("Give the events of one experiment."))
    }

    /// All traces, each with its root.
    pub(super) fn finish(self, summary: Option<&BTreeMap<String, f64>>) -> Result<Vec<Trace<'t>>, Refused> {
        if let (true, Some(_)) = (self.traces.is_empty(), summary) {
            let message = "the summary of an experiment holds no case";
            let remedy = "Export the experiment's events, root events and scorers' alike: GET /v1/experiment/ID/fetch until no cursor is left, one event a line.";
            return Err(Refused::by(&report::EMPTY, message).remedy(remedy));
        }
        if let Some((root, _)) = self.traces.iter().find(|(_, trace)| !trace.is_rooted) {
            let message = format!("the trace {root} has no root event: the export is not whole");
            return Err(Refused::by(&report::INCOMPLETE, message).remedy("Export all events of the experiment."));
        }
        Ok(self.traces.into_values().map(Trace::finish).collect())
    }
}
