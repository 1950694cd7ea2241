//! What a change of a tool's input schema amounts to: which rule, and the value that shows it.

use jsonschema::{Draft, Validator};
use proptest::prelude::*;
use pv::domain::{Class, Fact, KindName};
use pv::kinds::Basis;
use serde_json::{Value, json};

use crate::judged;

/// The facts about two input schemas.
pub(crate) fn facts(old: &Value, new: &Value) -> Vec<Fact> {
    let tool = |schema: &Value| {
        let text = json!({"name": "t", "inputSchema": schema}).to_string();
        let mut parsed = judged::parse(KindName::Tool, "t.tool.json", &text);
        assert!(parsed.problems.is_empty(), "{:?}", parsed.problems);
        parsed.items.remove(0).artefact
    };
    pv::kinds::kind(KindName::Tool).unwrap().compare(&tool(old), &tool(new), &Basis::default())
}

fn rule(fact: &Fact) -> &'static pv::domain::Rule {
    pv::kinds::rules(KindName::Tool).find(|rule| (rule.applies)(fact)).unwrap()
}

/// Rule ids with the value that shows each, in the order of the facts.
fn told(old: &Value, new: &Value) -> Vec<(String, Option<Value>)> {
    let witness = |fact: &Fact| fact.witness.as_ref().map(|it| serde_json::from_str(&it.instance).unwrap());
    let id = |fact: &Fact| rule(fact).id.trim_start_matches("tool/").to_owned();
    facts(old, new).iter().map(|fact| (id(fact), witness(fact))).collect()
}

fn validator(schema: &Value) -> Validator {
    jsonschema::options().with_draft(Draft::Draft202012).build(schema).unwrap()
}

/// An object with `a` of this schema, required.
fn with(schema: Value) -> Value {
    json!({"type": "object", "properties": {"a": schema}, "required": ["a"]})
}

#[track_caller]
fn assert_told(old: Value, new: Value, id: &str, witness: Option<Value>) {
    assert_eq!(told(&old, &new), [(id.to_owned(), witness)], "{old} -> {new}");
}

#[test]
fn what_narrows_is_shown_by_the_smallest_value() {
    let cases = [
        (
            json!({"type": "string", "enum": ["x", "y"]}),
            json!({"type": "string", "enum": ["x"]}),
            "param-enum-value-removed",
            json!("y"),
        ),
        (json!({"type": "integer"}), json!({"type": "integer", "minimum": 5}), "param-range-tightened", json!(1)),
        (
            json!({"type": "number", "maximum": 9}),
            json!({"type": "number", "exclusiveMaximum": 9}),
            "param-range-tightened",
            json!(9),
        ),
        (
            json!({"type": "string", "maxLength": 9}),
            json!({"type": "string", "maxLength": 4}),
            "param-length-tightened",
            json!("xxxxx"),
        ),
        (
            json!({"type": "array", "items": {"type": "string"}}),
            json!({"type": "array", "items": {"type": "string"}, "minItems": 1}),
            "param-items-tightened",
            json!([]),
        ),
        (
            json!({"type": "string", "pattern": "^[a-c]+$"}),
            json!({"type": "string", "pattern": "^[a-b]+$"}),
            "param-pattern-changed",
            json!("c"),
        ),
        (json!({"type": "string"}), json!({"type": "string", "pattern": "^[^@]+$"}), "param-pattern-added", json!("")),
        (json!({"type": ["string", "null"]}), json!({"type": "string"}), "param-nullable-removed", json!(null)),
        (json!({"type": ["string", "integer"]}), json!({"type": "string"}), "param-type-narrowed", json!(1)),
        (json!({"type": "string"}), json!({"type": "integer"}), "param-type-changed", json!("x")),
        (json!({"type": "string"}), json!({"type": "string", "const": "go"}), "param-const-changed", json!("x")),
        (json!({"type": "integer"}), json!({"type": "integer", "multipleOf": 5}), "param-range-tightened", json!(1)),
    ];
    for (old, new, id, value) in cases {
        assert_told(with(old), with(new), id, Some(json!({ "a": value })));
    }
}

