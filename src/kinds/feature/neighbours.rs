//! What one document says of all its features: their flags, what each needs, and the flags that are spent.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::Feature;
use crate::domain::{ArtefactId, KindName, Version};
use crate::kinds::Item;
use crate::kinds::shared::node::Node;

/// Keys under which a document lists the flags that must not be used again.
const RESERVED: [&str; 4] = ["reserved", "reserved_flags", "removed_flags", "retired_flags"];

/// What a document says of its features.
#[derive(Debug, Default)]
pub(super) struct Neighbours {
    /// The flag of each feature.
    flags: BTreeMap<String, String>,
    /// What each feature depends on, and in which version.
    needs: BTreeMap<String, BTreeMap<ArtefactId, Option<Version>>>,
    reserved: BTreeSet<String>,
}

impl Neighbours {
    /// What `document` says of `features`.
    pub(super) fn of(document: &Node, features: &[Item<Feature>]) -> Self {
        let mut neighbours = Self::default();
        for item in features {
            let name = &item.artefact.name;
            if let Some(flag) = item.artefact.flag() {
                neighbours.flags.insert(name.clone(), flag.quote.text.clone());
            }
            let needs = item.references.iter().map(|need| (need.id.clone(), need.version.as_deref().map(version)));
            neighbours.needs.insert(name.clone(), needs.collect());
        }
        let lists = RESERVED.iter().filter_map(|key| document.get(key));
        neighbours.reserved = lists.flat_map(Node::elements).filter_map(Node::scalar).collect();
        neighbours
    }

    /// Whether the document says that a flag must not be used again.
    pub(super) fn reserves(&self, flag: &str) -> bool {
        self.reserved.contains(flag)
    }

    /// The feature whose flag this is, unless it still stands in `later`.
    pub(super) fn owned_and_left(&self, flag: &str, later: &Self) -> Option<&str> {
        let owner = self.flags.iter().find(|(_, own)| *own == flag)?.0;
        (!later.needs.contains_key(owner)).then_some(owner)
    }

    /// Another feature that needs another major version of what `feature` needs: which, what, and both versions.
    pub(super) fn incompatible(&self, feature: &str) -> Vec<(&str, &ArtefactId, &Version)> {
        let Some(own) = self.needs.get(feature) else { return Vec::new() };
        let others = self.needs.iter().filter(|(name, _)| *name != feature);
        let found = others.flat_map(|(name, needs)| {
            let clashes =
                needs.iter().filter(|(id, version)| majors(own.get(id), version).is_some_and(|(a, b)| a != b));
            clashes.filter_map(move |(id, version)| Some((name.as_str(), id, version.as_ref()?)))
        });
        found.collect()
    }

    /// The shortest way from `feature` through the features that it depends on back to itself.
    pub(super) fn cycle(&self, feature: &str) -> Option<Vec<&str>> {
        let mut came_from: BTreeMap<&str, &str> = BTreeMap::new();
        let mut open: VecDeque<&str> = self.features_of(feature).collect();
        open.iter().for_each(|next| _ = came_from.entry(next).or_insert(""));
        while let Some(at) = open.pop_front() {
            if at == feature {
                return Some(self.way(feature, &came_from));
            }
            for next in self.features_of(at).filter(|next| !came_from.contains_key(next)).collect::<Vec<_>>() {
                came_from.insert(next, at);
                open.push_back(next);
            }
        }
        None
    }

    fn features_of(&self, feature: &str) -> impl Iterator<Item = &str> {
        let needs = self.needs.get(feature).into_iter().flat_map(BTreeMap::keys);
        needs.filter(|id| id.kind == KindName::Feature).map(|id| id.name.as_str())
    }

    fn way<'n>(&'n self, feature: &str, came_from: &BTreeMap<&'n str, &'n str>) -> Vec<&'n str> {
        let last = came_from.get_key_value(feature).map(|(name, _)| *name);
        let back = std::iter::successors(last, |at| came_from.get(at).copied().filter(|before| !before.is_empty()));
        let mut way: Vec<&str> = back.collect();
        way.extend(last);
        way.reverse();
        way
    }
}

fn version(text: &str) -> Version {
    text.parse().unwrap_or_else(|never: std::convert::Infallible| match never {})
}

fn majors(own: Option<&Option<Version>>, other: &Option<Version>) -> Option<(u64, u64)> {
    match (own?, other) {
        (Some(Version::Semver(a, ..)), Some(Version::Semver(b, ..))) => Some((*a, *b)),
        _ => None,
    }
}
