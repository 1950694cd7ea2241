//! From files to an index snapshot.

use super::roles::DOCUMENTS;
use super::{Snapshot, digests, manifest, recognise};
use crate::domain::{Meaning, Problem, SourceFile};
use crate::kinds::shared::document::{self, Syntax};
use crate::kinds::shared::node::Node;
use crate::kinds::shared::part::{self, Part};
use crate::kinds::shared::pointer::{self, Pointer};
use crate::kinds::shared::row_tree;
use crate::kinds::shared::rows::{self, Layout, Rows, Table};
use crate::kinds::{Item, Parsed, Unit};

/// The pieces of a unit, as its files give them.
#[derive(Default)]
struct Pieces {
    parts: Vec<Part>,
    documents: Vec<Table>,
    kept: Option<row_tree::Snapshot>,
    external: Vec<Pointer>,
    problems: Vec<Problem>,
    name: Option<String>,
    version: Option<String>,
}

pub(super) fn parse(unit: &Unit) -> Parsed<Snapshot> {
    let only = if unit.is_directory { None } else { unit.files.first() };
    let mut pieces = Pieces::default();
    unit.files.iter().for_each(|file| pieces.file(file, unit));
    let mut problems = pieces.problems;
    let documents = (!pieces.documents.is_empty()).then(|| {
        let (rows, faults) = rows::read(pieces.documents, &DOCUMENTS, &unit.settings);
        problems.extend(faults);
        rows
    });
    let altered = if unit.is_directory { digests::altered(&pieces.parts, unit) } else { Vec::new() };
    let (mut parts, kept) = (pieces.parts, pieces.kept);
    problems.extend(kept.iter().filter(|_| documents.is_some()).map(row_tree::Snapshot::beside_others));
    parts.extend(kept.iter().flat_map(row_tree::Snapshot::pieces));
    let snapshot = Snapshot { parts, documents, kept, external: pieces.external, altered, source: only.cloned() };
    if is_unreadable(&snapshot, &problems) {
        return Parsed { items: Vec::new(), problems };
    }
    let meaning = meaning(&snapshot);
    let (name, version) = (pieces.name, pieces.version);
    let item = Item { name, span: None, version, references: Vec::new(), meaning, artefact: snapshot };
    Parsed { items: vec![item], problems }
}

fn is_unreadable(snapshot: &Snapshot, problems: &[Problem]) -> bool {
    let no_rows = snapshot.documents.as_ref().is_none_or(Rows::is_empty);
    !problems.is_empty() && snapshot.parts.is_empty() && no_rows && snapshot.external.is_empty()
}

fn meaning(snapshot: &Snapshot) -> Meaning {
    let mut defined = Vec::new();
    part::write_canonical(snapshot.defined(), &mut defined);
    let mut elsewhere = Vec::new();
    snapshot.kept.iter().for_each(|kept| kept.write_canonical(&mut elsewhere));
    elsewhere.extend(snapshot.external.iter().flat_map(|pointer| pointer.name().bytes()));
    rows::meaning(defined, &[snapshot.documents.as_ref()], elsewhere)
}

impl Pieces {
    fn file(&mut self, file: &SourceFile, unit: &Unit) {
        let prefix = prefix(file, unit);
        if row_tree::is_manifest(&file.path) {
            match row_tree::Snapshot::read(file, unit) {
                Ok(snapshot) => self.kept = Some(snapshot),
                Err(problems) => self.problems.extend(problems),
            }
        } else if let Some(layout) = rows::layout_of(&file.path) {
            self.documents.push(Table { file: file.clone(), layout });
        } else if let Some(syntax) = document::syntax_of(&file.path) {
            let document = document::read(file, file.whole(), syntax);
            self.problems.extend(document.problems);
            if let Some(root) = &document.root {
                self.document(file, root, syntax, &prefix);
            }
        } else {
            let value = file.text.replace("\r\n", "\n");
            let quote = file.quote_as(file.whole(), value.clone());
            self.parts.push(Part { aspect: "text", key: prefix, value, quote, marks: Vec::new() });
        }
    }

    fn document(&mut self, file: &SourceFile, root: &Node, syntax: Syntax, prefix: &str) {
        let rows = recognise::document_list(root);
        if let Some(path) = &rows {
            self.documents.push(Table { file: file.clone(), layout: Layout::Document(syntax, path.clone()) });
        }
        let is_whole_list = rows.as_ref().is_some_and(Vec::is_empty);
        let is_manifest = prefix.is_empty() || prefix.starts_with("manifest.");
        if !is_whole_list {
            let path = if is_manifest { String::new() } else { format!("{prefix}: ") };
            let parts = manifest::parts(file, root, rows.as_deref().unwrap_or_default(), &path);
            self.parts.extend(parts.into_iter().filter(|part| !is_manifest || !pointer::is_external(&part.key)));
        }
        if is_manifest {
            let (external, problems) = pointer::external(file, root);
            self.external.extend(external);
            self.problems.extend(problems);
            let text = |key: &str| root.get(key).and_then(Node::scalar);
            self.name = text("name").filter(|name| !name.is_empty());
            self.version = text("version");
        }
    }
}

/// The file's path in a directory unit; nothing for a file alone.
fn prefix(file: &SourceFile, unit: &Unit) -> String {
    if !unit.is_directory {
        return String::new();
    }
    file.path.strip_prefix(&*unit.path).unwrap_or(&file.path).trim_start_matches('/').to_owned()
}
