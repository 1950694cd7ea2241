//! Items 18 to 20, our reconstruction: windows, emergencies, postmortems.

use super::{Answer, Inputs, POLICY};
use crate::release::after::postmortem;
use crate::release::log::EventKind;
use crate::release::overrides::SIGNERS;
use crate::release::standing::History;

/// The calendar says when releases may ship.
pub(super) fn windows(inputs: &Inputs<'_>) -> Answer {
    let calendar = &inputs.config.calendar;
    match (calendar.windows.first(), calendar.freezes.len()) {
        (None, 0) => Answer::fail(POLICY, "there are no windows and no freezes: releases may ship at any time"),
        (None, _) => Answer::fail(POLICY, "there are freezes and no windows: releases may ship at any other time"),
        (Some(window), freezes) => {
            let proof = format!("{}:{}", window.place.path, window.place.line);
            let count = calendar.windows.len();
            Answer::pass(proof, format!("windows: {count}, freezes: {freezes}; `pv timeline` shows what shipped when"))
        }
    }
}

/// Those who may approve an exception are named.
pub(super) fn emergencies(inputs: &Inputs<'_>) -> Answer {
    let signers = inputs
        .papers
        .get(SIGNERS)
        .map(|text| text.lines().filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#')).count());
    match signers {
        None | Some(0) => Answer::fail(SIGNERS, "nobody is named who may sign an exception"),
        Some(1) => {
            Answer::fail(SIGNERS, "one person is named: whoever asks for an exception could only approve it themselves")
        }
        Some(count) => {
            Answer::pass(SIGNERS, format!("{count} keys may sign exceptions; `pv override request` asks for one"))
        }
    }
}

/// Every release that was taken back has a postmortem, and none leaves anything open.
pub(super) fn postmortems(inputs: &Inputs<'_>) -> Answer {
    let is_back = |history: &&History| {
        history.events.iter().any(|event| event.kind == EventKind::Rollback && !event.rolled_back.is_empty())
    };
    if let Some(history) =
        inputs.histories.iter().rev().filter(is_back).find(|one| !inputs.postmortems.contains_key(&taken_back(one)))
    {
        let name = taken_back(history);
        return Answer::fail(postmortem::path(&name), format!("release {name} was taken back, and has no postmortem"));
    }
    if let Some((name, open)) = inputs.postmortems.iter().find(|(_, open)| **open > 0) {
        return Answer::fail(postmortem::path(name), format!("open: {open}; `pv postmortem lint {name}` names them"));
    }
    match inputs.postmortems.keys().next_back() {
        Some(name) => Answer::pass(postmortem::path(name), "every postmortem is complete, and none is overdue"),
        None => Answer::unknown("no release was taken back, and there is no postmortem"),
    }
}

/// The release that a rollback is about: a rollback that is a release of its own tells of the one that it took back.
fn taken_back(history: &History) -> crate::lock::ReleaseName {
    let mut taken = history.events.iter().flat_map(|event| &event.rolled_back).map(|one| &one.release);
    taken.next_back().unwrap_or(&history.record.name).clone()
}
