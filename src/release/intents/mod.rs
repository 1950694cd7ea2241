//! Intents: `changes/<slug>.md`, what the author of a change says of it, until the next release consumes it.
//!
//! Markdown with YAML front matter. What it says is held against the diff by [`judge`]: an author may call a change
//! more than pv does, and less only with a reason.

mod judge;
mod raise;
mod read;
mod slug;
mod write;

use std::collections::{BTreeMap, BTreeSet};

use crate::domain::{ArtefactId, Bump, ChangeType, Class, Place};

pub use crate::domain::Audience;
pub use judge::{Grounds, judge};
pub use raise::raised;
pub use read::parse;
pub use slug::slug;
pub use write::encode;

/// The folder of the intents that no release has consumed.
pub const FOLDER: &str = "changes";

/// What the author of a change says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    /// The file's path, `changes/<slug>.md`.
    pub path: String,
    /// The artefacts that it is about; at least one.
    pub artefacts: BTreeSet<ArtefactId>,
    /// The change types that its author sees.
    pub types: BTreeSet<ChangeType>,
    /// The class of the worst of its changes; `None`: what pv computes. Above that it raises every artefact it names.
    pub class: Option<Class>,
    /// The part of the version to move, likewise.
    pub bump: Option<Bump>,
    /// Who answers for the change.
    pub owner: Option<String>,
    /// Whether people outside must be told; `None`: what the discipline says of such a change.
    pub material: Option<bool>,
    /// Why it is made, in one sentence.
    pub why: String,
    /// What to tell whom.
    pub audience: BTreeMap<Audience, String>,
    /// Why it is called less than pv computes, or not material.
    pub lowered: Option<String>,
    /// The Markdown below the front matter.
    pub body: String,
    /// Where each key stands, and each artefact by its identity.
    pub places: BTreeMap<String, Place>,
}

/// An artefact that changed, as the classifier judges it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// Which artefact.
    pub id: ArtefactId,
    /// The change types concerned.
    pub types: BTreeSet<ChangeType>,
    /// The worst class among its changes.
    pub class: Option<Class>,
    /// The part of its version that must move.
    pub bump: Bump,
    /// Whether it is its own files that changed, and not only what it includes.
    pub is_own: bool,
    /// Whether such a change is material by default: of a model, or of who sees a feature.
    pub is_material: bool,
}

impl Intent {
    /// Where `what` (a key, or an artefact's identity) stands; the file's first line when it is not there.
    pub fn place(&self, what: &str) -> Place {
        self.places.get(what).cloned().unwrap_or_else(|| Place { path: self.path.as_str().into(), line: 1, column: 1 })
    }
}

/// Whether an intent may stand at `path`: a Markdown file right below `changes/` that is no README.
pub fn is_intent(path: &str) -> bool {
    let name = path.strip_prefix(FOLDER).and_then(|rest| rest.strip_prefix('/'));
    name.is_some_and(|name| !name.contains('/') && name.ends_with(".md") && !name.eq_ignore_ascii_case("readme.md"))
}

/// Where the intent that a release has taken along, as `path` beside its record, stood before.
pub fn origin(path: &str) -> Option<&str> {
    let (_, origin) = path.strip_prefix("releases/")?.split_once('/')?;
    is_intent(origin).then_some(origin)
}
