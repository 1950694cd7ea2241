//! `pv feature`: graph, order, exposure.
#![expect(clippy::disallowed_methods, reason = "a failed step is a failed test")]

use crate::harness::Repo;

const MANIFEST: &str = "\
features:
  refund_explanation:
    flag: refund_explanation_v1
    rollout:
      canary_percentage: 5
    dependencies:
      - prompt: explain_refund@1.0.0
      - tool: lookup_refund_eligibility@1.0.0
      - retrieval_index: refund_policies@2026-05-20
";

const CONFIG: &str = r#"
[[artefact]]
kind = "prompt"
paths = ["prompts/*.md"]

[[artefact]]
kind = "model"
paths = ["models.yaml"]

[[artefact]]
kind = "tool"
paths = ["tools/*.json"]

[[artefact]]
kind = "eval"
paths = ["evals/*.jsonl"]
key = "id"

[[artefact]]
kind = "index"
paths = ["indexes/*/"]

[[artefact]]
kind = "feature"
paths = ["features.yaml"]

[[gate]]
name = "eval"
set = "eval:refunds"
"#;

/// What was there before the feature: a model.
fn shop() -> Repo {
    let repo = Repo::new();
    repo.write("pv.toml", CONFIG);
    repo.write(
        "models.yaml",
        "aliases:\n  smart-reasoner:\n    provider: anthropic\n    model: claude-sonnet-4-20250514\n",
    );
    repo.commit("what was there");
    repo
}

/// The second story, written and not released: a prompt, a tool, an index, an eval set and the feature that they make.
fn refunds(repo: &Repo) {
    repo.write("prompts/explain_refund.md", PROMPT);
    repo.write("tools/lookup_refund_eligibility.json", TOOL);
    repo.write("indexes/refund_policies/manifest.yaml", INDEX);
    repo.write("indexes/refund_policies/documents.jsonl", "{\"id\": \"p1\", \"title\": \"Within seven days\"}\n");
    repo.write("evals/refunds.jsonl", "{\"id\": \"r1\", \"input\": \"Do I get it back?\", \"expected\": \"yes\"}\n");
    repo.write("features.yaml", MANIFEST);
}

const PROMPT: &str = "---
name: explain_refund
model: smart-reasoner
tools:
  - lookup_refund_eligibility
inputs:
  order_id:
    type: string
---
Call `lookup_refund_eligibility` for order {{order_id}} before you say anything about money.
";

const TOOL: &str = r#"{
  "name": "lookup_refund_eligibility",
  "description": "Tells whether an order is refunded.",
  "input_schema": {"type": "object", "properties": {"order_id": {"type": "string"}}, "required": ["order_id"]}
}
"#;

const INDEX: &str = "\
name: refund_policies
built_at: 2026-05-20
embedding:
  model: text-embedding-3-large
  dimension: 1024
  metric: cosine
documents:
  file: documents.jsonl
  count: 1
";

/// The first release: what is committed is live for all.
fn release(repo: &Repo) {
    let said =
        repo.pv(&["--at", "2026-05-20T10:00+05:30[Asia/Kolkata]", "lock", "--name", "r1", "--write", "--commit"]);
    assert!(!said.contains("[exit code"), "{said}");
}

#[test]
fn the_second_story_goes_live_in_five_operations() {
    let repo = shop();
    release(&repo);
    refunds(&repo);
    let said = repo.pv(&["feature", "order", "refund_explanation"]);
    let operations = [
        "1.  ship the index refund_policies ",
        "2.  ship the tool lookup_refund_eligibility ",
        "3.  update the eval set refunds ",
        "4.  register the prompt explain_refund at weight 0 ",
        "5.  enable the flag refund_explanation_v1 at 5% ",
    ];
    let lines: Vec<&str> = said.lines().skip(1).take(6).collect();
    assert!(lines.iter().zip(operations).all(|(line, begin)| line.starts_with(begin)), "{said}");
    assert!(lines[5].is_empty() && said.contains("Already live: model:smart-reasoner."), "{said}");
    let said = repo.pv(&["feature", "order", "refund_explanaton"]);
    assert!(said.contains("did you mean `feature:refund_explanation`?"), "{said}");
}

