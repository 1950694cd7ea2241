//! What a document's columns are for.

use crate::kinds::shared::rows::Profile;

/// Documents and chunks as keyed rows.
pub const DOCUMENTS: Profile = Profile {
    aspect: "document",
    key_names: &["id", "doc_id", "document_id", "chunk_id", "uuid", "key", "path", "url", "source", "name"],
    content_names: &["text", "content", "page_content", "chunk"],
    role,
    watch: |_| false,
};

const TIMESTAMPS: [&str; 9] = [
    "indexed_at",
    "ingested_at",
    "updated_at",
    "created_at",
    "built_at",
    "fetched_at",
    "crawled_at",
    "mtime",
    "timestamp",
];

/// `timestamp`, or `content` for everything that a query can meet.
fn role(column: &str) -> &'static str {
    if is_timestamp(column) { "timestamp" } else { "content" }
}

/// Whether a column or key says only when something was done.
pub(super) fn is_timestamp(name: &str) -> bool {
    TIMESTAMPS.contains(&name)
        || matches!(name, "generated_at" | "build_time" | "build_date" | "snapshot_at" | "last_built")
}
