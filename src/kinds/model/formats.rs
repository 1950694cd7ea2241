//! Where models stand in a document: alias and routing maps, model lists, catalogues.

use crate::domain::Span;
use crate::kinds::Candidate;
use crate::kinds::shared::catalogue::ModelId;
use crate::kinds::shared::document;
use crate::kinds::shared::node::{Entry, Node};

/// Words of a path that make its documents worth reading.
const LIKELY_WORDS: [&str; 13] = [
    "model",
    "models",
    "routing",
    "routes",
    "router",
    "aliases",
    "alias",
    "llm",
    "llms",
    "litellm",
    "providers",
    "pins",
    "clients",
];

/// Keys under which a document maps aliases to models.
const MAPS: [&str; 5] = ["models", "aliases", "routes", "model_aliases", "clients"];

/// Keys that name an element of a list of models.
const NAMES: [&str; 6] = ["model_name", "alias", "name", "id", "model_id", "model"];

/// Keys that only the entries of a catalogue of models have.
const CATALOGUE: [&str; 9] = [
    "litellm_provider",
    "litellm_params",
    "edit_format",
    "max_input_tokens",
    "max_output_tokens",
    "context_window",
    "input_cost_per_token",
    "retires_on",
    "deprecation_date",
];

/// A model found in a document.
pub(super) struct Found<'n> {
    /// Its alias or id; `None`: the document is one model's settings.
    pub(super) name: Option<String>,
    /// Where it stands; `None`: the whole document.
    pub(super) span: Option<Span>,
    /// Its settings: a map, or the id alone.
    pub(super) node: &'n Node,
    /// The key that gave the name, and so is no setting.
    pub(super) named_by: Option<&'static str>,
    /// Whether it describes what a model can do, rather than how it is called.
    pub(super) is_catalogued: bool,
}

pub(super) fn is_likely(path: &str) -> bool {
    path.ends_with(".baml") || document::syntax_of(path).is_some() && document::mentions(path, &LIKELY_WORDS)
}

pub(super) fn recognises(candidate: &Candidate<'_>) -> bool {
    if candidate.file.path.ends_with(".baml") {
        let text = &candidate.file.text;
        return text.contains("client<llm>") && !text.lines().any(|line| line.starts_with("function "));
    }
    candidate.document.is_some_and(holds_models)
}

/// Whether a document is a set of models beyond doubt: most entries name a model or have a catalogue's keys.
fn holds_models(document: &Node) -> bool {
    let found = find(document);
    let sure = found.iter().filter(|found| found.name.is_some() && found.is_sure()).count();
    sure > 0 && sure * 2 > found.len()
}

impl Found<'_> {
    fn is_sure(&self) -> bool {
        let has = |key: &str| self.node.get(key).is_some();
        let names_model = |node: &Node| node.text().is_some_and(|text| ModelId::parse(text).vendor.is_some());
        let pinned =
            ["model", "model_id", "id", "snapshot"].iter().filter_map(|key| self.node.get(key)).any(names_model);
        let provided = has("provider") && ["model", "model_id", "id", "deployment"].iter().any(|key| has(key));
        let routed = self.node.elements().iter().any(|target| target.get("model").is_some());
        names_model(self.node) || pinned || provided || routed || CATALOGUE.iter().any(|key| has(key))
    }
}

/// The models of a document in its order; a document of no known layout is one model's settings.
pub(super) fn find(document: &Node) -> Vec<Found<'_>> {
    let lists =
        ["model_list", "models"].into_iter().filter_map(|key| document.get(key)).filter(|node| is_named_list(node));
    let maps = MAPS.iter().filter_map(|key| document.get(key)).filter(|node| is_alias_map(node));
    let mut found: Vec<Found<'_>> = lists.flat_map(elements).chain(maps.flat_map(entries)).collect();
    if found.is_empty() && is_named_list(document) {
        found = elements(document).collect();
    }
    if found.is_empty() && is_catalogue(document) {
        found = entries(document).collect();
    }
    if found.is_empty() {
        return vec![Found { name: None, span: None, node: document, named_by: None, is_catalogued: false }];
    }
    number_twins(&mut found);
    found
}

fn elements(list: &Node) -> impl Iterator<Item = Found<'_>> {
    list.elements().iter().map(|node| {
        let named_by = NAMES.into_iter().find(|key| node.get(key).is_some());
        let name = named_by.and_then(|key| node.get(key)).and_then(Node::scalar);
        Found { name, span: Some(node.span), node, named_by, is_catalogued: is_description(node) }
    })
}

fn entries(map: &Node) -> impl Iterator<Item = Found<'_>> {
    map.entries().iter().map(|entry| Found {
        name: Some(entry.key.clone()),
        span: Some(entry.span()),
        node: &entry.node,
        named_by: None,
        is_catalogued: is_description(&entry.node),
    })
}

/// Whether an entry says what a model can do: its limits, price and capabilities.
fn is_description(node: &Node) -> bool {
    ["litellm_provider", "max_input_tokens", "input_cost_per_token", "context_window", "mode", "cost"]
        .iter()
        .any(|key| node.get(key).is_some())
        && node.get("litellm_params").is_none()
}

fn is_named_list(node: &Node) -> bool {
    let is_named = |element: &Node| NAMES.iter().any(|key| element.get(key).is_some_and(|name| name.text().is_some()));
    !node.elements().is_empty() && node.elements().iter().all(is_named)
}

fn is_alias_map(node: &Node) -> bool {
    let is_pin = |entry: &Entry| entry.node.is_map() || entry.node.text().is_some() || entry.node.is_list();
    !node.entries().is_empty() && node.entries().iter().all(is_pin)
}

/// Ids at the top level, each with a catalogue's keys or a provider and a model.
fn is_catalogue(document: &Node) -> bool {
    let is_entry = |entry: &Entry| {
        let has = |key: &str| entry.node.get(key).is_some();
        CATALOGUE.iter().any(|key| has(key)) || has("model") || has("provider") || has("mode")
    };
    let entries = document.entries();
    let sure = entries.iter().filter(|entry| is_entry(entry)).count();
    sure > 0 && sure * 2 > entries.len() && entries.iter().all(|entry| entry.node.is_map())
}

/// Deployments behind one alias are told apart by their order: `chat`, `chat#2`.
fn number_twins(found: &mut [Found<'_>]) {
    let mut seen: std::collections::HashMap<String, usize> = std::collections::HashMap::new();
    for model in found {
        let Some(name) = &mut model.name else { continue };
        let times = seen.entry(name.clone()).or_default();
        *times += 1;
        if *times > 1 {
            *name = format!("{name}#{times}");
        }
    }
}
