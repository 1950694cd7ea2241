//! Judgements in words.

use crate::domain::Severity;
use crate::release::checks::Judgement;

/// A judgement: whether it stops, what it is about, by which check, and the way out.
pub(super) fn line(one: &Judgement) -> String {
    let note = if one.severity == Severity::Error { "" } else { "note: " };
    let about = one.artefact.as_ref().map(|id| format!("{id}: ")).unwrap_or_default();
    let place = one.place.as_ref().map(|place| format!("{}:{}", place.path, place.line));
    let place = place
        .filter(|place| !one.refused.message.contains(place))
        .map(|place| format!(" ({place})"))
        .unwrap_or_default();
    format!("{note}{about}{}{place}  [{}]\n  help: {}", one.refused.message, one.refused.check.id, one.refused.remedy)
}
