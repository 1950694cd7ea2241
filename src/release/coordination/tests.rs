//! Every check of the family, on features, plans and logs built by hand.

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::config::Config;
use crate::domain::{ArtefactId, Bump, Digest, Instant, Stage, Version, Weight};
use crate::kinds::feature::Settings;
use crate::lock::Entry;
use crate::lock::record::{Record, Shipped};
use crate::release::checks::Judgement;
use crate::release::ground::{Ground, Papers};
use crate::release::plan::{Mode, Plan, PlannedChange, PlannedRollback, PlannedStep};
use crate::release::standing::{self, History, Phase, Standing};

fn id(text: &str) -> ArtefactId {
    text.parse().unwrap()
}

fn weight(percent: u16) -> Weight {
    Weight::of_hundredths(percent * 100)
}

fn version(text: &str) -> Version {
    text.parse().unwrap()
}

fn digest(text: &str) -> Digest {
    Digest::of(text.as_bytes())
}

/// A feature whose flag is its name, at `percent`.
fn feature(name: &str, percent: &str, needs: &[&str], flags: &[&str]) -> Feature {
    let mut parameters: BTreeMap<String, String> =
        [("flag", name), ("rollout.canary_percentage", percent)].map(|(k, v)| (k.to_owned(), v.to_owned())).into();
    parameters.extend(needs.iter().map(|need| {
        let (kind, rest) = need.split_once(':').unwrap();
        let name = rest.split('@').next().unwrap();
        (format!("{kind}:{name}"), rest.to_owned())
    }));
    parameters.insert("requires_flags".to_owned(), serde_json::to_string(flags).unwrap());
    let settings = Settings::recorded(&parameters);
    Feature { id: id(&format!("feature:{name}")), settings, owner: None, path: "features.yaml".to_owned() }
}

/// A release of artefacts, each with its version and what it requires.
fn history(name: &str, previous: Option<&str>, artefacts: &[(&str, &[&str])]) -> History {
    let shipped = artefacts.iter().map(|(artefact, requires)| {
        let (what, version) = artefact.split_once('@').unwrap();
        let entry = Entry {
            version: version.parse().unwrap(),
            path: what.to_owned(),
            digest: digest(artefact),
            meaning: None,
            size: 1,
            store: None,
            elsewhere: std::collections::BTreeSet::new(),
            requires: requires.iter().map(|need| id(need)).collect(),
        };
        (id(what), shipped(entry))
    });
    let record = Record {
        name: name.parse().unwrap(),
        previous: previous.map(|name| name.parse().unwrap()),
        commit: None,
        cut: format!("2026-05-0{}T10:00:00Z[UTC]", &name[1..]),
        policy: None,
        overrides: BTreeSet::new(),
        artefacts: shipped.collect(),
        unknown: Vec::new(),
    };
    History { record, lock: digest(name), plan: None, events: Vec::new() }
}

fn shipped(entry: Entry) -> Shipped {
    Shipped {
        entry,
        file: None,
        is_directory: false,
        types: BTreeSet::new(),
        class: None,
        bump: Bump::None,
        reason: String::new(),
        from: None,
        evidence: BTreeSet::new(),
        owner: None,
        lowered: None,
        parameters: BTreeMap::new(),
    }
}

fn now() -> Instant {
    "2026-05-20T10:00:00Z[UTC]".parse().unwrap()
}

/// What was live when pv came.
fn live() -> Vec<History> {
    vec![history(
        "r1",
        None,
        &[("index:policies@1.0.0", &[]), ("tool:lookup@1.0.0", &[]), ("prompt:explain@1.0.0", &["tool:lookup"])],
    )]
}

/// The checks that refuse `features` as they say themselves.
fn refused(features: &[Feature], histories: &[History]) -> Vec<(&'static str, String)> {
    refused_at(features, histories, &standing::at(histories, &now()))
}

fn refused_at(features: &[Feature], histories: &[History], standing: &Standing) -> Vec<(&'static str, String)> {
    let land = Land::newest(histories, standing);
    let mut present: BTreeMap<ArtefactId, Digest> =
        land.targets.iter().map(|(id, target)| (id.clone(), target.digest.clone())).collect();
    present.insert(id("tool:fresh"), digest("fresh"));
    present.extend(features.iter().map(|feature| (feature.id.clone(), digest("feature"))));
    told(Manifest { features, present: &present, land: &land }.judge())
}

fn told(judgements: Vec<Judgement>) -> Vec<(&'static str, String)> {
    judgements.into_iter().map(|one| (one.refused.check.id, one.refused.message)).collect()
}

