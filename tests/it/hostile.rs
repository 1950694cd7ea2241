//! Bad input through the real program: each piece is told with its place and a way out, and hides no other artefact.
#![expect(clippy::unwrap_used, clippy::disallowed_methods, reason = "a failed step is a failed test")]

use std::time::{Duration, Instant};

use crate::harness::{Repo, ungated};

pub(crate) const GOOD: &str = "prompts/greet.md";
pub(crate) const GREET: &str = "---\nname: greet\n---\nGreet {{customer}} by name.\n";

/// A file that cannot be read (whole), and the problem that says so.
struct Bad {
    path: &'static str,
    kind: &'static str,
    bytes: Vec<u8>,
    code: &'static str,
    line: u64,
    column: u64,
}

fn bad(
    (path, kind): (&'static str, &'static str),
    bytes: impl Into<Vec<u8>>,
    (code, line, column): (&'static str, u64, u64),
) -> Bad {
    Bad { path, kind, bytes: bytes.into(), code, line, column }
}

/// A repository with one good prompt, and an edit of it that every test below must still see.
pub(crate) fn repo() -> Repo {
    let repo = Repo::new();
    repo.write("pv.toml", ungated()).write(GOOD, GREET).commit("base");
    repo.write(GOOD, GREET.replace("by name", "warmly"));
    repo
}

/// `pv` with JSON output, which must come in bounded time and without a panic.
fn json(repo: &Repo, arguments: &[&str]) -> serde_json::Value {
    let start = Instant::now();
    let arguments = [arguments, &["--format", "json"]].concat();
    let output = repo.command(env!("CARGO_BIN_EXE_pv")).args(&arguments).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!said.contains("panicked"), "{said}");
    assert!(output.status.code().is_some_and(|code| code < 2), "{arguments:?}: {said}");
    assert!(start.elapsed() < Duration::from_secs(60), "{arguments:?} took {:?}", start.elapsed());
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The changed artefacts, `id status`, sorted.
fn changed(report: &serde_json::Value) -> Vec<String> {
    let word = |row: &serde_json::Value, key: &str| row[key].as_str().unwrap().to_owned();
    let rows = report["artefacts"].as_array().unwrap().iter();
    let mut changed: Vec<String> = rows.map(|row| word(row, "id") + " " + &word(row, "status")).collect();
    changed.sort();
    changed
}

/// The problems, `code path:line:column`.
fn problems(report: &serde_json::Value) -> Vec<String> {
    let told = |problem: &serde_json::Value| {
        assert_ne!(problem["help"], "", "{problem}");
        let word = |key: &str| problem[key].as_str().unwrap();
        format!("{} {}:{}:{}", word("code"), word("path"), problem["line"], problem["column"])
    };
    report["problems"].as_array().unwrap().iter().map(told).collect()
}

/// Everything in `files` is told, nothing else is, and the good prompt is diffed as if they were not there.
fn assert_told(files: &[Bad]) {
    let repo = repo();
    let mut config = format!("[[artefact]]\nkind = \"prompt\"\npaths = [\"{GOOD}\"]\n");
    for file in files {
        config += &format!("[[artefact]]\nkind = \"{}\"\npaths = [\"{}\"]\n", file.kind, file.path);
        repo.write(file.path, &file.bytes);
    }
    repo.write("pv.toml", config);
    let report = json(&repo, &["diff"]);
    let mut expected: Vec<String> =
        files.iter().map(|file| format!("{} {}:{}:{}", file.code, file.path, file.line, file.column)).collect();
    expected.sort();
    let mut told = problems(&report);
    told.sort();
    assert_eq!(told, expected);
    assert!(changed(&report).contains(&"prompt:greet modified".to_owned()), "{:?}", changed(&report));
    let check = repo.pv(&["check"]);
    assert!(check.contains(&format!("{} file problem", files.len())) && check.ends_with("[exit code 1]\n"), "{check}");
}

#[test]
fn broken_documents_and_rows() {
    let rows: String =
        (0..5_000).map(|id| format!("{{\"id\": {id}, \"input\": \"q\", \"expected\": \"a\"}}\n")).collect();
    assert_told(&[
        bad(("a.json", "tool"), "{\"name\" \"x\"}", ("json-syntax", 1, 9)),
        bad(("cut.json", "tool"), "{\"name\": \"x\",\n\"description\": \"", ("json-syntax", 2, 16)),
        bad(("a.yaml", "model"), "models:\n  fast: [a\n  slow: b\n", ("yaml-syntax", 3, 7)),
        bad(("a.toml", "index"), "name = \"x\"\nsize = = 1\n", ("toml-syntax", 2, 8)),
        bad(
            ("a.jsonl", "eval"),
            rows + "{\"id\": 5000, \"input\": \n{\"id\": 5001, \"input\": \"q\"}\n",
            ("json-syntax", 5001, 22),
        ),
        bad(("a.csv", "eval"), "id,input\n1,a\n2,b,c\n3,d\n", ("csv-fields", 3, 1)),
        bad(("open.csv", "eval"), "id,input\n1,a\n2,\"b\n", ("csv-quote", 3, 1)),
        bad(
            ("twice.json", "tool"),
            "{\"name\": \"x\",\n \"name\": \"y\",\n \"description\": \"d\"}",
            ("json-duplicate-key", 2, 2),
        ),
        bad(("twice.yaml", "model"), "models:\n  m: {model: a-1, model: a-2}\n", ("yaml-duplicate-key", 2, 19)),
        bad(("twice.toml", "index"), "name = \"x\"\nname = \"y\"\n", ("toml-duplicate-key", 2, 1)),
        bad(("twice.jsonl", "eval"), "{\"id\": 1, \"input\": \"a\", \"id\": 2}\n", ("json-duplicate-key", 1, 25)),
    ]);
}

#[test]
fn bytes_that_are_no_text() {
    assert_told(&[
        bad(("latin.md", "prompt"), b"Bonjour,\ncaf\xe9 {{x}}\n", ("not-utf8", 2, 4)),
        bad(("utf16.md", "prompt"), b"\xff\xfeh\0i\0", ("not-utf8", 1, 1)),
        bad(("nul.md", "prompt"), b"Hello\nthere\0\n", ("binary-content", 2, 6)),
        bad(("latin.jsonl", "eval"), b"{\"id\": 1, \"input\": \"\xff\"}\n", ("not-utf8", 1, 21)),
        bad(("nul.csv", "eval"), b"id,input\n1,\0\n", ("binary-content", 2, 3)),
    ]);
}

#[test]
fn depth_and_aliases_without_end() {
    let deep = 100_000;
    let bomb: String = (1..40).fold("a0: &a0 [lol]\n".to_owned(), |text, n| {
        text + &format!("a{n}: &a{n} [{}]\n", vec![format!("*a{}", n - 1); 9].join(", "))
    });
    assert_told(&[
        bad(("deep.json", "tool"), "[".repeat(deep), ("too-deep", 1, 257)),
        bad(("deep-map.json", "tool"), "{\"a\":".repeat(deep), ("too-deep", 1, 1281)),
        bad(("flow.yaml", "model"), "a: ".to_owned() + &"[".repeat(deep), ("too-deep", 1, 259)),
        bad(("block.yaml", "model"), "- ".repeat(deep) + "x", ("too-deep", 1, 513)),
        bad(("deep.toml", "index"), "a = ".to_owned() + &"[".repeat(deep), ("too-deep", 1, 85)),
        bad(("dotted.toml", "index"), "a.".repeat(deep) + "b = 1", ("too-deep", 1, 1)),
        bad(
            ("deep.jsonl", "eval"),
            "{\"id\": 1, \"input\": ".to_owned() + &"[".repeat(deep) + "\n",
            ("too-deep", 1, 275),
        ),
        bad(("bomb.yaml", "model"), bomb, ("yaml-alias-bomb", 7, 35)),
        bad(("within.yaml", "feature"), "a: &a [*a]\n", ("yaml-alias", 1, 8)),
        bad(("unknown.yaml", "feature"), "a: *nowhere\n", ("yaml-syntax", 1, 4)),
    ]);
}

#[test]
fn a_fault_is_underlined_with_the_way_out() {
    let repo = repo();
    let minified =
        format!("{{\"name\": \"find\", \"description\": \"{}\", \"inputSchema\": {{}} \"x\": 1}}", "long ".repeat(100));
    repo.write("pv.toml", "[[artefact]]\nkind = \"tool\"\npaths = [\"tools/*\"]\n").write("tools/find.json", minified);
    insta::assert_snapshot!(repo.pv(&["diff"]), @r#"
    no artefact changed · 1 problem   HEAD → worktree

    json-syntax

      × found `"x"` where `,` or the closing bracket should stand
       ╭─[tools/find.json:1:555]
     1 │ …ng long long long long long ", "inputSchema": {} "x": 1}
       ·                                                   ─┬─
       ·                                                    ╰── here
       ╰────
      help: fix the JSON here; comments and trailing commas are fine
    "#);
}

#[test]
fn a_shipped_artefact_that_no_longer_reads_is_not_taken_for_removed() {
    let repo = Repo::new();
    repo.write("prompts/t.yaml", "name: t\nprompt: hello {{a}}\n")
        .write("agents/a.md", "---\nname: a\ntools: [x]\ndescription: d\n---\nDo.\n");
    repo.commit("base");
    repo.pv(&["lock", "--name", "one", "--write", "--commit"]);
    repo.write("prompts/t.yaml", "name: t\nprompt: [hello\n")
        .write("agents/a.md", "---\nname: a\nname: b\ndescription: d\n---\nDo.\n");
    let report = json(&repo, &["check"]);
    assert_eq!(changed(&report), ["agent:a modified", "prompt:t modified"]);
    assert_eq!(problems(&report), ["yaml-duplicate-key agents/a.md:3:1", "yaml-syntax prompts/t.yaml:3:1"]);
    repo.commit("broken");
    let said = repo.pv(&["lock", "--name", "two", "--write"]);
    assert!(said.contains("prompts/t.yaml:") && said.ends_with("[exit code 1]\n"), "{said}");
    assert!(!repo.path("releases/two").exists());
}

#[test]
fn what_is_odd_and_fine_is_read() {
    let repo = repo();
    repo.write("prompts/bom.md", "\u{feff}---\nname: marked\n---\nHi {{x}}\n");
    repo.write(".cursor/rules/ts.mdc", "---\nglobs: *.ts, **/*.tsx\nalwaysApply: false\n---\n# Rule\nUse types.\n");
    repo.write(".cursor/rules/odd.mdc", "---\ndescription: [unclosed\n---\n# Rule\nUse types.\n");
    repo.write("prompts/licensed.md", "<!-- Copyright\n     MIT -->\n---\nname: licensed\n---\nHello {{x}}\n");
    repo.write(
        "tools/find.json",
        "// where from\n{\"name\": \"find\", /* it */ \"inputSchema\": {\"type\": \"object\",},}\n",
    );
    repo.write("evals/cases.csv", "\u{feff}id,input,expected\n1,a,b\n");
    repo.write(
        "models/routing.yaml",
        "\u{feff}base: &base {provider: openai}\nmodels:\n  fast:\n    <<: *base\n    model: gpt-4o-mini-2024-07-18\n",
    );
    repo.write("tools/marked.json", "\u{feff}{\"name\": \"marked\", \"inputSchema\": {\"type\": \"object\"}}\n");
    repo.write("prompts/sp ace/q\"u'o te.md", "x {{a}}\n");
    repo.write("prompts/new\nline.md", "y {{a}}\n");
    repo.write("prompts/名前.md", "z {{a}}\n");
    let report = json(&repo, &["--at", "2026-07-01T00:00:00Z", "check"]);
    assert_eq!(problems(&report), ["front-matter-lenient .cursor/rules/odd.mdc:3:1"]);
    assert_eq!(report["verdict"]["passed"], true, "what was read stops nothing");
    assert_eq!(
        changed(&report),
        [
            "eval:cases added",
            "model:fast added",
            "prompt:greet modified",
            "prompt:licensed added",
            "prompt:marked added",
            "prompt:new\nline added",
            "prompt:odd added",
            "prompt:q\"u'o te added",
            "prompt:ts added",
            "prompt:名前 added",
            "tool:find added",
            "tool:marked added",
        ]
    );
    let shown = repo.pv(&["diff"]);
    assert!(shown.contains(r"prompts/new\nline.md") && !shown.contains("new\nline"), "{shown}");
    for format in ["markdown", "github", "sarif"] {
        assert!(!repo.pv(&["diff", "--format", format]).contains("exit code"), "{format}");
    }
    repo.commit("all of them");
    repo.pv(&["lock", "--name", "odd", "--write", "--commit", "--tag"]);
    assert_eq!(repo.pv(&["verify", "--all"]), "1 release verified: 12 artefacts intact\n");
    repo.pv(&["restore", "release:odd", "--to", "out"]);
    for path in ["prompts/new\nline.md", "prompts/sp ace/q\"u'o te.md", "prompts/名前.md", "prompts/bom.md"] {
        let (is, was) = (std::fs::read(repo.path("out").join(path)), std::fs::read(repo.path(path)));
        assert_eq!(is.unwrap(), was.unwrap(), "{path}");
    }
}

#[test]
fn names_that_other_systems_cannot_tell_apart() {
    let repo = repo();
    repo.write("prompts/Case.md", "A {{x}}\n").write("prompts/case.md", "a {{x}}\n");
    repo.write("prompts/caf\u{e9}.md", "one\n").write("prompts/cafe\u{301}.md", "two\n");
    let report = json(&repo, &["check"]);
    assert_eq!(problems(&report), ["ambiguous-path prompts/caf\u{e9}.md:1:1", "ambiguous-path prompts/case.md:1:1"]);
    assert!(repo.pv(&["check"]).contains(r#"this path and "prompts/cafe\u{301}.md" differ only in case"#));
}

#[test]
fn one_identity_twice_names_both_paths() {
    let repo = repo();
    repo.write("prompts/hello.md", GREET);
    insta::assert_snapshot!(repo.pv(&["check"]), @r"
    2 artefacts changed: 1 behavioural, 1 additive · 1 problem   HEAD → worktree

    prompt:greet  behavioural  minor bump
      prompts/greet.md · modified · prompt change
      behavioural  the prompt says `Greet {{customer}} warmly.` in other words  [prompt/instruction-reworded]
              4:1 │ Greet {{customer}} [-by name-]{+warmly+}.

    prompt:greet  additive
      prompts/hello.md · added · prompt change
      additive     `greet` is new  [prompt/added]

    duplicate-identity

      × two artefacts are called `prompt:greet`: prompts/greet.md and prompts/hello.md (prompts/
      │ hello.md)
      help: give one of them a `name:` of its own, or leave it out of pv.toml

    check failed (exit 1)
      1 file problem: fix what is underlined above
    pv: no base is known here, so only uncommitted edits are checked; name a base with --base REV
    [exit code 1]
    ");
}

#[cfg(unix)]
#[test]
fn links_are_told_and_never_followed() {
    use std::os::unix::fs::symlink;
    let repo = repo();
    let secret = repo.beside("secret.md");
    std::fs::write(&secret, "TOP SECRET {{x}}\n").unwrap();
    std::fs::create_dir(repo.beside("outside")).unwrap();
    std::fs::write(repo.beside("outside").join("in.md"), "TOP SECRET\n").unwrap();
    symlink(&secret, repo.path("prompts/out.md")).unwrap();
    symlink("b.md", repo.path("prompts/a.md")).unwrap();
    symlink("a.md", repo.path("prompts/b.md")).unwrap();
    symlink(".", repo.path("prompts/self")).unwrap();
    symlink(repo.beside("outside"), repo.path("prompts/away")).unwrap();
    let report = json(&repo, &["diff"]);
    assert_eq!(changed(&report), ["prompt:greet modified"]);
    let expected = ["a.md", "b.md", "out.md"].map(|name| format!("symlink-not-followed prompts/{name}:1:1"));
    assert_eq!(problems(&report), expected);
    for arguments in [&["diff"][..], &["check"], &["diff", "--no-index", ".", "prompts"], &["init"]] {
        assert!(!repo.pv(arguments).contains("SECRET"), "{arguments:?}");
    }
}

#[cfg(unix)]
#[test]
fn nothing_is_restored_through_a_link() {
    let repo = Repo::new();
    repo.write(GOOD, GREET).commit("base");
    repo.pv(&["lock", "--name", "one", "--write", "--commit"]);
    std::fs::remove_dir_all(repo.path("prompts")).unwrap();
    std::fs::create_dir(repo.beside("outside")).unwrap();
    std::os::unix::fs::symlink(repo.beside("outside"), repo.path("prompts")).unwrap();
    let said = repo.pv(&["restore", "prompt:greet@1.0.0"]);
    assert!(said.contains("symbolic link") && said.ends_with("[exit code 2]\n"), "{said}");
    assert_eq!(std::fs::read_dir(repo.beside("outside")).unwrap().count(), 0);
}

#[cfg(unix)]
#[test]
fn pipes_and_unreadable_files_stop_nothing() {
    use std::os::unix::fs::PermissionsExt as _;
    let repo = repo();
    let status = repo.command("mkfifo").arg(repo.path("prompts/pipe.md")).status().unwrap();
    assert!(status.success());
    repo.write("prompts/closed.md", "Closed {{x}}\n");
    std::fs::set_permissions(repo.path("prompts/closed.md"), std::fs::Permissions::from_mode(0o0)).unwrap();
    let report = json(&repo, &["diff"]);
    assert!(changed(&report).contains(&"prompt:greet modified".to_owned()));
}
