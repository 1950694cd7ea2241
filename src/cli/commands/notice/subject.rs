//! The release that a notice is about: cut, or still to come.

use crate::cli::commands::notes;
use crate::cli::discipline::Situation;
use crate::cli::load::Session;
use crate::cli::planning::{self, choices};
use crate::cli::shipped::Shelf;
use crate::cli::{Context, cut};
use crate::lock::ReleaseName;
use crate::release::intents::Intent;
use crate::release::plan::Plan;
use crate::release::standing::History;

/// A release with its plan, and what its authors say.
#[derive(Debug)]
pub(super) struct Subject {
    /// The repository; of a release to come, under the policy of the commit that it would be cut from.
    pub(super) session: Session,
    /// The plan.
    pub(super) plan: Plan,
    /// What the authors of its changes say.
    pub(super) intents: Vec<Intent>,
    /// What it is judged by.
    pub(super) situation: Situation,
}

impl Subject {
    /// The release `name`; without a name, the one that was cut last.
    ///
    /// # Errors
    /// When there is none, when it has no plan, or when something cannot be read.
    pub(super) fn of(name: Option<&ReleaseName>, context: &Context) -> miette::Result<Self> {
        let session = Session::open(context)?;
        let shelf = Shelf::of(&session.repository)?;
        let situation = Situation::of(&session, context)?;
        let Some(name) = name.or(situation.standing.newest.as_ref()).cloned() else {
            return Err(miette::miette!(
                code = "notice::no_release",
                help = "name the release that is to come: `pv notice draft NAME`",
                "nothing was released yet"
            ));
        };
        let found = situation.histories.iter().find(|history| history.record.name == name);
        match found.map(|history| history.plan.clone()) {
            Some(Some(plan)) => {
                let intents = notes::intents_of(&shelf, &name)?;
                Ok(Self { session, plan, intents, situation })
            }
            Some(None) => Err(unplanned(&name)),
            None => to_come(session, &name, context),
        }
    }

    /// The release as its folder tells it, once it is cut.
    pub(super) fn history(&self) -> Option<&History> {
        self.situation.histories.iter().find(|history| history.record.name == self.plan.release)
    }
}

/// The release that would be cut from `HEAD` now.
fn to_come(session: Session, name: &ReleaseName, context: &Context) -> miette::Result<Subject> {
    let source = session.head()?;
    let session = session.judging(&source, context)?;
    let lock = Shelf::of(&session.repository)?.lock()?;
    let next = cut::plan(&session, source, lock, context)?;
    if let Some(refusal) = next.refusals.first() {
        return Err(miette::miette!(code = "notice::no_plan", help = refusal.help.clone(), "{}", refusal.message));
    }
    let chosen = choices(&session, name)?;
    let Some(planned) = planning::planned(&next, name, &chosen, (&session, context))? else {
        return Err(unplanned(name));
    };
    let (plan, situation) = (planned.plan, planned.situation);
    Ok(Subject { session, plan, intents: next.intents.intents, situation })
}

fn unplanned(name: &ReleaseName) -> miette::Report {
    miette::miette!(
        code = "notice::no_plan",
        help = "the first release owes no notice; of a later one, commit its changes first: notices are about what HEAD would ship",
        "release {name} has no plan to tell of"
    )
}
