//! CycloneDX 1.6: a bill of materials (ML-BOM) of a release.
//!
//! Nothing in it is of the moment of the export: its serial number comes from the release and its lock, its time is that
//! of the cut.

mod component;
mod model_card;
mod release;

use std::collections::BTreeSet;

use serde_json::{Value, json};
use uuid::Uuid;

use super::{Shipment, pretty};
use crate::domain::{ArtefactId, Instant};
use crate::release::checks::Refused;

pub(super) fn render(shipment: &Shipment<'_>) -> Result<String, Refused> {
    let record = &shipment.history.record;
    let components: Vec<Value> =
        record.artefacts.iter().map(|(id, shipped)| component::of(shipment, id, shipped)).collect();
    Ok(pretty(&json!({
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": format!("urn:uuid:{}", serial(shipment)),
        "version": 1,
        "metadata": metadata(shipment),
        "components": components,
        "dependencies": dependencies(shipment),
        "compositions": [{ "aggregate": "complete", "assemblies": [release_reference(shipment)] }],
    })))
}

/// One number a release: two that ship the same artefacts are two releases.
fn serial(shipment: &Shipment<'_>) -> Uuid {
    let name = format!("pv:{}:{}", shipment.history.record.name, shipment.history.lock);
    Uuid::new_v5(&Uuid::NAMESPACE_URL, name.as_bytes())
}

fn metadata(shipment: &Shipment<'_>) -> Value {
    let record = &shipment.history.record;
    let mut metadata = json!({
        "lifecycles": [{ "phase": "operations" }],
        "tools": { "components": [{ "type": "application", "name": "pv", "version": env!("CARGO_PKG_VERSION") }] },
        "component": release::component(shipment),
        "properties": component::properties([
            ("pv:release", Some(record.name.to_string())),
            ("pv:lock-digest", Some(shipment.history.lock.to_string())),
            ("pv:policy-digest", record.policy.as_ref().map(ToString::to_string)),
            ("pv:commit", record.commit.clone()),
            ("pv:previous", record.previous.as_ref().map(ToString::to_string)),
            ("pv:channel", shipment.history.events.first().map(|event| event.channel.clone())),
        ]),
    });
    if let (Some(at), Some(fields)) = (cut(shipment), metadata.as_object_mut()) {
        fields.shift_insert(0, "timestamp".to_owned(), Value::from(at));
    }
    metadata
}

/// A name as a piece of a package URL.
pub(super) fn encoded(name: &str) -> String {
    component::encoded(name, "")
}

/// When the release was cut, in UTC.
pub(super) fn cut(shipment: &Shipment<'_>) -> Option<String> {
    shipment.history.record.cut.parse::<Instant>().ok().map(|cut| cut.timestamp().to_string())
}

/// What the project is called.
pub(super) fn project<'a>(shipment: &Shipment<'a>) -> &'a str {
    shipment.project.unwrap_or("release")
}

fn release_reference(shipment: &Shipment<'_>) -> String {
    format!("pv:release:{}@{}", project(shipment), shipment.history.record.name)
}

/// The release ships every artefact; each artefact needs what its entry in the lock says.
fn dependencies(shipment: &Shipment<'_>) -> Vec<Value> {
    let artefacts = &shipment.history.record.artefacts;
    let references = |ids: &mut dyn Iterator<Item = &ArtefactId>| -> BTreeSet<String> {
        ids.filter_map(|id| Some(component::reference(id, artefacts.get(id)?))).collect()
    };
    let whole = json!({ "ref": release_reference(shipment), "dependsOn": references(&mut artefacts.keys()) });
    let each = artefacts.iter().map(|(id, shipped)| {
        json!({ "ref": component::reference(id, shipped), "dependsOn": references(&mut shipped.entry.requires.iter()) })
    });
    std::iter::once(whole).chain(each).collect()
}
