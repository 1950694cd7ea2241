//! What an agent may do, who must agree, and what holds it back.

use super::{rose, turned_off, turned_on};
use crate::domain::{Event, Fact, Gate, Risk, Rule};
use crate::kinds::shared::base::BASE;
use crate::kinds::shared::sentence::{became, quoted, setting};

pub(super) const TOOL_ADDED: Rule = Rule {
    id: "agent/tool-added",
    risk: Risk::High,
    gates: &[Gate::Eval, Gate::Safety],
    summary: "the agent may call a further tool",
    why: "Every tool is one more thing that a sentence in untrusted text can make the agent do.",
    remedy: "Run the safety eval with the tool, and the evals that assert which tool is called.",
    applies: |fact| fact.is_about("tool", Event::Added) || fact.is_about("tool", Event::Changed),
    message: |fact| format!("the agent may now use {}", quoted(fact.new_text())),
    ..BASE
};

pub(super) const TOOL_REMOVED: Rule = Rule {
    id: "agent/tool-removed",
    risk: Risk::High,
    gates: &[Gate::Eval],
    summary: "the agent may no longer call a tool",
    why: "Instructions that count on the tool now end in an apology or in a detour through another tool.",
    remedy: "Search the instructions for the tool's name, and run the evals.",
    applies: |fact| fact.aspect == "tool",
    message: |fact| format!("the agent may no longer use {}", quoted(fact.old_text())),
    ..BASE
};

pub(super) const PERMISSION_WIDENED: Rule = Rule {
    id: "agent/permission-widened",
    risk: Risk::Critical,
    gates: &[Gate::Safety, Gate::Review],
    summary: "the agent may do, reach or read more than before, or a limit is gone",
    why: "What can go wrong is bounded by what is permitted, whatever the instructions say.",
    remedy: "Have whoever owns the permission agree; grant it to a separate agent if only some work needs it.",
    applies: widens,
    message: |fact| match fact.aspect {
        "limited" => "the agent may now use every tool: its list of tools is gone".to_owned(),
        "denied" => format!("{} is no longer denied", quoted(fact.old_text())),
        _ => format!("more is permitted: {}", setting(fact)),
    },
    ..BASE
};

pub(super) const PERMISSION_NARROWED: Rule = Rule {
    id: "agent/permission-narrowed",
    gates: &[Gate::Eval],
    summary: "the agent may do, reach or read less than before",
    why: "Safer, but work that needed the permission now fails half-way.",
    remedy: "Run the evals of the work that used it.",
    applies: |fact| matches!(fact.aspect, "limited" | "denied" | "permission" | "permission-mode"),
    message: |fact| match fact.aspect {
        "limited" => format!("the agent may now use listed tools only: {}", quoted(fact.new_text())),
        "denied" => format!("{} is now denied", quoted(fact.new_text())),
        _ => format!("less is permitted: {}", setting(fact)),
    },
    ..BASE
};

pub(super) const APPROVAL_REMOVED: Rule = Rule {
    id: "agent/approval-removed",
    risk: Risk::Critical,
    gates: &[Gate::Safety, Gate::Review],
    summary: "a person no longer has to agree, or only from a higher threshold on",
    why: "The approval was the last stop before an effect that cannot be taken back.",
    remedy: "Keep it until evidence shows that it never said no, and have its owner agree.",
    applies: |fact| fact.aspect == "approval" && (turned_off(fact) || rose(fact)),
    message: |fact| format!("fewer approvals: {}", setting(fact)),
    ..BASE
};

pub(super) const APPROVAL_ADDED: Rule = Rule {
    id: "agent/approval-added",
    risk: Risk::Low,
    gates: &[Gate::Feedback],
    summary: "a person has to agree where nobody had to, or how they are asked changed",
    why: "Unattended runs stop there, and people wait for people.",
    remedy: "Tell those who will be asked.",
    applies: |fact| fact.aspect == "approval",
    message: |fact| format!("approvals changed: {}", setting(fact)),
    ..BASE
};

/// Something that held the agent back no longer does, or does so less.
const WEAKER: Rule = Rule {
    risk: Risk::Critical,
    gates: &[Gate::Safety, Gate::Review],
    why: "What the guardrail stopped now goes through, and nothing else was built to stop it.",
    remedy: "Run the safety eval without it, and have the owner of safety agree.",
    ..BASE
};

/// Something holds the agent back that did not, or does so more.
const STRONGER: Rule = Rule {
    gates: &[Gate::Eval],
    why: "Safer, but harmless work may be stopped as well.",
    remedy: "Run the evals and count what is refused.",
    ..BASE
};

pub(super) const GUARDRAIL_REMOVED: Rule = Rule {
    id: "agent/guardrail-removed",
    summary: "a guardrail is gone",
    applies: |fact| fact.is_about("guardrail", Event::Removed),
    message: |fact| format!("the guardrail {} is gone", quoted(fact.old_text())),
    ..WEAKER
};

pub(super) const GUARDRAIL_ADDED: Rule = Rule {
    id: "agent/guardrail-added",
    summary: "a guardrail is new",
    applies: |fact| fact.is_about("guardrail", Event::Added),
    message: |fact| format!("the guardrail {} is new", quoted(fact.new_text())),
    ..STRONGER
};

pub(super) const GUARDRAIL_WEAKENED: Rule = Rule {
    id: "agent/guardrail-weakened",
    summary: "a guardrail is off",
    applies: |fact| fact.aspect == "guardrail" && turned_off(fact),
    message: |fact| format!("a guardrail is off: {}", setting(fact)),
    ..WEAKER
};

pub(super) const GUARDRAIL_STRENGTHENED: Rule = Rule {
    id: "agent/guardrail-strengthened",
    summary: "a guardrail is on",
    applies: |fact| fact.aspect == "guardrail" && turned_on(fact),
    message: |fact| format!("a guardrail is on: {}", setting(fact)),
    ..STRONGER
};

pub(super) const GUARDRAIL_CHANGED: Rule = Rule {
    id: "agent/guardrail-changed",
    risk: Risk::High,
    gates: &[Gate::Safety],
    summary: "a guardrail works differently, and whether it got weaker cannot be told",
    why: "pv knows that the setting belongs to a guardrail, not which of its values stops more.",
    remedy: "Run the safety eval.",
    applies: |fact| fact.aspect == "guardrail",
    message: |fact| format!("a guardrail works differently: `{}` is {}", fact.subject, became(fact)),
    ..BASE
};

fn widens(fact: &Fact) -> bool {
    match fact.aspect {
        "limited" => fact.event == Event::Removed,
        "denied" => fact.event == Event::Removed || turned_off(fact),
        "permission" => turned_on(fact) || rose(fact),
        "permission-mode" => freedom(fact.new_text()) > freedom(fact.old_text()),
        _ => false,
    }
}

/// How much a permission mode lets through; one that is not known counts as free.
fn freedom(mode: &str) -> usize {
    const ORDER: [&[&str]; 3] =
        [&["plan", "readonly", "read-only"], &["", "default", "ask", "safe"], &["acceptEdits", "auto"]];
    ORDER.iter().position(|modes| modes.contains(&mode)).unwrap_or(ORDER.len())
}
