//! Eval sets: cases, graders and thresholds, as files of rows, as definitions, or as a directory of both.

mod compare;
mod definition;
mod inspect;
mod parse;
mod personal;
mod recognise;
mod roles;
mod rules;

pub use roles::CASES;

use crate::domain::{Elsewhere, Fact, KindName, Rule};
use crate::kinds::shared::part::Part;
use crate::kinds::shared::pointer::Pointer;
use crate::kinds::shared::row_tree::{self, Side};
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
    /// The cases, when they stand here or are kept as a small tree.
    cases: Option<Rows>,
    /// The cases, when they are kept as a tree.
    kept: Option<row_tree::Snapshot>,
    /// Cases that are kept but no longer scored.
    retired: Option<Rows>,
    /// What the definition names by URI and digest.
    external: Vec<Pointer>,
}

impl EvalSet {
    /// The parts that stand in the files; the others only say how the files were read.
    fn defined(&self) -> &[Part] {
        let is_defined = |part: &&Part| part.aspect != "key" && part.aspect != row_tree::PIECE;
        self.parts.get(..self.parts.iter().take_while(is_defined).count()).unwrap_or_default()
    }

    /// The cases: as they are kept, or where that is wanted as they are held.
    fn rows(&self, is_held: bool) -> Option<Side<'_>> {
        let held = self.cases.as_ref().map(Side::Listed);
        let kept = self.kept.as_ref().map(Side::Kept);
        if is_held { held.or(kept) } else { kept.or(held) }
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

    fn signs(&self, artefact: &EvalSet) -> Signs {
        let kept = || artefact.kept.as_ref().and_then(row_tree::Snapshot::names);
        let names = artefact.cases.as_ref().map_or_else(kept, Rows::names);
        Signs { cases: names.unwrap_or_default(), ..Signs::default() }
    }

    fn elsewhere(&self, artefact: &EvalSet) -> Vec<Elsewhere> {
        let external = artefact.external.iter().map(|pointer| pointer.elsewhere.clone());
        artefact.kept.iter().map(row_tree::Snapshot::elsewhere).chain(external).collect()
    }

    fn first_rows(&self, artefact: &EvalSet, count: usize) -> Vec<String> {
        artefact.kept.as_ref().map_or_else(Vec::new, |kept| kept.first_rows(count))
    }

    fn compare(&self, old: &EvalSet, new: &EvalSet, basis: &Basis) -> Vec<Fact> {
        compare::compare(old, new, basis)
    }

    fn inspect(&self, artefact: &EvalSet, _basis: &Basis) -> Vec<Fact> {
        inspect::inspect(artefact)
    }

    fn inspect_new(&self, artefact: &EvalSet, basis: &Basis) -> Vec<Fact> {
        inspect::inspect_new(artefact, basis)
    }
}
