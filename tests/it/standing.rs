//! `pv at`, `pv timeline`: what was live when.

use crate::harness::Repo;
use crate::rollouts::cut;

#[test]
fn before_the_first_release_nothing_was_live() {
    let said = cut().pv(&["at", "2026-11-20T09:59:59Z"]);
    assert!(said.contains("Nothing was released yet."), "{said}");
}

#[test]
fn a_release_that_was_only_cut_is_served_to_nobody() {
    let repo = cut();
    let said = repo.pv(&["at", "2026-11-22T10:00:00Z"]);
    assert!(said.contains("Release r1 is live") && said.contains("Release r2 was cut last"), "{said}");
    repo.pv(&["rollout", "step", "--at", "2026-11-23T10:00:00Z"]);
    let said = repo.pv(&["at", "--format", "json", "2026-11-23T10:00:00Z"]);
    let data: serde_json::Value = serde_json::from_str(&said).unwrap();
    let shares: Vec<_> =
        data["artefacts"]["prompt:refund"].as_array().unwrap().iter().map(|one| one["share"].to_string()).collect();
    assert_eq!((shares.join(" "), data["live"].as_str()), ("95 5".to_owned(), Some("r1")));
    let before = repo.pv(&["at", "2026-11-23T09:59:59Z"]);
    assert!(!before.contains("canary"), "{before}");
}

#[test]
fn a_timeline_is_a_table_and_a_diagram() {
    let repo = cut();
    repo.pv(&["rollout", "step", "--at", "2026-11-23T10:00:00Z"]);
    let said = repo.pv(&["timeline", "r2", "--at", "2026-11-23T12:00:00Z"]);
    assert!(said.contains("step 1: prompt:refund 5%") && !said.contains("r1"), "{said}");
    let gantt = repo.pv(&["timeline", "r2", "--gantt", "--at", "2026-11-23T12:00:00Z"]);
    assert!(gantt.starts_with("gantt\n  title Release r2 (UTC)\n"), "{gantt}");
    assert!(gantt.contains("  step 1 prompt refund 5 :active, 2026-11-23T10:00:00, 2026-11-24T10:00:00\n"), "{gantt}");
}

/// What `pv verify` says after `change`.
fn verified(repo: &Repo, change: impl Fn(&Repo)) -> String {
    change(repo);
    let said = repo.pv(&["verify", "r2"]);
    repo.git(&["checkout", "--quiet", "HEAD", "--", "releases"]);
    said
}

#[test]
fn whatever_is_done_to_a_log_or_a_plan_is_found() {
    let repo = cut();
    repo.pv(&["rollout", "step", "--commit", "--at", "2026-11-23T10:00:00Z"]);
    assert!(repo.pv(&["verify", "--all"]).contains("2 releases verified"));
    let log = "releases/r2/log/0003-step.toml";
    let read = |path: &str| std::fs::read_to_string(repo.path(path)).unwrap();
    let edited = verified(&repo, |repo| {
        repo.write(log, read(log).replace("= 5", "= 50"));
    });
    assert!(edited.contains("log/event-edited") && edited.contains("[exit code 5]"), "{edited}");
    let gone = verified(&repo, |repo| std::fs::remove_file(repo.path(log)).unwrap());
    assert!(gone.contains("log/event-missing") && gone.contains("[exit code 5]"), "{gone}");
    let plan = "releases/r2/plan.toml";
    let edited = verified(&repo, |repo| {
        repo.write(plan, read(plan).replace("hold = 86400", "hold = 60"));
    });
    assert!(edited.contains("log/plan-edited") && edited.contains("[exit code 5]"), "{edited}");
    let broken = verified(&repo, |repo| {
        repo.write(plan, "nothing = [");
    });
    assert!(broken.contains("log/plan-edited") && broken.contains("[exit code 5]"), "{broken}");
}
