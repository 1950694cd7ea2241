//! From a document to features.

use std::sync::Arc;

use super::neighbours::Neighbours;
use super::{formats, keys, plan};
use crate::domain::{ArtefactId, KindName, Meaning, Problem, SourceFile, Version};
use crate::kinds::shared::document::{self, Syntax};
use crate::kinds::shared::leaves::{Leaf, leaves};
use crate::kinds::shared::node::{Entry, Node};
use crate::kinds::shared::part::{self, Part};
use crate::kinds::{Item, Parsed, Reference, Unit};

/// A feature: its flag, its exposure, and what it depends on.
#[derive(Debug)]
pub struct Feature {
    /// Every setting; a dependency's key is the identity of what it asks for, its value the version.
    pub parts: Vec<Part>,
    /// Its name in the document.
    pub(super) name: String,
    /// What the document says of all its features; no part of the meaning of any.
    pub(super) neighbours: Arc<Neighbours>,
}

impl Feature {
    /// The flag's key, and the part that says it.
    pub(super) fn flag(&self) -> Option<&Part> {
        self.parts.iter().find(|part| part.aspect == "flag")
    }
}

/// The words that manifests use for kinds.
const KINDS: [(&str, KindName); 16] = [
    ("prompt", KindName::Prompt),
    ("prompts", KindName::Prompt),
    ("model", KindName::Model),
    ("models", KindName::Model),
    ("tool", KindName::Tool),
    ("tools", KindName::Tool),
    ("agent", KindName::Agent),
    ("agents", KindName::Agent),
    ("eval", KindName::Eval),
    ("evals", KindName::Eval),
    ("eval_set", KindName::Eval),
    ("index", KindName::Index),
    ("indexes", KindName::Index),
    ("retrieval_index", KindName::Index),
    ("vector_index", KindName::Index),
    ("feature", KindName::Feature),
];

pub(super) fn parse(unit: &Unit) -> Parsed<Feature> {
    let mut parsed = Parsed { items: Vec::new(), problems: Vec::new() };
    for file in &unit.files {
        let document = document::read(file, file.whole(), document::syntax_of(&file.path).unwrap_or(Syntax::Yaml));
        parsed.problems.extend(document.problems);
        if let Some(root) = &document.root {
            read(file, root, &mut parsed);
        }
    }
    parsed
}

fn read(file: &SourceFile, document: &Node, parsed: &mut Parsed<Feature>) {
    let found = formats::find(document);
    if found.is_empty() {
        let help = "features stand under `features`, each with a `flag`, a `rollout` or `dependencies`";
        let message = "the file holds no feature";
        parsed.problems.push(Problem::at(file, document.span, "feature-not-found", message, help));
    }
    let mut items: Vec<Item<Feature>> = found.iter().map(|entry| item(file, entry)).collect();
    let neighbours = Arc::new(Neighbours::of(document, &items));
    items.iter_mut().for_each(|item| item.artefact.neighbours = Arc::clone(&neighbours));
    parsed.items.append(&mut items);
}

fn item(file: &SourceFile, entry: &Entry) -> Item<Feature> {
    let is_read_apart = |keys: &[String]| {
        matches!(keys, [key] if key == "dependencies" || key == "depends_on") || plan::is_plan(&entry.node, keys)
    };
    let mut dependencies = Dependencies { file, parts: Vec::new(), references: Vec::new() };
    for key in ["dependencies", "depends_on"] {
        if let Some(list) = entry.node.get(key) {
            dependencies.read(list);
        }
    }
    let settings = leaves(&entry.node, &is_read_apart);
    let mut parts: Vec<Part> = settings.iter().flat_map(|leaf| setting(file, leaf)).collect();
    parts.extend(plan::parts(file, &entry.node));
    parts.append(&mut dependencies.parts);
    part::make_unique(&mut parts);
    let mut canonical = Vec::new();
    part::write_canonical(&parts, &mut canonical);
    Item {
        name: Some(entry.key.clone()),
        span: Some(entry.span()),
        version: entry.node.get("version").and_then(Node::scalar),
        references: dependencies.references,
        meaning: Meaning::of(&canonical),
        artefact: Feature { parts, name: entry.key.clone(), neighbours: Arc::default() },
    }
}

struct Dependencies<'f> {
    file: &'f SourceFile,
    parts: Vec<Part>,
    references: Vec<Reference>,
}

impl Dependencies<'_> {
    /// `[{prompt: a@1.0.0}, "tool:b@2"]`, or `{prompt: a@1.0.0, tools: [b@2, c@1]}`.
    fn read(&mut self, list: &Node) {
        if let Some(text) = list.text() {
            self.add("", text, list);
        }
        for element in list.elements() {
            match element.text() {
                Some(text) => self.add("", text, element),
                None => element.entries().iter().for_each(|entry| self.read_entry(entry)),
            }
        }
        list.entries().iter().for_each(|entry| self.read_entry(entry));
    }

    fn read_entry(&mut self, entry: &Entry) {
        if entry.node.is_list() {
            for element in entry.node.elements() {
                self.add(&entry.key, &element.scalar().unwrap_or_else(|| element.canonical()), element);
            }
        } else {
            self.add(&entry.key, &entry.node.scalar().unwrap_or_else(|| entry.node.canonical()), &entry.node);
        }
    }

    /// A dependency written as `name@version`, of the kind that `word` or a prefix of the text names.
    fn add(&mut self, word: &str, text: &str, node: &Node) {
        let (word, text) = text.split_once(':').filter(|_| word.is_empty()).unwrap_or((word, text));
        let (name, version) = text.rsplit_once('@').map_or((text, None), |(name, version)| (name, Some(version)));
        let kind = KINDS.iter().find(|(key, _)| *key == word).map(|(_, kind)| *kind);
        let quote = self.file.quote_as(node.span, text);
        let key = format!("{}:{name}", kind.map_or(word, |kind| kind.as_str()));
        let value = version.map_or_else(String::new, |version| canonical(version).to_string());
        let marks = kind.map(KindName::as_str).into_iter().collect();
        self.parts.push(Part { aspect: "dependency", key, value, quote: quote.clone(), marks });
        if let Some(kind) = kind {
            let id = ArtefactId::new(kind, name);
            self.references.push(Reference { id, version: version.map(str::to_owned), quote });
        }
    }
}

/// The version in its canonical spelling: `v1.0` is `1.0.0`.
fn canonical(text: &str) -> Version {
    text.parse().unwrap_or_else(|never: std::convert::Infallible| match never {})
}

fn setting(file: &SourceFile, leaf: &Leaf<'_>) -> Vec<Part> {
    let aspect = keys::aspect(leaf);
    match aspect {
        "audience" | "gate" => Part::of_each(file, aspect, leaf.path(), leaf.node),
        _ => vec![Part::of(file, aspect, leaf.path(), leaf.node)],
    }
}
