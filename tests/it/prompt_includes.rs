//! What changed in a partial is told by the prompts that include it, and by nobody else.

use crate::harness::Repo;

const GREET: &str = "---\ndescription: greets\n---\n{{>house_rules}}\n\nGreet {{name}} warmly.\n";

fn repo() -> Repo {
    let repo = Repo::new();
    repo.write("prompts/_house_rules.prompt", "Answer within 3 days.\nNever promise a refund.\n");
    repo.write("prompts/greet.prompt", GREET);
    repo.write("prompts/part.prompt", "Say goodbye to {{name}}.\n");
    repo.write("prompts/letter.j2", "{% include \"partials/tone.j2\" %}\nWrite a letter to {{ name }}.\n");
    repo.write("prompts/partials/tone.j2", "Be warm and brief.\n{% import \"partials/words.j2\" as words %}\n");
    repo.write("prompts/partials/words.j2", "{% set sorry = \"we are sorry\" %}\n");
    repo.write("CLAUDE.md", "Read @docs/style.md before you write.\n");
    repo.write("docs/style.md", "Short sentences.\n");
    repo.commit("prompts and their partials");
    repo
}

#[test]
fn a_changed_partial_is_told_by_who_includes_it() {
    let repo = repo();
    repo.write("prompts/_house_rules.prompt", "Answer within 5 days.\nNever promise a refund.\n");
    let said = repo.pv(&["diff"]);
    assert!(said.contains("prompt:greet") && said.contains("prompt/include-changed"), "{said}");
    assert!(said.contains("what the prompt includes as `house_rules` changed"), "{said}");
    assert!(!said.contains("prompt:part") && !said.contains("prompt:letter"), "{said}");
}

#[test]
fn a_partial_of_a_partial_is_followed() {
    let repo = repo();
    repo.write("prompts/partials/words.j2", "{% set sorry = \"we regret it\" %}\n");
    let said = repo.pv(&["diff"]);
    for id in ["prompt:words", "prompt:tone", "prompt:letter"] {
        assert!(said.contains(id), "{id}: {said}");
    }
}

#[test]
fn a_file_that_instructions_import_need_not_be_an_artefact() {
    let repo = repo();
    repo.write("docs/style.md", "Long sentences.\n");
    let said = repo.pv(&["diff"]);
    assert!(said.contains("what the prompt includes as `docs/style.md` changed"), "{said}");
}

#[test]
fn the_lock_requires_the_partial_and_keeps_the_includer_as_it_is() {
    let repo = repo();
    repo.ungate().commit("policy");
    let said = repo.pv(&["lock", "--write"]);
    let lock = std::fs::read_to_string(repo.path("pv.lock")).unwrap();
    assert!(lock.contains("prompt:house_rules") && lock.contains("requires"), "{said}\n{lock}");
    repo.commit("a release");
    repo.write("prompts/_house_rules.prompt", "Answer within 5 days.\nNever promise a refund.\n");
    repo.commit("another term");
    let said = repo.pv(&["lock"]);
    assert!(said.contains("no intent says why prompt:house_rules changed"), "{said}");
    assert!(said.contains("prompt:house_rules") && !said.contains("prompt:greet"), "{said}");
}

#[test]
fn what_only_looks_like_a_partial_is_told_once() {
    let repo = repo();
    repo.write("prompts/part.prompt", "Say goodbye to {{name}} and {{friend}}.\n");
    let said = repo.pv(&["diff"]);
    assert!(!said.contains("include-changed") && said.contains("prompt:part"), "{said}");
}
