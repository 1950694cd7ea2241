//! Instructions on whole prompts and agents: one edit is one finding, what is quoted asks nothing, what is protected is
//! exact, and on real edits the way back is the mirror image.

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    clippy::expect_used,
    reason = "the corpus is read in place, and its absence is said aloud"
)]

use std::path::PathBuf;

use pv::domain::{Confidence, Fact, KindName, Rule};
use pv::kinds::{self, Basis};

use crate::judged;

/// The facts between two files of a kind, each with the rule that judges it.
fn found(kind: KindName, path: &str, old: &str, new: &str) -> Vec<(&'static Rule, Fact)> {
    let [old, new] = [old, new].map(|text| judged::parse(kind, path, text));
    let pairs = old.items.iter().zip(&new.items);
    let compare = |(old, new): (&kinds::Item<kinds::AnyArtefact>, &kinds::Item<kinds::AnyArtefact>)| {
        kinds::kind(kind).expect("a registered kind").compare(&old.artefact, &new.artefact, &Basis::default())
    };
    let rule = |fact: &Fact| kinds::rules(kind).find(|rule| (rule.applies)(fact)).expect("a rule for every fact");
    pairs.flat_map(compare).map(|fact| (rule(&fact), fact)).collect()
}

fn ids(old: &str, new: &str) -> Vec<&'static str> {
    let found = found(KindName::Prompt, "prompts/desk.md", old, new);
    found.into_iter().map(|(rule, _)| rule.id).collect()
}

#[test]
fn one_edit_is_one_finding() {
    let edits = [
        ("Name at most three models.", "Name at most five models.", "prompt/quantity-loosened"),
        ("Name three models at most.", "Name at least three models.", "prompt/comparator-flipped"),
        ("You must greet the customer.", "You should greet the customer.", "prompt/modal-weakened"),
        ("Do not greet the customer.", "Greet the customer.", "prompt/polarity-flipped"),
        ("Charge a fee.", "Charge a fee unless they are members.", "prompt/exception-added"),
        ("Greet the customer warmly.", "Greet the customer by name.", "prompt/instruction-reworded"),
        ("Go on with step 3.", "Go on with step 4.", "prompt/number-changed"),
        ("Never share customer data.", "Share customer data.", "prompt/safety-clause-weakened"),
    ];
    for (old, new, id) in edits {
        let frame = |sentence: &str| format!("# Desk\n\nCustomers write to us.\n\n{sentence}\n");
        assert_eq!(ids(&frame(old), &frame(new)), [id], "{old} | {new}");
    }
}

#[test]
fn a_second_part_that_changed_is_a_finding_of_its_own() {
    let old = "Name at most 3 ideas and list their sources at the end.\n";
    let new = "Name at most 5 ideas and list their authors at the top.\n";
    let found = found(KindName::Prompt, "prompts/desk.md", old, new);
    let told: Vec<_> = found.iter().map(|(rule, fact)| (rule.id, fact.confidence)).collect();
    let expected = [("prompt/quantity-loosened", Some(Confidence::Possible)), ("prompt/instruction-reworded", None)];
    assert_eq!(told, expected);
}

#[test]
fn what_is_shown_asks_nothing() {
    let edits =
        ["```\n{}\n```\n", "# Examples\n\n{}\n\n# Rules\n\nBe kind.\n", "<example>\n{}\n</example>\n", "> {}\n"];
    for edit in edits {
        let (old, new) =
            (edit.replace("{}", "Never use at most 3 words."), edit.replace("{}", "Never use at most 5 words."));
        assert_eq!(ids(&old, &new), ["prompt/instruction-reworded"], "{edit}");
    }
    assert_eq!(ids("Say \"never use three words\" to them.\n", "Say \"always use three words\" to them.\n").len(), 1);
}

#[test]
fn what_is_protected_is_a_safety_clause_for_certain() {
    let frame = |text: &str| {
        format!("Sell bicycles.\n\n<!-- pv:protect safety -->\n{text}<!-- pv:end -->\n\nThe shop is open.\n")
    };
    let old = frame("Helmets are shown first.\n\nBrakes are checked.\n");
    let edited = frame("Helmets are shown last of all.\n\nBrakes are checked.\n");
    let removed = frame("Helmets are shown first.\n");
    for (new, id) in [(edited, "prompt/safety-clause-weakened"), (removed, "prompt/safety-clause-removed")] {
        let found = found(KindName::Prompt, "prompts/desk.md", &old, &new);
        let told: Vec<_> = found.iter().map(|(rule, fact)| (rule.id, rule.confidence, fact.confidence)).collect();
        assert_eq!(told, [(id, Confidence::Proven, None)]);
    }
    assert_eq!(ids(&old, &old.replace("is open", "is closed")), ["prompt/instruction-reworded"]);
}

