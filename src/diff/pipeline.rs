//! Pipelines of DVC: every output that a `dvc.lock` names is the artefact that it would be if it stood there itself.

use std::collections::BTreeMap;

use super::units::{Discovery, Selected, UnitPath};
use crate::domain::{KindName, Problem, SourceFile, Span};
use crate::git::{Entry, Snapshot};
use crate::kinds::shared::pointer::{self, Pointer};
use crate::kinds::shared::text;

/// A larger `dvc.lock` is none, in bytes.
const LARGEST: u64 = 16 << 20;

/// The outputs of a pipeline by path, each with its place in the file.
pub(super) type Outputs = BTreeMap<String, (Pointer, Span)>;

/// Whether the file at `path` names the outputs of a pipeline.
pub(super) fn is_one(path: &str) -> bool {
    path.strip_suffix("dvc.lock").is_some_and(|folder| folder.is_empty() || folder.ends_with('/'))
}

/// A unit for each output that would be an artefact. A file that cannot be read is one unit, which tells why.
pub(super) fn units(snapshot: &Snapshot, path: &str, discovery: &Discovery<'_>) -> Vec<UnitPath> {
    let Some(entry) = snapshot.entry(path) else { return Vec::new() };
    let unit = |place: &str, (selected, suggested): (Selected, Option<KindName>)| UnitPath {
        path: path.to_owned(),
        is_directory: false,
        output: Some(place.to_owned()),
        selected,
        suggested,
    };
    match outputs(snapshot, entry) {
        Ok((_, outputs)) => outputs.keys().filter_map(|place| Some(unit(place, discovery.tracked(place)?))).collect(),
        Err(_) => vec![unit("", (Selected::of_kind(Some(KindName::Index)), Some(KindName::Index)))],
    }
}

/// What the `dvc.lock` at `entry` names, apart from what git holds itself.
///
/// # Errors
/// When it cannot be read.
pub(super) fn outputs(snapshot: &Snapshot, entry: &Entry) -> Result<(SourceFile, Outputs), Vec<Problem>> {
    let bytes = snapshot.read(entry, LARGEST).map_err(|error| vec![error.problem()])?;
    let file = text::decode(&entry.path, &bytes).map_err(|problem| vec![problem])?;
    let named = pointer::pipeline(&file)?;
    let outputs = named.into_iter().filter(|(pointer, _)| {
        let place = pointer.stands_for.as_str();
        !place.is_empty() && !holds(snapshot, place)
    });
    let outputs = outputs.map(|(pointer, span)| (pointer.stands_for.clone(), (pointer, span))).collect();
    Ok((file, outputs))
}

/// Whether git holds a file at `path` or below it.
fn holds(snapshot: &Snapshot, path: &str) -> bool {
    let folder = format!("{path}/");
    let from = snapshot.entries().partition_point(|entry| entry.path < folder);
    snapshot.entry(path).is_some() || snapshot.entries().get(from).is_some_and(|entry| entry.path.starts_with(&folder))
}
