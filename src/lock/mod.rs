//! The lock: which version of every artefact the latest release shipped, and the frozen record of each release.
//!
//! `pv.lock` and `releases/<name>/lock.toml` are written by our own emitter, whose layout is part of the format: two
//! branches that touch different artefacts merge cleanly in git. Everything here is pure; `now` is an argument.

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{ArtefactId, Digest, Elsewhere, Meaning, Version};

pub mod conflict;
mod decode;
pub mod drift;
mod emit;
mod encode;
pub mod kept;
pub mod merge;
mod name;
pub mod next;
mod plain;
mod read;
pub mod record;
pub mod verify;

pub use decode::decode;
pub use encode::encode;
pub use name::{ReleaseName, ReleaseNameError};

/// The lock's file name, at the root of the repository.
pub const PATH: &str = "pv.lock";

/// The newest version of the format that this pv reads; the one it writes.
pub const FORMAT: u64 = 1;

/// What the latest release shipped.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lock {
    /// The release; `None` only in a lock that no release has been cut for.
    pub release: Option<Release>,
    /// Every artefact that it shipped.
    pub artefacts: BTreeMap<ArtefactId, Entry>,
    /// Keys that this pv does not know. Rewriting the lock would drop them, so it is refused.
    pub unknown: Vec<String>,
}

/// Which release a lock is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// Its name.
    pub name: ReleaseName,
    /// The release before it.
    pub previous: Option<ReleaseName>,
}

/// One artefact as shipped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The label of this content.
    pub version: Version,
    /// Path of the file or directory, `/`-separated.
    pub path: String,
    /// Digest of the exact bytes; of another store's content, that store's own digest.
    pub digest: Digest,
    /// Digest of the canonical form; `None` where pv cannot read the content.
    pub meaning: Option<Meaning>,
    /// Length in bytes; of a directory, of all its files.
    pub size: u64,
    /// The other store that has the bytes (`lfs`, `dvc`); `None`: pv's own.
    pub store: Option<String>,
    /// What it stands for and another store holds, sorted.
    pub elsewhere: BTreeSet<Elsewhere>,
    /// The artefacts that it needs.
    pub requires: BTreeSet<ArtefactId>,
}

/// The digest of what a lock says of its artefacts: that of its text without a `[release]`.
pub fn digest(artefacts: &BTreeMap<ArtefactId, Entry>) -> Digest {
    Digest::of(encode(&Lock { release: None, artefacts: artefacts.clone(), unknown: Vec::new() }).as_bytes())
}
