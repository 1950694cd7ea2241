//! lm-evaluation-harness: `results_<date>.json` with the `samples_<task>_<date>.jsonl` beside it.
//!
//! The aggregates alone are no evidence: cases are, and only `--log_samples` writes them. The pass rate is a task's only
//! binary `acc` or `exact_match`; where one task has none or two, no case has a pass rate, and gates name a metric.

mod results;
mod samples;

use std::collections::BTreeSet;

use self::results::{Count, Metric, Results};
use self::samples::{Documents, Task};
use super::json::{self, Number, Text};
use super::{Format, Reading, Report, cases, instant, stated, totals};
use crate::domain::Gate;
use crate::release::checks::{Refused, report};
use crate::release::evidence::{Measure, Options, Revision, Run};

/// A results file with its samples files.
pub(super) const FORMAT: Format = Format {
    name: "lm-eval",
    summary: "lm-evaluation-harness: results_<date>.json, with its samples_<task>_<date>.jsonl in the same folder",
    gate: Gate::Eval,
    detect,
    belongs,
    read,
};

const SAMPLES: &str = "samples_";

fn detect(report: &Report) -> bool {
    let (_, bytes) = report.main();
    is_results(bytes) || json::has_keys(json::first_line(bytes), &["doc_id", "filtered_resps", "target"])
}

fn is_results(bytes: &[u8]) -> bool {
    let keys = json::keys(bytes, &["results", "configs", "n-samples", "n-shot"]);
    keys.contains("results") && keys.contains("configs") && keys.len() > 2
}

/// Files of one run end in the same date.
fn belongs(main: &str, other: &str) -> bool {
    let date = |name: &str| {
        let stem = name.strip_suffix(".jsonl").or_else(|| name.strip_suffix(".json"))?;
        stem.rsplit_once('_').map(|(_, date)| date.to_owned()).filter(|date| is_date(date))
    };
    main != other && date(main).is_some() && date(main) == date(other)
}

/// `2026-11-22T08-05-47.123456`
fn is_date(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() >= 19 && bytes[10] == b'T' && bytes.iter().filter(|byte| byte.is_ascii_digit()).count() >= 14
}

fn read(report: &Report, options: &Options) -> Result<Reading, Refused> {
    let is_main = |(name, bytes): &&(String, Vec<u8>)| !name.ends_with(".jsonl") && is_results(bytes);
    let Some((name, bytes)) = report.files.iter().find(is_main) else {
        let message = format!("{} has no results_<date>.json beside it", report.main().0);
        let remedy = "Keep the results file in the folder of the samples.";
        return Err(Refused::by(&report::INCOMPLETE, message).remedy(remedy));
    };
    let file = &Text::python(name.as_str(), bytes)?;
    let results: Results = file.read()?;
    complete(&results)?;
    let mut tasks = Vec::new();
    for (task, count) in &results.counts.0 {
        tasks.push((task.as_str(), documents(report, &results, (task, *count), options)?));
    }
    let run = run(file, &results, tasks)?;
    reading(file, run, results)
}

/// The tasks' cases together; what has no number per document is a measure.
fn run(file: &Text<'_>, results: &Results<'_>, tasks: Vec<(&str, Documents)>) -> Result<Run, Refused> {
    let mut run = described(file, results)?;
    let verdicts = tasks.iter().map(|(task, documents)| documents.verdict(&names(results, task)));
    let verdicts: Option<Vec<String>> = verdicts.collect();
    for (at, (task, documents)) in tasks.into_iter().enumerate() {
        run.measures.extend(measures(results, task, &documents.aggregated)?);
        run.cases.extend(documents.cases(verdicts.as_ref().map(|verdicts| verdicts[at].as_str())));
    }
    if run.cases.is_empty() {
        return Err(Refused::by(&report::EMPTY, "the results name no task with documents"));
    }
    cases::shares(&run.cases)?;
    run.cases.sort_by(|a, b| a.id.cmp(&b.id));
    match run.cases.windows(2).find(|pair| pair[0].id == pair[1].id) {
        Some(pair) => {
            let message = format!("two documents are called `{}`", pair[0].id);
            Err(Refused::by(&report::DUPLICATED, message))
        }
        None => Ok(run),
    }
}

/// A limited run is no run of the set, however the limit was set.
fn complete(results: &Results<'_>) -> Result<(), Refused> {
    let incomplete = |message: String| Err(Refused::by(&report::INCOMPLETE, message));
    if let Some((task, count)) = results.counts.0.iter().find(|(_, count)| count.effective < count.original) {
        return incomplete(format!("{task}: {} of {} documents were run", count.effective, count.original));
    }
    match results.config.limit {
        Some(limit) => incomplete(format!("the run was started with --limit {limit}")),
        None => Ok(()),
    }
}

fn names(results: &Results<'_>, task: &str) -> Vec<Metric> {
    results.metrics(task).into_iter().map(|(metric, _)| metric).collect()
}

