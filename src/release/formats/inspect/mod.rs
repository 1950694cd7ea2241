//! Inspect (`inspect_ai`): a log in `.json`, or in `.eval`, which is a ZIP.

mod archive;
mod complete;
mod document;
mod samples;
mod score;
mod totals;

use std::collections::BTreeSet;

use self::archive::Archive;
use self::document::{Log, Summaries};
use self::samples::Samples;
use super::json::{self, Text};
use super::stated::{self, Stated};
use super::{Format, Reading, Report};
use crate::domain::Gate;
use crate::release::checks::{Refused, report};
use crate::release::evidence::{Options, Revision, Run};

/// The reader.
pub(super) const FORMAT: Format = Format {
    name: "inspect",
    summary: "Inspect: logs in .eval and .json",
    gate: Gate::Eval,
    detect,
    belongs: |_, _| false,
    read,
};

fn detect(report: &Report) -> bool {
    let (file, bytes) = report.main();
    archive::is_log(file, bytes) || json::has_keys(bytes, &["version", "status", "eval"])
}

fn read(report: &Report, options: &Options) -> Result<Reading, Refused> {
    let (file, bytes) = report.main();
    if archive::is_archive(bytes) { read_archive(file, bytes, options) } else { read_json(file, bytes, options) }
}

fn read_json(file: &str, bytes: &[u8], options: &Options) -> Result<Reading, Refused> {
    let text = Text::python(file, bytes)?;
    let log: Log = text.read()?;
    let samples = log.samples.filter(|list| list.get() != "[]").map(|list| Samples { file: &text, list });
    reading(&text, &log, samples, options)
}

/// Reads `header.json`, and what `summaries.json` keeps of every sample: everything but the transcripts.
fn read_archive(file: &str, bytes: &[u8], options: &Options) -> Result<Reading, Refused> {
    let mut archive = Archive::open(file, bytes)?;
    let Some(header) = archive.member("header.json")? else { return Err(archive.without_header()) };
    let summaries = archive.member("summaries.json")?.unwrap_or_else(|| b"[]".to_vec());
    let header = Text::python(format!("{file}/header.json"), header)?;
    let summaries = Text::python(format!("{file}/summaries.json"), summaries)?;
    let log: Log = header.read()?;
    let Summaries(list) = summaries.read()?;
    let samples = (list.get() != "[]").then_some(Samples { file: &summaries, list });
    reading(&header, &log, samples, options)
}

fn reading(
    file: &Text<'_>,
    log: &Log<'_>,
    samples: Option<Samples<'_>>,
    options: &Options,
) -> Result<Reading, Refused> {
    complete::finished(file, log)?;
    let eval = &log.eval;
    if let Some(wanted) = options.provider.as_deref().filter(|wanted| *wanted != eval.model) {
        let message = format!("{file} is of the model {}, and {wanted} is asked for", eval.model);
        return Err(Refused::by(&report::AMBIGUOUS, message));
    }
    let Some(samples) = samples else {
        let message = format!("{file} holds no samples, only what was made of them");
        return Err(Refused::by(&report::EMPTY, message)
            .remedy("Run the eval with its samples logged (no `--no-log-samples`)."));
    };
    let gathered = samples::gather(samples, (file, log), options)?;
    complete::whole(file, log, &gathered)?;
    totals::agree(file, log, &gathered)?;
    let run = Run {
        tool: Some(
            eval.packages.get("inspect_ai").map_or("inspect_ai".into(), |version| format!("inspect_ai {version}")),
        ),
        made: eval.created.clone(),
        model: Some(eval.model.clone()),
        revision: eval.revision.as_ref().map(|it| Revision { commit: it.commit.clone(), dirty: it.dirty }),
        planned: eval.dataset.samples,
        cases: gathered.finish(file)?,
        measures: Vec::new(),
    };
    Ok(Reading { run, about: None, prompts: Vec::new(), stated: stated(file, log)?, names: names(log) })
}

fn stated(file: &Text<'_>, log: &Log<'_>) -> Result<Stated, Refused> {
    let mut stated = Stated::new();
    for holder in [log.eval.metadata, log.metadata, log.eval.task_args] {
        stated::add_from(&mut stated, file, holder)?;
    }
    for tag in log.eval.tags.iter().chain(&log.tags).flatten() {
        stated::add_tag(&mut stated, file, tag)?;
    }
    Ok(stated)
}

fn names(log: &Log<'_>) -> BTreeSet<String> {
    let eval = &log.eval;
    let names = [Some(&eval.task), eval.task_registry_name.as_ref(), eval.dataset.name.as_ref(), Some(&eval.model)];
    names.into_iter().flatten().filter(|name| !name.is_empty()).cloned().collect()
}
