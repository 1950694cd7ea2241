//! The `pv.toml` that `pv init` writes selects exactly what was found.
#![expect(clippy::panic, reason = "a failed step of a test is a failed test")]

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use pv::config::{Config, Found, KnownRules, scaffold};
use pv::domain::KindName;

fn strings(paths: &[&str]) -> Vec<String> {
    paths.iter().map(|path| (*path).to_owned()).collect()
}

/// Reads `text` and checks that it selects what was found, and nothing else.
fn check_exact(text: &str, artefacts: &[(KindName, Vec<String>)], others: &[String]) {
    let config = Config::parse("pv.toml", text, &KnownRules::new()).unwrap_or_else(|error| panic!("{text}\n{error:?}"));
    let folders: BTreeSet<&str> =
        artefacts.iter().flat_map(|(_, paths)| paths).filter(|path| path.ends_with('/')).map(String::as_str).collect();
    for (kind, path) in artefacts.iter().flat_map(|(kind, paths)| paths.iter().map(move |path| (kind, path))) {
        let probe = if path.ends_with('/') { format!("{path}probe") } else { path.clone() };
        let selected = config.select(&probe).unwrap_or_else(|| panic!("{path} is not selected:\n{text}"));
        assert_eq!((selected.selector.kind, selected.path), (*kind, path.trim_end_matches('/')), "{text}");
        assert_eq!(selected.is_directory, path.ends_with('/'), "{path}: {text}");
    }
    for other in others {
        let is_in_folder = other.match_indices('/').any(|(at, _)| folders.contains(&other[..=at]));
        assert_eq!(config.select(other).is_some(), is_in_folder, "{other}: {text}");
    }
}

