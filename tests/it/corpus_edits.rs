//! Real edits, read in place where the corpus is at hand: what the kinds make of them against what people said.

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_macros,
    clippy::expect_used,
    reason = "the corpus is read in place, and its absence is said aloud"
)]

use std::path::PathBuf;

use pv::domain::{Class, KindName, Risk};
use serde_json::Value;

use crate::judged::{self, Judged};

/// The rows of a corpus file; none, loudly, where the corpus is absent.
fn rows(name: &str) -> Vec<Value> {
    let folder = std::env::var("PV_CORPUS").map_or_else(|_| PathBuf::from("../shared/corpus"), PathBuf::from);
    let path = folder.join(name);
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("SKIPPED: {} is absent; set PV_CORPUS to the folder that holds it", path.display());
        return Vec::new();
    };
    text.lines().map(|line| serde_json::from_str(line).expect("a row of JSON")).collect()
}

fn text<'r>(row: &'r Value, key: &str) -> &'r str {
    row.get(key).and_then(Value::as_str).unwrap_or_default()
}

/// What an edit of a tool amounts to, in the words of the corpus.
fn nature(judged: &[Judged]) -> &'static str {
    let texts = [
        "description-changed",
        "param-description-changed",
        "annotations-changed",
        "became-destructive",
        "became-read-only",
        "metadata-changed",
    ];
    let is = |names: &[&str]| {
        let named = |judged: &Judged| names.iter().any(|name| judged.rule.id.contains(name));
        judged.iter().all(named)
    };
    match judged {
        [] => "text-only",
        _ if is(&["order-changed"]) => "text-only",
        _ if is(&[&texts[..], &["order-changed"]].concat()) => "annotation-only",
        _ => "schema-change",
    }
}

#[test]
fn real_edits_of_tools_are_told_apart() {
    let rows = rows("tool-edits.jsonl");
    let (mut agree, mut extra, mut found) = (0, 0, 0);
    let mut times = Vec::new();
    for row in &rows {
        let begun = std::time::Instant::now();
        let (judged, problems) = judged::judge(KindName::Tool, text(row, "path"), text(row, "old"), text(row, "new"));
        times.push(begun.elapsed());
        assert!(problems.is_empty(), "{problems:?}");
        let ids: Vec<_> = judged.iter().map(|judged| (judged.rule.id, &judged.message)).collect();
        agree += usize::from(nature(&judged) == text(row, "truth"));
        if nature(&judged) != text(row, "truth") {
            eprintln!("{} {}: truth {}, found {ids:?}", text(row, "path"), text(row, "date"), text(row, "truth"));
        }
        let is_breaking = judged.iter().any(|judged| judged.class() == Class::Breaking);
        let breaks = row.get("breaks_callers").and_then(Value::as_bool) == Some(true);
        assert!(is_breaking || !breaks, "{} {}: a break was missed: {ids:?}", text(row, "path"), text(row, "date"));
        found += usize::from(breaks);
        if is_breaking && !breaks {
            extra += 1;
            eprintln!("extra {} {}: {ids:?}", text(row, "path"), text(row, "date"));
        }
    }
    times.sort();
    let slowest = times.get(times.len().saturating_sub(2)).copied().unwrap_or_default();
    eprintln!("tool edits: {agree} of {} as labelled, {found} breaks found, {extra} further", rows.len());
    eprintln!("tool edits: 99 in 100 within {slowest:?}");
    assert!(extra <= 1, "{extra} edits are called breaking that are not");
    assert!(agree * 100 >= rows.len() * 99, "only {agree} of {} edits are told apart", rows.len());
}

#[test]
fn labelled_edits_are_judged_as_people_did() {
    for kind in [KindName::Tool, KindName::Model, KindName::Agent, KindName::Eval, KindName::Index] {
        let rows: Vec<Value> = rows("labelled-edits.jsonl")
            .into_iter()
            .filter(|row| text(row, "kind") == kind.as_str() && row.get("doubtful") == Some(&Value::Bool(false)))
            .collect();
        let (mut breaking, mut class) = (0, 0);
        for row in &rows {
            let (old, new) = (text(row, "old"), text(row, "new"));
            let before = judged::parse(kind, text(row, "path_old"), old);
            let after = judged::parse(kind, text(row, "path_new"), new);
            let (judged, problems) = judged::judge_parsed(kind, before, after);
            let found = class_of(&judged);
            breaking += usize::from((found == "breaking") == (text(row, "class") == "breaking"));
            class += usize::from(found == text(row, "class"));
            if found != text(row, "class") {
                let ids: Vec<_> = judged.iter().map(|judged| (judged.rule.id, &judged.message)).take(6).collect();
                eprintln!(
                    "{} labelled {}, found {found}: {} | {ids:?} {problems:?}",
                    text(row, "path_new"),
                    text(row, "class"),
                    text(row, "reason")
                );
            }
        }
        eprintln!("{kind}: {breaking} of {} agree on breaking, {class} on the class", rows.len());
    }
}

/// The worst class; form findings at low risk count as cosmetic, as the rubric says.
fn class_of(judged: &[Judged]) -> &'static str {
    let form = ["whitespace-changed", "markdown-changed", "punctuation-changed", "case-changed", "typo-fixed"];
    let is_form =
        |judged: &&Judged| judged.rule.risk <= Risk::Low && form.iter().any(|name| judged.rule.id.ends_with(name));
    judged.iter().filter(|judged| !is_form(judged)).map(Judged::class).max().map_or("cosmetic", Class::as_str)
}
