//! Shipped things as they are named on the command line: `release:NAME`, `kind:name@version`.

use crate::cli::load::Session;
use crate::domain::{ArtefactId, Digest, Version};
use crate::git::Snapshot;
use crate::lock::record::Shipped;

use super::{Shelf, release};

/// A shipped thing as it is named on the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::cli) enum Named {
    /// `release:NAME`
    Release(String),
    /// `kind:name@version`
    Artefact(ArtefactId, Version),
}

impl Named {
    /// What `spec` names, when it is of one of these forms.
    pub(in crate::cli) fn parse(spec: &str) -> Option<Self> {
        if let Some(name) = spec.strip_prefix("release:") {
            return Some(Self::Release(name.to_owned()));
        }
        let (id, version) = spec.rsplit_once('@')?;
        let version = version.parse().unwrap_or_else(|never| match never {});
        Some(Self::Artefact(id.parse().ok()?, version))
    }
}

/// The artefact `id` as it shipped under `version`, and the digest of the object that holds it.
///
/// # Errors
/// When no release shipped it, or two shipped different contents under that label.
pub(in crate::cli) fn find(shelf: &Shelf, id: &ArtefactId, version: &Version) -> miette::Result<(Shipped, Digest)> {
    let records = shelf.records()?;
    let shipped = || records.iter().filter_map(|record| Some((&record.name, record.artefacts.get(id)?)));
    let labelled = || shipped().filter(|(_, shipped)| shipped.entry.version == *version);
    let Some((_, first)) = labelled().next() else {
        return Err(unknown_version(id, version, shipped().map(|(_, shipped)| &shipped.entry.version)));
    };
    if labelled().any(|(_, other)| other.entry.digest != first.entry.digest) {
        let releases: Vec<String> = labelled().map(|(name, _)| format!("release:{name}")).collect();
        return Err(miette::miette!(
            code = "lock::ambiguous_version",
            help = format!("name the release instead: {}", releases.join(", ")),
            "{id}@{version} names more than one content"
        ));
    }
    Ok((first.clone(), first.object().clone()))
}

fn unknown_version<'v>(
    id: &ArtefactId,
    version: &Version,
    shipped: impl Iterator<Item = &'v Version>,
) -> miette::Report {
    let mut known: Vec<String> = shipped.map(ToString::to_string).collect();
    known.sort();
    known.dedup();
    let help = match known.as_slice() {
        [] => format!("no release shipped {id}; `pv log` lists what was released"),
        versions => format!("shipped were: {}", versions.join(", ")),
    };
    miette::miette!(code = "lock::unknown_version", help = help, "{id}@{version} was never shipped")
}

/// The side that `spec` names, and the artefact it is about when it is one only.
///
/// # Errors
/// When it is unknown, or its bytes are not there.
pub(in crate::cli) fn side(session: &Session, spec: &str) -> miette::Result<(Snapshot, Option<ArtefactId>)> {
    let Some(named) = Named::parse(spec) else { return Ok((session.snapshot(spec)?, None)) };
    let shelf = Shelf::of(&session.repository)?;
    match named {
        Named::Release(name) => Ok((release(&shelf, &name)?, None)),
        Named::Artefact(id, version) => {
            let (shipped, _) = find(&shelf, &id, &version)?;
            Ok((shelf.snapshot_of(&shipped)?.called(spec), Some(id)))
        }
    }
}
