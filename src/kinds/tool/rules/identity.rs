//! What a tool says of itself: description, hints, side effects, errors.

use super::directive;
use crate::domain::{Bump, Class, Event, Fact, Gate, Risk, Rule};
use crate::kinds::shared::base::BASE;
use crate::kinds::shared::sentence::{became, quoted};

pub(super) const DESCRIPTION_CHANGED: Rule = Rule {
    id: "tool/description-changed",
    summary: "the description or an example that models choose the tool by changed",
    why: "A model decides whether and how to call a tool by its description. Edited descriptions have raised a tool's \
          use more than tenfold without any change of code.",
    remedy: "Run the evals that assert which tool is called, with the prompts that use this tool.",
    applies: |fact| matches!(fact.aspect, "description" | "example"),
    message: |fact| match (fact.aspect, fact.event) {
        ("example", _) => format!("the tool's `{}` for the model changed", fact.subject),
        (_, Event::Added) => "the tool is now described to the model".to_owned(),
        (_, Event::Removed) => "the tool is no longer described to the model".to_owned(),
        _ => directive::said(fact, "the tool is described differently to the model".to_owned()),
    },
    ..BASE
};

pub(super) const BECAME_DESTRUCTIVE: Rule = Rule {
    id: "tool/became-destructive",
    risk: Risk::Critical,
    bump: Some(Bump::Major),
    gates: &[Gate::Safety, Gate::Review],
    summary: "a hint no longer promises that calling the tool is harmless",
    why: "Clients ask for confirmation, allow in bulk or retry by these hints. A tool that used to read and now writes, \
          or can no longer be repeated safely, is called under permissions that were given to a harmless one.",
    remedy: "Review every allow-list that names the tool, and have the change seen by whoever owns those permissions.",
    applies: |fact| hint(fact).is_some_and(|(harmless, old, new)| old == harmless && new != harmless),
    message: |fact| match fact.subject.as_str() {
        "readOnlyHint" => "the tool may now change things: it was read-only".to_owned(),
        "destructiveHint" => "the tool may now destroy things".to_owned(),
        _ => "calling the tool twice is no longer the same as calling it once".to_owned(),
    },
    ..BASE
};

pub(super) const BECAME_READ_ONLY: Rule = Rule {
    id: "tool/became-read-only",
    class: Class::Additive,
    risk: Risk::Low,
    summary: "a hint now promises that calling the tool is harmless",
    why: "Clients may stop asking before they call it. That is right only if the tool really became harmless; the hint \
          itself proves nothing.",
    remedy: "Check the implementation against the hint.",
    applies: |fact| hint(fact).is_some_and(|(harmless, old, new)| old != harmless && new == harmless),
    message: |fact| match fact.subject.as_str() {
        "readOnlyHint" => "the tool now says that it only reads".to_owned(),
        "destructiveHint" => "the tool now says that it destroys nothing".to_owned(),
        _ => "the tool now says that calling it twice is the same as calling it once".to_owned(),
    },
    ..BASE
};

pub(super) const ANNOTATIONS_CHANGED: Rule = Rule {
    id: "tool/annotations-changed",
    risk: Risk::Low,
    gates: &[Gate::Smoke],
    summary: "a hint or a setting for clients changed",
    why: "Clients act on hints and settings: what they list, defer, confirm or let other code call. The call itself is \
          the same.",
    remedy: "Check with the clients that list this tool.",
    applies: |fact| matches!(fact.aspect, "other" | "floor") || fact.aspect == "hint" && !is_restated(fact),
    message: |fact| format!("`{}` is {}", fact.subject, became(fact)),
    ..BASE
};

pub(super) const CLASS_ESCALATED: Rule = Rule {
    id: "tool/class-escalated",
    risk: Risk::Critical,
    bump: Some(Bump::Major),
    gates: &[Gate::Integration, Gate::Safety, Gate::Review],
    summary: "calls that a person had to approve now go through unasked",
    why: "The human gate is the last guard against an instruction that a model took from untrusted text. Without it the \
          tool's full effect is one bad sentence away.",
    remedy: "Keep the approval, or have whoever owns the server's permissions agree to its removal.",
    applies: |fact| fact.is_about("unasked", Event::Added) || fact.is_about("unasked", Event::Changed),
    message: |fact| format!("{} no longer needs approval", quoted(&fact.subject)),
    ..BASE
};

pub(super) const CLASS_RELAXED: Rule = Rule {
    id: "tool/class-relaxed",
    class: Class::Additive,
    risk: Risk::Low,
    gates: &[Gate::Integration],
    summary: "calls that went through unasked now need approval",
    why: "Unattended runs stop where a person must now answer.",
    remedy: "Check the agents that run without a person.",
    applies: |fact| fact.is_about("unasked", Event::Removed),
    message: |fact| format!("{} now needs approval", quoted(&fact.subject)),
    ..BASE
};

