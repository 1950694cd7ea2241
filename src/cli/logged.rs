//! The log and the plan of a release held against what they claim.

use std::collections::BTreeMap;

use super::histories;
use super::shipped::Shelf;
use crate::git::Snapshot;
use crate::lock::verify::Fault;
use crate::lock::{self, ReleaseName};
use crate::release::checks::{Check, Refused, log as checks};
use crate::release::ground::Papers;
use crate::release::log::{self, Chain};
use crate::release::plan::{self, Plan};
use crate::release::standing::{self, History};
use crate::release::{records, rollout};

/// An event, or a decision, is far smaller than this, in bytes.
const LARGEST: u64 = 4 << 20;

/// Everything that is wrong with the log and the plan of a release. `head` is the commit that the worktree stands on,
/// where the shelf is the worktree: what it holds of the log is there as it was.
pub(super) fn faults(shelf: &Shelf, name: &ReleaseName, head: Option<&Snapshot>) -> Vec<Fault> {
    let chain = histories::chain(shelf, name);
    let mut faults: Vec<Fault> = chain
        .problems
        .iter()
        .map(|problem| {
            let found = format!("line {}, column {}: {}", problem.place.line, problem.place.column, problem.message);
            fault(&checks::EVENT_UNREADABLE, &problem.place.path, found)
        })
        .collect();
    faults.extend(chain.broken.iter().map(|refused| of_log(name, refused)));
    let plan = histories::plan(shelf, name);
    faults.extend(unplanned(shelf, name));
    faults.extend(unbegun(name, &chain, matches!(plan, Ok(Some(_)))));
    if let (Ok(record), Ok(plan)) = (shelf.record(name), plan) {
        let artefacts = record.artefacts.iter().map(|(id, shipped)| (id.clone(), shipped.entry.clone())).collect();
        let events = chain.links.into_iter().map(|link| link.event).collect();
        let history = History { lock: lock::digest(&artefacts), record, plan, events };
        faults.extend(altered(shelf, &history).iter().map(|refused| of_log(name, refused)));
    }
    faults.extend(head.into_iter().flat_map(|head| unlike(shelf, name, head)));
    faults
}

/// What in the plan and the log of a release is not what was recorded of it.
pub(super) fn altered(shelf: &Shelf, history: &History) -> Vec<Refused> {
    standing::audit(history, &papers(shelf, &history.record.name))
}

/// A plan that cannot be read.
fn unplanned(shelf: &Shelf, name: &ReleaseName) -> Option<Fault> {
    let path = Plan::path(name);
    let text = String::from_utf8_lossy(&shelf.read(&path)?).into_owned();
    let problem = plan::decode(&path, &text).err()?;
    let found = format!("line {}, column {}: {}", problem.place.line, problem.place.column, problem.message);
    Some(fault(&checks::PLAN_EDITED, &path, found))
}

/// A release that has a plan was cut with a log.
fn unbegun(name: &ReleaseName, chain: &Chain, has_plan: bool) -> Option<Fault> {
    let is_missing = has_plan && chain.links.is_empty() && chain.problems.is_empty();
    is_missing.then(|| fault(&checks::EVENT_MISSING, &log::folder(name), "no event at all"))
}

/// The texts that events of a release may rest on.
fn papers(shelf: &Shelf, name: &ReleaseName) -> Papers {
    let path = Plan::path(name);
    let plan = shelf.read(&path).map(|bytes| (path, String::from_utf8_lossy(&bytes).into_owned()));
    shelf.texts_in(&rollout::folder(name)).into_iter().chain(plan).collect()
}

/// What the commit holds of the log and its decisions, and the worktree has otherwise or not at all: events are never
/// edited and never taken away, the last one neither.
fn unlike(shelf: &Shelf, name: &ReleaseName, head: &Snapshot) -> Vec<Fault> {
    let folders = [log::folder(name), rollout::folder(name)];
    let is_kept = |path: &str| folders.iter().any(|folder| path.starts_with(folder.as_str()));
    let now: BTreeMap<String, String> = folders.iter().flat_map(|folder| shelf.texts_in(folder)).collect();
    let committed = head.entries().iter().filter(|entry| is_kept(&entry.path));
    committed
        .filter_map(|entry| {
            let was = String::from_utf8_lossy(&head.read(entry, LARGEST).ok()?).into_owned();
            match now.get(&entry.path) {
                None => Some(fault(&checks::EVENT_MISSING, &entry.path, "nothing: the commit HEAD holds it")),
                Some(text) if records::digest(text) != records::digest(&was) => {
                    Some(fault(&checks::EVENT_EDITED, &entry.path, "another text than the commit HEAD holds"))
                }
                Some(_) => None,
            }
        })
        .collect()
}

fn of_log(name: &ReleaseName, refused: &Refused) -> Fault {
    fault(refused.check, &log::folder(name), refused.message.clone())
}

fn fault(check: &'static Check, path: &str, found: impl Into<String>) -> Fault {
    let expected = "the log and the plan as they were recorded".to_owned();
    Fault { code: check.id, path: path.to_owned(), artefact: None, expected, found: found.into(), help: check.remedy }
}
