//! Lines that a shell reads: which release runs, and the version and digest of every artefact, for traces.

use std::collections::BTreeMap;

use super::{Shipment, names};
use crate::domain::ArtefactId;
use crate::release::checks::{Refused, shell_word};

pub(super) fn render(shipment: &Shipment<'_>) -> Result<String, Refused> {
    let record = &shipment.history.record;
    let mut lines = vec![
        assignment("PV_RELEASE", record.name.as_str()),
        assignment("PV_LOCK_DIGEST", shipment.history.lock.as_str()),
    ];
    for (id, name) in variables(record.artefacts.keys()) {
        let Some(shipped) = record.artefacts.get(id) else { continue };
        lines.push(assignment(&format!("{name}_NAME"), &id.name));
        lines.push(assignment(&format!("{name}_VERSION"), &shipped.entry.version.to_string()));
        lines.push(assignment(&format!("{name}_DIGEST"), shipped.entry.digest.as_str()));
    }
    Ok(lines.concat())
}

fn assignment(name: &str, value: &str) -> String {
    format!("{name}={}\n", shell_word(value))
}

/// How each artefact's variables begin. Those that would begin alike are told apart by the beginning of a digest.
fn variables<'a>(ids: impl Iterator<Item = &'a ArtefactId>) -> BTreeMap<&'a ArtefactId, String> {
    let plain = |id: &ArtefactId| format!("PV_{}", names::variable(&id.to_string()));
    let mut alike: BTreeMap<String, Vec<&ArtefactId>> = BTreeMap::new();
    for id in ids {
        alike.entry(plain(id)).or_default().push(id);
    }
    let mut variables = BTreeMap::new();
    for (name, ids) in alike {
        for id in &ids {
            let mark = || names::variable(&names::mark(&id.to_string()));
            variables.insert(*id, if ids.len() == 1 { name.clone() } else { format!("{name}_{}", mark()) });
        }
    }
    variables
}

#[cfg(test)]
mod tests {
    use super::variables;
    use crate::domain::ArtefactId;

    #[test]
    fn no_two_artefacts_share_a_variable() {
        let ids: Vec<ArtefactId> =
            ["prompt:a-b", "prompt:a_b", "prompt:c", "tool:c"].iter().map(|id| id.parse().unwrap()).collect();
        let names: Vec<String> = variables(ids.iter()).into_values().collect();
        assert_eq!(names, ["PV_PROMPT_A_B_44ADCE83", "PV_PROMPT_A_B_8289F278", "PV_PROMPT_C", "PV_TOOL_C"]);
    }
}
