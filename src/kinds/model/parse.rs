//! From a document to models.

use super::formats::{self, Found};
use super::{baml, keys};
use crate::domain::{ArtefactId, KindName, Meaning, SourceFile};
use crate::kinds::shared::catalogue::ModelId;
use crate::kinds::shared::document::{self, Syntax};
use crate::kinds::shared::leaves::{Leaf, leaves};
use crate::kinds::shared::node::Node;
use crate::kinds::shared::part::{self, Part};
use crate::kinds::{Item, Parsed, Reference, Unit};

/// A model pin, route or catalogue entry: its settings, each with what it is about as aspect.
#[derive(Debug)]
pub struct Model {
    /// Every setting.
    pub parts: Vec<Part>,
}

impl Model {
    fn meaning(&self) -> Meaning {
        let mut canonical = Vec::new();
        part::write_canonical(&self.parts, &mut canonical);
        Meaning::of(&canonical)
    }
}

pub(super) fn parse(unit: &Unit) -> Parsed<Model> {
    let mut parsed = Parsed { items: Vec::new(), problems: Vec::new() };
    for file in &unit.files {
        if file.path.ends_with(".baml") {
            parsed.items.extend(read(file, &baml::clients(file)));
            continue;
        }
        let document = document::read(file, file.whole(), document::syntax_of(&file.path).unwrap_or(Syntax::Yaml));
        parsed.problems.extend(document.problems);
        parsed.items.extend(document.root.iter().flat_map(|root| read(file, root)));
    }
    parsed
}

fn read(file: &SourceFile, document: &Node) -> Vec<Item<Model>> {
    let found = formats::find(document);
    let aliases: Vec<String> = found.iter().filter_map(|found| found.name.clone()).collect();
    found.into_iter().map(|found| item(file, found, &aliases)).collect()
}

fn item(file: &SourceFile, found: Found<'_>, aliases: &[String]) -> Item<Model> {
    let mut parts = if found.node.is_map() { settings(file, &found) } else { alone(file, &found) };
    part::make_unique(&mut parts);
    let references = references(&parts, &found, aliases);
    let version = found.node.get("version").and_then(Node::scalar);
    let model = Model { parts };
    Item { name: found.name, span: found.span, version, references, meaning: model.meaning(), artefact: model }
}

/// An alias that is nothing but an id, or a list of targets.
fn alone(file: &SourceFile, found: &Found<'_>) -> Vec<Part> {
    if found.node.elements().iter().any(Node::is_map) {
        return settings(file, found);
    }
    vec![Part::of(file, "model", "model", found.node)]
}

fn settings(file: &SourceFile, found: &Found<'_>) -> Vec<Part> {
    let is_name = |keys: &[String]| matches!(keys, [key] if found.named_by == Some(key.as_str()));
    leaves(found.node, &is_name).iter().flat_map(|leaf| parts_of(file, leaf, found)).collect()
}

fn parts_of(file: &SourceFile, leaf: &Leaf<'_>, found: &Found<'_>) -> Vec<Part> {
    match keys::aspect(&leaf.keys) {
        "fallback" => fallbacks(file, leaf),
        "capability" => Part::of_each(file, "capability", leaf.path(), leaf.node),
        // What a catalogue says is the model's own limit; elsewhere it is what a call asks for.
        "max-output" if found.is_catalogued => vec![Part::of(file, "output-limit", leaf.path(), leaf.node)],
        "param" if names_model(leaf) => vec![Part::of(file, "model", leaf.path(), leaf.node)],
        aspect => vec![Part::of(file, aspect, leaf.path(), leaf.node)],
    }
}

/// Whether a key speaks of a model and its value is one's id: `model_turbo = "gpt-4o"`.
fn names_model(leaf: &Leaf<'_>) -> bool {
    let id = leaf.node.text().filter(|text| !text.contains(char::is_whitespace)).map(ModelId::parse);
    leaf.name().contains("model") && id.is_some_and(|id| id.vendor.is_some())
}

/// One part a fallback, keyed by what it names and valued by its place in the order.
fn fallbacks(file: &SourceFile, leaf: &Leaf<'_>) -> Vec<Part> {
    let mut parts = Part::of_each(file, "fallback", leaf.path(), leaf.node);
    if leaf.node.is_list() {
        parts.iter_mut().enumerate().for_each(|(at, part)| part.value = at.to_string());
    }
    parts
}

/// Fallbacks that are aliases of the same file.
fn references(parts: &[Part], found: &Found<'_>, aliases: &[String]) -> Vec<Reference> {
    let named = parts.iter().filter(|part| matches!(part.aspect, "fallback" | "model"));
    named
        .filter(|part| aliases.contains(&part.quote.text) && found.name.as_ref() != Some(&part.quote.text))
        .map(|part| Reference {
            id: ArtefactId::new(KindName::Model, part.quote.text.as_str()),
            version: None,
            quote: part.quote.clone(),
        })
        .collect()
}
