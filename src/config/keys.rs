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
    keys: &[
        "project", "artefact", "code", "classify", "types", "gate", "intents", "rollback", "calendar", "window",
        "freeze", "notice", "store", "model", "roles", "override",
    ],
};
pub(super) const PROJECT: Section = Section { name: "[project]", keys: &["name", "protected-branch"] };
pub(super) const ARTEFACT: Section =
    Section { name: "[[artefact]]", keys: &["kind", "paths", "key", "strata", "tolerance", "versioning"] };
pub(super) const TOLERANCE: Section = Section { name: "`tolerance`", keys: &[] };
pub(super) const CODE: Section = Section { name: "[[code]]", keys: &["paths"] };
pub(super) const CLASSIFY: Section = Section { name: "[classify]", keys: &["form", "levels", "thresholds"] };
pub(super) const THRESHOLDS: Section = Section { name: "[classify.thresholds]", keys: &[] };
pub(super) const LEVELS: Section = Section { name: "[classify.levels]", keys: &[] };
pub(super) const LEVEL: Section = Section { name: "a level", keys: &["class", "reason"] };
pub(super) const TYPES: Section = Section { name: "[types]", keys: &["prompt", "model", "agent-code", "eval", "data"] };
pub(super) const TYPE: Section =
    Section { name: "a change type", keys: &["gates", "steps", "max-first", "partitions", "watch", "rollback"] };
pub(super) const ROLLBACK: Section = Section { name: "`rollback`", keys: &["method", "within"] };
pub(super) const GATE: Section =
    Section { name: "[[gate]]", keys: &["name", "off", "set", "max-error-rate", "declared", "check"] };
pub(super) const CHECK: Section = Section {
    name: "[[gate.check]]",
    keys: &[
        "metric",
        "scope",
        "floor",
        "margin",
        "flips",
        "critical",
        "max-failures",
        "direction",
        "max-ratio",
        "critical-ratio",
        "min-events",
        "nan",
        "no-data",
        "against",
    ],
};
pub(super) const INTENTS: Section = Section { name: "[intents]", keys: &["missing"] };
/// `[rollback]`: whether the way back was tried.
pub(super) const REHEARSAL: Section = Section { name: "[rollback]", keys: &["rehearsal", "max-age", "command"] };
pub(super) const CALENDAR: Section = Section { name: "[calendar]", keys: &["time-zone", "on-call"] };
pub(super) const WINDOW: Section =
    Section { name: "[[window]]", keys: &["name", "days", "from", "to", "scope", "time-zone"] };
pub(super) const FREEZE: Section =
    Section { name: "[[freeze]]", keys: &["name", "start", "end", "until", "reason", "owner", "scope"] };
pub(super) const NOTICE: Section =
    Section { name: "[notice]", keys: &["required", "lead", "engineering", "support", "customer"] };
pub(super) const ROLES: Section = Section { name: "[roles]", keys: &[] };
pub(super) const OVERRIDE: Section =
    Section { name: "[override]", keys: &["max-age", "window-approvers", "approvers", "elements"] };
pub(super) const APPROVERS: Section =
    Section { name: "[override.approvers]", keys: &["security", "regulatory", "incident", "customer-blocking"] };
pub(super) const ELEMENTS: Section = Section { name: "[override.elements]", keys: APPROVERS.keys };
pub(super) const MODEL: Section = Section {
    name: "[[model]]",
    keys: &[
        "name",
        "family",
        "released",
        "version",
        "floating",
        "points-to",
        "deprecated",
        "retires",
        "context-window",
        "max-output",
        "input-price",
        "output-price",
    ],
};
pub(super) const STORE: Section = Section { name: "[store]", keys: &["inline-limit", "remote", "retention"] };

/// The top level of `.pv/acks.toml`.
pub(super) const ACKS: Section = Section { name: "the top level", keys: &["ack"] };
/// An entry of `.pv/acks.toml`.
pub(super) const ACK: Section = Section {
    name: "[[ack]]",
    keys: &["fingerprint", "rule", "artefact", "from", "to", "reason", "approved_by", "role", "until", "waives"],
};

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    /// Every table of `pv.toml`, and where the schema describes it.
    const DESCRIBED: [(&Section, &str); 22] = [
        (&ROOT, ""),
        (&PROJECT, "/properties/project"),
        (&ARTEFACT, "/$defs/artefact"),
        (&CODE, "/properties/code/items"),
        (&CLASSIFY, "/properties/classify"),
        (&LEVEL, "/$defs/override/oneOf/1"),
        (&TYPES, "/properties/types"),
        (&TYPE, "/$defs/discipline"),
        (&ROLLBACK, "/$defs/discipline/properties/rollback"),
        (&GATE, "/$defs/gatePolicy"),
        (&CHECK, "/$defs/gatePolicy/properties/check/items"),
        (&INTENTS, "/properties/intents"),
        (&REHEARSAL, "/properties/rollback"),
        (&CALENDAR, "/properties/calendar"),
        (&WINDOW, "/$defs/window"),
        (&FREEZE, "/$defs/freeze"),
        (&NOTICE, "/properties/notice"),
        (&OVERRIDE, "/properties/override"),
        (&APPROVERS, "/properties/override/properties/approvers"),
        (&ELEMENTS, "/properties/override/properties/elements"),
        (&STORE, "/properties/store"),
        (&MODEL, "/$defs/model"),
    ];

    #[test]
    fn the_schema_has_the_keys_that_the_reader_knows() {
        let schema: Value = serde_json::from_str(include_str!("../../schema/pv.schema.json")).unwrap();
        for (section, pointer) in DESCRIBED {
            let described = schema.pointer(pointer).unwrap();
            let mut keys: Vec<&String> = described["properties"].as_object().unwrap().keys().collect();
            let mut known: Vec<&str> = section.keys.to_vec();
            keys.sort();
            known.sort_unstable();
            assert_eq!(keys, known, "{}", section.name);
            assert_eq!(described["additionalProperties"], Value::Bool(false), "{}", section.name);
        }
        let tables = schema.to_string().matches("\"properties\":").count();
        assert_eq!(tables, DESCRIBED.len(), "the schema describes a table that is not listed here");
    }
}
