//! What `pv show` and `pv log` say of one artefact, known or not.

use crate::harness::Repo;

fn repo() -> Repo {
    let repo = Repo::new();
    repo.write("prompts/greet.md", "---\nname: greet\ninputs: [customer]\n---\nGreet {{customer}}.\n\nBe brief.\n");
    repo.write(
        "tools/find.json",
        r#"{"name": "find", "inputSchema": {"type": "object", "required": ["id"], "properties":
           {"id": {"type": "string"}, "limit": {"type": "integer", "default": 5}}}}"#,
    );
    repo.commit("a prompt and a tool");
    repo
}

#[test]
fn a_prompt_shows_its_variables_and_how_its_messages_begin() {
    let said = repo().pv(&["show", "prompt:greet"]);
    assert!(said.contains("variable  customer  required"), "{said}");
    assert!(said.contains("Greet {{customer}}. Be brief.\n"), "{said}");
    assert!(!said.contains("\n\n\n"), "{said}");
}

#[test]
fn a_tool_shows_its_parameters() {
    let said = repo().pv(&["show", "tool:find"]);
    assert!(said.contains("id     required, string\n"), "{said}");
    assert!(said.contains("limit  optional, integer, default 5\n"), "{said}");
}

#[test]
fn an_artefact_that_nobody_knows_is_refused_with_the_nearest_name() {
    let repo = repo();
    for command in ["show", "log"] {
        let said = repo.pv(&[command, "prompt:gret"]);
        assert!(said.contains("did you mean `prompt:greet`?") && said.ends_with("[exit code 2]\n"), "{said}");
    }
    assert!(!repo.pv(&["log", "prompt:greet"]).contains("exit code"), "it is there and not released");
}
