//! Real reports through `pv gate add`: bound by what they hold, never by labels, and judged by what they say.

use std::path::Path;

use serde_json::Value;

use crate::harness::Repo;
use crate::runs::{check, digest, gate, json_of, told};

fn report(name: &str) -> Vec<u8> {
    std::fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/evidence").join(name)).unwrap()
}

/// A repository with one prompt, called `explain`.
fn repository(text: &str) -> Repo {
    let repo = Repo::new();
    repo.write("prompts/explain.md", format!("---\nname: explain\n---\n{text}\n")).commit("base");
    repo
}

fn add(repo: &Repo, name: &str, more: &[&str]) -> String {
    let file = name.rsplit('/').next().unwrap();
    repo.write(&format!("reports/{file}"), report(name));
    repo.pv(&[&["gate", "add", &format!("reports/{file}")], more].concat())
}

#[test]
fn promptfoo_is_bound_by_the_text_that_it_ran() {
    let repo = repository("Say {{q}}");
    let said = add(&repo, "promptfoo/plain.json", &[]);
    assert!(said.contains("prompt:explain  ") && said.contains("prompt-raw"), "{said}");
}

/// T1: two prompts with one label have one `promptId`.
#[test]
fn a_report_of_another_prompt_with_the_same_label_is_refused() {
    let repo = repository("Version a: {{q}}");
    assert!(add(&repo, "promptfoo/labelled-a.json", &[]).contains("prompt-raw"));
    for more in
        [&[][..], &["--artefact", "prompt:explain"], &["--artefact", "prompt:explain", "--declare", "prompt:explain"]]
    {
        let said = add(&repo, "promptfoo/labelled-b.json", more);
        assert!(said.contains("evidence/prompt-unmatched") && said.contains("[exit code 1]"), "{said}");
    }
}

#[test]
fn a_tampered_report_is_refused() {
    let repo = repository("Answer the customer: {{q}}");
    let text = String::from_utf8(report("promptfoo/ok.json")).unwrap();
    for (from, to, id) in [
        ("\"failures\": 1", "\"failures\": 0", "report/totals-contradicted"),
        ("\"success\": false", "\"success\": true", "report/totals-contradicted"),
    ] {
        assert!(text.contains(from));
        repo.write("edited.json", text.replace(from, to));
        let said = repo.pv(&["gate", "add", "edited.json"]);
        assert!(said.contains(id) && said.contains("[exit code 1]"), "{said}");
    }
}

/// T4 and T5: the first stratum is not the whole, and a run that died is complete as a file.
#[test]
fn inspect_says_what_it_ran_on_and_how_it_ended() {
    let repo = repository("Answer.");
    let said = add(&repo, "inspect/grouped.eval", &[]);
    assert!(said.contains("evidence/artefact-unnamed"), "{said}");
    let said = add(&repo, "inspect/grouped.eval", &["--artefact", "prompt:explain"]);
    assert!(said.contains("evidence/binding-missing") && said.contains("--declare prompt:explain"), "{said}");
    let said = add(&repo, "inspect/stated.eval", &["--artefact", "prompt:explain"]);
    assert!(said.contains("evidence/digest-contradicted"), "{said}");
    for broken in ["inspect/broken.eval", "inspect/cancelled.eval", "inspect/killed.eval", "inspect/limit.eval"] {
        let said = add(&repo, broken, &["--artefact", "prompt:explain", "--declare", "prompt:explain"]);
        assert!(said.contains("report/run-incomplete") && said.contains("[exit code 1]"), "{broken}: {said}");
    }
}

/// A run on uncommitted edits proves nothing by its commit, and a declaration does not mend that.
#[test]
fn a_dirty_run_must_prove_what_it_ran() {
    let repo = repository("Answer.");
    let said = add(&repo, "inspect/dirty.eval", &["--artefact", "prompt:explain", "--declare", "prompt:explain"]);
    assert!(said.contains("evidence/commit-unusable") && said.contains("pv gate subjects"), "{said}");
}

