//! What intents are held against: changed artefacts, as reports and releases know them.

use std::collections::{BTreeMap, BTreeSet};

use crate::classify::Classified;
use crate::diff::{Artefact, Status};
use crate::domain::{ArtefactId, ChangeType, KindName};
use crate::release::intents::Changed;
use crate::report::Row;

/// The findings that say that other people see a feature, or more or fewer of them.
const EXPOSING: [&str; 6] = [
    "feature/flag-renamed",
    "feature/flag-removed",
    "feature/flag-default-changed",
    "feature/canary-increased",
    "feature/canary-decreased",
    "feature/audience-changed",
];

/// The changed artefacts of a report.
pub(in crate::cli) fn of_rows(rows: &[Row]) -> Vec<Changed> {
    joined(rows.iter().map(|row| {
        let exposes = exposes(&row.id, row.status, row.findings.iter().map(|finding| finding.rule));
        let is_material = exposes || row.types.contains(&ChangeType::Model);
        let is_own = row.digest.old != row.digest.new || row.path.old != row.path.new;
        let (id, types) = (row.id.clone(), row.types.clone());
        Changed { id, types, class: row.class, bump: row.bump, is_own, is_material }
    }))
}

/// The changed artefacts of a comparison.
pub(in crate::cli) fn of_classified(classified: &[Classified]) -> Vec<Changed> {
    joined(classified.iter().filter_map(|one| {
        let id = one.diff.artefact()?.id.clone();
        let exposes = exposes(&id, one.diff.status, one.findings.iter().map(|finding| finding.rule.id));
        let is_material = exposes || one.types.contains(&ChangeType::Model);
        let bytes = |side: &Option<Artefact>| side.as_ref().map(|side| (side.digest.clone(), side.path.clone()));
        let is_own = bytes(&one.diff.before) != bytes(&one.diff.after);
        Some(Changed { id, types: one.types.clone(), class: one.class, bump: one.bump, is_own, is_material })
    }))
}

/// Whether a change is one of who sees a feature; one that comes or goes is.
fn exposes<'a>(id: &ArtefactId, status: Status, mut rules: impl Iterator<Item = &'a str>) -> bool {
    let comes_or_goes = matches!(status, Status::Added | Status::Removed);
    id.kind == KindName::Feature && (comes_or_goes || rules.any(|rule| EXPOSING.contains(&rule)))
}

/// One entry an artefact, where several files claim to be it.
fn joined(changed: impl Iterator<Item = Changed>) -> Vec<Changed> {
    let mut joined: BTreeMap<ArtefactId, Changed> = BTreeMap::new();
    for one in changed {
        let twin = joined.remove(&one.id);
        let types: BTreeSet<ChangeType> =
            twin.iter().flat_map(|twin| twin.types.iter().copied()).chain(one.types).collect();
        let class = one.class.max(twin.as_ref().and_then(|twin| twin.class));
        let bump = twin.as_ref().map_or(one.bump, |twin| twin.bump.max(one.bump));
        let is_own = one.is_own || twin.as_ref().is_some_and(|twin| twin.is_own);
        let is_material = one.is_material || twin.is_some_and(|twin| twin.is_material);
        joined.insert(one.id.clone(), Changed { id: one.id, types, class, bump, is_own, is_material });
    }
    joined.into_values().collect()
}
