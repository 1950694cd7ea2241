//! `pv override approve`: the signature of somebody who did not ask.

use std::path::Path;

use super::request::{plan_of, standing_faults};
use super::{Office, find, subject, told};
use crate::cli::signing::Key;
use crate::cli::{Context, Exit, logbook};
use crate::lock::ReleaseName;
use crate::release::log::{Event, EventKind};
use crate::release::overrides::Exception;
use crate::release::signatures;
use crate::store::flock;

pub(super) fn run(id: &str, key: Option<&Path>, commit: bool, context: &Context) -> miette::Result<Exit> {
    let office = Office::open(context)?;
    let register = office.register();
    let exception = find(&register, id)?;
    let key = Key::find(key, &office.session)?;
    let path = signature_path(&exception.path, &key.fingerprint());
    let signature = key.sign(signatures::OVERRIDE, &exception.text)?;
    let mut approved = exception.clone();
    approved.signatures.insert(path.clone(), signature.clone());
    let plan = plan_of(&exception.record.release, &office)?;
    let faults = standing_faults(&register, &approved, (&office, &plan));
    if !faults.is_empty() {
        context.show_page(told::refused(&approved, &faults))?;
        return Ok(Exit::of_judgements(&faults));
    }
    let mut files = vec![(path, signature)];
    let event = log(&office, &approved, None)?;
    office.write(&files, None)?;
    files.extend(event.map(|event| (event.path(), String::new())));
    if commit {
        let paths: Vec<String> = files.iter().map(|(path, _)| path.clone()).collect();
        office.session.repository.commit_paths(&paths, &format!("Approve the exception {}", exception.record.id))?;
    }
    context.show_page(told::approved(&approved, &register, &files, commit))?;
    Ok(Exit::Pass)
}

/// Notes in the log of a release that was cut that an exception was approved, or with a verdict that it is closed.
pub(super) fn log(
    office: &Office<'_>,
    exception: &Exception,
    verdict: Option<crate::domain::Verdict>,
) -> miette::Result<Option<Event>> {
    let release: &ReleaseName = &exception.record.release;
    let Some(history) = office.situation.histories.iter().find(|history| history.record.name == *release) else {
        return Ok(None);
    };
    let _guard = flock::acquire(&office.session.repository.common_dir().join("pv").join("lock"))?;
    let mut event = Event::new(EventKind::Override, release.clone(), history.lock.clone(), office.context.now());
    event.subject = Some(subject(&exception.path, release));
    event.reason = Some(exception.record.harm.clone());
    event.verdict = verdict;
    logbook::append(&office.session, event).map(Some)
}

/// The signature's path: beside the record, with the key's first letters.
fn signature_path(record: &str, fingerprint: &str) -> String {
    let letters = fingerprint.trim_start_matches("SHA256:").chars().filter(char::is_ascii_alphanumeric).take(12);
    format!("{record}.{}.sig", letters.collect::<String>())
}