fn ids(found: &[(&'static str, String)]) -> Vec<&'static str> {
    found.iter().map(|(id, _)| *id).collect()
}

#[test]
fn what_is_live_may_be_used() {
    let feature = feature("refund", "5", &["prompt:explain@1.0.0", "tool:lookup@v1.0", "index:policies"], &[]);
    assert_eq!(refused(&[feature], &live()), []);
}

#[test]
fn a_dependency_has_a_kind_a_name_a_release_and_the_version_of_the_lock() {
    let needs = ["database:orders@1", "index:polices@1.0.0", "tool:fresh@1.0.0", "tool:lookup@2.0.0"];
    let found = refused(&[feature("refund", "5", &needs, &[])], &live());
    let expected = [
        (
            "coordination/dependency-unknown",
            "`database:orders@1` is of no kind that pv knows; it knows prompt, tool, retrieval_index, eval_set, model, agent or feature",
        ),
        ("coordination/dependency-unknown", "there is no `index:polices` in this repository"),
        (
            "coordination/dependency-unreleased",
            "`tool:fresh` 1.0.0 is in no release, so it is not deployed, and `refund` is to be on at 5%",
        ),
        ("coordination/version-unlocked", "`refund` needs `tool:lookup` in version 2.0.0, and the lock has 1.0.0"),
    ];
    assert_eq!(found, expected.map(|(id, text)| (id, text.to_owned())));
}

#[test]
fn what_nobody_sees_may_wait_for_its_release() {
    let manifest = [feature("refund", "0", &["tool:fresh@1.0.0"], &[])];
    let histories = live();
    let standing = standing::at(&histories, &now());
    let land = Land::newest(&histories, &standing);
    let present = BTreeMap::from([(id("tool:fresh"), digest("fresh"))]);
    let found = Manifest { features: &manifest, present: &present, land: &land }.judge();
    assert_eq!(found.iter().map(|one| one.severity).collect::<Vec<_>>(), [crate::domain::Severity::Warning]);
}

#[test]
fn features_in_a_circle_are_told_with_the_way() {
    let features = [
        feature("a", "0", &["feature:b"], &[]),
        feature("b", "0", &[], &["c"]),
        feature("c", "0", &["feature:a"], &[]),
    ];
    let found = refused(&features, &live());
    assert_eq!(ids(&found), ["coordination/dependency-circular"]);
    assert!(found[0].1.contains("`feature:a` needs `feature:b` needs `feature:c` needs `feature:a`"), "{found:?}");
}

#[test]
fn an_exposure_is_a_percentage() {
    assert_eq!(ids(&refused(&[feature("refund", "150", &[], &[])], &live())), ["coordination/exposure-unreadable"]);
}

#[test]
fn a_flag_stays_at_or_below_the_smallest_weight() {
    let histories = live();
    let mut standing = standing::at(&histories, &now());
    standing.is_tracked = true;
    let tool = standing.artefacts.get_mut(&id("tool:lookup")).unwrap();
    tool.canary = tool.stable.take().map(|serving| (serving, weight(20)));
    standing.artefacts.remove(&id("index:policies"));
    let at = |percent: &str| {
        let needs = ["prompt:explain@1.0.0", "index:policies@1.0.0"];
        refused_at(&[feature("refund", percent, &needs, &[])], &histories, &standing)
    };
    assert_eq!(ids(&at("0")), [] as [&str; 0]);
    // The prompt needs the tool, which the manifest does not list.
    assert_eq!(
        at("25"),
        [
            (
                "coordination/exposure-above-weight",
                "`refund` at 25% is above `tool:lookup` 1.0.0, which has the weight 20%".to_owned()
            ),
            (
                "coordination/exposed-undeployed",
                "`refund` at 25% needs `index:policies` 1.0.0, which is not deployed: its weight is 0%".to_owned()
            ),
        ]
    );
    assert_eq!(ids(&at("20")), ["coordination/exposed-undeployed"]);
}

#[test]
fn a_required_flag_is_on_for_as_many_and_so_is_what_it_requires() {
    let with = |middle: &str, base: &str| {
        let features = [
            feature("base", base, &[], &[]),
            feature("middle", middle, &[], &["base"]),
            feature("top", "5", &[], &["middle"]),
        ];
        ids(&refused(&features, &live()))
    };
    assert_eq!(with("5", "25"), [] as [&str; 0]);
    assert_eq!(with("0", "25"), ["coordination/flag-disabled"]);
    // `top` builds on `base` by way of `middle`.
    assert_eq!(with("5", "1"), ["coordination/flag-disabled"; 2]);
    assert_eq!(ids(&refused(&[feature("top", "5", &[], &["nowhere"])], &live())), ["coordination/flag-disabled"]);
}

/// A change of the plan of r2: what, from which version, and what it needs.
fn change(artefact: &str, from: Option<&str>, requires: &[&str]) -> PlannedChange {
    let (what, to) = artefact.split_once('@').unwrap();
    PlannedChange {
        artefact: id(what),
        version: version(to),
        from: from.map(version),
        digest: digest(artefact),
        types: BTreeSet::new(),
        class: None,
        owner: None,
        material: false,
        feature: None,
        requires: requires.iter().map(|need| id(need)).collect(),
        rollback: PlannedRollback { method: String::new(), to: None, within: None },
    }
}

/// Steps of artefacts, a flag and a percentage.
type Steps<'a> = &'a [(&'a [&'a str], Option<&'a str>, u16)];

fn plan(change: Vec<PlannedChange>, steps: Steps<'_>) -> Plan {
    let step = |(n, (artefacts, flag, percent)): (u32, &(&[&str], Option<&str>, u16))| PlannedStep {
        n,
        artefacts: artefacts.iter().map(|text| id(text)).collect(),
        flag: flag.map(str::to_owned),
        partition: None,
        weight: weight(*percent),
        hold: 0,
        gates: BTreeSet::new(),
        watch: Vec::new(),
    };
    Plan {
        version: 1,
        release: "r2".parse().unwrap(),
        previous: Some("r1".parse().unwrap()),
        mode: Mode::Sequenced,
        because: None,
        ladder: Vec::new(),
        lock: digest("r2"),
        policy: digest("policy"),
        removed: BTreeSet::new(),
        change,
        step: (1..).zip(steps).map(step).collect(),
    }
}

/// What stands against a plan at lock, when the release has `features`.
fn at_lock(plan: &Plan, features: &[Feature], histories: &[History]) -> Vec<(&'static str, String)> {
    judged(plan, features, histories, &standing::at(histories, &now()), Stage::Lock)
}

fn judged(
    plan: &Plan,
    features: &[Feature],
    histories: &[History],
    standing: &Standing,
    stage: Stage,
) -> Vec<(&'static str, String)> {
    let (config, at, papers) = (Config::default(), now(), Papers::new());
    told(judge(&Ground { plan, config: &config, histories, standing, features, at: &at, papers: &papers, stage }))
}

/// The second story: an index, a tool and a prompt, all new.
fn story() -> Vec<PlannedChange> {
    vec![
        change("index:refunds@1.0.0", None, &[]),
        change("tool:eligible@1.0.0", None, &[]),
        change("prompt:refund@1.0.0", None, &["tool:eligible"]),
    ]
}

fn refund() -> Feature {
    feature("refund", "5", &["prompt:refund@1.0.0", "tool:eligible@1.0.0", "index:refunds@1.0.0"], &[])
}

#[test]
fn foundations_then_the_prompt_at_weight_0_then_the_flag() {
    let steps: Steps<'_> = &[
        (&["index:refunds"], None, 100),
        (&["tool:eligible"], None, 100),
        (&["prompt:refund"], None, 0),
        (&["prompt:refund"], Some("refund"), 5),
        (&["prompt:refund"], Some("refund"), 100),
    ];
    assert_eq!(at_lock(&plan(story(), steps), &[refund()], &live()), []);
}

#[test]
fn a_flag_does_not_go_before_its_index_nor_above_its_prompt() {
    let steps: Steps<'_> = &[
        (&["tool:eligible"], None, 100),
        (&["prompt:refund"], None, 0),
        (&["prompt:refund"], Some("refund"), 5),
        (&["index:refunds"], None, 100),
        (&[], Some("refund"), 25),
    ];
    assert_eq!(
        at_lock(&plan(story(), steps), &[refund()], &live()),
        [
            (
                "coordination/exposed-undeployed",
                "step 3: `refund` at 5% needs `index:refunds` 1.0.0, which is not deployed: its weight is 0%"
                    .to_owned()
            ),
            (
                "coordination/exposure-above-weight",
                "step 5: `refund` at 25% is above `prompt:refund` 1.0.0, which has the weight 5%".to_owned()
            ),
        ]
    );
}

#[test]
fn a_prompt_behind_a_flag_gets_no_traffic_before_it_and_none_before_its_tool() {
    let steps: Steps<'_> = &[
        (&["index:refunds"], None, 100),
        (&["prompt:refund"], None, 50),
        (&["tool:eligible"], None, 100),
        (&["prompt:refund"], Some("refund"), 5),
    ];
    assert_eq!(
        at_lock(&plan(story(), steps), &[refund()], &live()),
        [
            ("coordination/foundation-undeployed", "step 2: `prompt:refund` is exposed to 50%, and `tool:eligible` 1.0.0, which it needs, is at 0%".to_owned()),
            ("coordination/prompt-exposed-early", "step 2: `prompt:refund` is only used behind the flag `refund`, which comes with step 4, and gets 50% of the traffic before".to_owned()),
        ]
    );
}

#[test]
fn a_prompt_that_an_agent_uses_too_is_not_behind_the_flag_alone() {
    let mut changes = story();
    changes.push(change("agent:desk@1.0.0", None, &["prompt:refund"]));
    let steps: Steps<'_> = &[
        (&["index:refunds", "tool:eligible"], None, 100),
        (&["prompt:refund"], None, 100),
        (&["agent:desk"], None, 100),
        (&[], Some("refund"), 5),
    ];
    assert_eq!(at_lock(&plan(changes, steps), &[refund()], &live()), []);
}

