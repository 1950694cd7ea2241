//! Models: which model an alias means, where it is served, with which parameters and limits.

use crate::domain::{Fact, KindName, Rule};
use crate::kinds::shared::part::Part;
use crate::kinds::{Basis, Candidate, Kind, Parsed, Signs, Unit};

mod baml;
mod compare;
mod formats;
mod keys;
mod life;
mod parse;
mod rules;

pub use parse::Model;

/// The kind `model`.
#[derive(Debug)]
pub struct ModelKind;

impl Kind for ModelKind {
    type Artefact = Model;
    const NAME: KindName = KindName::Model;
    const RULES: &'static [&'static [Rule]] = &[rules::RULES];

    fn is_likely(&self, path: &str) -> bool {
        formats::is_likely(path)
    }

    fn recognises(&self, candidate: &Candidate<'_>) -> bool {
        formats::recognises(candidate)
    }

    fn parse(&self, unit: &Unit) -> Parsed<Model> {
        parse::parse(unit)
    }

    fn is_parameter(&self, _part: &Part) -> bool {
        true
    }

    fn parts<'a>(&self, artefact: &'a Model) -> &'a [Part] {
        &artefact.parts
    }

    fn signs(&self, artefact: &Model) -> Signs {
        let ids = artefact.parts.iter().filter(|part| part.aspect == "model").map(|part| part.quote.text.clone());
        Signs { models: ids.collect(), ..Signs::default() }
    }

    fn runs_with_references(&self) -> bool {
        false
    }

    fn compare(&self, old: &Model, new: &Model, basis: &Basis) -> Vec<Fact> {
        compare::compare(old, new, basis)
    }

    fn inspect(&self, model: &Model, basis: &Basis) -> Vec<Fact> {
        life::inspect(model, basis)
    }
}
