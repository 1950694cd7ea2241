//! Gate policies: what the evidence of a gate must show.

use super::keys::{CHECK, GATE};
use super::raw::{Table, Value, Wrong, printable, refuse_twins};
use crate::domain::{ArtefactId, Gate, KindName, Place};

/// One `[[gate]]`.
#[derive(Debug, Clone)]
pub struct GatePolicy {
    /// Which gate it is about.
    pub gate: Gate,
    /// The eval set that must have been run.
    pub set: Option<ArtefactId>,
    /// What its result must show.
    pub checks: Vec<Check>,
    /// Where it is written.
    pub place: Place,
}

/// What one metric must show.
#[derive(Debug, Clone)]
pub struct Check {
    /// The metric, as the report names it.
    pub metric: String,
    /// Over which cases.
    pub scope: Scope,
    /// The least that it may be, 0 to 1.
    pub floor: Option<f64>,
    /// Whether no regression at all is tolerated.
    pub is_critical: bool,
    /// Where it is written.
    pub place: Place,
}

/// The cases that a check looks at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Scope {
    /// `overall`: all.
    #[default]
    Overall,
    /// `each:lang`: every stratum of the key by itself.
    Each(String),
    /// `lang=hi`: one stratum.
    Stratum {
        /// The stratum key.
        key: String,
        /// Its value.
        value: String,
    },
}

impl std::fmt::Display for Scope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Overall => f.write_str("overall"),
            Self::Each(key) => write!(f, "each:{key}"),
            Self::Stratum { key, value } => write!(f, "{key}={value}"),
        }
    }
}

pub(super) fn read(root: &Table<'_>) -> Vec<GatePolicy> {
    let tables = root.tables("gate", &GATE);
    refuse_twins(&tables);
    tables.iter().filter_map(policy).collect()
}

fn policy(table: &Table<'_>) -> Option<GatePolicy> {
    let names = Gate::ALL.map(|gate| (gate.as_str(), gate));
    let gate = table.must("name").and_then(|name| name.one_of("gate", &names));
    let set = table.get("set").and_then(|set| set.read(eval_set));
    let checks = table.tables("check", &CHECK).iter().filter_map(check).collect();
    Some(GatePolicy { gate: gate?, set, checks, place: table.place() })
}

fn check(table: &Table<'_>) -> Option<Check> {
    let metric = table.must("metric").and_then(|metric| metric.text());
    let scope = table.get("scope").map_or(Some(Scope::Overall), |scope| scope.read(scope_of));
    let floor = table.get("floor").and_then(|floor| share(&floor));
    let is_critical = table.get("critical").and_then(|critical| critical.flag()).unwrap_or(false);
    Some(Check { metric: metric?.to_owned(), scope: scope?, floor, is_critical, place: table.place() })
}

fn eval_set(text: &str) -> Result<ArtefactId, Wrong> {
    let id = text.parse::<ArtefactId>().ok().filter(|id| id.kind == KindName::Eval);
    id.ok_or_else(|| {
        Wrong::new(format!("`{}` is no eval set", printable(text)), "write its identity: \"eval:refunds\"")
    })
}

fn scope_of(text: &str) -> Result<Scope, Wrong> {
    let scope = match (text, text.strip_prefix("each:"), text.split_once('=')) {
        ("overall", _, _) => Some(Scope::Overall),
        (_, Some(key), _) if !key.is_empty() => Some(Scope::Each(key.to_owned())),
        (_, None, Some((key, value))) if !key.is_empty() && !value.is_empty() => {
            Some(Scope::Stratum { key: key.to_owned(), value: value.to_owned() })
        }
        _ => None,
    };
    let help = "write \"overall\", \"each:lang\" (every stratum of `lang`) or \"lang=hi\" (one stratum)";
    scope.ok_or_else(|| Wrong::new(format!("`{}` is no scope", printable(text)), help))
}

fn share(value: &Value<'_>) -> Option<f64> {
    let number = value.number()?;
    if !(0.0..=1.0).contains(&number) {
        value
            .fault("bad-value", Wrong::new(format!("{number} is no share"), "write a number from 0 to 1: 0.8 is 80 %"));
    }
    Some(number)
}
