//! Rules about the gate: marks, metrics, samples, and what it covers.

use super::{BASE, moved, values, went};
use crate::domain::{Class, Event, Fact, Gate, Risk, Rule};
use crate::kinds::eval::definition;

pub(super) const RULES: &[Rule] = &[
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
        id: "eval/regression-tolerance-loosened",
        class: Class::Breaking,
        risk: Risk::High,
        gates: &[Gate::Baseline, Gate::Review],
        summary: "a candidate may fall further behind the baseline than before",
        why: "Small regressions add up: each one passes, and after a few releases the score is far below where it was.",
        remedy: "Keep the margin, or have the set's owner agree to the new one with the reason.",
        applies: |fact| fact.aspect == "allowance" && fact.has("tolerance") && grew(fact),
        message: |fact| format!("the allowed regression {}", moved(fact)),
        ..BASE
    },
    Rule {
        id: "eval/retries-added",
        risk: Risk::High,
        gates: &[Gate::Baseline, Gate::Review],
        summary: "a failing case is tried again more often",
        why: "With enough tries everything passes once. Users get the first answer, not the best of several.",
        remedy: "Find out why the case is flaky. If retries are for failing networks, retry errors only.",
        applies: |fact| fact.aspect == "allowance" && fact.has("retries") && grew(fact),
        message: moved,
        ..BASE
    },
    Rule {
        id: "eval/aggregation-changed",
        class: Class::Breaking,
        risk: Risk::High,
        gates: &[Gate::Baseline, Gate::Review],
        summary: "results of cases are put together in another way",
        why: "A mean, a maximum and a median of the same results are three numbers. Scores before and after are not \
              comparable.",
        remedy: "Compute the live version's score in the new way, and name the metric after what it is.",
        applies: |fact| fact.aspect == "aggregation",
        message: |fact| format!("`{}` {}", fact.subject, went(fact)),
        ..BASE
    },
    Rule {
        id: "eval/gate-downgraded",
        class: Class::Breaking,
        risk: Risk::Critical,
        gates: &[Gate::Baseline, Gate::Review],
        summary: "a gate that stopped releases only warns now",
        why: "A version that fails it ships all the same.",
        remedy: "Keep it blocking, or let the release owner agree, with a day on which it blocks again.",
        applies: |fact| fact.aspect == "gate-mode" && is_weaker(fact),
        message: moved,
        ..BASE
    },
    Rule {
        id: "eval/gate-upgraded",
        class: Class::Additive,
        risk: Risk::Low,
        summary: "a gate that only warned stops releases now",
        why: "The live version may fail it, and then nothing ships until that is settled.",
        remedy: "Measure the live version against it before the next candidate.",
        applies: |fact| fact.aspect == "gate-mode",
        message: moved,
        ..BASE
    },
    Rule {
        id: "eval/gate-target-changed",
        class: Class::Breaking,
        risk: Risk::High,
        gates: &[Gate::Review],
        summary: "a gate no longer covers an artefact",
        why: "Changes to that artefact are no longer measured here, and pass.",
        remedy: "Say which gate covers it now, or let the set's owner agree.",
        applies: |fact| fact.aspect == "gate-target" && fact.event != Event::Added,
        message: |fact| match fact.event {
            Event::Changed => format!("`{}` {}", fact.subject, went(fact)),
            _ => format!("the gate no longer covers {}", fact.old_text()),
        },
        ..BASE
    },
    Rule {
        id: "eval/threshold-tightened",
        risk: Risk::Low,
        summary: "a pass mark is stricter, or new",
        why: "The live version may fail the gate that it passed when it was released.",
        remedy: "Measure the live version against the new mark, so that a failure is not blamed on the next change.",
        applies: |fact| {
            (fact.aspect == "threshold" && movement(fact) == Some(Movement::Tighter)) || fact.aspect == "allowance"
        },
        message: |fact| match fact.aspect {
            "threshold" => threshold_message(fact),
            _ => moved(fact),
        },
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
        applies: |fact| matches!(fact.aspect, "member" | "gate-target" | "critical") && fact.event == Event::Added,
        message: |fact| match fact.aspect {
            "member" => format!("the eval {} is new", fact.new_text()),
            "critical" => format!("{} has to pass from now on", fact.new_text()),
            _ => format!("the gate covers {} too", fact.new_text()),
        },
        ..BASE
    },
];

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

/// Whether an allowance is larger than before, or new.
fn grew(fact: &Fact) -> bool {
    match fact.event {
        Event::Added => fact.new_text().parse::<f64>().is_ok_and(|allowed| allowed > 0.0),
        Event::Changed => values(fact).is_some_and(|(old, new)| new > old),
        _ => false,
    }
}

/// Whether a gate blocked and no longer does.
fn is_weaker(fact: &Fact) -> bool {
    let blocks = |text: &str| definition::blocks(fact.subject.rsplit('.').next().unwrap_or_default(), text);
    match fact.event {
        Event::Removed => blocks(fact.old_text()) == Some(true),
        Event::Added => blocks(fact.new_text()) == Some(false),
        _ => blocks(fact.new_text()) == Some(false),
    }
}

fn threshold_message(fact: &Fact) -> String {
    match fact.event {
        Event::Removed => format!("the threshold `{}` ({}) is gone", fact.subject, fact.old_text()),
        Event::Added => format!("the threshold `{}` ({}) is new", fact.subject, fact.new_text()),
        _ => format!("the threshold `{}` went from {} to {}", fact.subject, fact.old_text(), fact.new_text()),
    }
}
