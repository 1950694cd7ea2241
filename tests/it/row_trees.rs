//! `pv snapshot`: rows from files into a tree of chunks, and back.

use std::path::PathBuf;
use std::sync::Arc;

use parquet::data_type::{ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use proptest::prelude::*;

use crate::harness::Repo;

const THREE: &str = "{\"id\": \"b\", \"text\": \"two\", \"n\": 2.0}\n{\"id\":\"a\",\"text\":\"one\",\"n\":1}\n\n{\"n\":3,\"id\":\"c\",\"text\":\"three\"}\n";

/// The value that the manifest at `path` gives `key`.
fn told(repo: &Repo, path: &str, key: &str) -> String {
    let text = std::fs::read_to_string(repo.path(path)).unwrap();
    let value = text.lines().find_map(|line| line.strip_prefix(&format!("{key} = "))).unwrap();
    value.to_owned()
}

fn root_of(repo: &Repo, name: &str) -> String {
    told(repo, &format!("indexes/{name}/snapshot.toml"), "root")
}

/// Every file among the large objects.
fn large(repo: &Repo) -> Vec<PathBuf> {
    let walk = ignore::WalkBuilder::new(repo.path(".git/pv/large")).standard_filters(false).build();
    walk.filter_map(Result::ok).map(ignore::DirEntry::into_path).filter(|path| path.is_file()).collect()
}

#[test]
fn rows_become_chunks_and_a_manifest_that_names_them() {
    let repo = Repo::new();
    repo.write("docs.jsonl", THREE);
    insta::assert_snapshot!(repo.pv(&["snapshot", "docs", "--from", "docs.jsonl"]), @r"
    index:docs

    snapshot
    rows      3, 89 bytes in canonical JSON
    key       id (inferred; --key names another)
    chunks    1 new (107 bytes), 0 shared with what was there
    root      blake3:e800e9e29f8262cd74efed44e24e68ff76b9623281c4ad0c9066bb8efa5743c4

    wrote indexes/docs/manifest.toml and indexes/docs/snapshot.toml

    `pv diff` tells what changed. Commit it with git; `pv push` sends the chunks.
    ");
    insta::assert_snapshot!(std::fs::read_to_string(repo.path("indexes/docs/snapshot.toml")).unwrap(), @r#"
    # Written by `pv snapshot`: build it anew instead of editing it.
    version = 1
    form = "pvrows1"
    root = "blake3:e800e9e29f8262cd74efed44e24e68ff76b9623281c4ad0c9066bb8efa5743c4"
    rows = 3
    bytes = 89
    key = ["id"]

    [schema]
    id = "text"
    n = "number"
    text = "text"

    [[source]]
    path = "docs.jsonl"
    format = "jsonl"
    digest = "blake3:09948e74cb16aec529a6fd02e917c03e95b3f37f1a49158a90f030f8f3e96c1a"
    bytes = 100
    "#);
    assert_eq!(large(&repo).len(), 1);
    repo.commit("snapshot");
    let status = repo.pv(&["status"]);
    assert!(status.contains("1 index"), "{status}");
    assert_eq!(
        repo.pv(&["snapshot", "docs", "--export", "out.jsonl"]),
        "wrote 3 rows of index:docs to out.jsonl (92 bytes)\n"
    );
    let lines = std::fs::read_to_string(repo.path("out.jsonl")).unwrap();
    assert_eq!(
        lines,
        "{\"id\":\"a\",\"n\":1,\"text\":\"one\"}\n{\"id\":\"b\",\"n\":2,\"text\":\"two\"}\n{\"id\":\"c\",\"n\":3,\"text\":\"three\"}\n"
    );
}

#[test]
fn a_repository_that_pv_init_made_has_it_and_one_whose_patterns_pass_it_over_is_told() {
    let repo = Repo::new();
    repo.write("indexes/policies/manifest.yaml", "name: policies\ndimension: 3\nmetric: cosine\n");
    repo.commit("index");
    repo.pv(&["init"]);
    repo.write("docs.jsonl", THREE);
    let said = repo.pv(&["snapshot", "policies", "--from", "docs.jsonl"]);
    assert!(said.contains("wrote indexes/policies/snapshot.toml") && !said.contains("pv.toml"), "{said}");
    repo.pv(&["snapshot", "docs", "--from", "docs.jsonl"]);
    let status = repo.pv(&["status"]);
    assert!(status.contains("2 index"), "{status}");
    let said = repo.pv(&["snapshot", "other", "--from", "docs.jsonl", "--dir", "data/other"]);
    assert!(said.contains("kind = \"index\"\npaths = [\"data/other/\"]"), "{said}");
}

#[test]
fn the_same_rows_have_one_root_in_whatever_files_and_order() {
    let repo = Repo::new();
    let rows: Vec<String> =
        (0..4000).map(|n| format!("{{\"id\":\"doc-{n:05}\",\"text\":\"{}\"}}", "x".repeat(n % 90))).collect();
    repo.write("a.jsonl", rows.join("\n"));
    repo.write("b.jsonl", rows.iter().rev().map(String::as_str).collect::<Vec<_>>().join("\r\n"));
    repo.write("c.json", format!("[\n{}\n]", rows.join(",\n")));
    repo.write("c1.jsonl", rows[..1500].join("\n"));
    repo.write("c2.jsonl", rows[1500..].join("\n"));
    repo.write(
        "d.csv",
        rows.iter().fold("id,text\n".to_owned(), |out, row| {
            let row: serde_json::Value = serde_json::from_str(row).unwrap();
            out + &format!("{},{}\n", row["id"].as_str().unwrap(), row["text"].as_str().unwrap())
        }),
    );
    for (name, from) in [
        ("a", vec!["a.jsonl"]),
        ("b", vec!["b.jsonl"]),
        ("c", vec!["c.json"]),
        ("d", vec!["d.csv"]),
        ("e", vec!["c2.jsonl", "c1.jsonl"]),
    ] {
        let said = repo.pv(&[&["snapshot", name, "--from"], from.as_slice()].concat());
        assert!(!said.contains("exit code"), "{said}");
        assert_eq!(root_of(&repo, name), root_of(&repo, "a"), "{name}");
    }
    let said = repo.pv(&["snapshot", "a", "--from", "b.jsonl", "--format", "json"]);
    let data: serde_json::Value = serde_json::from_str(&said).unwrap();
    assert_eq!((&data["new"], &data["rows"]), (&0.into(), &4000.into()), "{said}");
}

#[test]
fn bad_rows_are_told_with_their_places_and_nothing_is_written() {
    let repo = Repo::new();
    repo.write("bad.jsonl", "{\"id\":\"a\"}\n{\"id\":\"b\",}}\n{\"id\":\"c\"}\n[1]\n{\"no\":1}\n");
    let said = repo.pv(&["snapshot", "docs", "--from", "bad.jsonl", "--key", "id"]);
    for expected in ["bad.jsonl:2:", "bad.jsonl:4:1", "bad.jsonl:5:1", "has no `id`", "--key A,B", "[exit code 2]"] {
        assert!(said.contains(expected), "{expected}: {said}");
    }
    repo.write("twice.jsonl", "{\"id\":\"a\",\"v\":1}\n{\"id\":\"b\"}\n{\"id\":\"a\",\"v\":2}\n");
    let said = repo.pv(&["snapshot", "docs", "--from", "twice.jsonl", "--key", "id"]);
    for expected in ["twice.jsonl:3:1", "2 rows have `id` a; the first is twice.jsonl:1", "--key A,B", "[exit code 2]"]
    {
        assert!(said.contains(expected), "{expected}: {said}");
    }
    assert!(!repo.path("indexes").exists() && large(&repo).is_empty());
    for key in [["--key", "id,v"].as_slice(), &["--by-content"]] {
        let said = repo.pv(&[&["snapshot", "docs", "--from", "twice.jsonl"], key].concat());
        assert_eq!(said.contains("exit code"), key.len() == 2, "{said}");
    }
}

#[test]
fn rows_that_only_their_content_tells_apart_may_repeat() {
    let repo = Repo::new();
    repo.write("a.jsonl", "{\"t\":\"x\"}\n{\"t\":\"y\"}\n{\"t\":\"x\"}\n{\"t\":\"x\"}\n");
    repo.write("b.jsonl", "{\"t\":\"x\"}\n{\"t\":\"x\"}\n{\"t\":\"x\"}\n{\"t\":\"y\"}\n");
    repo.write("c.jsonl", "{\"t\":\"x\"}\n{\"t\":\"x\"}\n{\"t\":\"y\"}\n");
    for name in ["a", "b", "c"] {
        repo.pv(&["snapshot", name, "--by-content", "--from", &format!("{name}.jsonl")]);
    }
    assert_eq!(root_of(&repo, "a"), root_of(&repo, "b"));
    assert_ne!(root_of(&repo, "a"), root_of(&repo, "c"));
    assert_eq!(told(&repo, "indexes/a/snapshot.toml", "rows"), "4");
}

#[test]
fn a_directory_is_a_row_for_each_document() {
    let repo = Repo::new();
    repo.write("handbook/a.md", "# A\n");
    repo.write("handbook/deep/b.bin", [0xff, 0x00]);
    repo.write("handbook/.git/config", "no document");
    #[cfg(unix)]
    std::os::unix::fs::symlink("a.md", repo.path("handbook/link.md")).unwrap();
    let said = repo.pv(&["snapshot", "handbook", "--from", "handbook/"]);
    assert!(!said.contains("exit code"), "{said}");
    repo.pv(&["snapshot", "handbook", "--export", "out.jsonl"]);
    let lines = std::fs::read_to_string(repo.path("out.jsonl")).unwrap();
    let hash = |bytes: &[u8]| blake3::hash(bytes).to_hex();
    let expected = format!(
        "{{\"bytes\":4,\"digest\":\"blake3:{}\",\"path\":\"a.md\",\"text\":\"# A\\n\"}}\n{{\"bytes\":2,\"digest\":\"blake3:{}\",\"path\":\"deep/b.bin\"}}\n",
        hash(b"# A\n"),
        hash(&[0xff, 0x00])
    );
    assert_eq!(lines, expected);
}

#[test]
fn a_shipped_version_is_exported_as_it_was_and_damage_is_found() {
    let repo = Repo::new();
    repo.write("docs.jsonl", THREE);
    repo.pv(&["snapshot", "docs", "--from", "docs.jsonl"]);
    let chunk = large(&repo).remove(0);
    let mut bytes = std::fs::read(&chunk).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(&chunk, bytes).unwrap();
    let said = repo.pv(&["snapshot", "docs", "--export", "out.jsonl"]);
    assert!(said.contains("damaged") && said.contains("build the snapshot again"), "{said}");
    assert!(!repo.path("out.jsonl").exists());
    repo.pv(&["snapshot", "docs", "--from", "docs.jsonl"]);
    assert!(repo.pv(&["snapshot", "docs", "--export", "out.jsonl"]).starts_with("wrote 3 rows"));
    std::fs::remove_file(&chunk).unwrap();
    let said = repo.pv(&["snapshot", "docs", "--export", "out.jsonl"]);
    assert!(said.contains("the chunk blake3:") && said.contains("pv pull"), "{said}");
}

#[test]
fn an_export_as_parquet_is_read_back_to_the_same_root() {
    let repo = Repo::new();
    repo.write("docs.jsonl", THREE);
    repo.pv(&["snapshot", "docs", "--from", "docs.jsonl"]);
    repo.pv(&["snapshot", "docs", "--export", "one.parquet"]);
    repo.pv(&["snapshot", "docs", "--export", "two.parquet"]);
    assert_eq!(std::fs::read(repo.path("one.parquet")).unwrap(), std::fs::read(repo.path("two.parquet")).unwrap());
    let said = repo.pv(&["snapshot", "back", "--from", "one.parquet", "--key", "key"]);
    assert!(!said.contains("exit code"), "{said}");
    repo.pv(&["snapshot", "back", "--export", "back.jsonl"]);
    let first = std::fs::read_to_string(repo.path("back.jsonl")).unwrap();
    let first: serde_json::Value = serde_json::from_str(first.lines().next().unwrap()).unwrap();
    assert_eq!((&first["key"], &first["n"], &first["text"]), (&"a".into(), &1.into(), &"one".into()));
    assert_eq!(first["row"], "{\"id\":\"a\",\"n\":1,\"text\":\"one\"}");
}

/// A Parquet file of two rows with the columns id, at, price and tags.
fn parquet() -> Vec<u8> {
    let schema = "message rows {
        required binary id (STRING);
        required int64 at (TIMESTAMP(MICROS, true));
        optional double price;
        optional group tags (LIST) { repeated group list { optional binary element (STRING); } }
    }";
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let mut writer = SerializedFileWriter::new(Vec::new(), schema, Arc::new(WriterProperties::default())).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let texts = |texts: &[&str]| texts.iter().map(|text| ByteArray::from(*text)).collect::<Vec<_>>();
    let mut column = group.next_column().unwrap().unwrap();
    column.typed::<ByteArrayType>().write_batch(&texts(&["b", "a"]), None, None).unwrap();
    column.close().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    column.typed::<Int64Type>().write_batch(&[1_779_000_000_250_000, 0], None, None).unwrap();
    column.close().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    column.typed::<DoubleType>().write_batch(&[12.5], Some(&[1, 0]), None).unwrap();
    column.close().unwrap();
    let mut column = group.next_column().unwrap().unwrap();
    column.typed::<ByteArrayType>().write_batch(&texts(&["x", "y"]), Some(&[3, 3, 1]), Some(&[0, 1, 0])).unwrap();
    column.close().unwrap();
    group.close().unwrap();
    writer.into_inner().unwrap()
}

#[test]
fn parquet_is_read_by_its_types() {
    let repo = Repo::new();
    repo.write("rows.parquet", parquet());
    let said = repo.pv(&["snapshot", "docs", "--from", "rows.parquet"]);
    assert!(!said.contains("exit code"), "{said}");
    repo.pv(&["snapshot", "docs", "--export", "out.jsonl"]);
    assert_eq!(
        std::fs::read_to_string(repo.path("out.jsonl")).unwrap(),
        "{\"at\":\"1970-01-01T00:00:00Z\",\"id\":\"a\",\"price\":null,\"tags\":[]}\n\
         {\"at\":\"2026-05-17T06:40:00.25Z\",\"id\":\"b\",\"price\":12.5,\"tags\":[\"x\",\"y\"]}\n"
    );
}

#[test]
fn damaged_parquet_is_an_error_and_no_more() {
    let whole = parquet();
    let repo = Repo::new();
    let mut broken: Vec<Vec<u8>> =
        [0, 3, 4, 12, whole.len() / 2, whole.len() - 1].map(|end| whole[..end].to_vec()).to_vec();
    for at in (4..whole.len()).step_by(37) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0xff;
        broken.push(bytes);
    }
    for bytes in broken {
        repo.write("rows.parquet", bytes);
        let said = repo.pv(&["snapshot", "docs", "--from", "rows.parquet", "--key", "id"]);
        let is_told = said.contains("rows.parquet") || said.contains("wrote ");
        assert!(is_told && !said.contains("panicked") && !said.contains("[exit code 101]"), "{said}");
    }
}

#[test]
fn what_cannot_be_rows_is_refused_with_the_way_out() {
    let repo = Repo::new();
    repo.write("a.jsonl", THREE);
    repo.write("b.csv", "id,text\na,\"never closed\n");
    repo.write("c.txt", "prose\n");
    repo.write("latin.jsonl", b"{\"id\":\"\xe9\"}\n");
    repo.write("latin.csv", b"id,text\na,\xe9\n");
    let cases: [(&[&str], &str); 9] = [
        (&["snapshot", "docs", "--from", "missing.jsonl"], "missing.jsonl could not be read"),
        (&["snapshot", "docs", "--from", "a.jsonl", "b.csv"], "jsonl and csv do not make one set of rows"),
        (&["snapshot", "docs", "--from", "b.csv"], "never closed"),
        (&["snapshot", "docs", "--from", "c.txt"], "is not to be told from its name"),
        (&["snapshot", "docs", "--from", "latin.jsonl"], "latin.jsonl:1:8"),
        (&["snapshot", "docs", "--from", "latin.csv"], "this record is not UTF-8"),
        (&["snapshot", "prompt:x", "--from", "a.jsonl"], "names no index and no eval set"),
        (&["snapshot", "../x", "--from", "a.jsonl"], "makes no directory"),
        (&["snapshot", "docs", "--export", "out.txt"], "name a file that ends in .jsonl or .parquet"),
    ];
    for (arguments, expected) in cases {
        let said = repo.pv(arguments);
        assert!(said.contains(expected) && said.contains("[exit code 2]"), "{arguments:?}: {said}");
    }
    assert!(!repo.path("indexes").exists() && large(&repo).is_empty());
}

#[test]
fn an_eval_set_has_its_cases_as_a_tree_too() {
    let repo = Repo::new();
    repo.write("cases.csv", "id,input,expected\n1,a,b\n2,c,d\n");
    let said = repo.pv(&["snapshot", "refunds", "--kind", "eval", "--from", "cases.csv"]);
    assert!(said.contains("eval:refunds") && said.contains("wrote evals/refunds/snapshot.toml"), "{said}");
    repo.commit("cases");
    assert!(repo.pv(&["status"]).contains("1 eval"), "{}", repo.pv(&["status"]));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn any_rows_come_back_as_they_were(
        rows in prop::collection::btree_map("[a-zé\"\\\\\n]{1,6}", any::<(String, i64, bool)>(), 1..40),
        shift in 0..40_usize,
    ) {
        let repo = Repo::new();
        let line = |(id, (text, n, flag)): (&String, &(String, i64, bool))| {
            serde_json::json!({"id": id, "text": text, "n": n, "flag": flag, "deep": {"z": [n, null], "a": text}}).to_string()
        };
        let mut lines: Vec<String> = rows.iter().map(line).collect();
        let middle = shift % lines.len();
        lines.rotate_left(middle);
        repo.write("a.jsonl", lines.join("\n"));
        let said = repo.pv(&["snapshot", "docs", "--from", "a.jsonl", "--key", "id"]);
        prop_assert!(!said.contains("exit code"), "{}", said);
        repo.pv(&["snapshot", "docs", "--export", "b.jsonl"]);
        let read = |text: &str| -> Vec<serde_json::Value> { text.lines().map(|line| serde_json::from_str(line).unwrap()).collect() };
        let exported = read(&std::fs::read_to_string(repo.path("b.jsonl")).unwrap());
        let expected: Vec<serde_json::Value> = rows.iter().map(|row| serde_json::from_str(&line(row)).unwrap()).collect();
        prop_assert_eq!(exported, expected);
    }
}
