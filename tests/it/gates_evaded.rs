//! Ways around a gate, by will or by accident: each is found, and none passes by absence.

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
fn the_newest_run_counts_and_not_the_best() {
    let repo = reworded(CASES);
    Run::of(&repo, CASES, 3).made("2026-05-21T10:00:00Z").add(&repo, &[]);
    Run::of(&repo, CASES, 3).failing(20).made("2026-05-21T11:00:00Z").add(&repo, &[]);
    assert_eq!(eval(&repo).0, "fail");
    Run::of(&repo, CASES, 3).made("2026-05-21T12:00:00Z").add(&repo, &[]);
    assert_eq!(eval(&repo).0, "pass");
}

#[test]
fn a_change_that_loosens_the_policy_is_judged_by_the_old_one() {
    let repo = reworded(CASES);
    repo.write("pv.toml", format!("{CONFIG}\n[types.prompt]\ngates = []\n")).git(&["add", "--all"]);
    repo.git(&["commit", "--quiet", "--amend", "--no-edit"]);
    let judged = check(&repo, &[]);
    assert_eq!(told(&gate(&judged, "eval")), verdict("fail", "gate/evidence-missing"));
    assert!(judged["policy"]["note"].as_str().unwrap().contains("edits the policy"), "{}", judged["policy"]);
    // Said aloud, and only then, it judges itself.
    let own = check(&repo, &["--policy-ref", "HEAD"]);
    assert_eq!(own["verdict"]["exit"], 0, "{own:#}");
    assert!(own["policy"]["note"].as_str().unwrap().contains("--policy-ref HEAD"), "{}", own["policy"]);
}

#[test]
fn a_change_that_takes_its_prompt_out_of_management_is_stopped() {
    let repo = reworded(CASES);
    let narrowed = CONFIG.replace("prompts/*.md", "prompts/other/*.md");
    repo.write("pv.toml", narrowed).git(&["add", "--all"]);
    repo.git(&["commit", "--quiet", "--amend", "--no-edit"]);
    let judged = check(&repo, &[]);
    let refusals: Vec<&str> =
        judged["refusals"].as_array().unwrap().iter().map(|one| one["check"].as_str().unwrap()).collect();
    assert!(refusals.contains(&"policy/artefact-unmanaged"), "{judged:#}");
    assert_eq!(judged["verdict"]["exit"], 1);
}

#[test]
fn evidence_that_was_edited_is_refused_and_is_a_matter_of_integrity() {
    let repo = reworded(CASES);
    Run::of(&repo, CASES, 3).failing(20).add(&repo, &[]);
    let listed = json_of(&repo, &["gate", "list"]);
    for one in listed["evidence"].as_array().unwrap() {
        let path = one["path"].as_str().unwrap();
        let text = std::fs::read_to_string(repo.path(path)).unwrap();
        repo.write(path, text.replace("\"sum\":0.0", "\"sum\":3.0"));
    }
    let judged = check(&repo, &[]);
    assert_eq!(judged["verdict"]["exit"], 5, "{judged:#}");
    assert!(judged.to_string().contains("evidence/file-altered"));
    assert!(repo.pv(&["gate", "verify"]).contains("[exit code 5]"));
}

#[test]
fn a_report_that_is_gone_or_altered_in_the_store_no_longer_counts() {
    let repo = reworded(CASES);
    let report = Run::of(&repo, CASES, 3);
    report.add(&repo, &[]);
    let hex = blake3::hash(report.text().as_bytes()).to_hex().to_string();
    let object = format!(".pv/objects/{}/{}", &hex[..2], &hex[2..]);
    std::fs::remove_file(repo.path(&object)).unwrap();
    assert_eq!(eval(&repo), verdict("fail", "evidence/report-missing"));
    assert!(repo.pv(&["gate", "verify"]).contains("[exit code 1]"));
    repo.write(&object, report.text().replace("runner 1.0", "runner 2.0"));
    let judged = check(&repo, &[]);
    assert_eq!(told(&gate(&judged, "eval")), verdict("fail", "evidence/report-altered"));
    assert_eq!(judged["verdict"]["exit"], 5);
}

#[test]
fn a_case_or_a_stratum_that_vanished_is_no_pass() {
    let repo = reworded(CASES);
    let short = Run::of(&repo, CASES - 1, 3).without("eval:greetings");
    let said = short.add(&repo, &["--declare", "eval:greetings"]);
    assert!(said.contains("evidence/cases-partial") && said.contains("[exit code 1]"), "{said}");
    // A digest that is stated beside fewer cases than the set has does not make them all.
    assert!(Run::of(&repo, CASES - 1, 3).add(&repo, &[]).contains("evidence/cases-partial"));
    assert_eq!(eval(&repo), verdict("fail", "gate/evidence-missing"));
    let each =
        "\n[[gate]]\nname = \"eval\"\n[[gate.check]]\nmetric = \"pass_rate\"\nscope = \"lang=ta\"\nfloor = 0.5\n";
    repo.git(&["checkout", "--quiet", "HEAD~1"]);
    repo.write("pv.toml", format!("{CONFIG}{each}")).commit("policy");
    reword(&repo);
    Run::of(&repo, CASES, 3).add(&repo, &[]);
    assert_eq!(eval(&repo), verdict("fail", "gate/stratum-missing"));
}

