//! The typed prompt.

use std::collections::BTreeSet;

use crate::domain::{Meaning, Place, Quote};
use crate::kinds::Signs;
use crate::kinds::shared::part::{self, Part};
use crate::kinds::shared::template::{Engine, Scan};

use super::example::Example;
use super::interface::{self, Declared};
use super::text::Text;

/// Characters of a message that are shown of it as a piece.
const EXCERPT: usize = 240;

/// A prompt as parsed, whatever its format.
#[derive(Debug)]
pub struct Prompt {
    /// Who renders it.
    pub engine: Engine,
    /// Whether the document or its format says so; else pv found it out.
    pub engine_is_certain: bool,
    /// What the document says about its inputs.
    pub declared: Declared,
    /// What the model reads, in order.
    pub messages: Vec<Message>,
    /// What a caller may or must supply, sorted by name.
    pub variables: Vec<Variable>,
    /// Everything keyed: `model`, `param`, `tool`, `output-schema`, `setting`, `metadata`, `engine`.
    pub parts: Vec<Part>,
    /// The worked examples that the document lists, in order.
    pub examples: Vec<Example>,
    /// What a person is shown: the variables, how each message begins, the parts.
    pub pieces: Vec<Part>,
    /// Digest of all of this.
    pub meaning: Meaning,
}

/// One message.
#[derive(Debug)]
pub struct Message {
    /// `system`, `user`, `assistant`, …; lower case.
    pub role: String,
    /// What it says.
    pub text: Text,
    /// The variables, conditions and partials in it.
    pub scan: Scan,
}

/// A variable of the interface: declared, used, or both.
#[derive(Debug, Clone)]
pub struct Variable {
    /// Its name.
    pub name: String,
    /// Whether the document declares it.
    pub is_declared: bool,
    /// Whether a message uses it.
    pub is_used: bool,
    /// Whether rendering needs it.
    pub is_required: bool,
    /// Whether it is used although the document declares others and not this one.
    pub is_undeclared: bool,
    /// The declared type.
    pub type_name: Option<String>,
    /// What else the declaration says of its values, as canonical JSON.
    pub constraints: Option<String>,
    /// The only values that the declaration allows, as canonical JSON, sorted.
    pub allowed: Option<BTreeSet<String>>,
    /// The default, as canonical JSON.
    pub default: Option<String>,
    /// What the declaration says about it.
    pub description: Option<String>,
    /// Its declaration or its first use.
    pub quote: Quote,
}

impl Prompt {
    /// What of it a report can hold: its message, or all of them; the whole file; the model that it names itself.
    pub(super) fn signs(&self) -> Signs {
        let messages: Vec<&str> = self.messages.iter().map(|message| message.text.content.as_str()).collect();
        let file = self.messages.first().map(|message| message.text.file().text.to_string());
        let whole = [messages.join("\n"), messages.join("\n\n")];
        let models = self.parts.iter().filter(|part| part.aspect == "model").map(|part| part.quote.text.clone());
        Signs { texts: whole.into_iter().chain(file).collect(), models: models.collect(), ..Signs::default() }
    }

    /// The same prompt as `engine` reads it.
    pub(super) fn read_by(&self, engine: Engine) -> Self {
        let texts = self.messages.iter().map(|message| (message.role.clone(), message.text.clone())).collect();
        let messages = interface::messages(texts, engine, &self.declared);
        Self {
            engine,
            engine_is_certain: self.engine_is_certain,
            declared: self.declared.clone(),
            variables: interface::variables(&messages, &self.declared),
            messages,
            parts: self.parts.clone(),
            examples: self.examples.clone(),
            pieces: self.pieces.clone(),
            meaning: self.meaning.clone(),
        }
    }
}

impl Variable {
    /// Whether it is declared and never used.
    pub fn is_unused(&self) -> bool {
        self.is_declared && !self.is_used
    }

    fn piece(&self) -> Part {
        let need = match &self.default {
            Some(default) => format!("default {default}"),
            None if self.is_required => "required".to_owned(),
            None => "optional".to_owned(),
        };
        let text = self.type_name.as_ref().map_or(need.clone(), |name| format!("{need}, {name}"));
        piece("variable", &self.name, self.quote.place.clone(), text)
    }
}

impl Message {
    /// Whether it instructs the model above the conversation.
    pub fn is_system(&self) -> bool {
        matches!(self.role.as_str(), "system" | "developer")
    }

    fn piece(&self) -> Part {
        let lines: Vec<&str> = self.text.content.lines().filter(|line| !line.trim().is_empty()).take(3).collect();
        piece("message", &self.role, self.text.place(0), lines.join("\n").chars().take(EXCERPT).collect())
    }
}

/// The pieces to show, each with what a person reads of it as its text.
pub(super) fn pieces(messages: &[Message], variables: &[Variable], parts: &[Part], examples: &[Example]) -> Vec<Part> {
    let variables = variables.iter().map(Variable::piece);
    let examples = examples.iter().enumerate().map(|(at, example)| {
        piece("example", &(at + 1).to_string(), example.quote.place.clone(), example.canonical.clone())
    });
    variables.chain(messages.iter().map(Message::piece)).chain(parts.iter().cloned()).chain(examples).collect()
}

fn piece(aspect: &'static str, key: &str, place: Place, text: String) -> Part {
    Part { aspect, key: key.to_owned(), value: String::new(), quote: Quote { place, text }, marks: Vec::new() }
}

/// Digest of everything in which two prompts can differ.
pub(super) fn meaning(messages: &[Message], variables: &[Variable], parts: &[Part], examples: &[Example]) -> Meaning {
    let mut out = Vec::new();
    for message in messages {
        write("message", &mut out);
        write(&message.role, &mut out);
        write(&message.text.content, &mut out);
    }
    for variable in variables {
        let flags = [variable.is_declared, variable.is_used, variable.is_required, variable.is_undeclared];
        write("variable", &mut out);
        write(&variable.name, &mut out);
        write(&format!("{flags:?}"), &mut out);
        for optional in [&variable.type_name, &variable.constraints, &variable.default, &variable.description] {
            write(&format!("{optional:?}"), &mut out);
        }
        write(&format!("{:?}", variable.allowed), &mut out);
    }
    for example in examples {
        write("example", &mut out);
        write(&example.canonical, &mut out);
    }
    part::write_canonical(parts, &mut out);
    Meaning::of(&out)
}

fn write(piece: &str, out: &mut Vec<u8>) {
    out.extend_from_slice(&(piece.len() as u64).to_le_bytes());
    out.extend_from_slice(piece.as_bytes());
}
