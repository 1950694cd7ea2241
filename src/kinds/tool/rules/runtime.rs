//! How a tool is reached and run: strictness, scopes, servers, endpoints.

use super::NARROWING;
use crate::domain::{Bump, Class, Confidence, Event, Fact, Gate, Risk, Rule};
use crate::kinds::shared::base::BASE;
use crate::kinds::shared::sentence::{became, quoted};

pub(super) const STRICT_MODE_CHANGED: Rule = Rule {
    id: "tool/strict-mode-changed",
    summary: "the provider's strict mode was switched",
    why: "Strict mode decides whether arguments are guaranteed to fit the schema, and which schemas a provider accepts \
          at all: every property required, objects closed.",
    remedy: "Validate the arguments in the executor, and call the provider once with the new definition.",
    applies: |fact| fact.aspect == "strict",
    message: |fact| format!("strict mode is {}", became(fact)),
    ..NARROWING
};

pub(super) const STRICT_INCOMPATIBLE: Rule = Rule {
    id: "tool/strict-incompatible",
    class: Class::Integrity,
    risk: Risk::High,
    confidence: Confidence::External,
    gates: &[Gate::Integration],
    summary: "strict mode is on and the schema is outside of what it accepts",
    why: "The provider answers every request that carries the definition with an error. By its documentation of February \
          2026, strict mode wants an object at the root, every object closed, every property required (an optional one \
          is required and may be null), and none of allOf, not, if/then/else and the dependent keywords.",
    remedy: "Close the objects with `additionalProperties: false`, list every property in `required` with `null` among \
             its types where it may be left out, and spell combinations out; or switch strict mode off.",
    applies: |fact| fact.aspect == "strict-subset",
    message: |fact| {
        let place = if fact.subject.is_empty() { "the input".to_owned() } else { quoted(&fact.subject) };
        match fact.marks.first().copied().unwrap_or_default() {
            "root" => "strict mode accepts only an object at the root of the schema".to_owned(),
            "open" => format!("strict mode is on, and {place} does not say `additionalProperties: false`"),
            "optional" => format!("strict mode is on, and {place} is not required"),
            keyword => format!("strict mode is on, and {place} uses `{keyword}`, which it refuses"),
        }
    },
    ..BASE
};

pub(super) const VERSION_FLOOR_RAISED: Rule = Rule {
    id: "tool/version-floor-raised",
    risk: Risk::High,
    summary: "callers of an older version are no longer accepted",
    why: "Every caller built against a version below the floor is refused, however well its call fits the schema.",
    remedy: "Find the callers that still send an older version, move them, and announce the date before raising the floor.",
    applies: |fact| fact.aspect == "floor" && is_raised(fact),
    message: |fact| format!("the oldest accepted version is {}", became(fact)),
    ..NARROWING
};

/// Whether the new version is above the old one, or the first there is.
fn is_raised(fact: &Fact) -> bool {
    let numbers = |text: &str| -> Vec<u64> {
        text.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect()
    };
    fact.new.is_some() && (fact.old.is_none() || numbers(fact.new_text()) > numbers(fact.old_text()))
}

pub(super) const AUTH_SCOPE_WIDENED: Rule = Rule {
    id: "tool/auth-scope-widened",
    risk: Risk::Critical,
    bump: Some(Bump::Major),
    gates: &[Gate::Safety, Gate::Review],
    summary: "the tool holds a further scope or permission",
    why: "What a model can be talked into doing grows with what the tool is allowed to do.",
    remedy: "Have the owner of the scope agree, and give the scope to a separate tool if only some calls need it.",
    applies: |fact| fact.aspect == "scope" && fact.event != Event::Removed,
    message: |fact| format!("the tool now holds the scope {}", quoted(&fact.subject)),
    ..BASE
};

pub(super) const AUTH_SCOPE_NARROWED: Rule = Rule {
    id: "tool/auth-scope-narrowed",
    summary: "the tool lost a scope or permission",
    why: "Calls that needed the scope now fail at run time.",
    remedy: "Run the integration tests of the calls that used it.",
    applies: |fact| fact.is_about("scope", Event::Removed),
    message: |fact| format!("the tool no longer holds the scope {}", quoted(&fact.subject)),
    ..NARROWING
};

