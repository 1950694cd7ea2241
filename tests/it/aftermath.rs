//! `pv postmortem`, `pv checklist`.

use serde_json::Value;

use crate::harness::Repo;

const GREET: &str = "---\nname: greet\nowner: team-support\n---\nGreet {{customer}}. Answer in at most 3 sentences.\n";
const SET: &str = "{\"id\": \"a\", \"input\": \"Hello\", \"expected\": \"Hi\"}\n";
const LATER: &str = "--at=2026-05-25T11:00:00Z";

fn released() -> Repo {
    let repo = Repo::new();
    repo.write("pv.toml", "[[artefact]]\nkind = \"prompt\"\npaths = [\"prompts/**\"]\n\n[[artefact]]\nkind = \"eval\"\npaths = [\"evals/*.jsonl\"]\n").ungate();
    repo.git(&["config", "user.name", "A Config"]);
    repo.write("prompts/greet.md", GREET).write("evals/tone.jsonl", SET).commit("base");
    let said = repo.pv(&["lock", "--name", "r1", "--write", "--commit", "--at=2026-05-20T10:00:00Z"]);
    assert!(said.contains("release r1 written"), "{said}");
    repo.write("prompts/greet.md", GREET.replace('3', "5")).commit("edit");
    let said = repo.pv(&["lock", "--name", "r2", "--write", "--commit", LATER]);
    assert!(said.contains("release r2 written"), "{said}");
    repo
}

/// The ids that `pv postmortem lint` names.
fn open(repo: &Repo, at: &str) -> Vec<String> {
    let output =
        repo.command(env!("CARGO_BIN_EXE_pv")).args(["postmortem", "lint", "--format", "json", at]).output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let told = report["refusals"].as_array().unwrap().iter();
    told.map(|one| one["check"].as_str().unwrap().strip_prefix("postmortem/").unwrap().to_owned()).collect()
}

/// The story of the course's chapter on postmortems, filled in.
const STORY: &str = "---\nrelease: r2\nincident: INC-481\nstatus: open\ncause: prompt\n---\n
# Postmortem of release r2\n
## Timeline\n
- Release: 10:00\n- Detection: 11:30, by a rise of complaints\n- Response: 11:40\n- Rollback: 12:00\n- Resolution: 12:10\n
## Root cause\n\nThe tone shifted, and no eval measured tone.\n
## Contributing factors\n
### Eval gate\n\nThe rubric has no criterion for tone.\n
### Feedback gate\n\nA threshold of 2 sigma was too loose.\n
### Canary\n\nAt 25 % it reached more than a longer hold at 5 % would have.\n
### Rollback\n\nDid not contribute.\n
### Window\n\nDid not contribute.\n
### Communication\n\nDid not contribute.\n
### Versioning\n\nDid not contribute.\n
## Blast\n\n- Users: 1,200\n- Impact: colder answers\n- Escalations: 3\n
## Response assessment\n\n- Worked: the flag\n- Slow: detection\n- Improve: a tighter threshold\n
## Action items\n
| what | owner | due | done |\n|---|---|---|---|\n| extend the rubric with a case of tone | team-evals | 2026-06-01 | |\n\
| step from 5 % to 25 %, not to 50 % | team-release | 2026-06-02 | |\n| recalibrate the threshold | team-observability | 2026-06-03 | |\n
## Eval delta\n\n- Eval set: eval:tone@1.1.0\n- Reason:\n";

#[test]
fn a_new_postmortem_holds_what_is_known_and_leaves_open_what_is_not() {
    let repo = released();
    insta::assert_snapshot!(repo.pv(&["postmortem", "new", "r2", "--incident", "INC-481", LATER]), @"");
    insta::assert_snapshot!(std::fs::read_to_string(repo.path("releases/r2/postmortem.md")).unwrap(), @"");
    insta::assert_snapshot!(repo.pv(&["postmortem", "lint", "r2", LATER]), @"");
    let said = repo.pv(&["postmortem", "new", "r2"]);
    assert!(said.contains("there is a releases/r2/postmortem.md already") && said.contains("[exit code 2]"), "{said}");
}

#[test]
fn the_story_of_the_tone_is_green_once_it_is_told() {
    let repo = released();
    repo.write("releases/r2/postmortem.md", STORY);
    assert_eq!(open(&repo, LATER), ["eval-version-unknown"]);
    repo.write("evals/tone.jsonl", format!("{SET}{}", SET.replace("\"a\"", "\"b\"")));
    insta::assert_snapshot!(repo.pv(&["postmortem", "lint", "r2", LATER]), @"");
}

