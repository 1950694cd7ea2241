//! The component that a bill of materials is about: the release.

use serde_json::{Map, Value, json};

use super::{component, cut, project, release_reference};
use crate::domain::Bump;
use crate::release::export::Shipment;

/// The release, with what was written of it and where more of it stands.
pub(super) fn component(shipment: &Shipment<'_>) -> Value {
    let mut told = Map::new();
    let mut put = |name: &str, value: Value| told.insert(name.to_owned(), value);
    put("type", json!("application"));
    put("bom-ref", json!(release_reference(shipment)));
    put("name", json!(project(shipment)));
    put("version", json!(shipment.history.record.name.as_str()));
    let references = references(shipment);
    if !references.is_empty() {
        put("externalReferences", json!(references));
    }
    if let Some(notes) = shipment.notes {
        put("releaseNotes", notes_of(shipment, notes));
    }
    Value::Object(told)
}

/// Its notes as they were written; how far its versions moved is the sort of release that it is.
fn notes_of(shipment: &Shipment<'_>, text: &str) -> Value {
    let record = &shipment.history.record;
    let bump = record.artefacts.values().map(|shipped| shipped.bump).max().filter(|bump| *bump != Bump::None);
    let mut notes = json!({
        "type": bump.map_or("internal", Bump::as_str),
        "title": format!("Release {}", record.name),
        "notes": [{ "text": { "contentType": "text/markdown", "content": text } }],
    });
    if let (Some(at), Some(fields)) = (cut(shipment), notes.as_object_mut()) {
        fields.insert("timestamp".to_owned(), json!(at));
    }
    notes
}

/// Its tag, and the evidence that it relied on, which is in-toto statements. Both stand in the repository: pv knows no
/// address of it, so they are told by their names in it.
fn references(shipment: &Shipment<'_>) -> Vec<Value> {
    let tag = shipment.tag.map(|tag| {
        let url = format!("refs/tags/{}", component::encoded(tag, "/"));
        json!({ "type": "vcs", "url": url, "comment": "tag in the repository of the release" })
    });
    let evidence = shipment.evidence.values().map(|(file, _)| {
        json!({
            "type": "attestation",
            "url": component::encoded(&file.path, "/"),
            "comment": "path in the repository of the release",
            "hashes": [{ "alg": "SHA-256", "content": file.sha256 }],
        })
    });
    tag.into_iter().chain(evidence).collect()
}
