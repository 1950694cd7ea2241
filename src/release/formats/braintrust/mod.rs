//! Braintrust: the events of an experiment. The summary that `braintrust eval --jsonl` prints holds no case.
//!
//! A trace is one attempt: its root event has the input, its scorers' events have the scores. What an experiment was compared
//! with is only a name, and never a baseline.

mod event;
mod trace;

use std::collections::{BTreeMap, BTreeSet};

use self::event::{Page, Row};
use self::trace::{Trace, Traces};
use super::cases::{self, Cases};
use super::json::{self, Text};
use super::{Format, Reading, Report, stated, totals};
use crate::domain::Gate;
use crate::release::checks::{Refused, report};
use crate::release::evidence::{Case, Options, Run, Tally};

/// The events of an experiment.
pub(super) const FORMAT: Format = Format {
    name: "braintrust",
    summary: "Braintrust: the events of an experiment, one a line, or the pages of its fetch endpoint",
    gate: Gate::Eval,
    detect,
    belongs: |_, _| false,
    read,
};

/// The key of a page's events.
const EVENTS: &[&str] = &["events"];
/// Where a case's name is looked for when nothing else is said.
const CASE: &str = "case_id";

fn detect(report: &Report) -> bool {
    let (_, bytes) = report.main();
    let rows: [&[&str]; 4] =
        [&["experiment_name", "project_name"], &["eval_name", "errors"], &["root_span_id"], &["input", "scores"]];
    let first = json::keys(json::first_line(bytes), &rows.concat());
    let is_row = rows.iter().any(|keys| keys.iter().all(|key| first.contains(key)));
    is_row || (json::has_keys(bytes, EVENTS) && json::mentions(bytes, "\"root_span_id\""))
}

fn read(report: &Report, options: &Options) -> Result<Reading, Refused> {
    let (name, bytes) = report.main();
    let file = &Text::python(name, bytes)?;
    let mut traces = Traces::of(file);
    if json::has_keys(bytes, EVENTS) {
        for (event, number) in page(file.read()?)?.into_iter().zip(1..) {
            traces.add(&format!("{file}: event {number}"), event)?;
        }
    } else {
        for line in file.lines() {
            traces.add(&line.to_string(), line.read::<Row>()?)?;
        }
    }
    let summary = traces.summary.take();
    let traces = chosen(traces.finish(summary.as_ref())?, options);
    reading(file, traces, options, summary.unwrap_or_default())
}

/// The events of the only page there is.
fn page(page: Page<'_>) -> Result<Vec<Row<'_>>, Refused> {
    if page.cursor.is_none() {
        return Ok(page.events.0);
    }
    let message = "the page ends in a cursor: further pages may follow";
    let remedy = "Fetch until a page has no cursor, and write all events into one file, one a line.";
    Err(Refused::by(&report::INCOMPLETE, message).remedy(remedy))
}

/// The traces of the model that was asked for.
fn chosen<'t>(mut traces: Vec<Trace<'t>>, options: &Options) -> Vec<Trace<'t>> {
    if let Some(provider) = &options.provider {
        traces.retain(|trace| trace.model.as_ref() == Some(provider));
    }
    traces
}

fn reading(
    file: &Text<'_>,
    traces: Vec<Trace<'_>>,
    options: &Options,
    summary: BTreeMap<String, f64>,
) -> Result<Reading, Refused> {
    let mut reading = Reading::default();
    reading.run.tool = Some("braintrust".to_owned());
    reading.run.made = traces.iter().filter_map(|trace| trace.created.clone()).min();
    reading.run.model = one_model(&traces)?;
    traces
        .iter()
        .filter_map(|trace| trace.stated)
        .try_for_each(|value| stated::add(&mut reading.stated, file, value))?;
    reading.names = traces.iter().flat_map(|trace| &trace.names).chain(&reading.run.model).cloned().collect();
    reading.run.cases = cases(file, &traces, options)?;
    hold_summary(&reading.run, summary)?;
    Ok(reading)
}

fn cases(file: &Text<'_>, traces: &[Trace<'_>], options: &Options) -> Result<Vec<Case>, Refused> {
    let metrics: BTreeSet<String> = traces.iter().flat_map(|trace| trace.scores.keys().cloned()).collect();
    cases::few(metrics.len())?;
    let mut cases = Cases::default();
    for trace in traces {
        add(&mut cases, trace, &metrics, options)?;
    }
    let cases = cases.finish(file)?;
    if metrics.is_empty() && !traces.iter().any(|trace| trace.failed) {
        return Err(Refused::by(&report::EMPTY, format!("{file}: no event has a score")));
    }
    Ok(cases)
}

fn one_model(traces: &[Trace<'_>]) -> Result<Option<String>, Refused> {
    let models: BTreeSet<&String> = traces.iter().filter_map(|trace| trace.model.as_ref()).collect();
    if models.len() < 2 {
        return Ok(models.into_iter().next().cloned());
    }
    let names: Vec<&str> = models.into_iter().map(String::as_str).collect();
    Err(Refused::by(&report::MIXED, format!("the events are of several models: {}", names.join(", "))))
}

/// One attempt. A task that failed has no scores, whatever its error handler wrote for them.
fn add(cases: &mut Cases, trace: &Trace<'_>, metrics: &BTreeSet<String>, options: &Options) -> Result<(), Refused> {
    let id = id(trace, options)?;
    let find = |key: &str| trace.label(key).or_else(|| cases::tagged(&trace.tags, key));
    let case = cases.attempt(&id, &trace.question, cases::strata(options, format_args!("case `{id}`"), find)?)?;
    let mut scored = false;
    for metric in metrics {
        let tally = case.scores.entry(metric.clone()).or_default();
        if let Some(score) = trace.scores.get(metric).copied().flatten().filter(|_| !trace.failed) {
            tally.add(score);
            scored = true;
        }
    }
    case.errors += u32::from(!scored);
    for (metric, number) in trace.measures.iter().filter(|(metric, _)| !trace.failed && !metrics.contains(**metric)) {
        case.score(*metric, *number);
    }
    Ok(())
}

fn id(trace: &Trace<'_>, options: &Options) -> Result<String, Refused> {
    if let Some(key) = &options.case {
        return cases::asked("--case", key, format_args!("the metadata at {}", trace.place), trace.label(key));
    }
    trace.label(CASE).or_else(|| trace.has_input.then(|| trace.question.clone())).ok_or_else(|| {
        let message = format!("{}: there is neither an input nor a metadata.{CASE} to tell the case by", trace.place);
        Refused::by(&report::AMBIGUOUS, message)
    })
}

/// The means of a summary in the same file, which the tool takes over the attempts that have a score.
fn hold_summary(run: &Run, summary: BTreeMap<String, f64>) -> Result<(), Refused> {
    let whole = |metric: &str| run.cases.iter().filter_map(|case| case.scores.get(metric)).sum::<Tally>();
    summary.into_iter().try_for_each(|(metric, stated)| match whole(&metric).mean() {
        Some(counted) => totals::hold(&format!("the mean of {metric}"), stated, counted),
        None => {
            let message = format!("the summary has the score {metric}, and no event has");
            Err(Refused::by(&report::CONTRADICTORY, message))
        }
    })
}