#[test]
fn whatever_is_left_open_is_named() {
    let repo = released();
    repo.write("evals/tone.jsonl", format!("{SET}{}", SET.replace("\"a\"", "\"b\"")));
    for (told, wrong, check) in [
        ("release: r2\n", "", "head-unreadable"),
        ("status: open", "status: done", "head-unreadable"),
        ("cause: prompt", "cause: bad luck", "cause-unknown"),
        ("cause: prompt", "cause:", "cause-unknown"),
        ("The tone shifted, and no eval measured tone.", "> The tone shifted.", "section-empty"),
        ("- Detection: 11:30, by a rise of complaints", "- Detection:", "section-empty"),
        ("- Escalations: 3", "- Escalations: <how many>", "section-empty"),
        ("## Blast", "## Blast radius", "section-empty"),
        ("### Window\n\nDid not contribute.", "### Window\n", "factor-unanswered"),
        ("| team-evals |", "| |", "action-unowned"),
        ("| 2026-06-01 |", "| soon |", "action-undated"),
        ("| 2026-06-01 |", "| - |", "action-undated"),
        ("| 2026-06-01 |", "| 2026-05-24 |", "action-overdue"),
        ("- Eval set: eval:tone@1.1.0", "- Eval set:", "eval-unlinked"),
        ("eval:tone@1.1.0", "eval:tone@1.0.0", "eval-version-unknown"),
    ] {
        assert!(STORY.contains(told), "{told}");
        repo.write("releases/r2/postmortem.md", STORY.replacen(told, wrong, 1));
        let found = open(&repo, LATER);
        let is_only = found.iter().all(|id| id == check);
        assert!(!found.is_empty() && is_only, "{wrong}: {found:?}");
    }
    repo.write("releases/r2/postmortem.md", STORY.replace("status: open", "status: closed"));
    assert_eq!(open(&repo, LATER), ["closed-early", "closed-early", "closed-early"]);
    repo.write("releases/r2/postmortem.md", "# No head\n");
    assert_eq!(open(&repo, LATER), ["head-unreadable"]);
}

#[test]
fn what_is_done_is_not_overdue_and_a_reason_stands_for_an_eval() {
    let repo = released();
    let done = STORY.replace("| |", "| 2026-05-30 |").replace("status: open", "status: closed");
    let done = done
        .replace("- Eval set: eval:tone@1.1.0\n- Reason:", "- Eval set:\n- Reason: tone is judged by people, weekly");
    repo.write("releases/r2/postmortem.md", done);
    assert_eq!(open(&repo, "--at=2027-01-01T00:00:00Z"), [""; 0]);
    let (head, tail) = STORY.split_once("| what |").unwrap();
    let (_, tail) = tail.split_once("## Eval delta").unwrap();
    let list =
        "- [x] extend the rubric (owner: team-evals, due: 2026-06-01)\n- [ ] review the steps (due: 2026-06-02)\n";
    repo.write(
        "releases/r2/postmortem.md",
        format!("{head}{list}\n## Eval delta{tail}")
            .replace("eval:tone@1.1.0", "")
            .replace("- Reason:", "- Reason: none is needed"),
    );
    assert_eq!(open(&repo, "--at=2026-06-02T00:00:00Z"), ["action-unowned"]);
    assert_eq!(open(&repo, "--at=2026-06-03T00:00:00Z"), ["action-overdue", "action-unowned"]);
}

#[test]
fn the_checklist_passes_nothing_without_a_proof() {
    let repo = released();
    insta::assert_snapshot!(repo.pv(&["checklist", LATER]), @"");
    let output =
        repo.command(env!("CARGO_BIN_EXE_pv")).args(["checklist", "--format", "json", LATER]).output().unwrap();
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let items = report["items"].as_array().unwrap();
    assert_eq!(items.len(), 20);
    for item in items {
        assert!(item["outcome"] != "pass" || item["proof"].is_string(), "{item}");
    }
    assert!(repo.pv(&["checklist", "--strict", LATER]).contains("[exit code 1]"));
    let empty = Repo::new();
    empty.commit("nothing");
    let said = empty.pv(&["checklist", LATER]);
    assert!(said.contains("\n0 pass") && !said.contains("[exit code"), "{said}");
}

#[test]
fn the_checklist_finds_what_proves_an_item() {
    let repo = released();
    repo.write(".github/workflows/pv.yml", "jobs:\n  check:\n    steps:\n      - run: pv check --base origin/main\n");
    let said = repo.pv(&["checklist", LATER]);
    assert!(said.contains(".github/workflows/pv.yml") || said.contains("the gate eval is off"), "{said}");
    repo.write("releases/r2/postmortem.md", STORY);
    let said = repo.pv(&["checklist", LATER]);
    assert!(
        said.contains("releases/r2/postmortem.md") && said.contains("`pv postmortem lint r2` names them"),
        "{said}"
    );
}
