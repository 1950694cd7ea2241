//! `pv diff` as people and machines see it: transcripts over a temporary repository.
#![expect(clippy::unwrap_used, reason = "a failed step of a test is a failed test")]

use crate::harness::Repo;

const GREET: &str =
    "---\nname: greet\nmodel: small-1\n---\nGreet {{customer}} by name.\n\nAnswer in at most 3 sentences.\n";

fn repo() -> Repo {
    let repo = Repo::new();
    repo.write("prompts/greet.md", GREET).commit("base");
    repo
}

fn pv(repo: &Repo, arguments: &[&str]) -> String {
    let output = repo.command(env!("CARGO_BIN_EXE_pv")).args(arguments).output().unwrap();
    let (out, err) = (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
    let code = output.status.code().unwrap();
    format!("$ pv {}\n{out}{err}[exit {code}]", arguments.join(" "))
}

#[test]
fn a_one_line_edit_is_one_screen() {
    let repo = repo();
    repo.write("prompts/greet.md", GREET.replace('3', "5"));
    insta::assert_snapshot!(pv(&repo, &["diff"]), @r#"
    $ pv diff
    1 artefact changed: 1 behavioural   HEAD → worktree

    prompt:greet  behavioural  minor bump
      prompts/greet.md · modified · prompt change · owes eval, feedback
      behavioural  `at most 3 sentences` became `at most 5 sentences`  [prompt/quantity-loosened]
              7:1 │ Answer in at most [-3-]{+5+} sentences.
    [exit 0]
    "#);
}

#[test]
fn a_variable_that_went_and_another_model() {
    let repo = repo();
    repo.write(
        "prompts/greet.md",
        GREET.replace("Greet {{customer}} by name.", "Greet.").replace("small-1", "large-2"),
    );
    insta::assert_snapshot!(pv(&repo, &["diff", "--exit-code"]), @r"
    $ pv diff --exit-code
    1 artefact changed: 1 breaking   HEAD → worktree

    prompt:greet  breaking  major bump
      prompts/greet.md · modified · prompt, model change · owes eval, cost, integration, feedback
      breaking     the prompt no longer takes `customer`  [prompt/variable-removed 2fa9130fa714]
              5:7 │ [-{{customer}}-]
      behavioural  the model changed from `small-1` to `large-2`  [prompt/model-ref-changed]
              3:8 │ [-small-1-]{+large-2+}
      behavioural  the prompt now asks `Greet.`  [prompt/constraint-added]
              5:1 │ {+Greet.+}
    [exit 1]
    ");
    insta::assert_snapshot!(pv(&repo, &["diff", "--stat"]), @r#"
    $ pv diff --stat
    1 artefact changed: 1 breaking   HEAD → worktree
     prompt:greet │ breaking    modified    major bump 3 findings
    [exit 0]
    "#);
    insta::assert_snapshot!(pv(&repo, &["diff", "--format", "github"]), @r#"
    $ pv diff --format github
    ::warning file=prompts/greet.md,title=breaking%3A prompt/variable-removed::prompt:greet: the prompt no longer takes `customer`
    ::notice file=prompts/greet.md,line=3,col=8,title=behavioural%3A prompt/model-ref-changed::prompt:greet: the model changed from `small-1` to `large-2`
    ::notice file=prompts/greet.md,line=5,col=1,title=behavioural%3A prompt/constraint-added::prompt:greet: the prompt now asks `Greet.`
    pv: 1 artefact changed (HEAD → worktree)
    [exit 0]
    "#);
    insta::assert_snapshot!(pv(&repo, &["diff", "--format", "markdown"]), @r#"
    $ pv diff --format markdown
    <!-- pv/diff/1 -->
    ### 1 artefact changed: 1 breaking

    `HEAD` → `worktree` · owes eval, cost, integration, feedback

    | artefact | class | change type | version | owes |
    |---|---|---|---|---|
    | `prompt:greet` | breaking | prompt, model | major bump | eval, cost, integration, feedback |

    <details><summary><code>prompt:greet</code> breaking, 3 findings</summary>

    `prompts/greet.md` modified

    - **breaking** the prompt no longer takes `customer` (`prompt/variable-removed`, line 5)

      > <del>{{customer}}</del>

    - **behavioural** the model changed from `small-1` to `large-2` (`prompt/model-ref-changed`, line 3)

      > <del>small-1</del><ins>large-2</ins>

    - **behavioural** the prompt now asks `Greet.` (`prompt/constraint-added`, line 5)

      > <ins>Greet.</ins>

    </details>
    [exit 0]
    "#);
}

#[test]
fn nothing_changed() {
    insta::assert_snapshot!(pv(&repo(), &["diff", "--exit-code"]), @r#"
    $ pv diff --exit-code
    no artefact changed   HEAD → worktree
    [exit 0]
    "#);
}

#[test]
fn a_hostile_prompt_does_not_drive_the_terminal() {
    let repo = repo();
    repo.write("prompts/greet.md", GREET.replace("sentences", "\u{1b}[2J\u{202e}sentences\u{7}"));
    let shown = pv(&repo, &["diff"]);
    assert!(!shown.contains(['\u{1b}', '\u{202e}', '\u{7}']), "{shown:?}");
    assert!(shown.contains(r"\u{1b}[2J"), "{shown}");
}

#[test]
fn it_fails_on_the_class_that_it_is_told_to() {
    let repo = repo();
    repo.write("prompts/greet.md", GREET.replace('3', "5"));
    assert!(pv(&repo, &["diff", "--fail-on", "behavioural"]).ends_with("[exit 1]"));
    assert!(pv(&repo, &["diff", "--fail-on", "breaking"]).ends_with("[exit 0]"));
    repo.write("prompts/greet.md", GREET.replace("{{customer}}", "them"));
    assert!(pv(&repo, &["diff", "--fail-on", "breaking"]).ends_with("[exit 1]"));
}

#[test]
fn why_is_said_once_a_rule() {
    let repo = repo();
    repo.write("prompts/other.md", GREET.replace("greet", "other")).commit("two");
    for name in ["greet", "other"] {
        repo.write(&format!("prompts/{name}.md"), GREET.replace("greet", name).replace("{{customer}}", "them"));
    }
    let said = pv(&repo, &["diff", "--explain"]);
    assert_eq!(said.matches("why │").count(), 2, "two rules in two artefacts: {said}");
    assert!(!pv(&repo, &["diff"]).contains("why │"));
}