#[test]
fn a_section_that_held_a_safety_clause_does_not_go_quietly() {
    let rest = "# Desk\n\nSell bicycles.\n";
    let safety = format!("{rest}\n# Limits\n\nNever share passwords.\n");
    assert_eq!(ids(&safety, rest), ["prompt/safety-clause-removed"]);
    let plain = format!("{rest}\n# Hours\n\nThe shop opens at nine.\n");
    assert_eq!(ids(&plain, rest), ["prompt/section-removed"]);
}

#[test]
fn a_text_that_is_not_english_gets_structural_rules_alone() {
    let old = "Du bist ein hilfreicher Assistent für die Kunden des Ladens.\n\nNenne nicht mehr als drei Modelle und no more.\n";
    let new = old.replace("drei Modelle und no", "fünf Modelle und always");
    assert_eq!(ids(old, &new), ["prompt/instruction-reworded"]);
}

#[test]
fn the_body_of_an_agent_is_judged_like_a_prompt() {
    let text = |limit: u8| {
        format!("---\nname: desk\ndescription: Answers customers.\n---\n# Desk\n\nName at most {limit} models.\n")
    };
    let found = found(KindName::Agent, ".claude/agents/desk.md", &text(3), &text(5));
    let told: Vec<_> = found.iter().map(|(rule, fact)| (rule.id, (rule.message)(fact))).collect();
    assert_eq!(told, [("prompt/quantity-loosened", "`at most 3 models` became `at most 5 models`".to_owned())]);
}

#[test]
fn a_directive_in_a_description_speaks() {
    let tool = |text: &str| {
        let limit = format!("{{\"limit\": {{\"type\": \"integer\", \"description\": \"{text}\"}}}}");
        format!("{{\"name\": \"find\", \"inputSchema\": {{\"type\": \"object\", \"properties\": {limit}}}}}")
    };
    let (old, new) = (tool("Return at most 50 rows."), tool("Return at most 100 rows."));
    let (judged, _) = judged::judge(KindName::Tool, "find.tool.json", &old, &new);
    let told: Vec<_> = judged.iter().map(|judged| (judged.rule.id, judged.message.as_str())).collect();
    let message = "`at most 50 rows` became `at most 100 rows` in the description of `limit`";
    assert_eq!(told, [("tool/param-description-changed", message)]);
}

/// The rule that a finding's mirror image falls to.
fn mirror(id: &str) -> String {
    let swaps = [("-added", "-removed"), ("-tightened", "-loosened"), ("-weakened", "-strengthened")];
    let swapped = swaps.into_iter().find_map(|(one, other)| {
        let (to, back) = (id.strip_suffix(one), id.strip_suffix(other));
        to.map(|stem| format!("{stem}{other}")).or_else(|| back.map(|stem| format!("{stem}{one}")))
    });
    swapped.unwrap_or_else(|| id.to_owned())
}

#[test]
fn on_real_edits_the_way_back_is_the_mirror_image() {
    let folder = std::env::var("PV_CORPUS").map_or_else(|_| PathBuf::from("../shared/corpus"), PathBuf::from);
    let path = folder.join("prompt-edits.jsonl");
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("SKIPPED: {} is absent; set PV_CORPUS to the folder that holds it", path.display());
        return;
    };
    let mut counts: std::collections::BTreeMap<&str, usize> = std::collections::BTreeMap::new();
    for line in text.lines() {
        let row: serde_json::Value = serde_json::from_str(line).expect("a row of JSON");
        let get = |key: &str| row.get(key).and_then(serde_json::Value::as_str).unwrap_or_default();
        let between = |old: &str, new: &str| {
            let found = found(KindName::Prompt, get("path"), old, new).into_iter();
            // Only the old side of a safety clause, or the new one, makes an edit of it a weakening.
            found.filter(|(_, fact)| fact.aspect == "directive" && !fact.has("safety")).map(|(rule, _)| rule.id)
        };
        let mut there: Vec<String> = between(get("old"), get("new")).map(mirror).collect();
        let mut back: Vec<String> = between(get("new"), get("old")).map(str::to_owned).collect();
        there.sort();
        back.sort();
        assert_eq!(there, back, "{}", get("path"));
        between(get("old"), get("new")).for_each(|id| *counts.entry(id).or_default() += 1);
    }
    eprintln!("directives in real edits: {counts:?}");
}
