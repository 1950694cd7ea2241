//! By what a change is taken back, and how long that may take: by its type.

use std::collections::BTreeSet;

use crate::config::{Config, RollbackMethod};
use crate::domain::{ArtefactId, ChangeType};

/// The methods that a change of a type can be taken back by; the course's table.
pub(super) fn of_type(change_type: ChangeType) -> &'static [RollbackMethod] {
    match change_type {
        ChangeType::Prompt => &[RollbackMethod::RouteWeightZero],
        ChangeType::Model => &[RollbackMethod::PreviousAlias, RollbackMethod::RouteWeightZero],
        ChangeType::AgentCode => &[RollbackMethod::RedeployPrevious],
        ChangeType::Eval => &[RollbackMethod::RevertAndRebaseline],
        ChangeType::Data => &[RollbackMethod::RevertAndRebuild],
    }
}

/// The change types of a change of an artefact; where none are recorded, that of its kind.
pub fn types_of(id: &ArtefactId, recorded: &BTreeSet<ChangeType>) -> BTreeSet<ChangeType> {
    if recorded.is_empty() { BTreeSet::from([ChangeType::of(id.kind)]) } else { recorded.clone() }
}

/// How a change of these types is taken back: as its kind's own type is, where that is among them.
pub fn method(config: &Config, id: &ArtefactId, types: &BTreeSet<ChangeType>) -> Option<RollbackMethod> {
    let own = ChangeType::of(id.kind);
    let first = if types.contains(&own) { Some(own) } else { types.first().copied() };
    config.types.get(&first.unwrap_or(own))?.rollback.method
}

/// The longest that taking back a change of these types may take, in seconds, and the type that says so.
pub fn target_time(config: &Config, types: &BTreeSet<ChangeType>) -> Option<(u64, ChangeType)> {
    let within = |one: &ChangeType| Some((config.types.get(one)?.rollback.within?.seconds, *one));
    types.iter().filter_map(within).min()
}