pub(super) const SERVER_UNPINNED: Rule = Rule {
    id: "tool/server-unpinned",
    risk: Risk::High,
    gates: &[Gate::Safety, Gate::Smoke],
    summary: "the server is no longer pinned to a version",
    why: "From now on the code behind the tools is whatever was published last, including a taken-over package.",
    remedy: "Name an exact version or digest again.",
    applies: |fact| fact.aspect == "server" && is_pinned(fact.old_text()) && !is_pinned(fact.new_text()),
    message: |fact| format!("the server is no longer pinned: `{}` is {}", fact.subject, became(fact)),
    ..BASE
};

pub(super) const SERVER_PIN_CHANGED: Rule = Rule {
    id: "tool/server-pin-changed",
    risk: Risk::High,
    gates: &[Gate::Safety, Gate::Smoke],
    summary: "other code serves the tool: a server's command or version, or a provider tool's date",
    why: "The definitions, the descriptions that models read and the behaviour all come from that code.",
    remedy: "List the server's tools before and after and compare them with pv, then run the safety eval.",
    applies: |fact| matches!(fact.aspect, "server" | "pin"),
    message: |fact| format!("`{}` is {}", fact.subject, became(fact)),
    ..BASE
};

pub(super) const ENDPOINT_CHANGED: Rule = Rule {
    id: "tool/endpoint-changed",
    gates: &[Gate::Smoke],
    summary: "the tool is reached at another address",
    why: "Another host may run another version, in another region, under another owner.",
    remedy: "Call it once from where it will run, and check who operates the address.",
    applies: |fact| fact.aspect == "endpoint",
    message: |fact| format!("the endpoint is {}", became(fact)),
    ..BASE
};

pub(super) const TRANSPORT_CHANGED: Rule = Rule {
    id: "tool/transport-changed",
    gates: &[Gate::Smoke],
    summary: "the tool is reached by another transport",
    why: "A transport brings its own limits: streaming, session length, where credentials travel.",
    remedy: "Call it once by the new transport from each client.",
    applies: |fact| fact.aspect == "transport",
    message: |fact| format!("the transport is {}", became(fact)),
    ..BASE
};

pub(super) const TIMEOUT_CHANGED: Rule = Rule {
    id: "tool/timeout-changed",
    gates: &[Gate::Smoke],
    summary: "calls may take longer or shorter",
    why: "A shorter limit turns slow successes into errors; a longer one holds the conversation.",
    remedy: "Compare with the measured latency of the tool.",
    applies: |fact| fact.aspect == "timeout",
    message: |fact| format!("`{}` is {}", fact.subject, became(fact)),
    ..BASE
};

pub(super) const DEPRECATED: Rule = Rule {
    id: "tool/deprecated",
    class: Class::Cosmetic,
    risk: Risk::None,
    summary: "the tool is marked as deprecated",
    why: "Nothing changes yet; callers are told that it will.",
    remedy: "Name the successor and the date in the description, and list the callers.",
    applies: |fact| fact.aspect == "deprecated" && !matches!(fact.new_text(), "" | "false"),
    message: |_| "the tool is now deprecated".to_owned(),
    ..BASE
};

pub(super) const UNDEPRECATED: Rule = Rule {
    id: "tool/undeprecated",
    class: Class::Cosmetic,
    risk: Risk::None,
    summary: "the tool is no longer marked as deprecated",
    why: "Callers that planned to leave may stay.",
    remedy: "Tell the callers that were told to leave.",
    applies: |fact| fact.aspect == "deprecated",
    message: |_| "the tool is no longer deprecated".to_owned(),
    ..BASE
};

/// Whether a command or argument list names an exact version: `package@1.2.3`, `package==1.2.3`, `image@sha256:…`.
fn is_pinned(text: &str) -> bool {
    let version_after = |mark: &str| {
        text.match_indices(mark).any(|(at, _)| {
            let rest = text.get(at + mark.len()..).unwrap_or_default();
            rest.starts_with(|c: char| c.is_ascii_digit()) || rest.starts_with("sha256:")
        })
    };
    ["@", "==", "@v", ":"].into_iter().any(version_after)
}
