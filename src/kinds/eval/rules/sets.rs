//! Rules about a set as a whole: how large it is, and of what it is made.

use super::BASE;
use crate::domain::{Class, Event, Gate, Risk, Rule};
use crate::kinds::shared::sentence::quoted;

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "eval/source-changed",
        class: Class::Breaking,
        risk: Risk::High,
        gates: &[Gate::Baseline, Gate::Review],
        summary: "the cases are taken from elsewhere: another dataset, split or file",
        why: "Scores before and after are of different cases. A drop or a rise between them says nothing about the system.",
        remedy: "Measure the live version on the new cases first, and compare with that.",
        applies: |fact| fact.is_about("source", Event::Changed) || fact.is_about("source", Event::Removed),
        message: |fact| match fact.event {
            Event::Changed => {
                format!("the cases come from {} instead of {}", quoted(fact.new_text()), quoted(fact.old_text()))
            }
            _ => format!("the cases no longer come from {} (`{}`)", quoted(fact.old_text()), fact.subject),
        },
        ..BASE
    },
    Rule {
        id: "eval/set-shrunk",
        class: Class::Breaking,
        risk: Risk::High,
        gates: &[Gate::Baseline, Gate::Review],
        summary: "the set is smaller by more than the threshold",
        why: "On fewer cases a score moves more by chance, and it is not comparable with scores on the larger set.",
        remedy: "Have the set's owner agree to what went, and measure the live version anew.",
        applies: |fact| fact.aspect == "set" && fact.has("shrunk"),
        message: |fact| format!("the set shrank from {} to {} cases", fact.old_text(), fact.new_text()),
        ..BASE
    },
    Rule {
        id: "eval/set-grown",
        class: Class::Additive,
        risk: Risk::Low,
        gates: &[Gate::Baseline, Gate::Cost],
        summary: "the set is larger by more than the threshold",
        why: "Every run costs more, and scores on the new set are not those on the old one.",
        remedy: "Measure the live version once on the new set.",
        applies: |fact| fact.aspect == "set",
        message: |fact| format!("the set grew from {} to {} cases", fact.old_text(), fact.new_text()),
        ..BASE
    },
    Rule {
        id: "eval/stratum-dropped",
        class: Class::Breaking,
        risk: Risk::Critical,
        gates: &[Gate::Baseline, Gate::Review],
        summary: "a slice has no case left",
        why: "The set no longer measures this group at all, so a regression that only its users feel passes every gate.",
        remedy: "Put cases of the slice back. If the slice is truly gone, let the set's owner and the release owner agree.",
        applies: |fact| fact.is_about("stratum", Event::Removed),
        message: |fact| format!("no case is left with {}", fact.subject),
        ..BASE
    },
    Rule {
        id: "eval/stratum-coverage-drop",
        class: Class::Breaking,
        risk: Risk::High,
        gates: &[Gate::Baseline, Gate::Review],
        summary: "a slice lost many of its cases",
        why: "What is left says little about this group: one case more or less decides its score.",
        remedy: "Put cases of the slice back, or have the set's owner agree.",
        applies: |fact| fact.is_about("stratum", Event::Changed),
        message: |fact| format!("{} went from {} to {}", fact.subject, fact.old_text(), fact.new_text()),
        ..BASE
    },
    Rule {
        id: "eval/critical-strata-shrunk",
        class: Class::Breaking,
        risk: Risk::Critical,
        gates: &[Gate::Review],
        summary: "a slice or failure mode is no longer among those that must pass",
        why: "A regression there no longer stops a release, however good the overall score looks.",
        remedy: "Put it back, or let the set's owner and the release owner agree in a change of its own.",
        applies: |fact| fact.is_about("critical", Event::Removed),
        message: |fact| format!("{} no longer has to pass", fact.old_text()),
        ..BASE
    },
    Rule {
        id: "eval/stratum-mix-drift",
        summary: "slices make up other shares of the set",
        why: "The overall score is a mixture of the slices' scores. With another mixture it moves although no slice did.",
        remedy: "Compare slice by slice, and measure the live version on the new set.",
        applies: |fact| fact.aspect == "mix",
        message: |fact| format!("the mix of `{}` was {}, now {}", fact.subject, fact.old_text(), fact.new_text()),
        ..BASE
    },
    Rule {
        id: "eval/label-balance-drift",
        summary: "expected answers make up other shares of the set",
        why: "A system that favours one answer scores better or worse by the balance alone.",
        remedy: "Compare answer by answer, and measure the live version on the new set.",
        applies: |fact| fact.aspect == "labels",
        message: |fact| format!("the balance of `{}` was {}, now {}", fact.subject, fact.old_text(), fact.new_text()),
        ..BASE
    },
];
