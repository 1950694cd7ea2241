//! `pv demo`: its whole output, the story it embeds, and the picture of it in the README.

use std::path::Path;
use std::sync::OnceLock;

use crate::harness::{self, Repo};

const SCENARIO: &str = "refund-explanation";

/// The demo, played once for all tests: where, and what it said. The commit of the release, whose id follows the format of
/// its record, is shown as `COMMIT`.
fn played() -> &'static (Repo, String) {
    static PLAYED: OnceLock<(Repo, String)> = OnceLock::new();
    PLAYED.get_or_init(|| {
        let repo = Repo::directory();
        let said = repo.pv(&["demo"]);
        let release = repo.git(&["-C", "pv-demo", "rev-parse", "--short=10", "pv/2026.05.20^{commit}"]);
        let said = said.replace(&release, "COMMIT");
        (repo, said)
    })
}

#[test]
fn it_says_what_it_always_said() {
    insta::assert_snapshot!(played().1);
}

#[test]
fn it_plays_every_file_of_the_scenario() {
    let (repo, _) = played();
    let objects = repo.git(&["-C", "pv-demo", "rev-list", "--objects", "--all"]);
    for step in harness::steps(SCENARIO) {
        for file in ignore::WalkBuilder::new(&step).standard_filters(false).build().map(Result::unwrap) {
            if file.path().is_file() {
                let blob = repo.git(&["hash-object", "--no-filters", file.path().to_str().unwrap()]);
                assert!(
                    objects.contains(&blob),
                    "src/cli/commands/demo/story.rs does not embed {}",
                    file.path().display()
                );
            }
        }
    }
}

#[test]
fn its_commits_are_the_same_everywhere() {
    let again = Repo::directory().with("GIT_AUTHOR_NAME", "Somebody Else");
    again.pv(&["demo", "elsewhere"]);
    let ids = |repo: &Repo, directory: &str| repo.git(&["-C", directory, "log", "--format=%H %s", "--decorate"]);
    assert_eq!(ids(&again, "elsewhere"), ids(&played().0, "pv-demo"));
}

#[test]
fn it_overwrites_nothing() {
    let repo = Repo::directory();
    repo.write("taken/notes.txt", "mine");
    insta::assert_snapshot!(repo.pv(&["demo", "taken"]), @r"
    demo::occupied

      × taken is there already, and is not an empty directory
      help: name another directory (`pv demo DIR`), or remove this one
    [exit code 2]
    ");
    assert_eq!(std::fs::read_to_string(repo.path("taken/notes.txt")).unwrap(), "mine");
}

/// What the README shows between `<!-- demo -->` and the end of the fence is what the demo says.
#[test]
fn the_picture_in_the_readme_is_true() {
    let readme = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let (_, rest) = readme.split_once("<!-- demo -->\n```text\n").unwrap();
    let (picture, _) = rest.split_once("```").unwrap();
    assert!(picture.starts_with("$ pv diff "), "the picture begins with its command");
    assert!(played().1.contains(picture.trim_end()), "README.md shows what `pv demo` does not say:\n{picture}");
}

/// What the demo leaves is enough to type what a gate is for.
#[test]
fn its_last_edit_is_stopped_then_merged_and_then_stale() {
    let repo = Repo::directory();
    repo.pv(&["demo"]);
    let root = repo.path("pv-demo");
    let repo = repo.at(root);
    let check = || repo.pv(&["check", "--base", "HEAD~1"]);
    let before = check();
    assert!(before.contains("gate/evidence-missing") && before.ends_with("[exit code 1]\n"), "{before}");
    assert!(!repo.pv(&["gate", "add", "reports/candidate.json"]).contains("[exit code"));
    let after = check();
    assert!(after.contains("check passed") && !after.contains("[exit code"), "{after}");
    let prompt = std::fs::read_to_string(repo.path("prompts/explain_refund.md")).unwrap();
    repo.write("prompts/explain_refund.md", prompt.replace("friendly sentence", "very friendly sentence"));
    let stale = check();
    assert!(stale.contains("prompt:explain_refund moved from") && stale.contains("gate/evidence-stale"), "{stale}");
    assert!(stale.contains("pv gate add reports/candidate.json") && stale.ends_with("[exit code 1]\n"), "{stale}");
}
