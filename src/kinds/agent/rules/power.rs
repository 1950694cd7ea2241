//! What an agent may do, who must agree, and what holds it back.

use super::{rose, turned_off, turned_on};
use crate::domain::{Bump, Event, Fact, Gate, Risk, Rule};
use crate::kinds::agent::pin;
use crate::kinds::shared::base::BASE;
use crate::kinds::shared::sentence::{quoted, setting};

pub(super) const TOOL_ADDED: Rule = Rule {
    id: "agent/tool-added",
    risk: Risk::High,
    gates: &[Gate::Eval, Gate::Safety],
    summary: "the agent may call a further tool",
    why: "Every tool is one more thing that a sentence in untrusted text can make the agent do.",
    remedy: "Run the safety eval with the tool, and the evals that assert which tool is called.",
    applies: |fact| {
        fact.is_about("tool", Event::Added) || fact.is_about("tool", Event::Changed) && !is_other_version(fact)
    },
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
    applies: |fact| fact.is_about("tool", Event::Removed),
    message: |fact| format!("the agent may no longer use {}", quoted(fact.old_text())),
    ..BASE
};

pub(super) const PERMISSION_WIDENED: Rule = Rule {
    id: "agent/permission-widened",
    risk: Risk::Critical,
    bump: Some(Bump::Major),
    gates: &[Gate::Safety, Gate::Review],
    summary: "the agent may do, reach or read more than before, or a limit is gone",
    why: "What can go wrong is bounded by what is permitted, whatever the instructions say.",
    remedy: "Have whoever owns the permission agree; grant it to a separate agent if only some work needs it.",
    applies: widens,
    message: |fact| match fact.aspect {
        "limited" => "the agent may now use every tool: its list of tools is gone".to_owned(),
        "denied" => format!("{} is no longer denied", quoted(fact.old_text())),
        _ => format!("more is permitted: {}", placed(fact)),
    },
    ..BASE
};

pub(super) const PERMISSION_NARROWED: Rule = Rule {
    id: "agent/permission-narrowed",
    gates: &[Gate::Eval],
    summary: "the agent may do, reach or read less than before",
    why: "Safer, but work that needed the permission now fails half-way.",
    remedy: "Run the evals of the work that used it.",
    applies: |fact| matches!(fact.aspect, "limited" | "denied" | "permission" | "permission-mode") || confines(fact),
    message: |fact| match fact.aspect {
        "limited" => format!("the agent may now use listed tools only: {}", quoted(fact.new_text())),
        "denied" => format!("{} is now denied", quoted(fact.new_text())),
        _ => format!("less is permitted: {}", placed(fact)),
    },
    ..BASE
};

/// The walls around what the agent runs.
const WALLS: Rule = Rule {
    risk: Risk::Critical,
    bump: Some(Bump::Major),
    gates: &[Gate::Safety, Gate::Review],
    remedy: "Have whoever owns security agree; open it for a separate agent if only some work needs it.",
    ..BASE
};

pub(super) const SANDBOX_WIDENED: Rule = Rule {
    id: "agent/sandbox-widened",
    summary: "what the agent runs is confined less, or it may now run code",
    why: "Outside its sandbox, one sentence in untrusted text can reach every file and process of the machine.",
    applies: |fact| match fact.aspect {
        "sandbox" => reach(fact).is_some_and(|(old, new)| new > old),
        "execution" => turned_on(fact),
        _ => false,
    },
    message: |fact| format!("less confined: {}", setting(fact)),
    ..WALLS
};

pub(super) const EGRESS_WIDENED: Rule = Rule {
    id: "agent/egress-widened",
    summary: "the agent reaches more of the network",
    why: "Every host that the agent can reach is one to which it can be made to send what it has read.",
    applies: |fact| fact.aspect == "egress" && (turned_on(fact) || reach(fact).is_some_and(|(old, new)| new > old)),
    message: |fact| format!("more of the network: {}", placed(fact)),
    ..WALLS
};

pub(super) const APPROVAL_REMOVED: Rule = Rule {
    id: "agent/approval-removed",
    risk: Risk::Critical,
    bump: Some(Bump::Major),
    gates: &[Gate::Safety, Gate::Review],
    summary: "a person no longer has to agree, or only from a higher threshold on",
    why: "The approval was the last stop before an effect that cannot be taken back.",
    remedy: "Keep it until evidence shows that it never said no, and have its owner agree.",
    applies: |fact| fact.aspect == "approval" && (turned_off(fact) || rose(fact) || asks_less(fact)),
    message: |fact| format!("fewer approvals: {}", placed(fact)),
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
    message: |fact| format!("approvals changed: {}", placed(fact)),
    ..BASE
};

/// Something that held the agent back no longer does, or does so less.
const WEAKER: Rule = Rule {
    risk: Risk::Critical,
    bump: Some(Bump::Major),
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
    applies: |fact| fact.is_about("guardrail", Event::Removed) && is_guardrail(fact) && turned_off(fact),
    message: |fact| format!("a guardrail less: {}", placed(fact)),
    ..WEAKER
};

