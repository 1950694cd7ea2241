//! How one model stands to another: newer, older, another tier, a looser pin.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use jiff::civil::Date;

use super::{Catalogue, Entry, ModelId};
use crate::domain::Fact;

/// How a model stands to the one that it replaces.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Relation {
    /// The same model, spelled in another way.
    SameModel,
    /// A newer one of the same family.
    Upgraded,
    /// An older one of the same family.
    Downgraded,
    /// Another one of the same family; which is newer is not known.
    OtherSnapshot,
    /// Another family, tier or size.
    OtherFamily,
    /// Another maker's, or served by another host.
    OtherProvider,
    /// The same model without its snapshot.
    Loosened,
    /// The same model, its snapshot now named.
    Tightened,
    /// One of the two is no model that is known.
    Unknown,
}

impl Relation {
    const ALL: [Self; 9] = [
        Self::SameModel,
        Self::Upgraded,
        Self::Downgraded,
        Self::OtherSnapshot,
        Self::OtherFamily,
        Self::OtherProvider,
        Self::Loosened,
        Self::Tightened,
        Self::Unknown,
    ];

    /// Its name, as facts are marked with it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::SameModel => "same-model",
            Self::Upgraded => "upgraded",
            Self::Downgraded => "downgraded",
            Self::OtherSnapshot => "other-snapshot",
            Self::OtherFamily => "other-family",
            Self::OtherProvider => "other-provider",
            Self::Loosened => "loosened",
            Self::Tightened => "tightened",
            Self::Unknown => "unknown-model",
        }
    }

    /// What a person would call the new model, seen from the old one; `None`: nothing can be said.
    pub fn phrase(self) -> Option<&'static str> {
        match self {
            Self::SameModel => Some("the same model in another spelling"),
            Self::Upgraded => Some("a newer one of the same family"),
            Self::Downgraded => Some("an older one of the same family"),
            Self::OtherSnapshot => Some("another one of the same family"),
            Self::OtherFamily => Some("another family or tier"),
            Self::OtherProvider => Some("another vendor or host"),
            Self::Loosened => Some("a floating alias instead of a snapshot"),
            Self::Tightened => Some("a snapshot instead of a floating alias"),
            Self::Unknown => None,
        }
    }

    /// The relation that `fact` is marked with.
    pub fn of(fact: &Fact) -> Option<Self> {
        Self::ALL.into_iter().find(|relation| fact.has(relation.as_str()))
    }

    /// `: a newer one of the same family`, to end a sentence about a changed model; or nothing.
    pub fn ending(fact: &Fact) -> String {
        Self::of(fact).and_then(Self::phrase).map_or_else(String::new, |phrase| format!(": {phrase}"))
    }
}

/// How `new` stands to `old`.
pub(super) fn between(catalogue: &Catalogue, old: &ModelId, new: &ModelId) -> Relation {
    let (was, is) = (catalogue.entry(old), catalogue.entry(new));
    let is_known = |id: &ModelId, entry: Option<&Entry>| id.vendor.is_some() || entry.is_some();
    if differ(old.host.as_deref(), new.host.as_deref()) || differ(old.vendor, new.vendor) {
        return Relation::OtherProvider;
    }
    if old.name == new.name {
        return match (&old.revision, &new.revision) {
            (was, is) if was == is => Relation::SameModel,
            (Some(_), None) => Relation::Loosened,
            (None, Some(_)) => Relation::Tightened,
            _ => Relation::OtherSnapshot,
        };
    }
    if !is_known(old, was) || !is_known(new, is) {
        return Relation::Unknown;
    }
    match (is_pinned(old, was), is_pinned(new, is)) {
        (true, false) if old.contains(new) => return Relation::Loosened,
        (false, true) if new.contains(old) => return Relation::Tightened,
        _ => {}
    }
    if !is_one_family((old, was), (new, is)) {
        return Relation::OtherFamily;
    }
    match order(catalogue, (old, was), (new, is)) {
        Some(Ordering::Less) => Relation::Upgraded,
        Some(Ordering::Greater) => Relation::Downgraded,
        _ => Relation::OtherSnapshot,
    }
}

fn differ(old: Option<&str>, new: Option<&str>) -> bool {
    matches!((old, new), (Some(old), Some(new)) if old != new)
}

/// Whether the id names one snapshot, by what is known of it, else by its spelling.
fn is_pinned(id: &ModelId, entry: Option<&Entry>) -> bool {
    id.is_dated || !id.is_latest && entry.is_some_and(|entry| entry.floating == Some(false))
}

type Known<'a> = (&'a ModelId, Option<&'a Entry>);

fn is_one_family((old, was): Known<'_>, (new, is): Known<'_>) -> bool {
    let listed = |entry: Option<&Entry>| -> Option<BTreeSet<String>> {
        Some(entry?.family.as_ref()?.split(' ').map(str::to_owned).collect())
    };
    match (listed(was), listed(is)) {
        (Some(was), Some(is)) => was == is,
        _ => old.family == new.family,
    }
}

