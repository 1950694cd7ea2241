//! What a case's columns are for, by the names that eval tools give them.

use super::personal;
use crate::kinds::shared::rows::Profile;

/// Cases as keyed rows.
pub const CASES: Profile = Profile {
    aspect: "case",
    key_names: &["id", "case_id", "sample_id", "test_id", "task_id", "question_id", "uuid", "key", "name"],
    content_names: &["vars", "input", "inputs", "question", "query", "prompt", "messages", "user_input", "text"],
    role,
    watch: personal::may_hold,
};

/// Cases that are no longer scored.
pub(super) const RETIRED: Profile = Profile { aspect: "retired", ..CASES };

const INPUT: [&str; 30] = [
    "input",
    "inputs",
    "question",
    "questions",
    "query",
    "prompt",
    "messages",
    "user_input",
    "vars",
    "context",
    "contexts",
    "instruction",
    "instructions",
    "conversation",
    "choices",
    "options_list",
    "text",
    "user",
    "system",
    "task",
    "problem",
    "retrieval_context",
    "retrieved_contexts",
    "sentence",
    "passage",
    "document",
    "turns",
    "setup",
    "files",
    "request",
];

const EXPECTED: [&str; 23] = [
    "expected",
    "ideal",
    "target",
    "targets",
    "label",
    "labels",
    "answer",
    "answers",
    "expected_output",
    "expected_outputs",
    "reference",
    "references",
    "ground_truth",
    "gold",
    "golden",
    "output",
    "outputs",
    "correct",
    "solution",
    "correct_answer",
    "expected_answer",
    "response",
    "expected_tools",
];

const RUBRIC: [&str; 15] = [
    "assert",
    "asserts",
    "assertions",
    "rubric",
    "rubrics",
    "criteria",
    "criterion",
    "scorer",
    "scorers",
    "grader",
    "graders",
    "grading",
    "checks",
    "threshold",
    "evaluators",
];

const SWITCH: [&str; 9] =
    ["skip", "skipped", "disabled", "enabled", "active", "inactive", "xfail", "ignore", "ignored"];

const STRATUM: [&str; 11] =
    ["stratum", "strata", "slice", "segment", "subset", "split", "category", "lang", "language", "difficulty", "topic"];

const METADATA: [&str; 27] = [
    "description",
    "comment",
    "comments",
    "note",
    "notes",
    "source",
    "author",
    "authors",
    "date",
    "created",
    "created_at",
    "updated",
    "updated_at",
    "metadata",
    "meta",
    "tags",
    "tag",
    "provenance",
    "title",
    "url",
    "reviewer",
    "owner",
    "annotator",
    "reason",
    "ticket",
    "line",
    "index",
];

/// `input`, `expected`, `rubric`, `weight`, `switch`, `stratum`, `metadata`, or `other`.
pub(super) fn role(column: &str) -> &'static str {
    let name = column.to_ascii_lowercase();
    let is = |names: &[&str]| names.contains(&name.as_str());
    if is(&INPUT) {
        "input"
    } else if is(&EXPECTED) || name.starts_with("__expected") {
        "expected"
    } else if is(&RUBRIC) || name.starts_with("__metric") || name.starts_with("__threshold") {
        "rubric"
    } else if is(&SWITCH) {
        "switch"
    } else if name == "weight" {
        "weight"
    } else if is(&STRATUM) {
        "stratum"
    } else if is(&METADATA) || name.starts_with("__description") || name.starts_with("__metadata") {
        "metadata"
    } else {
        "other"
    }
}
