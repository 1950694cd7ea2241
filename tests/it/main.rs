//! The integration tests, one binary: a file a subject.
#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a failed step is a failed test; tests build repositories on disk and say what they skip"
)]

mod acks;
mod base_detection;
mod changes_schema;
mod check_face;
mod ci_setups;
mod config;
mod config_schema;
mod corpus_edits;
mod corpus_repository;
mod crash;
mod demo;
mod diff_face;
mod directives;
mod eval_index;
mod explain;
mod five_minutes;
mod fuzz_documents;
mod fuzz_kinds;
mod gate_reports;
mod gates;
mod git_backends;
mod git_revisions;
mod git_snapshots;
mod git_writes;
mod harness;
mod hook;
mod hostile;
mod hostile_settings;
mod intents;
mod judged;
mod kinds_law;
mod lock_compat;
mod lock_gates;
mod lock_merge;
mod lock_next;
mod lock_verify;
mod model;
mod mutation;
mod own_repository;
mod prompt;
mod prompt_formats;
mod prompt_includes;
mod prompt_moves;
mod prose;
mod release;
mod reports;
mod reports_braintrust;
mod reports_deepeval;
mod reports_inspect;
mod reports_junit;
mod reports_lm_eval;
mod reports_openai_evals;
mod reports_prometheus;
mod reports_promptfoo;
mod reports_ragas;
mod restore_safety;
mod rows;
mod rows_laws;
mod rules;
mod runs;
mod scaffold;
mod schema;
mod schema_inclusion;
mod shipped;
mod show;
mod statistics;
mod statistics_rates;
mod steady;
mod symmetry;
mod template;
mod tidy;
