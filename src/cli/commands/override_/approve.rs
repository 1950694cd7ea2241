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
    let paths = write(&office, &approved, (path, signature))?;
    if commit {
        office.commit(&paths, &format!("Approve the exception {}", exception.record.id))?;
    }
    context.show_page(told::approved(&approved, &register, &paths, commit))?;
    Ok(Exit::Pass)
}

/// The signature, then the log, which must not tell of an approval that nobody gave: gives the paths of both.
fn write(office: &Office<'_>, approved: &Exception, signature: (String, String)) -> miette::Result<Vec<String>> {
    let _guard = office.guard()?;
    let path = signature.0.clone();
    office.write(&[signature])?;
    let event = log(office, approved, None)?;
    Ok(std::iter::once(path).chain(event.map(|event| event.path())).collect())
}

/// Notes in the log of a release that was cut that an exception was approved, or with a verdict that it is closed. The
/// caller holds the lock.
pub(super) fn log(
    office: &Office<'_>,
    exception: &Exception,
    verdict: Option<crate::domain::Verdict>,
) -> miette::Result<Option<Event>> {
    let release: &ReleaseName = &exception.record.release;
    let Some(history) = office.situation.histories.iter().find(|history| history.record.name == *release) else {
        return Ok(None);
    };
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
