//! Intents: written from the diff, held against it, and taken along by the release.

use std::collections::{BTreeMap, BTreeSet};

use proptest::collection::{btree_map, btree_set, vec};
use proptest::prelude::*;
use pv::domain::{ArtefactId, Bump, ChangeType, Class, KindName, Problem};
use pv::release::intents::{Audience, Intent, encode, origin, parse};
use serde_json::Value;

use crate::harness::Repo;

const GREET: &str = "---\nname: greet\nowner: team-support\n---\nGreet {{customer}}. Answer in at most 3 sentences.\n";
const FAST: &str = "---\nname: fast\nmodel: gpt-4o-2024-08-06\n---\nSummarise {{text}}.\n";
const AT: &str = "--at=2026-05-20T11:00:00Z";

/// A released prompt and one that pins a model, both edited.
fn edited() -> Repo {
    edited_under("")
}

/// The same, judged by what `policy` says.
fn edited_under(policy: &str) -> Repo {
    let repo = released(policy);
    repo.write("prompts/greet.md", GREET.replace('3', "5"));
    repo.write("prompts/fast.md", FAST.replace("08-06", "11-20"));
    repo
}

fn released(policy: &str) -> Repo {
    let repo = Repo::new();
    repo.write("pv.toml", policy).ungate();
    repo.git(&["config", "user.name", "A Config"]);
    repo.write("prompts/greet.md", GREET).write("prompts/fast.md", FAST).commit("base");
    let said = repo.pv(&["lock", "--name", "r1", "--write", "--commit", AT]);
    assert!(said.contains("release r1 written"), "{said}");
    repo
}

fn intent(repo: &Repo, name: &str, front: &str) {
    repo.write(&format!("changes/{name}.md"), format!("---\n{front}---\n"));
}

