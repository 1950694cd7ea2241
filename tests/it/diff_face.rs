//! `pv diff` as people and machines see it: transcripts over a temporary repository.

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
    insta::assert_snapshot!(pv(&repo, &["diff"]), @"");
}

#[test]
fn a_variable_that_went_and_another_model() {
    let repo = repo();
    repo.write(
        "prompts/greet.md",
        GREET.replace("Greet {{customer}} by name.", "Greet.").replace("small-1", "large-2"),
    );
    insta::assert_snapshot!(pv(&repo, &["diff", "--exit-code"]), @"");
    insta::assert_snapshot!(pv(&repo, &["diff", "--stat"]), @"");
    insta::assert_snapshot!(pv(&repo, &["diff", "--format", "github"]), @"");
    insta::assert_snapshot!(pv(&repo, &["diff", "--format", "markdown"]), @"");
}

#[test]
fn nothing_changed() {
    insta::assert_snapshot!(pv(&repo(), &["diff", "--exit-code"]), @"");
}

#[test]
fn a_hostile_prompt_does_not_drive_the_terminal() {
    let repo = repo();
    repo.write("prompts/greet.md", GREET.replace("sentences", "\u{1b}[2J\u{202e}sentences\u{7}"));
    let shown = pv(&repo, &["diff"]);
    assert!(!shown.contains(['\u{1b}', '\u{202e}', '\u{7}']), "{shown:?}");
    assert!(shown.contains(r"\u{1b}[2J"), "{shown}");
}