#[test]
fn the_next_step_is_judged_by_what_is_live() {
    let steps: Steps<'_> = &[(&["prompt:refund"], None, 0), (&["prompt:refund"], Some("explain"), 5)];
    let mut histories = live();
    let mut second = history("r2", Some("r1"), &[("prompt:refund@1.0.0", &[]), ("tool:eligible@1.0.0", &[])]);
    let plan = plan(vec![change("prompt:refund@1.0.0", None, &[]), change("tool:eligible@1.0.0", None, &[])], steps);
    let parameters = [("flag", "explain"), ("prompt:refund", "refund@1.0.0"), ("tool:eligible", "eligible@1.0.0")];
    let mut manifest = second.record.artefacts[&id("prompt:refund")].clone();
    manifest.parameters = parameters.map(|(key, text)| (key.to_owned(), text.to_owned())).into();
    second.record.artefacts.insert(id("feature:explain"), manifest);
    second.plan = Some(plan.clone());
    histories.push(second);
    let mut standing = standing::at(&histories, &now());
    standing.is_tracked = true;
    let next = |standing: &Standing| ids(&judged(&plan, &[], &histories, standing, Stage::Step));
    assert_eq!(next(&standing), [] as [&str; 0]);
    standing.rollouts.get_mut(&plan.release).unwrap().taken.insert(1);
    assert_eq!(next(&standing), ["coordination/exposed-undeployed"]);
}

