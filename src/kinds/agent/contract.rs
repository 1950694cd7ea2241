//! What an agent takes and gives, where a JSON Schema says it.

use std::sync::Arc;

use super::keys;
use crate::domain::{Event, Fact, SourceFile};
use crate::kinds::shared::node::Node;
use crate::kinds::shared::part::Part;
use crate::kinds::shared::schema::{self, Flow, Schema};

/// The aspect of what an agent takes.
const INPUT: &str = "input-contract";

/// A declared schema: `input-contract` or `output-contract`, and the key under which it stands.
#[derive(Debug)]
pub(super) struct Contract {
    aspect: &'static str,
    key: String,
    schema: Schema,
}

/// The schemas that `settings` declare.
pub(super) fn contracts(file: &SourceFile, settings: &Node) -> Vec<Contract> {
    let document = Arc::new(settings.clone());
    let found = settings.entries().iter().filter(|entry| is_contract(&entry.key, &entry.node));
    found
        .map(|entry| Contract {
            aspect: keys::aspect(std::slice::from_ref(&entry.key)),
            key: entry.key.clone(),
            schema: Schema::new(file.clone(), Arc::clone(&document), entry.node.clone()),
        })
        .collect()
}

/// Whether a setting is a contract that a schema declares.
pub(super) fn is_contract(key: &str, node: &Node) -> bool {
    let is_schema =
        ["properties", "type", "$ref", "anyOf", "oneOf", "allOf"].iter().any(|word| node.get(word).is_some());
    is_schema && keys::aspect(&[key.to_owned()]).ends_with("-contract")
}

impl Contract {
    /// The contract as a part, which carries its meaning.
    pub(super) fn part(&self, file: &SourceFile) -> Part {
        let value = self.schema.canonical();
        let quote = file.quote(self.schema.node().span);
        Part { aspect: "contract", key: self.key.clone(), value, quote, marks: Vec::new() }
    }
}

/// What differs between declared contracts: of the contract's aspect where it fails those who kept to the old one.
pub(super) fn compare(old: &[Contract], new: &[Contract]) -> Vec<Fact> {
    let mut keys: Vec<(&'static str, &str)> =
        old.iter().chain(new).map(|contract| (contract.aspect, contract.key.as_str())).collect();
    keys.sort_unstable();
    keys.dedup();
    let of = |side: &'_ [Contract], key: &str| side.iter().position(|contract| contract.key == key);
    keys.into_iter()
        .flat_map(|(aspect, key)| {
            let before = of(old, key).and_then(|at| old.get(at)).map(|contract| &contract.schema);
            let after = of(new, key).and_then(|at| new.get(at)).map(|contract| &contract.schema);
            let flow = if aspect == INPUT { Flow::Input } else { Flow::Output };
            let facts = schema::compare_optional(before, after, flow).into_iter();
            facts.map(move |fact| told(fact, aspect, key)).collect::<Vec<Fact>>()
        })
        .collect()
}

fn told(mut fact: Fact, aspect: &'static str, key: &str) -> Fact {
    let breaks = if aspect == INPUT { fails_callers(&fact) } else { fails_readers(&fact) };
    let dot = if fact.subject.is_empty() { "" } else { "." };
    fact.subject = format!("{key}{dot}{}", fact.subject);
    let is_harmless = ["ignored", "tolerated", "unproven"].iter().any(|mark| fact.has(mark));
    fact.aspect = if breaks && !is_harmless { aspect } else { "config" };
    fact
}

/// What worked as an input before is refused now.
fn fails_callers(fact: &Fact) -> bool {
    let demands = fact.has("required") && !fact.has("default");
    match (fact.aspect, fact.event) {
        ("schema-field", Event::Added) => demands,
        ("schema-field", Event::Removed | Event::Renamed) | ("schema-required" | "schema-presence", Event::Added) => {
            true
        }
        _ => fact.has("narrowed") || fact.has("shifted"),
    }
}

/// What was promised as an output may be missing or otherwise.
fn fails_readers(fact: &Fact) -> bool {
    match (fact.aspect, fact.event) {
        ("schema-field" | "schema-presence" | "schema-required", Event::Removed) | ("schema-field", Event::Renamed) => {
            true
        }
        ("schema-field", _) => false,
        _ => fact.has("widened") || fact.has("shifted"),
    }
}
