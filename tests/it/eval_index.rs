//! Eval sets and indexes: which files they are, what is told of a change, and the law of meaning.

#![expect(clippy::expect_used, reason = "what a test cannot set up fails it")]

use proptest::prelude::*;
use pv::domain::{Event, KindName, SourceFile};
use pv::kinds::shared::document;
use pv::kinds::{self, AnyArtefact, Basis, Candidate, Item, KINDS, Settings, Unit};

/// The kind that takes the file on, as zero-configuration discovery asks.
fn kind_of(path: &str, text: &str) -> Option<KindName> {
    let file = SourceFile::new(path, text);
    let document = document::syntax_of(path).and_then(|syntax| document::parse(&file, file.whole(), syntax).ok());
    let candidate = Candidate { file: &file, document: document.as_ref() };
    KINDS.iter().find(|kind| kind.is_likely(path) && kind.recognises(&candidate)).map(|kind| kind.name())
}

fn item(kind: KindName, files: &[(&str, &str)], directory: Option<&str>) -> Item<AnyArtefact> {
    let unit = Unit {
        path: directory.unwrap_or(files[0].0).into(),
        files: files.iter().map(|(path, text)| SourceFile::new(*path, *text)).collect(),
        is_directory: directory.is_some(),
        settings: Settings::default(),
        at_hand: None,
    };
    let parsed = kinds::kind(kind).expect("registered").parse(&unit);
    assert_eq!(parsed.problems, [], "{files:?}");
    parsed.items.into_iter().next().expect("an artefact")
}

/// The rules that judge what differs, in order.
fn rules(kind: KindName, old: &Item<AnyArtefact>, new: &Item<AnyArtefact>) -> Vec<&'static str> {
    let facts = kinds::kind(kind).expect("registered").compare(&old.artefact, &new.artefact, &Basis::default());
    let rules = kinds::rules(kind);
    let safety_net = rules.clone().find(|rule| rule.id.ends_with("/content-changed")).expect("a safety net");
    let rule = |fact| rules.clone().find(|rule| (rule.applies)(fact)).unwrap_or(safety_net).id;
    facts.iter().map(rule).collect()
}

fn file_rules(kind: KindName, path: &str, old: &str, new: &str) -> Vec<&'static str> {
    rules(kind, &item(kind, &[(path, old)], None), &item(kind, &[(path, new)], None))
}

#[test]
fn files_are_taken_for_what_they_hold() {
    let eval = [
        ("evals/refunds.jsonl", "{\"id\": 1, \"input\": \"a\", \"ideal\": \"b\"}\n"),
        ("evals/refunds.csv", "question,answer\na,b\n"),
        (
            "evals/registry/evals/sql.yaml",
            "sql:\n  id: sql.v0\n  metrics: [accuracy]\nsql.v0:\n  class: a:B\n  args: {}\n",
        ),
        ("lm_eval/tasks/x/x.yaml", "task: x\ndataset_path: y\nmetric_list:\n- metric: acc\n"),
        ("lm_eval/tasks/x/_base_yaml", "dataset_path: y\ndoc_to_text: '{{q}}'\ndoc_to_target: !function u.f\n"),
        ("app/promptfooconfig.yaml", "prompts: [a]\nproviders: [b]\ntests:\n- vars: {x: 1}\n  assert: []\n"),
    ];
    for (path, text) in eval {
        assert_eq!(kind_of(path, text), Some(KindName::Eval), "{path}");
    }
    let index = [
        ("indexes/a/manifest.yaml", "embedding: {model: m}\ndimension: 3\n"),
        ("indexes/a/documents.jsonl", "{\"id\": 1, \"sha256\": \"00\"}\n"),
        ("data/dataset_infos.json", "{\"default\": {\"features\": {}, \"splits\": {}}}"),
        ("data/chunks.json", "[{\"id\": 1, \"text\": \"a\"}]"),
    ];
    for (path, text) in index {
        assert_eq!(kind_of(path, text), Some(KindName::Index), "{path}");
    }
}

#[test]
fn neighbours_are_left_alone() {
    let others = [
        ("package.json", "{\"name\": \"evals\", \"version\": \"1.0.0\", \"scripts\": {\"test\": \"x\"}}"),
        ("evals/package.json", "{\"name\": \"evals\", \"version\": \"1.0.0\", \"scripts\": {\"test\": \"x\"}}"),
        ("evals/tsconfig.json", "{\"compilerOptions\": {\"target\": \"es2022\"}, \"include\": [\"src\"]}"),
        ("evals/results.json", "{\"version\": 1, \"results\": [{\"score\": 0.5}]}"),
        (".github/workflows/eval.yml", "name: eval\non: [push]\njobs:\n  test:\n    runs-on: x\n    steps: []\n"),
        ("data/people.csv", "question,answer\na,b\n"),
        ("src/index.json", "{\"documents\": 3, \"sources\": []}"),
        ("search/index/settings.json", "{\"refresh\": \"1s\"}"),
        ("evals/pyproject.toml", "[project]\nname = \"x\"\n"),
        ("evals/docker-compose.yml", "services:\n  db: {image: postgres}\n"),
    ];
    for (path, text) in others {
        assert!(!matches!(kind_of(path, text), Some(KindName::Eval | KindName::Index)), "{path}");
    }
}