/// The documents of one task, held against its count and its aggregates.
fn documents(
    report: &Report,
    results: &Results<'_>,
    task: (&str, Count),
    options: &Options,
) -> Result<Documents, Refused> {
    let (task, count) = task;
    let is_its =
        |name: &String| name.strip_prefix(SAMPLES).and_then(|rest| rest.strip_prefix(task)).is_some_and(is_suffix);
    let Some((name, bytes)) = report.files.iter().find(|(name, _)| is_its(name)) else {
        let message =
            format!("the per-document results of {task} are missing: there is no {SAMPLES}{task}_<date>.jsonl");
        let remedy = "Run lm_eval with --log_samples, and keep its files in one folder.";
        return Err(Refused::by(&report::INCOMPLETE, message).remedy(remedy));
    };
    let metrics = names(results, task);
    let mut documents = Documents::default();
    for line in Text::python(name.as_str(), bytes)?.lines() {
        documents.add(&line, Task { name: task, metrics: &metrics, options })?;
    }
    if documents.count() < count.effective {
        let message = format!("{name} holds {} of the {} documents that were run", documents.count(), count.effective);
        return Err(Refused::by(&report::INCOMPLETE, message));
    }
    hold_hash(results, task, &documents)?;
    hold_means(results, task, &documents)?;
    Ok(documents)
}

/// `_<date>.jsonl`
fn is_suffix(rest: &str) -> bool {
    rest.strip_prefix('_').and_then(|rest| rest.strip_suffix(".jsonl")).is_some_and(is_date)
}

/// The results file knows which documents, prompts and targets the samples file was written with.
fn hold_hash(results: &Results<'_>, task: &str, documents: &Documents) -> Result<(), Refused> {
    let stated = results.task_hashes.get(task);
    match (stated, documents.task_hash()) {
        (Some(stated), Some(counted)) if *stated != counted => {
            let message = format!("the samples of {task} are not those of the results file (task_hashes differs)");
            Err(Refused::by(&report::CONTRADICTORY, message))
        }
        _ => Ok(()),
    }
}

fn hold_means(results: &Results<'_>, task: &str, documents: &Documents) -> Result<(), Refused> {
    for (metric, stated) in results.metrics(task) {
        let is_mean = results.is_mean(task, &metric.metric) && !documents.aggregated.contains(&metric);
        let stated = stated.given(format_args!("results.{task}.{}", metric.name()))?;
        if let (true, Some(stated), Some(counted)) = (is_mean, stated, documents.mean(&metric)) {
            totals::hold(&format!("{} of {task}", metric.name()), stated, counted)?;
        }
    }
    Ok(())
}

/// The metrics of `task` that no document has a number for.
fn measures(results: &Results<'_>, task: &str, aggregated: &BTreeSet<Metric>) -> Result<Vec<Measure>, Refused> {
    let found = results.metrics(task).into_iter().filter(|(metric, _)| aggregated.contains(metric));
    let measure = |(metric, number): (Metric, Number)| {
        let value = number.given(format_args!("results.{task}.{}", metric.name()))?;
        let labels = [("task".to_owned(), task.to_owned())].into();
        Ok(Measure { metric: metric.name(), labels, value, events: None })
    };
    found.map(measure).collect()
}

fn described(file: &Text<'_>, results: &Results<'_>) -> Result<Run, Refused> {
    let version = results.lm_eval_version.as_deref().unwrap_or("of an unknown version");
    Ok(Run {
        tool: Some(format!("lm-eval {version}")),
        made: instant::of(results.date),
        model: results.config.model(file)?,
        revision: results.git_hash.as_deref().and_then(commit).map(|commit| Revision { commit, dirty: None }),
        planned: Some(results.counts.0.iter().map(|(_, count)| count.original).sum()),
        ..Run::default()
    })
}

/// The commit in what `git describe --always` says: `1823db3`, `v0.4.2-7-g1823db3`. A tag alone names none.
fn commit(described: &str) -> Option<String> {
    let last = described.rsplit_once("-g").map_or(described, |(_, commit)| commit);
    let is_id = last.len() >= 7 && last.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    is_id.then(|| last.to_owned())
}

fn reading(file: &Text<'_>, run: Run, results: Results<'_>) -> Result<Reading, Refused> {
    let mut reading = Reading { run, ..Reading::default() };
    let of_tasks = results.configs.0.iter().map(|(_, config)| config.metadata);
    let mut holders = of_tasks.chain([results.config.metadata]);
    holders.try_for_each(|holder| stated::add_from(&mut reading.stated, file, holder))?;
    reading.prompts = results.system_instruction.into_iter().filter(|text| !text.is_empty()).collect();
    let tasks = results.counts.0.into_iter().map(|(task, _)| task);
    let model = [reading.run.model.clone(), results.config.model_sha, results.config.model_revision];
    reading.names = tasks.chain(model.into_iter().flatten()).collect();
    Ok(reading)
}
