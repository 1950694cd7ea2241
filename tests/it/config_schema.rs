//! `schema/pv.schema.json` and the reader say the same about `pv.toml`.
#![expect(clippy::expect_used, clippy::panic, reason = "a failed step of a test is a failed test")]

use jsonschema::Validator;
use proptest::prelude::*;
use pv::config::{Config, Found, scaffold};
use pv::domain::KindName;
use serde_json::{Value, json};

use crate::config::EXAMPLE;

fn schema() -> Validator {
    let schema = serde_json::from_str(include_str!("../../schema/pv.schema.json")).expect("the schema is JSON");
    jsonschema::meta::validate(&schema).expect("the schema is a JSON Schema");
    jsonschema::validator_for(&schema).expect("the schema compiles")
}

/// A TOML text as the JSON that an editor validates.
fn json_of(text: &str) -> Value {
    fn convert(value: toml::Value) -> Value {
        match value {
            toml::Value::String(text) => json!(text),
            toml::Value::Integer(number) => json!(number),
            toml::Value::Float(number) => json!(number),
            toml::Value::Boolean(flag) => json!(flag),
            toml::Value::Datetime(moment) => json!(moment.to_string()),
            toml::Value::Array(items) => items.into_iter().map(convert).collect(),
            toml::Value::Table(table) => table.into_iter().map(|(key, value)| (key, convert(value))).collect(),
        }
    }
    convert(toml::Value::Table(text.parse().expect("TOML")))
}

/// The reverse; texts that are dates become dates.
fn toml_of(value: &Value) -> toml::Value {
    match value {
        Value::String(text) => {
            let date = text.parse::<toml::value::Datetime>().ok().filter(|moment| moment.date.is_some());
            date.map_or_else(|| text.clone().into(), toml::Value::Datetime)
        }
        Value::Number(number) => number.as_f64().expect("a number").into(),
        Value::Bool(flag) => (*flag).into(),
        Value::Array(items) => items.iter().map(toml_of).collect::<Vec<_>>().into(),
        Value::Object(entries) => {
            toml::Value::Table(entries.iter().map(|(key, value)| (key.clone(), toml_of(value))).collect())
        }
        Value::Null => panic!("TOML has no null"),
    }
}

fn errors(value: &Value) -> Vec<String> {
    schema().iter_errors(value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

fn parse(text: &str) -> Option<Config> {
    crate::config::parse(text).ok()
}

#[test]
fn what_pv_shows_and_writes_is_valid() {
    let found =
        [(KindName::Prompt, vec!["prompts/a.md".to_owned()]), (KindName::Agent, vec!["skills/pdf/".to_owned()])];
    let written = scaffold("demo", "main", &Found { artefacts: &found, others: &[] });
    for text in [EXAMPLE, &written, include_str!("../../src/config/defaults.toml"), ""] {
        assert_eq!(errors(&json_of(text)), Vec::<String>::new());
        let config = parse(text).expect("the reader takes it");
        assert_eq!(errors(&config.effective()), Vec::<String>::new());
    }
}

#[test]
fn the_effective_configuration_is_itself_a_pv_toml() {
    let model = "[[model]]\nname = \"acme/large\"\nfamily = \"acme large\"\nfloating = true\nretires = 2027-01-01\n\
                 context-window = 64000\ninput-price = 0.25\n";
    let config = parse(&format!("{EXAMPLE}\n{model}")).expect("valid");
    assert_eq!(config.models.len(), 1);
    let written = toml::to_string(&toml_of(&config.effective())).expect("TOML");
    let again = parse(&written).unwrap_or_else(|| panic!("{written}"));
    assert_eq!(again.digest(), config.digest());
}

#[test]
fn what_the_reader_refuses_for_its_shape_the_schema_refuses_too() {
    let texts = [
        "[project]\nnmae = \"x\"",
        "[project]\nname = 1",
        "[[artefact]]\nkind = \"prompt\"",
        "[[artefact]]\nkind = \"promt\"\npaths = [\"x\"]",
        "[[artefact]]\nkind = \"prompt\"\npaths = []",
        "[[artefact]]\nkind = \"prompt\"\npaths = [\"/x\"]",
        "[[artefact]]\nkind = \"prompt\"\npaths = [\"a/../x\"]",
        "[[artefact]]\nkind = \"prompt\"\npaths = [\"a\\nb\"]",
        "[classify]\nform = \"breaking\"",
        "[classify.levels]\n\"prompt/wording-changed\" = \"major\"",
        "[types.prompts]",
        "[types.prompt]\nsteps = [\"5%\"]",
        "[types.prompt]\nmax-first = 0",
        "[[gate]]\nname = \"speed\"",
        "[[gate]]\nname = \"eval\"\nset = \"refunds\"",
        "[calendar]\ntime-zone = \"IST\"",
        "[calendar]\ntime-zone = \"UTC\"\n[[window]]\nname = \"a\"\ndays = [\"mon\"]\nfrom = \"9:00\"\nto = \"10:00\"",
        "[calendar]\ntime-zone = \"UTC\"\n[[freeze]]\nname = \"x\"\nstart = 2026-11-06\nend = 2026-11-07",
        "[store]\ninline-limit = \"1 mb\"",
        "[store]\nremote = \"bucket\"",
        "[[model]]\nfamily = \"acme\"",
        "[[model]]\nname = \"acme\"\ncontext-window = 0",
        "[[model]]\nname = \"acme\"\ninput-price = -1",
    ];
    for text in texts {
        assert!(parse(text).is_none(), "the reader takes {text}");
        assert!(!schema().is_valid(&json_of(text)), "the schema takes {text}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    /// An editor must not underline what pv takes.
    #[test]
    fn what_the_reader_takes_the_schema_takes(at in 0..EXAMPLE.len(), length in 0..40usize, put in "[\\[\\]{}\"=\\n#0-9a-zA-Zé./*!%\t~: -]{0,3}") {
        thread_local! { static SCHEMA: Validator = schema(); }
        let end = (at + length).min(EXAMPLE.len());
        let text = format!("{}{put}{}", &EXAMPLE[..at], &EXAMPLE[end..]);
        if parse(&text).is_some() {
            let value = json_of(&text);
            prop_assert!(SCHEMA.with(|schema| schema.is_valid(&value)), "{text}\n{:?}", errors(&value));
        }
    }
}
