//! Releases held against what they claim: records, tags, objects.

use std::collections::BTreeMap;

use serde_json::json;

use crate::git::{Source, Tag};
use crate::lock::record::Record;
use crate::lock::verify::{self, Claim, Fault, Outcome};
use crate::lock::{ReleaseName, drift};
use crate::report::Page;

use super::load::Session;
use super::shipped::Shelf;
use super::{Context, Exit};

/// A release and what came out of verifying it.
pub(super) type Verified = (ReleaseName, Outcome);

/// Verifies the releases `names`: record, tag and every object.
///
/// # Errors
/// When git cannot read the tags.
pub(super) fn releases(session: &Session, names: &[ReleaseName]) -> miette::Result<Vec<Verified>> {
    let shelf = Shelf::of(&session.repository)?;
    let tags: BTreeMap<String, Tag> =
        session.repository.tags("pv/")?.into_iter().map(|tag| (tag.name.clone(), tag)).collect();
    let verified = names.iter().map(|name| {
        let claim = Claim {
            name: name.clone(),
            record: shelf.record_text(name),
            tag: tags.get(&name.tag()).map(|tag| tagged(session, name, tag)),
        };
        (name.clone(), shelf.with_objects(|objects| verify::release(&claim, objects)))
    });
    Ok(verified.collect())
}

fn tagged(session: &Session, name: &ReleaseName, tag: &Tag) -> verify::Tag {
    let snapshot = session.repository.snapshot(&Source::Revision(tag.target.to_string())).ok();
    let record = snapshot.and_then(|snapshot| snapshot.read(snapshot.entry(&name.record_path())?, 64 << 20).ok());
    let record = record.map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
    verify::Tag { message: tag.message.clone(), record }
}

/// `pv lock --check`: whether the latest release is what it claims.
///
/// # Errors
/// When the lock cannot be read.
pub(super) fn latest(session: &Session, context: &Context) -> miette::Result<Exit> {
    let shelf = Shelf::of(&session.repository)?;
    let Some(lock) = shelf.lock()? else {
        context.show_page(page(&[]).outcome(true, "nothing was released yet"))?;
        return Ok(Exit::Pass);
    };
    let Some(release) = &lock.release else { return Ok(Exit::Pass) };
    let mut verified = releases(session, std::slice::from_ref(&release.name))?;
    if let Some((_, outcome)) = verified.first_mut() {
        if let Ok(record) = shelf.record(&release.name) {
            outcome.faults.extend(verify::lock(&lock, &record));
        }
        outcome.faults.extend(drift::broken_closure(&lock.artefacts).iter().map(Fault::of_refusal));
        outcome.faults.extend(reused(&shelf.records()?));
        outcome.faults.sort();
    }
    context.show_page(conclude(&verified))?;
    Ok(exit(&verified))
}

/// Version labels that name two contents.
fn reused(records: &[Record]) -> Vec<Fault> {
    let mut contents = BTreeMap::new();
    let mut faults = Vec::new();
    for record in records {
        for (id, shipped) in &record.artefacts {
            let entry = &shipped.entry;
            let first = contents.entry((id, entry.version.to_string())).or_insert(&entry.digest);
            if **first != entry.digest {
                faults.push(Fault::of_reuse(id, &entry.version, (first, &entry.digest), &record.name));
            }
        }
    }
    faults
}

/// Integrity when bytes are missing or altered, else refused when anything is wrong.
pub(super) fn exit(verified: &[Verified]) -> Exit {
    let faults = || verified.iter().flat_map(|(_, outcome)| &outcome.faults);
    match faults().any(Fault::is_integrity) {
        true => Exit::Integrity,
        false if faults().next().is_some() => Exit::Refused,
        false => Exit::Pass,
    }
}

/// The page about verified releases, with its verdict.
pub(super) fn conclude(verified: &[Verified]) -> Page {
    let faults: usize = verified.iter().map(|(_, outcome)| outcome.faults.len()).sum();
    let intact: usize = verified.iter().map(|(_, outcome)| outcome.intact).sum();
    let text = match faults {
        0 => format!("{} verified: {intact} artefacts intact", counted(verified.len(), "release")),
        count => format!("{} in {}", counted(count, "fault"), counted(verified.len(), "release")),
    };
    page(verified).outcome(faults == 0, text)
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn page(verified: &[Verified]) -> Page {
    let releases: Vec<_> = verified
        .iter()
        .map(|(name, outcome)| {
            let faults: Vec<_> = outcome.faults.iter().map(data).collect();
            json!({"release": name.to_string(), "intact": outcome.intact, "foreign": outcome.foreign, "faults": faults})
        })
        .collect();
    let mut page = Page::of(json!({"schema": "pv/verify/1", "releases": releases}));
    for (name, outcome) in verified.iter().filter(|(_, outcome)| !outcome.faults.is_empty()) {
        page = page.heading(format!("release {name}"));
        for fault in &outcome.faults {
            page = page.verbatim(told(fault));
        }
    }
    page
}

fn told(fault: &Fault) -> String {
    let about = fault.artefact.as_ref().map_or(String::new(), |id| format!(" ({id})"));
    format!(
        "{}: {}{about}\n  expected {}\n  found    {}\n  help: {}",
        fault.code, fault.path, fault.expected, fault.found, fault.help
    )
}

fn data(fault: &Fault) -> serde_json::Value {
    json!({
        "code": fault.code, "path": fault.path, "artefact": fault.artefact,
        "expected": fault.expected, "found": fault.found, "help": fault.help,
    })
}
