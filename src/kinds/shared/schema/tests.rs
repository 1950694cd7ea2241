//! Schemas compared in pairs: each test says which facts a change gives.

use std::sync::Arc;

use super::{Flow, Schema, compare};
use crate::domain::SourceFile;
use crate::kinds::shared::document::{Syntax, parse};

fn schema(text: &str) -> Schema {
    let file = SourceFile::new("schema.json", text);
    let node = parse(&file, file.whole(), Syntax::Json).expect("valid JSON");
    Schema::new(file, Arc::new(node.clone()), node)
}

fn facts(old: &str, new: &str) -> Vec<String> {
    let describe = |fact: crate::domain::Fact| {
        format!("{} {:?} {} {}", fact.aspect, fact.event, fact.subject, fact.marks.join(","))
    };
    compare(&schema(old), &schema(new), Flow::Input).into_iter().map(describe).collect()
}

#[test]
fn a_recursive_schema_ends_and_is_compared_once() {
    let tree = |kind: &str| {
        format!(
            r##"{{"$defs":{{"T":{{"type":"object","properties":{{"v":{{"type":"{kind}"}},"next":{{"$ref":"#/$defs/T"}}}}}}}},"$ref":"#/$defs/T"}}"##
        )
    };
    assert_eq!(facts(&tree("integer"), &tree("number")), ["schema-type Changed v widened"]);
}

#[test]
fn references_and_single_branches_are_only_spelling() {
    let plain = r#"{"properties":{"a":{"type":"string"}}}"#;
    for other in [
        r##"{"$defs":{"S":{"type":"string"}},"properties":{"a":{"$ref":"#/$defs/S"}}}"##,
        r#"{"properties":{"a":{"allOf":[{"type":"string"}]}}}"#,
        r#"{"type":"object","properties":{"a":{"type":["string"]}}}"#,
    ] {
        assert_eq!(facts(plain, other), ["schema-refactored Changed  "], "{other}");
    }
}

#[test]
fn null_is_one_finding_in_every_spelling() {
    let plain = r#"{"properties":{"a":{"type":"string"}}}"#;
    for other in [
        r#"{"properties":{"a":{"type":["string","null"]}}}"#,
        r#"{"properties":{"a":{"anyOf":[{"type":"string"},{"type":"null"}]}}}"#,
        r#"{"properties":{"a":{"type":"string","nullable":true}}}"#,
    ] {
        assert_eq!(facts(plain, other), ["schema-nullable Added a widened"], "{other}");
        assert_eq!(facts(other, plain), ["schema-nullable Removed a narrowed"], "{other}");
    }
}

#[test]
fn a_rename_needs_more_than_a_like_type() {
    let with = |names: &[&str]| {
        let fields: Vec<String> = names.iter().map(|name| format!(r#""{name}":{{"type":"string"}}"#)).collect();
        format!(r#"{{"properties":{{{}}}}}"#, fields.join(","))
    };
    assert_eq!(facts(&with(&["threadID"]), &with(&["thread_id"])), ["schema-field Renamed threadID "]);
    let ambiguous = facts(&with(&["branch"]), &with(&["ref", "sha"]));
    assert_eq!(ambiguous, ["schema-field Removed branch ", "schema-field Added ref ", "schema-field Added sha "]);
}

#[test]
fn a_change_behind_a_distant_reference_is_seen() {
    let inside = |kind: &str| {
        let text = format!(
            r##"{{"shared":{{"M":{{"type":"{kind}"}}}},"tool":{{"properties":{{"a":{{"$ref":"#/shared/M"}}}}}}}}"##
        );
        let file = SourceFile::new("tools.json", text);
        let document = parse(&file, file.whole(), Syntax::Json).expect("valid JSON");
        let node = document.get("tool").expect("a tool").clone();
        Schema::new(file, Arc::new(document), node)
    };
    assert_eq!(compare(&inside("string"), &inside("number"), Flow::Input).len(), 1);
    assert!(compare(&inside("string"), &inside("string"), Flow::Input).is_empty());
}
