//! OpenAI evals: the log of `oaieval`, a line for the spec, one for each event, and one for the final report.

mod log;

use self::log::{Log, Sample, Spec};
use super::json::{self, Number, Text};
use super::stated::{self, Stated};
use super::{Format, Reading, Report, cases, totals};
use crate::domain::Gate;
use crate::release::checks::{Refused, report};
use crate::release::evidence::{Case, Options, PASS_RATE, Run};

/// The log of `oaieval`.
pub(super) const FORMAT: Format = Format {
    name: "openai-evals",
    summary: "OpenAI evals: the .jsonl log of `oaieval`",
    gate: Gate::Eval,
    detect,
    belongs: |_, _| false,
    read,
};

/// The only stratum that the log has: the part of a sample's id before its first dot.
const PREFIX: &str = "sample_id_prefix";

fn detect(report: &Report) -> bool {
    let first = json::first_line(report.main().1);
    json::has_keys(first, &["spec"]) && json::mentions(first, "\"eval_name\"")
}

fn read(report: &Report, options: &Options) -> Result<Reading, Refused> {
    let (name, bytes) = report.main();
    let file = &Text::python(name, bytes)?;
    let mut log = Log::default();
    for line in file.lines() {
        log.take(&line)?;
    }
    let spec = complete(&mut log)?;
    hold_totals(&log)?;
    let cases = log.samples.into_iter().map(|(id, sample)| case(id, sample, options)).collect::<Result<Vec<_>, _>>()?;
    if cases.is_empty() {
        return Err(Refused::by(&report::EMPTY, format!("{name} holds no match, metrics or error event")));
    }
    cases::shares(&cases)?;
    reading(file, spec, cases)
}

/// The spec of a log that ran to its end over all its samples.
fn complete<'a>(log: &mut Log<'a>) -> Result<Spec<'a>, Refused> {
    let incomplete = |message: String| Err(Refused::by(&report::INCOMPLETE, message));
    let Some(spec) = log.spec.take() else {
        return Err(Refused::by(&report::UNREADABLE, "the log has no line with the spec"));
    };
    if log.final_report.is_none() {
        return incomplete("the log has no final_report: the run did not end".to_owned());
    }
    if let Some(limit) = spec.run_config.get("max_samples").filter(|limit| limit.get() != "null") {
        return incomplete(format!("run_config.max_samples is {limit}: the run was limited"));
    }
    match (0..).zip(&log.events).find(|(expected, id)| expected != *id) {
        Some((missing, _)) => incomplete(format!("event {missing} is missing from the log")),
        None => Ok(spec),
    }
}

/// `accuracy` and `score` are the means that the tool itself takes; what else a report holds is each eval's own affair.
fn hold_totals(log: &Log<'_>) -> Result<(), Refused> {
    let mean = |metric: &str| log.sums.get(metric).and_then(|tally| tally.mean());
    for (key, counted) in [("accuracy", mean("accuracy").or_else(|| mean(PASS_RATE))), ("score", mean("score"))] {
        let stated = log.final_report.as_ref().and_then(|report| report.get(key)).copied().unwrap_or_default();
        let stated = if stated == Number::Other { None } else { stated.given(format_args!("final_report.{key}"))? };
        if let (Some(stated), Some(counted)) = (stated, counted) {
            totals::hold(&format!("final_report.{key}"), stated, counted)?;
        }
    }
    Ok(())
}

fn case(id: String, sample: Sample, options: &Options) -> Result<Case, Refused> {
    let prefix = |key: &str| (key == PREFIX).then(|| id.split('.').next().unwrap_or_default().to_owned());
    let strata = cases::strata(options, format_args!("case `{id}`"), prefix)?;
    let attempts = sample.matches.max(sample.judged) + sample.errors;
    Ok(Case { strata, attempts, errors: sample.errors + sample.unread, scores: sample.scores, id })
}

fn reading(file: &Text<'_>, spec: Spec<'_>, cases: Vec<Case>) -> Result<Reading, Refused> {
    let mut stated = Stated::new();
    if let Some(subjects) = spec.run_config.get(stated::KEY) {
        stated::add(&mut stated, file, subjects)?;
    }
    let model = spec.completion_fns.into_iter().next();
    let names = [&model, &spec.eval_name, &spec.base_eval].into_iter().flatten().cloned().collect();
    let run = Run { tool: Some("openai-evals".to_owned()), made: spec.created_at, model, cases, ..Run::default() };
    Ok(Reading { run, stated, names, ..Reading::default() })
}
