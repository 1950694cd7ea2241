//! Report: what every command makes, and every output format reads.

mod build;
mod excerpt;
mod page;
pub mod render;
mod underlined;
mod visible;

pub use build::{Inputs, Released};
pub use page::{Block, Page};
pub use underlined::{Underlined, Unreadable};

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::diff::Status;
use crate::domain::{
    Ack, ArtefactId, Bump, ChangeType, Class, Confidence, Digest, Gate, KindName, Meaning, Place, Problem, Quote, Risk,
    Severity, Version, Waiver, Witness,
};
use crate::release::checks::Refused;
use crate::release::gates::Judged;

/// What a command has to say.
#[derive(Debug)]
pub enum Report {
    /// Artefacts that differ, judged: `status`, `diff`, `check`.
    Changes(Box<Changes>),
    /// Headings, paragraphs and tables: every other command.
    Page(Page),
}

/// Artefacts that differ between two sides, and what they owe. Serialised, it is the `--format json` of its command.
#[derive(Debug, Serialize)]
pub struct Changes {
    /// `pv/diff/1`, `pv/status/1` or `pv/check/1`.
    pub schema: &'static str,
    /// The old side.
    pub old: Endpoint,
    /// The new side.
    pub new: Endpoint,
    /// Counts and unions over everything below.
    pub summary: Summary,
    /// The artefacts that differ: worst class first, then by identity.
    pub artefacts: Vec<Row>,
    /// Changed files under `[[code]]` paths.
    pub code: Vec<CodeChange>,
    /// Submodules whose pointer moved.
    pub submodules: Vec<SubmoduleChange>,
    /// Files beside artefacts that no kind recognises.
    pub unmanaged: Vec<String>,
    /// What could not be read.
    #[serde(serialize_with = "build::problem_rows")]
    pub problems: Vec<Problem>,
    /// The gates that are owed, each with its verdict (`check` only): worst first, then by artefact.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub gates: Vec<Judged>,
    /// What else the discipline asks for and does not find (`check` only): intents, policy, management.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub refusals: Vec<Refusal>,
    /// Whose policy judged (`check` only).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub policy: Option<PolicySource>,
    /// Whether a check passes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdict: Option<Verdict>,
}

/// One end of a comparison.
#[derive(Debug, Clone, Serialize)]
pub struct Endpoint {
    /// As it was asked for: a revision, `worktree`, `index`, a path.
    pub spec: String,
    /// The commit's object id, if it is one.
    pub commit: Option<String>,
}

