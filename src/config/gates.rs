//! Gate policies: what the evidence of a gate must show.

use super::keys::{CHECK, GATE};
use super::raw::{Table, Value, Wrong, printable, refuse_twins};
use crate::domain::{ArtefactId, Gate, KindName, Place, Verdict};

/// One `[[gate]]`.
#[derive(Debug, Clone)]
pub struct GatePolicy {
    /// Which gate it is about.
    pub gate: Gate,
    /// Why nothing owes it in this project; `None`: what owes it must meet it.
    pub off: Option<String>,
    /// The eval set that must have been run.
    pub set: Option<ArtefactId>,
    /// The share of attempts that may end in an error of the run, 0 to 1.
    pub max_error_rate: f64,
    /// Whether evidence counts whose binding somebody only declared.
    pub takes_declared: bool,
    /// What its result must show.
    pub checks: Vec<Check>,
    /// Where it is written; `None`: it is built in.
    pub place: Option<Place>,
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
    /// By how much it may be below the live version, 0 to 1.
    pub margin: Option<f64>,
    /// How many cases may go from always passing to never passing.
    pub flips: Option<usize>,
    /// How many cases may fail at all.
    pub max_failures: Option<usize>,
    /// How much it may be of the live version's.
    pub ratio: Option<RatioLimit>,
    /// Where it is written; `None`: it is built in.
    pub place: Option<Place>,
}

