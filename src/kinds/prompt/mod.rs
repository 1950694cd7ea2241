//! Prompts: the messages that a model reads, the variables they take, and the settings beside them.

mod artefact;
mod compare;
mod draft;
mod example;
mod formats;
mod inputs;
mod inspect;
mod interface;
mod parse;
mod rules;
mod settings;
mod text;

pub use artefact::{Message, Prompt, Variable};
pub use text::Text;

use crate::domain::{Fact, KindName, Rule};
use crate::kinds::shared::instruction;
use crate::kinds::shared::part::Part;
use crate::kinds::{Basis, Candidate, Kind, Parsed, Signs, Unit};

/// The kind `prompt`.
#[derive(Debug)]
pub struct PromptKind;

impl Kind for PromptKind {
    type Artefact = Prompt;
    const NAME: KindName = KindName::Prompt;
    const RULES: &'static [&'static [Rule]] = &[rules::RULES, instruction::RULES];

    fn is_likely(&self, path: &str) -> bool {
        formats::is_likely(path)
    }

    fn recognises(&self, candidate: &Candidate<'_>) -> bool {
        formats::recognises(candidate)
    }

    fn directory_of<'p>(&self, path: &'p str) -> Option<&'p str> {
        formats::directory_of(path)
    }

    fn name_of_path(&self, path: &str) -> Option<String> {
        formats::name_of_path(path)
    }

    fn parse(&self, unit: &Unit) -> Parsed<Prompt> {
        parse::parse(unit)
    }

    fn parts<'a>(&self, artefact: &'a Prompt) -> &'a [Part] {
        &artefact.pieces
    }

    fn is_parameter(&self, part: &Part) -> bool {
        matches!(part.aspect, "model" | "param")
    }

    fn includes<'a>(&self, artefact: &'a Prompt) -> Vec<&'a str> {
        let found = artefact.messages.iter().flat_map(|message| &message.scan.includes);
        found.map(|include| include.name.as_str()).collect()
    }

    fn signs(&self, artefact: &Prompt) -> Signs {
        artefact.signs()
    }

    fn compare(&self, old: &Prompt, new: &Prompt, basis: &Basis) -> Vec<Fact> {
        let mut facts = compare::compare(old, new, basis);
        basis.catalogue.mark(&mut facts);
        facts
    }

    fn inspect(&self, artefact: &Prompt, basis: &Basis) -> Vec<Fact> {
        inspect::unfit(artefact, basis)
    }
}
