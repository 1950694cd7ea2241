//! Reports that are not taken as evidence, whoever made them.

use super::Check;

/// The checks of this family.
pub const CHECKS: &[&Check] = &[
    &UNRECOGNISED,
    &UNREADABLE,
    &TOO_LARGE,
    &INCOMPLETE,
    &EMPTY,
    &DUPLICATED,
    &MIXED,
    &NOT_FINITE,
    &CONTRADICTORY,
    &AMBIGUOUS,
];

/// No reader knows it.
pub const UNRECOGNISED: Check = Check {
    id: "report/format-unrecognised",
    summary: "the file is no report of a tool that pv reads",
    why: "A file that is not understood proves nothing.",
    remedy: "Give the JSON, JSONL, CSV, XML or .eval file that the eval tool wrote; `pv gate add --help` lists the tools.",
};

/// It begins like a report, and cannot be read to its end.
pub const UNREADABLE: Check = Check {
    id: "report/file-damaged",
    summary: "the report is truncated or not well-formed",
    why: "What is missing at the end may be the cases that failed.",
    remedy: "Run the eval again, and give the file as the tool wrote it.",
};

/// It would take too much memory.
pub const TOO_LARGE: Check = Check {
    id: "report/size-exceeded",
    summary: "the report is larger than pv reads, packed or unpacked",
    why: "A small archive can unpack to any size; memory is kept bounded.",
    remedy: "Leave the transcripts out of the report, or split the run.",
};

/// The run did not run all of its cases to the end.
pub const INCOMPLETE: Check = Check {
    id: "report/run-incomplete",
    summary: "the run was limited, interrupted or failed",
    why: "The cases that were not run are not known to pass, and they are seldom a random sample.",
    remedy: "Run the whole eval set without a limit, and add that report.",
};

/// There is no case in it.
pub const EMPTY: Check = Check {
    id: "report/cases-missing",
    summary: "the report holds no case and no measurement",
    why: "A run of nothing fails nothing: it must not pass by that.",
    remedy: "Check the filter that the run was started with.",
};

/// One attempt stands in it more than once, or two cases have one name.
pub const DUPLICATED: Check = Check {
    id: "report/cases-duplicated",
    summary: "one result stands in the report more than once",
    why: "A result that counts twice makes an interval narrower than the evidence is.",
    remedy: "Give every case an id of its own, and add the report as the tool wrote it.",
};

/// It is about more than one system.
pub const MIXED: Check = Check {
    id: "report/systems-mixed",
    summary: "the report mixes results of several models or prompts",
    why: "Evidence names one combination of artefacts; an average over two systems describes neither.",
    remedy: "Choose one with --prompt and --provider, or run them one at a time.",
};

/// A number that is none.
pub const NOT_FINITE: Check = Check {
    id: "report/number-invalid",
    summary: "a score or a measurement is NaN, infinite or out of range",
    why: "A judge that failed is no failed case and no passed one, and comparisons with NaN are always false.",
    remedy: "Run the failed judges again; a case without a score must be told as an error.",
};

/// It says two things about one.
pub const CONTRADICTORY: Check = Check {
    id: "report/totals-contradicted",
    summary: "the totals of the report are not those of its rows",
    why: "Rows were lost or edited, and nothing says which.",
    remedy: "Add the report as the tool wrote it; run the eval again if it was edited.",
};

/// It can be read in more than one way.
pub const AMBIGUOUS: Check = Check {
    id: "report/choice-missing",
    summary: "the report can be read in more than one way",
    why: "Which cases, which column and which strata are meant is asked for, never guessed.",
    remedy: "Name what is meant with the option that the message names.",
};
