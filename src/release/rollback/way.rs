//! What a rollback does: which artefacts move, which flags go to 0, and the release that comes of it.

use std::collections::{BTreeMap, BTreeSet};

use miette::Diagnostic;

use crate::domain::{ArtefactId, Bump, Digest, Version, Weight};
use crate::lock::ReleaseName;
use crate::lock::record::{Record, Shipped};
use crate::release::log::{Event, RolledBack};
use crate::release::standing::{History, Standing};

/// What a rollback starts from.
#[derive(Debug, Clone, Copy)]
pub struct Present<'a> {
    /// What the latest release shipped.
    pub current: &'a Record,
    /// The releases before it, in the order of their cuts.
    pub earlier: &'a [History],
    /// What is live.
    pub standing: &'a Standing,
    /// The flag of each feature.
    pub flags: &'a BTreeMap<ArtefactId, String>,
    /// Flags that go to 0 along with the rollback.
    pub dropped: &'a BTreeSet<String>,
}

/// What a rollback does.
#[derive(Debug, Clone, Default)]
pub struct Way {
    /// What becomes of each artefact that moves.
    pub moves: BTreeMap<ArtefactId, Move>,
    /// The flags that go to 0, and why.
    pub flags: BTreeMap<String, String>,
    /// Dependants that stay although they never ran with what their foundation goes back to, and why that is well.
    pub kept: BTreeMap<ArtefactId, String>,
}

/// What becomes of one artefact.
#[derive(Debug, Clone)]
pub struct Move {
    /// What it is now; `None`: it is not there.
    pub from: Option<Shipped>,
    /// What it becomes; `None`: it goes away.
    pub to: Option<Target>,
    /// Why.
    pub because: String,
}

/// A content to go back to.
#[derive(Debug, Clone)]
pub struct Target {
    /// The release that shipped it.
    pub release: ReleaseName,
    /// What it shipped.
    pub shipped: Shipped,
}

/// Why there is no way back.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum NoWay {
    /// The artefact never shipped.
    #[error("no release shipped {0}")]
    #[diagnostic(
        code("rollback::unknown_artefact"),
        help("`pv log` lists the releases, `pv show release:NAME` what one shipped")
    )]
    Unknown(ArtefactId),
    /// The version never shipped before the current one.
    #[error("{id}@{version} was not shipped by a release before {current}")]
    #[diagnostic(code("rollback::unknown_version"), help("shipped before it were: {known}"))]
    NeverShipped {
        /// Which artefact.
        id: ArtefactId,
        /// The version asked for.
        version: Version,
        /// The latest release.
        current: ReleaseName,
        /// The versions that were.
        known: String,
    },
}

impl Present<'_> {
    /// The releases before the latest, newest first.
    pub(super) fn newest_first(&self) -> impl Iterator<Item = &History> {
        self.earlier.iter().rev()
    }

    /// Whether nobody is exposed to what the flag switches.
    pub(super) fn is_off(&self, flag: &str) -> bool {
        self.dropped.contains(flag) || self.standing.flags.get(flag).is_some_and(|weight| weight.is_none())
    }

    /// The contents of an artefact that go, when `kept` stays: the latest release's, and what else is served of it and was
    /// cut after `since`.
    fn bad(&self, id: &ArtefactId, kept: Option<&Digest>, since: Option<&ReleaseName>) -> Vec<RolledBack> {
        let place = |name: &ReleaseName| self.earlier.iter().position(|history| history.record.name == *name);
        let floor = since.and_then(place);
        let is_later = |name: &ReleaseName| place(name).is_none_or(|at| floor.is_none_or(|floor| at > floor));
        let served = self.standing.artefacts.get(id).into_iter().flat_map(|served| {
            served.stable.iter().chain(served.canary.iter().map(|(canary, _)| canary)).chain(served.partitions.values())
        });
        let served = served.filter(|serving| is_later(&serving.release));
        let mut bad: Vec<RolledBack> = served
            .map(|serving| RolledBack {
                artefact: id.clone(),
                version: serving.version.clone(),
                digest: serving.digest.clone(),
                release: serving.release.clone(),
            })
            .collect();
        bad.extend(self.current.artefacts.get(id).map(|shipped| RolledBack {
            artefact: id.clone(),
            version: shipped.entry.version.clone(),
            digest: shipped.entry.digest.clone(),
            release: self.origin(id, &shipped.entry.digest),
        }));
        bad.retain(|one| Some(&one.digest) != kept);
        let mut seen = BTreeSet::new();
        bad.retain(|one| seen.insert(one.digest.clone()));
        bad
    }

    /// The release that brought the content which the latest one ships.
    pub(super) fn origin(&self, id: &ArtefactId, digest: &Digest) -> ReleaseName {
        let has = |history: &&History| history.record.artefacts.get(id).is_some_and(|old| old.entry.digest == *digest);
        let run = self.newest_first().take_while(has).last();
        run.map_or(&self.current.name, |history| &history.record.name).clone()
    }
}

impl Way {
    /// Whether nothing would be done.
    pub fn is_empty(&self) -> bool {
        self.moves.is_empty() && self.flags.is_empty()
    }

    /// What the release of the rollback ships: what moves as it moves, everything else as it is. What is left of a
    /// dependency on something that goes away is no dependency any more.
    pub fn artefacts(&self, current: &Record) -> BTreeMap<ArtefactId, Shipped> {
        let stay = current.artefacts.iter().filter(|(id, _)| !self.moves.contains_key(*id));
        let mut artefacts: BTreeMap<ArtefactId, Shipped> = stay.map(|(id, old)| (id.clone(), unchanged(old))).collect();
        let moved = self.moves.iter().filter_map(|(id, one)| Some((id.clone(), one.shipped()?)));
        artefacts.extend(moved);
        let there: BTreeSet<ArtefactId> = artefacts.keys().cloned().collect();
        artefacts.values_mut().for_each(|shipped| shipped.entry.requires.retain(|id| there.contains(id)));
        artefacts
    }

    /// The event that says so, in the log of the release of the rollback. `to`: the release that everything goes back to.
    pub fn tell(&self, event: &mut Event, present: &Present<'_>, to: Option<&ReleaseName>) {
        for (id, one) in &self.moves {
            let digest = one.to.as_ref().map(|target| &target.shipped.entry.digest);
            let since = to.or(one.to.as_ref().map(|target| &target.release));
            event.rolled_back.extend(present.bad(id, digest, since));
            match one.to {
                Some(_) => drop(event.weights.insert(id.clone(), Weight::FULL)),
                None => drop(event.removed.insert(id.clone())),
            }
        }
        event.flags.extend(self.flags.keys().map(|flag| (flag.clone(), Weight::NONE)));
    }
}

impl Move {
    /// What the new release ships of it.
    fn shipped(&self) -> Option<Shipped> {
        let target = self.to.as_ref()?;
        let types = self.from.as_ref().map(|from| from.types.clone()).unwrap_or_default();
        Some(Shipped {
            types,
            class: None,
            bump: Bump::None,
            reason: "rolled back".to_owned(),
            from: self.from.as_ref().map(|from| from.entry.version.clone()),
            evidence: BTreeSet::new(),
            lowered: None,
            ..target.shipped.clone()
        })
    }
}

fn unchanged(shipped: &Shipped) -> Shipped {
    Shipped {
        types: BTreeSet::new(),
        class: None,
        bump: Bump::None,
        reason: "unchanged".to_owned(),
        from: Some(shipped.entry.version.clone()),
        evidence: BTreeSet::new(),
        lowered: None,
        ..shipped.clone()
    }
}
