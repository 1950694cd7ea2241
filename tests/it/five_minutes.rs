//! A stranger's first five minutes, in a repository of prompts that knows nothing of pv.

use crate::harness::Repo;

const AT: &str = "--at=2026-05-20T11:00:00+05:30";

#[test]
fn a_first_release_a_later_edit_explained_and_a_bad_one_stopped() {
    let repo = Repo::new();
    repo.write("README.md", "# Prompts\n");
    repo.write("prompts/greet.md", "---\nname: greet\ninputs: [customer]\n---\nGreet {{customer}} by name.\n");
    repo.write(
        "tools/find.json",
        "{\"name\": \"find\", \"inputSchema\": {\"type\": \"object\", \"properties\": {}}}\n",
    );
    repo.commit("Prompts and a tool");

    insta::assert_snapshot!(repo.pv(&["init"]), @r"
    wrote pv.toml, and its schema for editors below .pv/

    kind    artefacts
    prompt  1
    tool    1

    Next: commit pv.toml and .pv, look at `pv status`, then `pv lock --name NAME --write --commit --tag`
    cuts the first release, and `pv hook install` checks every commit.
    ");
    repo.commit("Meet pv");
    let said = repo.pv(&["lock", "--name", "first", "--write", "--commit", "--tag", AT]);
    let commit = repo.git(&["rev-parse", "--short=10", "HEAD"]);
    insta::assert_snapshot!(said.replace(&commit, "COMMIT"), @r"
    release first, the first one

    artefact      from  to     bump  because
    prompt:greet  -     1.0.0  none  new
    tool:find     -     1.0.0  none  new

    The first release owes no gate: there is no live version to compare it with.

    release first written, committed as COMMIT, tagged pv/first
    ");
    assert_eq!(repo.git(&["status", "--porcelain"]), "", "everything is committed");

    repo.write("prompts/greet.md", "---\nname: greet\ninputs: [customer, day]\n---\nGreet {{customer}} on {{day}}.\n");
    insta::assert_snapshot!(repo.pv(&["diff", AT]), @r"
    1 artefact changed: 1 breaking   HEAD → worktree

    prompt:greet  breaking  1.0.0 → 2.0.0 (major)
      prompts/greet.md · modified · prompt change · owes eval, integration, feedback
      breaking     the prompt now needs `day`  [prompt/variable-added-required 9834ebf059ca]
             3:20 │ {+day+}
      behavioural  the prompt says `Greet {{customer}} on {{day}}.` in other words  [prompt/instruction-reworded]
              5:1 │ Greet {{customer}} [-by name-]{+on {{day}}+}.
    ");

    repo.pv(&["hook", "install"]);
    repo.write("tools/find.json", "{\"name\": \"find\" \"inputSchema\": {}}\n").git(&["add", "--all"]);
    let stopped = repo.said(repo.command("git").args(["commit", "--message=oops"]));
    assert!(stopped.contains("tools/find.json:1:17") && stopped.ends_with("[exit code 1]\n"), "{stopped}");

    insta::assert_snapshot!(repo.pv(&["verify", "--all"]), @"1 release verified: 2 artefacts intact");
    insta::assert_snapshot!(repo.pv(&["restore", "prompt:greet@1.0.0", "--to", "before"]), @r"
      prompts/greet.md

    restored prompt:greet@1.0.0: 1 file
    ");
}
