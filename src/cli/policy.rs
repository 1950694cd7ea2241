//! Whose policy judges a change: its base's, not its own.

use super::Context;
use super::load::{self, CONFIG, Session};
use super::sides::Sides;
use crate::config::{Config, Patterns};
use crate::diff::Comparison;
use crate::domain::{Place, Severity};
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
    base: Option<Config>,
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
            let session = Session { config, ..judged };
            Ok(Judging { session, source, refusals: Vec::new(), base: Some(base) })
        }
        Ok(None) => {
            let note = "there is no pv.toml at the base: the change's own policy, or the built-in one, judges it";
            let own = PolicySource { spec: sides.new.spec().to_owned(), commit: None, note: Some(note.to_owned()) };
            Ok(Judging { session: judged, source: own, refusals: Vec::new(), base: None })
        }
        Err(error) => {
            let message = format!("pv.toml of {} cannot be read: {error}", from.spec());
            let own = PolicySource { spec: sides.new.spec().to_owned(), commit: None, note: Some(message.clone()) };
            let refusal = warning(Refused::by(&checks::BASE_UNREADABLE, message));
            Ok(Judging { session: judged, source: own, refusals: vec![refusal], base: None })
        }
    }
}

fn config_of(snapshot: &Snapshot) -> miette::Result<Option<Config>> {
    let Some((path, text)) = load::held(snapshot, CONFIG)? else { return Ok(None) };
    load::parse(&path, &text).map(Some)
}

/// The base's policy over the change's artefacts: code paths of both, models that either knows.
fn governed(base: &Config, own: &Config) -> Config {
    let mut config = base.clone();
    config.selectors.clone_from(&own.selectors);
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
    let is_edited = governed(base, own).digest() != own.digest();
    is_edited.then(|| "the change edits the policy in pv.toml; the base's judges it".to_owned())
}

impl Judging {
    /// The changed files that the base manages and the change does not.
    pub(super) fn unmanaged(&self, comparison: &Comparison) -> Vec<Refusal> {
        let Some(base) = self.base.as_ref().filter(|base| !base.selectors.is_empty()) else { return Vec::new() };
        let own = &self.session.config;
        let is_lost =
            |path: &str| base.select(path).is_some() && own.select(path).is_none() && !own.selectors.is_empty();
        let lost = comparison.paths.iter().filter(|change| is_lost(&change.path));
        lost.map(|change| released(&change.path)).collect()
    }
}

fn released(path: &str) -> Refusal {
    let message = format!("{path} is an artefact under the base's pv.toml, and none under this one");
    Refusal {
        refused: Refused::by(&checks::ARTEFACT_RELEASED, message),
        severity: Severity::Error,
        artefact: None,
        place: Some(Place { path: path.into(), line: 1, column: 1 }),
    }
}

fn warning(refused: Refused) -> Refusal {
    Refusal { refused, severity: Severity::Warning, artefact: None, place: None }
}
