//! Items 15 to 17: who was told. The last two are our reconstruction.

use super::{Answer, Inputs, steps};
use crate::domain::{Audience, Instant};
use crate::release::log::{Event, EventKind};
use crate::release::notices::{self, Notice, Phase};
use crate::release::plan::Plan;
use crate::release::standing::History;

/// Everybody who has to be was told before the first step that shows them a change.
pub(super) fn before(inputs: &Inputs<'_>) -> Answer {
    over_releases(inputs, |history, plan| {
        let first = exposing(history, plan).next()?;
        let is_material = plan.change.iter().any(|change| change.material);
        let owed: &[Audience] = if is_material { &Audience::NOTIFIED } else { &Audience::NOTIFIED[..1] };
        let told = notices(inputs, history);
        let is_told = |audience: &&Audience| {
            told.iter().any(|one| one.phase == Phase::Pre && one.audience == **audience && is_by(&one.at, &first.at))
        };
        let missing = owed.iter().find(|audience| !is_told(audience));
        Some(missing.map(|audience| format!("no notice to {audience} before {}", first.at)))
    })
}

/// Each step that showed a change has a status.
pub(super) fn during(inputs: &Inputs<'_>) -> Answer {
    over_releases(inputs, |history, plan| {
        exposing(history, plan).next()?;
        let told = notices(inputs, history);
        let is_told = |n: Option<u32>| told.iter().any(|one| one.phase == Phase::During && one.step == n);
        let silent = exposing(history, plan).find(|event| !is_told(event.step));
        Some(silent.map(|event| format!("no status of step {}", event.step.unwrap_or_default())))
    })
}

/// Each release that is closed has a summary.
pub(super) fn after(inputs: &Inputs<'_>) -> Answer {
    over_releases(inputs, |history, _| {
        history.events.iter().find(|event| event.kind == EventKind::Close)?;
        let is_told = notices(inputs, history).iter().any(|one| one.phase == Phase::Post);
        Some((!is_told).then(|| "it is closed, and no summary was told".to_owned()))
    })
}

/// What `ask` says of each release with a plan: `None`: nothing yet; else what is missing, if anything.
fn over_releases(inputs: &Inputs<'_>, ask: impl Fn(&History, &Plan) -> Option<Option<String>>) -> Answer {
    let mut asked = None;
    for (history, plan) in inputs.all_planned() {
        let folder = format!("{}/notices/", history.record.name.folder());
        match ask(history, plan) {
            Some(Some(missing)) => return Answer::fail(folder, format!("release {}: {missing}", plan.release)),
            Some(None) => {
                asked.get_or_insert(folder);
            }
            None => {}
        }
    }
    asked.map_or_else(
        || Answer::unknown("no release has come that far yet"),
        |folder| Answer::pass(folder, "of every release that has come that far"),
    )
}

/// The steps of a log that showed a change to somebody.
fn exposing<'h>(history: &'h History, plan: &'h Plan) -> impl Iterator<Item = &'h Event> {
    steps(history).filter(|event| event.step.and_then(|n| plan.step(n)).is_some_and(|step| plan.shows(step)))
}

/// The notices of a release that can be read.
fn notices(inputs: &Inputs<'_>, history: &History) -> Vec<Notice> {
    let folder = format!("{}/notices/", history.record.name.folder());
    let papers = inputs.papers.iter().filter(|(path, _)| path.starts_with(&folder));
    papers.filter_map(|(path, text)| notices::decode(path, text).ok()).collect()
}

fn is_by(at: &Instant, other: &Instant) -> bool {
    at.timestamp() <= other.timestamp()
}
