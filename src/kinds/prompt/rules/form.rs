//! Rules about what nobody sees.

use crate::domain::{Class, Gate, Risk, Rule};

use super::PROMPT;

pub(super) const INVISIBLE_CHARACTERS: Rule = Rule {
    id: "prompt/invisible-characters",
    class: Class::Behavioural,
    risk: Risk::Critical,
    gates: &[Gate::Safety, Gate::Review],
    summary: "characters that nobody sees came into the text",
    why: "Zero-width, direction and tag characters do not show in review, and every one of them reaches the model: they \
          hide instructions, and they break matching on names.",
    remedy: "Remove them. If they are meant, acknowledge the finding with the reason.",
    applies: |fact| fact.aspect == "invisible",
    message: |fact| {
        format!(
            "{} invisible character{} ({}) came into the text",
            fact.count,
            if fact.count == 1 { "" } else { "s" },
            fact.subject
        )
    },
    ..PROMPT
};
