//! `pv plan`, and `pv lock` by a plan.
#![expect(clippy::disallowed_methods, reason = "edits files; a failed step is a failed test")]

use serde_json::Value;

use crate::harness::{Repo, ungated};
use crate::runs::json_of;

const AT: &str = "--at=2026-11-23T10:00:00Z";

/// A repository of one artefact of each sort, released.
fn released(policy: &str) -> Repo {
    let repo = Repo::new();
    repo.write("pv.toml", format!("{}{policy}", ungated()));
    repo.write(
        "prompts/greet.prompt",
        "---\nname: greet\nmodel: writer\ntools: [lookup]\n---\nGreet {{name}} politely.\n",
    );
    repo.write("prompts/part.prompt", "---\nname: part\nmodel: writer\n---\nSay goodbye to {{name}} politely.\n");
    repo.write("models.yaml", "aliases:\n  writer:\n    provider: openai\n    model: gpt-4.1-2025-04-14\n");
    repo.write("tools/lookup.json", tool("Looks a customer up."));
    repo.write("evals/cases.jsonl", "{\"id\": \"a\", \"input\": \"one\", \"expected\": \"1\"}\n{\"id\": \"b\", \"input\": \"two\", \"expected\": \"2\"}\n");
    repo.write("indexes/docs/manifest.yaml", "name: docs\nbuilt_at: 2026-11-01\nembedding:\n  model: text-embedding-3-large\n  dimension: 1024\n  metric: cosine\ndocuments:\n  count: 1\n");
    repo.commit("base");
    let said = repo.pv(&["lock", "--name", "r1", "--write", "--commit", AT]);
    assert!(said.contains("release r1 written"), "{said}");
    repo
}

fn tool(description: &str) -> String {
    format!(
        "{{\"name\": \"lookup\", \"description\": \"{description}\", \"inputSchema\": {{\"type\": \"object\", \"properties\": {{\"id\": {{\"type\": \"string\"}}}}}}}}\n"
    )
}

/// The plan of what is committed, as data.
fn plan(repo: &Repo, more: &[&str]) -> Value {
    json_of(repo, &[&["plan", "--name", "r2", AT], more].concat())
}

