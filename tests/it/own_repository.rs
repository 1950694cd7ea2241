//! pv on its own repository: hook, check and lock.

use std::path::Path;

use crate::harness::Repo;

const PROMPT: &str = "fixtures/repos/refund-explanation/01-base/prompts/explain_refund.md";
const TOOL: &str = "fixtures/repos/refund-explanation/01-base/tools/lookup_refund_eligibility.json";

/// A copy of this repository's files, committed.
fn own() -> Repo {
    let repo = Repo::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for folder in ["src", "fixtures"] {
        for file in ignore::WalkBuilder::new(root.join(folder)).standard_filters(false).build().map(Result::unwrap) {
            if file.path().is_file() {
                let name = file.path().strip_prefix(root).unwrap().to_str().unwrap();
                repo.write(name, std::fs::read(file.path()).unwrap());
            }
        }
    }
    repo.write("pv.toml", std::fs::read(root.join("pv.toml")).unwrap());
    repo.commit("Everything");
    repo
}

#[test]
fn it_is_released_checked_and_guarded() {
    let repo = own();
    let at = "--at=2026-11-20T10:00:00Z";
    insta::assert_snapshot!(repo.pv(&["lock", "--name", "first", "--write", at]), @r"
    release first, the first one

    artefact                        from  to          bump  because
    prompt:explain_refund           -     1.0.0       none  new
    model:quick-writer              -     1.0.0       none  new
    model:smart-reasoner            -     1.0.0       none  new
    tool:lookup_refund_eligibility  -     1.0.0       none  new
    eval:refunds                    -     1.0.0       none  new
    index:refund_policies           -     2026-11-20  none  new
    feature:refund_explanation      -     1.0.0       none  new

    The first release owes no gate: there is no live version to compare it with.

    release first written, not committed: `git add .pv releases pv.lock` and commit it
    ");
    repo.commit("Release first");
    insta::assert_snapshot!(repo.pv(&["lock", "--check"]), @r"1 release verified: 7 artefacts intact");

    let prompt = String::from_utf8(std::fs::read(repo.path(PROMPT)).unwrap()).unwrap();
    repo.write(PROMPT, prompt.replace("at most 3 items", "at most 4 items"));
    repo.write("src/lib.rs", "//! Nothing any more.\n");
    let head = repo.git(&["rev-parse", "--short=10", "HEAD"]);
    insta::assert_snapshot!(repo.pv(&["check", at]).replace(&head, "COMMIT"), @r#"
    1 artefact changed: 1 behavioural · 1 code file · gates: 1 fail   HEAD → worktree

    prompt:explain_refund  behavioural  1.0.0 → 1.1.0 (minor)
      fixtures/repos/refund-explanation/01-base/prompts/explain_refund.md · modified · prompt change · owes eval, feedback
      behavioural  `at most 3 items` became `at most 4 items`  [prompt/quantity-loosened]
             27:1 │ 3. Quote at most [-3-]{+4+} items of the refund policy, each with its title.

    code (agent-code change)
      modified  src/lib.rs

    gates   by the policy of HEAD (COMMIT)
      fail          prompt:explain_refund  eval  no evidence of a run of prompt:explain_refund for the
                                                 gate eval [gate/evidence-missing]
          run the eval check on prompt:explain_refund as it stands, then:
            pv gate add REPORT

    intents and policy
      warning  no intent says why prompt:explain_refund changed [intent/change-undescribed]
               `pv change add prompt:explain_refund --why "…"` writes one

    check failed (exit 1)
      prompt:explain_refund owes eval: fail (gate/evidence-missing)
    pv: no base is known here, so only uncommitted edits are checked; name a base with --base REV
    [exit code 1]
    "#);

    let hooks = repo.pv(&["hook", "install"]);
    assert!(hooks.contains("`git commit` now checks what is staged"), "{hooks}");
    let tool = String::from_utf8(std::fs::read(repo.path(TOOL)).unwrap()).unwrap();
    repo.write(TOOL, tool.replacen(',', "", 1));
    let stopped = repo.said(repo.command("git").args(["commit", "--all", "--message=broken"]));
    assert!(stopped.contains("json-syntax") && stopped.contains("[exit code 1]"), "{stopped}");
    repo.write(TOOL, tool);
    let passed = repo.said(repo.command("git").args(["commit", "--all", "--quiet", "--message=fine"]));
    assert!(passed.contains("check passed") && !passed.contains("exit code"), "{passed}");
}

/// What the table of requirements names is there: tests, checks and rules, commands.
#[test]
fn the_table_of_the_discipline_names_what_exists() {
    let table = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/discipline.md")).unwrap();
    let words: Vec<&str> = table.split('`').skip(1).step_by(2).collect();
    let is_id =
        |word: &&str| word.contains('/') && word.chars().all(|c| c.is_ascii_lowercase() || c == '/' || c == '-');
    for id in words.iter().copied().filter(is_id) {
        let is_known = pv::classify::rule(id).is_some() || pv::release::checks::check(id).is_some();
        assert!(is_known || id.starts_with("lock/"), "no rule or check is called {id}");
    }
    for test in words.iter().filter(|word| word.contains("::")) {
        let (file, name) = test.split_once("::").unwrap();
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it");
        let is_of = |path: &Path| path.starts_with(folder.join(file)) || path == folder.join(format!("{file}.rs"));
        let mut files = ignore::WalkBuilder::new(&folder).build().map(|entry| entry.unwrap().into_path());
        let is_there = files.any(|path| {
            is_of(&path) && std::fs::read_to_string(&path).is_ok_and(|text| text.contains(&format!("fn {name}(")))
        });
        assert!(is_there, "there is no test {test}");
    }
    let requirements =
        table.lines().filter(|line| line.starts_with("| R") || line.starts_with("| G") || line.starts_with("| T1"));
    assert_eq!(requirements.count(), 53, "R01.1 to T1");
}
