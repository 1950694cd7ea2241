//! What the rules of every kind start from.

use crate::domain::{ChangeType, Class, Confidence, Risk, Rule};

/// A change that can be felt, of the code around the model; each rule names its own id, texts, condition and message.
pub const BASE: Rule = Rule {
    id: "",
    class: Class::Behavioural,
    risk: Risk::Medium,
    confidence: Confidence::Proven,
    bump: None,
    change_type: ChangeType::AgentCode,
    gates: &[],
    since: "0.1.0",
    summary: "",
    why: "",
    remedy: "",
    applies: |_| false,
    message: |fact| fact.subject.clone(),
};
