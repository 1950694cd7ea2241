//! Reading `pv.lock`.

use std::collections::BTreeMap;
use std::ops::Range;

use super::encode::{HEADER, SENTINEL};
use super::plain;
use super::read::{self, Document, Section, Table};
use super::{Entry, FORMAT, Lock, Release};
use crate::domain::{ArtefactId, Problem, SourceFile, Version};

/// The lock in `file`.
///
/// # Errors
/// Every problem found, each with its place: `lock-truncated`, `lock-newer-version`, `lock-conflicted` (only
/// [`super::conflict`] reads those), `lock-too-large`, `toml-syntax`, `lock-invalid`.
pub fn decode(file: &SourceFile) -> Result<Lock, Vec<Problem>> {
    if let Some((release, artefacts)) = plain::read(&file.text, (HEADER, SENTINEL), |it| release(it), |it| entry(it)) {
        return Ok(Lock { release, artefacts, unknown: Vec::new() });
    }
    decode_in_general(file)
}

/// The lock in `file`, laid out in whichever way.
pub(super) fn decode_in_general(file: &SourceFile) -> Result<Lock, Vec<Problem>> {
    let (mut lock, unknown) = Document::read(file, SENTINEL, FORMAT, |root| {
        let release = root.section("release").and_then(|section| release(&section));
        Some(Lock { release, artefacts: artefacts(root, |it| entry(it)), unknown: Vec::new() })
    })?;
    lock.unknown = unknown;
    Ok(lock)
}

pub(super) fn release(section: &impl Table) -> Option<Release> {
    let name = section.required("name", read::value);
    let previous = section.optional("previous", read::value);
    section.remember_unknown();
    Some(Release { name: name?, previous })
}

/// The tables below `artefact`, each read by `read`. Ids and entries that are wrong are reported and left out.
pub(super) fn artefacts<T>(
    root: &Section<'_, '_>,
    read: impl Fn(&Section<'_, '_>) -> Option<T>,
) -> BTreeMap<ArtefactId, T> {
    let entries = root.sections("artefact").into_iter().filter_map(|(name, span, section)| {
        let id = id(root, name, span);
        let entry = read(&section);
        section.remember_unknown();
        Some((id?, entry?))
    });
    entries.collect()
}

fn id(root: &Section<'_, '_>, name: &str, span: Range<usize>) -> Option<ArtefactId> {
    name.parse().map_err(|error: crate::domain::IdParseError| root.report(span, error.to_string())).ok()
}

/// The keys that an entry has in `pv.lock` and in a record alike.
pub(super) fn entry(section: &impl Table) -> Option<Entry> {
    let version = section.required("version", version);
    let path = section.required("path", read::path);
    let digest = section.required("digest", read::value);
    let meaning = section.optional("meaning", read::meaning);
    let size = section.number("size");
    let store = section.optional("store", read::text);
    let elsewhere = section.list("elsewhere", read::value).into_iter().collect();
    let requires = section.list("requires", read::value).into_iter().collect();
    Some(Entry { version: version?, path: path?, digest: digest?, meaning, size: size?, store, elsewhere, requires })
}

pub(super) fn version(text: &str) -> Result<Version, String> {
    read::text(text).and_then(|text| read::value(&text))
}