#[test]
fn what_an_enabled_feature_needs_stays() {
    let mut histories = live();
    let mut manifest = histories[0].record.artefacts[&id("prompt:explain")].clone();
    let parameters = [("flag", "explain"), ("rollout.canary_percentage", "25"), ("prompt:explain", "explain@1.0.0")];
    manifest.parameters = parameters.map(|(key, text)| (key.to_owned(), text.to_owned())).into();
    histories[0].record.artefacts.insert(id("feature:explain"), manifest);
    let mut plan = plan(Vec::new(), &[]);
    plan.removed = BTreeSet::from([id("tool:lookup"), id("feature:explain"), id("index:policies")]);
    let found = at_lock(&plan, &[], &histories);
    assert_eq!(
        found,
        [(
            "coordination/needed-removed",
            "`tool:lookup` is removed, and `feature:explain` needs it, whose flag `explain` is at 25%".to_owned()
        )]
    );
    // Dropped from the feature and gone with it.
    plan.removed = BTreeSet::from([id("prompt:explain")]);
    assert_eq!(at_lock(&plan, &[feature("explain", "25", &["index:policies"], &[])], &histories), []);
}

#[test]
fn two_releases_under_way_do_not_move_one_artefact() {
    let mut histories = live();
    let mut other = history("r3", Some("r1"), &[("prompt:explain@1.1.0", &[])]);
    let steps: Steps<'_> = &[(&["prompt:explain"], Some("explain"), 5)];
    let mut moving = plan(vec![change("prompt:explain@1.1.0", Some("1.0.0"), &[])], steps);
    moving.release = "r3".parse().unwrap();
    other.plan = Some(moving.clone());
    histories.push(other);
    let mut standing = standing::at(&histories, &now());
    let mine = |artefact: &str| plan(vec![change(artefact, Some("1.0.0"), &[])], &[]);
    let found = |plan: &Plan, standing: &Standing| judged(plan, &[], &histories, standing, Stage::Lock);
    assert_eq!(found(&mine("prompt:explain@2.0.0"), &standing), []);
    let rollout = standing.rollouts.get_mut(&moving.release).unwrap();
    (rollout.phase, rollout.step) = (Phase::Held, Some(1));
    assert_eq!(found(&mine("tool:lookup@2.0.0"), &standing), []);
    assert_eq!(
        found(&mine("prompt:explain@2.0.0"), &standing),
        [("coordination/plans-conflicting", "release r3 is under way at step 1 with prompt:explain".to_owned())]
    );
}