#[test]
fn an_integration_gate_wants_every_test_to_pass_and_none_to_be_skipped() {
    let tool = |required: &str| {
        format!(
            "{{\"name\": \"lookup\", \"description\": \"Looks up.\", \"inputSchema\": {{\"type\": \"object\", \"properties\": {{\"id\": {{\"type\": \"string\"}}, \"region\": {{\"type\": \"string\"}}}}, \"required\": [{required}]}}}}\n"
        )
    };
    let repo = Repo::new();
    repo.write("tools/lookup.json", tool("\"id\"")).commit("base");
    repo.write("tools/lookup.json", tool("\"id\", \"region\"")).commit("region");
    let states = format!("tool:lookup={}", digest(&repo, "tool:lookup"));
    let suite = |cases: &str, counts: &str| {
        format!(
            "<testsuite name=\"t\" {counts}><properties><property name=\"pv.subject\" value=\"{states}\"/></properties>{cases}</testsuite>"
        )
    };
    let passing = "<testcase classname=\"t\" name=\"a\"/><testcase classname=\"t\" name=\"b\"/>";
    let skipped = "<testcase classname=\"t\" name=\"a\"/><testcase classname=\"t\" name=\"b\"><skipped/></testcase>";
    let verdict = |text: String| {
        repo.write("junit.xml", text);
        let said = repo.pv(&["gate", "add", "junit.xml"]);
        assert!(said.contains("for the gate integration"), "{said}");
        let judged = told(&gate(&check(&repo, &[]), "integration"));
        std::fs::remove_dir_all(repo.path(".pv/evidence")).unwrap();
        judged
    };
    let fails = ("fail".to_owned(), "gate/cases-failed".to_owned());
    assert_eq!(verdict(suite(skipped, "tests=\"2\" failures=\"0\" errors=\"0\" skipped=\"1\"")), fails);
    assert_eq!(verdict(suite(passing, "tests=\"2\" failures=\"0\" errors=\"0\" skipped=\"0\"")).0, "pass");
}

/// The counters of a canary: too few events, no number and a worse rate are three different answers.
#[test]
fn feedback_is_owed_before_a_further_step_and_judged_by_its_ratio() {
    let policy = |max: f64, against: &str| {
        format!(
            "[[gate]]\nname = \"eval\"\noff = \"not what this test is about\"\n\n[[gate]]\nname = \"feedback\"\n[[gate.check]]\nmetric = \"feedback:thumbs_down:ratio_rate24h\"\nscope = \"variant=canary\"\nagainst = \"{against}\"\nmax-ratio = {max}\n\n[rollback]\nrehearsal = \"off\"\n"
        )
    };
    let repo = repository("Answer.");
    repo.pv(&["lock", "--name", "r1", "--write", "--commit"]);
    repo.write("pv.toml", policy(1.2, "variant=control"));
    repo.write("prompts/explain.md", "---\nname: explain\n---\nAnswer at once.\n").commit("edit");
    repo.pv(&["lock", "--name", "r2", "--write", "--commit"]);
    let step = |stage: &str| json_of(&repo, &["gate", "run", "--stage", stage]);
    assert_eq!(step("step")["verdict"]["exit"], 0, "nobody was exposed yet");
    assert_eq!(told(&gate(&step("promote"), "feedback")).1, "gate/evidence-missing");
    let asked = ["--artefact", "prompt:explain", "--declare", "prompt:explain"];
    let said = add(&repo, "prometheus/vector.json", &asked);
    assert!(said.contains("--query") && said.contains("[exit code 1]"), "{said}");
    let query = ["--query", "feedback:thumbs_down:ratio_rate24h", "--window", "24h"];
    add(&repo, "prometheus/vector.json", &[&asked[..], &query[..]].concat());
    let judged = |max: f64, against: &str| -> Value {
        repo.write("pv.toml", policy(max, against)).commit("policy");
        gate(&step("promote"), "feedback")
    };
    assert_eq!(judged(1.2, "variant=control")["verdict"], "pass");
    assert_eq!(told(&judged(1.05, "variant=control")), ("fail".to_owned(), "gate/ratio-exceeded".to_owned()));
    assert_eq!(judged(1.2, "variant=dark")["verdict"], "inconclusive", "NaN is no number");
    assert_eq!(judged(1.2, "variant=gone")["verdict"], "inconclusive", "no data is not good data");
    assert_eq!(step("promote")["verdict"]["exit"], 3);
}
