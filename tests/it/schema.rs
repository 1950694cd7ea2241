//! The published schemas: valid themselves, printed by `pv schema`, and held to by the real output of every command.
#![expect(clippy::disallowed_methods, reason = "the tests read the repository's own files")]
#![expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use crate::harness::Repo;

/// The outputs that speak of changes.
const REPORTS: [&str; 3] = ["diff", "status", "check"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn published() -> Vec<(String, String)> {
    let files = std::fs::read_dir(root().join("schema")).unwrap().map(|file| file.unwrap().path());
    let schemas = files.filter_map(|path| {
        let name = path.file_name()?.to_str()?.strip_suffix(".schema.json")?.to_owned();
        Some((name, std::fs::read_to_string(&path).unwrap()))
    });
    schemas.collect()
}

fn schema(name: &str) -> Value {
    let (_, text) = published().into_iter().find(|(found, _)| found == name).unwrap();
    serde_json::from_str(&text).unwrap()
}

fn pv(repo: &Repo, arguments: &[&str]) -> String {
    let output = repo.command(env!("CARGO_BIN_EXE_pv")).args(arguments).output().unwrap();
    assert!(output.status.code() < Some(2), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// Asserts that `text` is JSON as the schema `name` says, and gives it.
fn valid(name: &str, text: &str) -> Value {
    let json = serde_json::from_str(text).unwrap();
    let validator = jsonschema::validator_for(&schema(name)).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(&json).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{name}: {}", errors.join("\n"));
    json
}

/// The demo repository with breaking edits, a file that is no longer JSON, a new prompt and one that went.
fn edited() -> Repo {
    let repo = Repo::new();
    copy(&repo, "01-base");
    repo.write("prompts/old.md", "Say goodbye.\n").commit("base");
    for step in ["05-breaking", "broken-edit"] {
        copy(&repo, step);
    }
    repo.write("prompts/new.md", "Say hello to {{name}}.\n");
    std::fs::remove_file(repo.path("prompts/old.md")).unwrap();
    repo
}

fn copy(repo: &Repo, step: &str) {
    let from = root().join("fixtures/repos/refund-explanation").join(step);
    let mut folders = vec![from.clone()];
    while let Some(folder) = folders.pop() {
        for path in std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(&from).unwrap().to_str().unwrap().to_owned();
                repo.write(&name, std::fs::read(&path).unwrap());
            }
        }
    }
}

#[test]
fn every_schema_is_a_json_schema_that_describes_itself() {
    for (name, text) in published() {
        let schema: Value = serde_json::from_str(&text).unwrap();
        assert!(jsonschema::meta::is_valid(&schema), "{name}");
        assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema", "{name}");
        for key in ["$id", "title", "description"] {
            assert!(schema[key].is_string(), "{name} has no {key}");
        }
    }
}

#[test]
fn every_schema_is_printed_as_it_is_published() {
    let repo = Repo::directory();
    let listed: Value = serde_json::from_str(&pv(&repo, &["schema", "--list", "--format", "json"])).unwrap();
    let listed: BTreeSet<&str> = listed.as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    let published = published();
    assert_eq!(listed, published.iter().map(|(name, _)| name.as_str()).collect());
    for (name, text) in &published {
        assert_eq!(pv(&repo, &["schema", name]), *text);
    }
}

#[test]
fn every_report_is_as_its_schema_says() {
    let repo = edited();
    for name in REPORTS {
        let json = valid(name, &pv(&repo, &[name, "--format", "json"]));
        assert_eq!(json["schema"], format!("pv/{name}/1"));
        assert!(!json["artefacts"].as_array().unwrap().is_empty(), "{name} shows what changed: {json:#}");
        assert!(!json["problems"].as_array().unwrap().is_empty(), "{name} shows what cannot be read: {json:#}");
        assert!(!json["code"].as_array().unwrap().is_empty(), "{name} shows changed code: {json:#}");
    }
}

#[test]
fn every_rule_and_check_is_as_its_schema_says() {
    let repo = Repo::directory();
    let rules = valid("rules", &pv(&repo, &["rules", "--format", "json"]));
    let id = rules[0]["id"].as_str().unwrap();
    let mut page = valid("explain", &pv(&repo, &["explain", id, "--format", "json"]));
    page.as_object_mut().unwrap().remove("example");
    assert_eq!(page, rules[0]);
    let check = rules.as_array().unwrap().last().unwrap();
    assert_eq!(valid("explain", &pv(&repo, &["explain", check["id"].as_str().unwrap(), "--format", "json"])), *check);
}

#[test]
fn a_finding_is_explained_as_its_schema_says() {
    let repo = edited();
    let diff = valid("diff", &pv(&repo, &["diff", "--format", "json"]));
    let finding = &diff["artefacts"][0]["findings"][0];
    let fingerprint = finding["fingerprint"].as_str().unwrap();
    let page = valid("explain", &pv(&repo, &["explain", fingerprint, "--format", "json"]));
    assert_eq!(page["artefact"]["findings"][0], *finding);
    assert_eq!(page["rule"]["id"], finding["rule"]);
}
