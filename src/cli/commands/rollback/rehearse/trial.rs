//! One trial of a way back, in a scratch directory: there, looked at, and back again.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant as Clock};

use super::ends::Ends;
use crate::cli::load::Session;
use crate::cli::scratch::{self, Ended, Task};
use crate::cli::shipped::{self, ShippedFile};
use crate::diff::{self, Inventory};
use crate::domain::{ArtefactId, Instant};
use crate::lock;
use crate::release::records;
use crate::release::rollback::{Rehearsal, Tried, is_expired, target_time, unmet};
use crate::store::StoreError;

/// How long a command may take whose types have no target time; twice the target, where they have one.
const LONGEST: Duration = Duration::from_secs(15 * 60);

/// A way back, about to be tried.
pub(super) struct Trial<'a> {
    /// The repository, under the policy that judges.
    pub(super) session: &'a Session,
    /// The ends of the way.
    pub(super) ends: &'a Ends,
    /// The instant by which it is judged.
    pub(super) at: Instant,
}

impl Trial<'_> {
    /// Tries it. A fault of the way back is a check that failed, not an error.
    pub(super) fn run(&self) -> miette::Result<Rehearsal> {
        let expected = target_time(&self.session.config, &self.ends.from.types).map(|(seconds, _)| seconds);
        let (old, lost) = self.target_files();
        let mut checks = vec![bytes(&old, &lost), self.dependencies(), self.retention()];
        let mut seconds = 0.0;
        if lost.is_empty() {
            checks.push(self.contents(&old));
            checks.push(self.models(&old));
            let (tried, took) = self.there_and_back(&old, expected)?;
            checks.extend(tried);
            seconds = (took.as_secs_f64() * 1000.0).ceil() / 1000.0;
        }
        Ok(Rehearsal {
            version: records::FORMAT,
            from: self.ends.from.name.clone(),
            to: self.ends.to.name.clone(),
            from_lock: lock::digest(&self.ends.from.artefacts),
            to_lock: self.ends.to_lock(),
            at: self.at.clone(),
            environment: format!("scratch directory, {} {}", std::env::consts::OS, std::env::consts::ARCH),
            seconds,
            expected_seconds: expected,
            command: self.session.config.rehearsing.command.clone(),
            verified: checks.iter().all(|check| check.passed),
            checks,
        })
    }

    /// Every file of the target, read from the store and verified; and what could not be.
    fn target_files(&self) -> (Vec<ShippedFile>, Vec<String>) {
        let (mut files, mut lost) = (BTreeMap::new(), Vec::new());
        for (id, shipped) in &self.ends.to.artefacts {
            match self.ends.shelf.files_of(shipped) {
                Ok(found) => files.extend(found.into_iter().map(|file| (file.path.clone(), file))),
                Err(StoreError::Foreign(_)) => {}
                Err(error) => lost.push(format!("{id}@{}: {error}", shipped.entry.version)),
            }
        }
        (files.into_values().collect(), lost)
    }

    fn dependencies(&self) -> Tried {
        let open = unmet(self.ends.to.artefacts.iter().map(|(id, shipped)| (id, &shipped.entry)));
        let open: Vec<String> = open.into_iter().map(|(id, needed)| format!("{id} needs {needed}")).collect();
        let count = self.ends.to.artefacts.len();
        tried("dependencies", &open, || format!("{count} artefacts have what they need"))
    }

    fn retention(&self) -> Tried {
        let (ends, retention) = (self.ends, self.session.config.store.retention);
        let target = ends.histories.iter().find(|history| history.record.name == ends.to.name);
        let since = target
            .and_then(|target| is_expired(target, &ends.histories, (&ends.standing, &self.at), retention.seconds));
        let faults: Vec<String> =
            since.iter().map(|since| format!("superseded on {}, more than {retention} ago", since.date())).collect();
        tried("retention", &faults, || format!("within {retention}"))
    }

    /// What the files come to, read as artefacts: exactly what shipped.
    fn contents(&self, files: &[ShippedFile]) -> Tried {
        let now = diff::inventory(&shipped::snapshot(files), &self.session.discovery());
        let other = self.ends.to.artefacts.iter().filter(|(id, shipped)| {
            shipped.entry.store.is_none() && now.get(id).is_some_and(|artefact| artefact.digest != shipped.entry.digest)
        });
        let other: Vec<String> = other.map(|(id, shipped)| format!("{id} is not {}", shipped.entry.digest)).collect();
        tried("contents", &other, || format!("{} artefacts are as they shipped", self.ends.to.artefacts.len()))
    }

    /// The model pins of the target that are served no more.
    fn models(&self, files: &[ShippedFile]) -> Tried {
        let (basis, now) = (self.session.basis(), diff::inventory(&shipped::snapshot(files), &self.session.discovery()));
        let facts = now.artefacts.iter().flat_map(|artefact| {
            let facts = diff::unfit(artefact, &basis).into_iter();
            facts.filter(|fact| fact.aspect == "retirement").map(move |fact| (&artefact.id, fact))
        });
        let facts: Vec<_> = facts.collect();
        // What goes forward with the same pin is no worse off behind.
        let current = diff::inventory(&shipped::snapshot(&self.ends.from.files), &self.session.discovery());
        let stays = |id: &ArtefactId| {
            let digest = |side: &Inventory| side.get(id).map(|artefact| artefact.meaning.clone());
            digest(&now).is_some_and(|old| digest(&current) == Some(old))
        };
        let gone = facts.iter().filter(|(id, fact)| fact.has("retired") && !stays(id));
        let gone: Vec<String> = gone.map(|(id, fact)| format!("{id}: {}", fact.subject)).collect();
        let near = facts.iter().map(|(id, fact)| format!("{id}: {}", fact.subject)).collect::<Vec<_>>().join("; ");
        tried("models", &gone, || if near.is_empty() { "no pin is retired".to_owned() } else { near })
    }

    /// Lays out the new files, goes back to the old ones, runs the command there, and brings the new ones back.
    fn there_and_back(&self, old: &[ShippedFile], expected: Option<u64>) -> miette::Result<(Vec<Tried>, Duration)> {
        let (scratch, new) = (scratch::directory()?, &self.ends.from.files);
        let [work, from, to] = ["work", "from", "to"].map(|name| scratch.path().join(name));
        for (root, files) in [(&work, new.as_slice()), (&from, new), (&to, old)] {
            std::fs::create_dir_all(root).map_err(|error| miette::miette!("{}: {error}", root.display()))?;
            scratch::lay(root, files)?;
        }
        let start = Clock::now();
        scratch::switch(&work, new, old)?;
        let mut checks = vec![there(&work, old, "files")?];
        checks.extend(self.command(&work, (&from, &to), expected)?);
        let took = start.elapsed();
        checks.push(there(&work, old, "unharmed")?);
        scratch::switch(&work, old, new)?;
        checks.push(there(&work, new, "restored")?);
        checks.push(in_time(took, expected));
        Ok((checks, took))
    }

    fn command(&self, work: &Path, (from, to): (&Path, &Path), expected: Option<u64>) -> miette::Result<Option<Tried>> {
        let Some(command) = &self.session.config.rehearsing.command else { return Ok(None) };
        let limit = expected.map_or(LONGEST, |seconds| Duration::from_secs(seconds.saturating_mul(2)));
        let changed: Vec<String> = self.ends.changed().into_iter().map(ToString::to_string).collect();
        let variables = vec![
            ("PV_RELEASE", self.ends.from.name.to_string()),
            ("PV_TARGET", self.ends.to.name.to_string()),
            ("PV_FROM_DIR", from.display().to_string()),
            ("PV_TO_DIR", to.display().to_string()),
            ("PV_CHANGED", changed.join(" ")),
        ];
        let ended = scratch::run(&Task { command, directory: work, variables, limit })?;
        let faults = match ended {
            Ended::Code(Some(0)) => Vec::new(),
            Ended::Code(Some(code)) => vec![format!("exit code {code}")],
            Ended::Code(None) => vec!["ended by a signal".to_owned()],
            Ended::TooLong => vec![format!("ended after {} s: it took longer than twice its target", limit.as_secs())],
        };
        Ok(Some(tried("command", &faults, || "exit code 0".to_owned())))
    }
}

fn tried(name: &str, faults: &[String], fine: impl FnOnce() -> String) -> Tried {
    let detail = if faults.is_empty() { fine() } else { faults.join("; ") };
    Tried { name: name.to_owned(), passed: faults.is_empty(), detail }
}

fn bytes(files: &[ShippedFile], lost: &[String]) -> Tried {
    tried("bytes", lost, || format!("{} files are stored as they shipped", files.len()))
}

fn there(root: &Path, files: &[ShippedFile], name: &str) -> miette::Result<Tried> {
    let differing: Vec<String> =
        scratch::differing(root, files)?.into_iter().map(|path| format!("{path} is another")).collect();
    Ok(tried(name, &differing, || format!("{} files stand as they should", files.len())))
}

fn in_time(took: Duration, expected: Option<u64>) -> Tried {
    let faults: Vec<String> = expected
        .filter(|within| took > Duration::from_secs(*within))
        .map(|within| format!("{} s, and {within} s are allowed", took.as_secs()))
        .into_iter()
        .collect();
    tried("time", &faults, || expected.map_or("no target".to_owned(), |within| format!("within {within} s")))
}

