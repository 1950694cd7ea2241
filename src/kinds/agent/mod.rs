//! Agents: subagents, skills, crews and guardrail configurations: what they are told, what they may do, which model they run on.

use crate::domain::{Fact, KindName, Rule};
use crate::kinds::shared::instruction;
use crate::kinds::shared::part::Part;
use crate::kinds::{Basis, Candidate, Kind, Parsed, Unit};

mod body;
mod compare;
mod contract;
mod formats;
mod keys;
mod parse;
mod pin;
mod rules;

pub use body::Body;
pub use parse::Agent;

/// The kind `agent`.
#[derive(Debug)]
pub struct AgentKind;

impl Kind for AgentKind {
    type Artefact = Agent;
    const NAME: KindName = KindName::Agent;
    const RULES: &'static [&'static [Rule]] = &[instruction::RULES, rules::RULES];

    fn is_likely(&self, path: &str) -> bool {
        formats::is_likely(path)
    }

    fn recognises(&self, candidate: &Candidate<'_>) -> bool {
        formats::recognises(candidate)
    }

    fn directory_of<'p>(&self, path: &'p str) -> Option<&'p str> {
        path.strip_suffix("/SKILL.md")
    }

    fn parse(&self, unit: &Unit) -> Parsed<Agent> {
        parse::parse(unit)
    }

    fn parts<'a>(&self, artefact: &'a Agent) -> &'a [Part] {
        &artefact.parts
    }

    fn compare(&self, old: &Agent, new: &Agent, basis: &Basis) -> Vec<Fact> {
        let mut facts = compare::compare(old, new);
        basis.catalogue.mark(&mut facts);
        facts
    }
}