#[test]
fn a_proof_turns_a_suspicion_into_what_it_is() {
    let cases = [
        (
            json!({"type": "string", "pattern": "^[ab]$"}),
            json!({"type": "string", "pattern": "^[abc]$"}),
            "param-pattern-generalized",
        ),
        (json!({"const": "go"}), json!({"type": "string"}), "param-enum-unset"),
        (
            json!({"type": "string"}),
            json!({"type": "string", "allOf": [{"description": "d"}, {"title": "t"}]}),
            "schema-refactored",
        ),
        (
            json!({"anyOf": [{"type": "string", "minLength": 2}, {"type": "integer"}]}),
            json!({"anyOf": [{"type": "integer"}, {"minLength": 2, "type": "string"}]}),
            "schema-refactored",
        ),
        (
            json!({"type": "string", "enum": ["x", "y"]}),
            json!({"anyOf": [{"const": "x"}, {"const": "y"}]}),
            "schema-refactored",
        ),
        (
            json!({"type": "string", "pattern": "^(?=a)a$"}),
            json!({"type": "string", "pattern": "^(?=b|a)a$"}),
            "inclusion-unknown",
        ),
    ];
    for (old, new, id) in cases {
        assert_told(with(old), with(new), id, None);
    }
}

#[test]
fn a_witness_shows_its_own_difference_and_no_other() {
    let old = json!({"type": "object", "properties": {"id": {"type": "string"}, "state": {"enum": ["open", "shut"]}}, "required": ["id"]});
    let new = json!({"type": "object", "properties": {"id": {"type": "string"}, "state": {"enum": ["open"]}, "why": {"type": "string"}}, "required": ["id", "why"]});
    let shown = [
        ("param-enum-value-removed".to_owned(), Some(json!({"id": "x", "state": "shut"}))),
        ("param-added-required".to_owned(), Some(json!({"id": "x"}))),
    ];
    assert_eq!(told(&old, &new), shown);
}

#[test]
fn nested_places_are_reached() {
    let old = |leaf: Value| json!({"type": "object", "properties": {"rows": {"type": "array", "items": {"$ref": "#/$defs/R"}}}, "$defs": {"R": {"type": "object", "properties": {"k": leaf, "n": {"type": "integer"}}, "required": ["n"]}}});
    assert_told(
        old(json!({"type": "string"})),
        old(json!({"type": "string", "maxLength": 0})),
        "param-length-tightened",
        Some(json!({"rows": [{"k": "x", "n": 1}]})),
    );
}

#[test]
fn drafts_are_read_as_one() {
    let cases = [
        (
            json!({"type": "integer", "minimum": 0, "exclusiveMinimum": true}),
            json!({"type": "integer", "exclusiveMinimum": 0}),
        ),
        (json!({"type": "string", "nullable": true}), json!({"type": ["string", "null"]})),
        (
            json!({"type": "array", "items": [{"type": "string"}]}),
            json!({"type": "array", "prefixItems": [{"type": "string"}]}),
        ),
    ];
    for (old, new) in cases {
        for (old, new) in [(&old, &new), (&new, &old)] {
            let told = told(&with(old.clone()), &with(new.clone()));
            assert!(told.iter().all(|(id, _)| id == "schema-refactored"), "{old} -> {new}: {told:?}");
        }
    }
}

#[test]
fn a_parameter_that_is_gone_is_rejected_ignored_or_understood() {
    let object =
        |fields: Value, closed: bool| json!({"type": "object", "properties": fields, "additionalProperties": !closed});
    let (both, one) = (json!({"id": {"type": "string"}, "n": {"type": "integer"}}), json!({"id": {"type": "string"}}));
    assert_told(object(both.clone(), true), object(one.clone(), true), "param-removed", Some(json!({"n": 1})));
    assert_told(object(both.clone(), false), object(one, false), "param-ignored", None);
    let alias = json!({"id": {"type": "string"}, "count": {"type": "integer", "aliases": ["n"]}});
    assert_told(object(both, false), object(alias, false), "param-removed-tolerated", None);
}

