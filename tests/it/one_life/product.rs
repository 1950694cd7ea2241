//! What is edited in the course of the life.

use crate::runs::{self, Run};
use crate::world::{CASES, World};

/// What is asked besides the built-in discipline: nothing is switched off.
const POLICY: &str = "
[intents]
missing = \"error\"

[rollback]
rehearsal = \"lock\"

[[gate]]
name = \"eval\"
[[gate.check]]
metric = \"pass_rate\"
margin = 0.05
[[gate.check]]
metric = \"pass_rate\"
floor = 0.80

[[artefact]]
kind = \"index\"
paths = [\"indexes/*/\"]

[[artefact]]
kind = \"feature\"
paths = [\"features.yaml\"]
";

/// The course's manifest, byte for byte.
const MANIFEST: &str = "features:
  refund_explanation:
    flag: refund_explanation_v1
    rollout:
      canary_percentage: 5
    dependencies:
      - prompt: explain_refund@1.0.0
      - tool: lookup_refund_eligibility@1.0.0
      - retrieval_index: refund_policies@2026-05-20
";

const REFUNDS: &str = "---\nname: explain_refund\nmodel: writer\ntools:\n  - lookup_refund_eligibility\n---\nExplain whether {{order}} is refunded.\n\nLook the order up first.\n";

const TOOL: &str = "{\"name\": \"lookup_refund_eligibility\", \"description\": \"Says whether an order can be refunded.\", \"inputSchema\": {\"type\": \"object\", \"properties\": {\"id\": {\"type\": \"string\"}}, \"required\": [\"id\"]}}\n";

/// The product before the feature.
pub(super) fn world() -> World {
    let repo = runs::repository(CASES);
    index(&repo, "handbook", "2026-10-20");
    std::fs::write(repo.beside("told"), "Refunds are explained; at 5% first; back by the flag at 0.\n").unwrap();
    World::live(repo, POLICY)
}

pub(super) fn index(repo: &crate::harness::Repo, name: &str, day: &str) {
    let row =
        |n: usize| format!("{{\"id\": \"{name}-{n}\", \"hash\": \"sha256:{n:064x}\", \"title\": \"Document {n}\"}}\n");
    repo.write(&format!("indexes/{name}/documents.jsonl"), (0..4).map(row).collect::<String>());
    let manifest = format!(
        "name: {name}\nversion: {day}\nbuilt_at: {day}\nembedding:\n  model: text-embedding-3-large\n  dimension: 1024\n  metric: cosine\ndocuments:\n  file: documents.jsonl\n  count: 4\n"
    );
    repo.write(&format!("indexes/{name}/manifest.yaml"), manifest);
}

/// The rows of the eval set with `count` cases of refunds.
pub(super) fn cases(count: usize) -> String {
    let row = |n: usize| format!("{{\"id\": \"refund-{n}\", \"input\": \"refund the order {n}\"}}\n");
    runs::eval_set(CASES) + &(0..count).map(row).collect::<String>()
}

pub(super) fn feature(world: &World) {
    index(&world.repo, "refund_policies", "2026-05-20");
    world.repo.write("tools/lookup_refund_eligibility.json", TOOL).write("prompts/explain_refund.md", REFUNDS);
    world
        .repo
        .write("evals/greetings.jsonl", cases(2))
        .write("features.yaml", MANIFEST)
        .commit("refunds are explained");
}

/// A good run of what `about` names on the eval set as it stands, made now.
pub(super) fn report(world: &World, about: &[&str]) {
    let rows = std::fs::read_to_string(world.repo.path("evals/greetings.jsonl")).unwrap();
    let ids = rows.lines().map(|row| row.split('"').nth(3).unwrap());
    let run = ids.fold(Run::about(&world.repo, about), |run, id| run.case(id, 3, 3.0));
    run.made(&world.instant().timestamp().to_string()).save(&world.repo, "report.json");
}

pub(super) fn intents(world: &World) {
    world.describe("tool:lookup_refund_eligibility", "agent-code", "additive", "answers need to know what is refunded");
    world.describe("index:refund_policies", "data", "additive", "answers quote the policies");
    world.describe("eval:greetings", "eval", "additive", "refunds are measured");
    world.describe("prompt:explain_refund", "prompt", "additive", "customers ask about refunds");
    world.describe("feature:refund_explanation", "agent-code", "additive", "customers see it behind a flag");
    world.repo.commit("why");
}

/// Fills in the postmortem.
pub(super) fn answers(world: &World) {
    let path = "releases/r2/postmortem.md";
    let mut text = std::fs::read_to_string(world.repo.path(path)).unwrap().replace("cause:\n", "cause: tooling\n");
    for question in
        ["Detection", "Response", "Resolution", "Users", "Impact", "Escalations", "Worked", "Slow", "Improve"]
    {
        text = text.replace(&format!("- {question}:\n"), &format!("- {question}: it is known\n"));
    }
    let mut told = String::new();
    for line in text.lines() {
        told += line;
        told += "\n";
        if line.starts_with("### ") || line == "## Root cause" {
            told += "\nThe tool left the currency out, and no case asked for it.\n";
        }
        if line.starts_with("|---") {
            told += "| add cases of currencies | team-evals | 2026-11-30 | |\n";
        }
    }
    world.repo.write(path, told.replace("- Eval set:\n", "- Eval set: eval:greetings@1.2.0\n")).commit("what happened");
}

/// The same bytes once more.
pub(super) fn again(world: &World) {
    world.describe("tool:lookup_refund_eligibility", "agent-code", "behavioural", "the currency was missing");
    world.describe("prompt:explain_refund", "prompt", "behavioural", "the currency was missing");
    world.describe("feature:refund_explanation", "agent-code", "behavioural", "customers see it again");
    world.repo.commit("once more");
}

pub(super) fn repair(world: &World) {
    let repo = &world.repo;
    repo.write("tools/lookup_refund_eligibility.json", TOOL.replace("refunded", "refunded, and in which currency"));
    repo.write("prompts/explain_refund.md", REFUNDS.replace("refunded", "refunded, and in which currency"));
    repo.write("features.yaml", MANIFEST.replace("@1.0.0", "@2.0.0")).write("evals/greetings.jsonl", cases(4));
    world.describe("eval:greetings", "eval", "additive", "currencies are measured");
    repo.commit("the currency");
}
