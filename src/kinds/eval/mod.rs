//! Eval sets: cases, graders and thresholds, as files of rows, as definitions, or as a directory of both.

mod compare;
mod definition;
mod inspect;
mod parse;
mod personal;
mod recognise;
mod roles;
mod rules;

use crate::domain::{Elsewhere, Fact, KindName, Rule};
use crate::kinds::shared::part::Part;
use crate::kinds::shared::pointer::Pointer;
use crate::kinds::shared::rows::Rows;
use crate::kinds::{Basis, Candidate, Kind, Parsed, Signs, Unit};

/// The kind `eval`.
#[derive(Debug)]
pub struct Eval;

/// A parsed eval set.
#[derive(Debug)]
pub struct EvalSet {
    /// Everything but the cases: metrics, thresholds, graders, settings; and last, how cases are told apart.
    parts: Vec<Part>,
    /// The cases, when they stand here.
    cases: Option<Rows>,
    /// Cases that are kept but no longer scored.
    retired: Option<Rows>,
    /// What the definition names by URI and digest.
    external: Vec<Pointer>,
}

impl EvalSet {
    /// The parts that stand in the files; the others only say how the files were read.
    fn defined(&self) -> &[Part] {
        self.parts.get(..self.parts.iter().take_while(|part| part.aspect != "key").count()).unwrap_or_default()
    }
}

impl Kind for Eval {
    type Artefact = EvalSet;
    const NAME: KindName = KindName::Eval;
    const RULES: &'static [&'static [Rule]] = rules::RULES;

    fn is_likely(&self, path: &str) -> bool {
        recognise::is_likely(path)
    }

    fn recognises(&self, candidate: &Candidate<'_>) -> bool {
        recognise::recognises(candidate)
    }

    fn directory_of<'p>(&self, path: &'p str) -> Option<&'p str> {
        recognise::directory_of(path)
    }

    fn reads_rows(&self) -> bool {
        true
    }

    fn parse(&self, unit: &Unit) -> Parsed<EvalSet> {
        parse::parse(unit)
    }

    fn parts<'a>(&self, artefact: &'a EvalSet) -> &'a [Part] {
        &artefact.parts
    }

    fn elsewhere(&self, artefact: &EvalSet) -> Vec<Elsewhere> {
        artefact.external.iter().map(|pointer| pointer.elsewhere.clone()).collect()
    }

    fn signs(&self, artefact: &EvalSet) -> Signs {
        Signs { cases: artefact.cases.as_ref().and_then(Rows::names).unwrap_or_default(), ..Signs::default() }
    }

    fn compare(&self, old: &EvalSet, new: &EvalSet, basis: &Basis) -> Vec<Fact> {
        compare::compare(old, new, basis)
    }

    fn inspect(&self, artefact: &EvalSet, _basis: &Basis) -> Vec<Fact> {
        inspect::inspect(artefact)
    }
}
