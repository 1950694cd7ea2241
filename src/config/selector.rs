//! Selectors: which files are artefacts, and of which kind.

use std::collections::BTreeMap;

use super::keys::{ARTEFACT, TOLERANCE};
use super::pattern::Patterns;
use super::quantity::Percent;
use super::raw::{Table, Value};
use crate::domain::{KindName, Versioning};
use crate::kinds::Settings;
use crate::kinds::shared::rows::Tolerance;

/// One `[[artefact]]`: the files and folders that are artefacts of one kind.
#[derive(Debug, Clone)]
pub struct Selector {
    /// What they are.
    pub kind: KindName,
    /// Which they are.
    pub paths: Patterns,
    /// How they are read.
    pub settings: Settings,
    /// How they are versioned.
    pub versioning: Versioning,
}

/// What the first selector that matches says about a file.
#[derive(Debug, Clone, Copy)]
pub struct Selected<'c, 'p> {
    /// The selector.
    pub selector: &'c Selector,
    /// The artefact's path: the file's own, or that of the folder that is taken as one (no trailing slash).
    pub path: &'p str,
    /// Whether it is a folder taken as one.
    pub is_directory: bool,
}

impl Selector {
    /// Whether the file at `path` is an artefact by itself.
    pub fn matches_file(&self, path: &str) -> bool {
        self.paths.matches_file(path)
    }

    /// The artefact folder that the file at `path` belongs to.
    pub fn directory_of<'p>(&self, path: &'p str) -> Option<&'p str> {
        self.paths.directory_of(path)
    }

    pub(super) fn select<'p>(&self, path: &'p str) -> Option<Selected<'_, 'p>> {
        match self.directory_of(path) {
            Some(folder) => Some(Selected { selector: self, path: folder, is_directory: true }),
            None => self.matches_file(path).then_some(Selected { selector: self, path, is_directory: false }),
        }
    }
}

pub(super) fn read(root: &Table<'_>) -> Vec<Selector> {
    root.tables("artefact", &ARTEFACT).iter().filter_map(selector).collect()
}

fn selector(table: &Table<'_>) -> Option<Selector> {
    let kinds = KindName::ALL.map(|kind| (kind.as_str(), kind));
    let kind = table.must("kind").and_then(|kind| kind.one_of("kind", &kinds));
    let paths = table.must("paths").and_then(|paths| Patterns::read(&paths));
    let key = table.get("key").and_then(|key| key.text()).map(str::to_owned);
    let strata = table.get("strata").map(|strata| strata.items()).unwrap_or_default();
    let strata = strata.iter().filter_map(|column| column.text()).map(str::to_owned).collect();
    let tolerance = tolerance(table);
    let versioning = table.get("versioning").and_then(|value| value.one_of("versioning", &VERSIONINGS));
    let kind = kind?;
    Some(Selector {
        kind,
        paths: paths?,
        settings: Settings { key, strata, tolerance },
        versioning: versioning.unwrap_or_else(|| default_versioning(kind)),
    })
}

/// By how much the numbers of each column may differ: `0.001`, or `"0.5%"` of the larger one.
fn tolerance(table: &Table<'_>) -> BTreeMap<String, Tolerance> {
    let Some(columns) = table.table("tolerance", &TOLERANCE) else { return BTreeMap::new() };
    let read = |value: &Value<'_>| match value.peek() {
        Some(_) => value.read(Percent::read).map(|share| Tolerance::Relative(f64::from(share.hundredths) / 10_000.0)),
        None => value.number().map(|by| Tolerance::Absolute(by.abs())),
    };
    columns.entries().filter_map(|(_, name, value)| Some((name.to_owned(), read(&value)?))).collect()
}

/// How artefacts of `kind` are versioned when nothing else is said.
pub fn default_versioning(kind: KindName) -> Versioning {
    match kind {
        KindName::Index => Versioning::Date,
        _ => Versioning::Semver,
    }
}

pub(super) const VERSIONINGS: [(&str, Versioning); 3] =
    [("semver", Versioning::Semver), ("date", Versioning::Date), ("declared", Versioning::Declared)];
