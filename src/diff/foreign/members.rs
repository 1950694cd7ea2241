//! The files of an artefact, wherever their content is, by where they stand in it.

use std::collections::BTreeMap;

use crate::diff::artefact::{Artefact, ListedFile};
use crate::domain::SourceFile;
use crate::kinds::shared::pointer::{self, Pointer};

/// One file of an artefact.
#[derive(Clone)]
pub(super) enum Member {
    /// Text that git holds.
    Here(SourceFile),
    /// Bytes that git holds and that are no text.
    Opaque(ListedFile),
    /// What another store holds.
    Behind(Pointer),
}

impl Member {
    pub(super) fn pointer(&self) -> Option<&Pointer> {
        match self {
            Self::Behind(pointer) => Some(pointer),
            Self::Here(_) | Self::Opaque(_) => None,
        }
    }
}

pub(super) type Members = BTreeMap<String, Member>;

pub(super) fn members(artefact: &Artefact) -> Members {
    let whole = &artefact.whole;
    let here = whole.unit.files.iter().map(|file| (whole.relative(&file.path), Member::Here(file.clone())));
    let opaque = artefact.files.iter().filter(|file| !file.is_text);
    let opaque = opaque.map(|file| (whole.relative(&file.path), Member::Opaque(file.clone())));
    let behind = whole.pointers.iter().map(|pointer| (whole.key(pointer), Member::Behind(pointer.clone())));
    here.chain(opaque).chain(behind).collect()
}

/// Whether the directory behind `pointer` has exactly these files.
pub(super) fn is_of(pointer: &Pointer, members: &Members) -> bool {
    let files = members.values().map(|member| match member {
        Member::Here(file) => Some(file),
        Member::Opaque(_) | Member::Behind(_) => None,
    });
    let files: Option<Vec<&SourceFile>> = files.collect();
    files.is_some_and(|files| !files.is_empty() && pointer::is_of_all(pointer, &files))
}

/// What stands at `key` or below it.
pub(super) fn below(members: &Members, key: &str) -> Members {
    let is_below = |other: &str| other.strip_prefix(key).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    members.iter().filter(|(other, _)| is_below(other)).map(|(key, member)| (key.clone(), member.clone())).collect()
}

pub(super) fn has_below(members: &Members, key: &str) -> bool {
    !below(members, key).is_empty()
}

pub(super) fn replace(members: &mut Members, key: &str, entries: Option<Vec<Pointer>>) {
    let Some(entries) = entries else { return };
    let Some(Member::Behind(directory)) = members.remove(key) else { return };
    for entry in entries {
        let relative = entry.stands_for.strip_prefix(&directory.stands_for).unwrap_or(&entry.stands_for);
        members.insert(format!("{key}{relative}"), Member::Behind(entry));
    }
}

pub(super) fn put(members: &mut Members, key: &str, file: Option<SourceFile>) {
    match file {
        Some(file) => members.insert(key.to_owned(), Member::Here(file)),
        None => members.remove(key),
    };
}
