//! The integration tests, one binary: a file a subject.

mod config;
mod fuzz_documents;
