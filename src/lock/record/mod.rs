//! Records: `releases/<name>/lock.toml`, what a release shipped and why, frozen when it was cut.
//!
//! A record answers "what exactly ran" alone. Its `digest` seals the whole text, so that an edit shows even without a
//! tag, and can be checked without pv: it is the BLAKE3 of the file (with LF line ends) without its first line that
//! begins with `digest = `, i.e. of what `sed '0,/^digest = /{//d}' lock.toml` prints.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::{Entry, Lock, Release, ReleaseName};
use crate::domain::{ArtefactId, Bump, ChangeType, Class, Digest, Version};

mod decode;
mod encode;

pub use decode::decode;
pub(super) use decode::decode_unsealed;
#[cfg(test)]
pub(super) use decode::{decode_in_general, plainly};
pub use encode::encode;

/// How the line begins that holds the seal.
const SEAL_KEY: &str = "digest = ";

/// The frozen record of a release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// The release.
    pub name: ReleaseName,
    /// The release before it.
    pub previous: Option<ReleaseName>,
    /// The commit that it was cut from; `None` on an unborn branch or outside git.
    pub commit: Option<String>,
    /// When it was cut: RFC 3339 with offset, and the zone in brackets where one is configured.
    pub cut: String,
    /// Digest of the policy that it was judged by.
    pub policy: Option<Digest>,
    /// The exceptions that it used, by their ids.
    pub overrides: BTreeSet<String>,
    /// What it shipped.
    pub artefacts: BTreeMap<ArtefactId, Shipped>,
    /// Keys that this pv does not know.
    pub unknown: Vec<String>,
}

/// One artefact of a release: its entry, and the context in which it shipped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shipped {
    /// What `pv.lock` says of it.
    pub entry: Entry,
    /// Digest of the whole file, when the artefact is a part of one: that is the object that is kept.
    pub file: Option<Digest>,
    /// Whether it is a directory: then its object is a listing of the files.
    pub is_directory: bool,
    /// The change types since the last release.
    pub types: BTreeSet<ChangeType>,
    /// The class of the change; `None`: new or unchanged.
    pub class: Option<Class>,
    /// Which part of the version moved.
    pub bump: Bump,
    /// Why the version is this one.
    pub reason: String,
    /// The version of the last release.
    pub from: Option<Version>,
    /// Digests of the evidence that it relied on.
    pub evidence: BTreeSet<Digest>,
    /// Who answers for it.
    pub owner: Option<String>,
    /// Why its author called the change less than it is, where that is so.
    pub lowered: Option<String>,
    /// The settings it ran with, each as canonical text.
    pub parameters: BTreeMap<String, String>,
}

impl Record {
    /// The lock that this release is.
    pub fn lock(&self) -> Lock {
        let artefacts = self.artefacts.iter().map(|(id, shipped)| (id.clone(), shipped.entry.clone()));
        Lock {
            release: Some(Release { name: self.name.clone(), previous: self.previous.clone() }),
            artefacts: artefacts.collect(),
            unknown: self.unknown.clone(),
        }
    }
}

impl Shipped {
    /// The digest of the object that holds the artefact's bytes: the whole file's, where it is a part of one.
    pub fn object(&self) -> &Digest {
        self.file.as_ref().unwrap_or(&self.entry.digest)
    }
}

/// The seal that the record's text should have.
pub fn seal(text: &str) -> Digest {
    let text = if text.contains('\r') { Cow::Owned(text.replace("\r\n", "\n")) } else { Cow::Borrowed(text) };
    let mut hasher = blake3::Hasher::new();
    // The line begins with no other line's text, so its first occurrence is itself.
    let (before, after) = seal_line(&text).and_then(|line| text.split_once(line)).unwrap_or((&text, ""));
    hasher.update(before.as_bytes()).update(after.as_bytes());
    Digest::from_blake3(hasher.finalize())
}

/// The seal that the record's text has; `None` when there is none or it is no digest.
pub fn claim(text: &str) -> Option<Digest> {
    seal_line(text)?.trim_end().strip_prefix(SEAL_KEY)?.trim_matches('"').parse().ok()
}

fn seal_line(text: &str) -> Option<&str> {
    text.split_inclusive('\n').find(|line| line.starts_with(SEAL_KEY))
}
