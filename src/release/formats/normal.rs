//! pv's own form: an in-toto statement whose predicate is a run. What no reader here reads can be brought into it.

use std::collections::BTreeSet;

use super::json::{Fingerprint, Text};
use super::stated::Stated;
use super::{Format, Reading, Report};
use crate::domain::Gate;
use crate::release::checks::{Check, Refused, report as checks};
use crate::release::evidence::file::{Counts, Metric, PREDICATE, Statement};
use crate::release::evidence::{Case, Options, PASS_RATE};

/// `predicateType: urn:pv:evidence:1`.
pub(super) const NORMAL: Format = Format {
    name: "pv",
    summary: "pv's own form: an in-toto statement (`pv schema evidence`)",
    gate: Gate::Eval,
    detect,
    belongs: |_, _| false,
    read,
};

fn detect(report: &Report) -> bool {
    let (_, bytes) = report.main();
    bytes.trim_ascii_start().starts_with(b"{")
        && bytes.windows(PREDICATE.len()).take(LOOKED_AT).any(|window| window == PREDICATE.as_bytes())
}

/// So many bytes are looked at for the type of the predicate: it stands behind the subjects.
const LOOKED_AT: usize = 1 << 20;

fn read(report: &Report, _: &Options) -> Result<Reading, Refused> {
    let (name, bytes) = report.main();
    let file = Text::of(name, bytes)?;
    // A map keeps the last of two values under one key: a fingerprint is only of what has every key once.
    Fingerprint::default().add(&file, file.read()?)?;
    let statement: Statement = file.read()?;
    let refuse = |check: &'static Check, message: String| Refused::by(check, format!("{name}: {message}"));
    if statement.predicate_type != PREDICATE {
        return Err(refuse(&checks::UNRECOGNISED, format!("`{}` is not `{PREDICATE}`", statement.predicate_type)));
    }
    let mut stated = Stated::new();
    for subject in &statement.subject {
        let id = subject.name.parse();
        let (Ok(id), Some(digest)) = (id, subject.digest()) else {
            let message = format!("the subject `{}` is no kind:name with a blake3, sha256 or md5 digest", subject.name);
            return Err(refuse(&checks::UNREADABLE, message));
        };
        if stated.insert(id, digest).is_some() {
            return Err(refuse(&checks::CONTRADICTORY, format!("the subject `{}` stands twice", subject.name)));
        }
    }
    let predicate = statement.predicate;
    let about = predicate.about.as_deref().map(str::parse).transpose();
    let about = about.map_err(|error| refuse(&checks::UNREADABLE, format!("`about`: {error}")))?;
    let (told, metrics) = (predicate.cases, predicate.metrics.clone());
    let mut run = predicate.run();
    run.cases.sort_by(|a, b| a.id.cmp(&b.id));
    sound(&run.cases).map_err(|(check, message)| refuse(check, message))?;
    agree(&told, &Counts::of(&run)).map_err(|message| refuse(&checks::CONTRADICTORY, message))?;
    averages(&metrics, &run.cases).map_err(|message| refuse(&checks::CONTRADICTORY, message))?;
    if run.cases.is_empty() && run.measures.is_empty() {
        return Err(refuse(&checks::EMPTY, "it holds no case and no measurement".to_owned()));
    }
    if let Some(planned) = told.planned.filter(|planned| *planned != told.run) {
        return Err(refuse(&checks::INCOMPLETE, format!("{} of {planned} cases were run", told.run)));
    }
    Ok(Reading { run, about, stated, ..Reading::default() })
}

/// Every case once, with no more scores than attempts, and every score within its range.
fn sound(cases: &[Case]) -> Result<(), (&'static Check, String)> {
    let mut seen = BTreeSet::new();
    for case in cases {
        if case.id.is_empty() || !seen.insert(&case.id) {
            return Err((&checks::DUPLICATED, format!("two cases are called `{}`", case.id)));
        }
        if case.attempts == 0 && !case.scores.is_empty() || case.errors > case.attempts {
            let message =
                format!("the case `{}` has {} attempts, {} of them errors", case.id, case.attempts, case.errors);
            return Err((&checks::CONTRADICTORY, message));
        }
        for (metric, tally) in &case.scores {
            if tally.n > case.attempts {
                let message = format!(
                    "the case `{}` has {} scores of `{metric}` in {} attempts",
                    case.id, tally.n, case.attempts
                );
                return Err((&checks::CONTRADICTORY, message));
            }
            let most = if metric == PASS_RATE { f64::from(tally.n) } else { f64::MAX };
            let least = if metric == PASS_RATE { 0.0 } else { f64::MIN };
            if !(least..=most).contains(&tally.sum) {
                let message =
                    format!("the case `{}` has a `{metric}` of {} over {} scores", case.id, tally.sum, tally.n);
                return Err((&checks::NOT_FINITE, message));
            }
        }
    }
    Ok(())
}

fn agree(told: &Counts, counted: &Counts) -> Result<(), String> {
    let told_is_counted = told.run == counted.run && told.attempts == counted.attempts && told.errors == counted.errors;
    if told_is_counted {
        return Ok(());
    }
    Err(format!(
        "it tells of {} cases, {} attempts and {} errors, and holds {}, {} and {}",
        told.run, told.attempts, told.errors, counted.run, counted.attempts, counted.errors
    ))
}

/// The overall metrics, where they are told, are the means over the cases.
fn averages(metrics: &[Metric], cases: &[Case]) -> Result<(), String> {
    for metric in metrics.iter().filter(|metric| metric.scope == "overall") {
        let means: Vec<f64> = cases.iter().filter_map(|case| case.scores.get(&metric.name)?.mean()).collect();
        let count = f64::from(u32::try_from(means.len()).unwrap_or(u32::MAX));
        let mean = means.iter().sum::<f64>() / count;
        let told = metric.value.unwrap_or(f64::NAN);
        // Whoever wrote it may have summed in another order.
        if (told - mean).abs() > 1e-9 * mean.abs().max(1.0) || !mean.is_finite() || !told.is_finite() {
            return Err(format!("`{}` is told to be {told}, and the cases say {mean}", metric.name));
        }
    }
    Ok(())
}