pub(super) const SIDE_EFFECT_ADDED: Rule = Rule {
    id: "tool/side-effect-added",
    risk: Risk::High,
    gates: &[Gate::Integration, Gate::Safety],
    summary: "a declared side effect is new",
    why: "Callers that chose the tool for what it did now cause more than they asked for.",
    remedy: "Review the prompts and agents that call it; consider a separate tool.",
    applies: |fact| fact.aspect == "side-effect" && fact.event != Event::Removed,
    message: |fact| format!("the tool now has the side effect {}", quoted(&fact.subject)),
    ..BASE
};

pub(super) const SIDE_EFFECT_REMOVED: Rule = Rule {
    id: "tool/side-effect-removed",
    risk: Risk::High,
    gates: &[Gate::Integration, Gate::Safety],
    summary: "a declared side effect is gone",
    why: "Callers may have relied on the effect: a notification sent, a record written.",
    remedy: "Find who relied on it before it ships.",
    applies: |fact| fact.is_about("side-effect", Event::Removed),
    message: |fact| format!("the tool no longer has the side effect {}", quoted(&fact.subject)),
    ..BASE
};

const ERRORS: Rule = Rule {
    gates: &[Gate::Integration, Gate::Eval],
    why: "Models and callers retry, give up or ask a person by the declared errors.",
    remedy: "Run the evals of failing calls, and check the callers' retry rules.",
    ..BASE
};

pub(super) const ERROR_ADDED: Rule = Rule {
    id: "tool/error-added",
    summary: "the tool declares a further error",
    applies: |fact| fact.is_about("error", Event::Added),
    message: |fact| format!("the tool can now fail with {}", quoted(&fact.subject)),
    ..ERRORS
};

pub(super) const ERROR_REMOVED: Rule = Rule {
    id: "tool/error-removed",
    summary: "the tool no longer declares an error",
    applies: |fact| fact.is_about("error", Event::Removed),
    message: |fact| format!("the tool no longer fails with {}", quoted(&fact.subject)),
    ..ERRORS
};

pub(super) const ERROR_SEMANTICS_CHANGED: Rule = Rule {
    id: "tool/error-semantics-changed",
    summary: "what a declared error means, or what to do about it, changed",
    applies: |fact| matches!(fact.aspect, "error" | "errors"),
    message: |fact| match fact.aspect {
        "error" => format!("the error {} is declared otherwise: {}", quoted(&fact.subject), became(fact)),
        _ => "the tool reports errors differently".to_owned(),
    },
    ..ERRORS
};

pub(super) const NAME_COLLISION: Rule = Rule {
    id: "tool/name-collision",
    class: Class::Integrity,
    risk: Risk::High,
    gates: &[Gate::Integration],
    summary: "two tools of one file share a name, or the first 64 characters of it",
    why: "A model calls a tool by its name, and providers keep no more than 64 characters. Which of the two is called is \
          left to chance, or the request is refused.",
    remedy: "Give one of the two another name.",
    applies: |fact| fact.is_about("name", Event::Unfit),
    message: |fact| {
        format!("another tool of the file is called {} too, as far as providers can tell", quoted(&fact.subject))
    },
    ..BASE
};

pub(super) const METADATA_CHANGED: Rule = Rule {
    id: "tool/metadata-changed",
    class: Class::Cosmetic,
    risk: Risk::None,
    summary: "a title, icon, note or cache marker changed, or a default was written out",
    why: "People and user interfaces see it; the model and the executor do not.",
    remedy: "Nothing to do.",
    applies: |fact| {
        matches!(fact.aspect, "title" | "ornament" | "metadata") || fact.aspect == "hint" && is_restated(fact)
    },
    message: |fact| match (fact.aspect, fact.event) {
        ("hint", Event::Removed) => format!("`{}` is left to its default, which is the same", fact.subject),
        ("hint", _) => format!("`{}` is written out; it is the default", fact.subject),
        _ => format!("`{}` is {}", fact.subject, became(fact)),
    },
    ..BASE
};

/// The harmless value of a safety hint, and the old and new values that are in force.
fn hint(fact: &Fact) -> Option<(&'static str, &str, &str)> {
    let harmless = match fact.subject.as_str() {
        "readOnlyHint" | "idempotentHint" => "true",
        "destructiveHint" => "false",
        _ => return None,
    };
    (fact.aspect == "hint").then(|| {
        let (old, new) = in_force(fact);
        (harmless, old, new)
    })
}

/// The values in force; a hint that is not written has the protocol's default.
fn in_force(fact: &Fact) -> (&str, &str) {
    let default = match fact.subject.as_str() {
        "destructiveHint" | "openWorldHint" => "true",
        _ => "false",
    };
    (fact.old.as_ref().map_or(default, |quote| &quote.text), fact.new.as_ref().map_or(default, |quote| &quote.text))
}

/// Whether a hint was only written out, or left out, at its default.
fn is_restated(fact: &Fact) -> bool {
    let (old, new) = in_force(fact);
    old == new
}
