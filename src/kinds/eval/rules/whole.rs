//! Rules about the file and everything that no other rule knows.

use super::{BASE, happened};
use crate::domain::{ChangeType, Class, Gate, Risk, Rule};
use crate::kinds::shared::{lifecycle, row_tree};

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "eval/metadata-changed",
        class: Class::Cosmetic,
        risk: Risk::None,
        gates: &[],
        summary: "the set's description, owner or version label changed",
        why: "Nothing that is asked or scored is different.",
        remedy: "Nothing to do.",
        applies: |fact| fact.aspect == "metadata",
        message: |fact| format!("`{}` {}", fact.subject, happened(fact)),
        ..BASE
    },
    Rule { gates: &[Gate::Baseline], ..row_tree::rules::unseen("eval/rows-unseen", ChangeType::Eval) },
    lifecycle::source_format_changed("eval/source-format-changed", ChangeType::Eval),
    Rule { gates: &[Gate::Baseline], ..lifecycle::added("eval/added", ChangeType::Eval) },
    Rule {
        risk: Risk::Critical,
        gates: &[Gate::Review],
        why: "Nothing measures what this set measured, so every artefact that it gated can regress unseen.",
        ..lifecycle::removed("eval/removed", ChangeType::Eval)
    },
    lifecycle::renamed("eval/renamed", ChangeType::Eval),
    Rule { gates: &[Gate::Baseline], ..lifecycle::content_changed("eval/content-changed", ChangeType::Eval) },
];
