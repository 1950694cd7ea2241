//! The page of `pv check`: what a reviewer and a CI log read, from the first refusal to the evidence that counts.
#![expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

use pv::domain::Digest;
use serde_json::{Value, json};

use crate::harness::Repo;

const GREET: &str = "---\nname: greet\n---\nGreet {{customer}} by name.\n";
const POLICY: &str = "\
[[artefact]]
kind = \"prompt\"
paths = [\"prompts/*.md\"]

[[gate]]
name = \"eval\"
[[gate.check]]
metric = \"pass_rate\"
floor = 0.8
[[gate.check]]
metric = \"pass_rate\"
scope = \"each:lang\"
floor = 0.6
";

/// A prompt under a policy with floors, on the branch `topic` of which it greets otherwise.
fn topic() -> Repo {
    let repo = Repo::new();
    repo.write("pv.toml", POLICY).write("prompts/greet.md", GREET).commit("base");
    repo.git(&["checkout", "--quiet", "-b", "topic"]);
    repo.write("prompts/greet.md", greeting("warmly")).commit("Greet warmly");
    repo
}

fn greeting(how: &str) -> String {
    GREET.replace("by name", how)
}

/// A run of `prompt` in pv's own form: as many cases in English and in Hindi, of which so many passed.
fn report(prompt: &str, [en, hi]: [(usize, usize); 2]) -> String {
    let case = |lang: &str, at: usize, passed: bool| {
        json!({
            "id": format!("{lang}-{at:03}"), "strata": { "lang": lang }, "attempts": 1,
            "scores": { "pass_rate": { "sum": if passed { 1.0 } else { 0.0 }, "n": 1 } },
        })
    };
    let cases = |lang: &'static str, (passed, all): (usize, usize)| (0..all).map(move |at| case(lang, at, at < passed));
    let cases: Vec<Value> = cases("en", en).chain(cases("hi", hi)).collect();
    let counts = json!({ "planned": cases.len(), "run": cases.len(), "attempts": cases.len(), "errors": 0 });
    let digest = Digest::of(prompt.as_bytes());
    let subject = json!([{ "name": "prompt:greet", "digest": { "blake3": digest.hex() } }]);
    let predicate = json!({ "gate": "eval", "about": "prompt:greet", "cases": counts, "perCase": cases });
    let statement = json!({
        "_type": "https://in-toto.io/Statement/v1", "subject": subject, "predicateType": "urn:pv:evidence:1",
        "predicate": predicate,
    });
    statement.to_string()
}

fn added(repo: &Repo, prompt: &str, runs: [(usize, usize); 2]) {
    let path = repo.beside("report.json");
    std::fs::write(&path, report(prompt, runs)).unwrap();
    let said = repo.pv(&["gate", "add", path.to_str().unwrap()]);
    assert!(!said.contains("[exit code"), "{said}");
}

fn check(repo: &Repo, format: &str) -> String {
    repo.pv(&["check", "--base", "main", "--format", format])
}

/// What the page says below the artefacts.
fn below_artefacts(said: &str) -> &str {
    said.split_once("\n\ngates ").unwrap().1
}

/// What `pv check` says without the exit code, as JSON.
fn parsed(repo: &Repo, format: &str) -> Value {
    let said = check(repo, format);
    serde_json::from_str(said.split("[exit code").next().unwrap()).unwrap()
}

#[test]
fn nothing_was_run_and_the_page_says_what_to_run() {
    insta::assert_snapshot!(check(&topic(), "text"), @r#"
    1 artefact changed: 1 behavioural · gates: 1 fail   main → worktree

    prompt:greet  behavioural  minor bump
      prompts/greet.md · modified · prompt change · owes eval, feedback
      behavioural  the prompt says `Greet {{customer}} warmly.` in other words  [prompt/instruction-reworded]
              4:1 │ Greet {{customer}} [-by name-]{+warmly+}.

    gates   by the policy of main (db15647945)
      fail          prompt:greet  eval  no evidence of a run of prompt:greet for the gate eval
                                        [gate/evidence-missing]
          run the eval check on prompt:greet as it stands, then:
            pv gate add REPORT

    intents and policy
      warning  no intent says why prompt:greet changed [intent/change-undescribed]
               `pv change add prompt:greet --base main --why "…"` writes one

    check failed (exit 1)
      prompt:greet owes eval: fail (gate/evidence-missing)
    [exit code 1]
    "#);
}

#[test]
fn a_stratum_fails_and_the_others_are_one_line() {
    let repo = topic();
    added(&repo, &greeting("warmly"), [(95, 100), (20, 60)]);
    let said = check(&repo, "text");
    insta::assert_snapshot!(below_artefacts(&said), @r#"
      by the policy of main (db15647945)
      fail          prompt:greet  eval  2 of 3 checks fail
          fail          pass_rate (at least 80 %): 71.9 % of 160 cases [65.7 %, 77.3 %]; shows a floor
                        of up to 65.7 % [gate/floor-missed]
          fail          pass_rate lang=hi (at least 60 %): 33.3 % of 60 cases [24.2 %, 43.9 %]; shows a
                        floor of up to 24.2 % [gate/floor-missed]
          pass          1 check: pass_rate lang=en
          evidence      .pv/evidence/prompt-greet-6fe41429784b.json

    intents and policy
      warning  no intent says why prompt:greet changed [intent/change-undescribed]
               `pv change add prompt:greet --base main --why "…"` writes one

    check failed (exit 1)
      prompt:greet owes eval: fail (gate/floor-missed)
    [exit code 1]
    "#);
}

#[test]
fn evidence_that_holds_passes_and_an_edit_makes_it_stale() {
    let repo = topic();
    added(&repo, &greeting("warmly"), [(198, 200), (95, 100)]);
    let said = check(&repo, "text");
    insta::assert_snapshot!(below_artefacts(&said), @r#"
      by the policy of main (db15647945)
      pass          prompt:greet  eval  pass_rate (at least 80 %): 97.7 % of 300 cases [95.8 %, 98.7 %];
                                        shows a floor of up to 95.8 % (and 2 more checks)
          evidence      .pv/evidence/prompt-greet-6a98f2f3d58d.json

    intents and policy
      warning  no intent says why prompt:greet changed [intent/change-undescribed]
               `pv change add prompt:greet --base main --why "…"` writes one

    check passed
    "#);
    repo.write("prompts/greet.md", greeting("at once"));
    let said = check(&repo, "text");
    insta::assert_snapshot!(below_artefacts(&said), @r#"
      by the policy of main (db15647945)
      fail          prompt:greet  eval  .pv/evidence/prompt-greet-6a98f2f3d58d.json: prompt:greet moved
                                        from 0d15d7145486 to 45283484e439 [gate/evidence-stale]
          run it again on the files as they stand, then:
            pv gate add report.json --strata lang

    intents and policy
      warning  no intent says why prompt:greet changed [intent/change-undescribed]
               `pv change add prompt:greet --base main --why "…"` writes one

    check failed (exit 1)
      prompt:greet owes eval: fail (gate/evidence-stale)
    [exit code 1]
    "#);
}

#[test]
fn a_few_cases_tell_too_little_and_the_page_says_how_many_would() {
    let repo = topic();
    added(&repo, &greeting("warmly"), [(9, 10), (9, 10)]);
    let said = check(&repo, "text");
    assert!(said.contains("check passed, with 1 gate inconclusive") && !said.contains("[exit code"), "{said}");
    let words = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("more cases like these would decide"), "{said}");
}

#[test]
fn every_format_tells_the_same_verdict() {
    let repo = topic();
    added(&repo, &greeting("warmly"), [(95, 100), (20, 60)]);
    let report = parsed(&repo, "json");
    assert_eq!((&report["verdict"]["exit"], &report["gates"][0]["verdict"]), (&json!(1), &json!("fail")));
    assert_eq!(report["policy"]["spec"], "main");
    let quality = parsed(&repo, "gitlab");
    let gate = &quality[0];
    assert_eq!((&gate["check_name"], &gate["severity"]), (&json!("gate/floor-missed"), &json!("blocker")));
    assert_eq!(gate["location"], json!({ "path": "prompts/greet.md", "lines": { "begin": 1 } }));
    let sarif = parsed(&repo, "sarif");
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "gate/floor-missed");
    for (format, wanted) in [
        ("markdown", "| ❌ fail | `prompt:greet` | eval |"),
        ("github", "::error file=prompts/greet.md,line=1,title=eval fails for prompt%3Agreet::"),
        ("junit", "<testcase classname=\"prompt:greet\" name=\"gate eval\">\n      <failure"),
    ] {
        let said = check(&repo, format);
        assert!(said.contains(wanted) && said.ends_with("[exit code 1]\n"), "{format}: {said}");
    }
}

#[test]
fn a_later_push_keeps_the_names_of_what_still_stands() {
    let repo = topic();
    added(&repo, &greeting("warmly"), [(95, 100), (20, 60)]);
    let names = |report: &Value| -> Vec<String> {
        report.as_array().unwrap().iter().map(|one| one["fingerprint"].as_str().unwrap().to_owned()).collect()
    };
    let before = names(&parsed(&repo, "gitlab"));
    let moved = greeting("warmly").replace("name: greet\n", "name: greet\ndescription: says hello\n");
    repo.write("prompts/greet.md", &moved).commit("a line above");
    added(&repo, &moved, [(94, 100), (21, 60)]);
    let after = names(&parsed(&repo, "gitlab"));
    assert!(before.iter().all(|name| after.contains(name)), "{before:?} {after:?}");
}

#[test]
fn formats_of_comparisons_are_refused_where_nothing_is_compared() {
    let repo = topic();
    for format in ["gitlab", "junit"] {
        let said = repo.pv(&["rules", "--format", format]);
        assert!(said.contains(&format!("this command has no {format} output")) && said.contains("[exit code 2]"));
        assert!(!repo.pv(&["diff", "main", "--format", format]).contains("[exit code"), "{format}");
    }
}
