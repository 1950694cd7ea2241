//! Retrieval indexes: a manifest, a list of documents, a chunk store, or a pointer to content kept elsewhere.

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

pub use roles::DOCUMENTS;

use crate::domain::{Elsewhere, Fact, KindName, Rule, SourceFile, Versioning};
use crate::kinds::shared::part::Part;
use crate::kinds::shared::pointer::Pointer;
use crate::kinds::shared::row_tree::{self, Side};
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
    /// The documents or chunks, when they are kept as a tree.
    kept: Option<row_tree::Snapshot>,
    /// What stands here instead of the content, when it is kept elsewhere.
    pointer: Option<Pointer>,
    /// Recorded digests that are not those of the files they name.
    altered: Vec<Part>,
    /// The only file, to compare with a pointer.
    source: Option<SourceFile>,
}

impl Snapshot {
    /// The documents or chunks, wherever they are.
    fn rows(&self) -> Option<Side<'_>> {
        self.kept.as_ref().map(Side::Kept).or(self.documents.as_ref().map(Side::Listed))
    }

    /// The parts that differ when the snapshot does; the others only tell how its rows are kept.
    fn defined(&self) -> &[Part] {
        self.parts
            .get(..self.parts.iter().take_while(|part| part.aspect != row_tree::PIECE).count())
            .unwrap_or_default()
    }
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

    fn is_parameter(&self, part: &Part) -> bool {
        part.aspect != row_tree::PIECE
    }

    fn elsewhere(&self, artefact: &Snapshot) -> Vec<Elsewhere> {
        artefact.kept.iter().map(row_tree::Snapshot::elsewhere).collect()
    }

    fn first_rows(&self, artefact: &Snapshot, count: usize) -> Vec<String> {
        artefact.kept.as_ref().map_or_else(Vec::new, |kept| kept.first_rows(count))
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
