//! Whose policy judges a change: its base's, not its own.

use std::collections::BTreeSet;

use super::Context;
use super::load::{self, CONFIG, Session};
use super::sides::Sides;
use crate::config::{Config, Patterns};
use crate::diff::{Artefact, Comparison};
use crate::domain::{ArtefactId, Place, Severity};
use crate::git::Snapshot;
use crate::release::checks::{Refused, policy as checks};
use crate::report::{PolicySource, Refusal};

/// What a change is judged by.
#[derive(Debug)]
pub(super) struct Judging {
    /// The session under that policy: what is an artefact, and what is known of models, the change itself says.
    pub(super) session: Session,
    /// Where the policy is from.
    pub(super) source: PolicySource,
    /// What a reviewer should know of it.
    pub(super) refusals: Vec<Refusal>,
    /// The base's configuration, and the change's own.
    base: Option<(Config, Config)>,
}

/// Refuses `--config` for what goes down in a record: that is judged by what is committed.
///
/// # Errors
/// When it was given, and something `is_recorded`.
pub(super) fn refuse_own(is_recorded: bool, context: &Context) -> miette::Result<()> {
    match &context.global.config {
        Some(file) if is_recorded => Err(miette::miette!(
            code = "cli::config",
            help = "commit the policy as pv.toml; an exception from it is `pv override request`",
            "{} would judge what goes down in a record",
            file.display()
        )),
        _ => Ok(()),
    }
}

/// The session under the policy of the old side (of `policy_ref`, where it is given). `--config` stands above both.
///
/// # Errors
/// When `policy_ref` or a configuration cannot be read; a base's with faults is told of instead.
pub(super) fn of_base(
    session: Session,
    sides: &Sides,
    policy_ref: Option<&str>,
    context: &Context,
) -> miette::Result<Judging> {
    let judged = session.judging(&sides.new, context)?;
    if let Some(file) = &context.global.config {
        let source = PolicySource { spec: file.display().to_string(), commit: None, note: None };
        return Ok(Judging { session: judged, source, refusals: Vec::new(), base: None });
    }
    let named = policy_ref.map(|spec| judged.snapshot(spec)).transpose()?;
    let from = named.as_ref().unwrap_or(&sides.old);
    let aloud = policy_ref.map(|spec| format!("--policy-ref {spec}: not the base's policy"));
    let source = |spec: &str, note: Option<String>| PolicySource {
        spec: spec.to_owned(),
        commit: from.commit().map(str::to_owned),
        note,
    };
    match config_of(from) {
        Ok(Some(base)) => {
            let note = aloud.or_else(|| edited(&base, &judged.config));
            let source = source(from.spec(), note);
            let config = governed(&base, &judged.config);
            let both = Some((base, judged.config.clone()));
            let session = Session { config, ..judged };
            Ok(Judging { session, source, refusals: Vec::new(), base: both })
        }
        Ok(None) => {
            let note = "there is no pv.toml at the base: the built-in policy judges";
            let own = PolicySource { spec: "built-in".to_owned(), commit: None, note: Some(note.to_owned()) };
            Ok(Judging { session: built_in(judged), source: own, refusals: Vec::new(), base: None })
        }
        Err(error) => {
            let message = format!("pv.toml of {} cannot be read: {error}", from.spec());
            let own = PolicySource { spec: "built-in".to_owned(), commit: None, note: Some(message.clone()) };
            let refusal = warning(Refused::by(&checks::BASE_UNREADABLE, message));
            Ok(Judging { session: built_in(judged), source: own, refusals: vec![refusal], base: None })
        }
    }
}

fn config_of(snapshot: &Snapshot) -> miette::Result<Option<Config>> {
    let Some((path, text)) = load::held(snapshot, CONFIG)? else { return Ok(None) };
    load::parse(&path, &text).map(Some)
}

/// The session under the built-in policy, over what the change itself says are artefacts.
fn built_in(session: Session) -> Session {
    let config = governed(&Config::default(), &session.config);
    Session { config, ..session }
}

/// The base's policy: what it manages it goes on managing as it did, and beside that what the change adds; code paths
/// of both, models that either knows.
fn governed(base: &Config, own: &Config) -> Config {
    let mut config = base.clone();
    config.selectors.extend(own.selectors.iter().cloned());
    let is_new = |paths: &&Patterns| base.code.iter().all(|known| known.written() != paths.written());
    config.code.extend(own.code.iter().filter(is_new).cloned());
    config.store = own.store.clone();
    for (name, entry) in &own.models {
        config.models.entry(name.clone()).or_insert_with(|| entry.clone());
    }
    config
}

