//! What a rule says of one direction, another says of the other.

use std::collections::BTreeSet;

use pv::classify;

use crate::rules::Pair;

/// Words of rule ids that are each other's opposite.
const OPPOSITES: [(&str, &str); 19] = [
    ("added", "removed"),
    ("raised", "lowered"),
    ("raised", "reduced"),
    ("increased", "decreased"),
    ("increased", "reduced"),
    ("relaxed", "escalated"),
    ("tightened", "loosened"),
    ("widened", "narrowed"),
    ("gained", "lost"),
    ("strengthened", "weakened"),
    ("grown", "shrunk"),
    ("opened", "closed"),
    ("enabled", "disabled"),
    ("required", "optional"),
    ("upgraded", "downgraded"),
    ("broadened", "restricted"),
    ("relaxed", "tightened"),
    ("deprecated", "undeprecated"),
    ("granted", "revoked"),
];

/// Rules that have no mirror under such a name, and the rule that tells their fixtures the other way round.
const TOLD_BY: &[(&str, &str)] = &[
    ("agent/cost-budget-raised", "agent/config-unclassified"),
    ("agent/egress-widened", "agent/permission-narrowed"),
    ("agent/observability-reduced", "agent/config-unclassified"),
    ("agent/ref-range-loosened", "agent/config-unclassified"),
    ("agent/sandbox-widened", "agent/permission-narrowed"),
    ("eval/case-disabled", "eval/case-added"),
    ("eval/critical-strata-shrunk", "eval/gate-added"),
    ("eval/regression-tolerance-loosened", "eval/threshold-tightened"),
    ("eval/retries-added", "eval/threshold-tightened"),
    ("eval/sample-size-lowered", "eval/content-changed"),
    ("feature/canary-guard-loosened", "feature/canary-stage-changed"),
    ("feature/canary-stage-removed", "feature/canary-stage-changed"),
    ("feature/communication-removed", "feature/metadata-changed"),
    ("feature/dependency-range-loosened", "feature/dependency-upgraded-minor"),
    ("feature/flag-removed", "feature/flag-removed"),
    ("feature/gate-removed", "feature/content-changed"),
    ("feature/gate-weakened", "feature/content-changed"),
    ("feature/kill-switch-removed", "feature/content-changed"),
    ("index/acl-default-widened", "index/content-changed"),
    ("index/acl-field-removed", "index/field-added"),
    ("index/duplicates-increased", "index/content-changed"),
    ("model/cost-increased", "model/cost-changed"),
    ("model/output-limit-reduced", "model/max-output-increased"),
    ("prompt/safety-clause-weakened", "prompt/exception-removed"),
    ("prompt/token-budget-grown", "prompt/section-removed"),
    ("prompt/variable-default-added", "prompt/variable-default-changed"),
    ("prompt/variable-removed-unused", "prompt/variable-unused"),
    ("prompt/variable-type-widened", "prompt/variable-type-changed"),
    ("tool/description-directive-added", "tool/description-changed"),
    ("tool/param-removed-tolerated", "tool/param-renamed"),
    ("tool/version-floor-raised", "tool/annotations-changed"),
];

#[test]
fn every_direction_has_its_mirror_or_a_reason() {
    let ids: BTreeSet<&str> = classify::rules().iter().map(|rule| rule.id).collect();
    let told: BTreeSet<&str> = TOLD_BY.iter().map(|(id, _)| *id).collect();
    let lonely: Vec<&str> = ids.iter().copied().filter(|id| is_lonely(id, &ids) && !told.contains(id)).collect();
    assert!(lonely.is_empty(), "no mirror, and none is named: {lonely:#?}");
}

#[test]
fn what_is_named_as_a_mirror_tells_the_other_direction() {
    let ids: BTreeSet<&str> = classify::rules().iter().map(|rule| rule.id).collect();
    let pairs = Pair::all();
    let mut faults = Vec::new();
    for (id, mirror) in TOLD_BY {
        let pair = pairs.iter().find(|pair| pair.rule == *id);
        let fired = pair.map(|pair| pair.fired("new", "old")).unwrap_or_default();
        if !is_lonely(id, &ids) || !fired.contains(*mirror) {
            faults.push(format!("{id}: lonely {}, the other way round {fired:?}", is_lonely(id, &ids)));
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Whether the id has a word with an opposite, and none of the ids is the same with an opposite of it.
fn is_lonely(id: &str, ids: &BTreeSet<&str>) -> bool {
    let mirrors = mirrors(id);
    !mirrors.is_empty() && mirrors.iter().all(|mirror| !ids.iter().any(|other| is_like(other, mirror)))
}

/// The id with its direction turned; `added` and `removed` may stand before a further word (`param-added-required`).
fn mirrors(id: &str) -> Vec<String> {
    let words: Vec<&str> = id.split('-').collect();
    let opposite = |word: &str| {
        let both = OPPOSITES.iter().flat_map(|(one, other)| [(*one, *other), (*other, *one)]);
        both.filter(move |(one, _)| *one == word).map(|(_, other)| other.to_owned()).collect::<Vec<_>>()
    };
    let turned = |at: usize, other: String| {
        let kept =
            words.iter().enumerate().map(|(nth, word)| if nth == at { other.clone() } else { (*word).to_owned() });
        kept.collect::<Vec<_>>().join("-")
    };
    let directions = words.iter().enumerate().flat_map(|(at, word)| opposite(word).into_iter().map(move |it| (at, it)));
    directions.map(|(at, other)| turned(at, other)).collect()
}

/// Whether `other` is the mirror, or the mirror with a further or one fewer word at its end.
fn is_like(other: &str, mirror: &str) -> bool {
    let extends =
        |long: &str, short: &str| long.strip_prefix(short).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
    extends(other, mirror) || (extends(mirror, other) && other.split('-').count() > 1)
}
