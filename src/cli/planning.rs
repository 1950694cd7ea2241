//! The plan of the release that is about to be cut, and what stands against it.

use std::collections::{BTreeMap, BTreeSet};

use super::cut::Next;
use super::discipline::{self, Situation};
use super::load::Session;
use super::shipped::Shelf;
use super::{Context, Exit, histories, intents};
use crate::domain::{ArtefactId, Severity, Stage};
use crate::lock::ReleaseName;
use crate::release::calendar::{self, Projection};
use crate::release::checks::Judgement;
use crate::release::gates::Judged;
use crate::release::overrides;
use crate::release::plan::{self, Choices, Inputs, Plan};

/// A plan, judged.
#[derive(Debug)]
pub(super) struct Planned {
    /// The plan.
    pub(super) plan: Plan,
    /// What is to be said of it: errors first.
    pub(super) judgements: Vec<Judgement>,
    /// The exceptions that it goes by.
    pub(super) overrides: BTreeSet<String>,
    /// What it was judged by.
    pub(super) situation: Situation,
}

/// What was chosen for a release when its plan was written.
///
/// # Errors
/// When the written plan cannot be read.
pub(super) fn choices(session: &Session, name: &ReleaseName) -> miette::Result<Choices> {
    let written = histories::plan(&Shelf::of(&session.repository)?, name)?;
    Ok(written.as_ref().map(Choices::of).unwrap_or_default())
}

/// The plan of the release `name`, judged; `None` for the first release, which is what was live before.
///
/// # Errors
/// When the changes need each other in a circle, or a release cannot be read.
pub(super) fn planned(
    next: &Next,
    name: &ReleaseName,
    choices: &Choices,
    (session, context): (&Session, &Context),
) -> miette::Result<Option<Planned>> {
    if next.previous_name().is_none() || next.is_unchanged() {
        return Ok(None);
    }
    let plan = draft(next, name, choices, session)?;
    let situation = Situation::of(session, context)?.with(next.manifest());
    let ground = situation.ground(session, &plan, Stage::Lock);
    let (judgements, overrides) = (discipline::judge(&ground), overrides::used(&ground).into_iter().collect());
    Ok(Some(Planned { plan, judgements, overrides, situation }))
}

fn draft(next: &Next, name: &ReleaseName, choices: &Choices, session: &Session) -> miette::Result<Plan> {
    let artefacts = &next.plan.artefacts;
    let owner = |id: &ArtefactId| Some((id.clone(), next.owner(id)?));
    let material = |id: &ArtefactId| Some((id.clone(), material(next, id)?));
    let (owners, material): (BTreeMap<_, _>, BTreeMap<_, _>) =
        (artefacts.keys().filter_map(owner).collect(), artefacts.keys().filter_map(material).collect());
    let mut features = next.manifest();
    features.retain(|feature| feature.settings.flag.is_some());
    let inputs = Inputs {
        release: name,
        previous: next.previous_name(),
        artefacts,
        decisions: next.decisions(),
        changed: &intents::of_classified(&next.classified),
        owners: &owners,
        material: &material,
        features: &features,
        config: &session.config,
        choices,
    };
    Ok(plan::draft(&inputs)?)
}

/// What authors say of whether people outside must be told of a change: one that says so is enough.
fn material(next: &Next, id: &ArtefactId) -> Option<bool> {
    let intents = next.intents.intents.iter().filter(|intent| intent.artefacts.contains(id));
    intents.filter_map(|intent| intent.material).max()
}

impl Planned {
    /// What stops the release.
    pub(super) fn errors(&self) -> impl Iterator<Item = &Judgement> {
        self.judgements.iter().filter(|one| one.severity == Severity::Error)
    }

    /// Waives those of the release's `gates` that its exceptions leave out.
    pub(super) fn waive(&self, gates: &mut [Judged], session: &Session) {
        discipline::waive_gates(gates, &self.situation.ground(session, &self.plan, Stage::Lock));
    }

    /// The earliest moments that the calendar allows for the steps, from now on; `None` where it allows none.
    pub(super) fn projection(&self, session: &Session) -> Option<Projection> {
        let (calendar, at) = (&session.config.calendar, &self.situation.at);
        let occasions = calendar::occasions(&self.plan, &self.situation.histories, 1);
        calendar::project(calendar, &occasions, at).ok().or_else(|| calendar::next_fit(calendar, &occasions, at))
    }

    /// The exit code that says so.
    pub(super) fn exit(&self) -> Exit {
        Exit::of_judgements(&self.judgements)
    }
}
