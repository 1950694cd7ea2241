//! Writing a rollback: the new release, its log, `pv.lock`, and the files of the worktree where that is asked for.

use std::collections::BTreeSet;

use super::super::restore;
use super::asked::Asked;
use super::splice;
use super::start::Start;
use crate::cli::{Context, cut, histories, logbook, release_names};
use crate::domain::{ArtefactId, Instant, Weight};
use crate::git::CommitId;
use crate::lock::record::{self, Record};
use crate::lock::{self, ReleaseName};
use crate::release::checks::{Refused, rollback as checks};
use crate::release::log::{Event, EventKind};
use crate::release::rollback::Way;
use crate::store::{Objects, StoreError, at_hand, flock, write_below};

/// A rollback, about to become a release.
pub(super) struct Written<'a> {
    /// What was asked for.
    pub(super) asked: &'a Asked,
    /// What it starts from.
    pub(super) start: &'a Start,
    /// What it does.
    pub(super) way: &'a Way,
    /// Why.
    pub(super) reason: &'a str,
    /// What it runs in.
    pub(super) context: &'a Context,
}

/// Refuses when bytes to go back to are missing or altered: the one thing that stops a rollback.
pub(super) fn refuse_lost(start: &Start, way: &Way) -> miette::Result<()> {
    for (id, target) in way.moves.iter().filter_map(|(id, one)| Some((id, one.to.as_ref()?))) {
        match start.shelf.files_of(&target.shipped) {
            Ok(_) | Err(StoreError::Foreign(_)) => {}
            Err(error) if error.is_integrity() => {
                return Err(lost(id, &target.shipped.entry.version.to_string(), &error).into());
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}

/// Bytes of an artefact are not there, or are others.
pub(super) fn lost(id: &ArtefactId, version: &str, error: &StoreError) -> Refused {
    Refused::by(&checks::BYTES_MISSING, format!("{id}@{version} cannot be brought back: {error}"))
}

/// The release of exactly this rollback that an interrupted run began.
pub(super) fn begun(start: &Start, way: &Way, name: Option<&ReleaseName>) -> miette::Result<Option<Record>> {
    let mut artefacts = way.artefacts(&start.current);
    splice::joined(start, way, &mut artefacts);
    let is_it = |record: &&Record| {
        record.artefacts == artefacts && name.is_none_or(|name| *name == record.name) && !way.is_empty()
    };
    Ok(start.begun.iter().find(is_it).cloned())
}

impl Written<'_> {
    /// Writes the release: objects, record, log, `pv.lock`. Every prefix of that order is consistent, and a rerun continues
    /// where an interrupted run stopped.
    pub(super) fn write(&self, name: Option<&ReleaseName>) -> miette::Result<(Record, Event)> {
        let (start, root) = (self.start, self.start.session.root()?);
        let record = match begun(start, self.way, name)? {
            Some(record) => record,
            None => self.record(self.free_name(name)?)?,
        };
        let _kept = flock::share_large(start.session.repository.common_dir())?;
        cut::write_attributes(root)?;
        self.keep_joined(&record)?;
        write_below(root, &record.name.record_path(), record::encode(&record).as_bytes())?;
        let event = self.log(&record)?;
        write_below(root, lock::PATH, lock::encode(&record.lock()).as_bytes())?;
        Ok((record, event))
    }

    fn record(&self, name: ReleaseName) -> miette::Result<Record> {
        let start = self.start;
        let mut artefacts = self.way.artefacts(&start.current);
        splice::joined(start, self.way, &mut artefacts);
        Ok(Record {
            name,
            previous: Some(start.current.name.clone()),
            commit: start.session.repository.head()?.map(|commit| commit.to_string()),
            cut: start.at.to_string(),
            policy: Some(start.session.config.digest()),
            overrides: BTreeSet::new(),
            artefacts,
            unknown: Vec::new(),
        })
    }

    /// The files that hold parts from two releases are new objects; everything else is kept already.
    fn keep_joined(&self, record: &Record) -> miette::Result<()> {
        let mut artefacts = self.way.artefacts(&self.start.current);
        let files = splice::joined(self.start, self.way, &mut artefacts);
        let large = at_hand::large(self.start.session.repository.common_dir());
        let objects = Objects::open(self.start.session.root()?, Some(&large));
        let limit = self.start.session.config.store.inline_limit.bytes;
        debug_assert!(artefacts == record.artefacts, "the record is of this rollback");
        objects.put_all(&files.iter().map(Vec::as_slice).collect::<Vec<_>>(), limit)?;
        Ok(())
    }

    /// The log: that it was cut, and what it takes back. What an interrupted run wrote stays.
    fn log(&self, record: &Record) -> miette::Result<Event> {
        let (start, name) = (self.start, &record.name);
        let chain = histories::intact(histories::chain(&start.shelf, name))?;
        let has = |kind| chain.links.iter().map(|link| &link.event).find(|event| event.kind == kind);
        let at: Instant = record.cut.parse().unwrap_or_else(|_| start.at.clone());
        let digest = lock::digest(&record.lock().artefacts);
        let new = |kind| Event::new(kind, name.clone(), digest.clone(), at.clone());
        if has(EventKind::Cut).is_none() {
            logbook::append(&start.session, new(EventKind::Cut))?;
        }
        if let Some(written) = has(EventKind::Rollback) {
            return Ok(written.clone());
        }
        let mut event = new(EventKind::Rollback);
        event.reason = Some(self.reason.to_owned());
        let dropped = self.asked.flag.iter().cloned().collect();
        self.way.tell(&mut event, &start.present(&dropped), self.asked.to.as_ref());
        logbook::append(&start.session, event)
    }

    /// The name asked for, or the date, with a number when that day has a release.
    fn free_name(&self, name: Option<&ReleaseName>) -> miette::Result<ReleaseName> {
        let taken = self.start.shelf.releases();
        let Some(name) = name else { return release_names::of_day(&self.start.shelf, self.context) };
        if taken.contains(name) {
            return Err(miette::miette!(
                code = "rollback::release_exists",
                help = "releases are never overwritten: choose another --name",
                "there is a release `{name}` already, with another content"
            ));
        }
        Ok(name.clone())
    }

    /// Commits the release and the files that were brought back, unless an interrupted run did.
    pub(super) fn commit(&self, name: &ReleaseName, restored: &[String]) -> miette::Result<CommitId> {
        let written = [".pv/.gitattributes", ".pv/objects", &name.folder(), lock::PATH].map(str::to_owned);
        let paths: Vec<String> = written.into_iter().chain(restored.iter().cloned()).collect();
        let message = format!("Roll back {}: release {name}\n\n{}", self.asked.subject(), self.reason);
        Ok(self.start.session.repository.commit_paths(&paths, &message)?)
    }
}

/// The event by which a flag goes to 0, in the log of the release that set it.
pub(super) fn flag_event(start: &Start, flag: &str, reason: &str) -> miette::Result<Event> {
    let release = start.release_of_flag(flag).unwrap_or_else(|| start.current.name.clone());
    let record = start.shelf.record(&release)?;
    let digest = lock::digest(&record.lock().artefacts);
    let mut event = Event::new(EventKind::Rollback, release, digest, start.at.clone());
    event.flags.insert(flag.to_owned(), Weight::NONE);
    event.reason = Some(reason.to_owned());
    logbook::append(&start.session, event)
}

/// The event by which an interrupted run took a flag to 0, in no commit yet.
pub(super) fn flag_begun(start: &Start, flag: Option<&str>) -> miette::Result<Option<Event>> {
    let head = start.session.head()?;
    let is_it = |event: &&Event| {
        event.kind == EventKind::Rollback
            && flag.is_some_and(|flag| event.flags.keys().map(String::as_str).eq([flag]))
            && head.entry(&event.path()).is_none()
    };
    Ok(start.standing.events.iter().rev().find(is_it).cloned())
}

/// The paths of the files that `--restore` would write.
///
/// # Errors
/// When one of them has edits that nothing else holds.
pub(super) fn restorable(start: &Start, way: &Way) -> miette::Result<Vec<String>> {
    let (session, root) = (&start.session, start.session.root()?);
    let mut files = Vec::new();
    for (id, target) in way.moves.iter().filter_map(|(id, one)| Some((id, one.to.as_ref()?))) {
        files.extend(restore::targets(session, &start.shelf, (id, &target.shipped))?);
    }
    let unsaved = restore::unsaved(session, root, &files)?;
    if unsaved.is_empty() {
        return Ok(files.into_iter().map(|file| file.path).collect());
    }
    Err(miette::miette!(
        code = "rollback::uncommitted",
        help = "commit them or move them away; or leave out --restore: the release is rolled back all the same",
        "these files have uncommitted edits, and nothing was done: {}",
        unsaved.join(", ")
    ))
}

/// Brings the files of the worktree back, one artefact after the other: two may be parts of one file.
pub(super) fn restore(start: &Start, way: &Way) -> miette::Result<Vec<String>> {
    let (session, root) = (&start.session, start.session.root()?);
    let mut paths = BTreeSet::new();
    for (id, target) in way.moves.iter().filter_map(|(id, one)| Some((id, one.to.as_ref()?))) {
        let files = restore::targets(session, &start.shelf, (id, &target.shipped))?;
        restore::put(root, &files)?;
        paths.extend(files.into_iter().map(|file| file.path));
    }
    Ok(paths.into_iter().collect())
}
