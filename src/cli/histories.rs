//! Releases as their folders tell them: records, plans, logs.

use super::shipped::Shelf;
use crate::domain::Problem;
use crate::lock::{self, ReleaseName};
use crate::release::checks::{Refused, log as checks};
use crate::release::log::{self, Chain};
use crate::release::plan::{self, Plan};
use crate::release::standing::History;
use crate::report::Unreadable;

/// Everything that was released, in the order of the cuts.
///
/// # Errors
/// When a record or a plan cannot be read; a [`Refused`] of integrity when a log is not what was written.
pub(super) fn all(shelf: &Shelf) -> miette::Result<Vec<History>> {
    let mut histories = shelf.releases().iter().map(|name| one(shelf, name)).collect::<miette::Result<Vec<_>>>()?;
    histories.sort_by_key(|history| (history.cut(), history.record.name.clone()));
    Ok(histories)
}

/// The same; a plan that cannot be read is none, and of a damaged log what can be read: for what that may not stop, a
/// rollback.
///
/// # Errors
/// As [`all`], plans and logs aside.
pub(super) fn whatever_the_plans(shelf: &Shelf) -> miette::Result<Vec<History>> {
    let planless = |name: &ReleaseName| history(shelf, name, (plan(shelf, name).ok().flatten(), chain(shelf, name)));
    let mut histories = shelf.releases().iter().map(planless).collect::<miette::Result<Vec<_>>>()?;
    histories.sort_by_key(|history| (history.cut(), history.record.name.clone()));
    Ok(histories)
}

/// One release.
///
/// # Errors
/// As [`all`].
pub(super) fn one(shelf: &Shelf, name: &ReleaseName) -> miette::Result<History> {
    history(shelf, name, (plan(shelf, name)?, intact(chain(shelf, name))?))
}

fn history(shelf: &Shelf, name: &ReleaseName, (plan, chain): (Option<Plan>, Chain)) -> miette::Result<History> {
    let record = shelf.record(name)?;
    let artefacts = record.artefacts.iter().map(|(id, shipped)| (id.clone(), shipped.entry.clone())).collect();
    let events = chain.links.into_iter().map(|link| link.event).collect();
    Ok(History { lock: lock::digest(&artefacts), plan, record, events })
}

/// The plan of a release; `None`: it has none.
///
/// # Errors
/// When it cannot be read.
pub(super) fn plan(shelf: &Shelf, name: &ReleaseName) -> miette::Result<Option<Plan>> {
    let path = Plan::path(name);
    let Some(bytes) = shelf.read(&path) else { return Ok(None) };
    let plan = plan::decode(&path, &String::from_utf8_lossy(&bytes));
    plan.map(Some).map_err(|problem| unreadable(&path, problem))
}

/// The log of a release, as it was found.
pub(super) fn chain(shelf: &Shelf, name: &ReleaseName) -> Chain {
    let files = shelf.texts_in(&log::folder(name));
    log::chain(files.iter().map(|(path, text)| (path.as_str(), text.as_str())))
}

/// The log, unless it is broken.
///
/// # Errors
/// The first fault.
pub(super) fn intact(chain: Chain) -> miette::Result<Chain> {
    if let Some(problem) = chain.problems.first() {
        let place = format!("{}:{}", problem.place.path, problem.place.line);
        return Err(Refused::by(&checks::EVENT_UNREADABLE, format!("{place}: {}", problem.message)).into());
    }
    match chain.broken.first() {
        Some(refused) => Err(refused.clone().into()),
        None => Ok(chain),
    }
}

/// A record that cannot be read, underlined.
pub(super) fn unreadable(path: &str, problem: Problem) -> miette::Report {
    Unreadable::new(path, vec![problem]).into()
}
