//! `schema/{diff,status,check}.schema.json`: they agree with each other and with the documented example.
#![expect(clippy::expect_used, reason = "a failed step of a test is a failed test")]

use serde_json::{Value, json};

const DIFF: &str = include_str!("../../schema/diff.schema.json");
const STATUS: &str = include_str!("../../schema/status.schema.json");
const CHECK: &str = include_str!("../../schema/check.schema.json");

fn parsed(schema: &str) -> Value {
    let schema = serde_json::from_str(schema).expect("the schema is JSON");
    jsonschema::meta::validate(&schema).expect("the schema is a JSON Schema");
    schema
}

fn is_valid(schema: &str, instance: &Value) -> bool {
    jsonschema::validator_for(&parsed(schema)).expect("the schema compiles").is_valid(instance)
}

fn example(schema: &str) -> Value {
    let digest = |letter: &str| letter.repeat(64);
    json!({
        "schema": schema,
        "old": {"spec": "HEAD~1", "commit": "0".repeat(40)},
        "new": {"spec": "worktree", "commit": null},
        "summary": {"artefacts": 1, "class": "breaking", "types": ["prompt"], "gates": ["eval"]},
        "artefacts": [{
            "id": "prompt:explain_refund", "kind": "prompt", "status": "modified",
            "path": {"old": "prompts/explain_refund.md", "new": "prompts/explain_refund.md"},
            "digest": {"old": format!("blake3:{}", digest("a")), "new": format!("blake3:{}", digest("b"))},
            "meaning": {"old": format!("pvc1:{}", digest("a")), "new": format!("pvc1:{}", digest("b"))},
            "version": {"old": "1.0.0", "required": "2.0.0", "declared": null},
            "class": "breaking", "bump": "major", "types": ["prompt"], "gates": ["eval"],
            "findings": [{
                "rule": "prompt/variable-removed", "class": "breaking", "risk": "high", "type": "prompt",
                "message": "the prompt no longer takes `order_id`",
                "old": {"path": "prompts/explain_refund.md", "line": 12, "column": 20, "text": "{{order_id}}"},
                "new": null, "count": 1, "fingerprint": "0123456789ab", "confidence": "proven", "witness": null, "ack": null
            }]
        }],
        "code": [{"path": "src/agents/main.py", "status": "modified", "type": "agent-code"}],
        "submodules": [],
        "unmanaged": [],
        "problems": [{"path": "a.yaml", "line": 1, "column": 2, "code": "yaml-syntax", "message": "m", "help": "h", "severity": "error"}]
    })
}

#[test]
fn the_documented_example_is_valid() {
    assert!(is_valid(DIFF, &example("pv/diff/1")));
    let mut status = example("pv/status/1");
    status["summary"]["inventory"] = json!({"prompt": 3});
    assert!(is_valid(STATUS, &status));
    let mut check = example("pv/check/1");
    assert!(!is_valid(CHECK, &check), "a check has a verdict");
    check["verdict"] = json!({"passed": false, "exit": 1, "reasons": ["1 integrity finding"]});
    assert!(is_valid(CHECK, &check));
}

#[test]
fn another_shape_is_not_valid() {
    let edits: [(&str, Value); 5] = [
        ("/schema", json!("pv/diff/2")),
        ("/artefacts/0/class", json!("major")),
        ("/artefacts/0/digest/new", json!("abc")),
        ("/artefacts/0/findings/0/old/text", json!("x".repeat(401))),
        ("/problems/0/line", json!(0)),
    ];
    for (pointer, value) in edits {
        let mut instance = example("pv/diff/1");
        *instance.pointer_mut(pointer).expect("the example has it") = value;
        assert!(!is_valid(DIFF, &instance), "{pointer}");
    }
    let mut more = example("pv/diff/1");
    more["extra"] = json!(1);
    assert!(!is_valid(DIFF, &more));
}

#[test]
fn the_three_describe_the_same_rows() {
    let (diff, status, check) = (parsed(DIFF), parsed(STATUS), parsed(CHECK));
    for (name, definition) in diff["$defs"].as_object().expect("definitions") {
        assert_eq!(definition, &status["$defs"][name], "{name} of status");
        assert_eq!(definition, &check["$defs"][name], "{name} of check");
    }
}
