//! Units: which files are read together, and as which kind.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use crate::domain::{KindName, Versioning};
use crate::git::Snapshot;
use crate::kinds::shared::{document, pointer};
use crate::kinds::{Basis, KINDS, Settings};

use super::pipeline;

/// Says which unit, if any, the file at a path belongs to.
pub type Select<'a> = Box<dyn Fn(&str) -> Option<Selected> + Sync + 'a>;

/// How files are assigned to artefacts.
pub struct Discovery<'a> {
    /// What `pv.toml` (or `--kind K -- PATH…`) says about a path.
    pub select: Select<'a>,
    /// Whether files that `select` passes over are recognised by their formats and folders (zero configuration).
    pub by_format: bool,
    /// What comparisons go by.
    pub basis: Basis,
}

impl Discovery<'_> {
    /// What is said about the file at `path`: of a file that DVC puts beside what it tracks, what is said about that.
    pub(super) fn selected(&self, path: &str) -> Option<Selected> {
        let place = pointer::stands_for(path);
        let own = (self.select)(path);
        if own.is_some() || place == path {
            return own;
        }
        let directory = || {
            let below = (self.select)(&format!("{place}/x"))?;
            let is_place = below.directory.as_deref() == Some(place);
            is_place.then_some(Selected { directory: None, ..below })
        };
        (self.select)(place).or_else(directory)
    }

    /// How what a pipeline puts at `place` is read, and as which kind; `None`: it is no artefact.
    pub(super) fn tracked(&self, place: &str) -> Option<(Selected, Option<KindName>)> {
        if let Some(selected) = self.selected(&format!("{place}.dvc")).filter(|it| it.directory.is_none()) {
            let suggested = selected.kind.or_else(|| likely_kind(place));
            return Some((selected, suggested));
        }
        let kind = if self.by_format { likely_kind(place).or_else(|| marked_kind(place)) } else { None };
        kind.map(|kind| (Selected::of_kind(None), Some(kind)))
    }

    /// By formats and folders alone: what pv does where nobody told it anything.
    pub fn by_format() -> Self {
        Self { select: Box::new(|_| None), by_format: true, basis: Basis::default() }
    }
}

/// The unit that a file belongs to.
#[derive(Debug, Clone, PartialEq)]
pub struct Selected {
    /// The kind; `None`: whichever kind recognises the content.
    pub kind: Option<KindName>,
    /// The directory that is taken as one artefact; `None`: the file itself.
    pub directory: Option<String>,
    /// How it is read.
    pub settings: Settings,
    /// How it is versioned; `None`: as its kind usually is.
    pub versioning: Option<Versioning>,
}

/// A file, or a directory taken as one, that is read as a whole.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct UnitPath {
    pub(super) path: String,
    pub(super) is_directory: bool,
    /// Of a `dvc.lock`: the output that is meant, by its path; empty when it cannot be read.
    pub(super) output: Option<String>,
    pub(super) selected: Selected,
    /// The kind that was asked for, or that the path alone suggests.
    pub(super) suggested: Option<KindName>,
}

impl UnitPath {
    /// The path of what it is or stands for.
    pub(super) fn place(&self) -> &str {
        self.output.as_deref().unwrap_or_else(|| pointer::stands_for(&self.path))
    }

    /// Whether it must be an artefact: chosen by hand, or by a path that only artefacts have. Data files that happen to
    /// lie about (`.json`, `.yaml`, `.toml`) are artefacts only when their content says so.
    pub(super) fn is_certain(&self) -> bool {
        self.selected.kind.is_some() || document::syntax_of(&self.path).is_none()
    }
}

/// The units that the `touched` paths belong to, sorted by path.
pub(super) fn touched(
    old: &Snapshot,
    new: &Snapshot,
    touched: &BTreeSet<&str>,
    discovery: &Discovery<'_>,
) -> Vec<UnitPath> {
    let folders = Folders::of([old, new], discovery);
    let mut units: Vec<UnitPath> = touched.iter().filter_map(|path| folders.unit_of(path, discovery)).collect();
    for snapshot in [old, new] {
        let pipelines = touched.iter().filter(|path| pipeline::is_one(path));
        units.extend(pipelines.flat_map(|path| pipeline::units(snapshot, path, discovery)));
    }
    unique(units)
}

