//! Retrieval indexes: a manifest, a list of documents, a chunk store.

mod aspects;
mod compare;
mod digests;
mod drift;
mod guards;
mod manifest;
mod parse;
mod recipe;
mod recognise;
mod roles;
mod rules;
mod unfit;

use crate::domain::{Elsewhere, Fact, KindName, Rule, SourceFile, Versioning};
use crate::kinds::shared::part::Part;
use crate::kinds::shared::pointer::Pointer;
use crate::kinds::shared::rows::{self, Rows};
use crate::kinds::{Basis, Candidate, Kind, Parsed, Unit};

/// The kind `index`.
#[derive(Debug)]
pub struct Index;

/// A parsed index snapshot.
#[derive(Debug)]
pub struct Snapshot {
    /// How it is built and queried, and what it says of its content.
    parts: Vec<Part>,
    /// The documents or chunks, when they are listed.
    documents: Option<Rows>,
    /// What the manifest names by URI and digest.
    external: Vec<Pointer>,
    /// Recorded digests that are not those of the files they name.
    altered: Vec<Part>,
    /// The only file.
    source: Option<SourceFile>,
}

impl Kind for Index {
    type Artefact = Snapshot;
    const NAME: KindName = KindName::Index;
    const RULES: &'static [&'static [Rule]] = &[guards::RULES, recipe::RULES, rules::RULES];
    const VERSIONING: Versioning = Versioning::Date;

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

    fn parse(&self, unit: &Unit) -> Parsed<Snapshot> {
        parse::parse(unit)
    }

    fn parts<'a>(&self, artefact: &'a Snapshot) -> &'a [Part] {
        &artefact.parts
    }

    fn elsewhere(&self, artefact: &Snapshot) -> Vec<Elsewhere> {
        artefact.external.iter().map(|pointer| pointer.elsewhere.clone()).collect()
    }

    fn is_parameter(&self, _part: &Part) -> bool {
        true
    }

    fn runs_beside(&self) -> bool {
        true
    }

    fn compare(&self, old: &Snapshot, new: &Snapshot, basis: &Basis) -> Vec<Fact> {
        drift::told(compare::compare(old, new, basis), old, new, basis)
    }

    fn inspect(&self, artefact: &Snapshot, _basis: &Basis) -> Vec<Fact> {
        let rows = artefact.documents.as_ref().map(|documents| rows::unfit(documents, &roles::DOCUMENTS));
        rows.into_iter().flatten().chain(unfit::inspect(artefact)).collect()
    }
}
