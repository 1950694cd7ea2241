//! The second story: a feature of five operations, and what is taken back when one of them goes wrong.
#![expect(clippy::disallowed_methods, clippy::unwrap_used, reason = "edits files; a failed step is a failed test")]

use crate::harness::{Repo, ungated};

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

const ARTEFACTS: &str = "
[[artefact]]
kind = \"prompt\"
paths = [\"prompts/*.md\"]

[[artefact]]
kind = \"model\"
paths = [\"models.yaml\"]

[[artefact]]
kind = \"tool\"
paths = [\"tools/*.json\"]

[[artefact]]
kind = \"eval\"
paths = [\"evals/*.jsonl\"]
key = \"id\"

[[artefact]]
kind = \"index\"
paths = [\"indexes/*/\"]

[[artefact]]
kind = \"feature\"
paths = [\"features.yaml\"]

[calendar]
time-zone = \"Asia/Kolkata\"

[[window]]
name = \"standard\"
days = [\"mon\", \"tue\", \"wed\", \"thu\"]
from = \"10:00\"
to = \"15:00\"

";

const PROMPT: &str = "---
name: explain_refund
model: smart-reasoner
tools:
  - lookup_refund_eligibility
---
Call `lookup_refund_eligibility` before you say anything about money.
";

const TOOL: &str = "{\"name\": \"lookup_refund_eligibility\", \"description\": \"Tells whether an order is refunded.\", \
    \"input_schema\": {\"type\": \"object\", \"properties\": {\"order_id\": {\"type\": \"string\"}}, \"required\": [\"order_id\"]}}\n";

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

/// Gates and rehearsals are another story's; what stands here is order, exposure and the way back.
struct Shop(Repo);

impl Shop {
    /// A model, and nothing else, is live.
    fn open() -> Self {
        let repo = Repo::new();
        repo.write("pv.toml", format!("{ARTEFACTS}{}", ungated()));
        let models = "aliases:\n  smart-reasoner:\n    provider: anthropic\n    model: claude-haiku-4-5-20251001\n";
        repo.write("models.yaml", models).commit("what was there");
        let shop = Self(repo);
        shop.must("2026-05-18T10:00", "lock --name r1 --write --commit");
        shop
    }

    fn pv(&self, at: &str, line: &str) -> String {
        let at = format!("{at}:00+05:30[Asia/Kolkata]");
        let words: Vec<&str> = line.split(' ').chain(["--at", &at]).collect();
        self.0.pv(&words)
    }

    fn must(&self, at: &str, line: &str) -> String {
        let said = self.pv(at, line);
        assert!(!said.contains("[exit code"), "{line}: {said}");
        said
    }

    /// The feature with all that it needs, committed.
    fn write(&self) {
        self.0.write("prompts/explain_refund.md", PROMPT).write("tools/lookup_refund_eligibility.json", TOOL);
        self.0.write("indexes/refund_policies/manifest.yaml", INDEX);
        self.0.write("indexes/refund_policies/documents.jsonl", "{\"id\": \"p1\", \"title\": \"Within seven days\"}\n");
        self.0.write(
            "evals/refunds.jsonl",
            "{\"id\": \"r1\", \"input\": \"Do I get it back?\", \"expected\": \"yes\"}\n",
        );
        self.0.write("features.yaml", MANIFEST).commit("the feature");
    }

    fn tell(&self, at: &str, release: &str) {
        let text = self.0.beside("notice.txt");
        std::fs::write(&text, "Refunds are explained; back by the flag.").unwrap();
        for audience in ["engineering", "support", "customer"] {
            let told =
                format!("notice record --audience {audience} --channel #all --file {} {release}", text.display());
            self.must(at, &told);
        }
        self.0.commit("told");
    }

    /// The first four operations, on Monday the 25th.
    fn deployed(&self) {
        self.must("2026-05-20T10:00", "lock --name r2 --write --commit");
        self.tell("2026-05-20T10:30", "r2");
        for _ in 0..4 {
            self.must("2026-05-25T10:30", "rollout step r2 --commit");
        }
    }

    /// Everybody has the feature, and a second version of its tool and prompt.
    fn grown(&self) {
        self.write();
        self.deployed();
        for day in ["25", "26", "27", "28"] {
            self.must(&format!("2026-05-{day}T11:00"), "rollout step r2 --commit");
        }
        let tool = TOOL.replace("[\"order_id\"]", "[\"order_id\", \"country\"]");
        let tool = tool.replace("\"properties\": {", "\"properties\": {\"country\": {\"type\": \"string\"}, ");
        self.0.write("tools/lookup_refund_eligibility.json", tool);
        self.0.write("prompts/explain_refund.md", PROMPT.replace("Call", "With the order's country, call"));
        let manifest = MANIFEST.replace("explain_refund@1.0.0", "explain_refund@1.1.0");
        self.0.write("features.yaml", manifest.replace("eligibility@1.0.0", "eligibility@2.0.0")).commit("by country");
        self.must("2026-06-01T10:30", "lock --name r3 --write --commit");
    }
}

#[test]
fn its_plan_is_the_five_operations() {
    let shop = Shop::open();
    shop.write();
    let plan = shop.must("2026-05-20T10:00", "plan --name r2");
    let steps = [
        "1     index:refund_policies           100%",
        "2     tool:lookup_refund_eligibility  100%",
        "3     eval:refunds                    100%",
        "4     register prompt:explain_refund  0%",
        "5     flag refund_explanation_v1      5%",
    ];
    let lines: Vec<&str> = plan.lines().skip_while(|line| !line.starts_with("1  ")).take(5).collect();
    assert!(lines.iter().zip(steps).all(|(line, step)| line.starts_with(step)), "{plan}");
}

#[test]
fn the_flag_is_not_on_before_the_index_is_there() {
    let shop = Shop::open();
    shop.write();
    shop.must("2026-05-20T10:00", "lock --name r2 --write --commit");
    shop.tell("2026-05-20T10:30", "r2");
    let said = shop.pv("2026-05-25T10:30", "rollout step r2 --step 5");
    assert!(said.contains("rollout/step-skipped") && said.ends_with("[exit code 1]\n"), "{said}");
    shop.must("2026-05-25T10:30", "rollout step r2 --commit");
    let said = shop.pv("2026-05-25T10:30", "feature check");
    let tool = "`refund_explanation_v1` at 5% needs `tool:lookup_refund_eligibility` 1.0.0, which is not deployed";
    assert!(said.contains(tool) && said.contains("[coordination/exposed-undeployed]"), "{said}");
    assert!(said.ends_with("[exit code 1]\n"), "{said}");
    for _ in 0..3 {
        shop.must("2026-05-25T10:30", "rollout step r2 --commit");
    }
    let said = shop.must("2026-05-25T10:31", "rollout step r2 --commit");
    assert!(said.contains("refund_explanation_v1") && said.contains("5%"), "{said}");
}

#[test]
fn taking_back_the_tool_takes_the_prompt_along_and_taking_back_the_prompt_nothing() {
    let shop = Shop::open();
    shop.grown();
    let moved = |line: &str| {
        let said = shop.must("2026-06-01T12:00", line);
        let rows =
            said.lines().skip_while(|line| !line.starts_with("artefact")).skip(1).take_while(|line| !line.is_empty());
        let moved: Vec<String> = rows.filter_map(|row| row.split(' ').next().map(str::to_owned)).collect();
        (moved, said)
    };
    let (both, said) = moved("rollback plan --change tool:lookup_refund_eligibility");
    assert_eq!(both, ["prompt:explain_refund", "tool:lookup_refund_eligibility"], "{said}");
    let (alone, said) = moved("rollback plan --change prompt:explain_refund");
    assert_eq!(alone, ["prompt:explain_refund"], "{said}");
    let (contained, said) = moved("rollback plan --flag refund_explanation_v1");
    assert!(contained.is_empty() && said.contains("refund_explanation_v1"), "{said}");
    let (flagged, said) = moved("rollback plan --flag refund_explanation_v1 --change tool:lookup_refund_eligibility");
    assert_eq!(flagged, ["tool:lookup_refund_eligibility"], "{said}");
}
