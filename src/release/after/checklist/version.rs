//! Items 12 to 14: what is kept of what shipped.

use super::{Answer, Inputs};
use crate::domain::{ArtefactId, Class, KindName};
use crate::lock;
use crate::lock::record::Shipped;

/// Where a shipped artefact says which model it runs with.
const MODEL: &str = "model";

/// Prompts ship under versions, and their bytes are there.
pub(super) fn prompts(inputs: &Inputs<'_>) -> Answer {
    let Some(newest) = inputs.histories.last() else { return unreleased() };
    let prompts = of_kind(&newest.record.artefacts, KindName::Prompt).count();
    if let Some(lost) = inputs.lost.first() {
        return Answer::fail("`pv verify`", format!("the bytes of {lost} are not there any more"));
    }
    match prompts {
        0 => Answer::unknown("no prompt was released"),
        count => Answer::pass(
            lock::PATH,
            format!("prompts: {count}, each with its version, and the bytes of all that shipped"),
        ),
    }
}

/// No shipped artefact runs with a name that may come to mean another model.
pub(super) fn models(inputs: &Inputs<'_>) -> Answer {
    let Some(newest) = inputs.histories.last() else { return unreleased() };
    let (path, catalogue) = (newest.record.name.record_path(), inputs.config.catalogue());
    let pins: Vec<(&ArtefactId, &str)> =
        newest.record.artefacts.iter().filter_map(|(id, it)| Some((id, model(it)?))).collect();
    if let Some((id, model)) = pins.iter().find(|(_, model)| catalogue.is_floating(model)) {
        return Answer::fail(path, format!("{id} runs with `{model}`, which may come to mean another model"));
    }
    match pins.len() {
        0 => Answer::unknown("no shipped artefact names a model"),
        count => Answer::pass(
            path,
            format!("artefacts that name a model: {count}, all of them fixed; earlier records keep what was before"),
        ),
    }
}

/// The model that a shipped artefact runs with, without the quotes of its canonical form.
fn model(shipped: &Shipped) -> Option<&str> {
    shipped.parameters.get(MODEL).map(|model| model.trim_matches('"'))
}

/// What changed in the newest release has its evidence and its owner on record.
pub(super) fn context(inputs: &Inputs<'_>) -> Answer {
    let Some(newest) = inputs.histories.last() else { return unreleased() };
    let path = newest.record.name.record_path();
    let changed: Vec<(&ArtefactId, &Shipped)> =
        newest.record.artefacts.iter().filter(|(_, shipped)| shipped.class >= Some(Class::Behavioural)).collect();
    if changed.is_empty() {
        return Answer::unknown("the newest release changed no behaviour");
    }
    let owner = |id: &ArtefactId, shipped: &Shipped| {
        let planned = newest.plan.as_ref().and_then(|plan| plan.change_of(id)?.owner.clone());
        shipped.owner.clone().or(planned)
    };
    if let Some((id, _)) = changed.iter().find(|(_, shipped)| shipped.evidence.is_empty()) {
        return Answer::fail(path, format!("{id} shipped without evidence on record"));
    }
    if let Some((id, _)) = changed.iter().find(|(id, shipped)| owner(id, shipped).is_none()) {
        return Answer::fail(path, format!("{id} shipped without an owner on record"));
    }
    Answer::pass(path, format!("changes: {}, with parameters, dependencies, evidence and owner", changed.len()))
}

fn of_kind(
    artefacts: &std::collections::BTreeMap<ArtefactId, Shipped>,
    kind: KindName,
) -> impl Iterator<Item = &ArtefactId> {
    artefacts.keys().filter(move |id| id.kind == kind)
}

fn unreleased() -> Answer {
    Answer::unknown("nothing was released yet")
}