/// Schemas of hostile shape: each comparison ends, soon.
#[test]
fn hostile_schemas_keep_within_the_budget() {
    let chain = |length: usize, end: &str| {
        let mut defs = serde_json::Map::new();
        for at in 0..length {
            defs.insert(format!("d{at}"), json!({"$ref": format!("#/$defs/d{}", at + 1)}));
        }
        defs.insert(format!("d{length}"), json!({"type": end}));
        json!({"type": "object", "$defs": defs, "properties": {"a": {"$ref": "#/$defs/d0"}}})
    };
    let doubling = |levels: usize, keyword: &str, end: &str| {
        let mut defs = serde_json::Map::new();
        for at in 0..levels {
            let next = json!({"$ref": format!("#/$defs/d{}", at + 1)});
            let other = json!({"$ref": format!("#/$defs/d{}", at + 1), "minLength": at + 1});
            defs.insert(format!("d{at}"), json!({ keyword: [next, other] }));
        }
        defs.insert(format!("d{levels}"), json!({"type": end}));
        json!({"type": "object", "$defs": defs, "properties": {"a": {"$ref": "#/$defs/d0"}}})
    };
    let itself = |end: &str| {
        let node =
            json!({"oneOf": [{"$ref": "#/$defs/t"}, {"type": end}, {"type": "array", "items": {"$ref": "#/$defs/t"}}]});
        json!({"type": "object", "$defs": {"t": node}, "properties": {"a": {"$ref": "#/$defs/t"}}})
    };
    let giant = |count: usize, more: &str| {
        let values: Vec<String> = (0..count).map(|at| format!("v{at}")).chain([more.to_owned()]).collect();
        with(json!({"type": "string", "enum": values}))
    };
    let pattern = |text: &str| with(json!({"type": "string", "pattern": text}));
    let pairs = [
        (chain(3_000, "string"), chain(3_000, "integer")),
        (doubling(40, "anyOf", "string"), doubling(40, "anyOf", "integer")),
        (doubling(40, "oneOf", "string"), doubling(40, "allOf", "string")),
        (itself("string"), itself("integer")),
        (giant(20_000, "x"), giant(20_000, "y")),
        (pattern("^(a+)+$"), pattern("^(a|aa)+b?$")),
        (pattern("(x+x+)+y"), pattern("(x+x+)+z")),
        (pattern("^(a{1,900}){1,900}$"), pattern("^(a{1,900}){1,901}$")),
        (pattern("^(?:(?=a)a|(?!b).)*$"), pattern("^(?:(?=a)a|(?!c).)*$")),
        (
            with(json!({"type": "string", "minLength": 1})),
            with(json!({"type": "string", "minLength": 4_000_000_000_u64})),
        ),
        (
            with(json!({"type": "array", "minItems": 1e308})),
            with(json!({"type": "array", "minItems": -1e308, "uniqueItems": true})),
        ),
    ];
    for (old, new) in pairs {
        for (old, new) in [(&old, &new), (&new, &old)] {
            let begun = std::time::Instant::now();
            assert!(!facts(old, new).is_empty());
            assert!(begun.elapsed().as_secs() < 5, "{:?} for {:.200}", begun.elapsed(), old.to_string());
        }
    }
}

fn leaf() -> impl Strategy<Value = Value> {
    let small = -3..4_i64;
    prop_oneof![
        Just(json!({})),
        Just(json!({"type": "string"})),
        Just(json!({"type": "boolean"})),
        Just(json!({"type": ["string", "null"]})),
        prop::sample::subsequence(vec!["a", "b", "c"], 1..=3).prop_map(|values| json!({ "enum": values })),
        (small.clone(), 0..4_i64)
            .prop_map(|(low, more)| json!({"type": "integer", "minimum": low, "maximum": low + more})),
        small.clone().prop_map(|low| json!({"type": "number", "exclusiveMinimum": low})),
        small.prop_map(|high| json!({"type": ["number", "string"], "maximum": high})),
        (0..3_u64, 0..3_u64)
            .prop_map(|(low, more)| json!({"type": "string", "minLength": low, "maxLength": low + more})),
        prop::sample::select(vec!["^[ab]+$", "a", "^.?$", "b$"])
            .prop_map(|text| json!({"type": "string", "pattern": text})),
        prop::sample::select(vec!["a", "b"]).prop_map(|value| json!({ "const": value })),
        (1..4_i64).prop_map(|of| json!({"type": "integer", "multipleOf": of})),
    ]
}

