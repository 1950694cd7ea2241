//! Gates: a change is stopped until evidence about exactly its content shows what the base's policy asks for.

use serde_json::json;

use crate::harness::Repo;
use crate::runs::{CONFIG, PROMPT, Run, check, gate, json_of, name, repository, reword, reworded, told};

const CASES: usize = 60;

fn eval(repo: &Repo) -> (String, String) {
    told(&gate(&check(repo, &[]), "eval"))
}

fn verdict(verdict: &str, check: &str) -> (String, String) {
    (verdict.to_owned(), check.to_owned())
}

#[test]
fn a_prompt_hidden_in_another_pull_request_is_stopped_until_the_eval_was_run() {
    let repo = reworded(CASES);
    let before = check(&repo, &[]);
    assert_eq!(told(&gate(&before, "eval")), verdict("fail", "gate/evidence-missing"));
    assert_eq!(before["verdict"]["exit"], 1);
    let reason = before["verdict"]["reasons"][0].as_str().unwrap();
    assert!(reason.contains("prompt:greet owes eval"), "{reason}");
    Run::of(&repo, CASES, 3).add(&repo, &[]);
    let after = check(&repo, &[]);
    assert_eq!(told(&gate(&after, "eval")), verdict("pass", ""), "{after:#}");
    assert_eq!(after["verdict"]["exit"], 0);
    assert_eq!(gate(&after, "eval")["against"], "prompt:greet of HEAD~1");
}

/// Three quarters of the changes of a quarter were merged without the eval having been run: CI did not ask for it.
#[test]
fn of_four_changes_the_three_without_a_run_do_not_merge() {
    let repo = repository(CASES);
    let words = ["kindly", "briefly", "calmly", "gladly"];
    let merged: Vec<&str> = words
        .into_iter()
        .filter(|word| {
            repo.git(&["switch", "--quiet", "--create", word, "main"]);
            Run::of(&repo, CASES, 3).add(&repo, &[]);
            repo.write("prompts/greet.md", PROMPT.replace("politely", word)).commit("tidy up");
            if *word == "calmly" {
                Run::of(&repo, CASES, 3).add(&repo, &[]);
                repo.commit("the eval was run");
            }
            repo.pv(&["check", "--base", "main"]).contains("check passed")
        })
        .collect();
    assert_eq!(merged, ["calmly"]);
}

#[test]
fn any_later_edit_makes_evidence_stale_and_is_named() {
    let edits: [(&str, &str, &str, &str); 4] = [
        ("prompts/greet.md", "warmly", "very warmly", "prompt:greet"),
        ("models.yaml", "20250929", "20251101", "model:writer"),
        ("tools/lookup.json", "Looks a customer up.", "Finds a customer.", "tool:lookup"),
        ("evals/greetings.jsonl", "greet customer 7\"", "greet customer seven\"", "eval:greetings"),
    ];
    for (path, from, to, id) in edits {
        let repo = reworded(CASES);
        Run::of(&repo, CASES, 3).add(&repo, &[]);
        assert_eq!(eval(&repo).0, "pass");
        let text = std::fs::read_to_string(repo.path(path)).unwrap();
        assert!(text.contains(from));
        repo.write(path, text.replace(from, to));
        let judged = check(&repo, &[]);
        let of_prompt = judged["gates"]
            .as_array()
            .unwrap()
            .iter()
            .find(|one| one["gate"] == "eval" && one["artefact"] == "prompt:greet");
        let refused = &of_prompt.unwrap()["refused"][0];
        assert_eq!(refused["check"], "gate/evidence-stale", "{refused}");
        assert!(refused["message"].as_str().unwrap().contains(&format!("{id} moved from ")), "{refused}");
        assert!(refused["remedy"].as_str().unwrap().ends_with("pv gate add report.json"), "{refused}");
        assert_eq!(judged["verdict"]["exit"], 1);
    }
}

#[test]
fn worse_fails_and_too_little_is_inconclusive_and_says_how_much_would_do() {
    let repo = reworded(CASES);
    Run::of(&repo, CASES, 3).failing(12).add(&repo, &[]);
    assert_eq!(eval(&repo), verdict("fail", "gate/margin-exceeded"));
    let few = reworded(12);
    Run::of(&few, 12, 1).add(&few, &[]);
    let judged = check(&few, &[]);
    assert_eq!(told(&gate(&judged, "eval")), verdict("inconclusive", "gate/evidence-inconclusive"));
    assert_eq!(judged["verdict"]["exit"], 0, "it warns at merge");
    let outcome = &gate(&judged, "eval")["checks"][0]["outcome"];
    assert!(outcome["more"].as_u64().unwrap() > 5 && outcome["smallest"].as_f64().unwrap() > 0.05, "{outcome}");
}