#[test]
fn a_flag_is_not_on_while_the_index_is_undeployed() {
    let repo = shop();
    refunds(&repo);
    let index = repo.path("indexes");
    std::fs::rename(&index, repo.beside("indexes")).unwrap();
    repo.write("features.yaml", "features:\n  none:\n    flag: none\n    rollout:\n      canary_percentage: 0\n");
    repo.commit("all but the index");
    release(&repo);
    std::fs::rename(repo.beside("indexes"), index).unwrap();
    repo.write("features.yaml", MANIFEST);
    let said = repo.pv(&["feature", "check"]);
    for text in ["features.yaml:9", "`index:refund_policies` 2026-05-20 is in no release", "`pv lock --write`", "5%"] {
        assert!(said.contains(text), "{text}: {said}");
    }
    assert!(said.ends_with("[exit code 1]\n") && said.matches("[coordination/").count() == 1, "{said}");
    // With the flag at 0 the same is only told.
    repo.write("features.yaml", MANIFEST.replace("canary_percentage: 5", "canary_percentage: 0"));
    let said = repo.pv(&["feature", "check"]);
    assert!(
        said.contains("note: ") && said.contains("dependency-unreleased") && !said.contains("[exit code"),
        "{said}"
    );
}

#[test]
fn before_the_first_release_nothing_counts_as_deployed() {
    let repo = shop();
    assert_eq!(
        repo.pv(&["feature", "check"]),
        "there is no feature here; `pv feature --help` shows how one is written\n"
    );
    refunds(&repo);
    let said = repo.pv(&["feature", "check"]);
    assert!(said.starts_with("No release was cut yet") && said.ends_with("[exit code 1]\n"), "{said}");
}

#[test]
fn what_was_live_when_pv_came_is_deployed() {
    let repo = shop();
    refunds(&repo);
    repo.commit("the feature");
    release(&repo);
    let said = repo.pv(&["feature", "check"]);
    assert!(said.ends_with("\n1 feature finds what it depends on\n"), "{said}");
    assert_eq!(said.matches("  live\n").count(), 3, "{said}");
    // At an instant before the release there was none.
    assert!(repo.pv(&["--at", "2026-05-19T10:00Z[UTC]", "feature", "check"]).contains("No release was cut yet"));
    let drawn = repo.pv(&["feature", "graph", "--mermaid"]);
    assert!(drawn.starts_with("flowchart LR\n  n0[\"prompt:explain_refund 1.0.0<br/>live\"]\n"), "{drawn}");
    assert!(drawn.contains("  n5 --> n4\n  n3 -. measures .-> n0\n"), "{drawn}");
    assert_eq!(repo.pv(&["feature", "graph", "--dot"]), repo.pv(&["feature", "graph", "--as", "dot"]));
    let data = repo.pv(&["--format", "json", "feature", "graph"]);
    let data: serde_json::Value = serde_json::from_str(&data).unwrap();
    assert_eq!((data["nodes"].as_array().unwrap().len(), data["edges"].as_array().unwrap().len()), (6, 7));
}

#[test]
fn a_release_records_what_its_features_say() {
    let repo = shop();
    refunds(&repo);
    repo.commit("the feature");
    release(&repo);
    let record = std::fs::read_to_string(repo.path("releases/r1/lock.toml")).unwrap();
    for line in ["\"flag\" = ", "\"rollout.canary_percentage\" = ", "\"index:refund_policies\" = "] {
        assert!(record.contains(line), "{line}: {record}");
    }
}

#[test]
fn a_flag_is_of_one_feature_and_dependencies_are_named() {
    let repo = shop();
    let feature = |name: &str, more: &str| {
        format!("  {name}:\n    flag: both_v1\n    rollout:\n      canary_percentage: 0\n{more}")
    };
    repo.write(
        "features.yaml",
        format!("features:\n{}{}", feature("one", ""), feature("two", "    dependencies: nothere\n")),
    );
    repo.commit("features");
    let said = repo.pv(&["feature", "check"]);
    assert!(said.contains("coordination/flag-shared") && said.contains("`one` has it too"), "{said}");
    assert!(said.contains("coordination/dependency-unknown") && said.ends_with("[exit code 1]\n"), "{said}");
}
