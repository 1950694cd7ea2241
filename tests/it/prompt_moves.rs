//! A prompt that is written in another place, format or message is the same prompt, not a new one.
#![expect(clippy::expect_used, reason = "a test stops at what it did not expect")]

use std::collections::BTreeSet;

use pv::domain::KindName;
use pv::kinds::{self, Basis};

use crate::harness::Repo;
use crate::judged;

const BODY: &str = "Answer the customer's question about the parcel.\n\nQuestion: {{question}}\n";

/// The ids of the rules that fire between two versions of one prompt.
fn fired(old: (&str, &str), new: (&str, &str)) -> BTreeSet<&'static str> {
    let [old, new] = [old, new].map(|(path, text)| judged::parse(KindName::Prompt, path, text).items.remove(0));
    let kind = kinds::kind(KindName::Prompt).expect("prompt is a kind");
    let facts = kind.compare(&old.artefact, &new.artefact, &Basis::default());
    let rule = |fact| kinds::rules(KindName::Prompt).find(|rule| (rule.applies)(fact)).expect("a rule claims it").id;
    facts.iter().map(rule).collect()
}

#[test]
fn another_format_with_the_same_content_is_no_rewrite() {
    let head = "---\nmodel: openai/gpt-4.1-2025-04-14\ndescription: answers\n---\n";
    let text = format!("{head}{BODY}");
    assert_eq!(fired(("prompts/answer.md", &text), ("prompts/answer.prompt", &text)), BTreeSet::new());

    let repo = Repo::new();
    repo.write("prompts/answer.md", &text);
    repo.commit("as Markdown");
    std::fs::remove_file(repo.path("prompts/answer.md")).expect("it is there");
    repo.write("prompts/answer.prompt", &text);
    let said = repo.pv(&["diff"]);
    assert!(!said.contains("breaking") && !said.contains("new") && !said.contains("gone"), "{said}");
}

#[test]
fn a_section_that_moves_as_a_whole_is_one_finding() {
    let (one, two) = (
        "## Tone\n\nBe warm and brief.\nNever use jargon of the trade.\n",
        "## Facts\n\nAnswer from the passages alone.\nSay so when they do not tell.\n",
    );
    let (old, new) = (format!("Help.\n\n{one}\n{two}"), format!("Help.\n\n{two}\n{one}"));
    assert_eq!(fired(("prompts/a.md", &old), ("prompts/a.md", &new)), BTreeSet::from(["prompt/section-moved"]));
}

#[test]
fn a_message_split_in_two_keeps_its_words() {
    let old = "---\nmodel: m\n---\n{{role \"user\"}}\nYou are a careful clerk who sorts letters.\nSort the letter into one of three queues.\n";
    let new = "---\nmodel: m\n---\n{{role \"system\"}}\nYou are a careful clerk who sorts letters.\n{{role \"user\"}}\nSort the letter into one of three queues.\n";
    let found = fired(("prompts/a.prompt", old), ("prompts/a.prompt", new));
    assert!(found.contains("prompt/system-message-added"), "{found:?}");
    let told_twice = ["prompt/instruction-removed", "prompt/constraint-removed", "prompt/persona-changed"];
    assert!(told_twice.iter().all(|rule| !found.contains(rule)), "{found:?}");
}

#[test]
fn the_first_statement_of_a_template_is_no_change_of_its_variables() {
    let old = "Greet {{ user.name }} in {{ language }}.\n";
    let new = "Greet {{ user.name }} in {{ language }}.\n{% if vip %}\nBe very polite to them.\n{% endif %}\n";
    assert_eq!(fired(("prompts/a.md", old), ("prompts/a.md", new)), BTreeSet::from(["prompt/variable-added-optional"]));
}

#[test]
fn a_variable_that_appears_twice_is_no_new_one() {
    let old = "Summarise {text}.\n";
    let new = "Summarise {text}, and nothing but {text}.\n";
    let found = fired(("prompts/a.txt", old), ("prompts/a.txt", new));
    assert!(found.iter().all(|rule| !rule.contains("variable")), "{found:?}");
}
