//! What a rule says of one direction, another says of the other: or a reason stands here why there is none.

use std::collections::BTreeSet;

use pv::classify;

/// Words of rule ids that are each other's opposite.
const OPPOSITES: [(&str, &str); 16] = [
    ("added", "removed"),
    ("raised", "lowered"),
    ("increased", "decreased"),
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

/// Rules that have no mirror under such a name, and why.
const WAIVED: &[(&str, &str)] = &[];

#[test]
fn every_direction_has_its_mirror_or_a_reason() {
    let ids: BTreeSet<&str> = classify::rules().iter().map(|rule| rule.id).collect();
    let waived: BTreeSet<&str> = WAIVED.iter().map(|(id, _)| *id).collect();
    let lonely: Vec<&str> = ids.iter().copied().filter(|id| is_lonely(id, &ids) && !waived.contains(id)).collect();
    assert!(lonely.is_empty(), "no mirror and no reason: {lonely:#?}");
}

#[test]
fn no_reason_outlives_its_cause() {
    let ids: BTreeSet<&str> = classify::rules().iter().map(|rule| rule.id).collect();
    let idle: Vec<&str> = WAIVED.iter().map(|(id, _)| *id).filter(|id| !ids.contains(id) || !is_lonely(id, &ids)).collect();
    assert!(idle.is_empty(), "a reason for what has a mirror, or is gone: {idle:#?}");
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
        let kept = words.iter().enumerate().map(|(nth, word)| if nth == at { other.clone() } else { (*word).to_owned() });
        kept.collect::<Vec<_>>().join("-")
    };
    let directions = words.iter().enumerate().flat_map(|(at, word)| opposite(word).into_iter().map(move |it| (at, it)));
    directions.map(|(at, other)| turned(at, other)).collect()
}

/// Whether `other` is the mirror, or the mirror with a further or one fewer word at its end.
fn is_like(other: &str, mirror: &str) -> bool {
    let extends = |long: &str, short: &str| long.strip_prefix(short).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
    extends(other, mirror) || (extends(mirror, other) && other.split('-').count() > 1)
}
