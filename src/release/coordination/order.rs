//! Foundation first: an order in which everything is there before whatever needs it.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::domain::{ArtefactId, KindName};
use crate::release::checks::{Refused, coordination};

/// What each artefact needs.
pub type Requires = BTreeMap<ArtefactId, BTreeSet<ArtefactId>>;

/// Where a kind stands when nothing else decides, from the foundation up: data, tools, eval sets, models, prompts,
/// agents, and at last the flags of features.
pub fn foundation_rank(kind: KindName) -> u8 {
    match kind {
        KindName::Index => 0,
        KindName::Tool => 1,
        KindName::Eval => 2,
        KindName::Model => 3,
        KindName::Prompt => 4,
        KindName::Agent => 5,
        KindName::Feature => 6,
    }
}

/// Whether `id` has to be there after what it names: an eval set serves nobody, so what it tests and grades with does
/// not have to be live before it.
pub(super) fn stands_on_what_it_names(id: &ArtefactId) -> bool {
    id.kind != KindName::Eval
}

/// `ids`, each after everything of `requires` that it needs, also by way of artefacts that are not among them; what
/// is free goes by [`foundation_rank`], then by identity. Agents that hand over to each other go together.
///
/// # Errors
/// When one of them needs itself by way of others: the way around.
pub fn ordered(ids: impl IntoIterator<Item = ArtefactId>, requires: &Requires) -> Result<Vec<ArtefactId>, Refused> {
    let ids: BTreeSet<ArtefactId> = ids.into_iter().collect();
    if let Some(way) = cycle(&ids, requires) {
        return Err(circular(&way));
    }
    let waits: Requires = ids
        .iter()
        .map(|id| {
            (id.clone(), closure(id, requires).into_iter().filter(|need| need != id && ids.contains(need)).collect())
        })
        .collect();
    Ok(by_rank(&waits))
}

/// Everything that `id` needs, directly or by way of something else; itself only where it is in a circle.
pub fn closure(id: &ArtefactId, requires: &Requires) -> BTreeSet<ArtefactId> {
    let mut found = BTreeSet::new();
    let mut open: Vec<&ArtefactId> = needs(id, requires).collect();
    while let Some(next) = open.pop() {
        if found.insert(next.clone()) {
            open.extend(needs(next, requires));
        }
    }
    found
}

/// Kahn's algorithm over what each waits for, the waits of its waits included; of what is free, the lowest in rank
/// goes first.
fn by_rank(waits: &Requires) -> Vec<ArtefactId> {
    let mut waiting: BTreeSet<(u8, &ArtefactId)> = waits.keys().map(|id| (foundation_rank(id.kind), id)).collect();
    let mut order: Vec<ArtefactId> = Vec::with_capacity(waits.len());
    let mut done: BTreeSet<&ArtefactId> = BTreeSet::new();
    let waits_for = |id: &ArtefactId, need: &ArtefactId| waits.get(id).is_some_and(|needs| needs.contains(need));
    // Who waits for each other is never free by itself: such agents begin with the lowest.
    while let Some(next) = waiting.iter().copied().find(|(_, id)| {
        let open = waits.get(*id).into_iter().flatten().filter(|need| !done.contains(need));
        open.into_iter().all(|need| waits_for(need, id))
    }) {
        waiting.remove(&next);
        done.insert(next.1);
        order.push(next.1.clone());
    }
    order
}

/// The shortest way from one of `starts` through what it needs back to itself, if there is one: its first artefact is
/// its last. Agents alone may hand over to each other in a circle.
pub fn cycle<'a>(starts: impl IntoIterator<Item = &'a ArtefactId>, requires: &Requires) -> Option<Vec<ArtefactId>> {
    let starts = starts.into_iter().filter(|start| start.kind != KindName::Agent);
    starts.into_iter().find_map(|start| way_around(start, requires))
}

fn way_around(start: &ArtefactId, requires: &Requires) -> Option<Vec<ArtefactId>> {
    let mut came_from: BTreeMap<&ArtefactId, &ArtefactId> = BTreeMap::new();
    let mut open = VecDeque::from([start]);
    while let Some(at) = open.pop_front() {
        for next in needs(at, requires) {
            if next == start {
                let back = std::iter::successors(Some(at), |at| came_from.get(at).copied());
                let mut way: Vec<ArtefactId> = [start].into_iter().chain(back).cloned().collect();
                way.reverse();
                return Some(way);
            }
            if let Entry::Vacant(new) = came_from.entry(next) {
                new.insert(at);
                open.push_back(next);
            }
        }
    }
    None
}

fn needs<'r>(id: &ArtefactId, requires: &'r Requires) -> impl Iterator<Item = &'r ArtefactId> {
    requires.get(id).filter(|_| stands_on_what_it_names(id)).into_iter().flatten()
}