#[test]
fn found_paths_become_a_few_readable_patterns() {
    let artefacts = [
        (
            KindName::Prompt,
            strings(&[
                "prompts/refund.md",
                "prompts/triage.md",
                "prompts/v2/refund.md",
                "prompts/v2/triage.md",
                "patterns/a/system.md",
                "patterns/b/system.md",
                "CLAUDE.md",
            ]),
        ),
        (KindName::Eval, strings(&["evals/refunds.jsonl", "evals/triage.jsonl", "evals/goldens/"])),
        (KindName::Agent, strings(&["skills/pdf/", "skills/csv/"])),
        (KindName::Tool, strings(&["tools/lookup_refund.json"])),
    ];
    let others = strings(&[
        "README.md",
        "prompts/README.md",
        "prompts/v2/README.md",
        "patterns/README.md",
        "patterns/a/README.md",
        "docs/CLAUDE.md",
        "skills/README.md",
        "skills/pdf/SKILL.md",
        "skills/csv/SKILL.md",
        "evals/goldens/cases.jsonl",
        "src/main.py",
    ]);
    let text = scaffold("support-assistant", "main", &Found { artefacts: &artefacts, others: &others });
    check_exact(&text, &artefacts, &others);
    insta::assert_snapshot!(text, @r##"
    #:schema ./.pv/pv.schema.json
    # What pv takes as artefacts here. `pv schema pv` prints the schema of this file, with every key explained.

    [project]
    name = "support-assistant"
    protected-branch = "main"

    # The first entry that matches a file wins. A trailing slash takes a folder as one artefact.

    [[artefact]]
    kind = "prompt"
    paths = [
      "./CLAUDE.md",
      "patterns/*/system.md",
      "prompts/**/*.md",
      "!prompts/**/README.md",
    ]

    [[artefact]]
    kind = "tool"
    paths = ["tools/**/*.json"]

    [[artefact]]
    kind = "eval"
    paths = ["evals/*.jsonl"]

    [[artefact]]
    kind = "agent"
    paths = ["skills/*/"]

    [[artefact]]
    kind = "eval"
    paths = ["evals/*/"]
    "##);
}

#[test]
fn one_file_at_home_takes_in_its_later_siblings() {
    let artefacts = [
        (KindName::Prompt, strings(&[".cursor/rules/rust.mdc", "prompts/greet.md", "notes/x.prompt.md"])),
        (KindName::Eval, strings(&["evals/refunds.jsonl", "evals/goldens/"])),
        (KindName::Tool, strings(&["src/tools/find.json"])),
        (KindName::Agent, strings(&[".claude/agents/review.md", "skills/deploy/"])),
        (KindName::Model, strings(&["models/a.yaml"])),
    ];
    let others = strings(&["evals/goldens/cases.jsonl", "models/schema.yaml", "skills/deploy/SKILL.md", "src/main.py"]);
    let text = scaffold("home", "main", &Found { artefacts: &artefacts, others: &others });
    check_exact(&text, &artefacts, &others);
    let config = Config::parse("pv.toml", &text, &KnownRules::new()).expect("valid");
    let siblings = [
        (".cursor/rules/go.mdc", KindName::Prompt),
        ("prompts/deep/er/greet.md", KindName::Prompt),
        ("evals/triage.jsonl", KindName::Eval),
        ("src/tools/send.json", KindName::Tool),
        (".claude/agents/plan.md", KindName::Agent),
        ("skills/release/SKILL.md", KindName::Agent),
    ];
    for (path, kind) in siblings {
        assert_eq!(config.select(path).map(|selected| selected.selector.kind), Some(kind), "{path}: {text}");
    }
    for stranger in ["notes/y.prompt.md", "models/b.yaml"] {
        assert!(config.select(stranger).is_none(), "{stranger}: {text}");
    }
}

#[test]
fn nothing_found_is_still_a_configuration() {
    let text = scaffold("", "trunk", &Found { artefacts: &[], others: &[] });
    let config = Config::parse("pv.toml", &text, &KnownRules::new()).expect("valid");
    assert_eq!(config.protected_branch, "trunk");
}

#[test]
fn odd_file_names_are_taken_literally() {
    let odd = [
        "a b.md",
        "#x.md",
        "!x.md",
        "x[1].md",
        "{x}.md",
        "w\\x.md",
        " x.md ",
        "dir/star*.md",
        "q?.md",
        "~/x.md",
        "\"q\".md",
        "n\nl.md",
        "é.md",
    ];
    let artefacts = [(KindName::Prompt, strings(&odd))];
    let others = strings(&["x1.md", "x.md", "dir/starlight.md", "wx.md", "qq.md"]);
    let text = scaffold("odd", "main", &Found { artefacts: &artefacts, others: &others });
    check_exact(&text, &artefacts, &others);
}

#[test]
fn many_files_are_covered_quickly_by_few_patterns() {
    let found: Vec<String> = (0..5_000).map(|n| format!("lib/{}/{n}/system.md", n % 50)).collect();
    let others: Vec<String> = (0..20_000).map(|n| format!("lib/{}/{n}/README.md", n % 50)).collect();
    let artefacts = [(KindName::Prompt, found)];
    let text = scaffold("large", "main", &Found { artefacts: &artefacts, others: &others });
    assert!(text.contains("paths = [\"lib/*/*/system.md\"]"), "{text}");
}

fn any_tree() -> impl Strategy<Value = BTreeMap<String, Option<usize>>> {
    let path = "(prompts|tools|x)(/[ab]|/tools){0,2}/(system|readme|[cd])\\.(md|json)";
    prop::collection::btree_map(path, prop::option::of(0..3usize), 0..40)
}

proptest! {
    #[test]
    fn any_assignment_is_reproduced_exactly(tree in any_tree()) {
        let of = |kind: Option<usize>| -> Vec<String> {
            tree.iter().filter(|(_, it)| **it == kind).map(|(path, _)| path.clone()).collect()
        };
        let artefacts: Vec<_> = (0..3).map(|kind| (KindName::ALL[kind], of(Some(kind)))).collect();
        let others = of(None);
        let text = scaffold("any", "main", &Found { artefacts: &artefacts, others: &others });
        prop_assert_eq!(&text, &scaffold("any", "main", &Found { artefacts: &artefacts, others: &others }));
        check_exact(&text, &artefacts, &others);
    }
}
