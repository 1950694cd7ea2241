//! Hostile documents: no panic, spans inside the file, and JSON means what `serde_json` says it means.

use proptest::collection::vec;
use proptest::prelude::*;
use pv::domain::{Problem, SourceFile};
use pv::kinds::shared::document::{Syntax, parse};
use pv::kinds::shared::node::{Node, Value};
use pv::kinds::shared::{front_matter, text};

const SEEDS: [&str; 8] = [
    "{\"a\": [1, 2.5e3, true, null], /* c */ \"é\": {\"b\": \"x\\n\\u00e9\"}, \"z\": \"\"}",
    "[{\"id\": 1}, // one\n {\"id\": -0.0},]\n",
    "a: &x {k: v, n: 1}\nb: *x\nc:\n  <<: *x\n  l:\n    - |\n      text\n      more\n    - >-\n      folded\n",
    "# note\nname: 'it''s'\ntask: !function utils.f\nt: \"q\\t\"\nü: [a, {b: c}, ~]\n? k\n: v\n",
    "---\r\nname: x\r\nlist:\r\n- 1\r\n- 0x1f\r\n---\r\nbody {{x}}\r\n",
    "# Copyright\n\n---\nglobs: **/*.ts\ndescription: a: b\n---\n# Body\n",
    "[t]\na = 1\nb.c = \"x\"\n[[l]]\nd = 2026-05-20T10:00:00Z\n[[l]]\ne = [1, 2, { f = 'g' }]\n",
    "x = \"\"\"\nmulti\n\"\"\"\ny = 0xff\nz = inf\n",
];

/// Valid documents damaged: cut, spliced, doubled, bytes flipped.
fn damaged() -> impl Strategy<Value = Vec<u8>> {
    let seed = || prop::sample::select(SEEDS.to_vec()).prop_map(|seed| seed.as_bytes().to_vec());
    let at = any::<prop::sample::Index>;
    prop_oneof![
        (seed(), at()).prop_map(|(mut bytes, cut)| {
            bytes.truncate(cut.index(bytes.len()));
            bytes
        }),
        (seed(), seed(), at(), at())
            .prop_map(|(a, b, from, to)| { [&a[..from.index(a.len())], &b[to.index(b.len())..]].concat() }),
        (seed(), vec((at(), any::<u8>()), 1..6)).prop_map(|(mut bytes, flips)| {
            for (place, byte) in flips {
                let index = place.index(bytes.len());
                bytes[index] = byte;
            }
            bytes
        }),
        (seed(), vec((at(), prop::sample::select(b"{}[]:,-&*!|>'\"\\#? \t\r\n<=.%@`0".to_vec())), 1..6)).prop_map(
            |(mut bytes, inserts)| {
                for (place, byte) in inserts {
                    bytes.insert(place.index(bytes.len()), byte);
                }
                bytes
            }
        ),
    ]
}

fn read_every_way(bytes: &[u8]) {
    let Ok(file) = text::decode("dir/file", bytes) else { return };
    for syntax in [Syntax::Json, Syntax::Yaml, Syntax::Toml] {
        match parse(&file, file.whole(), syntax) {
            Ok(node) => assert_inside(&file, &node),
            Err(problems) => assert_told(&file, &problems),
        }
    }
    match front_matter::read(&file) {
        Ok(Some(found)) => {
            assert_inside(&file, &found.map);
            assert!(found.header.end <= found.body.start && found.body.end == file.text.len());
        }
        Ok(None) => {}
        Err(problems) => assert_told(&file, &problems),
    }
}

fn assert_inside(file: &SourceFile, node: &Node) {
    let span = node.span;
    assert!(span.start <= span.end && file.text.get(span.start..span.end).is_some(), "{span:?} of {:?}", file.text);
    for entry in node.entries() {
        let key = entry.key_span;
        assert!(key.start <= key.end && file.text.get(key.start..key.end).is_some(), "{key:?} of {:?}", file.text);
        assert_inside(file, &entry.node);
    }
    for element in node.elements() {
        assert_inside(file, element);
    }
}

fn assert_told(file: &SourceFile, problems: &[Problem]) {
    assert!(!problems.is_empty());
    let lines = file.text.split('\n').count();
    for problem in problems {
        assert!((1..=lines).contains(&problem.place.line), "{problem:?} of {:?}", file.text);
        assert!(!problem.message.is_empty() && !problem.help.is_empty());
    }
}

fn same(node: &Node, value: &serde_json::Value) -> bool {
    match (&node.value, value) {
        (Value::Null, serde_json::Value::Null) => true,
        (Value::Bool(a), serde_json::Value::Bool(b)) => a == b,
        (Value::Number(a), serde_json::Value::Number(b)) => a.parse::<f64>().ok() == b.to_string().parse::<f64>().ok(),
        (Value::Text(a), serde_json::Value::String(b)) => a == b,
        (Value::List(a), serde_json::Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Map(a), serde_json::Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|entry| b.get(&entry.key).is_some_and(|value| same(&entry.node, value)))
        }
        _ => false,
    }
}

fn json() -> impl Strategy<Value = serde_json::Value> {
    let scalar = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        any::<String>().prop_map(Into::into),
    ];
    scalar.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Into::into),
            prop::collection::btree_map(any::<String>(), inner, 0..6)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bytes_are_read_or_refused(bytes in vec(any::<u8>(), 0..300)) {
        read_every_way(&bytes);
    }

    #[test]
    fn arbitrary_text_of_syntax_is_read_or_refused(text in "[-a:,{}\\[\\]\"'&*!|>#?% \t\r\n<=.0~é\u{feff}]{0,120}") {
        read_every_way(text.as_bytes());
    }

    #[test]
    fn damaged_documents_are_read_or_refused(bytes in damaged()) {
        read_every_way(&bytes);
    }

    #[test]
    fn what_serde_json_writes_reads_the_same(value in json(), pretty in any::<bool>()) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) };
        let file = SourceFile::new("a.json", text.expect("a JSON value"));
        let node = parse(&file, file.whole(), Syntax::Json).expect("valid JSON");
        prop_assert!(same(&node, &value));
    }

    #[test]
    fn what_serde_json_accepts_is_accepted_unless_a_key_stands_twice(bytes in damaged()) {
        let Ok(value) = serde_json::from_slice::<serde_json::Value>(&bytes) else { return Ok(()) };
        let file = SourceFile::new("a.json", String::from_utf8(bytes).expect("JSON is UTF-8"));
        match parse(&file, file.whole(), Syntax::Json) {
            Ok(node) => prop_assert!(same(&node, &value)),
            Err(problems) => prop_assert!(problems.iter().all(|problem| problem.code == "json-duplicate-key")),
        }
    }
}

#[test]
fn large_hostile_documents_take_bounded_time_and_memory() {
    let many = 10_000_000;
    let inputs = [
        "[".repeat(many),
        "{\"a\":".repeat(many / 5),
        "- ".repeat(many / 2),
        "a: ".repeat(many / 3),
        "? ".repeat(many / 2),
        "[a, ".repeat(many / 4),
        "a.".repeat(many / 2),
        "\"".repeat(many),
        "'".repeat(many),
        "&a ".repeat(many / 3),
        "\n".repeat(many),
        format!("a: &a {}\nb: [{}]\n", "x".repeat(100_000), "*a, ".repeat(500_000)),
    ];
    for input in &inputs {
        read_every_way(input.as_bytes());
    }
}
