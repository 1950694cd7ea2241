//! Releases through the real program: versions, refusals, damage found, and everything that shipped brought back.
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "a failed step is a failed test")]

use std::path::PathBuf;

use crate::harness::Repo;

const AT: &str = "--at=2026-05-20T11:00:00+05:30";
const GREET: &str = "---\nname: greet\n---\nGreet {{customer}} by name.\n";
const TOOL: &str = "{\n  \"name\": \"find\",\n  \"description\": \"Finds an order.\",\n  \"inputSchema\": {\"type\": \"object\", \
                    \"properties\": {\"id\": {\"type\": \"string\"}}, \"required\": [\"id\"]}\n}\n";
const ROUTING: &str = "models:\n  fast:\n    provider: openai\n    model: gpt-4o-mini-2024-07-18\n  smart:\n    provider: openai\n    \
                       model: gpt-4o-2024-08-06\n";
const MANIFEST: &str =
    "name: policies\nembedding:\n  model: text-embedding-3-small\n  dimension: 1536\nchunking:\n  size: 400\n";

/// A prompt, a tool, two models in one file, an index in a folder and a skill with a script.
fn repo() -> Repo {
    let repo = Repo::new();
    repo.write("prompts/greet.md", GREET).write("tools/find.json", TOOL).write("models/routing.yaml", ROUTING);
    repo.write("indexes/policies/manifest.yaml", MANIFEST);
    repo.write("indexes/policies/documents.jsonl", "{\"id\": \"p1\", \"text\": \"Refunds take 5 days.\"}\n");
    repo.write("skills/sum/SKILL.md", "---\nname: sum\ndescription: Sums things up.\n---\nRun scripts/sum.sh.\n");
    repo.write("skills/sum/scripts/sum.sh", "#!/bin/sh\necho 3\n");
    make_executable(&repo, "skills/sum/scripts/sum.sh");
    repo.ungate().commit("base");
    repo
}

fn make_executable(repo: &Repo, path: &str) {
    let done = repo.command("chmod").args(["+x", path]).status().unwrap();
    assert!(done.success());
}

fn edit(repo: &Repo, path: &str, from: &str, to: &str) {
    let text = std::fs::read_to_string(repo.path(path)).unwrap();
    assert!(text.contains(from), "{path} says {text}");
    repo.write(path, text.replacen(from, to, 1));
}

fn edited(repo: &Repo, path: &str, from: &str, to: &str) {
    edit(repo, path, from, to);
    repo.commit("an edit");
}

/// What cutting the release `name` says, the new commit's id left out.
fn cut(repo: &Repo, name: &str) -> String {
    let said = repo.pv(&["lock", "--name", name, "--write", "--commit", "--tag", AT]);
    said.replace(&repo.git(&["rev-parse", "HEAD"])[..10], "COMMIT")
}

fn bytes(repo: &Repo, path: &str) -> Vec<u8> {
    std::fs::read(repo.path(path)).unwrap()
}