/// Counts and unions over all artefacts.
#[derive(Debug, Default, Serialize)]
pub struct Summary {
    /// How many artefacts differ.
    pub artefacts: usize,
    /// The worst class.
    pub class: Option<Class>,
    /// The change types concerned.
    pub types: BTreeSet<ChangeType>,
    /// What is owed.
    pub gates: BTreeSet<Gate>,
    /// How many artefacts are there in all (`status` only).
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub inventory: BTreeMap<KindName, usize>,
    /// How many chunks of row snapshots were read: it goes by what changed, and not by how many rows there are.
    #[serde(skip_serializing_if = "is_none")]
    pub chunks_read: u64,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks so")]
fn is_none(count: &u64) -> bool {
    *count == 0
}

/// A value of the old and of the new side.
#[derive(Debug, Clone, Serialize)]
pub struct Both<T> {
    /// Of the old side.
    pub old: Option<T>,
    /// Of the new side.
    pub new: Option<T>,
}

/// One artefact that differs.
#[derive(Debug, Serialize)]
pub struct Row {
    /// Its identity: the new one, or the last.
    pub id: ArtefactId,
    /// What it was called before, if it was there.
    #[serde(skip)]
    pub was: Option<ArtefactId>,
    /// Its kind.
    pub kind: KindName,
    /// What became of it.
    pub status: Status,
    /// Its paths.
    pub path: Both<String>,
    /// Digests of its bytes.
    pub digest: Both<Digest>,
    /// Digests of its meaning.
    pub meaning: Both<Meaning>,
    /// Its versions.
    pub version: VersionRow,
    /// The worst class among its changes.
    pub class: Option<Class>,
    /// The part of the version that must move.
    pub bump: Bump,
    /// The change types concerned.
    pub types: BTreeSet<ChangeType>,
    /// What it owes before it ships.
    pub gates: BTreeSet<Gate>,
    /// What was found, worst first.
    pub findings: Vec<FindingRow>,
}

/// The versions of a row.
#[derive(Debug, Clone, Serialize)]
pub struct VersionRow {
    /// The version of the last release.
    pub old: Option<Version>,
    /// What the next release must call it, at least.
    pub required: Option<Version>,
    /// What the document declares.
    pub declared: Option<String>,
}

/// One finding.
#[derive(Debug, Clone)]
pub struct FindingRow {
    /// The rule's id.
    pub rule: &'static str,
    /// Its class.
    pub class: Class,
    /// Its risk.
    pub risk: Risk,
    /// Its change type.
    pub change_type: ChangeType,
    /// One sentence.
    pub message: String,
    /// Where and what it was.
    pub old: Option<Quote>,
    /// Where and what it is.
    pub new: Option<Quote>,
    /// How many like changes it stands for.
    pub count: usize,
    /// Twelve digits that name it, wherever its lines move.
    pub fingerprint: String,
    /// How sure it is.
    pub confidence: Confidence,
    /// An instance that shows it.
    pub witness: Option<Witness>,
    /// Who answers for it, and why.
    pub ack: Option<Ack>,
    /// The gates that it owes, waived or not.
    pub owes: BTreeSet<Gate>,
    /// The command line that would acknowledge it, where it stands in the way of a check.
    pub way_out: Option<String>,
    /// Why its rule matters, where that is to be told.
    pub why: Option<&'static str>,
}

impl FindingRow {
    /// Whether somebody answers for it, and it therefore stands in no one's way.
    pub fn is_waived(&self) -> bool {
        self.ack.as_ref().is_some_and(|ack| ack.waives(Waiver::Level))
    }
}

/// A changed file of the code around the artefacts: an agent-code change that is no artefact.
#[derive(Debug, Clone, Serialize)]
pub struct CodeChange {
    /// The path.
    pub path: String,
    /// What became of it.
    pub status: Status,
    /// Always agent-code.
    #[serde(rename = "type")]
    pub change_type: ChangeType,
}

/// A submodule whose pointer moved; pv does not look inside.
#[derive(Debug, Clone, Serialize)]
pub struct SubmoduleChange {
    /// The submodule's path.
    pub path: String,
    /// The commit it pointed to.
    pub old: Option<String>,
    /// The commit it points to.
    pub new: Option<String>,
}

/// Something that the discipline asks for and does not find.
#[derive(Debug, Clone)]
pub struct Refusal {
    /// What is refused, by which check, and the way out.
    pub refused: Refused,
    /// Whether it stops a check (`error`) or is told (`warning`).
    pub severity: Severity,
    /// The artefact concerned.
    pub artefact: Option<ArtefactId>,
    /// Where it stands.
    pub place: Option<Place>,
}

/// Whose policy judged: of the base, not of the change that it judges.
#[derive(Debug, Clone, Serialize)]
pub struct PolicySource {
    /// The revision, as it was asked for; `built-in` where there is no `pv.toml`.
    pub spec: String,
    /// The commit's object id, if it is one.
    pub commit: Option<String>,
    /// Why it is not the base's, where it is not.
    pub note: Option<String>,
}

/// Whether a check passes, and why not.
#[derive(Debug, Serialize)]
pub struct Verdict {
    /// Whether it passes.
    pub passed: bool,
    /// The exit code that says so.
    pub exit: u8,
    /// Why not: one sentence each.
    pub reasons: Vec<String>,
}
