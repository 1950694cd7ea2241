//! What a setting of a feature is about, by its key.

use crate::kinds::shared::leaves::Leaf;

/// Keys below which everything is about one thing, and their aspect.
const ENCLOSING: [(&str, &[&str]); 4] = [
    ("audience", &["audience", "segments", "tenants", "regions", "countries", "targeting", "users", "cohorts"]),
    ("gate", &["gates"]),
    (
        "communication",
        &[
            "communication",
            "communications",
            "comms",
            "announce",
            "announcement",
            "notice",
            "notify",
            "release_notes",
            "changelog",
            "talking_points",
        ],
    ),
    ("canary-guard", &GUARDS),
];

/// Keys of what ends a canary.
pub(super) const GUARDS: [&str; 11] = [
    "guard",
    "guards",
    "abort",
    "abort_on",
    "abort_if",
    "abort_when",
    "abort_criteria",
    "success_criteria",
    "slo",
    "slos",
    "health_checks",
];

/// Last keys and their aspect.
const KEYS: [(&str, &[&str]); 11] = [
    ("flag", &["flag", "flag_key"]),
    ("canary", &["canary_percentage", "percentage", "canary", "traffic"]),
    ("flag-default", &["default", "enabled", "defaultVariant", "state", "disable", "variation", "default_variant"]),
    ("kill-switch", &["kill_switch", "killswitch", "kill-switch"]),
    ("rollback-target", &["rollback", "rollback_to", "rollback_target", "previous"]),
    ("stage-duration", &["hold", "bake", "bake_time", "soak", "soak_time", "min_duration", "stage_duration"]),
    ("emergency", &["emergency", "change_class", "track"]),
    ("expiry", &["expires", "expires_at", "expires_on", "expiry", "expiration", "remove_by", "sunset"]),
    ("order", &["order"]),
    ("owner", &["owner", "team", "owners"]),
    ("metadata", &["description", "notes", "title", "ticket", "version", "tags", "$schema", "contact"]),
];

/// The aspect of a setting; `config`: none that is known.
pub(super) fn aspect(leaf: &Leaf<'_>) -> &'static str {
    let enclosing = ENCLOSING.iter().find(|(_, keys)| leaf.under(|key| keys.contains(&key)));
    let by_name = || KEYS.iter().find(|(_, keys)| keys.contains(&leaf.name()));
    enclosing.map(|(aspect, _)| *aspect).or_else(|| by_name().map(|(aspect, _)| *aspect)).unwrap_or("config")
}

/// The aspect of a setting of which only the path is known, by its last key.
pub(super) fn aspect_of_name(path: &str) -> &'static str {
    let name = path.rsplit('.').next().unwrap_or(path);
    KEYS.iter().find(|(_, keys)| keys.contains(&name)).map_or("config", |(aspect, _)| aspect)
}