#[test]
fn damaged_reports_are_refused_each_with_its_reason() {
    let repo = reworded(CASES);
    let good = Run::of(&repo, CASES, 3).text();
    let twice = Run::of(&repo, CASES, 3).case(&name(0), 3, 3.0);
    let contradicted = good.replace(&format!("\"run\": {CASES}"), "\"run\": 99");
    let limited = good.replace(&format!("\"planned\": {CASES}"), "\"planned\": 200");
    let endless = good.replacen("\"sum\": 3.0", "\"sum\": 1e999", 1);
    let above = Run::of(&repo, CASES, 3).case("case-x", 3, 4.0);
    let texts = [
        ("report/file-damaged", good[..good.len() / 2].to_owned()),
        ("report/format-unrecognised", "{}".to_owned()),
        ("report/format-unrecognised", String::new()),
        ("report/cases-duplicated", twice.text()),
        ("report/totals-contradicted", contradicted),
        ("report/run-incomplete", limited),
        ("report/cases-missing", Run::of(&repo, 0, 1).text()),
        ("report/file-damaged", endless),
        ("report/number-invalid", above.text()),
        ("report/file-damaged", good.replacen("\"sum\": 3.0", "\"sum\": NaN", 1)),
    ];
    for (id, text) in texts {
        repo.write("bad.json", text);
        let said = repo.pv(&["gate", "add", "bad.json"]);
        assert!(said.contains(id) && said.contains("help:") && said.contains("[exit code 1]"), "{id}: {said}");
        assert!(!repo.git(&["status", "--short"]).contains(".pv"), "{id}: nothing is written");
    }
    assert!(repo.pv(&["gate", "add", "nowhere.json"]).contains("[exit code 2]"));
}

#[test]
fn a_skipped_case_or_a_judge_that_failed_is_no_pass() {
    let repo = reworded(CASES);
    let edited = |made: &str, edit: fn(&mut serde_json::Value)| {
        Run::of(&repo, CASES, 3)
            .with(|statement| {
                statement["predicate"]["perCase"].as_array_mut().unwrap().iter_mut().take(4).for_each(edit);
            })
            .made(made)
    };
    edited("2026-06-01", |case| {
        case["attempts"] = json!(0);
        case["scores"] = json!({});
    })
    .add(&repo, &[]);
    assert_eq!(eval(&repo), verdict("fail", "report/run-incomplete"));
    edited("2026-06-02", |case| case["scores"] = json!({})).add(&repo, &[]);
    assert_eq!(eval(&repo), verdict("fail", "gate/errors-exceeded"));
}

/// A pull request that would rather not be measured, in ways that a reviewer may overlook.
#[test]
fn going_around_the_gate_is_stopped() {
    let warmly = PROMPT.replace("politely", "warmly and politely");
    let exit = |edit: &dyn Fn(&Repo)| {
        let repo = repository(CASES);
        Run::of(&repo, CASES, 3).add(&repo, &[]);
        repo.commit("baseline");
        edit(&repo);
        repo.commit("tidy up");
        check(&repo, &[])["verdict"]["exit"].as_u64().unwrap()
    };
    let moved_out = |repo: &Repo| {
        repo.write("other/greet.md", &warmly);
        std::fs::remove_file(repo.path("prompts/greet.md")).unwrap();
    };
    let replaced = |repo: &Repo| {
        repo.write("prompts/welcome.md", "---\nname: welcome\nmodel: writer\n---\nShout at everybody who comes in.\n");
        std::fs::remove_file(repo.path("prompts/greet.md")).unwrap();
    };
    let tool_gone = |repo: &Repo| std::fs::remove_file(repo.path("tools/lookup.json")).unwrap();
    let deselected = |repo: &Repo| {
        repo.write("pv.toml", CONFIG.replace("models.yaml", "other.yaml"));
        let models = std::fs::read_to_string(repo.path("models.yaml")).unwrap();
        repo.write("models.yaml", models.replace("sonnet-4-5-20250929", "opus-4-1-20250805"));
    };
    let retyped = |repo: &Repo| {
        let selector = "[[artefact]]\nkind = \"eval\"\npaths = [\"prompts/*.md\"]\n\n[[artefact]]";
        repo.write("pv.toml", CONFIG.replacen("[[artefact]]", selector, 1)).write("prompts/greet.md", &warmly);
    };
    assert_eq!(exit(&moved_out), 1, "moved to where nothing is selected");
    assert_eq!(exit(&replaced), 1, "deleted, and another added");
    assert_eq!(exit(&tool_gone), 1, "a tool that the prompt names is gone");
    assert_eq!(exit(&deselected), 1, "no longer selected, and edited");
    assert_eq!(exit(&retyped), 1, "called an eval set");
}

