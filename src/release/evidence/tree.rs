//! Trees: the artefacts of one state of the repository, and what each of them runs with.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::Subject;
use crate::diff::Inventory;
use crate::domain::{ArtefactId, Digest, KindName};
use crate::kinds::{self, Signs};
use crate::lock::Lock;

/// The artefacts of one state: of the worktree, a commit, or a release.
#[derive(Debug, Clone, Default)]
pub struct Tree {
    /// What it is called: `worktree`, `HEAD~1`, `release 2026.05.20`.
    pub name: String,
    /// The artefacts.
    pub artefacts: BTreeMap<ArtefactId, Standing>,
}

/// One artefact of a tree.
#[derive(Debug, Clone)]
pub struct Standing {
    /// Digest of its bytes.
    pub digest: Digest,
    /// Path of its file or directory.
    pub path: String,
    /// The artefacts that it refers to.
    pub requires: BTreeSet<ArtefactId>,
    /// What of it a report can hold; nothing where only its digest is known.
    pub signs: Signs,
}

impl Tree {
    /// The tree of an inventory; the first of twins counts.
    pub fn of(name: impl Into<String>, inventory: &Inventory) -> Self {
        let artefacts = inventory.artefacts.iter().rev().map(|artefact| {
            let requires = artefact.references.iter().map(|reference| reference.id.clone());
            let standing = Standing {
                digest: artefact.digest.clone(),
                path: artefact.path.clone(),
                requires: requires.filter(|id| *id != artefact.id).collect(),
                signs: artefact.signs(),
            };
            (artefact.id.clone(), standing)
        });
        Self { name: name.into(), artefacts: artefacts.collect() }
    }

    /// The tree of what a release shipped.
    pub fn shipped(name: impl Into<String>, lock: &Lock) -> Self {
        let artefacts = lock.artefacts.iter().map(|(id, entry)| {
            let standing = Standing {
                digest: entry.digest.clone(),
                path: entry.path.clone(),
                requires: entry.requires.clone(),
                signs: Signs::default(),
            };
            (id.clone(), standing)
        });
        Self { name: name.into(), artefacts: artefacts.collect() }
    }

    /// The digest of `id`; `None`: there is no such artefact.
    pub fn digest(&self, id: &ArtefactId) -> Option<&Digest> {
        self.artefacts.get(id).map(|standing| &standing.digest)
    }

    /// Whether it is known what reports can hold of its artefacts, and not their digests alone.
    pub fn has_signs(&self) -> bool {
        self.artefacts.values().any(|standing| standing.signs != Signs::default())
    }

    /// The tree with what reports can hold of the same content in `other`.
    #[must_use]
    pub fn with_signs_of(mut self, other: &Self) -> Self {
        for (id, standing) in &mut self.artefacts {
            let twin = other.artefacts.get(id).filter(|twin| twin.digest == standing.digest);
            standing.signs = twin.map(|twin| twin.signs.clone()).unwrap_or_default();
        }
        self
    }

    /// The tree with the eval sets of `other` in the place of its own: a version is often measured with a later set.
    #[must_use]
    pub fn with_sets_of(&self, other: &Self) -> Self {
        let is_set = |id: &ArtefactId| id.kind == KindName::Eval;
        let own = self.artefacts.iter().filter(|(id, _)| !is_set(id));
        let sets = other.artefacts.iter().filter(|(id, _)| is_set(id));
        let artefacts = own.chain(sets).map(|(id, standing)| (id.clone(), standing.clone())).collect();
        Self { name: self.name.clone(), artefacts }
    }

    /// The tree with the eval sets that `subjects` name, from here or from `other`, whichever has that content.
    pub(crate) fn with_sets(&self, subjects: &BTreeMap<ArtefactId, Subject>, other: &Self) -> Cow<'_, Self> {
        let sets = subjects.iter().filter(|(id, _)| id.kind == KindName::Eval);
        let is_here = |(id, subject): (&ArtefactId, &Subject)| self.digest(id) == Some(&subject.digest);
        if sets.clone().all(is_here) { Cow::Borrowed(self) } else { Cow::Owned(self.with_sets_of(other)) }
    }

    /// Everything that a run of `about` depends on, itself included: what it refers to, what that refers to, and what is
    /// retrieved by the features that use it. References that lead nowhere here are left out.
    pub fn closure(&self, about: &ArtefactId) -> BTreeSet<ArtefactId> {
        let Some((about, _)) = self.artefacts.get_key_value(about) else { return BTreeSet::new() };
        let mut open: Vec<&ArtefactId> = self.retrieved_beside(about).chain([about]).collect();
        let mut closure = BTreeSet::new();
        while let Some(id) = open.pop() {
            if closure.insert(id.clone()) {
                open.extend(self.references(id));
            }
        }
        closure
    }

    fn references<'t>(&'t self, id: &ArtefactId) -> impl Iterator<Item = &'t ArtefactId> {
        let follows = kinds::kind(id.kind).is_some_and(|kind| kind.runs_with_references());
        let standing = self.artefacts.get(id).filter(|_| follows);
        standing.into_iter().flat_map(|standing| &standing.requires).filter(|id| self.artefacts.contains_key(id))
    }

    fn retrieved_beside<'t>(&'t self, id: &'t ArtefactId) -> impl Iterator<Item = &'t ArtefactId> {
        let uses = self.artefacts.values().filter(move |user| user.requires.contains(id));
        let beside = uses.flat_map(|user| &user.requires).filter(|other| self.artefacts.contains_key(other));
        beside.filter(|other| kinds::kind(other.kind).is_some_and(|kind| kind.runs_beside()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(edges: &[(&str, &[&str])]) -> Tree {
        let standing = |(id, requires): &(&str, &[&str])| {
            let requires = requires.iter().map(|id| id.parse().unwrap()).collect();
            let digest = Digest::of(id.as_bytes());
            (id.parse().unwrap(), Standing { digest, path: (*id).to_owned(), requires, signs: Signs::default() })
        };
        Tree { name: "test".to_owned(), artefacts: edges.iter().map(standing).collect() }
    }

    #[test]
    fn a_run_depends_on_what_is_named_and_on_what_its_features_retrieve() {
        let tree = tree(&[
            ("feature:refunds", &["prompt:explain", "tool:lookup", "index:policies"]),
            ("index:policies", &[]),
            ("index:other", &[]),
            ("model:main", &["model:spare"]),
            ("model:spare", &[]),
            ("prompt:explain", &["model:main", "tool:lookup", "tool:gone", "prompt:explain"]),
            ("prompt:other", &["model:main", "tool:lookup"]),
            ("tool:lookup", &[]),
        ]);
        let closure =
            |id: &str| tree.closure(&id.parse().unwrap()).iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        assert_eq!(closure("prompt:explain"), "prompt:explain model:main tool:lookup index:policies");
        assert_eq!(closure("prompt:other"), "prompt:other model:main tool:lookup");
        assert_eq!(closure("model:main"), "model:main");
        assert_eq!(closure("prompt:gone"), "");
    }
}
