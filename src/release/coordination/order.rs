//! Foundation first: an order in which everything is there before whatever needs it.

use std::collections::{BTreeMap, BTreeSet};

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
/// is free goes by [`foundation_rank`], then by identity.
///
/// # Errors
/// When some of them need each other in a circle: the way around it.
pub fn ordered(ids: impl IntoIterator<Item = ArtefactId>, requires: &Requires) -> Result<Vec<ArtefactId>, Refused> {
    let ids: BTreeSet<ArtefactId> = ids.into_iter().collect();
    if let Some(way) = cycle(&ids, requires) {
        return Err(circular(&way));
    }
    let waits: BTreeMap<&ArtefactId, BTreeSet<ArtefactId>> = ids
        .iter()
        .map(|id| (id, closure(id, requires).into_iter().filter(|need| need != id && ids.contains(need)).collect()))
        .collect();
    Ok(by_rank(waits))
}

/// Everything that `id` needs, directly or by way of something else; without itself unless it is in a circle.
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

/// Kahn's algorithm; of those that wait for nothing, the lowest in rank goes first.
fn by_rank(mut waits: BTreeMap<&ArtefactId, BTreeSet<ArtefactId>>) -> Vec<ArtefactId> {
    let mut order: Vec<ArtefactId> = Vec::with_capacity(waits.len());
    let mut free: BTreeSet<(u8, &ArtefactId)> = BTreeSet::new();
    loop {
        let released: Vec<&ArtefactId> =
            waits.iter().filter(|(_, needs)| needs.is_empty()).map(|(id, _)| *id).collect();
        for id in released {
            waits.remove(id);
            free.insert((foundation_rank(id.kind), id));
        }
        let Some((_, next)) = free.pop_first() else { return order };
        waits.values_mut().for_each(|needs| _ = needs.remove(next));
        order.push(next.clone());
    }
}

/// A way from an artefact through what it needs back to itself, if `starts` or what they need have one: its first
/// artefact is its last.
pub fn cycle<'r>(starts: impl IntoIterator<Item = &'r ArtefactId>, requires: &'r Requires) -> Option<Vec<ArtefactId>> {
    let mut seen = BTreeMap::new();
    starts.into_iter().find_map(|start| cycle_from(start, requires, &mut seen))
}

/// Depth first, with the way kept on a list of our own: a chain of any length costs no stack. `seen` tells of each
/// artefact whether it is done with, or still on the way.
fn cycle_from<'r>(
    start: &'r ArtefactId,
    requires: &'r Requires,
    seen: &mut BTreeMap<&'r ArtefactId, bool>,
) -> Option<Vec<ArtefactId>> {
    let mut way: Vec<(&ArtefactId, Vec<&ArtefactId>)> = Vec::new();
    let mut next = Some(start);
    loop {
        match next.map(|id| (id, seen.get(id))) {
            Some((id, None)) => {
                seen.insert(id, false);
                way.push((id, needs(id, requires).collect()));
            }
            Some((id, Some(false))) => {
                let around = way.iter().map(|(on_way, _)| *on_way).skip_while(|on_way| *on_way != id);
                return Some(around.chain([id]).cloned().collect());
            }
            Some((_, Some(true))) => {}
            None => _ = way.pop().map(|(id, _)| seen.insert(id, true)),
        }
        next = way.last_mut()?.1.pop();
    }
}

fn needs<'r>(id: &ArtefactId, requires: &'r Requires) -> impl Iterator<Item = &'r ArtefactId> {
    requires.get(id).filter(|_| stands_on_what_it_names(id)).into_iter().flatten()
}

fn circular(way: &[ArtefactId]) -> Refused {
    let names: Vec<String> = way.iter().map(|id| format!("`{id}`")).collect();
    let message = format!("{} need each other in a circle, so none of them can go first", names.join(" needs "));
    Refused::by(&coordination::DEPENDENCY_CIRCULAR, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> ArtefactId {
        text.parse().unwrap()
    }

    fn requires(edges: &[(&str, &[&str])]) -> Requires {
        edges.iter().map(|(from, to)| (id(from), to.iter().map(|need| id(need)).collect())).collect()
    }

    fn names(ids: &[ArtefactId]) -> Vec<String> {
        ids.iter().map(ToString::to_string).collect()
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
        let requires = requires(&[("agent:a", &["agent:b"]), ("agent:b", &["agent:c"]), ("agent:c", &["agent:b"])]);
        let refused = ordered(["agent:a"].map(id), &requires).unwrap_err();
        assert_eq!(refused.check.id, "coordination/dependency-circular");
        assert_eq!(names(&cycle(requires.keys(), &requires).unwrap()), ["agent:b", "agent:c", "agent:b"]);
        let line =
            "`agent:b` needs `agent:c` needs `agent:b` need each other in a circle, so none of them can go first";
        assert_eq!(refused.message, line);
    }
}