/// Every unit of a snapshot, sorted by path.
pub(super) fn all(snapshot: &Snapshot, discovery: &Discovery<'_>) -> Vec<UnitPath> {
    let folders = Folders::of([snapshot], discovery);
    let entries = snapshot.entries();
    let mut units: Vec<UnitPath> =
        entries.par_iter().filter_map(|entry| folders.unit_of(&entry.path, discovery)).collect();
    let pipelines = entries.iter().map(|entry| entry.path.as_str()).filter(|path| pipeline::is_one(path));
    units.extend(pipelines.flat_map(|path| pipeline::units(snapshot, path, discovery)));
    unique(units)
}

/// The files among `paths` that are no artefacts by `discovery`, and would be by their formats.
pub(super) fn passed_over<'p>(paths: impl Iterator<Item = &'p str>, discovery: &Discovery<'_>) -> Vec<UnitPath> {
    let none = Folders(BTreeMap::new());
    let by_format = Discovery::by_format();
    unique(
        paths
            .filter(|path| discovery.selected(path).is_none())
            .filter_map(|path| none.unit_of(path, &by_format))
            .collect(),
    )
}

fn unique(mut units: Vec<UnitPath>) -> Vec<UnitPath> {
    units.sort_by(|one, other| (&one.path, &one.output).cmp(&(&other.path, &other.output)));
    units.dedup_by(|one, other| {
        one.path == other.path && one.is_directory == other.is_directory && one.output == other.output
    });
    units
}

/// The directories that some marker file makes one artefact (`SKILL.md`), by path.
struct Folders(BTreeMap<String, KindName>);

impl Folders {
    fn of<'s>(snapshots: impl IntoIterator<Item = &'s Snapshot>, discovery: &Discovery<'_>) -> Self {
        if !discovery.by_format {
            return Self(BTreeMap::new());
        }
        let paths = snapshots.into_iter().flat_map(|snapshot| snapshot.entries()).map(|entry| entry.path.as_str());
        Self(paths.filter_map(marked_folder).collect())
    }

    fn unit_of(&self, path: &str, discovery: &Discovery<'_>) -> Option<UnitPath> {
        if let Some(selected) = discovery.selected(path) {
            let directory = selected.directory.clone();
            return Some(UnitPath {
                is_directory: directory.is_some(),
                output: None,
                path: directory.unwrap_or_else(|| path.to_owned()),
                suggested: selected.kind.or_else(|| likely_kind(path)),
                selected,
            });
        }
        if !discovery.by_format || is_own(path) {
            return None;
        }
        self.folder_of(path).or_else(|| likely_file(path))
    }

    fn folder_of(&self, path: &str) -> Option<UnitPath> {
        ancestors(path).find_map(|folder| {
            let kind = Some(*self.0.get(folder)?);
            let selected = Selected::of_kind(kind);
            Some(UnitPath { path: folder.to_owned(), is_directory: true, output: None, selected, suggested: kind })
        })
    }
}

impl Selected {
    /// A file of this kind, with no settings of its own.
    pub fn of_kind(kind: Option<KindName>) -> Self {
        Self { kind, directory: None, settings: Settings::default(), versioning: None }
    }
}

/// Whether pv itself writes this file.
fn is_own(path: &str) -> bool {
    let is_intent = path.starts_with("changes/") && path.ends_with(".md");
    matches!(path, "pv.toml" | "pv.lock") || path.starts_with(".pv/") || path.starts_with("releases/") || is_intent
}

fn marked_folder(path: &str) -> Option<(String, KindName)> {
    let place = pointer::stands_for(path);
    KINDS.iter().find_map(|kind| Some((kind.directory_of(place)?.to_owned(), kind.name())))
}

fn likely_file(path: &str) -> Option<UnitPath> {
    let suggested = Some(likely_kind(path)?);
    let selected = Selected::of_kind(None);
    Some(UnitPath { path: path.to_owned(), is_directory: false, output: None, selected, suggested })
}

fn likely_kind(path: &str) -> Option<KindName> {
    let place = pointer::stands_for(path);
    let likely = KINDS.iter().find(|kind| kind.is_likely(place)).map(|kind| kind.name());
    // What DVC tracks and no name tells is taken for an index.
    likely.or_else(|| if place == path { None } else { Some(marked_kind(place).unwrap_or(KindName::Index)) })
}

/// The kind that a directory at `place` would be, by where it stands.
fn marked_kind(place: &str) -> Option<KindName> {
    ["cases.jsonl", "manifest.json"].iter().find_map(|marker| {
        let path = format!("{place}/{marker}");
        KINDS.iter().find(|kind| kind.directory_of(&path) == Some(place)).map(|kind| kind.name())
    })
}

/// The directories above `path`, outermost first.
fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    path.match_indices('/').filter_map(|(at, _)| path.get(..at))
}
