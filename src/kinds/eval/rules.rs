//! The rules about eval sets.

use crate::domain::{ChangeType, Class, Event, Fact, Gate, Risk, Rule};
use crate::kinds::shared::{base, lifecycle};

/// What every rule of this file starts from; each says the rest.
const BASE: Rule = Rule { change_type: ChangeType::Eval, gates: &[Gate::Baseline], ..base::BASE };

pub(super) const RULES: &[Rule] = &[
    // Unfit states.
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
    // Cases.
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
        id: "eval/case-added",
        class: Class::Additive,
        risk: Risk::Low,
        summary: "a case is new",
        why: "The set measures more than before. Scores on it cannot be compared with scores on the smaller set.",
        remedy: "Measure the live version on the new set too, so that the candidate is compared with something.",
        applies: |fact| fact.is_about("case", Event::Added),
        message: |fact| several(fact, "is new", "are new"),
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
        id: "eval/rubric-loosened",
        class: Class::Breaking,
        risk: Risk::High,
        gates: &[Gate::Baseline, Gate::Review],
        summary: "a criterion is gone",
        why: "An answer that fell short of this criterion passes now. No score shows that less was asked.",
        remedy: "Put the criterion back, or let the set's owner agree in a change of its own, and measure anew.",
        applies: |fact| fact.is_about("rubric", Event::Removed),
        message: |fact| format!("the criterion `{}` is gone", fact.subject),
        ..BASE
    },
    Rule {
        id: "eval/case-rubric-changed",
        risk: Risk::High,
        gates: &[Gate::Baseline, Gate::Review],
        summary: "what counts as a good answer changed",
        why: "Assertions, criteria and rubrics decide what passes. A looser one lets the same answers score better, and \
              no number shows it.",
        remedy: "Read old and new side by side with the set's owner, and measure the live version anew.",
        applies: |fact| (fact.is_about("case", Event::Changed) && fact.has("rubric")) || fact.aspect == "rubric",
        message: |fact| match fact.aspect {
            "case" => several(fact, "is judged by another rubric", "are judged by other rubrics"),
            _ => format!("the rubric `{}` {}", fact.subject, happened(fact)),
        },
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
        id: "eval/case-reordered",
        class: Class::Cosmetic,
        risk: Risk::None,
        gates: &[],
        summary: "the same cases stand in another order",
        why: "A score over all cases does not depend on their order. A run that takes the first N does.",
        remedy: "Nothing, unless a smoke run takes the first N cases.",
        applies: |fact| fact.is_about("case", Event::Moved),
        message: |fact| format!("{} case(s) stand elsewhere in the order", fact.count),
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
    // The gate's definition.
    Rule {
        id: "eval/threshold-loosened",
        class: Class::Breaking,
        risk: Risk::Critical,
        gates: &[Gate::Baseline, Gate::Review],
        summary: "a pass mark is lower, or gone",
        why: "A version that this gate would have stopped now passes. Loosened together with the artefact that it \
              gates, a threshold measures nothing.",
        remedy: "Loosen a gate in a change of its own, with the reason and the set owner's agreement.",
        applies: |fact| fact.aspect == "threshold" && movement(fact) == Some(Movement::Looser),
        message: threshold_message,
        ..BASE
    },
    Rule {
        id: "eval/threshold-tightened",
        risk: Risk::Low,
        summary: "a pass mark is stricter, or new",
        why: "The live version may fail the gate that it passed when it was released.",
        remedy: "Measure the live version against the new mark, so that a failure is not blamed on the next change.",
        applies: |fact| fact.aspect == "threshold" && movement(fact) == Some(Movement::Tighter),
        message: threshold_message,
        ..BASE
    },
    Rule {
        id: "eval/metric-removed",
        class: Class::Breaking,
        risk: Risk::Critical,
        gates: &[Gate::Baseline, Gate::Review],
        summary: "a metric is no longer measured",
        why: "Whatever the metric guarded can regress unseen, and reports that quote it have a hole.",
        remedy: "Keep the metric, or let the set's owner agree that another one covers it.",
        applies: |fact| fact.is_about("metric", Event::Removed),
        message: |fact| format!("the metric {} is gone", fact.old_text()),
        ..BASE
    },
    Rule {
        id: "eval/metric-added",
        class: Class::Additive,
        risk: Risk::Low,
        summary: "a metric is new",
        why: "The set measures more; the live version has no value for the new metric yet.",
        remedy: "Measure the live version once, so that there is something to compare with.",
        applies: |fact| fact.is_about("metric", Event::Added),
        message: |fact| format!("the metric {} is new", fact.new_text()),
        ..BASE
    },
    Rule {
        id: "eval/metric-direction-flipped",
        class: Class::Breaking,
        risk: Risk::Critical,
        gates: &[Gate::Baseline, Gate::Review],
        summary: "a metric that was better high is now better low, or the reverse",
        why: "Every comparison with it turns round: a regression reads as progress.",
        remedy: "If the old direction was a mistake, say so in the release notes and measure both versions anew.",
        applies: |fact| fact.is_about("metric-definition", Event::Changed) && fact.has("direction"),
        message: |fact| format!("`{}` went from {} to {}", fact.subject, fact.old_text(), fact.new_text()),
        ..BASE
    },
    Rule {
        id: "eval/metric-definition-changed",
        risk: Risk::High,
        summary: "a metric is computed differently",
        why: "The name is the same and the number means something else, so a series of scores breaks here unseen.",
        remedy: "Measure the live version anew; better, give the metric a new name.",
        applies: |fact| matches!(fact.aspect, "metric-definition" | "metric"),
        message: |fact| format!("`{}` {}", fact.subject, went(fact)),
        ..BASE
    },
    Rule {
        id: "eval/sample-size-lowered",
        class: Class::Breaking,
        risk: Risk::High,
        summary: "fewer samples are taken",
        why: "With fewer samples a score moves more by chance, and a regression of the size that matters may no longer \
              be seen.",
        remedy: "Keep the sample size, or show that the gate still tells the regressions apart that it must.",
        applies: |fact| {
            fact.is_about("sample-size", Event::Changed) && values(fact).is_some_and(|(old, new)| new < old)
        },
        message: |fact| format!("`{}` went from {} to {}", fact.subject, fact.old_text(), fact.new_text()),
        ..BASE
    },
    Rule {
        id: "eval/seed-changed",
        risk: Risk::Low,
        summary: "the sampling seed changed",
        why: "Another draw of the same cases: scores differ by chance alone.",
        remedy: "Measure the live version with the new seed before comparing.",
        applies: |fact| fact.aspect == "seed",
        message: |fact| format!("`{}` {}", fact.subject, went(fact)),
        ..BASE
    },
    Rule {
        id: "eval/gate-removed",
        class: Class::Breaking,
        risk: Risk::Critical,
        gates: &[Gate::Baseline, Gate::Review],
        summary: "an eval is gone from the set or the registry",
        why: "Nothing measures what it measured. Callers that name it fail, and results recorded under its name end here.",
        remedy: "Keep it until no gate names it, and let the set's owner agree.",
        applies: |fact| fact.is_about("member", Event::Removed),
        message: |fact| format!("the eval {} is gone", fact.old_text()),
        ..BASE
    },
    Rule {
        id: "eval/gate-added",
        class: Class::Additive,
        risk: Risk::Low,
        summary: "an eval is new in the set or the registry",
        why: "More is measured than before; the live version has no result for it yet.",
        remedy: "Measure the live version on it once.",
        applies: |fact| fact.is_about("member", Event::Added),
        message: |fact| format!("the eval {} is new", fact.new_text()),
        ..BASE
    },
    // Graders.
    Rule {
        id: "eval/grader-kind-changed",
        class: Class::Breaking,
        risk: Risk::High,
        gates: &[Gate::Baseline, Gate::Review],
        summary: "answers are graded in another way",
        why: "Exact match, fuzzy match, a model as judge and a script give different scores for the same answers. \
              Scores before and after this change are not comparable.",
        remedy: "Measure the live version with the new grader before any candidate is judged by it.",
        applies: |fact| fact.aspect == "grader",
        message: |fact| format!("the grader `{}` {}", fact.subject, went(fact)),
        ..BASE
    },
    Rule {
        id: "eval/judge-model-changed",
        risk: Risk::High,
        summary: "another model judges the answers",
        why: "Judges differ in strictness and in taste. A score can move by several points with no change to the system.",
        remedy: "Pin the judge to a dated version, and measure the live version with the new judge.",
        applies: |fact| fact.aspect == "judge-model",
        message: |fact| format!("the judge `{}` {}", fact.subject, went(fact)),
        ..BASE
    },
    Rule {
        id: "eval/judge-prompt-changed",
        risk: Risk::High,
        summary: "the judge is asked something else",
        why: "The judge's prompt is the definition of good. A changed one gives other scores for the same answers.",
        remedy: "Compare both prompts on the same answers, and measure the live version with the new one.",
        applies: |fact| fact.aspect == "judge-prompt",
        message: |fact| format!("the judge's prompt `{}` {}", fact.subject, happened(fact)),
        ..BASE
    },
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

/// `the case `x` is gone`, or `12 more cases are gone` for a folded fact.
fn several(fact: &Fact, one: &str, many: &str) -> String {
    if fact.has("folded") {
        format!("{} more cases {many}", fact.count)
    } else {
        format!("the case `{}` {one}", fact.subject)
    }
}

fn happened(fact: &Fact) -> &'static str {
    match fact.event {
        Event::Added => "is new",
        Event::Removed => "is gone",
        Event::Renamed => "was renamed",
        Event::Moved => "moved",
        Event::Changed | Event::Unfit => "changed",
    }
}

fn went(fact: &Fact) -> String {
    match fact.event {
        Event::Changed => format!("went from `{}` to `{}`", fact.old_text(), fact.new_text()),
        _ => happened(fact).to_owned(),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Movement {
    Looser,
    Tighter,
}

/// Which way a threshold moved; `None` when its values are no numbers.
fn movement(fact: &Fact) -> Option<Movement> {
    let looser = match fact.event {
        Event::Removed => true,
        Event::Added => false,
        _ => {
            let (old, new) = values(fact)?;
            (new < old) != fact.has("lower-is-better")
        }
    };
    Some(if looser { Movement::Looser } else { Movement::Tighter })
}

fn values(fact: &Fact) -> Option<(f64, f64)> {
    Some((fact.old_text().parse().ok()?, fact.new_text().parse().ok()?))
}

fn threshold_message(fact: &Fact) -> String {
    match fact.event {
        Event::Removed => format!("the threshold `{}` ({}) is gone", fact.subject, fact.old_text()),
        Event::Added => format!("the threshold `{}` ({}) is new", fact.subject, fact.new_text()),
        _ => format!("the threshold `{}` went from {} to {}", fact.subject, fact.old_text(), fact.new_text()),
    }
}