/// `what share hold` of each step.
fn steps(plan: &Value) -> Vec<String> {
    let step = |step: &Value| {
        let artefacts: Vec<&str> =
            step["artefacts"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
        let partition = step["partition"].as_str().map(|name| format!(" {name}")).unwrap_or_default();
        format!("{} {}{partition} {}h", artefacts.join("+"), step["weight"], step["hold"].as_u64().unwrap() / 3600)
    };
    plan["plan"]["step"].as_array().unwrap().iter().map(step).collect()
}

/// The ids of the checks that stand against the plan.
fn refused(plan: &Value) -> Vec<&str> {
    let refusals = plan["refusals"].as_array().unwrap().iter().filter(|one| one["severity"] == "error");
    refusals.map(|one| one["check"].as_str().unwrap()).collect()
}

#[test]
fn each_change_goes_by_the_steps_of_its_type() {
    let repo = released("\n[types.data]\npartitions = [\"internal\", \"eu\", \"in\"]\n");
    repo.write(
        "prompts/greet.prompt",
        "---\nname: greet\nmodel: writer\ntools: [lookup]\n---\nGreet {{name}} warmly.\n",
    );
    repo.write("models.yaml", "aliases:\n  writer:\n    provider: openai\n    model: gpt-4.1-mini-2025-04-14\n");
    repo.write("tools/lookup.json", tool("Finds a customer."));
    repo.write("evals/cases.jsonl", "{\"id\": \"a\", \"input\": \"one\", \"expected\": \"1\"}\n{\"id\": \"b\", \"input\": \"three\", \"expected\": \"3\"}\n");
    let manifest = std::fs::read_to_string(repo.path("indexes/docs/manifest.yaml")).unwrap();
    repo.write("indexes/docs/manifest.yaml", manifest.replace("1024", "512"));
    repo.commit("everything");
    let planned = plan(&repo, &[]);
    assert_eq!(
        steps(&planned),
        [
            "index:docs 33.33 internal 24h",
            "index:docs 66.66 eu 24h",
            "index:docs 100 in 24h",
            "tool:lookup 5 24h",
            "tool:lookup 25 24h",
            "tool:lookup 50 24h",
            "tool:lookup 100 24h",
            "eval:cases 100 0h",
            "model:writer 1 96h",
            "model:writer 5 96h",
            "model:writer 25 96h",
            "model:writer 50 96h",
            "model:writer 100 48h",
            "prompt:greet 5 24h",
            "prompt:greet 25 24h",
            "prompt:greet 50 24h",
            "prompt:greet 100 24h",
        ]
    );
    let change = |id: &str| {
        planned["plan"]["change"].as_array().unwrap().iter().find(|one| one["artefact"] == id).unwrap().clone()
    };
    assert_eq!(change("model:writer")["rollback"]["method"], "alias-to-previous");
    assert_eq!(
        (change("model:writer")["rollback"]["within"].as_u64(), change("model:writer")["material"].as_bool()),
        (Some(600), Some(true))
    );
    assert_eq!(
        (change("prompt:greet")["rollback"]["to"].as_str(), change("prompt:greet")["rollback"]["within"].as_u64()),
        (Some("1.0.0"), Some(300))
    );
    assert_eq!(refused(&planned), [""; 0]);
}

#[test]
fn what_means_the_same_goes_at_once() {
    let repo = released("");
    repo.write("tools/lookup.json", tool("Looks a customer up.").replace(": ", ":"));
    repo.commit("formatting");
    assert_eq!(steps(&plan(&repo, &[])), ["tool:lookup 100 0h"]);
}

#[test]
fn together_needs_a_reason_a_coupling_and_owners() {
    let repo = released("");
    repo.write(
        "prompts/greet.prompt",
        "---\nname: greet\nmodel: writer\ntools: [lookup]\n---\nGreet {{name}} warmly.\n",
    );
    repo.write("tools/lookup.json", tool("Finds a customer."));
    repo.commit("the prompt and its tool");
    let silent = plan(&repo, &["--mode", "coordinated"]);
    assert_eq!(refused(&silent), ["plan/reason-missing", "plan/owner-missing", "plan/owner-missing"], "{silent:#}");
    for (name, id, types) in [("a", "prompt:greet", "prompt"), ("b", "tool:lookup", "agent-code")] {
        let intent =
            format!("---\nartefacts: [{id}]\ntype: [{types}]\nowner: team-{name}\nwhy: they go together\n---\n");
        repo.write(&format!("changes/{name}.md"), intent);
    }
    repo.commit("who answers for them");
    let coupled = plan(&repo, &["--mode", "coordinated", "--because", "the prompt calls the tool"]);
    assert_eq!(refused(&coupled), [""; 0], "{coupled:#}");
    let both = "prompt:greet+tool:lookup";
    assert_eq!(steps(&coupled), [5, 25, 50, 100].map(|weight| format!("{both} {weight} 24h")));
    repo.write("prompts/part.prompt", "---\nname: part\nmodel: writer\n---\nSay goodbye to {{name}} warmly.\n");
    repo.commit("and something else");
    let uncoupled = plan(&repo, &["--mode", "coordinated", "--because", "the prompt calls the tool"]);
    assert_eq!(refused(&uncoupled), ["plan/coupling-missing", "plan/owner-missing"], "{uncoupled:#}");
}

#[test]
fn steps_of_its_own_need_a_reason_and_stay_below_the_cap() {
    let repo = released("");
    repo.write("prompts/part.prompt", "---\nname: part\nmodel: writer\n---\nSay goodbye to {{name}} warmly.\n")
        .commit("wording");
    assert_eq!(
        refused(&plan(&repo, &["--steps", "5% 24h", "--steps", "25% 24h", "--steps", "100% 24h"])),
        ["plan/reason-missing"]
    );
    let explained = ["--because", "a small audience"];
    let fine =
        plan(&repo, &[&["--steps", "5% 24h", "--steps", "25% 24h", "--steps", "100% 24h"], &explained[..]].concat());
    assert_eq!(refused(&fine), [""; 0], "{fine:#}");
    let wide = plan(&repo, &[&["--steps", "50% 24h", "--steps", "100% 24h"], &explained[..]].concat());
    assert!(refused(&wide).contains(&"rollout/first-step-exceeded"), "{wide:#}");
    assert!(repo.pv(&["plan", "--steps", "5% a day", AT]).ends_with("[exit code 2]\n"));
}

#[test]
fn only_the_plan_that_was_reviewed_is_cut() {
    let repo = released("");
    repo.write("prompts/part.prompt", "---\nname: part\nmodel: writer\n---\nSay goodbye to {{name}} warmly.\n")
        .commit("wording");
    let reviewed = plan(&repo, &["--write"]);
    let digest = reviewed["digest"].as_str().unwrap().to_owned();
    assert_eq!(reviewed["written"], "releases/r2/plan.toml");
    repo.write("prompts/part.prompt", "---\nname: part\nmodel: writer\n---\nSay goodbye to {{name}} at once.\n")
        .commit("more wording");
    let cut = |plan: &str| repo.pv(&["lock", "--name", "r2", "--plan", plan, "--write", "--commit", AT]);
    let moved = cut(&digest);
    assert!(moved.contains("plan/digest-moved") && moved.ends_with("[exit code 1]\n"), "{moved}");
    assert!(!repo.path("releases/r2/lock.toml").exists());
    let now = plan(&repo, &[])["digest"].as_str().unwrap().to_owned();
    assert_ne!(now, digest);
    assert!(repo.pv(&["lock", "--plan", "xyz", AT]).ends_with("[exit code 2]\n"), "no digest");
    let done = cut(&now[7..19]);
    assert!(done.contains("release r2 written"), "{done}");
    assert_eq!(plan_file(&repo), format!("blake3:{}", &now[7..]), "the plan of the release is the reviewed one");
    assert!(repo.pv(&["verify", "--all"]).contains("2 releases verified"));
}

/// The digest of the plan that stands with the release.
fn plan_file(repo: &Repo) -> String {
    let text = std::fs::read(repo.path("releases/r2/plan.toml")).unwrap();
    pv::domain::Digest::of(&text).to_string()
}

#[test]
fn a_first_release_has_no_plan_and_an_unchanged_one_neither() {
    let repo = Repo::new();
    repo.write("pv.toml", ungated()).write("prompts/a.prompt", "Greet {{name}}.\n").commit("base");
    assert!(repo.pv(&["plan", AT]).contains("the first release is what is live already"));
    let named = repo.pv(&["lock", "--name", "r1", "--plan", "0123456789ab", "--write", AT]);
    assert!(named.contains("plan/plan-missing") && named.ends_with("[exit code 1]\n"), "{named}");
    repo.pv(&["lock", "--name", "r1", "--write", "--commit", AT]);
    assert!(repo.pv(&["plan", AT]).contains("nothing changed since the latest release"));
}

#[test]
fn a_release_that_is_half_way_is_no_base() {
    let repo = released("\n[notice]\nrequired = []\n");
    repo.write("prompts/part.prompt", "---\nname: part\nmodel: writer\n---\nSay goodbye to {{name}} warmly.\n")
        .commit("wording");
    assert!(repo.pv(&["lock", "--name", "r2", "--write", "--commit", AT]).contains("release r2 written"));
    let step = repo.pv(&["rollout", "step", "r2", "--commit", AT]);
    assert!(step.contains("5%"), "{step}");
    repo.write(
        "prompts/greet.prompt",
        "---\nname: greet\nmodel: writer\ntools: [lookup]\n---\nGreet {{name}} warmly.\n",
    )
    .commit("next");
    let planned = json_of(&repo, &["plan", "--name", "r3", AT]);
    assert!(refused(&planned).contains(&"plan/base-unfinished"), "{planned:#}");
}

#[test]
fn a_share_by_another_name_is_a_share_and_a_ladder_has_an_end() {
    let repo = released("");
    let prompt = "---\nname: part\nmodel: writer\n---\nSay goodbye to {{name}} warmly.\n";
    repo.write("prompts/part.prompt", prompt).commit("wording");
    let parted = plan(&repo, &["--steps", "partition 0s", "--because", "it is one tenant"]);
    assert!(refused(&parted).contains(&"rollout/first-step-exceeded"), "{parted:#}");
    let short = plan(&repo, &["--steps", "5% 24h", "--because", "a few are enough"]);
    assert_eq!(refused(&short), ["rollout/end-missing"], "{short:#}");
}

#[test]
fn time_goes_one_way_and_another_policy_is_told() {
    let repo = released("");
    let prompt = "---\nname: part\nmodel: writer\n---\nSay goodbye to {{name}} warmly.\n";
    repo.write("prompts/part.prompt", prompt).commit("wording");
    let earlier = json_of(&repo, &["plan", "--name", "r2", "--at=2026-11-22T10:00:00Z"]);
    assert_eq!(refused(&earlier), ["plan/cut-earlier"], "{earlier:#}");
    let of_policy = |plan: &Value| {
        let refusals = plan["refusals"].as_array().unwrap().clone();
        refusals.into_iter().find(|one| one["check"] == "plan/policy-changed")
    };
    assert_eq!(of_policy(&plan(&repo, &[])), None);
    let policy = std::fs::read_to_string(repo.path("pv.toml")).unwrap();
    repo.write("pv.toml", format!("{policy}\n[types.prompt]\nmax-first = 10\n")).commit("laxer");
    assert_eq!(of_policy(&plan(&repo, &[])).unwrap()["severity"], "warning");
    repo.write("lax.toml", &policy);
    let own = repo.pv(&["lock", "--name", "r2", "--write", "--config", "lax.toml", AT]);
    assert!(own.contains("would judge what goes down in a record") && own.ends_with("[exit code 2]\n"), "{own}");
}