#[test]
fn every_edit_gets_the_version_it_deserves() {
    let repo = repo();
    insta::assert_snapshot!(cut(&repo, "r1"), @"
    release r1, the first one

    artefact        from  to          bump  because
    prompt:greet    -     1.0.0       none  new
    model:fast      -     1.0.0       none  new
    model:smart     -     1.0.0       none  new
    tool:find       -     1.0.0       none  new
    agent:sum       -     1.0.0       none  new
    index:policies  -     2026-05-20  none  new

    The first release owes no gate: there is no live version to compare it with.

    release r1 written, committed as COMMIT, tagged pv/r1
    ");
    insta::assert_snapshot!(repo.pv(&["lock", AT]), @"
    release r1, the latest one

    6 artefacts are unchanged.

    nothing changed since the latest release
    ");
    edit(&repo, "prompts/greet.md", "by name", "warmly");
    edit(&repo, "tools/find.json", "\"id\": {\"type\": \"string\"}", "\"number\": {\"type\": \"string\"}");
    edit(&repo, "tools/find.json", "[\"id\"]", "[\"number\"]");
    repo.write("models/routing.yaml", ROUTING.replace("    ", "        ")).commit("edits");
    insta::assert_snapshot!(cut(&repo, "r2"), @r"
    release r2, after r1

    artefact      from   to     bump   because
    prompt:greet  1.0.0  1.1.0  minor  behavioural change
    model:fast    1.0.0  1.0.1  patch  other bytes, same meaning
    model:smart   1.0.0  1.0.1  patch  other bytes, same meaning
    tool:find     1.0.0  2.0.0  major  breaking change

    2 artefacts are unchanged.

    note: no intent says why prompt:greet changed  [intent/change-undescribed]
    note: no intent says why model:fast changed  [intent/change-undescribed]
    note: no intent says why model:smart changed  [intent/change-undescribed]
    note: no intent says why tool:find changed  [intent/change-undescribed]

    note: engineering was not told of release r2, and step 1 exposes it: there is no releases/r2/notices/pre-engineering.toml  [notice/engineering-missing]
      help: `pv notice draft --audience engineering r2` writes it; send it, then `pv notice record --audience engineering --file FILE r2`.

    release r2 written, committed as COMMIT, tagged pv/r2

    Nobody sees it yet: `pv rollout step r2` takes the first step.
    ");
    assert_eq!(repo.git(&["tag", "--list"]), "pv/r1\npv/r2");
    assert_eq!(repo.git(&["status", "--porcelain"]), "");
    insta::assert_snapshot!(repo.pv(&["diff", "release:r1", "release:r2", "--stat"]), @"
    4 artefacts changed: 1 breaking, 1 behavioural, 2 cosmetic   release:r1 → release:r2
     tool:find    │ breaking    modified    1.0.0 → 2.0.0 (major) 1 finding
     prompt:greet │ behavioural modified    1.0.0 → 1.1.0 (minor) 1 finding
     model:fast   │ cosmetic    reformatted 1.0.0 → 1.0.1 (patch) 1 finding
     model:smart  │ cosmetic    reformatted 1.0.0 → 1.0.1 (patch) 1 finding
    ");
    insta::assert_snapshot!(repo.pv(&["diff", "prompt:greet@1.0.0"]), @"
    1 artefact changed: 1 behavioural   prompt:greet@1.0.0 → worktree

    prompt:greet  behavioural  1.0.0 → 1.1.0 (minor)
      prompts/greet.md · modified · prompt change
      behavioural  the prompt says `Greet {{customer}} warmly.` in other words  [prompt/instruction-reworded]
              4:1 │ Greet {{customer}} [-by name-]{+warmly+}.
    ");
    insta::assert_snapshot!(repo.pv(&["log", "tool:find"]), @"
    tool:find

    version  release  class     because          digest
    2.0.0    r2       breaking  breaking change  blake3:9f830f8c05cb
    1.0.0    r1       -         new              blake3:e279f9b7fcfe
    ");
    assert_eq!(repo.pv(&["verify", "--all"]), "2 releases verified: 12 artefacts intact\n");
}

#[test]
fn a_part_of_a_file_has_a_version_of_its_own() {
    let repo = repo();
    cut(&repo, "r1");
    edited(&repo, "models/routing.yaml", "gpt-4o-2024-08-06", "gpt-4.1-2025-04-14");
    let said = cut(&repo, "r2");
    assert!(said.contains("model:smart") && !said.contains("model:fast"), "{said}");
    edited(&repo, "models/routing.yaml", "gpt-4o-mini-2024-07-18", "gpt-4.1-mini-2025-04-14");
    repo.pv(&["restore", "model:smart@1.0.0"]);
    let both = ROUTING.replace("gpt-4o-mini-2024-07-18", "gpt-4.1-mini-2025-04-14");
    assert_eq!(String::from_utf8(bytes(&repo, "models/routing.yaml")).unwrap(), both, "the other part stays as it is");
    repo.pv(&["restore", "model:smart@1.0.0", "--to", "out"]);
    assert_eq!(
        String::from_utf8(bytes(&repo, "out/models/routing.yaml")).unwrap(),
        ROUTING,
        "elsewhere, the file as it shipped"
    );
}

#[test]
fn an_index_is_dated_and_a_second_one_that_day_is_counted() {
    let repo = repo();
    assert!(cut(&repo, "r1").contains("index:policies  -     2026-05-20  none  new"));
    edited(&repo, "indexes/policies/documents.jsonl", "5 days", "3 days");
    let said = cut(&repo, "r2");
    assert!(said.contains("index:policies  2026-05-20  2026-05-20.2"), "{said}");
    repo.pv(&["restore", "index:policies@2026-05-20"]);
    assert!(String::from_utf8(bytes(&repo, "indexes/policies/documents.jsonl")).unwrap().contains("5 days"));
}

#[test]
fn a_declared_version_is_honoured_or_refused() {
    let repo = repo();
    cut(&repo, "r1");
    let declare = |version: &str, said: &str| {
        repo.write("prompts/greet.md", format!("---\nname: greet\nversion: {version}\n---\n{said}\n")).commit(version);
    };
    declare("3.0.0", "Greet {{customer}} warmly.");
    let said = cut(&repo, "r2");
    assert!(said.contains("prompt:greet  1.0.0  3.0.0"), "{said}");
    declare("3.0.1", "Greet {{client}} warmly.");
    insta::assert_snapshot!(cut(&repo, "r3"), @"
    prompt:greet: the declared version 3.0.1 is too small: breaking change (major) asks for 4.0.0  [lock/bump-too-small]

    help: declare at least 4.0.0

    no release was cut
    [exit code 1]
    ");
    declare("3.0.0", "Greet {{customer}} very warmly.");
    insta::assert_snapshot!(cut(&repo, "r3"), @"
    prompt:greet: the version 3.0.0 already names another content (blake3:06376d143530cd5ed4867478237ecf4aaef85083fda6e9c098bbc19cb9ada1bb)  [lock/digest-changed-same-version]

    help: declare another version, e.g. 3.1.0

    no release was cut
    [exit code 1]
    ");
    declare("1.0.0", "Greet {{customer}} very warmly.");
    assert!(cut(&repo, "r3").ends_with("[exit code 1]\n"), "a label of the first release names its content for ever");
    let said = repo.pv(&["check", "--base", "HEAD~1"]);
    assert!(said.contains("1.0.0") && said.ends_with("[exit code 1]\n"), "{said}");
    assert!(!repo.path("releases/r3").exists());
}

#[test]
fn a_release_is_one_commit_of_its_own_files() {
    let repo = repo();
    repo.write("notes.txt", "one\n").commit("notes");
    repo.write("notes.txt", "two\n").git(&["add", "notes.txt"]);
    repo.write("notes.txt", "three\n").write("other.txt", "x");
    cut(&repo, "r1");
    assert_eq!(repo.git(&["status", "--porcelain"]), "MM notes.txt\n?? other.txt");
    assert_eq!(repo.git(&["diff", "--cached", "--name-only"]), "notes.txt");
    let committed = repo.git(&["show", "--name-only", "--format=", "HEAD"]);
    let is_ours = |path: &str| path.starts_with(".pv/") || path == "pv.lock" || path.starts_with("releases/r1/");
    assert!(committed.lines().all(is_ours), "{committed}");
    let before = repo.git(&["rev-parse", "HEAD", "pv/r1"]);
    assert!(!cut(&repo, "r1").contains("exit code"), "cutting it again is no harm");
    assert_eq!(repo.git(&["rev-parse", "HEAD", "pv/r1"]), before);
}

#[test]
fn what_cannot_be_released_is_refused() {
    let repo = repo();
    edit(&repo, "prompts/greet.md", "by name", "warmly");
    insta::assert_snapshot!(cut(&repo, "r1"), @r"
    lock::uncommitted

      × there are uncommitted edits: prompt:greet
      help: commit or stash them first: a release is cut from a commit
    [exit code 2]
    ");
    repo.commit("edit");
    for name in ["a b", "../x", "a/b", ".hidden", "", "x.lock", "-x"] {
        let said = repo.pv(&["lock", &format!("--name={name}"), "--write"]);
        assert!(said.ends_with("[exit code 2]\n"), "{name:?}: {said}");
    }
    assert!(!repo.path("pv.lock").exists() && !repo.path("releases").exists());
    cut(&repo, "r1");
    edited(&repo, "prompts/greet.md", "warmly", "coldly");
    insta::assert_snapshot!(cut(&repo, "r1"), @"
    lock::release_exists

      × there is a release `r1` already, with another content
      help: releases are never overwritten: choose another --name
    [exit code 2]
    ");
    repo.git(&["tag", "pv/r2"]);
    insta::assert_snapshot!(cut(&repo, "r2"), @"
    lock::tag_exists

      × there is a tag `pv/r2` already, and no release `r2`
      help: choose another --name; pv never moves a tag
    [exit code 2]
    ");
    assert!(!repo.path("releases/r2").exists(), "nothing was written");
}

#[test]
fn all_damage_is_found() {
    let repo = repo();
    cut(&repo, "r1");
    edited(&repo, "prompts/greet.md", "by name", "warmly");
    cut(&repo, "r2");
    assert!(!repo.pv(&["lock", "--check"]).contains("exit code"));
    let object = repo.git(&["ls-files", ".pv/objects"]).lines().next().unwrap().to_owned();
    let record = "releases/r1/lock.toml";
    let (whole, sealed) = (bytes(&repo, &object), String::from_utf8(bytes(&repo, record)).unwrap());

    let mut flipped = whole.clone();
    flipped[3] ^= 1;
    repo.write(&object, flipped);
    let said = repo.pv(&["verify", "--all"]);
    assert!(said.contains(&object) && said.contains("help:") && said.ends_with("[exit code 5]\n"), "{said}");
    std::fs::remove_file(repo.path(&object)).unwrap();
    let said = repo.pv(&["verify", "--all"]);
    assert!(said.contains(&object) && said.ends_with("[exit code 5]\n"), "{said}");
    repo.write(&object, whole);

    for damaged in [
        sealed.replace("version = \"1.0.0\"", "version = \"1.0.1\""),
        sealed[..sealed.len() - 40].to_owned(),
        String::new(),
    ] {
        repo.write(record, damaged);
        let said = repo.pv(&["verify", "--all"]);
        assert!(said.contains(record) && said.ends_with("[exit code 5]\n"), "{said}");
    }
    std::fs::remove_file(repo.path(record)).unwrap();
    let said = repo.pv(&["verify", "--all"]);
    assert!(said.contains(record) && said.contains("[exit code"), "a tagged release without a record: {said}");
    repo.write(record, sealed);
    assert_eq!(repo.pv(&["verify", "--all"]), "2 releases verified: 12 artefacts intact\n");

    let tag = repo.git(&["rev-parse", "pv/r1"]);
    for moved in [
        &["tag", "--force", "pv/r1", "HEAD"][..],
        &["tag", "--force", "--annotate", "--message=x", "pv/r1", "pv/r2^{}"],
    ] {
        repo.git(moved);
        let said = repo.pv(&["verify", "--all"]);
        assert!(said.contains("pv/r1") && said.ends_with("[exit code 5]\n"), "{moved:?}: {said}");
        repo.git(&["update-ref", "refs/tags/pv/r1", &tag]);
    }
    assert_eq!(repo.pv(&["verify", "--all"]), "2 releases verified: 12 artefacts intact\n");
}

#[test]
fn everything_comes_back_byte_for_byte() {
    let repo = repo();
    let shipped: Vec<(String, Vec<u8>)> =
        repo.git(&["ls-files", "--", ":!pv.toml"]).lines().map(|path| (path.to_owned(), bytes(&repo, path))).collect();
    cut(&repo, "r1");
    for (path, _) in &shipped {
        repo.write(path, "gone\n");
    }
    repo.write("skills/sum/extra.txt", "later\n").commit("all replaced");
    repo.pv(&["restore", "release:r1"]);
    for (path, was) in &shipped {
        assert_eq!(bytes(&repo, path), *was, "{path}");
    }
    assert_eq!(bytes(&repo, "skills/sum/extra.txt"), b"later\n", "nothing is deleted");
    assert_eq!(
        repo.command(env!("CARGO_BIN_EXE_pv")).args(["show", "--raw", "prompt:greet@1.0.0"]).output().unwrap().stdout,
        GREET.as_bytes()
    );
    insta::assert_snapshot!(repo.pv(&["restore", "tool:find@1.0.0"]), @"
      tools/find.json

    restored tool:find@1.0.0: 1 file
    ");

    let cloned = |options: &[&str], name: &str| -> PathBuf {
        let path = repo.beside(name);
        let url = format!("file://{}", repo.root().display());
        repo.git(&[&["clone", "--quiet"], options, &[&url, path.to_str().unwrap()]].concat());
        path
    };
    for (options, name) in [(&["--depth=1"][..], "shallow"), (&["--bare"], "bare.git")] {
        let (clone, out) = (cloned(options, name), repo.beside(&format!("{name}-out")));
        let said =
            repo.pv(&["--repo", clone.to_str().unwrap(), "restore", "release:r1", "--to", out.to_str().unwrap()]);
        assert!(!said.contains("exit code"), "{name}: {said}");
        for (path, was) in &shipped {
            assert_eq!(std::fs::read(out.join(path)).unwrap(), *was, "{name}: {path}");
        }
        assert!(repo.pv(&["--repo", clone.to_str().unwrap(), "verify", "--all"]).starts_with("1 release verified"));
    }
}

#[cfg(unix)]
#[test]
fn a_script_comes_back_executable() {
    use std::os::unix::fs::PermissionsExt as _;
    let repo = repo();
    cut(&repo, "r1");
    repo.pv(&["restore", "release:r1", "--to", "../out"]);
    let mode = |path: &str| std::fs::metadata(repo.beside("out").join(path)).unwrap().permissions().mode() & 0o111;
    assert_eq!(mode("skills/sum/scripts/sum.sh"), 0o111);
    assert_eq!(mode("skills/sum/SKILL.md"), 0);
    assert_eq!(repo.pv(&["diff", "agent:sum@1.0.0"]), "no artefact changed   agent:sum@1.0.0 → worktree\n");
}

#[test]
fn an_uncommitted_edit_is_not_overwritten() {
    let repo = repo();
    cut(&repo, "r1");
    edit(&repo, "prompts/greet.md", "by name", "my own words");
    insta::assert_snapshot!(repo.pv(&["restore", "prompt:greet@1.0.0"]), @"
    restore::uncommitted

      × these files have uncommitted edits: prompts/greet.md
      help: commit them or move them away, or write elsewhere with --to DIR
    [exit code 2]
    ");
    assert!(String::from_utf8(bytes(&repo, "prompts/greet.md")).unwrap().contains("my own words"));
    repo.git(&["add", "--all"]);
    assert!(repo.pv(&["restore", "prompt:greet@1.0.0"]).ends_with("[exit code 2]\n"), "staged is not committed");
    repo.write("prompts/new.md", "untracked\n");
    insta::assert_snapshot!(repo.pv(&["restore", "prompt:greet@9.0.0"]), @"
    lock::unknown_version

      × prompt:greet@9.0.0 was never shipped
      help: shipped were: 1.0.0
    [exit code 2]
    ");
    insta::assert_snapshot!(repo.pv(&["restore", "prompt:greet"]), @"
    restore::usage

      × `prompt:greet` is neither kind:name@version nor release:NAME
      help: `pv log` lists the releases and `pv log ID` an artefact's versions
    [exit code 2]
    ");
}

#[test]
fn an_ignored_file_in_the_way_is_not_overwritten() {
    let repo = repo();
    cut(&repo, "r1");
    repo.git(&["rm", "--quiet", "prompts/greet.md"]);
    repo.write(".gitignore", "prompts/\n").commit("ignored from now on");
    assert!(!repo.pv(&["restore", "prompt:greet@1.0.0"]).contains("exit code"), "nothing is in the way");
    repo.write("prompts/greet.md", "my own notes\n");
    let said = repo.pv(&["restore", "prompt:greet@1.0.0"]);
    assert!(said.ends_with("[exit code 2]\n"), "{said}");
    assert_eq!(bytes(&repo, "prompts/greet.md"), b"my own notes\n");
}

#[test]
fn two_releases_merged_by_the_driver_are_a_conflict_and_no_clean_merge() {
    let repo = Repo::directory();
    let lock = |name: &str, more: &str| {
        format!("# Generated by pv\nversion = 1\n{more}\n[release]\nname = \"{name}\"\n\n# end of pv.lock\n")
    };
    repo.write("base", lock("r1", "")).write("ours", lock("ra", "")).write("theirs", lock("rb", ""));
    let said = repo.pv(&["merge-driver", "base", "ours", "theirs", "pv.lock"]);
    assert!(said.contains("both sides changed the release") && said.ends_with("[exit code 1]\n"), "{said}");

    repo.write("ours", lock("ra", "")).write("theirs", lock("r1", "flavour = 2\n"));
    let said = repo.pv(&["merge-driver", "base", "ours", "theirs", "pv.lock"]);
    assert!(said.contains("flavour") && said.ends_with("[exit code 2]\n"), "{said}");
    assert_eq!(std::fs::read_to_string(repo.path("ours")).unwrap(), lock("ra", ""), "nothing was written");
}
