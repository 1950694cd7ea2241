//! `pv bisect`: the release, then the artefacts.

use crate::harness::{Repo, ungated};

const NAMES: [&str; 6] = ["ask", "bill", "close", "deny", "escalate", "greet"];

/// Releases r1 to r6; r4 edits five of six prompts, every other release one.
fn repo() -> Repo {
    let repo = Repo::new();
    repo.write("pv.toml", ungated());
    for name in NAMES {
        write(&repo, name, "first");
    }
    cut(&repo, 1);
    for n in 2..=6 {
        let edited = if n == 4 { &NAMES[..5] } else { &NAMES[5..] };
        edited.iter().for_each(|name| write(&repo, name, ["second", "third", "fourth", "fifth", "sixth"][n - 2]));
        cut(&repo, n);
    }
    repo
}

fn write(repo: &Repo, name: &str, word: &str) {
    repo.write(
        &format!("prompts/{name}.md"),
        format!("---\nname: {name}\n---\nAnswer {{{{question}}}} in the {word} way.\n"),
    );
}

fn cut(repo: &Repo, n: usize) {
    repo.commit("edits");
    let said = repo.pv(&[
        "lock",
        "--name",
        &format!("r{n}"),
        "--write",
        "--commit",
        &format!("--at=2026-05-{:02}T11:00:00Z", n + 9),
    ]);
    assert!(!said.contains("exit code"), "{said}");
}

fn bisect(repo: &Repo, command: &str, more: &[&str]) -> String {
    repo.pv(&[&["bisect", "--good=r1", "--bad=r6", "--quiet", "--run", command], more].concat())
}

#[test]
fn one_artefact_of_one_release_is_found() {
    let repo = repo();
    let said = bisect(&repo, "! grep -q fourth prompts/close.md", &[]);
    for part in [
        "r4 made it bad, by 1 artefact",
        "prompt:close  1.0.0  1.1.0",
        "pv diff release:r3 release:r4 -- prompts/close.md",
    ] {
        assert!(said.contains(part), "{part}: {said}");
    }
    assert!(!said.contains("exit code"), "{said}");
    let diff = repo.pv(&["diff", "release:r3", "release:r4", "--", "prompts/close.md"]);
    assert!(diff.contains("prompt:close") && !diff.contains("prompt:ask"), "{diff}");
    assert_eq!(repo.git(&["status", "--porcelain"]), "");
}

#[test]
fn a_pair_that_only_harms_together_is_found_with_its_runs_as_data() {
    let repo = repo();
    let command = "! (grep -q fourth prompts/ask.md && grep -q fourth prompts/deny.md)";
    let said = bisect(&repo, command, &["--format=json"]);
    let data: serde_json::Value = serde_json::from_str(&said).unwrap();
    let ids: Vec<&str> =
        data["artefacts"].as_array().unwrap().iter().map(|one| one["artefact"].as_str().unwrap()).collect();
    assert_eq!(ids, ["prompt:ask", "prompt:deny"]);
    assert_eq!((data["schema"].as_str(), data["bad"].as_str()), (Some("pv/bisect/1"), Some("r4")));
    let runs: Vec<String> =
        data["runs"].as_array().unwrap().iter().map(|run| format!("{} {}", run["release"], run["changed"])).collect();
    let unique: std::collections::BTreeSet<&String> = runs.iter().collect();
    assert_eq!(unique.len(), runs.len(), "no state is asked about twice: {runs:?}");
}

#[test]
fn the_ends_must_be_what_they_are_said_to_be() {
    let repo = repo();
    let said = bisect(&repo, "true", &[]);
    assert!(said.contains("r6 is good, and bad is needed") && said.contains("[exit code 1]"), "{said}");
    let said = bisect(&repo, "false", &[]);
    assert!(said.contains("r1 is bad, and good is needed") && said.contains("[exit code 1]"), "{said}");
    let said = repo.pv(&["bisect", "--good=r6", "--bad=r1", "--run=true"]);
    assert!(said.contains("r6 was not cut before r1"), "{said}");
    let said = bisect(&repo, "kill -9 $$", &[]);
    assert!(said.contains("bisect::stopped"), "{said}");
}

#[test]
fn what_cannot_be_told_is_passed_over() {
    let repo = repo();
    let said = bisect(&repo, "test $PV_RELEASE != r3 || exit 125; ! grep -q fourth prompts/bill.md", &[]);
    assert!(said.contains("r4 made it bad") && said.contains("could not be told: r3"), "{said}");
}

#[test]
fn a_combination_has_what_it_needs() {
    let repo = Repo::new();
    repo.write("pv.toml", ungated());
    NAMES.iter().for_each(|name| write(&repo, name, "first"));
    cut(&repo, 1);
    repo.write("tools/find.json", "{\"name\": \"find\", \"description\": \"Finds.\", \"inputSchema\": {\"type\": \"object\", \"properties\": {}}}\n");
    repo.write("prompts/ask.md", "---\nname: ask\ntools:\n  - find\n---\nAnswer {{question}} by a tool.\n");
    NAMES[1..].iter().for_each(|name| write(&repo, name, "second"));
    cut(&repo, 2);
    // Whoever runs the prompt without its tool is told that it is bad for another reason.
    let command = "grep -q tool prompts/ask.md && ! test -f tools/find.json && exit 99; ! grep -q tool prompts/ask.md";
    let said = repo.pv(&["bisect", "--good=r1", "--bad=r2", "--quiet", "--run", command]);
    assert!(said.contains("r2 made it bad, by 2 artefacts"), "{said}");
    assert!(said.contains("prompt:ask") && said.contains("tool:find"), "{said}");
}
