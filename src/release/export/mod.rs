//! Exports: a release in the formats that other tools read. One file a format, one table of formats.
//!
//! What goes live by flags or by shares is told to flag services and rollout controllers; what shipped is told to readers
//! of bills of materials and of attestations; what runs is told to traces. Everything is text, and the same for the same
//! release, instant and bytes.

mod argo;
mod cyclonedx;
mod env;
mod exposure;
mod flagd;
mod flipt;
mod goff;
mod in_toto;
mod json;
mod names;
mod yaml;

use std::collections::BTreeMap;

use crate::domain::ArtefactId;
use crate::release::checks::Refused;
use crate::release::evidence::Evidence;
use crate::release::gates::Judged;
use crate::release::standing::{History, Standing};

/// A format that a release can be exported in.
#[derive(Debug)]
pub struct Format {
    /// The name as typed.
    pub name: &'static str,
    /// One line: which tool reads it, and what it is told.
    pub summary: &'static str,
    /// Whether the document vouches for bytes: then they are read and verified.
    pub vouches: bool,
    /// The document.
    pub render: fn(&Shipment<'_>) -> Result<String, Refused>,
}

/// Every format. A new one is a file and an entry.
pub const EXPORTS: &[Format] = &[
    Format {
        name: "flagd",
        summary: "flag definitions of flagd (OpenFeature), JSON",
        vouches: false,
        render: flagd::render,
    },
    Format { name: "goff", summary: "flags of GO Feature Flag, YAML", vouches: false, render: goff::render },
    Format { name: "flipt", summary: "features.yaml of Flipt, YAML", vouches: false, render: flipt::render },
    Format {
        name: "argo",
        summary: "Rollouts of Argo Rollouts, canary steps, YAML",
        vouches: false,
        render: argo::render,
    },
    Format {
        name: "cyclonedx",
        summary: "bill of materials (ML-BOM), CycloneDX 1.6, JSON",
        vouches: true,
        render: cyclonedx::render,
    },
    Format {
        name: "in-toto",
        summary: "in-toto statements: release, test results, verdict; a line each, JSON",
        vouches: true,
        render: in_toto::render,
    },
    Format {
        name: "env",
        summary: "names, versions and digests for traces, as lines that a shell reads",
        vouches: false,
        render: env::render,
    },
    Format {
        name: "json",
        summary: "names, versions and digests for traces, as OpenTelemetry attributes, JSON",
        vouches: false,
        render: json::render,
    },
];

/// The format called `name`.
pub fn format(name: &str) -> Option<&'static Format> {
    EXPORTS.iter().find(|format| format.name == name)
}

/// A release, and what there is to tell of it.
#[derive(Debug, Clone, Copy)]
pub struct Shipment<'a> {
    /// The release.
    pub history: &'a History,
    /// What is live.
    pub standing: &'a Standing,
    /// What the project is called, where it says.
    pub project: Option<&'a str>,
    /// The bytes of each artefact as digests; only where the format vouches for bytes.
    pub bytes: &'a BTreeMap<ArtefactId, Bytes>,
    /// The evidence that the release relied on, by its path.
    pub evidence: &'a BTreeMap<String, (FileDigests, Evidence)>,
    /// What the gates said when it was cut; empty where that cannot be told any more.
    pub gates: &'a [Judged],
    /// The policy that it was judged by, where its commit is there.
    pub policy: Option<&'a FileDigests>,
    /// What the notes say that somebody wrote of it, if somebody did.
    pub notes: Option<&'a str>,
    /// Its tag in git, if it has one.
    pub tag: Option<&'a str>,
    /// What was verified of it.
    pub verified: Properties,
}

/// What was verified of a release. What was not asked, or was left out, does not hold.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Properties {
    /// Its record, its tag and every byte of it are what was written.
    pub is_intact: bool,
    /// The calendar has windows, and its plan fitted them when it was cut.
    pub is_in_window: bool,
    /// The way back from it was rehearsed before it was cut, and worked.
    pub is_rehearsed: bool,
}

/// The bytes of an artefact, as digests.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bytes {
    /// The object that is kept of it: the file, the listing of a directory; nothing where another store keeps it.
    pub object: Option<FileDigests>,
    /// Its files.
    pub files: Vec<FileDigests>,
}

/// A file, as others than pv know it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileDigests {
    /// Its path.
    pub path: String,
    /// SHA-256 of its bytes, hexadecimal.
    pub sha256: String,
    /// The id that git has for its bytes; where another store keeps them, git has none.
    pub git_blob: Option<String>,
}

/// JSON that a person can read, with a newline at its end.
fn pretty(document: &serde_json::Value) -> String {
    format!("{document:#}\n")
}
