//! Models: what the catalogue says reaches a diff by the day and the project's entries; any id can be taken apart.

use proptest::prelude::*;
use pv::config::{Config, KnownRules};
use pv::domain::KindName;
use pv::kinds::shared::catalogue::{Catalogue, ModelId, Relation};

use crate::harness::{Repo, ungated};
use crate::judged;

const ROUTING: &str = "models:\n  smart:\n    provider: openai\n    model: MODEL\n";

/// A repository whose route moves from `old` to `new`.
fn moved(old: &str, new: &str) -> Repo {
    let repo = Repo::new();
    repo.write("pv.toml", ungated()).write("models/routing.yaml", ROUTING.replace("MODEL", old));
    repo.commit("a route");
    repo.write("models/routing.yaml", ROUTING.replace("MODEL", new));
    repo
}

fn rules(repo: &Repo, at: &str) -> Vec<String> {
    let output =
        repo.command(env!("CARGO_BIN_EXE_pv")).args(["diff", "--format", "json", "--at", at]).output().unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = report["artefacts"][0]["findings"].as_array().cloned().unwrap_or_default();
    let mut rules: Vec<String> = findings.iter().map(|it| it["rule"].as_str().unwrap_or_default().to_owned()).collect();
    rules.sort();
    rules
}

#[test]
fn the_day_decides_what_is_retired() {
    let repo = moved("gpt-4o-2024-11-20", "gpt-4o-2024-08-06");
    let moved = "model/version-downgraded".to_owned();
    let with = |rule: &str| {
        let mut rules = vec![rule.to_owned(), moved.clone()];
        rules.sort();
        rules
    };
    assert_eq!(rules(&repo, "2026-07-01T00:00:00Z"), ["model/version-downgraded"]);
    assert_eq!(rules(&repo, "2026-10-20T00:00:00Z"), with("model/deprecated"));
    assert_eq!(rules(&repo, "2026-12-01T00:00:00Z"), with("model/retiring-soon"));
    // Midnight is a matter of where one stands.
    assert_eq!(rules(&repo, "2027-01-14T02:00:00+05:30"), with("model/retired"));
    assert_eq!(rules(&repo, "2027-01-13T20:30:00Z"), with("model/retiring-soon"));
}

#[test]
fn a_project_corrects_the_catalogue() {
    let repo = moved("grok-3", "gpt-4o");
    let floats = "model/alias-floating".to_owned();
    assert!(rules(&repo, "2026-07-01T00:00:00Z").contains(&floats));
    repo.write("pv.toml", "[[model]]\nname = \"azure/gpt-4o\"\nfloating = false\n");
    assert!(!rules(&repo, "2026-07-01T00:00:00Z").contains(&floats));
}

#[test]
fn a_new_route_that_floats_is_told_and_stops_no_first_lock() {
    let repo = Repo::new();
    repo.write("models/routing.yaml", ROUTING.replace("MODEL", "gpt-4o"));
    repo.commit("a route");
    let said = repo.pv(&["--at", "2026-07-01T00:00:00Z", "lock", "--name", "one", "--write"]);
    assert!(!said.contains("[exit code"), "{said}");
    assert!(repo.path("pv.lock").exists());
}

#[test]
fn a_changed_model_is_called_what_it_is_wherever_it_is_named() {
    let prompt = |model: &str| format!("---\nname: greet\nmodel: {model}\n---\nHello {{{{name}}}}\n");
    let said = |old: &str, new: &str| {
        let (judged, _) = judged::judge(KindName::Prompt, "prompts/greet.md", &prompt(old), &prompt(new));
        judged.into_iter().map(|judged| judged.message).collect::<Vec<_>>()
    };
    let newer = said("gpt-4o-2024-08-06", "gpt-4o-2024-11-20");
    assert_eq!(
        newer,
        ["the model changed from `gpt-4o-2024-08-06` to `gpt-4o-2024-11-20`: a newer one of the same family"]
    );
    let loose = said("gpt-4o-2024-08-06", "gpt-4o");
    assert_eq!(
        loose,
        ["the model changed from `gpt-4o-2024-08-06` to `gpt-4o`: a floating alias instead of a snapshot"]
    );
    let unknown = said("small-1", "large-2");
    assert_eq!(unknown, ["the model changed from `small-1` to `large-2`"]);
}

#[test]
fn a_damaged_entry_of_the_catalogue_is_told_with_its_place() {
    let text = "[[model]]\nname = \"acme\"\nfloatin = true\nretires = \"2026-01-01\"\ncontext-window = 1.5\n\
                input-price = -1\n\n[[model]]\nname = \"acme\"\n\n[[model]]\nfamily = \"acme\"\n";
    let error = Config::parse("pv.toml", text, &KnownRules::new()).unwrap_err();
    let told: Vec<(&str, &str, &str)> = error
        .faults
        .iter()
        .map(|fault| (text.get(fault.span.start..fault.span.end).unwrap(), fault.code, fault.help.as_str()))
        .collect();
    assert_eq!(
        told,
        [
            ("floatin", "unknown-key", "did you mean `floating`?"),
            ("\"2026-01-01\"", "wrong-type", "write the date without quotes: 2026-11-06"),
            ("1.5", "bad-value", "write a whole number above zero: 128000"),
            ("-1", "bad-value", "write dollars a million tokens: 2.5"),
            ("\"acme\"", "duplicate-name", "give it another name, or join the two"),
            ("[[model]]", "missing-key", "add a line `name = …`"),
        ]
    );
}

