//! What a setting of a manifest is about, by its key: preparation, mixing, filters, access, provenance, quality.

use crate::kinds::shared::leaves::Leaf;
use crate::kinds::shared::node::Value;

/// What a setting is about when it has one of these keys.
const NAMED: [(&str, &[&str]); 7] = [
    (
        "access",
        &[
            "default_access",
            "default_visibility",
            "default_acl",
            "acl_default",
            "access_default",
            "default_permissions",
            "public",
        ],
    ),
    (
        "governance",
        &[
            "license",
            "licence",
            "licenses",
            "pii",
            "contains_pii",
            "has_pii",
            "pii_redacted",
            "personal_data",
            "data_classification",
            "sensitivity",
            "consent",
            "gdpr",
        ],
    ),
    (
        "freshness",
        &[
            "newest_document",
            "newest_document_at",
            "latest_document",
            "latest_document_at",
            "last_document_at",
            "data_until",
            "data_through",
            "as_of",
            "snapshot_date",
            "source_snapshot_at",
        ],
    ),
    ("overlap", &["nn_overlap", "probe_overlap", "neighbour_overlap", "neighbor_overlap"]),
    ("empty", &["empty_chunks", "empty_chunk_count", "num_empty_chunks", "empty_documents"]),
    ("duplicates", &["duplicates", "duplicate_count", "num_duplicates", "duplicate_documents", "duplicate_chunks"]),
    (
        "hybrid",
        &["rrf_k", "bm25_weight", "vector_weight", "dense_weight", "sparse_weight", "lexical_weight", "keyword_weight"],
    ),
];

/// What a setting is about when it has one of these keys, or stands below one.
const ENCLOSING: [(&str, &[&str]); 4] = [
    ("hybrid", &["hybrid", "hybrid_search", "fusion"]),
    ("filter", &["filter", "filters", "default_filter", "default_filters", "tenant_filter", "prefilter"]),
    ("quantization", &["quantization", "quantisation", "product_quantization", "scalar_quantization", "pq"]),
    (
        "preprocessing",
        &[
            "preprocessing",
            "preprocess",
            "cleaner",
            "cleaning",
            "ocr",
            "language_filter",
            "tokenizer",
            "tokeniser",
            "stopwords",
            "stemming",
            "lowercase",
            "strip_html",
            "html_to_text",
            "extractor",
            "loader",
        ],
    ),
];

/// Under these, numbers are the shares of a mix.
const MIXES: [&str; 7] = [
    "languages",
    "language_counts",
    "language_mix",
    "lengths",
    "length_histogram",
    "length_distribution",
    "section_types",
];

/// Keys of fields that say who may see a document.
const ACCESS_FIELDS: [&str; 18] = [
    "tenant",
    "tenant_id",
    "tenants",
    "acl",
    "acls",
    "allowed_users",
    "allowed_groups",
    "allowed_roles",
    "access_level",
    "access_groups",
    "access_roles",
    "permissions",
    "permission",
    "visibility",
    "security_groups",
    "org_id",
    "organization_id",
    "workspace_id",
];

/// What a leaf that embeds nothing and cuts nothing is about; `None`: nothing known here.
pub(super) fn of(leaf: &Leaf<'_>) -> Option<&'static str> {
    let name = leaf.name().to_ascii_lowercase();
    let named = NAMED.iter().find(|(_, keys)| keys.contains(&name.as_str()));
    let below = |keys: &[&str]| leaf.under(|key| keys.contains(&key.to_ascii_lowercase().as_str()));
    let is_share = matches!(leaf.node.value, Value::Number(_)) && below(&MIXES);
    let enclosing = || ENCLOSING.iter().find(|(_, keys)| below(keys)).map(|(aspect, _)| *aspect);
    named.map(|(aspect, _)| *aspect).or(is_share.then_some("mix")).or_else(enclosing)
}

/// What a detail of a source is about, where it is more than a detail: its licence, its personal data.
pub(super) fn of_detail(leaf: &Leaf<'_>) -> Option<&'static str> {
    of(leaf).filter(|aspect| *aspect == "governance")
}

/// Whether a query has an embedder of its own, and this is it.
pub(super) fn is_of_query(leaf: &Leaf<'_>) -> bool {
    leaf.under(|key| {
        let key = key.to_ascii_lowercase();
        key == "query" || key == "retriever" || key.starts_with("query_embed")
    })
}

/// Whether the field at `path` says who may see a document.
pub(super) fn says_who_may_see(path: &str) -> bool {
    let last = path.rsplit(['.', '[']).next().unwrap_or(path);
    ACCESS_FIELDS.contains(&last.trim_end_matches(']').trim_matches('"').to_ascii_lowercase().as_str())
}
