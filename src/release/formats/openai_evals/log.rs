//! The lines of an `oaieval` log, gathered by sample.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::release::checks::{Refused, report};
use crate::release::evidence::{PASS_RATE, Tally};
use crate::release::formats::cases;
use crate::release::formats::json::{self, Entries, Line, Number};

/// The choice that stands for "the judge's answer could not be read".
const INVALID_CHOICE: &str = "__invalid__";

/// A whole log.
#[derive(Default)]
pub(super) struct Log<'a> {
    pub(super) spec: Option<Spec<'a>>,
    pub(super) final_report: Option<Entries<Number>>,
    pub(super) events: BTreeSet<u64>,
    pub(super) samples: BTreeMap<String, Sample>,
    /// Over all events, as the tool's own totals take them.
    pub(super) sums: BTreeMap<String, Tally>,
    run_id: Option<String>,
    lines: usize,
}

/// What was run.
#[derive(Deserialize)]
pub(super) struct Spec<'a> {
    /// The model first; a judge may follow.
    #[serde(default)]
    pub(super) completion_fns: Vec<String>,
    pub(super) eval_name: Option<String>,
    pub(super) base_eval: Option<String>,
    pub(super) created_at: Option<String>,
    #[serde(borrow, default)]
    pub(super) run_config: Entries<&'a RawValue>,
}

/// What the events say of one sample.
#[derive(Default)]
pub(super) struct Sample {
    /// How many `match` events it has.
    pub(super) matches: u32,
    /// How many `metrics` events it has.
    pub(super) judged: u32,
    /// How many of these are of a judge whose answer could not be read.
    pub(super) unread: u32,
    /// How many `error` events it has.
    pub(super) errors: u32,
    pub(super) scores: BTreeMap<String, Tally>,
}

#[derive(Deserialize)]
struct Row<'a> {
    #[serde(borrow)]
    spec: Option<Spec<'a>>,
    final_report: Option<Entries<Number>>,
    run_id: Option<String>,
    event_id: Option<u64>,
    #[serde(borrow)]
    sample_id: Option<&'a RawValue>,
    #[serde(rename = "type")]
    kind: Option<String>,
}

#[derive(Deserialize)]
struct Match {
    data: Correct,
}

#[derive(Deserialize)]
struct Correct {
    correct: bool,
}

#[derive(Deserialize)]
struct Metrics<'a> {
    #[serde(borrow)]
    data: Entries<&'a RawValue>,
}

impl<'a> Log<'a> {
    /// Takes in one line.
    pub(super) fn take(&mut self, line: &Line<'a>) -> Result<(), Refused> {
        self.lines += 1;
        cases::few_rows(self.lines)?;
        let row: Row<'a> = line.read()?;
        self.same_run(line, row.run_id)?;
        if let Some(spec) = row.spec {
            return self.take_spec(line, spec);
        }
        if row.final_report.is_some() {
            self.final_report = row.final_report;
            return Ok(());
        }
        self.new_event(line, row.event_id)?;
        match row.kind.as_deref() {
            Some("match") => self.take_match(line, row.sample_id),
            Some("metrics") => self.take_metrics(line, row.sample_id),
            Some("error") => self.sample(line, row.sample_id).map(|sample| sample.errors += 1),
            _ => Ok(()),
        }
    }

    fn same_run(&mut self, line: &Line<'_>, run: Option<String>) -> Result<(), Refused> {
        let Some(run) = run else { return Ok(()) };
        let before = self.run_id.get_or_insert_with(|| run.clone());
        if *before == run { Ok(()) } else { Err(two_logs(line, &format!("the run is {run}, and was {before} before"))) }
    }

    fn take_spec(&mut self, line: &Line<'_>, spec: Spec<'a>) -> Result<(), Refused> {
        if self.spec.is_some() {
            return Err(two_logs(line, "a second spec"));
        }
        self.spec = Some(spec);
        Ok(())
    }

    fn new_event(&mut self, line: &Line<'_>, id: Option<u64>) -> Result<(), Refused> {
        match id {
            Some(id) if !self.events.insert(id) => {
                let message = format!("{line}: event {id} stands in the log twice");
                Err(Refused::by(&report::DUPLICATED, message).remedy("Give the log as the tool wrote it."))
            }
            _ => Ok(()),
        }
    }

    fn sample(&mut self, line: &Line<'_>, id: Option<&RawValue>) -> Result<&mut Sample, Refused> {
        let Some(id) = id.and_then(json::label) else {
            let message = format!("{line}: the event names no sample_id");
            return Err(Refused::by(&report::UNREADABLE, message));
        };
        Ok(self.samples.entry(id).or_default())
    }

    fn take_match(&mut self, line: &Line<'_>, id: Option<&RawValue>) -> Result<(), Refused> {
        let passed = f64::from(u8::from(line.read::<Match>()?.data.correct));
        self.sums.entry(PASS_RATE.to_owned()).or_default().add(passed);
        let sample = self.sample(line, id)?;
        sample.matches += 1;
        sample.scores.entry(PASS_RATE.to_owned()).or_default().add(passed);
        Ok(())
    }

    /// A judge whose answer could not be read is scored as the worst choice by the tool; here it has no score.
    fn take_metrics(&mut self, line: &Line<'_>, id: Option<&RawValue>) -> Result<(), Refused> {
        let Metrics { data }: Metrics<'_> = line.read()?;
        let is_unread =
            data.0.iter().any(|(key, value)| key == "choice" && json::label(value).as_deref() == Some(INVALID_CHOICE));
        let sample = self.sample(line, id)?;
        sample.judged += 1;
        sample.unread += u32::from(is_unread);
        for (metric, value) in &data.0 {
            if Number::of(value) == Number::Other {
                continue;
            }
            if let Some(score) = Number::of(value).score(format_args!("{line}: {metric}"))? {
                self.sums.entry(metric.clone()).or_default().add(score);
                let tally = self.sample(line, id)?.scores.entry(metric.clone()).or_default();
                if !is_unread {
                    tally.add(score);
                }
            }
        }
        Ok(())
    }
}

fn two_logs(line: &Line<'_>, what: &str) -> Refused {
    let message = format!("{line}: {what}: two logs stand in one file");
    Refused::by(&report::MIXED, message).remedy("Give the log of one run.")
}
