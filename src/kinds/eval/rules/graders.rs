//! Rules about what decides whether an answer is good.

use super::{BASE, happened, several, went};
use crate::domain::{Class, Confidence, Event, Gate, Risk, Rule};

pub(super) const RULES: &[Rule] = &[
    Rule {
        id: "eval/rubric-loosened",
        class: Class::Breaking,
        risk: Risk::High,
        gates: &[Gate::Baseline, Gate::Review],
        summary: "a criterion is gone, or asks for less",
        why: "An answer that fell short of this criterion passes now. No score shows that less was asked.",
        remedy: "Put the criterion back, or let the set's owner agree in a change of its own, and measure anew.",
        applies: |fact| fact.is_about("rubric", Event::Removed) || fact.has("looser"),
        message: |fact| match (fact.event, fact.aspect) {
            (Event::Removed, _) => format!("the criterion `{}` is gone", fact.subject),
            (_, "case") => several(fact, "is judged by less", "are judged by less"),
            _ => format!("the rubric `{}` asks for less", fact.subject),
        },
        ..BASE
    },
    Rule {
        id: "eval/rubric-tightened",
        confidence: Confidence::Likely,
        summary: "a criterion asks for more",
        why: "An answer that passed may fail now, so the live version's score may fall without any change to it.",
        remedy: "Measure the live version with the new rubric before any candidate is judged by it.",
        applies: |fact| fact.has("tighter"),
        message: |fact| match fact.aspect {
            "case" => several(fact, "is judged by more", "are judged by more"),
            _ => format!("the rubric `{}` asks for more", fact.subject),
        },
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
        id: "eval/scorer-code-changed",
        risk: Risk::High,
        summary: "the code that scores answers changed",
        why: "The same answers may score differently, and nothing but this code says how.",
        remedy: "Score the same answers with both versions, and measure the live version anew.",
        applies: |fact| fact.aspect == "scorer-code",
        message: |fact| format!("the scorer `{}` {}", fact.subject, happened(fact)),
        ..BASE
    },
];