#[test]
fn markers_make_a_directory_one_artefact() {
    let eval = kinds::kind(KindName::Eval).expect("registered");
    assert_eq!(eval.directory_of("evals/refunds/cases.jsonl"), Some("evals/refunds"));
    assert_eq!(eval.directory_of("src/evals/refunds/cases.csv"), Some("src/evals/refunds"));
    assert_eq!(eval.directory_of("evals/cases.jsonl"), None);
    let index = kinds::kind(KindName::Index).expect("registered");
    assert_eq!(index.directory_of("indexes/policies/manifest.toml"), Some("indexes/policies"));
    assert_eq!(index.directory_of("web/manifest.json"), None);
}

#[test]
fn a_case_that_moves_to_the_retired_ones_is_retired() {
    let set = |cases: &str, retired: &str| {
        let files =
            [("evals/r/cases.jsonl", cases), ("evals/r/retired.jsonl", retired), ("evals/r/rubric.md", "Be kind.")];
        item(KindName::Eval, &files, Some("evals/r"))
    };
    let (one, two) = ("{\"id\": 1, \"input\": \"a\"}\n", "{\"id\": 2, \"input\": \"b\"}\n");
    let old = set(&format!("{one}{two}"), "");
    assert_eq!(rules(KindName::Eval, &old, &set(two, one)), ["eval/case-retired"]);
    assert_eq!(rules(KindName::Eval, &old, &set(two, "")), ["eval/case-removed"]);
}

#[test]
fn a_registry_tells_of_evals_not_of_their_leaves() {
    let old = "sql:\n  id: sql.v0\n  metrics: [accuracy]\nsql.v0:\n  class: a:Match\n  args: {n: 1}\n";
    let new = old.replace("sql.v0", "sql.v1");
    let fired = file_rules(KindName::Eval, "evals/registry/sql.yaml", old, &new);
    assert_eq!(fired, ["eval/content-changed", "eval/gate-removed", "eval/gate-added"]);
    let fired = file_rules(KindName::Eval, "evals/registry/sql.yaml", old, &old.replace("Match", "Fuzzy"));
    assert_eq!(fired, ["eval/grader-kind-changed"]);
}

#[test]
fn an_index_is_told_apart_by_what_each_key_decides() {
    let old = "name: p\nembedding: {model: e-1, dimension: 8}\nchunking: {size: 100}\ndocuments: 100\nbuilt_at: x\n\
               sources: [a, b]\nschema: {lang: text, page: number}\n";
    let judge = |from: &str, to: &str| file_rules(KindName::Index, "indexes/p.yaml", old, &old.replace(from, to));
    assert_eq!(judge("e-1", "e-2"), ["index/embedding-model-changed"]);
    assert_eq!(judge("dimension: 8", "dimension: 16"), ["index/embedding-dimension-changed"]);
    assert_eq!(judge("size: 100", "size: 200"), ["index/chunking-changed"]);
    assert_eq!(judge("documents: 100", "documents: 80"), ["index/document-count-drift"]);
    assert_eq!(judge("documents: 100", "documents: 101"), ["index/content-changed"]);
    assert_eq!(judge("built_at: x", "built_at: y"), ["index/timestamp-only"]);
    assert_eq!(judge("[a, b]", "[a, c]"), ["index/source-removed", "index/source-added"]);
    assert_eq!(judge("page: number", "page: text"), ["index/field-type-changed"]);
    assert_eq!(judge(", page: number", ""), ["index/field-removed"]);
}

/// Definitions that share most of what they say.
fn definition() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        (0..3_u8).prop_map(|n| format!("threshold: 0.{n}")),
        (0..3_u8).prop_map(|n| format!("metrics: [accuracy, m{n}]")),
        (0..3_u8).prop_map(|n| format!("judge: {{model: j{n}, prompt: p}}")),
        (0..3_u8).prop_map(|n| format!("e.v{n}: {{class: c, args: {{n: {n}}}}}")),
        (0..3_u8).prop_map(|n| format!("sources: [{{name: s{n}, url: u}}, {{name: t, url: u{n}}}]")),
        (0..3_u8).prop_map(|n| format!("schema: {{f{n}: {{type: text, index: {n}}}, g: number}}")),
        (0..3_u8).prop_map(|n| format!("embedding: {{model: e{n}, dimension: {n}}}")),
        (0..3_u8).prop_map(|n| format!("documents:\n- {{id: a, text: b{n}}}\n- {{id: c{n}, text: d}}")),
        (0..3_u8)
            .prop_map(|n| format!("tests:\n- {{vars: {{q: {n}}}, assert: []}}\n- {{vars: {{q: 9}}, assert: [{n}]}}")),
        Just("description: text".to_owned()),
    ];
    prop::collection::btree_map(0..10_u8, line, 1..5).prop_map(|lines| {
        let mut seen = std::collections::BTreeSet::new();
        let first = |line: &String| seen.insert(line.split(':').next().unwrap_or_default().to_owned());
        lines.into_values().filter(first).collect::<Vec<_>>().join("\n")
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_fact_is_told_exactly_when_the_meanings_differ(old in definition(), new in definition()) {
        for (kind, path) in [(KindName::Eval, "evals/a.yaml"), (KindName::Index, "indexes/a.yaml")] {
            let (old, new) = (item(kind, &[(path, &old)], None), item(kind, &[(path, &new)], None));
            let facts = kinds::kind(kind).expect("registered").compare(&old.artefact, &new.artefact, &Basis::default());
            let changes = facts.iter().filter(|fact| fact.event != Event::Unfit).count();
            prop_assert_eq!(changes > 0, old.meaning != new.meaning);
        }
    }
}
