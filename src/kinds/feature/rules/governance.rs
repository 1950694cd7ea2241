//! Who answers for a feature, and who is told of it.

use crate::domain::{Class, Event, Fact, Risk, Rule};
use crate::kinds::shared::base::BASE;
use crate::kinds::shared::sentence::{became, setting};

pub(super) const COMMUNICATION_REMOVED: Rule = Rule {
    id: "feature/communication-removed",
    class: Class::Integrity,
    summary: "nobody is told of the feature any more",
    why: "People who meet a change that nobody announced report it as a fault.",
    remedy: "Say who is told, and when; or that nobody has to be.",
    applies: |fact| fact.is_about("communication", Event::Removed),
    message: |fact| format!("nobody is told any more: {}", setting(fact)),
    ..BASE
};

pub(super) const EMERGENCY_SET: Rule = Rule {
    id: "feature/emergency-set",
    risk: Risk::High,
    summary: "the change takes the way of an emergency",
    why: "Steps and gates are left out so that it is fast; what they would have shown is owed afterwards.",
    remedy: "Name the way back before it ships, and the day of the review afterwards.",
    applies: |fact| fact.aspect == "emergency" && is_emergency(fact.new_text()) && !is_emergency(fact.old_text()),
    message: |fact| format!("an emergency: {}", setting(fact)),
    ..BASE
};

pub(super) const OWNER_CHANGED: Rule = Rule {
    id: "feature/owner-changed",
    class: Class::Cosmetic,
    risk: Risk::Low,
    summary: "somebody else owns the feature",
    why: "Nothing that people see changed; whom to ask did.",
    remedy: "Tell the new owner.",
    applies: |fact| fact.aspect == "owner",
    message: |fact| format!("the owner is {}", became(fact)),
    ..BASE
};

pub(super) const METADATA_CHANGED: Rule = Rule {
    id: "feature/metadata-changed",
    class: Class::Cosmetic,
    risk: Risk::Low,
    summary: "a note, title, announcement, expiry or declared version changed",
    why: "People read it; nothing else does.",
    remedy: "Nothing to do.",
    applies: is_note,
    message: setting,
    ..BASE
};

fn is_note(fact: &Fact) -> bool {
    matches!(fact.aspect, "metadata" | "communication" | "expiry")
}

fn is_emergency(text: &str) -> bool {
    matches!(text.to_ascii_lowercase().as_str(), "true" | "yes" | "emergency" | "hotfix")
}
