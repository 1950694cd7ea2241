//! Which flags a release has, and how far each of them is on.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::Shipment;
use crate::domain::{ArtefactId, KindName, Weight};
use crate::kinds::feature::Settings;
use crate::release::checks::{Refused, export as checks};

/// A flag of a release, and the share of users for which it is on.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Exposure {
    /// The key that the code asks for.
    pub(super) flag: String,
    /// The share.
    pub(super) weight: Weight,
    /// What stands behind the flag: `prompt:explain_refund@1.0.0`.
    pub(super) requires: BTreeSet<String>,
}

/// The flags of a release, sorted.
///
/// # Errors
/// When it has none.
pub(super) fn of(shipment: &Shipment<'_>) -> Result<Vec<Exposure>, Refused> {
    let record = &shipment.history.record;
    let mut flags: BTreeMap<String, (Weight, BTreeSet<String>)> = BTreeMap::new();
    for shipped in record.artefacts.iter().filter(|(id, _)| id.kind == KindName::Feature).map(|(_, shipped)| shipped) {
        let settings = Settings::recorded(&shipped.parameters);
        let Some(flag) = settings.flag.as_ref().map(|flag| flag.text.clone()) else { continue };
        let entry = flags.entry(flag).or_insert((settings.weight().unwrap_or_default(), BTreeSet::new()));
        entry.1.extend(named(shipment, &shipped.entry.requires));
    }
    for step in shipment.history.plan.iter().flat_map(|plan| &plan.step) {
        let Some(flag) = &step.flag else { continue };
        // Nobody is exposed by a step that was not taken.
        let entry = flags.entry(flag.clone()).or_default();
        entry.0 = Weight::NONE;
        entry.1.extend(named(shipment, &step.artefacts));
    }
    if flags.is_empty() {
        let message = format!("release {} has no feature with a flag, and no step of its plan sets one", record.name);
        return Err(Refused::by(&checks::FLAG_MISSING, message));
    }
    let exposures = flags.into_iter().map(|(flag, (planned, requires))| {
        let weight = shipment.standing.flags.get(&flag).copied().unwrap_or(planned);
        Exposure { flag, weight, requires }
    });
    Ok(exposures.collect())
}

fn named(shipment: &Shipment<'_>, ids: &BTreeSet<ArtefactId>) -> Vec<String> {
    let version = |id: &ArtefactId| Some(&shipment.history.record.artefacts.get(id)?.entry.version);
    ids.iter().map(|id| version(id).map_or_else(|| id.to_string(), |version| format!("{id}@{version}"))).collect()
}

/// What every flag's metadata says of the release: its name, its lock, and the step that was taken last.
pub(super) fn metadata(shipment: &Shipment<'_>, exposure: &Exposure) -> Value {
    let release = &shipment.history.record.name;
    let step = shipment.standing.rollouts.get(release).and_then(|rollout| rollout.step).unwrap_or(0);
    let requires: Vec<&str> = exposure.requires.iter().map(String::as_str).collect();
    json!({
        "pv.release": release.as_str(),
        "pv.lock": shipment.history.lock.as_str(),
        "pv.step": step,
        "pv.requires": requires.join(", "),
    })
}

/// The shares of both arms, on first, in hundredths of a percent: together always everybody.
pub(super) fn arms(weight: Weight) -> (u16, u16) {
    (weight.hundredths(), Weight::FULL.hundredths() - weight.hundredths())
}

/// A share as a percentage: a whole number where it is one.
pub(super) fn percent(hundredths: u16) -> Value {
    serde_json::to_value(Weight::of_hundredths(hundredths)).unwrap_or_default()
}

/// Refuses a key that `is_allowed` does not take.
///
/// # Errors
/// When it does not.
pub(super) fn spelled(
    exposures: Vec<Exposure>,
    (format, allowed): (&str, &str),
    is_allowed: impl Fn(&str) -> bool,
) -> Result<Vec<Exposure>, Refused> {
    match exposures.iter().find(|one| !is_allowed(&one.flag)) {
        None => Ok(exposures),
        Some(one) => {
            let key = one.flag.escape_debug();
            let message = format!("{format} cannot spell the flag `{key}`: it takes {allowed}");
            Err(Refused::by(&checks::KEY_UNSPELLABLE, message))
        }
    }
}

/// Whether a key is one line of printable text.
pub(super) fn is_one_line(key: &str) -> bool {
    !key.is_empty() && !key.chars().any(|letter| letter.is_control() || matches!(letter, '\u{2028}' | '\u{2029}'))
}

#[cfg(test)]
mod tests {
    use super::{arms, percent};
    use crate::domain::Weight;

    #[test]
    fn both_arms_are_everybody_also_as_floating_numbers() {
        for share in 0..=10_000 {
            let (on, off) = arms(Weight::of_hundredths(share));
            let number = |hundredths: u16| percent(hundredths).as_f64().unwrap();
            // GO Feature Flag takes the sum for the number of its buckets: any other sum deals everybody anew.
            assert!((number(on) + number(off)) * 1000.0 == 100_000.0, "{share}");
        }
    }
}
