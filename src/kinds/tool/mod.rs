//! Tools: what a model may call, by name, description and schemas; and the servers that offer them.

use crate::domain::{Event, Fact, KindName, Rule};
use crate::kinds::shared::part::Part;
use crate::kinds::{Basis, Candidate, Kind, Parsed, Unit};

mod compare;
mod formats;
mod hijack;
mod parse;
mod rules;
mod strict;

pub use parse::Tool;

/// The kind `tool`.
#[derive(Debug)]
pub struct ToolKind;

impl Kind for ToolKind {
    type Artefact = Tool;
    const NAME: KindName = KindName::Tool;
    const RULES: &'static [&'static [Rule]] = &[rules::RULES];

    fn is_likely(&self, path: &str) -> bool {
        formats::is_likely(path)
    }

    fn recognises(&self, candidate: &Candidate<'_>) -> bool {
        formats::recognises(candidate)
    }

    fn parse(&self, unit: &Unit) -> Parsed<Tool> {
        parse::parse(unit)
    }

    fn parts<'a>(&self, artefact: &'a Tool) -> &'a [Part] {
        &artefact.pieces
    }

    fn compare(&self, old: &Tool, new: &Tool, _basis: &Basis) -> Vec<Fact> {
        compare::compare(old, new)
    }

    fn inspect(&self, tool: &Tool, _basis: &Basis) -> Vec<Fact> {
        let refused = tool.strict.as_ref().and(tool.input.as_ref()).map_or_else(Vec::new, strict::faults);
        let twin = tool.twin.iter().map(|twin| Fact::new("name", Event::Unfit, &twin.text).is(twin.clone()));
        refused.into_iter().chain(twin).collect()
    }
}
