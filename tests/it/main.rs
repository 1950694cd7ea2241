//! The one test binary.

mod corpus_edits;
mod fuzz_documents;
mod judged;
