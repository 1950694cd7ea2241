//! What `pv diff` and `pv lock` say of row trees.

use std::collections::BTreeMap;

use pv::domain::Digest;
use pv::kinds::shared::row_tree::{Column, RowTree, encode};
use pv::store::{Objects, at_hand};
use pv::tree::{Builder, Built};

use crate::harness::Repo;

/// Rows by key, in canonical JSON.
type Rows = BTreeMap<String, String>;

/// Keeps `rows` as a tree in `repo`, and writes the manifest into `folder`.
fn keep(repo: &Repo, folder: &str, key: &[&str], rows: &Rows) -> Built {
    let objects = Objects::open(repo.root(), Some(&at_hand::large(&repo.path(".git"))));
    let mut builder =
        Builder::new(|_: &Digest, bytes: Vec<u8>| objects.put(&bytes, 0).map(drop).map_err(|error| error.to_string()));
    rows.iter().for_each(|(key, row)| builder.push(key.as_bytes(), row.as_bytes()).unwrap());
    let built = builder.finish().unwrap();
    let tree = RowTree {
        root: built.root.clone(),
        rows: built.rows,
        bytes: built.bytes,
        key: key.iter().map(|name| (*name).to_owned()).collect(),
        schema: schema(rows),
        sources: Vec::new(),
    };
    repo.write(&format!("{folder}/snapshot.toml"), encode(&tree));
    built
}

fn schema(rows: &Rows) -> BTreeMap<String, Column> {
    let mut columns: BTreeMap<String, (Column, usize)> = BTreeMap::new();
    for row in rows.values() {
        let row: serde_json::Map<String, serde_json::Value> = serde_json::from_str(row).unwrap();
        for (name, value) in row {
            let sort = match value {
                serde_json::Value::Null => "null",
                serde_json::Value::Bool(_) => "bool",
                serde_json::Value::Number(_) => "number",
                serde_json::Value::String(_) => "text",
                serde_json::Value::Array(_) => "list",
                serde_json::Value::Object(_) => "map",
            };
            let (column, seen) = columns.entry(name).or_default();
            column.merge(sort.parse().unwrap());
            *seen += 1;
        }
    }
    let settled = columns.into_iter().map(|(name, (mut column, seen))| {
        column.is_optional = seen < rows.len();
        (name, column)
    });
    settled.collect()
}

fn documents(count: usize) -> Rows {
    (0..count).map(|n| (format!("d{n:06}"), format!("{{\"id\":\"d{n:06}\",\"text\":\"document {n}\"}}"))).collect()
}

const MANIFEST: &str = "embedding_model: text-embedding-3-small\ndimension: 1536\ndocuments: 1000\n";

#[test]
fn changed_rows_of_an_index_are_told_one_by_one() {
    let repo = Repo::new();
    let mut rows = documents(1000);
    repo.write("indexes/docs/manifest.yaml", MANIFEST);
    keep(&repo, "indexes/docs", &["id"], &rows);
    repo.commit("before");
    rows.insert("d000500".to_owned(), "{\"id\":\"d000500\",\"text\":\"edited\"}".to_owned());
    rows.remove("d000700");
    rows.insert("d000999x".to_owned(), "{\"id\":\"d000999x\",\"text\":\"new\"}".to_owned());
    keep(&repo, "indexes/docs", &["id"], &rows);
    insta::assert_snapshot!(repo.pv(&["diff", "HEAD"]), @"");
}