pub(super) fn circular(way: &[ArtefactId]) -> Refused {
    let names: Vec<String> = way.iter().map(|id| format!("`{id}`")).collect();
    let message = format!("a circle: {}, so none of them can go first", names.join(" needs "));
    Refused::by(&coordination::DEPENDENCY_CIRCULAR, message)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn id(text: &str) -> ArtefactId {
        text.parse().unwrap()
    }

    fn requires(edges: &[(&str, &[&str])]) -> Requires {
        edges.iter().map(|(from, to)| (id(from), to.iter().map(|need| id(need)).collect())).collect()
    }

    #[test]
    fn the_foundation_goes_first_and_an_eval_set_waits_for_nothing() {
        let requires = requires(&[
            ("eval:refunds", &["prompt:explain_refund"]),
            ("prompt:explain_refund", &["tool:lookup", "eval:refunds"]),
            ("tool:lookup", &["index:policies"]),
            ("feature:refund", &["prompt:explain_refund", "tool:lookup", "index:policies"]),
        ]);
        let ids = ["feature:refund", "prompt:explain_refund", "eval:refunds", "tool:lookup", "index:policies"].map(id);
        let order = ordered(ids, &requires).unwrap();
        let expected =
            ["index:policies", "tool:lookup", "eval:refunds", "prompt:explain_refund", "feature:refund"].map(id);
        assert_eq!(order, expected);
    }

    #[test]
    fn a_need_by_way_of_something_unchanged_still_orders() {
        let requires = requires(&[("index:built", &["prompt:middle"]), ("prompt:middle", &["tool:first"])]);
        let order = ordered(["index:built", "tool:first"].map(id), &requires).unwrap();
        assert_eq!(order, ["tool:first", "index:built"].map(id));
    }

    #[test]
    fn a_circle_is_told_with_its_way() {
        let requires = requires(&[
            ("prompt:a", &["prompt:b"]),
            ("prompt:b", &["agent:c"]),
            ("agent:c", &["prompt:b"]),
            ("tool:d", &[]),
        ]);
        let refused = ordered(["prompt:b", "tool:d"].map(id), &requires).unwrap_err();
        assert_eq!(refused.check.id, "coordination/dependency-circular");
        assert_eq!(
            refused.message,
            "a circle: `prompt:b` needs `agent:c` needs `prompt:b`, so none of them can go first"
        );
        assert_eq!(ordered(["prompt:a", "tool:d"].map(id), &requires).unwrap(), ["tool:d", "prompt:a"].map(id));
    }

    #[test]
    fn agents_that_hand_over_to_each_other_go_together_after_what_they_use() {
        let requires = requires(&[
            ("agent:sales", &["agent:triage", "prompt:sales"]),
            ("agent:triage", &["agent:sales"]),
            ("feature:chat", &["agent:triage"]),
        ]);
        let ids = ["feature:chat", "agent:triage", "agent:sales", "prompt:sales"].map(id);
        let order = ordered(ids, &requires).unwrap();
        assert_eq!(order, ["prompt:sales", "agent:sales", "agent:triage", "feature:chat"].map(id));
    }

    /// Up to fourteen artefacts of all kinds and what they need: acyclic, as a lower number never needs a higher one.
    fn acyclic() -> impl Strategy<Value = Requires> {
        prop::collection::vec((0..7usize, prop::collection::vec(0..14usize, 0..4)), 1..14).prop_map(|nodes| {
            let name = |at: usize| ArtefactId::new(KindName::ALL[nodes[at].0], format!("a{at}"));
            let needs = |at: usize| nodes[at].1.iter().filter(|need| **need < at).map(|need| name(*need)).collect();
            (0..nodes.len()).map(|at| (name(at), needs(at))).collect()
        })
    }

    proptest! {
        #[test]
        fn an_order_has_everything_once_and_every_need_before(requires in acyclic()) {
            let order = ordered(requires.keys().cloned(), &requires).unwrap();
            prop_assert_eq!(order.iter().collect::<BTreeSet<_>>(), requires.keys().collect());
            prop_assert_eq!(order.len(), requires.len());
            let place = |id: &ArtefactId| order.iter().position(|one| one == id);
            for (id, need) in requires.iter().flat_map(|(id, needs)| needs.iter().map(move |need| (id, need))) {
                prop_assert!(id.kind == KindName::Eval || place(need) < place(id), "{id} before {need}");
            }
            // What is given in another order comes out the same.
            prop_assert_eq!(ordered(requires.keys().rev().cloned(), &requires).unwrap(), order);
        }

        #[test]
        fn a_circle_is_always_found_and_its_way_is_real(requires in acyclic(), length in 1..5usize) {
            let mut requires = requires;
            let ring: Vec<ArtefactId> = (0..length).map(|at| ArtefactId::new(KindName::Prompt, format!("ring{at}"))).collect();
            for (at, one) in ring.iter().enumerate() {
                requires.entry(one.clone()).or_default().insert(ring[(at + 1) % length].clone());
            }
            let way = cycle(requires.keys(), &requires).unwrap();
            prop_assert_eq!(way.first(), way.last());
            prop_assert_eq!(way.len(), length + 1);
            prop_assert!(way.windows(2).all(|pair| requires[&pair[0]].contains(&pair[1])));
            prop_assert!(ordered(requires.keys().cloned(), &requires).is_err());
        }
    }
}
