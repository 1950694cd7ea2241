//! The keys of `pv.toml`, in one table: the reader refuses all others, and a test holds the schema to it.

/// A table of `pv.toml` and the keys that it may have.
#[derive(Debug)]
pub(super) struct Section {
    /// How messages call it.
    pub(super) name: &'static str,
    /// Its keys; empty: the keys are names of the user's own.
    pub(super) keys: &'static [&'static str],
}

pub(super) const ROOT: Section = Section {
    name: "the top level",
    keys: &["project", "artefact", "code", "classify", "types", "gate", "calendar", "window", "freeze", "store"],
};
pub(super) const PROJECT: Section = Section { name: "[project]", keys: &["name", "protected-branch"] };
pub(super) const ARTEFACT: Section =
    Section { name: "[[artefact]]", keys: &["kind", "paths", "key", "strata", "versioning"] };
pub(super) const CODE: Section = Section { name: "[[code]]", keys: &["paths"] };
pub(super) const CLASSIFY: Section = Section { name: "[classify]", keys: &["form", "levels"] };
pub(super) const LEVELS: Section = Section { name: "[classify.levels]", keys: &[] };
pub(super) const LEVEL: Section = Section { name: "a level", keys: &["class", "reason"] };
pub(super) const TYPES: Section = Section { name: "[types]", keys: &["prompt", "model", "agent-code", "eval", "data"] };
pub(super) const TYPE: Section = Section { name: "a change type", keys: &["gates", "steps", "max-first", "rollback"] };
pub(super) const ROLLBACK: Section = Section { name: "`rollback`", keys: &["method", "within"] };
pub(super) const GATE: Section = Section { name: "[[gate]]", keys: &["name", "set", "check"] };
pub(super) const CHECK: Section = Section { name: "[[gate.check]]", keys: &["metric", "scope", "floor", "critical"] };
pub(super) const CALENDAR: Section = Section { name: "[calendar]", keys: &["time-zone"] };
pub(super) const WINDOW: Section = Section { name: "[[window]]", keys: &["name", "days", "from", "to"] };
pub(super) const FREEZE: Section = Section { name: "[[freeze]]", keys: &["name", "start", "end", "reason", "owner"] };
pub(super) const STORE: Section = Section { name: "[store]", keys: &["inline-limit", "remote", "retention"] };