fn schema() -> impl Strategy<Value = Value> {
    leaf().prop_recursive(3, 24, 3, |inner| {
        prop_oneof![
            (
                prop::collection::btree_map("[kln]", inner.clone(), 0..3),
                prop::sample::subsequence(vec!["k", "l", "n"], 0..2),
                prop::option::of(inner.clone()),
                any::<bool>()
            )
                .prop_map(|(fields, required, more, closed)| {
                    let mut schema = json!({"type": "object", "properties": fields, "required": required});
                    if closed {
                        schema["additionalProperties"] = more.unwrap_or(json!(false));
                    }
                    schema
                }),
            (inner.clone(), 0..2_u64, 0..3_u64).prop_map(
                |(items, low, more)| json!({"type": "array", "items": items, "minItems": low, "maxItems": low + more})
            ),
            (inner.clone(), any::<bool>())
                .prop_map(|(items, unique)| json!({"type": "array", "prefixItems": [items], "uniqueItems": unique})),
            prop::collection::vec(inner.clone(), 1..3).prop_map(|all| json!({ "anyOf": all })),
            prop::collection::vec(inner.clone(), 1..3).prop_map(|all| json!({ "oneOf": all })),
            prop::collection::vec(inner.clone(), 1..3).prop_map(|all| json!({ "allOf": all })),
            inner.clone().prop_map(|one| json!({"type": "string", "not": one})),
            (inner.clone(), inner.clone(), inner)
                .prop_map(|(test, then, other)| json!({"if": test, "then": then, "else": other})),
        ]
    })
}

fn instance() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-4..8_i64).prop_map(Value::from),
        Just(json!(0.5)),
        "[abc]{0,3}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            prop::collection::btree_map("[klnm]", inner, 0..3).prop_map(|fields| json!(fields)),
        ]
    })
}

/// `schema` with every object closed, as a producer reads it.
fn declared(schema: &Value) -> Value {
    match schema {
        Value::Object(map) => {
            let mut map: serde_json::Map<String, Value> =
                map.iter().map(|(key, value)| (key.clone(), declared(value))).collect();
            let is_object = map.get("properties").is_some_and(Value::is_object) && map.contains_key("required");
            if is_object && !map.contains_key("additionalProperties") {
                map.insert("additionalProperties".to_owned(), json!(false));
            }
            Value::Object(map)
        }
        Value::Array(all) => all.iter().map(declared).collect(),
        other => other.clone(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_witness_is_valid_before_and_not_after(old in schema(), new in schema()) {
        let (old, new) = (with(old), with(new));
        let (before, after) = (validator(&old), validator(&new));
        for fact in facts(&old, &new) {
            if let Some(witness) = &fact.witness {
                let value: Value = serde_json::from_str(&witness.instance).unwrap();
                prop_assert!(before.is_valid(&value) && !after.is_valid(&value), "{witness:?} for {fact:?}");
            }
        }
    }

    #[test]
    fn what_breaks_nobody_rejects_no_declared_value(old in schema(), new in schema(), values in prop::collection::vec(instance(), 30)) {
        let (old, new) = (with(old), with(new));
        let found = facts(&old, &new);
        let is_open = |fact: &Fact| rule(fact).class == Class::Breaking || rule(fact).id == "tool/inclusion-unknown";
        if !found.iter().any(is_open) {
            let (before, after) = (validator(&declared(&old)), validator(&new));
            for value in values {
                let value = json!({ "a": value });
                prop_assert!(!before.is_valid(&value) || after.is_valid(&value), "{value}: {old} -> {new} {found:?}");
            }
        }
    }

    #[test]
    fn a_schema_against_itself_says_nothing_and_the_reverse_something(old in schema(), new in schema()) {
        prop_assert!(facts(&old, &old).is_empty());
        prop_assert_eq!(facts(&old, &new).is_empty(), facts(&new, &old).is_empty());
        let aspects = |facts: Vec<Fact>| {
            let mut all: Vec<_> = facts.into_iter().map(|fact| fact.aspect).collect();
            all.sort_unstable();
            all
        };
        prop_assert_eq!(aspects(facts(&old, &new)), aspects(facts(&new, &old)));
    }
}
