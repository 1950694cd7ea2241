//! What a change type owes: its gates, its canary steps, its rollback.

use std::collections::BTreeMap;
use std::fmt;

use super::keys::{ROLLBACK, TYPE, TYPES};
use super::quantity::{Duration, Percent};
use super::raw::{Table, Value, Wrong, printable};
use crate::domain::{ChangeType, Gate};

/// The discipline of one change type.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Discipline {
    /// The gates that every change of the type owes, in the order of the configuration.
    pub gates: Vec<Gate>,
    /// The canary, from the first step to the last; empty: the type has no traffic to step.
    pub steps: Vec<Step>,
    /// The most that a first step may expose.
    pub max_first: Option<Percent>,
    /// The partitions (tenants, regions) that steps by partition reach, in their order; empty: all are one.
    pub partitions: Vec<String>,
    /// What is watched while a step is held.
    pub watch: Vec<String>,
    /// How such a change is taken back.
    pub rollback: Rollback,
}

/// One canary step: how much, held for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step {
    /// How much.
    pub share: Share,
    /// The shortest time before the next step.
    pub hold: Duration,
}

/// What a canary step exposes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Share {
    /// A share of the traffic.
    Percent(Percent),
    /// One partition (a tenant, a region) after another; the plan names them.
    EachPartition,
}

/// How a change is taken back.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rollback {
    /// By what.
    pub method: Option<RollbackMethod>,
    /// The longest that it may take; none: the course gives no figure.
    pub within: Option<Duration>,
}

/// By what a change is taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RollbackMethod {
    /// The new version's route weight goes to 0, the previous version continues.
    RouteWeightZero,
    /// The alias maps to the previous model again.
    PreviousAlias,
    /// The previous version is deployed again.
    RedeployPrevious,
    /// The set goes back to its previous version, and baselines are measured anew.
    RevertAndRebaseline,
    /// The data goes back to its previous version, and indexes are built anew.
    RevertAndRebuild,
}

impl RollbackMethod {
    /// Every method and its name in `pv.toml`.
    pub const ALL: [(&'static str, Self); 5] = [
        ("route-weight-0", Self::RouteWeightZero),
        ("alias-to-previous", Self::PreviousAlias),
        ("redeploy-previous", Self::RedeployPrevious),
        ("revert-and-rebaseline", Self::RevertAndRebaseline),
        ("revert-and-rebuild", Self::RevertAndRebuild),
    ];
}

impl fmt::Display for RollbackMethod {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = Self::ALL.iter().find(|(_, method)| method == self).map_or("", |(name, _)| name);
        f.write_str(name)
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.share {
            Share::Percent(percent) => write!(f, "{percent} {}", self.hold),
            Share::EachPartition => write!(f, "partition {}", self.hold),
        }
    }
}

/// The disciplines of `base`, with every key that the file has taken from the file.
pub(super) fn read(root: &Table<'_>, base: &BTreeMap<ChangeType, Discipline>) -> BTreeMap<ChangeType, Discipline> {
    let types = root.table("types", &TYPES);
    let of_type = |change_type: ChangeType| {
        let base = base.get(&change_type).cloned().unwrap_or_default();
        let table = types.and_then(|types| types.table(change_type.as_str(), &TYPE));
        (change_type, table.map_or(base.clone(), |table| discipline(&table, base)))
    };
    ChangeType::ALL.into_iter().map(of_type).collect()
}

fn discipline(table: &Table<'_>, base: Discipline) -> Discipline {
    Discipline {
        gates: table.get("gates").map_or(base.gates, |value| gates(&value)),
        steps: table.get("steps").map_or(base.steps, |value| steps(&value)),
        max_first: table.get("max-first").map_or(base.max_first, |value| max_first(&value)),
        partitions: table.get("partitions").map_or(base.partitions, |value| names(&value)),
        watch: table.get("watch").map_or(base.watch, |value| names(&value)),
        rollback: table.table("rollback", &ROLLBACK).map_or(base.rollback, |table| rollback(&table, base.rollback)),
    }
}

fn gates(value: &Value<'_>) -> Vec<Gate> {
    let names = Gate::ALL.map(|gate| (gate.as_str(), gate));
    value.items().iter().filter_map(|gate| gate.one_of("gate", &names)).collect()
}

/// Texts, none of them twice.
fn names(value: &Value<'_>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for item in value.items() {
        let Some(name) = item.text() else { continue };
        if names.iter().any(|known| known == name) {
            item.fault("bad-value", Wrong::new(format!("`{}` stands here twice", printable(name)), "name it once"));
        }
        names.push(name.to_owned());
    }
    names
}

fn steps(value: &Value<'_>) -> Vec<Step> {
    let mut last = None;
    let items = value.items();
    let read = items.iter().filter_map(|item| {
        let step = item.read(step)?;
        if let Share::Percent(percent) = step.share {
            if last.is_some_and(|last| percent <= last) {
                let help = "write the steps from the smallest share to the largest";
                item.fault("bad-value", Wrong::new(format!("{percent} is not more than the step before"), help));
            }
            last = Some(percent);
        }
        Some(step)
    });
    read.collect()
}

impl Step {
    /// The step that `text` writes: `5% 24h`, or `partition 24h`.
    ///
    /// # Errors
    /// What is wrong with it and what to write, in one sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        step(text).map_err(|wrong| format!("{}: {}", wrong.message, wrong.help))
    }
}

fn step(text: &str) -> Result<Step, Wrong> {
    let Some((share, hold)) = text.split_once(' ') else {
        let help = "write how much and how long: \"5% 24h\", or \"partition 24h\" for one partition after another";
        return Err(Wrong::new(format!("`{}` is no canary step", printable(text)), help));
    };
    let share = if share == "partition" { Share::EachPartition } else { Share::Percent(Percent::read(share)?) };
    Ok(Step { share, hold: Duration::read(hold.trim_start())? })
}

fn max_first(value: &Value<'_>) -> Option<Percent> {
    let percent = Percent::of(value.number()?);
    if percent.is_none() {
        let help = "write a number above 0 and up to 100, with at most two decimals";
        value.fault("bad-value", Wrong::new("this is no percentage", help));
    }
    percent
}

fn rollback(table: &Table<'_>, base: Rollback) -> Rollback {
    let method = |value: Value<'_>| value.one_of("rollback method", &RollbackMethod::ALL);
    Rollback {
        method: table.get("method").map_or(base.method, method),
        within: table.get("within").map_or(base.within, |within| within.read(Duration::read)),
    }
}
