//! From files to an eval set.

use super::roles::{CASES, RETIRED};
use super::{EvalSet, definition, recognise};
use crate::domain::{Meaning, Problem, SourceFile};
use crate::kinds::shared::document;
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
    cases: Vec<Table>,
    retired: Vec<Table>,
    kept: Option<row_tree::Snapshot>,
    external: Vec<Pointer>,
    problems: Vec<Problem>,
    name: Option<String>,
    version: Option<String>,
}

pub(super) fn parse(unit: &Unit) -> Parsed<EvalSet> {
    let mut pieces = Pieces::default();
    unit.files.iter().for_each(|file| pieces.file(file, unit));
    let (mut cases, mut problems) = read(pieces.cases, &CASES, unit);
    let (retired, more) = read(pieces.retired, &RETIRED, unit);
    problems.extend(more);
    problems.extend(pieces.problems);
    let (mut parts, kept) = (pieces.parts, pieces.kept);
    parts.extend(cases.as_ref().and_then(Rows::key_piece));
    problems.extend(kept.iter().filter(|_| cases.is_some()).map(row_tree::Snapshot::beside_others));
    cases = kept.as_ref().map_or(cases, |kept| kept.held(&CASES));
    parts.extend(kept.iter().flat_map(row_tree::Snapshot::pieces));
    let set = EvalSet { parts, cases, kept, retired, external: pieces.external };
    if is_unreadable(&set, &problems) {
        return Parsed { items: Vec::new(), problems };
    }
    let meaning = meaning(&set);
    let item =
        Item { name: pieces.name, span: None, version: pieces.version, references: Vec::new(), meaning, artefact: set };
    Parsed { items: vec![item], problems }
}

fn is_unreadable(set: &EvalSet, problems: &[Problem]) -> bool {
    let no_rows = [&set.cases, &set.retired].into_iter().flatten().all(Rows::is_empty);
    !problems.is_empty() && set.defined().is_empty() && no_rows && set.external.is_empty()
}

fn read(tables: Vec<Table>, profile: &rows::Profile, unit: &Unit) -> (Option<Rows>, Vec<Problem>) {
    if tables.is_empty() {
        return (None, Vec::new());
    }
    let (rows, problems) = rows::read(tables, profile, &unit.settings);
    (Some(rows), problems)
}

fn meaning(set: &EvalSet) -> Meaning {
    let mut defined = Vec::new();
    part::write_canonical(set.defined(), &mut defined);
    let listed = if set.kept.is_some() { None } else { set.cases.as_ref() };
    let mut elsewhere = Vec::new();
    set.kept.iter().for_each(|kept| kept.write_canonical(&mut elsewhere));
    elsewhere.extend(set.external.iter().flat_map(|pointer| pointer.name().bytes()));
    rows::meaning(defined, &[listed, set.retired.as_ref()], elsewhere)
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
            self.table(file, layout, &prefix);
        } else if is_rubric(&prefix) {
            self.text(file, "rubric", prefix);
        } else if let Some(syntax) = document::syntax_of(&file.path).or_else(|| recognise::bare_yaml(file)) {
            let document = document::read(file, file.whole(), syntax);
            self.problems.extend(document.problems);
            if let Some(root) = &document.root {
                self.document(file, root, syntax, &prefix);
            }
        } else {
            self.text(file, if is_code(&prefix) { "scorer-code" } else { "text" }, prefix);
        }
    }

    fn table(&mut self, file: &SourceFile, layout: Layout, prefix: &str) {
        let tables = if prefix.contains("retired") { &mut self.retired } else { &mut self.cases };
        tables.push(Table { file: file.clone(), layout });
    }

    fn document(&mut self, file: &SourceFile, root: &Node, syntax: document::Syntax, prefix: &str) {
        let rows = recognise::case_list(root);
        if let Some(path) = &rows {
            self.table(file, Layout::Document(syntax, path.clone()), prefix);
        }
        let is_whole_list = rows.as_ref().is_some_and(Vec::is_empty);
        if !is_whole_list {
            let path = if prefix.is_empty() { String::new() } else { format!("{prefix}: ") };
            let parts = definition::parts(file, root, rows.as_deref().unwrap_or_default(), &path);
            let is_external = |part: &Part| pointer::is_external(part.key.strip_prefix(&path).unwrap_or(&part.key));
            self.parts.extend(parts.into_iter().filter(|part| !is_external(part)));
        }
        let (external, problems) = pointer::external(file, root);
        self.external.extend(external);
        self.problems.extend(problems);
        if prefix.is_empty() {
            let text = |keys: &[&str]| root.at(keys).and_then(Node::scalar);
            self.name = text(&["task"]).or_else(|| text(&["name"]));
            self.version = text(&["version"]).or_else(|| text(&["metadata", "version"]));
        }
    }

    /// A file that is one text.
    fn text(&mut self, file: &SourceFile, aspect: &'static str, key: String) {
        let value = file.text.replace("\r\n", "\n");
        let quote = file.quote_as(file.whole(), value.clone());
        self.parts.push(Part { aspect, key, value, quote, marks: Vec::new() });
    }
}

/// The file's path in a directory unit; nothing for a file alone.
fn prefix(file: &SourceFile, unit: &Unit) -> String {
    if !unit.is_directory {
        return String::new();
    }
    file.path.strip_prefix(&*unit.path).unwrap_or(&file.path).trim_start_matches('/').to_owned()
}

fn is_rubric(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    ["rubric", "criteria"].iter().any(|stem| name.starts_with(stem))
        && [".md", ".txt"].iter().any(|end| name.ends_with(end))
}

fn is_code(path: &str) -> bool {
    const EXTENSIONS: [&str; 8] = ["py", "js", "mjs", "ts", "sh", "rb", "go", "rs"];
    path.rsplit_once('.').is_some_and(|(_, extension)| EXTENSIONS.contains(&extension))
}
