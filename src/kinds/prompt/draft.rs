//! What a format reads out of a file, before templates are scanned and the meaning is taken.

use std::collections::BTreeSet;

use crate::domain::{ArtefactId, KindName, Problem, Quote, SourceFile, Span};
use crate::kinds::Reference;
use crate::kinds::shared::node::Node;
use crate::kinds::shared::part::Part;
use crate::kinds::shared::template::Engine;

use super::example::Example;
use super::text::Text;

/// A prompt in the making.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) file: SourceFile,
    pub(super) name: Option<String>,
    pub(super) version: Option<String>,
    /// The part of the file that is this prompt; `None`: all of it.
    pub(super) span: Option<Span>,
    pub(super) engine: Engine,
    /// Whether the document names the engine, so that a fault in the template is certain.
    pub(super) engine_is_certain: bool,
    pub(super) messages: Vec<(String, Text)>,
    pub(super) inputs: Vec<Input>,
    /// Whether the text is read as it stands: braces in it are no placeholders.
    pub(super) is_literal: bool,
    /// Names that the engine itself supplies.
    pub(super) reserved: Vec<String>,
    /// Whether the document lists its inputs and means the list to be complete.
    pub(super) declares_inputs: bool,
    pub(super) parts: Vec<Part>,
    pub(super) examples: Vec<Example>,
    pub(super) references: Vec<Reference>,
    pub(super) problems: Vec<Problem>,
}

/// A declared input.
#[derive(Debug, Clone)]
pub(super) struct Input {
    pub(super) name: String,
    pub(super) type_name: Option<String>,
    /// What else the declaration says of its values, as canonical JSON.
    pub(super) constraints: Option<String>,
    /// The only values that it allows, as canonical JSON.
    pub(super) allowed: Option<BTreeSet<String>>,
    /// `None`: the document does not say.
    pub(super) required: Option<bool>,
    /// Canonical JSON.
    pub(super) default: Option<String>,
    pub(super) description: Option<String>,
    pub(super) quote: Quote,
}

impl Draft {
    /// An empty prompt of `file` that `engine` renders.
    pub(super) fn new(file: &SourceFile, engine: Engine) -> Self {
        Self {
            file: file.clone(),
            name: None,
            version: None,
            span: None,
            engine,
            engine_is_certain: false,
            messages: Vec::new(),
            inputs: Vec::new(),
            is_literal: false,
            reserved: Vec::new(),
            declares_inputs: false,
            parts: Vec::new(),
            examples: Vec::new(),
            references: Vec::new(),
            problems: Vec::new(),
        }
    }

    /// The document itself says which engine renders it.
    pub(super) fn declare_engine(&mut self, name: &str, quote: Quote) {
        let value = Engine::called(name).map_or_else(|| name.to_owned(), |engine| engine.as_str().to_owned());
        if let Some(engine) = Engine::called(name) {
            self.engine = engine;
            self.engine_is_certain = true;
        }
        self.parts.push(Part { aspect: "engine", key: "engine".into(), value, quote, marks: Vec::new() });
    }

    /// The message of `role` that stands at `span` as it is.
    pub(super) fn say(&mut self, role: &str, span: Span) {
        let text = Text::verbatim(&self.file, span);
        self.messages.push((role.to_owned(), text));
    }

    /// The message of `role` whose text is the string `node`.
    pub(super) fn say_node(&mut self, role: &str, node: &Node) {
        if let Some(content) = node.text() {
            let text = Text::decoded(&self.file, node.span, content);
            self.messages.push((role.to_owned(), text));
        }
    }

    /// A keyed piece at `span`.
    pub(super) fn part(&mut self, aspect: &'static str, key: impl Into<String>, value: impl Into<String>, span: Span) {
        let quote = self.file.quote(span);
        self.parts.push(Part { aspect, key: key.into(), value: value.into(), quote, marks: Vec::new() });
    }

    /// A reference to `kind:name` at `span`.
    pub(super) fn refer(&mut self, kind: KindName, name: &str, span: Span) {
        let (name, version) = match name.split_once('@') {
            Some((name, version)) => (name, Some(version.to_owned())),
            None => (name, None),
        };
        if !name.is_empty() {
            let quote = self.file.quote(span);
            self.references.push(Reference { id: ArtefactId::new(kind, name), version, quote });
        }
    }
}
