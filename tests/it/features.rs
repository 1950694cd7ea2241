//! `pv feature`: graph, order, exposure.

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

/// The second story: a prompt, a tool, an index, an eval set and the feature that they make.
fn refunds() -> Repo {
    let repo = shop();
    repo.write("prompts/explain_refund.md", PROMPT);
    repo.write("tools/lookup_refund_eligibility.json", TOOL);
    repo.write("indexes/refund_policies/manifest.yaml", INDEX);
    repo.write("indexes/refund_policies/documents.jsonl", "{\"id\": \"p1\", \"title\": \"Within seven days\"}\n");
    repo.write("evals/refunds.jsonl", "{\"id\": \"r1\", \"input\": \"Do I get it back?\", \"expected\": \"yes\"}\n");
    repo.write("features.yaml", MANIFEST);
    repo
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

fn cut(repo: &Repo, name: &str, day: &str) {
    repo.commit(name);
    let at = format!("{day}T10:00+05:30[Asia/Kolkata]");
    let output = repo.pv(&["--at", &at, "lock", "--name", name, "--write", "--commit"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
}

fn text(repo: &Repo, arguments: &[&str]) -> (i32, String) {
    let output = repo.pv(arguments);
    let text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    (output.status.code().unwrap(), text)
}

#[test]
fn the_second_story_goes_live_in_five_operations() {
    let repo = shop();
    cut(&repo, "2026.05.01", "2026-05-01");
    let repo = refunds_in(repo);
    let (code, order) = text(&repo, &["feature", "order"]);
    assert_eq!(code, 0, "{order}");
    insta::assert_snapshot!(order, @"");
}

fn refunds_in(repo: Repo) -> Repo {
    let _ = refunds;
    repo
}
