//! Whether a run ran all of its dataset, to the end.

use std::collections::BTreeSet;

use serde_json::value::RawValue;

use super::document::Log;
use super::samples::Gathered;
use crate::release::checks::{Refused, report};
use crate::release::formats::json::{self, Text};

/// Checks what the head of the log says.
///
/// # Errors
/// When the run failed, was cancelled, stopped early or struck out, or when the log is of another version.
pub(super) fn finished(file: &Text<'_>, log: &Log<'_>) -> Result<(), Refused> {
    if log.version != 2 {
        let message = format!("{file}: the log has version {}; pv reads version 2 of Inspect's logs", log.version);
        return Err(Refused::by(&report::UNRECOGNISED, message).remedy("Convert it with `inspect log convert`."));
    }
    let unfinished = |what: String| Err(Refused::by(&report::INCOMPLETE, format!("{file}: {what}")));
    if log.status != "success" {
        return unfinished(format!("the run ended with status `{}`{}", log.status, error(file, log)));
    }
    if log.invalidated {
        return unfinished("samples of the run were struck out (`invalidated`)".into());
    }
    let Some(results) = &log.results else { return unfinished("the run has no results".into()) };
    if results.early_stopping.is_some() {
        return unfinished("the run stopped early".into());
    }
    if let Some(logged) = results.logged_samples.filter(|logged| *logged < results.total_samples) {
        return unfinished(format!("{logged} of {} samples were run", results.total_samples));
    }
    Ok(())
}

fn error(file: &Text<'_>, log: &Log<'_>) -> String {
    let message = file.entry(log.error, "message").ok().flatten().and_then(json::label).unwrap_or_default();
    let line: String =
        message.lines().next().unwrap_or_default().chars().filter(|c| !c.is_control()).take(120).collect();
    if line.is_empty() { line } else { format!(": {line}") }
}

/// Checks the samples against the dataset and the totals.
///
/// # Errors
/// When samples were left out, by a limit or otherwise, or the totals are others.
pub(super) fn whole(file: &Text<'_>, log: &Log<'_>, gathered: &Gathered) -> Result<(), Refused> {
    let Some(results) = &log.results else { return Ok(()) };
    let ids: BTreeSet<&str> = gathered.attempts.iter().map(|(id, _)| &**id).collect();
    unlimited(file, log, ids.len() as u64)?;
    all_chosen(file, log, &ids)?;
    let there = gathered.attempts.len() as u64;
    let epochs = u64::from(log.eval.config.epochs.unwrap_or(1));
    let message = format!(
        "{file}: {there} samples stand in it ({} ended in errors); {} of {} are told to be completed, {} times {epochs} planned",
        gathered.errors,
        results.completed_samples,
        results.total_samples,
        ids.len()
    );
    let sound = there - gathered.errors;
    if there < results.total_samples || results.completed_samples < sound || there < ids.len() as u64 * epochs {
        return Err(Refused::by(&report::INCOMPLETE, message));
    }
    if there > results.total_samples || results.completed_samples > sound || there > ids.len() as u64 * epochs {
        return Err(Refused::by(&report::CONTRADICTORY, message));
    }
    again_and_again(file, gathered, epochs)
}

/// A limit is no limit where it lies beyond the dataset.
fn unlimited(file: &Text<'_>, log: &Log<'_>, ran: u64) -> Result<(), Refused> {
    let config = &log.eval.config;
    let all = log.eval.dataset.samples;
    let limited = |what: String| Err(Refused::by(&report::INCOMPLETE, format!("{file}: {what}")));
    if let Some(chosen) = config.sample_id {
        return limited(format!("only samples that were chosen were run: {}", shown(chosen)));
    }
    if let Some(limit) = config.limit.filter(|limit| !beyond(file, limit, ran)) {
        let all = all.map_or(String::new(), |all| format!(" of {all}"));
        return limited(format!("the run was limited to {ran}{all} samples (`limit` {})", shown(limit)));
    }
    match all {
        Some(all) if ran < all => limited(format!("{ran} of the {all} samples of the dataset were run")),
        _ => Ok(()),
    }
}

fn beyond(file: &Text<'_>, limit: &RawValue, ran: u64) -> bool {
    let (mut bounds, mut whole) = (Vec::new(), true);
    let read = file.each(limit, |bound| {
        whole &= bounds.len() < 2;
        if whole {
            bounds.push(bound.get().parse::<u64>().ok());
        }
        Ok(())
    });
    match (read.is_ok(), &bounds[..]) {
        (true, [Some(0), Some(end)]) => *end > ran,
        (true, _) => false,
        (false, _) => limit.get().parse::<u64>().is_ok_and(|limit| limit > ran),
    }
}

fn shown(raw: &RawValue) -> String {
    raw.get().chars().take(60).collect()
}

/// Every sample that was chosen to be run is there.
fn all_chosen(file: &Text<'_>, log: &Log<'_>, ids: &BTreeSet<&str>) -> Result<(), Refused> {
    let Some(chosen) = log.eval.dataset.sample_ids else { return Ok(()) };
    let mut missing = None;
    file.each(chosen, |id| {
        let id = json::label(id).unwrap_or_default();
        if !ids.contains(&*id) {
            missing.get_or_insert(id);
        }
        Ok(())
    })?;
    match missing {
        Some(id) => {
            Err(Refused::by(&report::INCOMPLETE, format!("{file}: sample {id} was to be run and is not there")))
        }
        None => Ok(()),
    }
}

/// Every case has as many attempts as there are epochs.
fn again_and_again(file: &Text<'_>, gathered: &Gathered, epochs: u64) -> Result<(), Refused> {
    for case in gathered.cases() {
        let message = || format!("{file}: case {} was run {} times in {epochs} epochs", case.id, case.attempts);
        if u64::from(case.attempts) > epochs {
            return Err(Refused::by(&report::DUPLICATED, message()));
        }
        if u64::from(case.attempts) < epochs {
            return Err(Refused::by(&report::INCOMPLETE, message()));
        }
    }
    Ok(())
}
