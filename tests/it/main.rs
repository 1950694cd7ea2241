//! The one test binary.

mod fuzz_documents;