pub(super) const GUARDRAIL_ADDED: Rule = Rule {
    id: "agent/guardrail-added",
    summary: "a guardrail is new",
    applies: |fact| fact.is_about("guardrail", Event::Added) && is_guardrail(fact) && turned_on(fact),
    message: |fact| format!("a guardrail more: {}", placed(fact)),
    ..STRONGER
};

pub(super) const GUARDRAIL_WEAKENED: Rule = Rule {
    id: "agent/guardrail-weakened",
    summary: "a guardrail is off",
    applies: |fact| fact.aspect == "guardrail" && fact.event == Event::Changed && turned_off(fact),
    message: |fact| format!("a guardrail is off: {}", setting(fact)),
    ..WEAKER
};

pub(super) const GUARDRAIL_STRENGTHENED: Rule = Rule {
    id: "agent/guardrail-strengthened",
    summary: "a guardrail is on",
    applies: |fact| fact.aspect == "guardrail" && fact.event == Event::Changed && turned_on(fact),
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
    message: |fact| format!("a guardrail works differently: {}", setting(fact)),
    ..BASE
};

/// Whether the fact is about a guardrail itself: one of a list, a setting at the top, or all that one was configured with.
fn is_guardrail(fact: &Fact) -> bool {
    fact.count > 1 || fact.subject.ends_with(']') || !fact.subject.contains('.')
}

fn widens(fact: &Fact) -> bool {
    match fact.aspect {
        "limited" => fact.event == Event::Removed,
        "denied" => fact.event == Event::Removed || turned_off(fact),
        "permission" => match rank(&ANSWERS, fact.old_text()).zip(rank(&ANSWERS, fact.new_text())) {
            Some((old, new)) => new > old,
            None => turned_on(fact) || rose(fact),
        },
        "permission-mode" => freedom(fact.new_text()) > freedom(fact.old_text()),
        _ => false,
    }
}

/// Whether the agent is proven to reach less than before.
fn confines(fact: &Fact) -> bool {
    match fact.aspect {
        "sandbox" => reach(fact).is_some_and(|(old, new)| new < old),
        "execution" => turned_off(fact),
        "egress" => turned_off(fact) || reach(fact).is_some_and(|(old, new)| new < old),
        _ => false,
    }
}

/// An element with the list that it stands in; of anything else, what became of it.
fn placed(fact: &Fact) -> String {
    let text = if fact.new.is_some() { fact.new_text() } else { fact.old_text() };
    match (fact.event, fact.subject.strip_suffix(&format!("[{text}]"))) {
        (Event::Added, Some(list)) => format!("{} in `{list}` is new", quoted(text)),
        (Event::Removed, Some(list)) => format!("{} in `{list}` is gone", quoted(text)),
        _ => setting(fact),
    }
}

/// How much a permission mode lets through; one that is not known counts as free.
fn freedom(mode: &str) -> usize {
    const ORDER: [&[&str]; 3] =
        [&["plan", "readonly", "read-only"], &["", "default", "ask", "safe"], &["acceptEdits", "auto"]];
    ORDER.iter().position(|modes| modes.contains(&mode)).unwrap_or(ORDER.len())
}

/// Words, each line of which means more than the one before.
type Ladder = [&'static [&'static str]];

/// What is answered when the agent wants to do something.
const ANSWERS: [&[&str]; 3] = [&["deny", "never", "block", "false"], &["ask", "prompt"], &["allow", "always", "true"]];

/// When a person is asked.
const ASKING: [&[&str]; 4] = [&["never"], &["on-failure"], &["on-request"], &["untrusted", "always"]];

/// What is reached from inside a sandbox or of a network, from nothing to everything.
const REACH: [&[&str]; 4] = [
    &["read-only", "readonly", "locked"],
    &["true", "on", "enabled", "safe", "workspace-write", "docker", "container", "worktree"],
    &["", "false", "off", "none", "null", "disabled", "local", "host"],
    &["danger-full-access", "unsafe"],
];

/// The same of a network, where to be on is to reach.
const NETWORK: [&[&str]; 3] = [
    &["", "none", "false", "off", "disabled", "null"],
    &["restricted", "limited", "allowlist"],
    &["full", "all", "*", "true", "on", "enabled"],
];

fn rank(ladder: &Ladder, text: &str) -> Option<usize> {
    let word = text.to_ascii_lowercase();
    ladder.iter().position(|words| words.contains(&word.as_str()))
}

/// How much the old and the new setting let through, where both are known words.
fn reach(fact: &Fact) -> Option<(usize, usize)> {
    let ladder: &Ladder = if fact.aspect == "egress" { &NETWORK } else { &REACH };
    rank(ladder, fact.old_text()).zip(rank(ladder, fact.new_text()))
}

fn asks_less(fact: &Fact) -> bool {
    rank(&ASKING, fact.old_text()).zip(rank(&ASKING, fact.new_text())).is_some_and(|(old, new)| new < old)
}

/// Whether the same tool is asked for in another version.
fn is_other_version(fact: &Fact) -> bool {
    pin::is_same_thing(fact.old_text(), fact.new_text())
}
