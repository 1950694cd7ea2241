//! The ladder of a change: the shares by which it climbs, as its most careful change type wants them.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::draft::weight;
use crate::config::{Config, Share, Step};
use crate::domain::{ChangeType, Weight};

/// What a change without partitions of its own calls the only one.
const ALL: &str = "all";

/// The shares by which a change climbs.
#[derive(Debug)]
pub(super) struct Ladder {
    /// From the first to the last.
    pub(super) rungs: Vec<Rung>,
}

/// One share, held for some time.
#[derive(Debug, Clone)]
pub(super) struct Rung {
    /// The share that is exposed.
    pub(super) weight: Weight,
    /// The shortest time, in seconds.
    pub(super) hold: u64,
    /// The partition that is reached.
    pub(super) partition: Option<String>,
}

impl Ladder {
    /// The most careful of `types`: by partition, then the smallest first share, then the longest way.
    pub(super) fn strictest(types: &BTreeSet<ChangeType>, config: &Config) -> ChangeType {
        let care = |one: &&ChangeType| {
            let steps = config.types.get(one).map(|discipline| discipline.steps.as_slice()).unwrap_or_default();
            let is_stepped = !steps.is_empty();
            let is_by_partition = steps.first().is_some_and(|step| step.share == Share::EachPartition);
            let first = steps.first().map(|step| weight(step.share));
            let length: u64 = steps.iter().map(|step| step.hold.seconds).sum();
            (is_stepped, is_by_partition, Reverse(first), length)
        };
        types.iter().max_by_key(care).copied().unwrap_or(ChangeType::Prompt)
    }

    /// The ladder of `types`, by the policy or by the steps that were `chosen` instead.
    pub(super) fn of(types: &BTreeSet<ChangeType>, config: &Config, chosen: &[Step]) -> Self {
        let Some(discipline) = config.types.get(&Self::strictest(types, config)) else {
            return Self { rungs: Vec::new() };
        };
        let steps = if chosen.is_empty() { discipline.steps.as_slice() } else { chosen };
        Self { rungs: steps.iter().flat_map(|step| rungs(step, &discipline.partitions)).collect() }
    }
}

fn rungs(step: &Step, partitions: &[String]) -> Vec<Rung> {
    let hold = step.hold.seconds;
    match step.share {
        Share::Percent(_) => vec![Rung { weight: weight(step.share), hold, partition: None }],
        Share::EachPartition if partitions.is_empty() => {
            vec![Rung { weight: Weight::FULL, hold, partition: Some(ALL.to_owned()) }]
        }
        Share::EachPartition => (1..)
            .zip(partitions)
            .map(|(n, name)| Rung {
                weight: Weight::of_parts(n, partitions.len()),
                hold,
                partition: Some(name.clone()),
            })
            .collect(),
    }
}