/// Which is newer: by release, else by version, else by what the ids say.
fn order(catalogue: &Catalogue, (old, was): Known<'_>, (new, is): Known<'_>) -> Option<Ordering> {
    let released = |entry: Option<&Entry>| released(catalogue, entry?);
    if let (Some(was), Some(is)) = (released(was), released(is)) {
        return Some(was.cmp(&is));
    }
    let version = |entry: Option<&Entry>| entry?.version.as_deref().and_then(numbers);
    if let (Some(was), Some(is)) = (version(was), version(is)) {
        return Some(was.cmp(&is));
    }
    let (was, is) = (old.stamp?, new.stamp?);
    let counts = matches!((was, is), (super::Stamp::Revision(_), _) | (_, super::Stamp::Revision(_)));
    if counts && old.stem != new.stem { None } else { was.order(is) }
}

/// When a model, or the snapshot that a floating name stands for, was released.
fn released(catalogue: &Catalogue, entry: &Entry) -> Option<Date> {
    let target = entry.points_to.as_ref().and_then(|target| catalogue.entry(&ModelId::parse(target)));
    entry.released.or_else(|| target?.released)
}

fn numbers(version: &str) -> Option<Vec<u32>> {
    version.split('.').map(|part| part.parse().ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::Catalogue;
    use super::Relation::{self, *};

    #[test]
    fn models_stand_to_each_other_as_their_makers_say() {
        let table: [(&str, &str, Relation); 36] = [
            ("meta-llama/Llama-3.1-8B@0e9e39f2", "meta-llama/Llama-3.1-8B@8c22764a", OtherSnapshot),
            ("llama3@sha256:0e9e39f2", "llama3", Loosened),
            ("gpt-4o", "openai/gpt-4o", SameModel),
            ("claude-3.5-sonnet-20241022", "claude-3-5-sonnet-20241022", SameModel),
            ("gpt-4o-2024-08-06", "gpt-4o-2024-11-20", Upgraded),
            ("gpt-4o-2024-11-20", "gpt-4o-2024-08-06", Downgraded),
            ("gpt-4-1106-preview", "gpt-4-0613", Downgraded),
            ("gpt-4-0314", "gpt-4-0613", Upgraded),
            ("claude-3-5-sonnet-20240620", "claude-sonnet-4-20250514", Upgraded),
            ("claude-3-5-haiku-20241022", "claude-haiku-4-5-20251001", Upgraded),
            ("gemini-1.5-pro-001", "gemini-1.5-pro-002", Upgraded),
            ("gemini-2.5-flash", "gemini-2.0-flash", Downgraded),
            ("command-r-03-2024", "command-r-08-2024", Upgraded),
            ("mistral-large-2407", "mistral-large-2411", Upgraded),
            ("llama-3-8b", "llama-3.1-8b", Upgraded),
            ("llama3.1:8b", "llama3:8b", Downgraded),
            ("o1-2024-12-17", "o3-2025-04-16", Upgraded),
            ("gpt-4o", "gpt-4.1", OtherSnapshot),
            ("qwen2.5-72b", "qwen3-72b", OtherSnapshot),
            ("gpt-4o", "gpt-4o-mini", OtherFamily),
            ("gpt-4o-mini", "gpt-4o", OtherFamily),
            ("claude-3-5-sonnet-20241022", "claude-3-5-haiku-20241022", OtherFamily),
            ("llama-3.1-8b", "llama-3.1-70b", OtherFamily),
            ("gpt-4o", "o3", OtherFamily),
            ("gpt-4o", "claude-sonnet-4", OtherProvider),
            ("openai/gpt-4o", "azure/gpt-4o", OtherProvider),
            ("anthropic/claude-3-5-sonnet-20241022", "us.anthropic.claude-3-5-sonnet-20241022-v2:0", OtherProvider),
            ("gpt-4o-2024-08-06", "gpt-4o", Loosened),
            ("claude-3-5-sonnet-20241022", "claude-3-5-sonnet-latest", Loosened),
            ("claude-opus-4-20250514", "opus", Loosened),
            ("claude-sonnet-4-6", "sonnet", Loosened),
            ("gpt-4o", "gpt-4o-2024-08-06", Tightened),
            ("gemini-1.5-pro", "gemini-1.5-pro-002", Tightened),
            ("acme-large", "acme-small", Unknown),
            ("gpt-4o", "our-router", Unknown),
            ("our-router", "gpt-4o", Unknown),
        ];
        for (old, new, relation) in table {
            assert_eq!(Catalogue::default().relation(old, new), relation, "{old} -> {new}");
        }
    }

    #[test]
    fn every_relation_has_its_own_mark() {
        let mut marks: Vec<&str> = Relation::ALL.iter().map(|relation| relation.as_str()).collect();
        marks.sort_unstable();
        marks.dedup();
        assert_eq!(marks.len(), Relation::ALL.len());
    }
}
