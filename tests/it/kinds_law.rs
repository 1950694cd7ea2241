//! The law of every kind: equal meaning and no facts are one, whatever is changed; and no kind claims what is not its own.

#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "the tests read the repository's own fixtures")]

use std::path::Path;
use std::sync::OnceLock;

use proptest::prelude::{ProptestConfig, any, prop_assert_eq, proptest};
use pv::domain::{KindName, SourceFile};
use pv::kinds::shared::document::{self, Syntax};
use pv::kinds::shared::node::Node;
use pv::kinds::{self, Candidate};
use serde_json::Value;

use crate::judged;

const KINDS: [KindName; 4] = [KindName::Tool, KindName::Model, KindName::Agent, KindName::Feature];

/// The new sides of all pairs of a kind and its valid files, where they are JSON, YAML or TOML, as JSON values.
fn documents(kind: KindName) -> Vec<Value> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rules").join(kind.as_str());
    let mut found: Vec<Value> = Vec::new();
    for rule in std::fs::read_dir(root).unwrap() {
        let Ok(files) = std::fs::read_dir(rule.unwrap().path().join("new")) else { continue };
        for file in files.map(|file| file.unwrap().path()).filter(|path| path.is_file()) {
            let source = SourceFile::new(file.to_string_lossy().as_ref(), std::fs::read_to_string(&file).unwrap());
            if let Some(node) = parsed(&source) {
                found.push(serde_json::from_str(&node.canonical()).unwrap());
            }
        }
    }
    for (path, text) in fixtures(kind, "valid") {
        if let Some(node) = parsed(&SourceFile::new(path, text)) {
            found.push(serde_json::from_str(&node.canonical()).unwrap());
        }
    }
    found.sort_by_key(Value::to_string);
    found
}

fn parsed(file: &SourceFile) -> Option<Node> {
    document::parse(file, file.whole(), document::syntax_of(&file.path)?).ok()
}

/// Changes one place of a document: `at` chooses the place, `how` what happens there.
fn mutate(value: &mut Value, at: usize, how: u8) {
    let mut places = count(value);
    let target = at % places.max(1);
    places = 0;
    visit(value, &mut |node| {
        if places == target {
            change(node, how);
        }
        places += 1;
    });
}

fn count(value: &mut Value) -> usize {
    let mut places = 0;
    visit(value, &mut |_| places += 1);
    places
}

fn visit(value: &mut Value, see: &mut dyn FnMut(&mut Value)) {
    see(value);
    match value {
        Value::Array(elements) => elements.iter_mut().for_each(|element| visit(element, see)),
        Value::Object(entries) => entries.values_mut().for_each(|entry| visit(entry, see)),
        _ => {}
    }
}

