//! The graph of features: what each needs, what that needs, and the eval sets that measure it.

use std::collections::{BTreeMap, BTreeSet};

use super::faults::Manifest;
use super::order::{self, Requires};
use super::sets::{Measures, measures};
use crate::config::Config;
use crate::domain::{ArtefactId, KindName, Version, Weight};
use crate::release::evidence::Tree;

/// Features, what they need, and what measures it. Every artefact is in it once.
#[derive(Debug, Clone, Default)]
pub struct Graph {
    /// The artefacts.
    pub nodes: BTreeMap<ArtefactId, Node>,
    /// What each needs.
    pub requires: Requires,
    /// Which eval set measures which artefact.
    pub measures: Measures,
}

/// An artefact of a graph.
#[derive(Debug, Clone)]
pub struct Node {
    /// The version that the lock has; `None`: none shipped.
    pub locked: Option<Version>,
    /// The version that a feature asks for.
    pub wanted: Option<Version>,
    /// Whether it is in the files.
    pub is_present: bool,
    /// The share of users that gets it; of a feature, that its flag is to be on for.
    pub weight: Weight,
    /// The flag of a feature.
    pub flag: Option<String>,
    /// Whether features alone use it, so that their flags decide who sees it.
    pub is_guarded: bool,
}

impl Node {
    /// The version to name: that of the lock where it is what is wanted, else the one that is wanted.
    pub fn version(&self) -> Option<&Version> {
        self.wanted.as_ref().or(self.locked.as_ref())
    }

    /// Whether what is wanted was released.
    pub fn is_released(&self) -> bool {
        self.locked.is_some() && (self.wanted.is_none() || self.wanted == self.locked)
    }
}

impl Graph {
    /// The graph of the features of `manifest`, of which `tree` has the artefacts.
    pub fn of(manifest: &Manifest<'_>, tree: &Tree, config: &Config) -> Self {
        let mut requires = tree_requires(tree);
        requires.extend(manifest.requires().into_iter().filter(|(id, _)| id.kind == KindName::Feature));
        let mut ids: BTreeSet<ArtefactId> = manifest.features.iter().map(|feature| feature.id.clone()).collect();
        ids.extend(manifest.features.iter().flat_map(|feature| order::closure(&feature.id, &requires)));
        let measures = measures(tree, config, &ids);
        ids.extend(measures.iter().map(|(set, _)| set.clone()));
        let node =
            |id: ArtefactId| (id.clone(), Node { is_guarded: is_guarded(&id, &requires), ..node(&id, manifest) });
        let nodes = ids.iter().cloned().map(node).collect();
        requires.retain(|id, _| ids.contains(id) && id.kind != KindName::Eval);
        Self { nodes, requires, measures }
    }

    /// The part of it that is about one artefact: what it needs, and what measures that.
    #[must_use]
    pub fn about(&self, id: &ArtefactId) -> Self {
        let mut ids = order::closure(id, &self.requires);
        ids.insert(id.clone());
        let measures: Measures = self.measures.iter().filter(|(_, tested)| ids.contains(tested)).cloned().collect();
        ids.extend(measures.iter().map(|(set, _)| set.clone()));
        let is_in = |one: &ArtefactId| ids.contains(one);
        Self {
            nodes: self
                .nodes
                .iter()
                .filter(|(one, _)| is_in(one))
                .map(|(one, node)| (one.clone(), node.clone()))
                .collect(),
            requires: self
                .requires
                .iter()
                .filter(|(one, _)| is_in(one))
                .map(|(one, needs)| (one.clone(), needs.clone()))
                .collect(),
            measures,
        }
    }

    /// Its edges from what needs to what is needed, in order.
    pub fn edges(&self) -> impl Iterator<Item = (&ArtefactId, &ArtefactId)> {
        let edges = self.requires.iter().flat_map(|(id, needs)| needs.iter().map(move |need| (id, need)));
        edges.filter(|(_, need)| self.nodes.contains_key(*need))
    }
}

/// What the artefacts of `tree` refer to, as far as it is there.
fn tree_requires(tree: &Tree) -> Requires {
    let known =
        |needs: &BTreeSet<ArtefactId>| needs.iter().filter(|id| tree.artefacts.contains_key(*id)).cloned().collect();
    tree.artefacts.iter().map(|(id, standing)| (id.clone(), known(&standing.requires))).collect()
}

fn node(id: &ArtefactId, manifest: &Manifest<'_>) -> Node {
    let feature = manifest.features.iter().find(|feature| feature.id == *id);
    let mut needs = manifest.features.iter().flat_map(|feature| feature.needs());
    let wanted = needs.find(|(needed, need)| *needed == id && need.version.is_some());
    Node {
        locked: manifest.land.targets.get(id).map(|target| target.version.clone()),
        wanted: wanted.and_then(|(_, need)| need.version.clone()),
        is_present: manifest.present.contains_key(id),
        weight: match feature {
            Some(feature) => feature.settings.weight().unwrap_or(Weight::NONE),
            None => manifest.land.weight(id),
        },
        flag: feature.map(|feature| feature.flag().to_owned()),
        is_guarded: false,
    }
}

/// Whether features alone need it; what measures it does not count.
pub(super) fn is_guarded(id: &ArtefactId, requires: &Requires) -> bool {
    let needs = requires.iter().filter(|(_, needs)| needs.contains(id));
    let mut users = needs.map(|(user, _)| user.kind).filter(|kind| *kind != KindName::Eval).peekable();
    users.peek().is_some() && users.all(|kind| kind == KindName::Feature)
}