/// Whether the change edits the policy that would judge it.
fn edited(base: &Config, own: &Config) -> Option<String> {
    let without_selectors = |config: &Config| Config { selectors: Vec::new(), ..config.clone() };
    let is_edited = without_selectors(&governed(base, own)).digest() != without_selectors(own).digest();
    is_edited.then(|| "the change edits the policy in pv.toml; the base's judges it".to_owned())
}

impl Judging {
    /// What the change takes out of management: files that its own pv.toml no longer selects, and artefacts that were
    /// moved to where nothing selects them.
    pub(super) fn unmanaged(&self, comparison: &Comparison, new: &Snapshot) -> Vec<Refusal> {
        let changed: BTreeSet<&str> = comparison.paths.iter().map(|change| change.path.as_str()).collect();
        let (edited, kept): (Vec<String>, Vec<String>) =
            self.deselected(new).into_iter().partition(|path| changed.contains(path.as_str()));
        let edited = edited.iter().map(|path| deselected(path, 1, Severity::Error));
        let kept = kept.first().map(|path| deselected(path, kept.len(), Severity::Warning));
        edited.chain(kept).chain(self.moved_out(comparison, new)).collect()
    }

    fn deselected(&self, new: &Snapshot) -> Vec<String> {
        let Some((base, own)) =
            self.base.as_ref().filter(|(base, own)| !base.selectors.is_empty() && !own.selectors.is_empty())
        else {
            return Vec::new();
        };
        let paths = new.entries().iter().map(|entry| &entry.path);
        paths.filter(|path| base.select(path).is_some() && own.select(path).is_none()).cloned().collect()
    }

    fn moved_out(&self, comparison: &Comparison, new: &Snapshot) -> Vec<Refusal> {
        let gone: Vec<&Artefact> = comparison
            .artefacts
            .iter()
            .filter(|diff| diff.after.is_none())
            .filter_map(|diff| diff.before.as_ref())
            .collect();
        if gone.is_empty() || self.session.config.selectors.is_empty() {
            return Vec::new();
        }
        let added = comparison.paths.iter().filter(|change| change.in_new && !change.in_old);
        let added = added.filter(|change| self.session.config.select(&change.path).is_none());
        let gone: Vec<(&ArtefactId, BTreeSet<String>)> =
            gone.into_iter().map(|old| (&old.id, lines(old.as_text()))).collect();
        let texts = added.filter_map(|change| Some((&change.path, lines(&text_of(new, &change.path)?))));
        let alike = texts.filter_map(|(path, new)| Some((path, gone.iter().find(|(_, old)| is_alike(old, &new))?)));
        alike.map(|(path, (id, _))| moved_out(id, path)).collect()
    }
}

/// The text of a file that is small enough to be an artefact that was moved.
fn text_of(snapshot: &Snapshot, path: &str) -> Option<String> {
    const LARGEST: u64 = 1 << 20;
    let bytes = snapshot.read(snapshot.entry(path)?, LARGEST).ok()?;
    String::from_utf8(bytes).ok()
}

/// The lines that say something.
fn lines(text: &str) -> BTreeSet<String> {
    let lines = text.lines().map(str::trim).filter(|line| line.chars().any(char::is_alphanumeric));
    lines.map(str::to_owned).collect()
}

/// Whether at least half of the lines of `old` stand in `new`.
fn is_alike(old: &BTreeSet<String>, new: &BTreeSet<String>) -> bool {
    !old.is_empty() && 2 * old.intersection(new).count() >= old.len()
}

fn deselected(path: &str, count: usize, severity: Severity) -> Refusal {
    let message = match count {
        1 => format!("{path} is an artefact under the base's pv.toml, and none under this one"),
        count => format!("{count} files are artefacts under the base's pv.toml, and none under this one: {path}, …"),
    };
    released(message, path, severity)
}

fn moved_out(gone: &ArtefactId, path: &str) -> Refusal {
    let message = format!("{gone} is gone, and {path}, which nothing in pv.toml selects, holds most of its text");
    released(message, path, Severity::Error)
}

fn released(message: String, path: &str, severity: Severity) -> Refusal {
    Refusal {
        refused: Refused::by(&checks::ARTEFACT_RELEASED, message),
        severity,
        artefact: None,
        place: Some(Place { path: path.into(), line: 1, column: 1 }),
    }
}

fn warning(refused: Refused) -> Refusal {
    Refusal { refused, severity: Severity::Warning, artefact: None, place: None }
}
