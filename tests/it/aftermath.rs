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
#[expect(clippy::too_many_lines, reason = "the whole document is the snapshot")]
fn a_new_postmortem_holds_what_is_known_and_leaves_open_what_is_not() {
    let repo = released();
    insta::assert_snapshot!(repo.pv(&["postmortem", "new", "r2", "--incident", "INC-481", LATER]), @r"
    written: releases/r2/postmortem.md

    Answer below its headings; `pv postmortem lint` says what is still open.
    ");
    insta::assert_snapshot!(std::fs::read_to_string(repo.path("releases/r2/postmortem.md")).unwrap(), @r#"
    ---
    release: "r2"
    incident: "INC-481"
    status: open
    cause:
    ---

    # Postmortem of release r2

    > Lines like this one are pv's: facts and questions. Answers stand below them. Nobody is blamed: owners of
    > action items are the only people named here. `pv postmortem lint` says what is open.
    > `cause` in the head: prompt, model, retrieval, data, tooling, gateway, upstream or apparatus.

    ## Timeline

    > 2026-05-25T11:00:00Z cut (releases/r2/log/0001-cut.toml)

    - Release: 2026-05-25T11:00:00Z (releases/r2/log/0001-cut.toml)
    - Detection:
    - Response:
    - Rollback:
    - Resolution:

    ## Root cause

    > What exactly made the difference, and to what?

    ## Contributing factors

    ### Eval gate

    > Did the eval measure what went wrong? If it did not, its set has a gap.

    ### Feedback gate

    > Was the feedback judged at each step, against a baseline, and was its threshold tight enough?
    > - no step's feedback was judged

    ### Canary

    > Would a smaller step or a longer hold have shown it to fewer?
    > - step 1: 5%, held 24 h
    > - step 2: 25%, held 24 h
    > - step 3: 50%, held 24 h
    > - step 4: 100%, held 24 h

    ### Rollback

    > Was the way back rehearsed, and did it take as long as it may?
    > - prompt:greet: back to 1.0.0 by route-weight-0 within 5m
    > - releases/r2/rehearsals/ holds no record

    ### Window

    > Were enough people there, when it shipped and while it was held?

    ### Communication

    > Did everybody know who had to, before and while it went on?
    > - releases/r2/notices/ holds no record

    ### Versioning

    > Was it clear at once what was live, and what to go back to?
    > - prompt:greet: 1.0.0 → 1.1.0

    ## Blast

    > How many saw it, what it came to for them, and who complained?

    - Users:
    - Impact:
    - Escalations:

    ## Response assessment

    > What worked, what was slow, what should be better?

    - Worked:
    - Slow:
    - Improve:

    ## Action items

    > Each with an owner and a day, YYYY-MM-DD; `done` is empty until it shipped.

    | what | owner | due | done |
    |---|---|---|---|

    ## Eval delta

    > The eval set that has the case now, as `eval:NAME@VERSION`; or the reason why none has.

    - Eval set:
    - Reason:
    "#);
    insta::assert_snapshot!(repo.pv(&["postmortem", "lint", "r2", LATER]), @r"
    releases/r2/postmortem.md:1: it names no `cause`  [postmortem/cause-unknown]
      help: Write `cause:` as one of prompt, model, retrieval, data, tooling, gateway, upstream, apparatus.

    releases/r2/postmortem.md:19: `Timeline` does not say: Detection  [postmortem/section-empty]
      help: Answer below the heading; what pv filled in (lines that begin with `>`) is no answer.

    releases/r2/postmortem.md:20: `Timeline` does not say: Response  [postmortem/section-empty]
      help: Answer below the heading; what pv filled in (lines that begin with `>`) is no answer.

    releases/r2/postmortem.md:21: `Timeline` does not say: Rollback  [postmortem/section-empty]
      help: Answer below the heading; what pv filled in (lines that begin with `>`) is no answer.

    releases/r2/postmortem.md:22: `Timeline` does not say: Resolution  [postmortem/section-empty]
      help: Answer below the heading; what pv filled in (lines that begin with `>`) is no answer.

    releases/r2/postmortem.md:24: `Root cause` says nothing  [postmortem/section-empty]
      help: Answer below the heading; what pv filled in (lines that begin with `>`) is no answer.

    releases/r2/postmortem.md:30: Eval gate is not answered: Did the eval measure what went wrong? If it did not, its set has a gap.  [postmortem/factor-unanswered]
      help: Say in a sentence whether it contributed, and how; that it did not is an answer too.

    releases/r2/postmortem.md:34: Feedback gate is not answered: Was the feedback judged at each step, against a baseline, and was its threshold tight enough?  [postmortem/factor-unanswered]
      help: Say in a sentence whether it contributed, and how; that it did not is an answer too.

    releases/r2/postmortem.md:39: Canary is not answered: Would a smaller step or a longer hold have shown it to fewer?  [postmortem/factor-unanswered]
      help: Say in a sentence whether it contributed, and how; that it did not is an answer too.

    releases/r2/postmortem.md:47: Rollback is not answered: Was the way back rehearsed, and did it take as long as it may?  [postmortem/factor-unanswered]
      help: Say in a sentence whether it contributed, and how; that it did not is an answer too.

    releases/r2/postmortem.md:53: Window is not answered: Were enough people there, when it shipped and while it was held?  [postmortem/factor-unanswered]
      help: Say in a sentence whether it contributed, and how; that it did not is an answer too.

    releases/r2/postmortem.md:57: Communication is not answered: Did everybody know who had to, before and while it went on?  [postmortem/factor-unanswered]
      help: Say in a sentence whether it contributed, and how; that it did not is an answer too.

    releases/r2/postmortem.md:62: Versioning is not answered: Was it clear at once what was live, and what to go back to?  [postmortem/factor-unanswered]
      help: Say in a sentence whether it contributed, and how; that it did not is an answer too.

    releases/r2/postmortem.md:71: `Blast` does not say: Users  [postmortem/section-empty]
      help: Answer below the heading; what pv filled in (lines that begin with `>`) is no answer.

    releases/r2/postmortem.md:72: `Blast` does not say: Impact  [postmortem/section-empty]
      help: Answer below the heading; what pv filled in (lines that begin with `>`) is no answer.

    releases/r2/postmortem.md:73: `Blast` does not say: Escalations  [postmortem/section-empty]
      help: Answer below the heading; what pv filled in (lines that begin with `>`) is no answer.

    releases/r2/postmortem.md:79: `Response assessment` does not say: Worked  [postmortem/section-empty]
      help: Answer below the heading; what pv filled in (lines that begin with `>`) is no answer.

    releases/r2/postmortem.md:80: `Response assessment` does not say: Slow  [postmortem/section-empty]
      help: Answer below the heading; what pv filled in (lines that begin with `>`) is no answer.

    releases/r2/postmortem.md:81: `Response assessment` does not say: Improve  [postmortem/section-empty]
      help: Answer below the heading; what pv filled in (lines that begin with `>`) is no answer.

    releases/r2/postmortem.md:83: `Action items` lists none  [postmortem/section-empty]
      help: Answer below the heading; what pv filled in (lines that begin with `>`) is no answer.

    releases/r2/postmortem.md:90: it names no eval set (`- Eval set: eval:NAME@VERSION`) and no reason for none (`- Reason: …`)  [postmortem/eval-unlinked]
      help: Add the case, and name the set's new version (`eval:NAME@VERSION`) under Eval delta; or give the reason for none.

    1 postmortem: 21 things are open
    [exit code 1]
    ");
    let said = repo.pv(&["postmortem", "new", "r2"]);
    assert!(said.contains("there is a releases/r2/postmortem.md already") && said.contains("[exit code 2]"), "{said}");
}

#[test]
fn the_story_of_the_tone_is_green_once_it_is_told() {
    let repo = released();
    repo.write("releases/r2/postmortem.md", STORY);
    assert_eq!(open(&repo, LATER), ["eval-version-unknown"]);
    repo.write("evals/tone.jsonl", format!("{SET}{}", SET.replace("\"a\"", "\"b\"")));
    insta::assert_snapshot!(repo.pv(&["postmortem", "lint", "r2", LATER]), @r"1 postmortem: nothing is open");
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
    insta::assert_snapshot!(repo.pv(&["checklist", LATER]), @r"
    #   section      item                                                                                answer   proof                    because
    1   Recognise    every change has its type, and the discipline of that type                          pass     releases/r2/lock.toml    shipped changes: 1, each with its type
    2   Recognise    changes are treated as data, statistically, per call, with a pointer to go back to  unknown  -                        whether people know the difference is not in a file; releases/r2/plan.toml shows no evidence over cases
    3   Recognise    each release says which of its changes are material                                 pass     releases/r2/plan.toml    release r2: 0 of 1 changes are material
    4   Gate         CI stops a prompt or model change without a passing eval                            fail     pv.toml                  the gate eval is off: not what this test is about
    5   Gate         feedback is judged at each canary step before the next                              unknown  -                        no release has gone past its first step yet
    6   Gate         models owe a cost gate, data a schema gate, agent code integration tests            fail     pv.toml                  the gate cost is off: not what this test is about
    7   Gate         exceptions are documented, approved and counted                                     pass     releases/r2/lock.toml    no release used an exception; `pv override audit` counts them
    8   Roll out     every change goes by a canary, or by a documented exception                         pass     releases/r2/plan.toml    every change goes by steps, or by an exception that its release names
    9   Roll out     steps fit the type of the change                                                    pass     pv.toml                  models begin smaller than prompts, data goes by partition
    10  Roll out     the way back was rehearsed for this release                                         fail     releases/r2/rehearsals/  release r2 has no rehearsal
    11  Roll out     the way back is fast: 5 minutes for prompts, 10 for models                          unknown  -                        the targets are set, and no rehearsal has measured the way back
    12  Version      prompts have versions, and earlier ones are kept                                    pass     pv.lock                  prompts: 1, each with its version, and the bytes of all that shipped
    13  Version      models are pinned, and the mapping before is kept                                   unknown  -                        no shipped artefact names a model
    14  Version      parameters, evidence, dependencies and owners are recorded                          fail     releases/r2/lock.toml    prompt:greet shipped without evidence on record
    15  Communicate  those who have to know were told before                                             unknown  -                        no release has come that far yet
    16  Communicate  a status was told at each canary step                                               unknown  -                        no release has come that far yet
    17  Communicate  a summary was told at the end                                                       unknown  -                        no release has come that far yet
    18  Operate      windows and freezes are defined                                                     fail     pv.toml                  there are no windows and no freezes: releases may ship at any time
    19  Operate      the path for emergencies is there before it is needed                               fail     .pv/allowed_signers      nobody is named who may sign an exception
    20  Operate      what went wrong has a postmortem, and its items are owned, dated and done           unknown  -                        no release was taken back, and there is no postmortem

    6 pass, 6 fail, 8 unknown
    ");
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
