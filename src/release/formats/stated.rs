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
    for (artefact, digest) in pairs(subjects).ok_or_else(|| unreadable(file, subjects.get()))? {
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

fn pairs(subjects: &RawValue) -> Option<Vec<(String, String)>> {
    if subjects.get().starts_with('{') {
        let entries = raw::entries(Some(subjects), |_| true).ok()?;
        return entries.into_iter().map(|(id, digest)| Some((id, raw::text(digest)?))).collect();
    }
    let line: String = serde_json::from_str(subjects.get()).ok()?;
    let parts = line.split(',').map(str::trim).filter(|part| !part.is_empty());
    parts
        .map(|part| part.split_once('=').map(|(id, digest)| (id.trim().to_owned(), digest.trim().to_owned())))
        .collect()
}

fn unreadable(file: &str, seen: &str) -> Refused {
    let seen: String = seen.chars().take(80).collect();
    Refused::by(&report::UNREADABLE, format!("{file}: `{KEY}` does not name digests: {seen}"))
        .remedy("Write it as a map, or as text: `prompt:NAME=blake3:<64 hex>, model:NAME=blake3:<64 hex>`.")
}
