//! Reports whose run cannot be bound to content, or is not bound as strongly as it must be.

use super::Check;

/// The checks of this family.
pub const CHECKS: &[&Check] = &[
    &ARTEFACT_UNNAMED,
    &ARTEFACT_UNKNOWN,
    &PROMPT_UNMATCHED,
    &DIGEST_CONTRADICTED,
    &MODEL_CONTRADICTED,
    &CASES_PARTIAL,
    &COMMIT_UNUSABLE,
    &BINDING_MISSING,
    &TREE_EDITED,
    &FILE_ALTERED,
    &REPORT_MISSING,
    &REPORT_ALTERED,
];

/// Nothing says which artefact was run.
pub const ARTEFACT_UNNAMED: Check = Check {
    id: "evidence/artefact-unnamed",
    summary: "nothing says which artefact the report is about",
    why: "Evidence counts for one content of one artefact; a label in a report proves neither.",
    remedy: "Name it with --artefact kind:name.",
};

/// It names an artefact that is not there.
pub const ARTEFACT_UNKNOWN: Check = Check {
    id: "evidence/artefact-unknown",
    summary: "an artefact that was named does not exist here",
    why: "Evidence about something that is not in the repository can never be checked against it.",
    remedy: "`pv status` counts what there is; `pv gate add --rev REV` reads another state.",
};

/// The report ran another text.
pub const PROMPT_UNMATCHED: Check = Check {
    id: "evidence/prompt-unmatched",
    summary: "the report ran a prompt whose text is no artefact's",
    why: "A report of another text with the same label would pass a change that was never run.",
    remedy: "Run the eval on the file as it stands, or name the state that it was run on with --rev REV.",
};

/// The report names a digest that is not the artefact's.
pub const DIGEST_CONTRADICTED: Check = Check {
    id: "evidence/digest-contradicted",
    summary: "the report names another digest than the artefact has",
    why: "It was run on other bytes.",
    remedy: "Run the eval on the files as they stand, or name the state that it was run on with --rev REV.",
};

/// The report ran another model than the pin names.
pub const MODEL_CONTRADICTED: Check = Check {
    id: "evidence/model-contradicted",
    summary: "the report ran another model than the one that is pinned",
    why: "What holds with one model says nothing about another.",
    remedy: "Run the eval through the model that the pin names.",
};

/// The report has only some of the set's cases.
pub const CASES_PARTIAL: Check = Check {
    id: "evidence/cases-partial",
    summary: "the report has other cases than the eval set",
    why: "The cases that were left out are not known to pass.",
    remedy: "Run the whole eval set as it stands.",
};

/// The commit that the report names is dirty, or not here.
pub const COMMIT_UNUSABLE: Check = Check {
    id: "evidence/commit-unusable",
    summary: "the run says that it was made on uncommitted edits, or on a commit that is not here",
    why: "What was run cannot be told from a commit that does not hold it.",
    remedy: "Commit (and ignore what the runner writes), then run the eval again; or let the run carry its digests along: `pv gate subjects`.",
};

/// Something that was run is neither proven nor declared.
pub const BINDING_MISSING: Check = Check {
    id: "evidence/binding-missing",
    summary: "the report cannot prove everything that it was run with",
    why: "A result belongs to the prompt with its model, its tools, its index and its eval set; what the report does not show is asked for, never guessed.",
    remedy: "Say with --declare that the run used them as they stand here, or let the run carry its digests along: `pv gate subjects`.",
};

/// What is declared is being edited.
pub const TREE_EDITED: Check = Check {
    id: "evidence/tree-edited",
    summary: "a declared artefact has uncommitted edits",
    why: "A declaration is about the file at this moment; nobody can look up later what an uncommitted file held.",
    remedy: "Commit the artefact first, or let the report prove what it ran.",
};

/// The evidence file was edited.
pub const FILE_ALTERED: Check = Check {
    id: "evidence/file-altered",
    summary: "an evidence file is not the one that `pv gate add` wrote",
    why: "Its name carries the digest of its content, so an edit shows.",
    remedy: "Bring it back with `git checkout -- FILE`, or add the report again.",
};

/// The report is not kept any more.
pub const REPORT_MISSING: Check = Check {
    id: "evidence/report-missing",
    summary: "the report that evidence was read from is not in the store",
    why: "Without it nobody can read the evidence again.",
    remedy: "Bring back .pv/objects, or add the report again with `pv gate add FILE`.",
};

/// The report says something else than the evidence.
pub const REPORT_ALTERED: Check = Check {
    id: "evidence/report-altered",
    summary: "the evidence is not what its report says",
    why: "The report was altered in the store, or the evidence was written by hand.",
    remedy: "Add the report again with `pv gate add FILE`.",
};
