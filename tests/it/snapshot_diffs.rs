//! What `pv diff` and `pv lock` say of row trees.

use std::collections::{BTreeMap, HashSet};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use proptest::prelude::{Just, Strategy, any, prop, prop_assert_eq, prop_oneof, proptest};
use pv::domain::{AtHand, Content, Digest, Event, Fact, SourceFile, Unheld};
use pv::kinds::shared::row_tree::{self, Column, RowTree, Side, encode};
use pv::kinds::shared::rows::{self, How, Layout, Profile, Table};
use pv::kinds::{Settings, Thresholds, Unit};
use pv::store::{Objects, at_hand};
use pv::tree::{Builder, Built};
use serde_json::json;

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
    repo.write(&format!("{folder}/snapshot.toml"), manifest(&built, key, rows));
    built
}

/// What `pv snapshot` writes of a tree.
fn manifest(built: &Built, key: &[&str], rows: &Rows) -> String {
    encode(&RowTree {
        root: built.root.clone(),
        rows: built.rows,
        bytes: built.bytes,
        key: key.iter().map(|name| (*name).to_owned()).collect(),
        schema: schema(rows),
        sources: Vec::new(),
    })
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

/// The directory of the large objects.
fn large(repo: &Repo) -> std::path::PathBuf {
    at_hand::large(&repo.path(".git"))
}

/// The file of a chunk.
fn chunk(repo: &Repo, digest: &Digest) -> std::path::PathBuf {
    let (folder, name) = digest.hex().split_at(2);
    large(repo).join(folder).join(name)
}

/// A repository with an index of 1,000 documents, of which one was edited, one went and one came.
fn edited() -> (Repo, Built) {
    let repo = Repo::new();
    let mut rows = documents(1000);
    repo.write("indexes/docs/manifest.yaml", MANIFEST);
    keep(&repo, "indexes/docs", &["id"], &rows);
    repo.commit("before");
    rows.insert("d000500".to_owned(), "{\"id\":\"d000500\",\"text\":\"edited\"}".to_owned());
    rows.remove("d000700");
    rows.insert("d000999x".to_owned(), "{\"id\":\"d000999x\",\"text\":\"new\"}".to_owned());
    let built = keep(&repo, "indexes/docs", &["id"], &rows);
    (repo, built)
}

#[test]
fn changed_rows_of_an_index_are_told_one_by_one() {
    let (repo, _) = edited();
    insta::assert_snapshot!(repo.pv(&["diff", "HEAD"]), @r#"
    1 artefact changed: 1 behavioural   HEAD → worktree

    index:docs  behavioural  minor bump
      indexes/docs · modified · data change · owes eval
      behavioural  the document `d000500` has other content  [index/document-modified] snapshot.toml
              4:8 │ text: [-document 500-]{+edited+}
      behavioural  the document `d000700` is gone  [index/document-removed] snapshot.toml
              4:8 │ [-{"id":"d000700","text":"document 700"}-]
      behavioural  the document `d000999x` is new  [index/document-added] snapshot.toml
              4:8 │ {+{"id":"d000999x","text":"new"}+}
    "#);
    // One leaf a side: the root of a small tree.
    let report: serde_json::Value = serde_json::from_str(&repo.pv(&["diff", "HEAD", "--format", "json"])).unwrap();
    assert_eq!(report["summary"]["chunks_read"], json!(2), "{}", report["summary"]);
    // Nothing differs from itself, and nothing is read for it.
    repo.commit("after");
    let report: serde_json::Value = serde_json::from_str(&repo.pv(&["diff", "HEAD", "--format", "json"])).unwrap();
    assert_eq!(report["summary"]["chunks_read"], json!(null));
}

#[test]
fn rows_whose_chunks_are_elsewhere_stop_a_check_and_a_release() {
    let (repo, _) = edited();
    std::fs::remove_dir_all(large(&repo)).unwrap();
    let said = repo.pv(&["diff", "HEAD"]);
    assert!(said.contains("[index/rows-unseen ") && said.contains("1000 rows, blake3:"), "{said}");
    assert!(!said.contains("document-"), "{said}");
    let said = repo.pv(&["check"]);
    assert!(said.contains("[index/rows-unseen ") && said.ends_with("[exit code 1]\n"), "{said}");
    repo.commit("after");
    let said = repo.pv(&["lock", "--name", "r1", "--write"]);
    assert!(said.contains("[lock/rows-missing]") && said.contains("pv pull"), "{said}");
    assert!(!repo.path("pv.lock").exists(), "{said}");
}

#[test]
fn a_release_with_rows_is_verified_to_the_last_chunk() {
    let repo = Repo::new();
    let rows = documents(10_000);
    repo.write("indexes/docs/manifest.yaml", MANIFEST);
    let built = keep(&repo, "indexes/docs", &["id"], &rows);
    repo.commit("documents");
    let said = repo.pv(&["lock", "--name", "r1", "--write", "--commit", "--tag"]);
    assert!(!said.contains("exit code"), "{said}");
    let record = std::fs::read_to_string(repo.path("releases/r1/lock.toml")).unwrap();
    let expected = format!("rows {} {}\\tindexes/docs/snapshot.toml", built.bytes, built.root);
    assert!(record.contains(&expected), "{record}");
    assert!(!repo.pv(&["verify"]).contains("exit code"));

    let leaf = leaves(&repo, &built.root).pop().unwrap();
    let whole = std::fs::read(chunk(&repo, &leaf)).unwrap();
    let mut damaged = whole.clone();
    *damaged.last_mut().unwrap() ^= 1;
    std::fs::write(chunk(&repo, &leaf), damaged).unwrap();
    let said = repo.pv(&["verify"]);
    assert!(said.contains("chunk-corrupt") && said.ends_with("[exit code 5]\n"), "{said}");
    std::fs::remove_file(chunk(&repo, &leaf)).unwrap();
    let said = repo.pv(&["verify"]);
    assert!(
        said.contains("chunk-missing") && said.contains("1 chunk is missing") && said.contains("pv pull"),
        "{said}"
    );
    assert!(said.ends_with("[exit code 5]\n"), "{said}");
    std::fs::write(chunk(&repo, &leaf), whole).unwrap();
    assert!(!repo.pv(&["verify"]).contains("exit code"));

    // The chunks are there for good: only the manifest has to come back.
    std::fs::remove_dir_all(repo.path("indexes/docs")).unwrap();
    let version = said_version(&repo);
    let said = repo.pv(&["restore", &format!("index:docs@{version}")]);
    assert!(!said.contains("exit code"), "{said}");
    assert!(!repo.pv(&["diff", "HEAD", "--exit-code"]).contains("exit code"));
}

fn leaves(repo: &Repo, root: &Digest) -> Vec<Digest> {
    let mut named = Vec::new();
    let shelves = pv::store::Shelves::below(&repo.path(".git"));
    pv::tree::each_chunk(root, &shelves, &mut |digest| {
        named.push(digest.clone());
        true
    })
    .unwrap();
    named
}

fn said_version(repo: &Repo) -> String {
    let lock: toml::Table = std::fs::read_to_string(repo.path("pv.lock")).unwrap().parse().unwrap();
    lock["artefact"]["index:docs"]["version"].as_str().unwrap().to_owned()
}

#[test]
fn a_snapshot_is_shown_with_its_first_rows() {
    let (repo, _) = edited();
    let said = repo.pv(&["show", "index:docs"]);
    for part in [
        "snapshot         key",
        "  root intact\n",
        "id text, text text",
        "1000",
        "{\"id\":\"d000000\",\"text\":\"document 0\"}",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
}

#[test]
fn a_file_of_rows_that_becomes_a_snapshot_means_the_same() {
    for (folder, file, text) in
        [("indexes/docs", "indexes/docs/documents.jsonl", "text"), ("evals/docs", "evals/docs/cases.jsonl", "input")]
    {
        let repo = Repo::new();
        let rows: Rows = (0..300)
            .map(|n| (format!("d{n:03}"), format!("{{\"expected\":\"{n}\",\"id\":\"d{n:03}\",\"{text}\":\"q{n}\"}}")))
            .collect();
        let mut listed: Vec<&str> = rows.values().map(String::as_str).collect();
        listed.reverse();
        repo.write(&format!("{folder}/manifest.yaml"), "dimension: 3\nmetric: cosine\n");
        repo.write(file, listed.join("\n"));
        repo.commit("listed");
        std::fs::remove_file(repo.path(file)).unwrap();
        keep(&repo, folder, &["id"], &rows);
        let said = repo.pv(&["diff", "HEAD"]);
        assert!(said.contains("source-format-changed") && said.contains("1 cosmetic"), "{said}");
        assert_eq!(said.matches("source-format-changed").count(), 1, "{said}");
        let mut edited = rows.clone();
        edited.insert("d100".to_owned(), format!("{{\"expected\":\"100\",\"id\":\"d100\",\"{text}\":\"edited\"}}"));
        keep(&repo, folder, &["id"], &edited);
        let said = repo.pv(&["diff", "HEAD"]);
        assert!(said.contains("edited") && said.contains("`d100`") && !said.contains("`d101`"), "{said}");
    }
}

#[test]
fn a_broken_manifest_is_a_problem_with_its_line() {
    let (repo, _) = edited();
    let text = std::fs::read_to_string(repo.path("indexes/docs/snapshot.toml")).unwrap();
    repo.write("indexes/docs/snapshot.toml", text.replace("rows = 1000", "rows = \"many\""));
    let said = repo.pv(&["check"]);
    assert!(
        said.contains("snapshot-value") && said.contains("snapshot.toml:5:8") && said.contains("pv snapshot"),
        "{said}"
    );
}

#[test]
fn personal_data_in_new_cases_is_told_and_in_old_ones_not_again() {
    let repo = Repo::new();
    let case = |n: usize, text: &str| {
        format!("{{\"expected\":\"yes\",\"id\":\"c{n:05}\",\"input\":\"{text} {}\"}}", "x".repeat(900))
    };
    let mut rows: Rows = (0..10_000).map(|n| (format!("c{n:05}"), case(n, "may I?"))).collect();
    rows.insert("c00007".to_owned(), case(7, "ask rahul.mehta@gmail.com"));
    assert!(keep(&repo, "evals/large", &["id"], &rows).bytes > 8 << 20);
    let said = repo.pv(&["diff", "--full"]);
    assert!(said.contains("personal-data-introduced") && said.contains("c00007"), "{said}");
    repo.commit("cases");
    rows.insert("c05000".to_owned(), case(5000, "ask priya.sharma@gmail.com"));
    rows.insert("c00007".to_owned(), case(7, "now ask rahul.mehta@gmail.com"));
    keep(&repo, "evals/large", &["id"], &rows);
    let said = repo.pv(&["diff", "HEAD"]);
    assert_eq!(said.matches("personal-data-introduced").count(), 1, "{said}");
    assert!(said.contains("c05000") && said.contains("case-input-modified"), "{said}");
}

/// Chunks in memory.
#[derive(Debug, Default)]
struct Held(Mutex<BTreeMap<Digest, Vec<u8>>>, AtomicU64);

impl AtHand for Held {
    fn bytes(&self, digest: &Digest) -> Result<Vec<u8>, Unheld> {
        self.1.fetch_add(1, Ordering::Relaxed);
        self.0.lock().unwrap().get(digest).cloned().ok_or_else(|| Unheld::Absent(digest.clone()))
    }

    fn content(&self, digest: &Digest) -> Result<Arc<dyn Content>, Unheld> {
        Err(Unheld::Absent(digest.clone()))
    }

    fn reads(&self) -> u64 {
        self.1.load(Ordering::Relaxed)
    }
}

/// The snapshot of `rows`.
fn snapshot(held: &Arc<Held>, key: &[&str], rows: &Rows) -> row_tree::Snapshot {
    let mut builder = Builder::new(|digest: &Digest, bytes: Vec<u8>| {
        held.0.lock().unwrap().insert(digest.clone(), bytes);
        Ok(())
    });
    rows.iter().for_each(|(key, row)| builder.push(key.as_bytes(), row.as_bytes()).unwrap());
    let built = builder.finish().unwrap();
    let file = SourceFile::new("x/snapshot.toml", manifest(&built, key, rows));
    let at_hand: Arc<dyn AtHand> = Arc::clone(held) as _;
    let unit = Unit {
        path: "x".into(),
        files: vec![],
        is_directory: true,
        settings: Settings::default(),
        at_hand: Some(at_hand),
    };
    row_tree::Snapshot::read(&file, &unit).unwrap()
}

/// The same rows as lines of a file.
fn listed(rows: &Rows) -> rows::Rows {
    let text: String = rows.values().map(|row| format!("{row}\n")).collect();
    let table = Table { file: SourceFile::new("x/rows.jsonl", text), layout: Layout::JsonLines };
    let settings = Settings { key: Some("id".to_owned()), ..Settings::default() };
    rows::read(vec![table], &PROFILE, &settings).0
}

const PROFILE: Profile = Profile {
    aspect: "row",
    key_names: &["id"],
    content_names: &[],
    role: |column| match column {
        "on" => "switch",
        "note" => "metadata",
        _ => "content",
    },
    watch: |_| false,
};

/// What differs, without places: aspect, event, subject, marks, number, old and new text.
fn told(old: Side<'_>, new: Side<'_>) -> Vec<String> {
    let how = How { profile: &PROFILE, thresholds: &Thresholds::default(), elsewhere: HashSet::new() };
    let facts = row_tree::compare(old, new, &how, |_| Vec::new());
    let told = |fact: &Fact| {
        let (old, new) = (fact.old.as_ref().map(|it| &it.text), fact.new.as_ref().map(|it| &it.text));
        format!("{} {:?} {:?} {:?} {} {old:?} {new:?}", fact.aspect, fact.event, fact.subject, fact.marks, fact.count)
    };
    let mut told: Vec<String> = facts.iter().filter(|fact| fact.event != Event::Moved).map(told).collect();
    told.sort();
    told
}

/// Some rows, with columns that come, go and change their type.
fn some_rows() -> impl Strategy<Value = Rows> {
    let columns = prop_oneof![
        Just(json!({})),
        Just(json!({"note": "n"})),
        Just(json!({"on": true})),
        (0..3_u8).prop_map(|n| json!({"note": null, "n": n})),
        Just(json!({"n": "text"})),
    ];
    prop::collection::btree_map("[a-f]{1,2}", ("[xyz]{0,2}", columns), 0..40).prop_map(|rows| {
        let row = |(id, (text, mut row)): (String, (String, serde_json::Value))| {
            row["id"] = json!(id);
            row["text"] = json!(text);
            // As `pv snapshot` keeps it: the columns by name.
            let row: BTreeMap<String, serde_json::Value> = serde_json::from_value(row).unwrap();
            (id, serde_json::to_string(&row).unwrap())
        };
        rows.into_iter().map(row).collect()
    })
}

proptest! {
    #[test]
    fn trees_tell_what_files_of_the_same_rows_tell(before in some_rows(), after in some_rows(), is_near in any::<bool>()) {
        let mut after = after;
        if is_near {
            // Most rows as they were.
            after.retain(|id, _| id.contains('a'));
            before.iter().filter(|(id, _)| !id.contains('b')).for_each(|(id, row)| {
                after.entry(id.clone()).or_insert_with(|| row.clone());
            });
        }
        let held = Arc::new(Held::default());
        let (old, new) = (snapshot(&held, &["id"], &before), snapshot(&held, &["id"], &after));
        let (was, is) = (listed(&before), listed(&after));
        let by_files = told(Side::Listed(&was), Side::Listed(&is));
        prop_assert_eq!(&told(Side::Kept(&old), Side::Kept(&new)), &by_files);
        // A file against a tree: of equal rows the form alone.
        let mixed = told(Side::Listed(&was), Side::Kept(&new));
        if before == after {
            prop_assert_eq!(mixed.len(), 1);
        } else {
            prop_assert_eq!(mixed.is_empty(), by_files.is_empty());
        }
    }
}

/// `count` documents, some of them with another text.
fn large_set(count: usize, is_edited: impl Fn(usize) -> bool) -> Rows {
    let row = |n: usize| {
        let edit = if is_edited(n) { "edited" } else { "" };
        let digits = blake3::hash(&n.to_le_bytes()).to_hex();
        (format!("d{n:06}"), format!("{{\"id\":\"d{n:06}\",\"text\":\"{digits}{edit}\"}}"))
    };
    (0..count).map(row).collect()
}

#[test]
fn a_diff_reads_a_few_chunks_for_each_change_and_no_others() {
    let held = Arc::new(Held::default());
    let old = snapshot(&held, &["id"], &large_set(100_000, |_| false));
    let chunks = held.0.lock().unwrap().len() as u64;
    for (new, most) in [
        (large_set(100_000, |n| n == 40_000), 8),
        (large_set(100_000, |n| n / 100 == 77), 12),
        (large_set(100_000, |n| n % 10_000 == 5), 44),
    ] {
        let new = snapshot(&held, &["id"], &new);
        let before = held.reads();
        assert!(!told(Side::Kept(&old), Side::Kept(&new)).is_empty());
        let read = held.reads() - before;
        assert!(read <= most && read < chunks, "{read} chunks were read, of {chunks} that there are");
    }
}

#[test]
fn more_changes_than_fit_a_window_are_counted_to_the_last() {
    let held = Arc::new(Held::default());
    let rows = large_set(30_000, |_| false);
    let old = snapshot(&held, &["id"], &rows);
    let counts = |new: &Rows| {
        let new = snapshot(&held, &["id"], new);
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        let how = How { profile: &PROFILE, thresholds: &Thresholds::default(), elsewhere: HashSet::new() };
        for fact in row_tree::compare(Side::Kept(&old), Side::Kept(&new), &how, |_| Vec::new()) {
            *counts.entry(format!("{} {:?}", fact.aspect, fact.event)).or_default() += fact.count;
        }
        counts
    };
    let of = |counts: &[(&str, usize)]| -> BTreeMap<String, usize> {
        counts.iter().map(|(what, count)| ((*what).to_owned(), *count)).collect()
    };
    assert_eq!(counts(&large_set(30_000, |n| n % 30 != 0)), of(&[("row Changed", 29_000)]));
    // All but 100 rows go by another name, 50 went for good.
    let renamed = rows.iter().skip(50).map(|(id, row)| {
        let is_named_anew = id.as_str() < "d029900";
        let new = if is_named_anew { id.replace('d', "a") } else { id.clone() };
        (new.clone(), row.replace(id.as_str(), &new))
    });
    assert_eq!(counts(&renamed.collect()), of(&[("row Removed", 50), ("row Renamed", 29_850)]));
    let came = rows.iter().take(10).map(|(id, row)| (id.clone(), row.clone()));
    assert_eq!(counts(&came.collect()), of(&[("row Removed", 29_990), ("set Changed", 1)]));
}

#[test]
fn rows_without_a_key_and_with_another_key_are_told_by_what_they_say() {
    let held = Arc::new(Held::default());
    let by_content = |texts: &[&str]| -> Rows {
        let row =
            |text: &&str| (blake3::hash(text.as_bytes()).to_hex().to_string(), format!("{{\"text\":\"{text}\"}}"));
        texts.iter().map(row).collect()
    };
    let before = by_content(&["the first of the rows here", "the second one", "a third thing to say"]);
    let after = by_content(&["the first of the rows there", "the second one", "another"]);
    let (old, new) = (snapshot(&held, &[], &before), snapshot(&held, &[], &after));
    let found = told(Side::Kept(&old), Side::Kept(&new));
    let of = |what: &str| found.iter().filter(|fact| fact.starts_with(what)).count();
    assert_eq!((of("row Changed"), of("row Removed"), of("row Added")), (1, 1, 1), "{found:#?}");

    let rows = |key: &str| -> Rows {
        let row = |n: usize| json!({"id": format!("i{n}"), "slug": format!("s{n}"), "text": n}).to_string();
        (10..60).map(|n| (format!("{}{n}", &key[..1]), row(n))).collect()
    };
    let mut edited = rows("slug");
    edited.insert("s33".to_owned(), json!({"id": "i33", "slug": "s33", "text": 0}).to_string());
    let (old, new) = (snapshot(&held, &["id"], &rows("id")), snapshot(&held, &["slug"], &edited));
    let found = told(Side::Kept(&old), Side::Kept(&new));
    assert_eq!(found.len(), 2, "{found:#?}");
    assert!(
        found[0].contains("the column `id` → the column `slug`") && found[1].starts_with("row Changed \"s33\""),
        "{found:#?}"
    );
}
