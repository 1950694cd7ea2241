//! Which files are retrieval indexes: by folder and name first, then by what stands in them.

use crate::kinds::Candidate;
use crate::kinds::shared::leaves::map_entries;
use crate::kinds::shared::node::Node;
use crate::kinds::shared::row_tree;
use crate::kinds::shared::rows;

const FOLDERS: [&str; 12] = [
    "index",
    "indexes",
    "indices",
    "vector_store",
    "vectorstore",
    "vectors",
    "embeddings",
    "rag",
    "retrieval",
    "knowledge",
    "knowledge_base",
    "corpus",
];

const EXTENSIONS: [&str; 8] = ["json", "yaml", "yml", "toml", "jsonl", "ndjson", "csv", "tsv"];

pub(super) fn is_likely(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", &path));
    if folders.split('/').any(|folder| folder == ".github" || folder == "node_modules") {
        return false;
    }
    let by_name = matches!(name, row_tree::FILE | "dataset_infos.json" | "index_manifest.json" | "index_manifest.yaml")
        || name.contains("chunks.json")
        || name.contains(".index.");
    let in_folder = folders.split('/').any(|folder| FOLDERS.contains(&folder));
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    (by_name || in_folder) && EXTENSIONS.contains(&extension)
}

/// `indexes/policies/manifest.yaml` makes `indexes/policies` one index.
pub(super) fn directory_of(path: &str) -> Option<&str> {
    let (folder, name) = path.rsplit_once('/')?;
    let (parent, _) = folder.rsplit_once('/')?;
    let parent = parent.rsplit('/').next().unwrap_or(parent);
    let is_manifest = name
        .rsplit_once('.')
        .is_some_and(|(stem, extension)| stem == "manifest" && matches!(extension, "json" | "yaml" | "yml" | "toml"));
    ((is_manifest || row_tree::is_manifest(path)) && FOLDERS.contains(&parent)).then_some(folder)
}

pub(super) fn recognises(candidate: &Candidate<'_>) -> bool {
    let file = candidate.file;
    if row_tree::is_manifest(&file.path) {
        return true;
    }
    match (rows::layout_of(&file.path), candidate.document) {
        (Some(layout), _) => rows::first_row(file, &layout).is_some_and(|row| is_document(&row)),
        (None, Some(root)) => is_index(root),
        (None, None) => false,
    }
}

/// Where a document lists its documents or chunks: an empty path when it is such a list itself.
pub(super) fn document_list(root: &Node) -> Option<Vec<String>> {
    if is_list_of_documents(root) {
        return Some(Vec::new());
    }
    let lists = ["documents", "chunks", "docs"];
    let list = lists.iter().find(|key| root.get(key).is_some_and(is_list_of_documents))?;
    Some(vec![(*list).to_owned()])
}

fn is_list_of_documents(node: &Node) -> bool {
    let rows = node.elements();
    !rows.is_empty() && rows.iter().all(Node::is_map) && rows.first().is_some_and(is_document)
}

fn has_any(node: &Node, keys: &[&str]) -> bool {
    keys.iter().any(|key| node.get(key).is_some())
}

/// A row that says which document it is, and what stands in it or how it digests.
fn is_document(row: &Node) -> bool {
    let named = ["id", "doc_id", "document_id", "chunk_id", "path", "url", "source", "metadata", "uuid", "title"];
    let content = [
        "text",
        "content",
        "page_content",
        "chunk",
        "hash",
        "sha256",
        "md5",
        "content_hash",
        "checksum",
        "digest",
        "embedding",
    ];
    has_any(row, &named) && has_any(row, &content)
}

fn is_index(root: &Node) -> bool {
    const SIGNS: [&str; 16] = [
        "dimension",
        "dimensions",
        "dim",
        "metric",
        "distance",
        "distance_metric",
        "chunking",
        "chunk_size",
        "documents",
        "document_count",
        "sources",
        "vector_store",
        "backend",
        "index_type",
        "top_k",
        "chunk_count",
    ];
    let embeds = root.entries().iter().any(|entry| entry.key.to_ascii_lowercase().contains("embed"));
    let signs = SIGNS.iter().filter(|key| root.get(key).is_some()).count();
    document_list(root).is_some() || signs >= 2 || (embeds && signs >= 1) || is_dataset(root)
}

/// The `dataset_infos.json` of a dataset: configurations with features and splits.
fn is_dataset(root: &Node) -> bool {
    let is_info = |node: &Node| node.get("splits").is_some() && has_any(node, &["features", "download_checksums"]);
    is_info(root) || map_entries(root).any(|entry| is_info(&entry.node))
}
