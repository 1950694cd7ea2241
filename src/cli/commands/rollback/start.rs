//! What a rollback starts from: the latest release, those before it, what is live.

use std::collections::{BTreeMap, BTreeSet};

use crate::cli::load::Session;
use crate::cli::shipped::Shelf;
use crate::cli::{Context, histories};
use crate::domain::{ArtefactId, Instant};
use crate::lock::{Release, ReleaseName};
use crate::lock::record::Record;
use crate::release::coordination::Feature;
use crate::release::checks::{Refused, rollback as checks};
use crate::release::log::EventKind;
use crate::release::rollback::{Present, Way};
use crate::release::standing::{self, History, Phase, Standing};

/// What a rollback starts from.
pub(super) struct Start {
    /// The repository.
    pub(super) session: Session,
    /// What shipped.
    pub(super) shelf: Shelf,
    /// What the latest release shipped.
    pub(super) current: Record,
    /// Every other release, in the order of the cuts.
    pub(super) earlier: Vec<History>,
    /// What is live.
    pub(super) standing: Standing,
    /// The flag of each feature of the latest release.
    pub(super) flags: BTreeMap<ArtefactId, String>,
    /// The instant.
    pub(super) at: Instant,
    /// Releases on top of the latest one that are in no commit: what an interrupted run may have left.
    pub(super) begun: Vec<Record>,
}

/// Nothing was released.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
#[error("nothing was released yet, so there is nothing to take back")]
#[diagnostic(code("rollback::unreleased"), help("`pv lock --name NAME --write` cuts the first release"))]
pub(super) struct Unreleased;

impl Start {
    /// The state of a repository.
    ///
    /// # Errors
    /// When nothing was released, or a release cannot be read.
    pub(super) fn of(context: &Context) -> miette::Result<Self> {
        let (session, shelf, latest) = Self::latest(context)?;
        Self::after(latest.name, (session, shelf), context)
    }

    /// The same, as it was before the latest release, where that is in no commit yet: `None` where it is.
    ///
    /// # Errors
    /// As [`Start::of`].
    pub(super) fn before_uncommitted(context: &Context) -> miette::Result<Option<Self>> {
        let (session, shelf, latest) = Self::latest(context)?;
        let is_committed = session.head()?.entry(&latest.name.record_path()).is_some();
        match latest.previous {
            Some(previous) if !is_committed => Self::after(previous, (session, shelf), context).map(Some),
            _ => Ok(None),
        }
    }

    fn latest(context: &Context) -> miette::Result<(Session, Shelf, Release)> {
        let session = Session::open_whatever(context)?;
        let shelf = Shelf::of(&session.repository)?;
        let latest = shelf.lock()?.and_then(|lock| lock.release).ok_or(Unreleased)?;
        Ok((session, shelf, latest))
    }

    /// The state in which `latest` is the latest release.
    fn after(latest: ReleaseName, (session, shelf): (Session, Shelf), context: &Context) -> miette::Result<Self> {
        let (current, head, at) = (shelf.record(&latest)?, session.head()?, context.now());
        let mut all = histories::whatever_the_plans(&shelf)?;
        let is_begun = |history: &History| {
            history.record.previous.as_ref() == Some(&latest) && head.entry(&history.record.name.record_path()).is_none()
        };
        let begun = all.iter().filter(|history| is_begun(history)).map(|history| history.record.clone()).collect();
        all.retain(|history| !is_begun(history));
        let standing = standing::at(&all, &at);
        all.retain(|history| history.record.name != latest);
        let flags = flags(&current);
        Ok(Self { session, shelf, current, earlier: all, standing, flags, at, begun })
    }

    /// What the cascade is computed from.
    pub(super) fn present<'a>(&'a self, dropped: &'a BTreeSet<String>) -> Present<'a> {
        let (current, earlier, standing, flags) = (&self.current, &self.earlier, &self.standing, &self.flags);
        Present { current, earlier, standing, flags, dropped }
    }

    /// A release before the latest.
    ///
    /// # Errors
    /// When there is none of that name.
    pub(super) fn release(&self, name: &ReleaseName) -> miette::Result<&History> {
        if *name == self.current.name {
            return Err(miette::miette!(
                code = "rollback::latest",
                help = "name a release before it: `pv log` lists them",
                "{name} is the latest release: there is nothing to go back to it from"
            ));
        }
        let found = self.earlier.iter().find(|history| history.record.name == *name);
        found.ok_or_else(|| self.shelf.unknown_release(name.as_str()))
    }

    /// Why what `way` would bring back is nothing to go back to: it was taken back itself, or everybody never had it.
    pub(super) fn unproven(&self, to: Option<&ReleaseName>, way: &Way) -> Option<Refused> {
        let back = way.moves.iter().find_map(|(id, one)| {
            let digest = &one.to.as_ref()?.shipped.entry.digest;
            self.standing.is_rolled_back(id, digest)
        });
        if let Some(back) = back {
            let message = format!("{}@{} was rolled back itself, after release {}", back.artefact, back.version, back.release);
            return Some(Refused::by(&checks::TARGET_UNPROVEN, message));
        }
        let (is_stepped, rollout) = (self.is_stepped(), self.standing.rollouts.get(to?)?);
        let has_begun_only = matches!(rollout.phase, Phase::Cut | Phase::Stepping | Phase::Held);
        let message = format!("release {} is at `{}`: everybody never had it", to?, rollout.phase);
        (is_stepped && has_begun_only).then(|| Refused::by(&checks::TARGET_UNPROVEN, message))
    }

    /// Whether steps are recorded here at all.
    fn is_stepped(&self) -> bool {
        self.standing.events.iter().any(|event| matches!(event.kind, EventKind::Step | EventKind::Promote))
    }

    /// The release whose log says how far a flag is: the one that set it last, else the latest that ships its feature.
    pub(super) fn release_of_flag(&self, flag: &str) -> Option<ReleaseName> {
        let set = self.standing.events.iter().rev().find(|event| event.flags.contains_key(flag));
        let ships = || self.flags.values().any(|known| known == flag).then(|| self.current.name.clone());
        set.map(|event| event.release.clone()).or_else(ships)
    }

    /// Whether the flag is known to be at 0.
    pub(super) fn is_at_none(&self, flag: &str) -> bool {
        self.standing.flags.get(flag).is_some_and(|weight| weight.is_none())
    }

    /// A flag that no log and no feature knows is a typing error.
    pub(super) fn refuse_unknown_flag(&self, flag: &str) -> miette::Result<()> {
        if self.release_of_flag(flag).is_some() {
            return Ok(());
        }
        let known: BTreeSet<&String> = self.flags.values().chain(self.standing.flags.keys()).collect();
        let known: Vec<&str> = known.into_iter().map(String::as_str).collect();
        let help = match known.as_slice() {
            [] => "no feature of the latest release has a flag; `--change` and `--to` take artefacts back".to_owned(),
            known => format!("known are: {}", known.join(", ")),
        };
        Err(miette::miette!(code = "rollback::unknown_flag", help = help, "there is no flag `{flag}`"))
    }
}

/// The flags of a release's features.
fn flags(record: &Record) -> BTreeMap<ArtefactId, String> {
    let flags = Feature::all_shipped(record).into_iter();
    flags.filter_map(|feature| Some((feature.id, feature.settings.flag?.text))).collect()
}