#[test]
fn a_renamed_prompt_is_compared_with_what_it_was() {
    let repo = reworded(CASES);
    let text = PROMPT.replace("politely", "warmly and politely").replace("name: greet", "name: hello");
    std::fs::remove_file(repo.path("prompts/greet.md")).unwrap();
    repo.write("prompts/hello.md", text).git(&["add", "--all"]);
    repo.git(&["commit", "--quiet", "--amend", "--no-edit"]);
    let closure = ["prompt:hello", "model:writer", "tool:lookup", "eval:greetings"];
    let run = |share: f64| (0..CASES).fold(Run::about(&repo, &closure), |run, at| run.case(&name(at), 3, 3.0 * share));
    run(0.0).made("2026-06-01").add(&repo, &[]);
    assert_eq!(eval(&repo), verdict("fail", "gate/margin-exceeded"));
    run(1.0).made("2026-06-02").add(&repo, &[]);
    assert_eq!(eval(&repo).0, "pass");
}

#[test]
fn a_baseline_is_not_chosen_by_the_change_that_it_judges() {
    let repo = reworded(CASES);
    Run::of(&repo, CASES, 3).failing(30).add(&repo, &[]);
    repo.git(&["stash", "--quiet", "--include-untracked"]);
    repo.git(&["checkout", "--quiet", "HEAD~1"]);
    let worse = Run::of(&repo, CASES, 3).failing(30).made("2026-07-01").text();
    repo.git(&["checkout", "--quiet", "main"]);
    repo.git(&["stash", "pop", "--quiet"]);
    repo.write("worse.json", worse);
    assert!(repo.pv(&["gate", "add", "worse.json", "--rev", "HEAD~1"]).contains("in HEAD~1"));
    assert_eq!(eval(&repo), verdict("fail", "gate/margin-exceeded"), "the base's own run stands");
}

#[test]
fn leaving_cases_out_on_both_sides_is_no_way_around() {
    let repo = repository(CASES);
    repo.git(&["rm", "--quiet", "evals/greetings.jsonl"]);
    repo.commit("the cases are the runner's own");
    Run::of_cases(&repo, CASES).add(&repo, &[]);
    repo.commit("baseline");
    let partial = Run::of_cases(&repo, CASES - 20).case("another", 3, 3.0).made("2026-06-01").text();
    reword(&repo);
    repo.write("partial.json", partial);
    assert!(repo.pv(&["gate", "add", "partial.json", "--rev", "HEAD~1"]).contains("in HEAD~1"));
    Run::of_cases(&repo, CASES - 20).case("another", 3, 3.0).add(&repo, &[]);
    assert_eq!(eval(&repo), verdict("fail", "gate/stratum-shrunk"));
}

#[test]
fn what_a_runner_says_of_its_time_is_not_taken_at_its_word() {
    let repo = reworded(CASES);
    Run::of(&repo, CASES, 3).failing(30).made("2026-06-01T10:00:00+02:00").add(&repo, &[]);
    for made in ["9999-12-31T00:00:00Z", "yesterday", "2026-06-01T09:30:00+05:00"] {
        Run::of(&repo, CASES, 3).made(made).add(&repo, &[]);
        assert_eq!(eval(&repo).0, "fail", "{made}");
    }
}

#[test]
fn evidence_that_is_bound_to_other_content_than_its_report_shows_is_found() {
    let repo = reworded(CASES);
    let listed = json_of(&repo, &["gate", "list"]);
    let path = listed["evidence"][0]["path"].as_str().unwrap().to_owned();
    let old = std::fs::read_to_string(repo.path(&path)).unwrap();
    let before = old.split("\"blake3\": \"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let now = crate::runs::digest(&repo, "prompt:greet").replace("blake3:", "");
    let forged = old.replace(&before, &now);
    let hex = blake3::hash(forged.as_bytes()).to_hex().to_string();
    repo.write(&format!(".pv/evidence/prompt-greet-{}.json", &hex[..12]), forged);
    let judged = check(&repo, &[]);
    assert_eq!(told(&gate(&judged, "eval")), verdict("fail", "evidence/report-altered"), "{judged:#}");
    assert_eq!(judged["verdict"]["exit"], 5);
    assert!(repo.pv(&["gate", "verify"]).contains("[exit code 5]"));
}

/// A question that cannot be asked of what was measured is no question that was answered.
#[test]
fn a_check_that_does_not_fit_its_metric_does_not_vanish() {
    let policy = "\n[[gate]]\nname = \"eval\"\n[[gate.check]]\nmetric = \"pass_rate\"\nmargin = 0.05\n\n[[gate.check]]\nmetric = \"cost\"\nmax-ratio = 1.2\nagainst = \"variant=stable\"\n";
    let repo = repository(CASES);
    repo.write("pv.toml", format!("{CONFIG}{policy}"));
    Run::of(&repo, CASES, 3).metric("cost", 0.01).add(&repo, &[]);
    repo.commit("baseline");
    reword(&repo);
    Run::of(&repo, CASES, 3).metric("cost", 9.0).made("2026-06-01").add(&repo, &[]);
    assert_eq!(eval(&repo).0, "inconclusive");
}