/// What a ratio to the live version may be.
#[derive(Debug, Clone, PartialEq)]
pub struct RatioLimit {
    /// The most that it may be: 1.2 is a fifth worse.
    pub max: f64,
    /// What it fails at, however few the events are.
    pub critical: Option<f64>,
    /// Whether more is better.
    pub higher_is_better: bool,
    /// The fewest events that say anything.
    pub min_events: Option<f64>,
    /// What a number that is none (NaN) comes to.
    pub nan: Verdict,
    /// What no number at all comes to.
    pub no_data: Verdict,
    /// The series to compare with, where both stand in one report: `variant=stable`.
    pub against: Option<(String, String)>,
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

/// The share of attempts that may end in an error where nothing is said: a judge that fails once in fifty.
const MAX_ERROR_RATE: f64 = 0.02;

/// The policies of `base`, with those of the file in their places: what a `[[gate]]` does not say stays as it was.
pub(super) fn read(root: &Table<'_>, base: Vec<GatePolicy>) -> Vec<GatePolicy> {
    let tables = root.tables("gate", &GATE);
    refuse_twins(&tables);
    let mut policies = base;
    for table in &tables {
        let gate = table.must("name").and_then(|name| name.one_of("gate", &names()));
        let at = policies.iter().position(|policy| Some(policy.gate) == gate);
        let policy = policy(table, gate.unwrap_or(Gate::Eval), at.and_then(|at| policies.get(at)));
        if gate.is_none() {
            continue;
        }
        match at.and_then(|at| policies.get_mut(at)) {
            Some(place) => *place = policy,
            None => policies.push(policy),
        }
    }
    policies
}

fn names() -> [(&'static str, Gate); 9] {
    Gate::ALL.map(|gate| (gate.as_str(), gate))
}

fn policy(table: &Table<'_>, gate: Gate, base: Option<&GatePolicy>) -> GatePolicy {
    let set = table.get("set").and_then(|set| set.read(eval_set));
    let checks: Vec<Check> = table.tables("check", &CHECK).iter().filter_map(check).collect();
    let of_base = || base.map(|base| base.checks.clone()).unwrap_or_default();
    GatePolicy {
        gate,
        off: table.get("off").and_then(|reason| reason.text()).map(str::to_owned),
        set: set.or_else(|| base?.set.clone()),
        max_error_rate: table
            .get("max-error-rate")
            .and_then(|rate| share(&rate))
            .unwrap_or_else(|| base.map_or(MAX_ERROR_RATE, |base| base.max_error_rate)),
        takes_declared: table
            .get("declared")
            .and_then(|declared| declared.flag())
            .unwrap_or_else(|| base.is_none_or(|base| base.takes_declared)),
        checks: if checks.is_empty() { of_base() } else { checks },
        place: table.written_at(),
    }
}

fn check(table: &Table<'_>) -> Option<Check> {
    let metric = table.must("metric").and_then(|metric| metric.text());
    let scope = table.get("scope").map_or(Some(Scope::Overall), |scope| scope.read(scope_of));
    let of_share = |key| table.get(key).and_then(|value| share(&value));
    let of_count = |key| table.get(key).and_then(|value| count(&value));
    let is_critical = table.get("critical").and_then(|critical| critical.flag()).unwrap_or(false);
    let (floor, margin) = (of_share("floor"), of_share("margin"));
    let (flips, max_failures) = (of_count("flips").or(is_critical.then_some(0)), of_count("max-failures"));
    let ratio = ratio(table);
    let (metric, scope, place) = (metric?.to_owned(), scope?, table.written_at());
    let check = Check { metric, scope, floor, margin, flips, max_failures, ratio, place };
    if check.asks_nothing() {
        let help = "add `floor`, `margin`, `flips`, `max-failures` or `max-ratio`, or `critical = true`";
        table.fault("missing-key", Wrong::new("the check asks for nothing", help));
    }
    Some(check)
}

impl GatePolicy {
    /// A policy that asks for nothing beyond what holds for all evidence.
    pub fn silent(gate: Gate) -> Self {
        Self {
            gate,
            off: None,
            set: None,
            max_error_rate: MAX_ERROR_RATE,
            takes_declared: true,
            checks: Vec::new(),
            place: None,
        }
    }
}

impl Check {
    /// Whether it compares with the live version's run.
    pub fn compares(&self) -> bool {
        let ratio = self.ratio.as_ref().is_some_and(|limit| limit.against.is_none());
        self.margin.is_some() || self.flips.is_some() || ratio
    }

    /// Whether it decides something of a run by itself, without the live version's.
    pub fn decides_alone(&self) -> bool {
        self.floor.is_some() || self.max_failures.is_some()
    }

    /// Whether it asks for nothing at all.
    pub fn asks_nothing(&self) -> bool {
        let counts = self.flips.is_none() && self.max_failures.is_none();
        counts && self.floor.is_none() && self.margin.is_none() && self.ratio.is_none()
    }
}

fn ratio(table: &Table<'_>) -> Option<RatioLimit> {
    let verdicts = [("inconclusive", Verdict::Inconclusive), ("fail", Verdict::Fail), ("pass", Verdict::Pass)];
    let directions = [("lower", false), ("higher", true)];
    let verdict = |key| table.get(key).and_then(|value| value.one_of("verdict", &verdicts));
    let higher = table.get("direction").and_then(|value| value.one_of("direction", &directions));
    let against = table.get("against").and_then(|value| value.read(scope_of)).and_then(|scope| match scope {
        Scope::Stratum { key, value } => Some((key, value)),
        _ => None,
    });
    let limit = RatioLimit {
        max: table.get("max-ratio").and_then(|max| factor(&max))?,
        critical: table.get("critical-ratio").and_then(|critical| factor(&critical)),
        higher_is_better: higher.unwrap_or(false),
        min_events: table.get("min-events").and_then(|events| events.number()),
        nan: verdict("nan").unwrap_or(Verdict::Inconclusive),
        no_data: verdict("no-data").unwrap_or(Verdict::Inconclusive),
        against,
    };
    if limit.critical.is_some_and(|critical| critical < limit.max) {
        table.fault("bad-value", Wrong::new("`critical-ratio` is below `max-ratio`", "write the larger one there"));
    }
    Some(limit)
}

fn factor(value: &Value<'_>) -> Option<f64> {
    let number = value.number()?;
    if number < 1.0 {
        let help = "write how many times the live version's it may be: 1.2 is a fifth worse";
        value.fault("bad-value", Wrong::new(format!("{number} is no limit of a ratio"), help));
    }
    Some(number)
}

fn count(value: &Value<'_>) -> Option<usize> {
    let number = value.number()?;
    let whole = number.to_string().parse::<usize>().ok();
    if whole.is_none() {
        value.fault("bad-value", Wrong::new(format!("{number} is no count"), "write a whole number from 0"));
    }
    whole
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
