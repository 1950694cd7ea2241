//! Prompts on real and on generated edits: every difference is told, the inverse is the mirror, and the labels agree.

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    clippy::expect_used,
    clippy::panic,
    reason = "the corpus is read in place, timed, and its absence is said aloud"
)]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use proptest::prelude::{ProptestConfig, proptest};
use proptest::{prop_assert, prop_assert_eq};
use pv::domain::{Class, Event, Fact, KindName, Rule};
use pv::kinds::{self, AnyKind, Basis};

use crate::judged;

fn prompt() -> &'static dyn AnyKind {
    kinds::kind(KindName::Prompt).expect("prompt is registered")
}

/// The facts between the prompts of two files, paired by name, else in order.
fn facts(old: (&str, &str), new: (&str, &str)) -> Vec<Fact> {
    let [old, new] = [old, new].map(|(path, text)| judged::parse(KindName::Prompt, path, text));
    let mut facts = Vec::new();
    for (at, item) in new.items.iter().enumerate() {
        let same_name = old.items.iter().find(|other| other.name == item.name && item.name.is_some());
        match same_name.or_else(|| old.items.get(at)) {
            Some(before) => {
                let found = prompt().compare(&before.artefact, &item.artefact, &Basis::default());
                assert_eq!(found.is_empty(), before.meaning == item.meaning, "meaning and facts disagree");
                facts.extend(found);
            }
            None => facts.push(Fact::new("artefact", Event::Added, "prompt")),
        }
    }
    facts.extend((new.items.len()..old.items.len()).map(|_| Fact::new("artefact", Event::Removed, "prompt")));
    facts
}

fn rule_of(fact: &Fact) -> &'static Rule {
    let mut rules = kinds::rules(KindName::Prompt);
    rules.find(|rule| (rule.applies)(fact)).unwrap_or_else(|| panic!("no rule for {fact:?}"))
}

type Counts = BTreeMap<(&'static str, Event), usize>;

fn counts(facts: &[Fact]) -> Counts {
    let mut counts = Counts::new();
    for fact in facts.iter().filter(|fact| fact.event != Event::Unfit) {
        *counts.entry((fact.aspect, fact.event)).or_insert(0) += 1;
    }
    counts
}

fn mirrored(counts: Counts) -> Counts {
    let mirror = |event| match event {
        Event::Added => Event::Removed,
        Event::Removed => Event::Added,
        other => other,
    };
    counts.into_iter().map(|((aspect, event), count)| ((aspect, mirror(event)), count)).collect()
}

fn rows(name: &str) -> Vec<serde_json::Value> {
    let folder = std::env::var("PV_CORPUS").map_or_else(|_| PathBuf::from("../shared/corpus"), PathBuf::from);
    let path = folder.join(name);
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("SKIPPED: {} is absent; set PV_CORPUS to the folder that holds it", path.display());
        return Vec::new();
    };
    text.lines().map(|line| serde_json::from_str(line).expect("a row of JSON")).collect()
}

fn text<'r>(row: &'r serde_json::Value, key: &str) -> &'r str {
    row.get(key).and_then(serde_json::Value::as_str).unwrap_or_default()
}

#[test]
fn real_edits_are_told_whole_and_both_ways() {
    let rows = rows("prompt-edits.jsonl");
    let (mut spent, mut longest) = (Duration::ZERO, Duration::ZERO);
    for row in &rows {
        let (path, old, new) = (text(row, "path"), text(row, "old"), text(row, "new"));
        let start = Instant::now();
        let there = facts((path, old), (path, new));
        let took = start.elapsed();
        (spent, longest) = (spent + took, longest.max(took));
        assert!(old.trim_end() == new.trim_end() || !there.is_empty(), "{path}: nothing told");
        let back = facts((path, new), (path, old));
        assert_eq!(mirrored(counts(&there)), counts(&back), "{path} {}", text(row, "date"));
        assert!(facts((path, old), (path, old)).is_empty());
        there.iter().for_each(|fact| assert!(rule_of(fact).id.starts_with("prompt/")));
    }
    eprintln!("{} prompt edits in {spent:?}, the longest {longest:?}", rows.len());
    assert!(spent < Duration::from_secs(20), "{spent:?}");
}

#[test]
fn hand_labels_of_prompts_agree() {
    let rows = rows("labelled-edits.jsonl");
    let (mut all, mut breaking, mut classes) = (0, 0, 0);
    for row in rows.iter().filter(|row| text(row, "kind") == "prompt" && row["doubtful"] == false) {
        let found = facts((text(row, "path_old"), text(row, "old")), (text(row, "path_new"), text(row, "new")));
        let changes = found.iter().map(rule_of).filter(|rule| rule.class != Class::Integrity);
        let class = changes.map(|rule| rule.class).max().unwrap_or(Class::Cosmetic).as_str();
        let label = text(row, "class");
        let is_form = found.iter().all(|fact| fact.aspect == "form");
        // Names are the business of the stage that pairs artefacts.
        let is_renamed = text(row, "path_old") != text(row, "path_new") && label == "breaking";
        let agrees = class == label || (label == "cosmetic" && is_form) || is_renamed;
        all += 1;
        breaking += usize::from((class == "breaking") == (label == "breaking") || is_renamed);
        classes += usize::from(agrees);
        if !agrees {
            eprintln!("{}: labelled {label}, judged {class}: {}", text(row, "path_new"), text(row, "reason"));
        }
    }
    eprintln!("{all} labelled prompt edits: breaking or not {breaking}, four classes {classes}");
    assert!(breaking * 10 >= all * 9, "breaking or not: {breaking} of {all}");
    assert!(classes * 10 >= all * 8, "four classes: {classes} of {all}");
}

#[test]
fn a_large_prompt_is_compared_in_no_time() {
    let line = |n: usize| format!("- Rule {n}: answer question {} in at most {} sentences.\n", n * 7, n % 9);
    let old: String = (0..4_000).map(line).collect();
    let new = old.replace("in at most 5", "in at most 6").replace("Rule 77:", "Law 77:");
    let start = Instant::now();
    assert!(facts(("prompts/a.md", &old), ("prompts/a.md", &new)).len() > 400);
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
}

/// Pieces that prompts are made of, in any order.
const PIECES: &str =
    "(\\{\\{x\\}\\}|\\{\\{y\\}\\}|\\{% if x %\\}|\\{% endif %\\}|word|Other words\\.|# Head\n|- item | |\n|\n\n){0,14}";

/// Heads of a document, some declaring what the text may or may not use.
const HEADS: &str =
    "(|---\nmodel: a\n---\n|---\ninputs: [x, y]\nmodel: b\n---\n|---\ninputs:\n  x?: string\nowner: me\n---\n)";

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn generated_edits_are_told_whole_and_both_ways(
        heads in (HEADS, HEADS), bodies in (PIECES, PIECES), path in "prompts/a\\.(md|j2|prompt)",
    ) {
        let (old, new) = (format!("{}{}", heads.0, bodies.0), format!("{}{}", heads.1, bodies.1));
        let there = facts((&path, &old), (&path, &new));
        let back = facts((&path, &new), (&path, &old));
        prop_assert_eq!(mirrored(counts(&there)), counts(&back));
        let again = facts((&path, &old), (&path, &new));
        prop_assert_eq!(format!("{there:?}"), format!("{again:?}"));
        prop_assert!(facts((&path, &old), (&path, &old)).is_empty());
        for fact in &there {
            rule_of(fact);
        }
    }
}
