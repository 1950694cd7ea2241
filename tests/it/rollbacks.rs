//! `pv rollback`: cascade, rehearsal, the way back.
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "a failed step is a failed test")]

use crate::harness::{Repo, ungated};

const TOOL: &str = "{\n  \"name\": \"find\",\n  \"description\": \"Finds an order.\",\n  \"inputSchema\": {\"type\": \"object\", \
                    \"properties\": {\"id\": {\"type\": \"string\"}}, \"required\": [\"id\"]}\n}\n";
const PROMPT: &str = "---\nname: explain\ntools:\n  - find\n---\nExplain the refund of {{order}}.\n";
const OTHER: &str = "---\nname: greet\n---\nGreet {{customer}} by name.\n";
const FEATURES: &str = "features:\n  refunds:\n    flag: refunds_v1\n    rollout:\n      canary_percentage: 5\n    dependencies:\n      - \
                        prompt: explain\n      - tool: find\n";

/// Release r1 of a tool, a prompt that needs it, another prompt and a feature; release r2 with another tool and both prompts
/// edited.
fn repo() -> Repo {
    let repo = Repo::new();
    repo.write("pv.toml", ungated()).write("tools/find.json", TOOL).write("prompts/explain.md", PROMPT);
    repo.write("prompts/greet.md", OTHER).write("features.yaml", FEATURES);
    repo.commit("base");
    cut(&repo, "r1", "2026-05-20T11:00:00Z");
    repo.write(
        "tools/find.json",
        TOOL.replace("\"required\": [\"id\"]", "\"required\": [\"id\", \"region\"]").replace(
            "{\"id\": {\"type\": \"string\"}}",
            "{\"id\": {\"type\": \"string\"}, \"region\": {\"type\": \"string\"}}",
        ),
    );
    repo.write("prompts/explain.md", PROMPT.replace("of {{order}}", "of {{order}}, for its region"));
    repo.write("prompts/greet.md", OTHER.replace("by name", "by name, warmly"));
    repo.commit("edits");
    cut(&repo, "r2", "2026-05-21T11:00:00Z");
    repo
}

fn cut(repo: &Repo, name: &str, at: &str) {
    let said = repo.pv(&["lock", "--name", name, "--write", "--commit", &format!("--at={at}")]);
    assert!(!said.contains("exit code"), "{said}");
}

const AT: &str = "--at=2026-05-22T11:00:00Z";

fn pv(repo: &Repo, words: &str) -> String {
    let words: Vec<&str> = words.split(' ').chain([AT]).collect();
    repo.pv(&words)
}

#[test]
fn probe() {
    let repo = repo();
    println!("{}", pv(&repo, "rollback plan --change tool:find"));
    println!("{}", pv(&repo, "rollback plan --change prompt:explain"));
    println!("{}", pv(&repo, "rollback plan --to r1"));
    println!("{}", pv(&repo, "rollback plan --flag refunds_v1"));
    println!("{}", pv(&repo, "rollback plan --change tool:find --only"));
    println!("{}", pv(&repo, "rollback plan --change tool:find --flag refunds_v1"));
    println!("{}", pv(&repo, "rollback run --change tool:find --reason slow --commit"));
    println!("{}", repo.git(&["status", "--porcelain"]));
    println!("{}", pv(&repo, "verify --all"));
    println!("{}", std::fs::read_to_string(repo.path("pv.lock")).unwrap());
    println!("{}", std::fs::read_to_string(repo.path("releases/2026.05.22/log/0002-rollback.toml")).unwrap());
    println!("{}", pv(&repo, "rollback rehearse --from r2"));
    repo.write("prompts/greet.md", "---\nname: greet\n---\nHello {{customer}}.\n").commit("x");
    println!("{}", pv(&repo, "rollback rehearse"));
    println!("{}", pv(&repo, "rollback run --flag refunds_v1 --reason slow --commit"));
    println!("{}", pv(&repo, "rollback run --flag refunds_v1 --reason slow --commit"));
}
