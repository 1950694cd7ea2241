//! Components: one an artefact.

use serde_json::{Map, Value, json};

use super::model_card;
use crate::domain::{ArtefactId, KindName};
use crate::lock::record::Shipped;
use crate::release::export::Shipment;

/// What an artefact is in a bill of materials.
pub(super) fn of(shipment: &Shipment<'_>, id: &ArtefactId, shipped: &Shipped) -> Value {
    let mut component = Map::new();
    let mut put = |name: &str, value: Value| component.insert(name.to_owned(), value);
    let is_model = id.kind == KindName::Model;
    put("type", json!(if is_model { "machine-learning-model" } else { "data" }));
    put("bom-ref", json!(reference(id, shipped)));
    if let Some(provider) = parameter(shipped, "provider").filter(|_| is_model) {
        put("publisher", json!(provider));
    }
    put("name", json!(id.name));
    put("version", json!(shipped.entry.version.to_string()));
    let hashes = hashes(shipment, id, shipped);
    if !hashes.is_empty() {
        put("hashes", json!(hashes));
    }
    if is_model {
        put("purl", json!(purl(id, shipped)));
        put("modelCard", model_card::of(shipment, id, shipped));
    } else {
        put("data", json!([data(id, shipped)]));
    }
    put("properties", json!(facts(shipment, id, shipped)));
    Value::Object(component)
}

/// How other components name it.
pub(super) fn reference(id: &ArtefactId, shipped: &Shipped) -> String {
    format!("pv:{id}@{}", shipped.entry.version)
}

/// Properties with a value.
pub(super) fn properties<'a>(told: impl IntoIterator<Item = (&'a str, Option<String>)>) -> Vec<Value> {
    told.into_iter().filter_map(|(name, value)| Some(json!({ "name": name, "value": value? }))).collect()
}

/// The object that is kept of it, in two digests; of another store's content, that store's own.
fn hashes(shipment: &Shipment<'_>, id: &ArtefactId, shipped: &Shipped) -> Vec<Value> {
    let object = shipment.bytes.get(id).and_then(|bytes| bytes.object.as_ref());
    let own = shipped.object();
    let algorithm = match own.algorithm() {
        "blake3" => "BLAKE3",
        "sha256" => "SHA-256",
        _ => "MD5",
    };
    let sha256 = object.map(|object| json!({ "alg": "SHA-256", "content": object.sha256 }));
    sha256.into_iter().chain([json!({ "alg": algorithm, "content": own.hex() })]).collect()
}

fn data(id: &ArtefactId, shipped: &Shipped) -> Value {
    let sort = match id.kind {
        KindName::Tool => "definition",
        KindName::Eval | KindName::Index => "dataset",
        KindName::Prompt | KindName::Agent | KindName::Feature | KindName::Model => "configuration",
    };
    let mut data = json!({ "type": sort, "name": id.name, "contents": { "url": encoded(&shipped.entry.path, "/") } });
    if let (Some(owner), Some(fields)) = (&shipped.owner, data.as_object_mut()) {
        fields.insert("governance".to_owned(), json!({ "owners": [{ "contact": { "name": owner } }] }));
    }
    data
}

fn facts(shipment: &Shipment<'_>, id: &ArtefactId, shipped: &Shipped) -> Vec<Value> {
    let object = shipment.bytes.get(id).and_then(|bytes| bytes.object.as_ref());
    let fixed = [
        ("pv:kind", Some(id.kind.to_string())),
        ("pv:path", Some(shipped.entry.path.clone())),
        ("pv:digest", Some(shipped.entry.digest.to_string())),
        ("pv:meaning", shipped.entry.meaning.as_ref().map(ToString::to_string)),
        ("pv:class", shipped.class.map(|class| class.to_string())),
        ("pv:from", shipped.from.as_ref().map(ToString::to_string)),
        ("pv:git-blob", object.filter(|_| !shipped.is_directory).and_then(|object| object.git_blob.clone())),
        ("pv:store", shipped.entry.store.clone()),
    ];
    let parameters = shipped.parameters.iter().map(|(name, value)| (format!("pv:param:{name}"), value.clone()));
    let parameters = parameters.map(|(name, value)| json!({ "name": name, "value": value }));
    properties(fixed).into_iter().chain(parameters).collect()
}

/// A setting of a model, by the last piece of its name.
pub(super) fn parameter<'a>(shipped: &'a Shipped, name: &str) -> Option<&'a str> {
    let is_it = |key: &&String| key.rsplit(['.', '/']).next() == Some(name);
    let key = shipped.parameters.keys().find(is_it)?;
    shipped.parameters.get(key).map(|value| value.trim().trim_matches(['"', '\'']))
}

/// `pkg:generic/<provider>/<model>@<version>`.
fn purl(id: &ArtefactId, shipped: &Shipped) -> String {
    let provider = parameter(shipped, "provider").map(|provider| format!("{}/", encoded(provider, "")));
    let model = parameter(shipped, "model").unwrap_or(&id.name);
    let version = shipped.entry.version.to_string();
    format!("pkg:generic/{}{}@{}", provider.unwrap_or_default(), encoded(model, ""), encoded(&version, ""))
}

/// `text` as a piece of a URL: everything but letters, digits, `-._~` and what `also` has is percent-encoded.
pub(super) fn encoded(text: &str, also: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) || also.as_bytes().contains(&byte);
    text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

#[cfg(test)]
mod tests {
    use super::encoded;

    #[test]
    fn what_a_url_does_not_hold_is_encoded() {
        assert_eq!(encoded("prompts/a b#é.md", "/"), "prompts/a%20b%23%C3%A9.md");
        assert_eq!(encoded("meta/llama@3", ""), "meta%2Fllama%403");
    }
}