#[test]
fn a_baseline_on_another_version_of_the_eval_set_is_no_baseline() {
    let repo = repository(CASES);
    Run::of(&repo, CASES, 3).add(&repo, &[]);
    repo.write(
        "evals/greetings.jsonl",
        crate::runs::eval_set(CASES).replace("greet customer 3\"", "greet customer three\""),
    );
    repo.commit("baseline, and another eval set");
    reword(&repo);
    Run::of(&repo, CASES, 3).add(&repo, &[]);
    let judged = gate(&check(&repo, &[]), "eval");
    assert_eq!(told(&judged), verdict("fail", "gate/baseline-incomparable"));
    assert!(judged["refused"][0]["remedy"].as_str().unwrap().starts_with("re-baseline"), "{judged:#}");
}

#[test]
fn without_a_run_of_the_live_version_there_is_nothing_to_compare_with() {
    let repo = repository(CASES);
    reword(&repo);
    Run::of(&repo, CASES, 3).add(&repo, &[]);
    assert_eq!(eval(&repo), verdict("fail", "gate/baseline-missing"));
}

#[test]
fn errors_beyond_the_rate_and_declarations_that_policy_forbids_are_refused() {
    let repo = repository(CASES);
    let strict = "\n[[gate]]\nname = \"eval\"\ndeclared = false\n";
    Run::of(&repo, CASES, 3).add(&repo, &[]);
    repo.write("pv.toml", format!("{CONFIG}{strict}")).commit("policy");
    reword(&repo);
    let erring = Run::of(&repo, CASES, 3).with(|statement| {
        for case in statement["predicate"]["perCase"].as_array_mut().unwrap().iter_mut().take(10) {
            case["errors"] = json!(1);
            case["scores"]["pass_rate"] = json!({ "sum": 2.0, "n": 2 });
        }
    });
    erring.add(&repo, &[]);
    assert_eq!(eval(&repo), verdict("fail", "gate/errors-exceeded"));
    Run::of(&repo, CASES, 3)
        .without("tool:lookup")
        .made("2026-06-01T00:00:00Z")
        .add(&repo, &["--declare", "tool:lookup"]);
    assert_eq!(eval(&repo), verdict("fail", "gate/binding-forbidden"));
}

#[test]
fn what_a_report_cannot_prove_is_asked_for() {
    let repo = reworded(CASES);
    let bare = Run::of(&repo, CASES, 3).without("tool:lookup").without("model:writer");
    let said = bare.add(&repo, &[]);
    assert!(
        said.contains("evidence/binding-missing") && said.contains("--declare model:writer --declare tool:lookup"),
        "{said}"
    );
    assert!(said.contains("[exit code 1]") && !repo.git(&["status", "--short"]).contains(".pv"), "{said}");
    let declared = ["--declare", "model:writer", "--declare", "tool:lookup"];
    let said = bare.add(&repo, &declared);
    assert!(said.contains("tool:lookup") && said.contains("declared"), "{said}");
    // A declaration is about what is committed.
    repo.write("models.yaml", "aliases:\n  writer:\n    provider: anthropic\n    model: claude-opus-4-1-20250805\n");
    let said = bare.add(&repo, &["--declare", "model:writer", "--declare", "tool:lookup", "--rev", "worktree"]);
    assert!(said.contains("evidence/tree-edited"), "{said}");
}

#[test]
fn a_run_on_other_bytes_is_refused() {
    let repo = reworded(CASES);
    let other =
        Run::of(&repo, CASES, 3).with(|statement| statement["subject"][1]["digest"]["blake3"] = json!("0".repeat(64)));
    let said = other.add(&repo, &[]);
    assert!(said.contains("evidence/digest-contradicted") && said.contains("model:writer"), "{said}");
    let unknown = Run::of(&repo, CASES, 3).with(|statement| statement["predicate"]["about"] = json!("prompt:gret"));
    assert!(unknown.add(&repo, &[]).contains("Did you mean `prompt:greet`?"));
}

