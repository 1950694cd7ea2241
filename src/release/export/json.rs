//! Attributes for traces: what OpenTelemetry puts on a resource and on the span that uses an artefact.

use serde_json::{Map, Value, json};

use super::{Shipment, pretty};
use crate::domain::ArtefactId;
use crate::lock::record::Shipped;
use crate::release::checks::Refused;

pub(super) fn render(shipment: &Shipment<'_>) -> Result<String, Refused> {
    let record = &shipment.history.record;
    let artefacts: Vec<Value> = record.artefacts.iter().map(|(id, shipped)| artefact(id, shipped)).collect();
    Ok(pretty(&json!({
        "schema": "pv/export/1",
        "release": record.name.as_str(),
        "lock": shipment.history.lock.as_str(),
        "cut": record.cut,
        "resource": {
            "pv.release": record.name.as_str(),
            "pv.lock": shipment.history.lock.as_str(),
        },
        "artefacts": artefacts,
    })))
}

/// `prompt.name`, `prompt.version`, `prompt.sha`: the attributes of a span, by the artefact's kind.
fn artefact(id: &ArtefactId, shipped: &Shipped) -> Value {
    let entry = &shipped.entry;
    let told =
        [("name", id.name.clone()), ("version", entry.version.to_string()), ("sha", entry.digest.hex().to_owned())];
    let attributes: Map<String, Value> =
        told.into_iter().map(|(name, value)| (format!("{}.{name}", id.kind), Value::from(value))).collect();
    json!({ "id": id.to_string(), "path": entry.path, "digest": entry.digest.as_str(), "attributes": attributes })
}
