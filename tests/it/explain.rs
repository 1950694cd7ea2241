//! `pv explain` and `pv rules`: every rule has a page, and every page an example that fires.

use pv::classify;
use pv::release::checks;
use rayon::prelude::*;

use crate::harness::Repo;
use crate::tidy::UNPROVOKED;

const GREET: &str = "---\nname: greet\n---\nGreet {{customer}} by name.\n\nAnswer in at most 3 sentences.\n";

#[test]
fn the_example_of_every_rule_fires_it_when_the_page_is_shown() {
    let repo = Repo::directory();
    let silent: Vec<&str> = classify::rules()
        .into_par_iter()
        .map(|rule| rule.id)
        .filter(|id| *id != UNPROVOKED)
        .filter(|id| {
            let page = repo.pv(&["explain", id]);
            let example = page.split("An example").nth(1).unwrap_or_default();
            !example.contains(&format!("[{id} ")) || page.contains("[exit code")
        })
        .collect();
    assert!(silent.is_empty(), "examples that do not fire on the page of their rule: {silent:?}");
}

#[test]
fn a_page_says_what_why_and_how_to_live_with_it() {
    let page = Repo::directory().pv(&["explain", "prompt/variable-removed"]);
    for wanted in ["Why it matters", "What to do", "pv ack FINGERPRINT", "[classify.levels]", "confidence", "proven"] {
        assert!(page.contains(wanted), "{wanted}: {page}");
    }
}

#[test]
fn a_finding_is_explained_by_its_fingerprint() {
    let repo = Repo::new();
    repo.write("prompts/greet.md", GREET).commit("base");
    repo.write("prompts/greet.md", GREET.replace("{{customer}}", "the customer"));
    let diff = repo.pv(&["diff"]);
    let fingerprint = diff.split_once("variable-removed ").unwrap().1.get(..12).unwrap();
    let page = repo.pv(&["explain", fingerprint.get(..6).unwrap()]);
    for wanted in ["was   prompts/greet.md:4:7", "What would silence it", &format!("pv ack {fingerprint} --until")] {
        assert!(page.contains(wanted), "{wanted}: {page}");
    }
    repo.commit("gone");
    let page = repo.pv(&["explain", fingerprint, "HEAD~1", "HEAD"]);
    assert!(page.contains(&format!("pv ack {fingerprint} HEAD~1 HEAD --until")), "{page}");
}

#[test]
fn the_rules_of_a_kind_can_be_listed() {
    let repo = Repo::directory();
    let listed = repo.pv(&["rules", "--kind", "tool"]);
    assert!(listed.contains("tool/param-removed") && !listed.contains("prompt/"), "{listed}");
    assert!(repo.pv(&["rules", "--kind", "meta"]).contains("meta/path-renamed"));
    let (rules, checks) = (classify::rules().len(), checks::all().len());
    assert_eq!(repo.pv(&["rules"]).lines().count(), rules + checks + 3, "two tables with a head each");
}

#[test]
fn every_check_has_a_page_and_is_listed() {
    let repo = Repo::directory();
    let listed = repo.pv(&["rules", "--kind", "report"]);
    assert!(!listed.contains("prompt/"), "{listed}");
    for check in checks::all() {
        let page = repo.pv(&["explain", check.id]);
        for wanted in [check.id, "Why it matters", "What to do"] {
            assert!(page.contains(wanted), "{wanted}: {page}");
        }
        let said = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(said(&page).contains(&said(check.remedy)) && said(&page).contains(&said(check.summary)), "{page}");
        assert_eq!(listed.contains(check.id), check.id.starts_with("report/"), "{}", check.id);
    }
}

#[test]
fn a_slip_is_answered_with_the_nearest_rule_or_check() {
    let said = Repo::directory().pv(&["explain", "prompt/variable-removd"]);
    assert!(said.contains("did you mean `prompt/variable-removed`?") && said.contains("[exit code 2]"), "{said}");
    let said = Repo::directory().pv(&["explain", "report/run-incomplet"]);
    assert!(said.contains("did you mean `report/run-incomplete`?") && said.contains("[exit code 2]"), "{said}");
}
