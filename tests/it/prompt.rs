//! Prompts on real edits: every difference is told, the inverse is the mirror, and the labels agree.

#![expect(clippy::disallowed_methods, reason = "tests read the corpus and measure time")]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use pv::domain::{Class, Event, Fact, KindName, SourceFile};
use pv::kinds::{self, AnyKind, Parsed, Settings, Unit};

fn prompt() -> &'static dyn AnyKind {
    kinds::kind(KindName::Prompt).expect("prompt is registered")
}

fn parse(path: &str, text: &str) -> Parsed<kinds::AnyArtefact> {
    let files = vec![SourceFile::new(path, text)];
    prompt().parse(&Unit { path: path.into(), files, is_directory: false, settings: Settings::default() })
}

/// The facts between the prompts of two files, paired by name, else in order.
fn facts(old: (&str, &str), new: (&str, &str)) -> Vec<Fact> {
    let (old, new) = (parse(old.0, old.1), parse(new.0, new.1));
    let mut facts = Vec::new();
    for (at, item) in new.items.iter().enumerate() {
        let same_name = old.items.iter().find(|other| other.name == item.name && item.name.is_some());
        match same_name.or_else(|| old.items.get(at)) {
            Some(before) if before.meaning != item.meaning => {
                facts.extend(prompt().compare(&before.artefact, &item.artefact));
            }
            Some(before) => assert!(prompt().compare(&before.artefact, &item.artefact).is_empty()),
            None => facts.push(Fact::new("artefact", Event::Added, "x")),
        }
    }
    if old.items.len() > new.items.len() {
        facts.push(Fact::new("artefact", Event::Removed, "x"));
    }
    facts
}

fn rule_of(fact: &Fact) -> &'static pv::domain::Rule {
    let rules = prompt().rules();
    rules.iter().find(|rule| (rule.applies)(fact)).unwrap_or_else(|| panic!("no rule for {fact:?}"))
}

fn corpus(name: &str) -> Option<Vec<serde_json::Value>> {
    let default = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/corpus");
    let path = PathBuf::from(std::env::var("PV_CORPUS").unwrap_or_else(|_| default.to_owned())).join(name);
    let Ok(text) = std::fs::read_to_string(&path) else {
        println!("SKIPPED: no corpus at {} (set PV_CORPUS)", path.display());
        return None;
    };
    Some(text.lines().map(|line| serde_json::from_str(line).expect("a JSON row")).collect())
}

fn text<'r>(row: &'r serde_json::Value, key: &str) -> &'r str {
    row[key].as_str().unwrap_or_default()
}

fn counts(facts: &[Fact]) -> BTreeMap<(&'static str, Event), usize> {
    let mut counts = BTreeMap::new();
    for fact in facts.iter().filter(|fact| fact.event != Event::Unfit) {
        *counts.entry((fact.aspect, fact.event)).or_insert(0) += 1;
    }
    counts
}

fn mirrored(counts: BTreeMap<(&'static str, Event), usize>) -> BTreeMap<(&'static str, Event), usize> {
    let mirror = |event| match event {
        Event::Added => Event::Removed,
        Event::Removed => Event::Added,
        other => other,
    };
    counts.into_iter().map(|((aspect, event), count)| ((aspect, mirror(event)), count)).collect()
}

#[test]
fn real_edits_are_told_whole_and_both_ways() {
    let Some(rows) = corpus("prompt-edits.jsonl") else { return };
    let (mut spent, mut worst) = (Duration::ZERO, (Duration::ZERO, String::new()));
    let mut rules: BTreeMap<&str, usize> = BTreeMap::new();
    for row in &rows {
        let (path, old, new) = (text(row, "path"), text(row, "old"), text(row, "new"));
        let start = Instant::now();
        let there = facts((path, old), (path, new));
        let took = start.elapsed();
        spent += took;
        worst = worst.max((took, path.to_owned()));
        let same = old.trim_start_matches('\u{feff}').replace("\r\n", "\n").trim_end_matches('\n')
            == new.trim_start_matches('\u{feff}').replace("\r\n", "\n").trim_end_matches('\n');
        assert!(same || !there.is_empty(), "{path}: nothing told");
        let back = facts((path, new), (path, old));
        assert_eq!(mirrored(counts(&there)), counts(&back), "{path} {}", text(row, "date"));
        assert!(facts((path, old), (path, old)).is_empty());
        there.iter().for_each(|fact| *rules.entry(rule_of(fact).id).or_default() += 1);
    }
    println!("{} edits in {spent:?}, the longest {worst:?}", rows.len());
    println!("{rules:#?}");
    assert!(spent < Duration::from_secs(10));
}

#[test]
fn hand_labels_agree() {
    let Some(rows) = corpus("labelled-edits.jsonl") else { return };
    let (mut all, mut breaking, mut classes) = (0, 0, 0);
    for row in rows.iter().filter(|row| row["kind"] == "prompt" && row["doubtful"] == false) {
        let found = facts((text(row, "path_old"), text(row, "old")), (text(row, "path_new"), text(row, "new")));
        let worst =
            found.iter().map(rule_of).max_by_key(|rule| (rule.class != Class::Integrity, rule.class, rule.risk));
        let class = worst.map_or(Class::Cosmetic, |rule| rule.class).as_str();
        let label = text(row, "class");
        let is_form = found.iter().all(|fact| fact.aspect == "form");
        let renamed = text(row, "path_old") != text(row, "path_new") && label == "breaking";
        all += 1;
        breaking += usize::from((class == "breaking") == (label == "breaking") || renamed);
        let agrees = class == label || (label == "cosmetic" && is_form) || renamed;
        classes += usize::from(agrees);
        if !agrees {
            let ids: Vec<_> = found.iter().map(|fact| (rule_of(fact).id, fact.subject.as_str())).collect();
            println!("{} {label} but {class}: {} {ids:?}", text(row, "path_new"), text(row, "reason"));
        }
    }
    println!("{all} labels: breaking or not {breaking}, four classes {classes}");
    assert!(breaking * 100 >= all * 70, "breaking or not: {breaking} of {all}");
}
