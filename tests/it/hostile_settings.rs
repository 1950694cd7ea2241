//! Configurations and locks that cannot be meant: refused with every fault, its place and the way out.
#![expect(clippy::disallowed_methods, reason = "a failed step is a failed test")]

use crate::harness::Repo;
use crate::hostile::{GOOD, GREET, repo};

#[test]
fn configurations_that_cannot_be_meant() {
    let repo = repo();
    repo.write(
        "pv.toml",
        "[[artefact]]\nkind = \"prompt\"\npaths = [\"/etc/prompts/*.md\", \"../x.md\"]\nkye = \"id\"\n",
    );
    insta::assert_snapshot!(repo.pv(&["status"]), @r#"
    config

      × pv.toml cannot be used: 3 faults

    Error: config/bad-pattern

      × the pattern `/etc/prompts/*.md` is an absolute path
       ╭─[pv.toml:3:10]
     2 │ kind = "prompt"
     3 │ paths = ["/etc/prompts/*.md", "../x.md"]
       ·          ─────────┬─────────
       ·                   ╰── bad pattern
     4 │ kye = "id"
       ╰────
      help: write it from the root of the repository: `./prompts/x.md` or `prompts/**`

    Error: config/bad-pattern

      × the pattern `../x.md` climbs out with `..`
       ╭─[pv.toml:3:31]
     2 │ kind = "prompt"
     3 │ paths = ["/etc/prompts/*.md", "../x.md"]
       ·                               ────┬────
       ·                                   ╰── bad pattern
     4 │ kye = "id"
       ╰────
      help: patterns see only the repository; write the path from its root

    Error: config/unknown-key

      × `kye` is not a key of [[artefact]]
       ╭─[pv.toml:4:1]
     3 │ paths = ["/etc/prompts/*.md", "../x.md"]
     4 │ kye = "id"
       · ─┬─
       ·  ╰── unknown key
       ╰────
      help: one of: kind, paths, key, strata, tolerance, versioning
    [exit code 2]
    "#);
    repo.write("pv.toml", b"[project]\nname = \"\xff\"\n");
    insta::assert_snapshot!(repo.pv(&["status"]), @r#"
      × pv.toml cannot be used

    Error: not-utf8

      × byte 19 is not valid UTF-8
       ╭─[pv.toml:2:9]
     2 │ name = "
       ╰────
      help: save the file as UTF-8
    [exit code 2]
    "#);
    repo.write("pv.toml", "a = ".to_owned() + &"[".repeat(100_000));
    insta::assert_snapshot!(repo.pv(&["status"]), @"
    config

      × pv.toml cannot be used: 1 fault

    Error: config/syntax

      × cannot recurse further; max recursion depth met
       ╭─[pv.toml:1:85]
     1 │ [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[
       ·                                                                            ┬
       ·                                                                            ╰── syntax
       ╰────
      help: the file must be TOML 1.1; the other checks run once it can be read
    [exit code 2]
    ");
    repo.write("pv.toml", format!("[project]\nname = \"{}\" nam = 1\n", "long ".repeat(50_000)));
    insta::assert_snapshot!(repo.pv(&["status"]), @r#"
    config

      × pv.toml cannot be used: 1 fault

    Error: config/syntax

      × unexpected key or value, expected newline, `#`
       ╭─[pv.toml:2:250011]
     2 │ ng long long long long long long long long long long long long long long " nam = 1
       ·                                                                            ▲
       ·                                                                            ╰── syntax
       ╰────
      help: the file must be TOML 1.1; the other checks run once it can be read
    [exit code 2]
    "#);
    repo.write("pv.toml", format!("[project]\n{} = 1\n", "key".repeat(50_000)));
    let said = repo.pv(&["status"]);
    assert!(said.contains("pv.toml:2:1") && said.len() < 200_000 && !said.contains("panicked"), "{said}");
    repo.write("pv.toml", "\u{feff}[project]\nname = \"x\"\n");
    assert!(!repo.pv(&["status"]).contains("exit code"), "a byte order mark is no fault: {}", repo.pv(&["status"]));
}

#[test]
fn locks_that_cannot_be_read() {
    let repo = Repo::new();
    repo.write(GOOD, GREET).commit("base");
    repo.pv(&["lock", "--name", "one", "--write", "--commit"]);
    let lock = std::fs::read_to_string(repo.path("pv.lock")).unwrap();
    repo.write("pv.lock", lock.replace("version = 1\n\n", "version = 7\n\n"));
    insta::assert_snapshot!(repo.pv(&["status"]), @"
      × pv.lock cannot be used

    Error: lock-newer-version

      × the file has format version 7; this pv reads up to version 1
       ╭─[pv.lock:2:11]
     2 │ version = 7
       ·           ┬
       ·           ╰── here
       ╰────
      help: update pv; nothing was read or changed
    [exit code 2]
    ");
    repo.write("pv.lock", lock.replace("\n# end of pv.lock\n", "\n"));
    insta::assert_snapshot!(repo.pv(&["status"]), @"
      × pv.lock cannot be used

    Error: lock-truncated

      × the file is truncated: its last line is not `# end of pv.lock`
        ╭─[pv.lock:12:1]
     12 │ size = 48
        · ────┬────
        ·     ╰── here
        ╰────
      help: restore the file from git: `git checkout HEAD -- <file>`
    [exit code 2]
    ");
    repo.write("pv.lock", &lock[..lock.len() / 2]);
    assert!(repo.pv(&["lock", "--check"]).ends_with("[exit code 2]\n"), "{}", repo.pv(&["lock", "--check"]));
    let (head, entry) = lock.split_at(lock.find("[artefact").unwrap());
    let ours = entry.replace("version = \"1.0.0\"", "version = \"1.1.0\"");
    repo.write("pv.lock", format!("{head}<<<<<<< ours\n{ours}=======\n{entry}>>>>>>> theirs\n"));
    insta::assert_snapshot!(repo.pv(&["status"]), @"
      × pv.lock cannot be used

    Error: lock-conflicted

      × the file has a merge conflict
       ╭─[pv.lock:7:1]
     7 │ <<<<<<< ours
       · ──────┬─────
       ·       ╰── here
       ╰────
      help: run `pv lock`, which reads both sides entry by entry, or resolve the conflict by hand
    [exit code 2]
    ");
    for command in [["check"].as_slice(), &["diff"], &["lock", "--check"], &["verify"]] {
        let said = repo.pv(command);
        assert!(said.contains("pv.lock:7:1") && said.ends_with("[exit code 2]\n"), "{command:?}: {said}");
    }
    insta::assert_snapshot!(repo.pv(&["lock"]), @"
    both sides of the merge changed prompt:greet

    Keep one side's tables of each in pv.lock (or `git checkout --ours pv.lock`), then run `pv lock`
    again.
    [exit code 1]
    ");
}