#[test]
fn what_a_dated_table_says_stops_a_check_only_where_the_model_is_gone() {
    let check = |model: &str, more: &[&str]| {
        let repo = moved("grok-3", model);
        repo.pv(&[&["--at", "2026-11-22T00:00:00Z", "check"], more].concat()).ends_with("[exit code 1]\n")
    };
    assert!(!check("gpt-4o", &[]), "a floating name is told and passes");
    assert!(!check("gpt-4o-2024-08-06", &[]), "so is one that retires in 53 days");
    assert!(check("gpt-4o-2024-08-06", &["--strict"]));
    assert!(check("gpt-4-0314", &[]), "a retired one is stopped");
}

#[test]
fn another_host_has_its_own_dates_and_names() {
    let hosted = |host: &str, model: &str| {
        let repo = moved("grok-3", model);
        let text = std::fs::read_to_string(repo.path("models/routing.yaml")).unwrap();
        repo.write("models/routing.yaml", text.replace("provider: openai", &format!("provider: {host}")));
        rules(&repo, "2026-11-22T00:00:00Z")
            .into_iter()
            .filter(|rule| rule != "model/provider-changed")
            .collect::<Vec<_>>()
    };
    assert_eq!(hosted("OpenAI", "gpt-4-0314"), ["model/retired"]);
    assert_eq!(hosted("together_ai", "gpt-4-0314"), [""; 0]);
    assert_eq!(hosted("azure", "gpt-4o-2024-05-13"), ["model/retiring-soon"]);
    assert_eq!(hosted("azure", "gpt-4o"), [""; 0]);
    assert_eq!(hosted("aws", "anthropic.claude-3-haiku-20240307-v1:0"), ["model/retired"]);
}

#[test]
fn the_rule_says_of_which_day_the_catalogue_is() {
    let text = include_str!("../../src/kinds/shared/catalogue/models.toml");
    let newest = text.lines().filter_map(|line| line.strip_prefix("read = ")).max().unwrap();
    let rule = pv::kinds::rules(KindName::Model).find(|rule| rule.id == "model/retired").unwrap();
    assert!(rule.remedy.contains(newest), "{newest}");
}

/// Ids in the spellings of clients, to be damaged.
const SEEDS: [&str; 12] = [
    "openai/gpt-4o-2024-08-06",
    "gpt-4o",
    "gpt-4o-mini-2024-07-18",
    "claude-3-5-sonnet-latest",
    "us.anthropic.claude-3-5-sonnet-20241022-v2:0",
    "vertex_ai/claude-3-5-sonnet-v2@20241022",
    "claude-sonnet-4-6",
    "models/gemini-1.5-pro-002",
    "meta-llama/Llama-3.1-8B-Instruct@0e9e39f249a16976918f6564b8830bc894c89659",
    "llama3:8b-q4",
    "command-r-08-2024",
    "mistral-large-2407",
];

/// An id, or what is left of one after an accident.
fn id() -> impl Strategy<Value = String> {
    let damaged =
        (0..SEEDS.len(), any::<prop::sample::Index>(), "[a-z0-9@:/._é -]{0,6}").prop_map(|(which, at, with)| {
            let seed: Vec<char> = SEEDS.get(which).copied().unwrap_or_default().chars().collect();
            let cut = at.index(seed.len() + 1);
            let (head, tail) = seed.split_at(cut);
            head.iter().chain(with.chars().collect::<Vec<_>>().iter()).chain(tail.iter().skip(with.len() / 2)).collect()
        });
    prop_oneof![
        Just(()).prop_flat_map(|()| prop::sample::select(&SEEDS[..])).prop_map(str::to_owned),
        damaged,
        any::<String>()
    ]
}

fn mirrored(relation: Relation) -> Relation {
    match relation {
        Relation::Upgraded => Relation::Downgraded,
        Relation::Downgraded => Relation::Upgraded,
        Relation::Loosened => Relation::Tightened,
        Relation::Tightened => Relation::Loosened,
        same => same,
    }
}

proptest! {
    #[test]
    fn any_text_can_be_taken_apart(text in id()) {
        let id = ModelId::parse(&text);
        prop_assert_eq!(&ModelId::parse(&id.name).stem, &id.stem, "the name of {} means the same", text);
    }

    #[test]
    fn the_way_back_is_the_mirror(old in id(), new in id()) {
        let catalogue = Catalogue::default();
        prop_assert_eq!(mirrored(catalogue.relation(&old, &new)), catalogue.relation(&new, &old));
        prop_assert!(matches!(catalogue.relation(&old, &old), Relation::SameModel));
    }
}
