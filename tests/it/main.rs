//! The integration tests, one binary: a file a subject.

mod changes_schema;
mod config;
mod config_schema;
mod corpus_edits;
mod diff_face;
mod eval_index;
mod fuzz_documents;
mod git_backends;
mod git_revisions;
mod git_snapshots;
mod git_writes;
mod harness;
mod judged;
mod kinds_law;
mod lock_compat;
mod lock_merge;
mod lock_next;
mod lock_verify;
mod prompt;
mod prompt_formats;
mod rows;
mod rules;
mod scaffold;
mod schema;
mod tidy;
