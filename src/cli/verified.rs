//! Releases held against what they claim: records, tags, objects, evidence, logs and plans.

use std::collections::BTreeMap;

use serde_json::json;

use crate::domain::{ArtefactId, Version};
use crate::git::Tag;
use crate::lock::kept::{Kept, kept};
use crate::lock::record::Record;
use crate::lock::verify::{self, Claim, Fault, Outcome};
use crate::lock::{self, Lock, ReleaseName, drift};
use crate::report::Page;

use super::load::Session;
use super::shipped::{LockMissing, Shelf};
use super::{Context, Exit, amount, logged, signing};

/// A release and what came out of verifying it.
pub(super) type Verified = (ReleaseName, Outcome);

/// Verifies the releases `names` of this branch: record, tag and every object.
///
/// # Errors
/// When git cannot read the tags.
pub(super) fn releases(session: &Session, names: &[ReleaseName]) -> miette::Result<Vec<Verified>> {
    let (shelf, tags) = (Shelf::of(&session.repository)?, tags(session)?);
    Ok(names.iter().map(|name| (name.clone(), outcome(&shelf, session, name, tags.get(&name.tag())))).collect())
}

/// Tells what is wrong with the releases `names`, and the exit code that says so; `None`: they are what they claim.
///
/// # Errors
/// When git cannot read the tags, or standard output cannot be written.
pub(super) fn unfit(session: &Session, names: &[ReleaseName], context: &Context) -> miette::Result<Option<Exit>> {
    let verified = releases(session, names)?;
    let exit = exit(&verified);
    if exit == Exit::Pass {
        return Ok(None);
    }
    context.show_page(conclude(&verified))?;
    Ok(Some(exit))
}

/// Verifies the releases `names`, also of other branches: one that was cut elsewhere, in the commit that its tag points
/// to. Those whose commit this clone does not have are left out.
///
/// # Errors
/// When git cannot read the tags.
pub(super) fn anywhere(session: &Session, names: &[ReleaseName]) -> miette::Result<Vec<Verified>> {
    let (shelf, tags) = (Shelf::of(&session.repository)?, tags(session)?);
    let verified = names.iter().filter_map(|name| {
        let tag = tags.get(&name.tag());
        let is_here = shelf.releases().contains(name);
        let elsewhere = tag.filter(|tag| !is_here && !is_merged(session, tag));
        let home = elsewhere.map_or_else(|| Some(shelf.clone()), |tag| Shelf::tagged(&session.repository, tag))?;
        Some((name.clone(), outcome(&home, session, name, tag)))
    });
    Ok(verified.collect())
}

fn tags(session: &Session) -> miette::Result<BTreeMap<String, Tag>> {
    Ok(session.repository.tags("pv/")?.into_iter().map(|tag| (tag.name.clone(), tag)).collect())
}

/// Whether the tag's commit is in the history of `HEAD`: then its record should be here.
fn is_merged(session: &Session, tag: &Tag) -> bool {
    let Ok(Some(head)) = session.repository.head() else { return false };
    matches!(session.repository.merge_base(tag.target, head), Ok(Some(base)) if base == tag.target)
}

fn outcome(shelf: &Shelf, session: &Session, name: &ReleaseName, tag: Option<&Tag>) -> Outcome {
    let home = tag.and_then(|tag| Shelf::tagged(&session.repository, tag));
    let tag = tag.map(|tag| verify::Tag {
        message: tag.message.clone(),
        record: home.as_ref().and_then(|shelf| shelf.record_text(name)),
    });
    let claim = Claim { name: name.clone(), record: shelf.record_text(name), tag, evidence: shelf.evidence(name) };
    let mut outcome = shelf.with_objects(|objects| verify::release(&claim, objects));
    let record = shelf.record(name).ok().zip(session.repository.at_hand());
    outcome.kept = record.map_or_else(Vec::new, |(record, at_hand)| kept(&record, &*at_hand));
    outcome.faults.extend(outcome.kept.iter().filter_map(Fault::of_kept));
    let head = session.head().ok().filter(|_| matches!(shelf, Shelf::Worktree(..)));
    outcome.faults.extend(logged::faults(shelf, name, head.as_ref()));
    outcome.faults.extend(signing::verified::faults(shelf, name, (home.as_ref(), session.head().ok().as_ref())));
    outcome.faults.sort();
    outcome
}

/// Tells that `pv.lock` is missing, if that is the `failure`; another one stays.
///
/// # Errors
/// Another failure.
pub(super) fn without_lock(failure: miette::Report, context: &Context) -> miette::Result<Exit> {
    let newest = failure.downcast::<LockMissing>()?.newest;
    let fault = Fault {
        code: "lock-missing",
        path: lock::PATH.to_owned(),
        artefact: None,
        expected: format!("the lock of release {newest}, the newest that has a record"),
        found: "nothing".to_owned(),
        help: "`git checkout HEAD -- pv.lock` brings it back, or `git checkout <release tag> -- pv.lock`",
    };
    context.show_page(conclude(&[(newest, Outcome { faults: vec![fault], ..Outcome::default() })]))?;
    Ok(Exit::Refused)
}

