//! Features: a flag, who sees it, and the artefacts it depends on.

use crate::domain::{Fact, KindName, Rule};
use crate::kinds::shared::part::Part;
use crate::kinds::{Basis, Candidate, Kind, Parsed, Unit};

mod compare;
mod formats;
mod inspect;
mod keys;
mod limits;
mod neighbours;
mod parse;
mod plan;
mod rules;
mod settings;

pub use parse::Feature;
pub use settings::{Need, Said, Settings};

/// The kind `feature`.
#[derive(Debug)]
pub struct FeatureKind;

impl Kind for FeatureKind {
    type Artefact = Feature;
    const NAME: KindName = KindName::Feature;
    const RULES: &'static [&'static [Rule]] = &[rules::RULES];

    fn is_likely(&self, path: &str) -> bool {
        formats::is_likely(path)
    }

    fn recognises(&self, candidate: &Candidate<'_>) -> bool {
        candidate.document.is_some_and(formats::holds_features)
    }

    fn parse(&self, unit: &Unit) -> Parsed<Feature> {
        parse::parse(unit)
    }

    fn parts<'a>(&self, artefact: &'a Feature) -> &'a [Part] {
        &artefact.parts
    }

    fn is_parameter(&self, part: &Part) -> bool {
        settings::is_recorded(part)
    }

    fn compare(&self, old: &Feature, new: &Feature, _basis: &Basis) -> Vec<Fact> {
        compare::compare(old, new)
    }

    fn inspect(&self, artefact: &Feature, basis: &Basis) -> Vec<Fact> {
        inspect::inspect(artefact, basis)
    }
}