fn change(node: &mut Value, how: u8) {
    match (node, how % 5) {
        (Value::Object(entries), 0) => drop(entries.insert("unheard_of".to_owned(), Value::from(how))),
        (Value::Object(entries), 1) => drop(entries.keys().next().cloned().map(|key| entries.remove(&key))),
        (Value::Array(elements), 0) => elements.push(Value::from("further")),
        (Value::Array(elements), 1) => drop(elements.pop()),
        (Value::Array(elements), 2) => elements.reverse(),
        (Value::Bool(value), _) => *value = !*value,
        (Value::Number(number), _) => *number = (number.as_f64().unwrap_or(0.0) as i64 + i64::from(how) + 1).into(),
        (Value::String(text), _) => text.push_str(" more"),
        (node @ Value::Null, _) => *node = Value::from(1),
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_change_of_meaning_goes_without_a_fact(which in any::<u16>(), at in any::<u16>(), how in any::<u8>(), again in any::<u8>()) {
        static DOCUMENTS: OnceLock<[Vec<Value>; 4]> = OnceLock::new();
        for (kind, documents) in KINDS.into_iter().zip(DOCUMENTS.get_or_init(|| KINDS.map(documents))) {
            let old = &documents[usize::from(which) % documents.len()];
            let mut new = old.clone();
            mutate(&mut new, usize::from(at), how);
            mutate(&mut new, usize::from(at) / 3, again);
            let path = "models/agents/tools.json";
            // `judge` asserts the law for every pair of artefacts that it compares.
            judged::judge(kind, path, &old.to_string(), &new.to_string());
            judged::judge(kind, path, &new.to_string(), &old.to_string());
            let (same, _) = judged::judge(kind, path, &new.to_string(), &new.to_string());
            prop_assert_eq!(same.len(), 0);
        }
    }
}

/// Files that everybody has and that are none of ours.
const STRANGERS: [(&str, &str); 12] = [
    (
        "tools/package.json",
        r#"{"name": "a", "description": "b", "version": "1.0.0", "dependencies": {"x": "^1"}, "scripts": {}}"#,
    ),
    ("models/tsconfig.json", r#"{"compilerOptions": {"strict": true}, "include": ["src"]}"#),
    ("agents/docker-compose.yml", "services:\n  web:\n    image: nginx\n    ports: [\"80:80\"]\n"),
    (
        ".github/workflows/agents.yml",
        "name: ci\non: [push]\njobs:\n  test:\n    runs-on: x\n    steps:\n      - run: make\n",
    ),
    (
        "tools/openapi.json",
        r#"{"openapi": "3.1.0", "info": {"title": "t"}, "servers": [{"url": "https://a"}], "paths": {}, "tags": []}"#,
    ),
    ("models/dbt_project.yml", "name: shop\nmodels:\n  shop:\n    staging:\n      materialized: view\n"),
    ("features/jest.json", r#"{"features": ["a", "b"], "flags": {"verbose": true}}"#),
    ("functions/host.json", r#"{"version": "2.0", "functions": ["a"], "logging": {"level": "x"}}"#),
    ("tools/schema.json", r#"{"type": "object", "properties": {"name": {"type": "string"}}, "required": ["name"]}"#),
    ("agents/pipeline.yaml", "name: build\nparameters:\n- name: image\n  type: string\nstages: []\n"),
    ("skills/settings.json", r#"{"permissions": {"allow": ["Bash"]}, "model": "opus"}"#),
    ("docs/agents/README.md", "# Agents\n\nHow our agents work.\n"),
];

#[test]
fn strangers_are_not_claimed() {
    for (path, text) in STRANGERS {
        let file = SourceFile::new(path, text);
        let document = document::syntax_of(path).and_then(|syntax| document::parse(&file, file.whole(), syntax).ok());
        let candidate = Candidate { file: &file, document: document.as_ref() };
        for name in KINDS {
            let kind = kinds::kind(name).unwrap();
            assert!(!(kind.is_likely(path) && kind.recognises(&candidate)), "{path} is claimed as {name}");
        }
    }
}

#[test]
fn valid_files_are_recognised_and_read() {
    for kind in KINDS {
        for (path, text) in fixtures(kind, "valid") {
            let file = SourceFile::new(path.as_str(), text.as_str());
            let syntax = document::syntax_of(&path).or(path.ends_with(".snap").then_some(Syntax::Json));
            let document = syntax.and_then(|syntax| document::parse(&file, file.whole(), syntax).ok());
            let candidate = Candidate { file: &file, document: document.as_ref() };
            let known = kinds::kind(kind).unwrap();
            assert!(known.is_likely(&path) && known.recognises(&candidate), "{path} is not recognised as {kind}");
            let parsed = judged::parse(kind, &path, &text);
            assert!(parsed.problems.is_empty() && !parsed.items.is_empty(), "{path}: {:?}", parsed.problems);
        }
    }
}

#[test]
fn invalid_files_are_problems_with_a_place_and_a_way_out() {
    for kind in KINDS {
        for (path, text) in fixtures(kind, "invalid") {
            let parsed = judged::parse(kind, &path, &text);
            assert!(parsed.problems.iter().all(|problem| !problem.help.is_empty()), "{path}: {:?}", parsed.problems);
            assert!(!parsed.problems.is_empty(), "{path} is no problem");
        }
    }
}

/// The fixtures of `fixtures/parse/<kind>/<set>`, by their path from there.
fn fixtures(kind: KindName, set: &str) -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/parse").join(kind.as_str()).join(set);
    let mut folders = vec![root.clone()];
    let mut found = Vec::new();
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else {
                let relative = path.strip_prefix(&root).unwrap().to_string_lossy().into_owned();
                found.push((relative, std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    assert!(!found.is_empty(), "no fixtures in {}", root.display());
    found
}
