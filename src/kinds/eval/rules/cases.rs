//! Rules about cases and their columns.

use super::{BASE, happened, several};
use crate::domain::{Class, Event, Fact, Gate, Risk, Rule};

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "eval/case-retired",
        summary: "a case moved to the retired ones",
        why: "The set measures one thing less from here on. The case is kept with its history, which is the right way \
              to drop one; scores before and after are still not comparable.",
        remedy: "Say in the retired file why and when, and measure the live version anew on the set.",
        applies: |fact| fact.is_about("case", Event::Removed) && fact.has("retired"),
        message: |fact| several(fact, "was retired", "were retired"),
        ..BASE
    },
    Rule {
        id: "eval/case-removed",
        class: Class::Breaking,
        risk: Risk::High,
        gates: &[Gate::Baseline, Gate::Review],
        summary: "a case is gone",
        why: "The easiest way to raise a score is to remove what fails. Whatever this case guarded against is no longer \
              measured, and earlier scores were taken on another set.",
        remedy: "Move the case to `retired` with a reason instead of deleting it, have the set's owner agree, and \
                 measure the live version anew on the new set.",
        applies: |fact| fact.is_about("case", Event::Removed),
        message: |fact| several(fact, "is gone", "are gone"),
        ..BASE
    },
    Rule {
        id: "eval/case-disabled",
        class: Class::Breaking,
        risk: Risk::High,
        gates: &[Gate::Baseline, Gate::Review],
        summary: "a case is still there and no longer counts",
        why: "A case that is skipped cannot fail. The file looks as large as before, and the score is of a smaller set.",
        remedy: "Fix the case or retire it with a reason; have the set's owner agree, and measure the live version anew.",
        applies: is_disabled,
        message: |fact| several(fact, "no longer counts", "no longer count"),
        ..BASE
    },
    Rule {
        id: "eval/case-added",
        class: Class::Additive,
        risk: Risk::Low,
        summary: "a case is new",
        why: "The set measures more than before. Scores on it cannot be compared with scores on the smaller set.",
        remedy: "Measure the live version on the new set too, so that the candidate is compared with something.",
        applies: |fact| {
            fact.is_about("case", Event::Added) || (fact.is_about("case", Event::Changed) && fact.has("switch"))
        },
        message: |fact| match fact.event {
            Event::Changed => several(fact, "is scored again", "are scored again"),
            _ => several(fact, "is new", "are new"),
        },
        ..BASE
    },
    Rule {
        id: "eval/case-id-changed",
        summary: "a case with the same content has another id",
        why: "Results are recorded by id. Under the new one the case has no history, so a regression on it will look \
              like a first result.",
        remedy: "Keep ids for the life of a case. If the rename is meant, measure the live version anew.",
        applies: |fact| fact.is_about("case", Event::Renamed),
        message: |fact| match fact.count {
            1 => format!("the case `{}` is now `{}`", fact.old_text(), fact.new_text()),
            count => format!("{count} more cases have other ids"),
        },
        ..BASE
    },
    Rule {
        id: "eval/case-input-modified",
        summary: "a case asks something else than before",
        why: "Same id, other question: a score for this id before the change and one after it are about different \
              things.",
        remedy: "Give a truly different question a new id; for a correction, measure the live version anew.",
        applies: |fact| fact.is_about("case", Event::Changed) && fact.has("input"),
        message: |fact| several(fact, "has another input", "have other inputs"),
        ..BASE
    },
    Rule {
        id: "eval/case-relabelled",
        risk: Risk::High,
        gates: &[Gate::Baseline, Gate::Review],
        summary: "a case expects another answer than before",
        why: "An answer that failed may pass now, or the reverse, without any change to the system. If the old label \
              was wrong, every score that relied on it was wrong too; if the new one is, the gate is.",
        remedy: "Let the set's owner confirm the new label against the source, and measure the live version anew.",
        applies: |fact| fact.is_about("case", Event::Changed) && fact.has("expected"),
        message: |fact| several(fact, "expects another answer", "expect other answers"),
        ..BASE
    },
    Rule {
        id: "eval/case-weight-changed",
        summary: "a case counts for more or less than before",
        why: "The overall score is another mixture of the same results.",
        remedy: "Measure the live version anew, so that both versions are scored with the same weights.",
        applies: |fact| fact.is_about("case", Event::Changed) && fact.has("weight"),
        message: |fact| several(fact, "has another weight", "have other weights"),
        ..BASE
    },
    Rule {
        id: "eval/case-stratum-changed",
        summary: "a case moved to another slice",
        why: "Scores by slice are no longer about the same cases: one slice may rise and another fall with no change \
              to the system.",
        remedy: "Check the case's new slice, and measure the live version anew where slices are gated.",
        applies: |fact| fact.is_about("case", Event::Changed) && fact.has("stratum"),
        message: |fact| several(fact, "is in another slice", "are in other slices"),
        ..BASE
    },
    Rule {
        id: "eval/case-metadata-changed",
        class: Class::Cosmetic,
        risk: Risk::None,
        gates: &[],
        summary: "notes on cases changed, nothing that is asked or scored",
        why: "Descriptions, sources, authors and dates do not reach the model or the grader.",
        remedy: "Nothing to do.",
        applies: |fact| {
            fact.aspect == "retired"
                || (fact.is_about("case", Event::Changed) && fact.has("metadata"))
                || (fact.aspect == "column" && fact.has("metadata") && fact.event != Event::Added)
        },
        message: |fact| match fact.aspect {
            "column" => format!("the notes column `{}` {}", fact.subject, happened(fact)),
            "retired" => format!("retired cases: `{}` {}", fact.subject, happened(fact)),
            _ => several(fact, "has other notes", "have other notes"),
        },
        ..BASE
    },
    Rule {
        id: "eval/case-formatting-only",
        class: Class::Cosmetic,
        risk: Risk::None,
        gates: &[],
        summary: "numbers of a case moved within the tolerance that pv.toml sets",
        why: "The project has said that differences this small mean nothing.",
        remedy: "Nothing to do.",
        applies: |fact| fact.is_about("case", Event::Changed) && fact.has("within-tolerance"),
        message: |fact| several(fact, "differs within the tolerance", "differ within the tolerance"),
        ..BASE
    },
    Rule {
        id: "eval/key-inferred-changed",
        class: Class::Integrity,
        gates: &[],
        summary: "cases are told apart by something else than before",
        why: "Nobody named the key, and the column that told the cases apart no longer does. From here on cases may be \
              matched with others than before.",
        remedy: "Name the column with `key` in pv.toml, or repair the ids.",
        applies: |fact| fact.is_about("key", Event::Changed),
        message: |fact| format!("cases were told apart by {}", fact.subject),
        ..BASE
    },
    Rule {
        id: "eval/case-reordered",
        class: Class::Cosmetic,
        risk: Risk::None,
        gates: &[],
        summary: "the same cases stand in another order",
        why: "A score over all cases does not depend on their order. A run that takes the first N does.",
        remedy: "Nothing, unless a smoke run takes the first N cases.",
        applies: |fact| fact.is_about("case", Event::Moved),
        message: |fact| match fact.count {
            1 => "a case stands elsewhere in the order".to_owned(),
            count => format!("{count} cases stand elsewhere in the order"),
        },
        ..BASE
    },
    Rule {
        id: "eval/column-added",
        class: Class::Additive,
        risk: Risk::Low,
        gates: &[],
        summary: "cases have a new column",
        why: "Graders that do not know the column pass over it.",
        remedy: "Say in the set's description what the column is for.",
        applies: |fact| fact.is_about("column", Event::Added),
        message: |fact| format!("cases have the new column `{}`", fact.subject),
        ..BASE
    },
    Rule {
        id: "eval/column-removed",
        class: Class::Breaking,
        risk: Risk::High,
        gates: &[Gate::Integration, Gate::Baseline],
        summary: "a column is gone from every case",
        why: "A grader or a template that reads the column fails, or worse, goes on with an empty value.",
        remedy: "Change the grader in the same release, or keep the column.",
        applies: |fact| fact.is_about("column", Event::Removed),
        message: |fact| format!("no case has the column `{}` any more", fact.subject),
        ..BASE
    },
    Rule {
        id: "eval/column-type-changed",
        class: Class::Breaking,
        risk: Risk::High,
        gates: &[Gate::Integration, Gate::Baseline],
        summary: "a column holds values of another type",
        why: "A grader that expects text and gets a list compares unlike things, and usually says `fail` without \
              saying why.",
        remedy: "Change the grader in the same release, or keep the type.",
        applies: |fact| fact.is_about("column", Event::Changed),
        message: |fact| format!("`{}` was {}, now {}", fact.subject, fact.old_text(), fact.new_text()),
        ..BASE
    },
];

/// Whether a case was switched off, or weighs nothing any more.
fn is_disabled(fact: &Fact) -> bool {
    let weighs = |text: &str| text.strip_prefix("weight: ").and_then(|weight| weight.parse::<f64>().ok());
    let is_off = |text: &str| text.lines().any(switches_off);
    match () {
        () if !fact.is_about("case", Event::Changed) => false,
        () if fact.has("weight") => weighs(fact.new_text()) == Some(0.0) && weighs(fact.old_text()) != Some(0.0),
        () => fact.has("switch") && is_off(fact.new_text()) && !is_off(fact.old_text()),
    }
}

/// Whether `enabled: false` or `skip: true` stands there.
fn switches_off(line: &str) -> bool {
    let Some((name, value)) = line.split_once(": ") else { return false };
    let is_set = !matches!(value.to_ascii_lowercase().as_str(), "false" | "0" | "no" | "off" | "null" | "");
    is_set != matches!(name.to_ascii_lowercase().as_str(), "enabled" | "active")
}