fn json(repo: &Repo, arguments: &[&str]) -> Value {
    let output =
        repo.command(env!("CARGO_BIN_EXE_pv")).args(arguments).args(["--format", "json", AT]).output().unwrap();
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The refusals of `pv check`, each as `severity check artefact`.
fn refusals(repo: &Repo, arguments: &[&str]) -> Vec<String> {
    let report = json(repo, &[&["check"], arguments].concat());
    let told = report["refusals"].as_array().cloned().unwrap_or_default();
    let word = |one: &Value, key: &str| one[key].as_str().unwrap_or("-").to_owned();
    let of_intents = told.iter().filter(|one| word(one, "check").starts_with("intent/"));
    of_intents
        .map(|one| format!("{} {} {}", word(one, "severity"), word(one, "check"), word(one, "artefact")))
        .collect()
}

/// Whether no intent stops `pv check`, whatever else does.
fn passes(repo: &Repo, arguments: &[&str]) -> bool {
    let report = json(repo, &[&["check"], arguments].concat());
    let reasons = report["verdict"]["reasons"].as_array().unwrap();
    reasons.iter().all(|reason| !reason.as_str().unwrap().contains("(intent/"))
}

#[test]
fn an_intent_is_filled_in_from_the_diff() {
    let repo = edited();
    let said = repo.pv(&["change", "add", "prompt:greet", "--why", "Answers may be longer: customers asked"]);
    let path = "changes/greet-answers-may-be-longer-customers-asked.md";
    assert!(said.contains(path) && said.contains("written: commit it with the change"), "{said}");
    let text = std::fs::read_to_string(repo.path(path)).unwrap();
    assert_eq!(
        text,
        "---\nartefacts:\n  - prompt:greet\ntype:\n  - prompt\nclass: behavioural\nbump: minor\nowner: team-support\n\
         material: false\nwhy: \"Answers may be longer: customers asked\"\n---\n"
    );
    let said = repo.pv(&["change", "add", "--why", "A newer snapshot", "--audience", "customer=It is quicker"]);
    assert!(said.contains("changes/fast-a-newer-snapshot.md"), "{said}");
    let text = std::fs::read_to_string(repo.path("changes/fast-a-newer-snapshot.md")).unwrap();
    for line in ["  - prompt:fast", "  - model", "owner: A Config", "material: true", "  customer: It is quicker"] {
        assert!(text.lines().any(|found| found == line), "{line}: {text}");
    }
    assert_eq!(refusals(&repo, &[]), [""; 0]);
    assert!(passes(&repo, &["--strict"]));
    let said = repo.pv(&["change", "lint"]);
    assert!(said.contains("2 intents of this change: all in order") && !said.contains("[exit code"), "{said}");
    let listed = json(&repo, &["change", "list"]);
    assert_eq!(listed["intents"][0]["why"], "A newer snapshot");
    assert_eq!(listed["intents"][0]["artefacts"][0], "prompt:fast");
    let said = repo.pv(&["change", "add", "--why", "Again"]);
    assert!(said.contains("every changed artefact has an intent already") && said.contains("[exit code 2]"), "{said}");
}

#[test]
fn where_nobody_can_be_asked_the_flags_are_named_and_nothing_is_written() {
    let repo = edited();
    let said = repo.pv(&["change", "add"]);
    assert!(
        said.contains("--why is missing") && said.contains("pv change add prompt:fast prompt:greet --why"),
        "{said}"
    );
    assert!(said.contains("[exit code 2]"), "{said}");
    let said = repo.pv(&["change", "add", "prompt:gone", "--why", "x"]);
    assert!(said.contains("no artefact `prompt:gone` changed") && said.contains("what did: prompt:fast"), "{said}");
    for wrong in [
        ["--class", "integrity"],
        ["--type", "code"],
        ["--audience", "custmer=x"],
        ["--name", "../x"],
        ["--owner", " "],
    ] {
        let said = repo.pv(&[&["change", "add", "--why", "x"], &wrong[..]].concat());
        assert!(said.contains("[exit code 2]"), "{wrong:?}: {said}");
    }
    assert!(!repo.path("changes").exists());
}

#[test]
fn nothing_is_ever_overwritten() {
    let repo = edited();
    for (id, path) in [("prompt:greet", "changes/greet-why.md"), ("prompt:greet", "changes/greet-why-2.md")] {
        let said = repo.pv(&["change", "add", id, "--why", "Why"]);
        assert!(said.contains(path), "{said}");
    }
    let said = repo.pv(&["change", "add", "prompt:fast", "--why", "Why", "--name", "greet-why.md"]);
    assert!(said.contains("there is a file changes/greet-why.md already") && said.contains("[exit code 2]"), "{said}");
}

#[test]
fn a_change_that_nobody_describes_is_told_as_loud_as_the_policy_says() {
    let told = ["warning intent/change-undescribed prompt:fast", "warning intent/change-undescribed prompt:greet"];
    let repo = edited();
    assert_eq!(refusals(&repo, &[]), told);
    assert!(passes(&repo, &[]) && !passes(&repo, &["--strict"]));

    let repo = edited_under("[intents]\nmissing = \"error\"\n");
    assert_eq!(refusals(&repo, &[]), told.map(|line| line.replace("warning", "error")));
    assert!(!passes(&repo, &[]));
    let lint = repo.pv(&["change", "lint"]);
    assert!(lint.contains("`pv change add prompt:greet --why \"…\"`") && lint.contains("[exit code 1]"), "{lint}");
    repo.git(&["add", "--all"]);
    assert_eq!(refusals(&repo, &["--staged"]), [""; 0], "a commit in progress needs none yet");
    repo.write("pv.toml", "[intents]\nmissing = \"off\"\n");
    assert!(!passes(&repo, &[]), "a change does not judge itself");
    repo.commit("edits");
    let refused = repo.pv(&["lock", "--name", "r2", "--config", "strict.toml", AT]);
    assert!(refused.contains("[exit code 2]"), "{refused}");
    repo.write("strict.toml", "[intents]\nmissing = \"error\"\n");
    let refused = repo.pv(&["lock", "--name", "r2", "--config", "strict.toml", AT]);
    assert!(refused.contains("intent/change-undescribed") && refused.contains("no release was cut"), "{refused}");

    let repo = edited_under("[intents]\nmissing = \"off\"\n");
    assert_eq!(refusals(&repo, &["--strict"]), [""; 0]);
    repo.write("pv.toml", "[intents]\nmissing = \"warn\"\n");
    assert!(repo.pv(&["status"]).contains("did you mean `warning`?"));
}

#[test]
fn less_than_the_diff_needs_a_reason() {
    let repo = edited();
    repo.write("prompts/greet.md", GREET);
    intent(&repo, "a", "artefacts: prompt:fast\ntype: model\nclass: cosmetic\nbump: patch\nmaterial: false\nwhy: x\n");
    let lowered = ["error intent/class-lowered prompt:fast", "error intent/material-denied prompt:fast"];
    assert_eq!(refusals(&repo, &[]), lowered);
    assert!(!passes(&repo, &[]));
    let lint = repo.pv(&["change", "lint"]);
    assert!(lint.contains("changes/a.md:4: the intent calls the change of prompt:fast cosmetic (it is"), "{lint}");
    let add = ["change", "add", "prompt:fast", "--why", "y", "--not-material", "--name", "b"];
    std::fs::remove_file(repo.path("changes/a.md")).unwrap();
    assert!(repo.pv(&add).contains("say why with --lowered REASON") && !repo.path("changes/b.md").exists());
    assert!(repo.pv(&[&add[..], &["--lowered", "staging only"]].concat()).contains("written"));
    assert_eq!(refusals(&repo, &["--strict"]), ["warning intent/material-denied prompt:fast"]);
    assert!(passes(&repo, &["--strict"]), "a reason was given");
}

#[test]
fn types_names_and_changes_are_held_against_the_diff() {
    let repo = edited();
    intent(&repo, "a", "artefacts: [prompt:greet, prompt:fast]\ntype: prompt\nwhy: x\n");
    assert_eq!(refusals(&repo, &[]), ["error intent/type-missing prompt:fast"]);
    intent(&repo, "b", "artefacts: prompt:fast\ntype: model\nwhy: y\n");
    assert_eq!(refusals(&repo, &[]), [""; 0], "two intents of one artefact are one claim");
    intent(&repo, "b", "artefacts: [prompt:fast, prompt:gret]\ntype: model\nwhy: y\n");
    assert_eq!(refusals(&repo, &[]), ["error intent/artefact-unknown prompt:gret"]);
    assert!(repo.pv(&["change", "lint"]).contains("did you mean `prompt:greet`?"));
    repo.write("prompts/greet.md", GREET);
    intent(&repo, "b", "artefacts: prompt:fast\ntype: model\nwhy: y\n");
    assert_eq!(refusals(&repo, &[]), ["warning intent/artefact-unchanged prompt:greet"]);
}

#[test]
fn more_than_the_diff_raises_the_version() {
    let repo = edited();
    intent(&repo, "a", "artefacts: prompt:greet\ntype: prompt\nclass: breaking\nwhy: Callers parse it\n");
    let report = json(&repo, &["check"]);
    let required = |id: &str| {
        let rows = report["artefacts"].as_array().unwrap();
        rows.iter().find(|row| row["id"] == id).unwrap()["version"]["required"].clone()
    };
    assert_eq!((required("prompt:greet"), required("prompt:fast")), ("2.0.0".into(), "1.1.0".into()));
    repo.commit("edits");
    let plan = repo.pv(&["lock", "--name", "r2", AT]);
    let row = plan.lines().find(|line| line.starts_with("prompt:greet")).unwrap();
    let words: Vec<&str> = row.split_whitespace().collect();
    assert_eq!(words, ["prompt:greet", "1.0.0", "2.0.0", "major", "raised", "by", "its", "intent"]);
    assert!(plan.contains("note: no intent says why prompt:fast changed"), "{plan}");
}

#[test]
fn one_bad_file_hides_no_other_and_all_its_faults_are_told() {
    let repo = edited();
    intent(&repo, "a", "artefact: prompt:greet\nclass: huge\nbump: [minor]\nmaterial: yes\nwhy: ''\n");
    intent(&repo, "b", "artefacts: prompt:greet\ntype: prompt\nwhy: x\n");
    repo.write("changes/c.md", "---\nwhy: [x\n---\n").write("changes/d.md", b"\xff\xfe");
    repo.write("changes/README.md", "How we write intents.\n").write("changes/notes.md", "Not about anything.\n");
    let said = repo.pv(&["check"]);
    for told in [
        "did you mean `artefacts`?",
        "needs `artefacts`",
        "`huge` is no class",
        "`material` is true or false",
        "the text is empty",
        "changes/a.md:2:1",
        "changes/c.md",
        "not-utf8",
        "no front matter",
        "check failed",
    ] {
        assert!(said.contains(told), "{told}: {said}");
    }
    assert!(!said.contains("README") && said.contains("greet"), "{said}");
    assert_eq!(refusals(&repo, &[]), ["warning intent/change-undescribed prompt:fast"], "b holds all the same");
    assert!(repo.pv(&["change", "list"]).contains("changes/b.md"));
    repo.commit("all of it");
    let said = repo.pv(&["lock", "--name", "r2", "--write", AT]);
    assert!(said.contains("no release was cut") && !repo.path("releases/r2").exists(), "{said}");
}

#[test]
fn an_intent_of_the_base_describes_what_the_base_has() {
    let repo = released("");
    repo.write("prompts/greet.md", GREET.replace('3', "5"));
    intent(&repo, "a", "artefacts: prompt:greet\ntype: prompt\nclass: behavioural\nwhy: x\n");
    repo.commit("first");
    repo.git(&["switch", "--quiet", "--create", "topic"]);
    repo.write("prompts/greet.md", GREET.replace('3', "7"));
    assert_eq!(refusals(&repo, &[]), [""; 0], "edits on top of a described commit");
    repo.commit("second");
    let missing = ["warning intent/change-undescribed prompt:greet"];
    assert_eq!(refusals(&repo, &["--base", "main"]), missing, "another change needs another intent");
    let said = repo.pv(&["change", "lint", "--base", "main"]);
    assert!(said.contains("pv change add prompt:greet --base main --why"), "{said}");
    assert!(repo.pv(&["change", "add", "--base", "main", "--why", "More"]).contains("written"));
    assert_eq!(refusals(&repo, &["--base", "main"]), [""; 0], "and what the base says is not judged again");
}

#[test]
fn a_release_takes_its_intents_along() {
    let repo = edited();
    intent(&repo, "a", "artefacts: prompt:greet\ntype: prompt\nowner: team-a\nwhy: x\n");
    let less =
        "artefacts: prompt:fast\ntype: model\nclass: additive\nmaterial: false\nowner: b\nlowered: staging\nwhy: y\n";
    intent(&repo, "b", less);
    repo.write("changes/README.md", "How to.\n").commit("edits");
    let cut = ["lock", "--name", "r2", "--write", "--commit", "--tag", AT];
    let said = repo.pv(&cut);
    assert!(said.contains("2 intents describe it") && said.contains("its reason: staging"), "{said}");
    assert_eq!(repo.git(&["status", "--porcelain"]), "");
    let files = repo.git(&["ls-tree", "-r", "--name-only", "HEAD", "changes", "releases/r2"]);
    let moved = ["changes/README.md", "releases/r2/changes/a.md", "releases/r2/changes/b.md"];
    assert_eq!(files.lines().take(3).collect::<Vec<_>>(), moved);
    let record: toml::Table = std::fs::read_to_string(repo.path("releases/r2/lock.toml")).unwrap().parse().unwrap();
    let said_of = |id: &str, key: &str| record["artefact"][id].get(key).and_then(|it| it.as_str().map(str::to_owned));
    assert_eq!(said_of("prompt:greet", "owner").as_deref(), Some("team-a"));
    assert_eq!(said_of("prompt:fast", "owner").as_deref(), Some("b"));
    assert_eq!(said_of("prompt:fast", "lowered").as_deref(), Some("staging"));
    assert_eq!(said_of("prompt:fast", "version").as_deref(), Some("1.1.0"), "the computed one all the same");
    assert_eq!(said_of("prompt:greet", "lowered"), None);
    assert!(repo.pv(&["lock", "--check"]).contains("verified") && repo.pv(&["verify", "--all"]).contains("verified"));
    assert!(!repo.pv(&cut).contains("[exit code"), "again is the same");
    assert!(repo.pv(&["change", "list"]).contains("There are no intents"));
    let before = "HEAD~2";
    let noted = ["warning intent/class-lowered prompt:fast", "warning intent/material-denied prompt:fast"];
    assert_eq!(refusals(&repo, &["--base", before]), noted, "what was taken along still describes");
}

#[test]
fn an_uncommitted_edit_of_an_intent_stops_a_release_before_anything_is_written() {
    let repo = edited();
    let front = "artefacts: [prompt:greet, prompt:fast]\ntype: [prompt, model]\nwhy: x\n";
    intent(&repo, "a", front);
    repo.commit("edits");
    let cut = ["lock", "--name", "r2", "--write", "--commit", AT];
    let refused = |what: &str| {
        let said = repo.pv(&cut);
        assert!(said.contains("uncommitted edits: changes/") && said.contains("[exit code 2]"), "{what}: {said}");
        assert!(!repo.path("releases/r2").exists(), "{what}");
    };
    let edit = format!("---\n{front}---\n\nMore.\n");
    repo.write("changes/a.md", &edit);
    refused("edited");
    assert_eq!(std::fs::read_to_string(repo.path("changes/a.md")).unwrap(), edit);
    std::fs::remove_file(repo.path("changes/a.md")).unwrap();
    refused("deleted");
    intent(&repo, "a", front);
    intent(&repo, "b", front);
    refused("new");
    std::fs::remove_file(repo.path("changes/b.md")).unwrap();
    assert!(repo.pv(&cut).contains("release r2 written, committed"));
}

#[test]
fn a_release_that_was_interrupted_between_copy_and_commit_is_completed() {
    let front = "artefacts: [prompt:greet, prompt:fast]\ntype: [prompt, model]\nwhy: x\n";
    for stage in ["copied", "removed", "staged", "written"] {
        let repo = edited();
        intent(&repo, "a", front);
        repo.commit("edits");
        let text = std::fs::read(repo.path("changes/a.md")).unwrap();
        repo.write("releases/r2/changes/a.md", text);
        if stage != "copied" {
            std::fs::remove_file(repo.path("changes/a.md")).unwrap();
        }
        if stage == "staged" {
            repo.git(&["add", "--all"]);
        }
        if stage == "written" {
            let said = repo.pv(&["lock", "--name", "r2", "--write", AT]);
            assert!(said.contains("`git add .pv releases changes pv.lock` and commit it"), "{said}");
        }
        let said = repo.pv(&["lock", "--name", "r2", "--write", "--commit", "--tag", AT]);
        assert!(said.contains("tagged pv/r2"), "{stage}: {said}");
        assert_eq!(repo.git(&["status", "--porcelain"]), "", "{stage}");
        assert_eq!(repo.git(&["ls-files", "changes", "releases/r2/changes"]), "releases/r2/changes/a.md", "{stage}");
    }
}

#[cfg(unix)]
#[test]
fn hostile_files_are_refused_and_left_alone() {
    let repo = edited();
    repo.write("outside.md", "theirs");
    std::fs::create_dir(repo.path("changes")).unwrap();
    std::os::unix::fs::symlink("../outside.md", repo.path("changes/link.md")).unwrap();
    let named = "artefacts: [\"prompt:\\e[2Jx\", 'prompt:../../x', 'prompt:']\ntype: prompt\nwhy: \"\\e[2J\"\n";
    intent(&repo, "\u{1b}[2J", named);
    intent(
        &repo,
        "list",
        "artefacts: [\"prompt:\\e[2Jx\"]\nowner: \"\\e[2J\"\nlowered: \"\\e]0;\"\nwhy: \"\\e[2J\\u202E\"\n",
    );
    let said = repo.pv(&["check"]) + &repo.pv(&["change", "lint"]) + &repo.pv(&["change", "list"]);
    assert!(said.contains("changes/list.md"), "{said}");
    assert!(!said.contains('\u{1b}') && said.contains("an intent is a regular file"), "{said}");
    repo.write("prompts/odd.md", "---\nname: \"../../odd name\"\n---\nSay hello.\n");
    let said = repo.pv(&["change", "add", "prompt:../../odd name", "--why", "../../etc/passwd"]);
    assert!(said.contains("changes/odd-name-etc-passwd.md"), "{said}");
    std::fs::remove_dir_all(repo.path("changes")).unwrap();
    std::os::unix::fs::symlink("/", repo.path("changes")).unwrap();
    let said = repo.pv(&["change", "add", "prompt:greet", "--why", "x"]);
    assert!(said.contains("[exit code 2]") && said.contains("link"), "{said}");
}

fn id() -> impl Strategy<Value = ArtefactId> {
    (prop::sample::select(KindName::ALL.to_vec()), "\\PC{1,9}|[a-z: \n\"'#-]{1,9}")
        .prop_map(|(kind, name)| ArtefactId::new(kind, name))
}

/// A text as the front matter keeps it: without blanks around it.
fn text() -> impl Strategy<Value = String> {
    let any = prop_oneof![
        "\\PC{1,30}",
        "[a-z .:#'\"-]{1,30}",
        any::<String>(),
        Just("true".to_owned()),
        Just("1.5".to_owned())
    ];
    any.prop_map(|text| text.trim().to_owned()).prop_filter("something", |text| !text.is_empty())
}

fn sentence() -> impl Strategy<Value = String> {
    text()
        .prop_map(|text| text.replace(['\n', '\r'], " ").trim().to_owned())
        .prop_filter("something", |text| !text.is_empty())
}

prop_compose! {
    fn any_intent()(
        artefacts in btree_set(id(), 1..4),
        types in btree_set(prop::sample::select(ChangeType::ALL.to_vec()), 0..4),
        class in prop::option::of(prop::sample::select(Class::ALL[..4].to_vec())),
        bump in prop::option::of(prop::sample::select(vec![Bump::Patch, Bump::Minor, Bump::Major])),
        owner in prop::option::of(text()),
        material in prop::option::of(any::<bool>()),
        why in sentence(),
        audience in btree_map(prop::sample::select(Audience::ALL.to_vec()), text(), 0..3),
        lowered in prop::option::of(text()),
        body in "[a-z\n#-]{0,30}",
    ) -> Intent {
        let body = body.trim_start_matches('\n').trim_end().to_owned();
        let path = "changes/x.md".to_owned();
        Intent { path, artefacts, types, class, bump, owner, material, why, audience, lowered, body, places: BTreeMap::new() }
    }
}

fn assert_told(text: &str, problems: &[Problem]) {
    assert!(!problems.is_empty() && problems.len() <= 20);
    for problem in problems {
        assert!(problem.place.line <= text.lines().count().max(1) + 1, "{problem:?}");
        assert!(!problem.message.is_empty() && !problem.help.is_empty(), "{problem:?}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_back(intent in any_intent()) {
        let text = encode(&intent);
        let mut read = parse(&intent.path, &text).unwrap_or_else(|problems| panic!("{text}\n{problems:?}"));
        prop_assert_eq!(encode(&read), &*text);
        read.places.clear();
        prop_assert_eq!(read, intent);
    }

    #[test]
    fn a_damaged_intent_is_read_or_refused(
        intent in any_intent(),
        edits in vec((any::<prop::sample::Index>(), prop::sample::select(vec!["", "---\n", "\n", ": ", "- ", "[", "\"", "&a *a", "\t", "\0", "é", "why: y\n", "x: {", "!!"])), 1..6),
    ) {
        let mut text = encode(&intent);
        for (at, inserted) in edits {
            let mut at = at.index(text.len() + 1);
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            if inserted.is_empty() { text.truncate(at) } else { text.insert_str(at, inserted) }
        }
        match parse("changes/x.md", &text) {
            Ok(read) => prop_assert!(!read.artefacts.is_empty() && !read.why.is_empty()),
            Err(problems) => assert_told(&text, &problems),
        }
    }
}

#[test]
fn only_what_stands_beside_a_record_was_taken_along() {
    let found: BTreeSet<Option<&str>> =
        ["releases/r1/changes/a.md", "releases/changes/a.md", "releases/r1/changes/b/a.md", "changes/a.md"]
            .into_iter()
            .map(origin)
            .collect();
    assert_eq!(found, BTreeSet::from([None, Some("changes/a.md")]));
}
