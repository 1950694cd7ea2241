//! Manifests: every leaf becomes a part whose aspect says what it decides.

use std::collections::HashSet;

use super::aspects;
use super::roles::is_timestamp;
use crate::domain::SourceFile;
use crate::kinds::shared::leaves::{Leaf, leaves};
use crate::kinds::shared::node::{Node, Value};
use crate::kinds::shared::part::Part;

/// The parts of `root`, without the list under `rows` (which is read as documents); paths begin with `prefix`.
pub(super) fn parts(file: &SourceFile, root: &Node, rows: &[String], prefix: &str) -> Vec<Part> {
    let is_rows = |keys: &[String]| !rows.is_empty() && keys == rows;
    let mut reading = Reading { file, prefix, seen: HashSet::new(), parts: Vec::new() };
    leaves(root, &is_rows).iter().for_each(|leaf| reading.leaf(leaf));
    reading.parts
}

struct Reading<'f> {
    file: &'f SourceFile,
    prefix: &'f str,
    /// Members of collections that have their part already.
    seen: HashSet<String>,
    parts: Vec<Part>,
}

impl Reading<'_> {
    fn leaf(&mut self, leaf: &Leaf<'_>) {
        let Some((member, at)) = collection(leaf) else {
            let (aspect, key) = (decides(leaf), leaf.path());
            return self.part(aspect, key, leaf.node.canonical(), leaf);
        };
        let depth = leaf.keys.len();
        match &leaf.node.value {
            Value::List(elements) if depth == at + 1 && !elements.is_empty() => {
                for element in elements {
                    let element_leaf = Leaf { keys: leaf.keys.clone(), node: element, span: element.span };
                    self.part(member, format!("{}[{}]", leaf.path(), readable(element)), String::new(), &element_leaf);
                }
            }
            _ if depth == at + 2 => self.part(member, leaf.path(), leaf.node.canonical(), leaf),
            _ if depth > at + 2 => {
                let keys = leaf.keys.iter().take(at + 2).cloned().collect();
                let owner = Leaf { keys, node: leaf.node, span: leaf.span };
                if self.seen.insert(owner.path()) {
                    self.part(member, owner.path(), String::new(), &owner);
                }
                let aspect = aspects::of_detail(leaf).unwrap_or("detail");
                self.part(aspect, leaf.path(), leaf.node.canonical(), leaf);
            }
            _ => self.part(decides(leaf), leaf.path(), leaf.node.canonical(), leaf),
        }
    }

    fn part(&mut self, aspect: &'static str, key: String, value: String, leaf: &Leaf<'_>) {
        let quote = self.file.quote_as(leaf.span, readable(leaf.node));
        let key = format!("{}{key}", self.prefix);
        let marks = if aspect == "detail" && is_field(leaf) { vec!["field"] } else { vec![] };
        self.parts.push(Part { aspect, key, value, quote, marks });
    }
}

fn readable(node: &Node) -> String {
    node.scalar().unwrap_or_else(|| node.canonical())
}

const FIELDS: [&str; 6] = ["schema", "fields", "features", "metadata_schema", "metadata_fields", "columns"];
const SOURCES: [&str; 3] = ["sources", "corpora", "collections"];

/// The collection that a leaf belongs to: what its members are, and at which key it hangs.
fn collection(leaf: &Leaf<'_>) -> Option<(&'static str, usize)> {
    let at = |names: &[&str]| leaf.keys.iter().position(|key| names.contains(&key.as_str()));
    at(&FIELDS).map(|at| ("field", at)).or_else(|| at(&SOURCES).map(|at| ("source", at)))
}

fn is_field(leaf: &Leaf<'_>) -> bool {
    leaf.under(|key| FIELDS.contains(&key))
}

/// What a leaf decides.
fn decides(leaf: &Leaf<'_>) -> &'static str {
    let name = leaf.name().to_ascii_lowercase();
    let is = |names: &[&str]| names.contains(&name.as_str());
    let under = |names: &[&str]| leaf.under(|key| names.contains(&key.to_ascii_lowercase().as_str()));
    let embeds = leaf.under(|key| key.to_ascii_lowercase().contains("embed"));
    let known = aspects::of(leaf);
    if let Some(aspect @ ("freshness" | "overlap" | "empty" | "duplicates" | "mix")) = known {
        aspect
    } else if is_timestamp(&name) || is(&["built", "built_on", "build_id"]) {
        "timestamp"
    } else if is(&["description", "owner", "notes", "author", "authors", "homepage", "citation", "version", "name"])
        && !embeds
    {
        "metadata"
    } else if is(&["dimension", "dimensions", "dim", "dims", "vector_size", "embedding_dim", "embedding_dimension"]) {
        "dimension"
    } else if is(&["metric", "distance", "distance_metric", "similarity", "space"]) {
        "distance"
    } else if name.starts_with("normali") || is(&["query_prefix", "passage_prefix", "query_instruction"]) {
        "normalization"
    } else if is(&["embedding", "embedder", "embed_model", "embedding_model", "embeddings"])
        || (embeds && (name.ends_with("embedder") || name.ends_with("embedding_model")))
        || (embeds && is(&["model", "name", "id", "provider", "version", "revision", "snapshot"]))
    {
        if aspects::is_of_query(leaf) { "query-embedder" } else { "embedding-model" }
    } else if under(&["chunking", "chunk", "chunker", "splitter", "text_splitter"])
        || name.starts_with("chunk_") && !is_count(&name)
    {
        "chunking"
    } else if under(&["hnsw", "ivf", "ann", "index_params"]) || is(&["ef", "ef_construction", "nlist", "nprobe"]) {
        "ann-params"
    } else if is(&["backend", "vector_store", "vectorstore", "vectordb", "vector_db", "engine", "store", "index_type"])
        || under(&["backend", "vector_store"])
    {
        "backend"
    } else if is(&["top_k", "k"]) || name.starts_with("num_retrieved") {
        "top-k"
    } else if is(&["score_threshold", "min_score", "similarity_threshold"]) {
        "score-threshold"
    } else if under(&["reranker", "rerank"]) {
        "reranker"
    } else if matches!(leaf.node.value, Value::Number(_)) && is_count(&name) {
        "count"
    } else {
        known.unwrap_or("setting")
    }
}

fn is_count(name: &str) -> bool {
    const NAMES: [&str; 7] = ["documents", "chunks", "vectors", "rows", "num_rows", "num_examples", "count"];
    NAMES.contains(&name)
        || name.ends_with("_count")
        || ["num_doc", "num_chunk", "num_vec", "n_doc", "n_chunk"].iter().any(|head| name.starts_with(head))
}