#[test]
fn a_gate_that_somebody_waives_is_waived_by_name() {
    let repo = reworded(CASES);
    let found = json_of(&repo, &["diff", "HEAD~1"]);
    for finding in found["artefacts"][0]["findings"].as_array().unwrap() {
        let fingerprint = finding["fingerprint"].as_str().unwrap();
        let waived = ["ack", fingerprint, "HEAD~1", "--waive", "gate:eval", "--reason", "typo in a comment"];
        let signed = ["--approved-by", "release lead", "--until", "2026-12-31", "--at", "2026-06-01T00:00:00Z"];
        let said = repo.pv(&[&waived[..], &signed[..]].concat());
        assert!(said.contains("acknowledged"), "{said}");
    }
    let judged = gate(&check(&repo, &["--at", "2026-06-01T00:00:00Z"]), "eval");
    assert_eq!(judged["verdict"], "waived", "{judged:#}");
    let note = judged["notes"][0].as_str().unwrap();
    assert!(note.contains(".pv/acks.toml") && note.contains("release lead") && note.contains("typo"), "{note}");
    let after = gate(&check(&repo, &["--at", "2027-01-01T00:00:00Z"]), "eval");
    assert_eq!(after["verdict"], "fail", "after its day it holds no more");
}

#[test]
fn what_warns_at_merge_stops_the_lock_and_feedback_is_owed_from_the_first_step() {
    let repo = repository(12);
    repo.pv(&["lock", "--name", "r1", "--write", "--commit"]);
    Run::of(&repo, 12, 1).add(&repo, &[]);
    repo.commit("baseline");
    reword(&repo);
    Run::of(&repo, 12, 1).add(&repo, &[]);
    assert!(repo.pv(&["gate", "run", "--stage", "merge", "--base", "HEAD~1"]).contains("check passed"));
    let said = repo.pv(&["gate", "run", "--stage", "lock"]);
    assert!(said.contains("[exit code 3]"), "{said}");
    let locked = json_of(&repo, &["gate", "run", "--stage", "lock"]);
    assert_eq!(gate(&locked, "eval")["against"], "prompt:greet of release r1");
}

#[test]
fn a_model_owes_its_cost_too() {
    let repo = repository(CASES);
    Run::of(&repo, CASES, 3).metric("cost", 0.01).add(&repo, &[]);
    repo.commit("baseline");
    let models = std::fs::read_to_string(repo.path("models.yaml")).unwrap();
    repo.write("models.yaml", models.replace("claude-sonnet-4-5-20250929", "claude-opus-4-1-20250805")).commit("model");
    let told_of = |repo: &Repo| {
        let judged = check(repo, &[]);
        (told(&gate(&judged, "eval")), told(&gate(&judged, "cost")))
    };
    Run::of(&repo, CASES, 3).made("2026-06-01").add(&repo, &[]);
    assert_eq!(told_of(&repo), (verdict("pass", ""), verdict("fail", "gate/metric-missing")));
    Run::of(&repo, CASES, 3).metric("cost", 0.05).made("2026-06-02").add(&repo, &[]);
    assert_eq!(told_of(&repo), (verdict("pass", ""), verdict("fail", "gate/ratio-exceeded")));
    Run::of(&repo, CASES, 3).metric("cost", 0.0).made("2026-06-03").add(&repo, &[]);
    assert_eq!(told_of(&repo).1, verdict("inconclusive", "gate/evidence-inconclusive"), "a cached run costs nothing");
    Run::of(&repo, CASES, 3).metric("cost", 0.0105).made("2026-06-04").add(&repo, &[]);
    assert_eq!(told_of(&repo), (verdict("pass", ""), verdict("pass", "")));
}

#[test]
fn a_changed_eval_set_owes_a_new_baseline() {
    let repo = repository(CASES);
    repo.write("evals/greetings.jsonl", crate::runs::eval_set(CASES).replace("greet customer 3\"", "greet nobody\""));
    repo.commit("another case");
    let judged = check(&repo, &[]);
    assert_eq!(told(&gate(&judged, "baseline")), verdict("fail", "gate/baseline-missing"), "{judged:#}");
    Run::of(&repo, CASES, 3).add(&repo, &[]);
    let judged = gate(&check(&repo, &[]), "baseline");
    assert_eq!(judged["verdict"], "pass", "{judged:#}");
}

#[test]
fn flips_name_their_cases_and_want_three_attempts() {
    let policy =
        "\n[[gate]]\nname = \"eval\"\n[[gate.check]]\nmetric = \"pass_rate\"\nscope = \"each:lang\"\ncritical = true\n";
    let repo = repository(CASES);
    repo.write("pv.toml", format!("{CONFIG}{policy}"));
    Run::of(&repo, CASES, 3).add(&repo, &[]);
    repo.commit("baseline");
    reword(&repo);
    Run::of(&repo, CASES, 1).made("2026-06-01").add(&repo, &[]);
    assert_eq!(eval(&repo).0, "inconclusive");
    Run::of(&repo, CASES, 3).failing(1).made("2026-06-02").add(&repo, &[]);
    let judged = gate(&check(&repo, &[]), "eval");
    assert_eq!(told(&judged), verdict("fail", "gate/cases-flipped"));
    assert!(judged["checks"][0]["message"].as_str().unwrap().contains(&name(0)), "{judged:#}");
}

