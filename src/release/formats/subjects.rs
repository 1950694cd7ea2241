//! Digests that a report names itself, under `pv.subjects` of its free metadata: a map, or one line of text.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::raw;
use crate::domain::{ArtefactId, Digest};
use crate::release::checks::{Refused, report};

/// The key of free metadata under which a run says what it was run on.
const KEY: &str = "pv.subjects";

/// Adds what the free metadata `holder` states: `{"prompt:x": "blake3:…"}`, or `"prompt:x=blake3:…, model:y=blake3:…"`.
///
/// # Errors
/// When it is neither, or when it names one artefact with two digests.
pub(super) fn add(
    stated: &mut BTreeMap<ArtefactId, Digest>,
    holder: Option<&RawValue>,
    file: &str,
) -> Result<(), Refused> {
    let Some(subjects) = raw::entry(holder, KEY).map_err(|error| raw::damaged(file, &error))? else { return Ok(()) };
    let pairs = if subjects.get().starts_with('{') {
        let entries = raw::entries(Some(subjects), |_| true).map_err(|error| raw::damaged(file, &error))?;
        entries.into_iter().map(|(id, digest)| Some((id, raw::text(digest)?))).collect()
    } else {
        raw::text(subjects).and_then(|line| split(&line))
    };
    keep(stated, pairs.ok_or_else(|| unreadable(file, subjects.get()))?, file)
}

/// The same, of a tag: `pv.subjects=prompt:x=blake3:…`; other tags state nothing.
///
/// # Errors
/// The same.
pub(super) fn add_tag(stated: &mut BTreeMap<ArtefactId, Digest>, tag: &str, file: &str) -> Result<(), Refused> {
    let Some(line) = tag.strip_prefix(KEY).and_then(|rest| rest.strip_prefix('=')) else { return Ok(()) };
    keep(stated, split(line).ok_or_else(|| unreadable(file, line))?, file)
}

fn split(line: &str) -> Option<Vec<(String, String)>> {
    let parts = line.split(',').map(str::trim).filter(|part| !part.is_empty());
    parts
        .map(|part| part.split_once('=').map(|(id, digest)| (id.trim().to_owned(), digest.trim().to_owned())))
        .collect()
}

fn keep(stated: &mut BTreeMap<ArtefactId, Digest>, pairs: Vec<(String, String)>, file: &str) -> Result<(), Refused> {
    for (artefact, digest) in pairs {
        let id: ArtefactId = artefact.parse().map_err(|_| unreadable(file, &artefact))?;
        let digest: Digest = digest.parse().map_err(|_| unreadable(file, &digest))?;
        if stated.get(&id).is_some_and(|known| *known != digest) {
            let message = format!("{file}: `{KEY}` names two digests of {id}");
            return Err(Refused::by(&report::CONTRADICTORY, message));
        }
        stated.insert(id, digest);
    }
    Ok(())
}

fn unreadable(file: &str, seen: &str) -> Refused {
    let seen: String = seen.chars().take(80).collect();
    Refused::by(&report::UNREADABLE, format!("{file}: `{KEY}` does not name digests: {seen}"))
        .remedy("Write it as a map, or as text: `prompt:NAME=blake3:<64 hex>, model:NAME=blake3:<64 hex>`.")
}
