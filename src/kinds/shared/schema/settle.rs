//! What the walk found, settled by proof and witness: echoes of no change are dropped, directions are proven, and what
//! hurts is shown by a value.

use std::collections::{BTreeMap, BTreeSet};

use super::inclusion::Proof;
use super::walk::{Found, Site};
use super::witness::Hunt;
use super::{Flow, Schema};
use crate::domain::{Event, Fact, Witness};

/// Directions.
const DIRECTIONS: [&str; 3] = ["narrowed", "widened", "shifted"];

/// Facts whose direction is not a matter of inclusion under the declared-producer reading.
const BY_DECREE: [&str; 2] = ["schema-closed", "schema-field"];

/// Facts that narrow or widen by what they are, whether or not a value was found that shows it.
const MONOTONE: [&str; 10] = [
    "schema-field",
    "schema-required",
    "schema-type",
    "schema-nullable",
    "schema-enum",
    "schema-enum-value",
    "schema-const",
    "schema-range",
    "schema-length",
    "schema-closed",
];

/// How many sites are decided by proof.
const MAX_PROOFS: usize = 200;

/// The facts of a walk as they are told.
pub(super) fn facts(old: &Schema, new: &Schema, flow: Flow, found: Found<'_>) -> Vec<Fact> {
    let Found { facts, sites } = found;
    let (facts, open) = proven(old, new, flow, &sites, facts);
    shown(old, new, flow, &sites, (facts, open))
}

/// Whether both schemas are proven to admit the same.
pub(super) fn are_equal(old: &Schema, new: &Schema) -> bool {
    Proof::new(old, new).holds(&old.node, &new.node) && Proof::new(new, old).holds(&new.node, &old.node)
}

/// Facts, each with its site.
type Sited = Vec<(Fact, usize)>;

/// Gives the facts of each site the direction that is proven for the whole of it; second, the sites of which the reader of
/// the values is not proven safe.
fn proven(old: &Schema, new: &Schema, flow: Flow, sites: &[Site<'_>], facts: Sited) -> (Sited, BTreeSet<usize>) {
    let (mut forth, mut back) = (Proof::new(old, new), Proof::new(new, old));
    let asked = facts.iter().filter(|(fact, _)| is_directed(fact)).map(|(_, site)| *site);
    let mut proofs = BTreeMap::new();
    for site in asked {
        if proofs.len() < MAX_PROOFS {
            let Site { old, new, .. } = sites[site];
            proofs.entry(site).or_insert_with(|| (forth.holds(old, new), back.holds(new, old)));
        }
    }
    let says: BTreeSet<(usize, &str)> =
        facts.iter().flat_map(|(fact, site)| fact.marks.iter().map(|mark| (*site, *mark))).collect();
    let has = |site, marks: [&'static str; 2]| marks.into_iter().any(|mark| says.contains(&(site, mark)));
    let mut told: Sited = Vec::new();
    for (fact, site) in facts {
        let proof = proofs.get(&site).copied().filter(|_| is_directed(&fact));
        match proof {
            // What moved the other way is the other half of the same edit.
            Some((true, false)) if fact.has("narrowed") && has(site, ["widened", "shifted"]) => {}
            Some((false, true)) if fact.has("widened") && has(site, ["narrowed", "shifted"]) => {}
            Some(_) if fact.aspect == "schema-field" => told.push((fact, site)),
            Some((true, true)) if told.iter().any(|(fact, at)| *at == site && is_rewriting(fact)) => {}
            Some((true, true)) => told.push((rewritten(fact, &sites[site]), site)),
            Some((true, false)) => told.push((directed(fact, "widened"), site)),
            Some((false, true)) => told.push((directed(fact, "narrowed"), site)),
            _ => told.push((fact, site)),
        }
    }
    let is_open = |(forth, back): (bool, bool)| !if flow == Flow::Input { forth } else { back };
    let open = proofs.into_iter().filter(|(_, proof)| is_open(*proof)).map(|(site, _)| site).collect();
    (told, open)
}

fn is_directed(fact: &Fact) -> bool {
    DIRECTIONS.iter().any(|mark| fact.has(mark)) && !BY_DECREE.contains(&fact.aspect) || fact.has("from-rest")
}

fn is_rewriting(fact: &Fact) -> bool {
    fact.aspect == "schema-refactored"
}

fn rewritten(fact: Fact, site: &Site<'_>) -> Fact {
    let mut whole = Fact::new("schema-refactored", Event::Changed, site.path.as_str());
    (whole.old, whole.new) = (fact.old, fact.new);
    whole
}

/// The fact with another direction; a property has none but the mark.
fn directed(mut fact: Fact, direction: &'static str) -> Fact {
    fact.marks.retain(|mark| !DIRECTIONS.contains(mark));
    fact.marked(direction)
}

/// Shows what hurts; what nothing shows and nothing proves is marked `unproven`.
///
/// Where the keywords say that nothing hurts, and that is not proven, a value that shows the opposite is searched, too.
fn shown(
    old: &Schema,
    new: &Schema,
    flow: Flow,
    sites: &[Site<'_>],
    (facts, open): (Sited, BTreeSet<usize>),
) -> Vec<Fact> {
    let suspects = suspects(sites, flow, &facts, open);
    let is_asked = |(fact, site): &(Fact, usize)| hurts(fact, flow) || suspects.contains(site) && is_directed(fact);
    if !facts.iter().any(is_asked) {
        return facts.into_iter().map(|(fact, _)| fact).collect();
    }
    let mut hunt = Hunt::new(old, new, flow, sites);
    let was_valid = flow == Flow::Input;
    let show = |(fact, site): (Fact, usize)| {
        if !is_asked(&(fact.clone(), site)) {
            return fact;
        }
        match hunt.witness(&fact, site) {
            Some(instance) if hurts(&fact, flow) => fact.shown_by(Witness { instance, was_valid }),
            Some(instance) => directed(fact, "shifted").shown_by(Witness { instance, was_valid }),
            None if hurts(&fact, flow) && MONOTONE.contains(&fact.aspect) => fact,
            None => fact.marked("unproven"),
        }
    };
    facts.into_iter().map(show).collect()
}

/// The open sites at and below which nothing is known to hurt.
fn suspects(sites: &[Site<'_>], flow: Flow, facts: &Sited, mut open: BTreeSet<usize>) -> BTreeSet<usize> {
    for (_, site) in facts.iter().filter(|(fact, _)| hurts(fact, flow)) {
        let mut at = Some(*site);
        while let Some(site) = at {
            open.remove(&site);
            at = sites[site].parent;
        }
    }
    open
}

/// Whether a reader of the values can be hurt: of what it takes by less, of what it gives by more.
fn hurts(fact: &Fact, flow: Flow) -> bool {
    match (fact.aspect, fact.event, flow) {
        ("schema-required", Event::Added, Flow::Input) | ("schema-required", Event::Removed, Flow::Output) => true,
        ("schema-field", Event::Added, Flow::Input) => fact.has("required"),
        ("schema-field", Event::Added, Flow::Output) => fact.has("was-closed"),
        ("schema-field", Event::Removed | Event::Renamed, Flow::Output) => true,
        ("schema-field", Event::Removed | Event::Renamed, Flow::Input) => {
            !fact.has("ignored") && !fact.has("tolerated")
        }
        (_, _, Flow::Input) => fact.has("narrowed") || fact.has("shifted"),
        (_, _, Flow::Output) => fact.has("widened") || fact.has("shifted"),
    }
}