#[test]
fn calibration_tells_how_often_a_gate_cries_wolf() {
    let repo = repository(CASES);
    let (a, b) = (Run::of(&repo, CASES, 1).failing(5), Run::of(&repo, CASES, 1).failing(6));
    let (a, b) = (a.save(&repo, "a.json"), b.save(&repo, "b.json"));
    let said = json_of(&repo, &["gate", "calibrate", "--a", &a, "--b", &b]);
    let row = &said["checks"][0];
    let sum: f64 = ["pass", "inconclusive", "fail"].iter().map(|key| row[key].as_f64().unwrap()).sum();
    assert!((sum - 1.0).abs() < 1e-9 && row["fail"].as_f64().unwrap() < 0.05, "{row}");
    assert_eq!(said, json_of(&repo, &["gate", "calibrate", "--a", &a, "--b", &b]), "the draws are seeded");
    reword(&repo);
    let other = Run::of(&repo, CASES, 1).save(&repo, "c.json");
    assert!(repo.pv(&["gate", "calibrate", "--a", &a, "--b", &other]).contains("report/systems-mixed"));
}

#[test]
fn evidence_is_as_its_schema_says() {
    let repo = reworded(CASES);
    Run::of(&repo, CASES, 3).metric("cost", 0.01).add(&repo, &["--declare", "tool:lookup"]);
    let schema = serde_json::from_str(&repo.pv(&["schema", "evidence"])).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let listed = json_of(&repo, &["gate", "list"]);
    let recorded = listed["evidence"].as_array().unwrap().iter().map(|one| one["path"].as_str().unwrap());
    for path in recorded.chain(["report.json"]) {
        let text = std::fs::read_to_string(repo.path(path)).unwrap();
        let json = serde_json::from_str(&text).unwrap();
        let errors: Vec<String> = validator.iter_errors(&json).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{path}: {errors:?}");
    }
    assert!(!validator.is_valid(&json!({ "_type": "https://in-toto.io/Statement/v1" })));
}

#[test]
fn one_run_meets_the_gate_of_a_model_and_names_the_prompts_that_were_not_run() {
    let repo = repository(CASES);
    let other = PROMPT.replace("name: greet", "name: farewell").replace("Greet", "Bid farewell to");
    repo.write("prompts/farewell.md", other);
    Run::of(&repo, CASES, 3).metric("cost", 0.01).add(&repo, &[]);
    repo.commit("baseline");
    let models = std::fs::read_to_string(repo.path("models.yaml")).unwrap();
    repo.write("models.yaml", models.replace("claude-sonnet-4-5-20250929", "claude-opus-4-1-20250805")).commit("model");
    Run::of(&repo, CASES, 3).metric("cost", 0.01).made("2026-06-01").add(&repo, &[]);
    let judged = gate(&check(&repo, &[]), "eval");
    assert_eq!(judged["verdict"], "pass", "{judged:#}");
    assert!(judged["notes"].to_string().contains("not run, and use it too: prompt:farewell"), "{judged:#}");
}

/// The remedy for a changed eval set works as it is told: an earlier version on the set as it stands now.
#[test]
fn an_earlier_version_is_measured_anew_on_the_new_set() {
    let repo = repository(CASES);
    let rows = crate::runs::eval_set(CASES).replace("greet customer 3\"", "greet nobody\"");
    repo.write("evals/greetings.jsonl", rows);
    let old_on_new = Run::of(&repo, CASES, 3).text();
    repo.write("prompts/greet.md", PROMPT.replace("politely", "warmly and politely")).commit("set and prompt");
    repo.write("old.json", old_on_new);
    assert!(repo.pv(&["gate", "add", "old.json", "--rev", "HEAD~1"]).contains("in HEAD~1"));
    Run::of(&repo, CASES, 3).made("2026-06-01").add(&repo, &[]);
    let judged = check(&repo, &[]);
    assert_eq!(told(&gate(&judged, "eval")), verdict("pass", ""), "{judged:#}");
    assert_eq!(gate(&judged, "baseline")["verdict"], "pass");
    assert_eq!(judged["verdict"]["exit"], 0);
}