/// `pv lock --check`: whether the latest release is what it claims.
///
/// # Errors
/// When the lock cannot be read.
pub(super) fn latest(session: &Session, context: &Context) -> miette::Result<Exit> {
    let shelf = Shelf::of(&session.repository)?;
    let found = match shelf.lock() {
        Err(failure) => return without_lock(failure, context),
        Ok(found) => found,
    };
    let Some(lock) = found else {
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
        outcome.faults.extend(reused(&shelf.records()?, &lock));
        outcome.faults.sort();
    }
    context.show_page(conclude(&verified))?;
    Ok(exit(&verified))
}

/// Version labels of `lock` that name two contents.
fn reused(records: &[Record], lock: &Lock) -> Vec<Fault> {
    let mut contents = BTreeMap::new();
    let mut faults = Vec::new();
    let stands =
        |id: &ArtefactId, version: &Version| lock.artefacts.get(id).is_some_and(|entry| entry.version == *version);
    for record in records {
        for (id, shipped) in record.artefacts.iter().filter(|(id, shipped)| stands(id, &shipped.entry.version)) {
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
        0 => {
            format!("{} verified: {intact} artefacts intact{}", counted(verified.len(), "release"), elsewhere(verified))
        }
        count => format!("{} in {}", counted(count, "fault"), counted(verified.len(), "release")),
    };
    page(verified).outcome(faults == 0, text)
}

/// Where the contents are that other stores hold.
fn elsewhere(verified: &[Verified]) -> String {
    let kept = || verified.iter().flat_map(|(_, outcome)| &outcome.kept);
    let count = |state: &str| kept().filter(|kept| kept.state() == state).count();
    let states = [
        ("intact", "at hand and intact"),
        ("absent", "not on this machine"),
        ("unnamed", "named by no digest that pv can take"),
    ];
    let told = states.iter().filter(|(state, _)| count(state) > 0);
    let told: Vec<String> = told.map(|(state, words)| format!("{} {words}", count(state))).collect();
    match kept().count() {
        0 => String::new(),
        all => format!("; {} in other stores: {}", counted(all, "content"), told.join(", ")),
    }
}

/// `count` of `what`, in words.
fn counted(count: usize, what: &str) -> String {
    amount::counted(count as u64, what)
}

fn page(verified: &[Verified]) -> Page {
    let releases: Vec<_> = verified
        .iter()
        .map(|(name, outcome)| {
            let faults: Vec<_> = outcome.faults.iter().map(data).collect();
            json!({"release": name.to_string(), "intact": outcome.intact, "foreign": outcome.foreign, "elsewhere": outcome.kept.iter().map(kept_data).collect::<Vec<_>>(), "faults": faults})
        })
        .collect();
    let mut page = Page::of(json!({"schema": "pv/verify/1", "releases": releases}));
    for (name, outcome) in verified.iter().filter(|(_, outcome)| !outcome.kept.is_empty()) {
        page = page.heading(format!("release {name}: what other stores hold")).table(kept_table(&outcome.kept));
        let weak = outcome.kept.iter().filter(|kept| kept.is_weak()).count();
        if weak > 0 {
            page = page.verbatim(format!(
                "{} named by MD5 or SHA-1 alone: that shows accidents, and no forgery",
                counted(weak, "content")
            ));
        }
    }
    for (name, outcome) in verified.iter().filter(|(_, outcome)| !outcome.faults.is_empty()) {
        page = page.heading(format!("release {name}"));
        for fault in &outcome.faults {
            page = page.verbatim(told(fault));
        }
    }
    page
}

fn kept_table(kept: &[Kept]) -> Vec<Vec<String>> {
    let head = ["store", "size", "address", "named in", "here"].map(str::to_owned).to_vec();
    let rows = kept.iter().map(|kept| {
        let one = &kept.elsewhere;
        let size = one.size.map_or_else(|| "-".to_owned(), |size| size.to_string());
        vec![one.keeper.to_string(), size, one.address.clone(), one.path.clone(), kept.state().to_owned()]
    });
    std::iter::once(head).chain(rows).collect()
}

fn kept_data(kept: &Kept) -> serde_json::Value {
    let one = &kept.elsewhere;
    json!({
        "artefact": kept.artefact, "store": one.keeper.to_string(), "size": one.size, "address": one.address,
        "path": one.path, "state": kept.state(), "weak": kept.is_weak(),
    })
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
