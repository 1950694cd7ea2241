//! Rules about states that are unfit, whatever they were before.

use super::{BASE, several};
use crate::domain::{Class, Confidence, Event, Risk, Rule};

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "eval/duplicate-id",
        class: Class::Integrity,
        risk: Risk::Critical,
        gates: &[],
        summary: "two cases have the same id",
        why: "Tools that key results by id overwrite one case with the other, so the pass rate is computed over fewer \
              cases than the file holds, and a failing case can hide behind a passing one.",
        remedy: "Give the second case an id of its own. If the two are the same case, remove one.",
        applies: |fact| fact.is_about("case", Event::Unfit) && fact.has("duplicate"),
        message: |fact| several(fact, "has an id that an earlier case has too", "have ids that earlier cases have too"),
        ..BASE
    },
    Rule {
        id: "eval/key-missing",
        class: Class::Integrity,
        risk: Risk::High,
        gates: &[],
        summary: "a case has no id where the others have one",
        why: "Without an id a case cannot be followed from one version to the next: every edit of it looks like one \
              case removed and another added, and its history of results is lost.",
        remedy: "Give the case an id that no other case has or had.",
        applies: |fact| fact.is_about("case", Event::Unfit) && fact.has("keyless"),
        message: |fact| several(fact, "has no id", "have no id"),
        ..BASE
    },
    Rule {
        id: "eval/duplicate-content",
        class: Class::Integrity,
        risk: Risk::High,
        gates: &[],
        summary: "two cases ask the same",
        why: "What is asked twice counts twice. Where the two expect different answers, one of them fails whatever the \
              system says.",
        remedy: "Keep one of the two; where they should differ, write down in what.",
        applies: |fact| fact.is_about("case", Event::Unfit) && fact.has("same-question"),
        message: |fact| match fact.has("folded") {
            true => several(fact, "", "ask what earlier cases ask"),
            false => format!("the case `{}` asks what `{}` asks", fact.subject, fact.new_text()),
        },
        ..BASE
    },
    Rule {
        id: "eval/provenance-missing",
        class: Class::Integrity,
        gates: &[],
        summary: "cases do not say where they come from, as most do",
        why: "A case without a source cannot be checked, and nobody can tell whether it may be kept.",
        remedy: "Fill in the column, or write down that the source is unknown.",
        applies: |fact| fact.is_about("provenance", Event::Unfit),
        message: |fact| match fact.count {
            1 => format!("a case has no `{}`", fact.subject),
            count => format!("{count} cases have no `{}`", fact.subject),
        },
        ..BASE
    },
    Rule {
        id: "eval/personal-data-introduced",
        class: Class::Integrity,
        risk: Risk::High,
        confidence: Confidence::Likely,
        gates: &[],
        summary: "a case holds what looks like a real person's data",
        why: "Eval sets are copied to laptops, vendors and logs, and kept for years. Whoever the data is about never \
              agreed to that, and git keeps it after it is removed.",
        remedy: "Replace it by invented data (example.com, 555-0100), and if it was pushed, treat it as a leak.",
        applies: |fact| fact.is_about("personal", Event::Unfit),
        message: |fact| match fact.has("folded") {
            true => format!("{} more cases hold what looks like personal data", fact.count),
            false => format!("{} in the case `{}`", fact.new_text(), fact.subject),
        },
        ..BASE
    },
];
