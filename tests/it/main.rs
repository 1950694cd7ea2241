//! The integration tests, one binary: a file a subject.

mod config;
mod fuzz_documents;
mod git_backends;
mod git_snapshots;
mod git_writes;
mod harness;
mod lock_compat;
mod lock_merge;
mod lock_next;
mod lock_verify;
