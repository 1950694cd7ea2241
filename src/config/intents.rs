//! What changes owe in words.

use super::keys::INTENTS;
use super::raw::Table;
use crate::domain::Severity;

/// `[intents]`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Intents {
    /// How a changed artefact that no intent names is told; `None`: not at all.
    pub missing: Option<Severity>,
}

const LEVELS: [(&str, Option<Severity>); 3] =
    [("warning", Some(Severity::Warning)), ("error", Some(Severity::Error)), ("off", None)];

impl Intents {
    /// `missing` as `pv.toml` writes it.
    pub(super) fn missing_as_written(self) -> &'static str {
        LEVELS.iter().find(|(_, level)| *level == self.missing).map_or("off", |(name, _)| name)
    }
}

pub(super) fn read(root: &Table<'_>, base: Intents) -> Intents {
    let missing = root.table("intents", &INTENTS).and_then(|intents| intents.get("missing"));
    let level = missing.and_then(|missing| missing.one_of("level", &LEVELS));
    Intents { missing: level.unwrap_or(base.missing) }
}
