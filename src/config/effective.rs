//! The effective configuration in one canonical text, and its digest: what a release records as its policy.

use serde_json::{Map, Value, json};

use super::calendar::{Calendar, Freeze, LIFTED, Window};
use super::concerned::Concerned;
use super::discipline::Discipline;
use super::gates::{Check, GatePolicy, RatioLimit};
use super::levels::{Classify, Override};
use super::notice::Notice;
use super::selector::{Selector, VERSIONINGS};
use super::valid::Config;
use crate::domain::Digest;
use crate::kinds::Thresholds;
use crate::kinds::shared::catalogue::Entry;
use crate::kinds::shared::rows::Tolerance;

impl Config {
    /// The policy digest: equal for two configurations that mean the same, however they are written.
    pub fn digest(&self) -> Digest {
        Digest::of(self.effective().to_string().as_bytes())
    }

    /// The whole configuration, defaults included, as a `pv.toml` would say it: JSON with sorted keys.
    pub fn effective(&self) -> Value {
        let mut root = json!({
            "project": { "name": self.project, "protected-branch": self.protected_branch },
            "artefact": self.selectors.iter().map(selector).collect::<Vec<_>>(),
            "code": self.code.iter().map(|paths| json!({ "paths": paths.written() })).collect::<Vec<_>>(),
            "classify": classify(&self.classify),
            "types": self.types.iter().map(|(name, it)| (name.to_string(), discipline(it))).collect::<Map<_, _>>(),
            "gate": self.gates.iter().map(gate).collect::<Vec<_>>(),
            "intents": { "missing": self.intents.missing_as_written() },
            "rollback": {
                "rehearsal": self.rehearsing.when.as_str(),
                "max-age": self.rehearsing.max_age.to_string(),
                "command": self.rehearsing.command,
            },
            "model": self.models.iter().map(model).collect::<Vec<_>>(),
            "notice": notice(&self.notice),
            "store": {
                "inline-limit": self.store.inline_limit.to_string(),
                "remote": self.store.remote,
                "retention": self.store.retention.to_string(),
            },
        });
        merge(&mut root, self.calendar());
        merge(&mut root, self.exceptions());
        without_nulls(&mut root);
        root.sort_all_objects();
        root
    }

    fn calendar(&self) -> Value {
        let calendar = &self.calendar;
        json!({
            "calendar": calendar.time_zone.as_ref().map(|zone| json!({ "time-zone": zone, "on-call": on_call(calendar) })),
            "window": calendar.windows.iter().map(window).collect::<Vec<_>>(),
            "freeze": calendar.freezes.iter().map(freeze).collect::<Vec<_>>(),
        })
    }
}

/// Where it is what it would be anyway, the form (and with it the digest) is what it was before it could be said.
fn on_call(calendar: &Calendar) -> Option<Vec<String>> {
    let said = calendar.on_call.as_ref().filter(|_| calendar.on_call != Calendar::usual_on_call(&calendar.windows));
    said.map(|days| days.iter().map(ToString::to_string).collect())
}

fn window(window: &Window) -> Value {
    let days: Vec<String> = window.days.iter().map(ToString::to_string).collect();
    json!({
        "name": window.name, "days": days, "from": window.from.to_string(), "to": window.to.to_string(),
        "scope": window.scope.as_ref().map(Concerned::written), "time-zone": window.time_zone,
    })
}

fn freeze(freeze: &Freeze) -> Value {
    json!({
        "name": freeze.name, "start": freeze.start.to_string(), "end": freeze.end.map(|end| end.to_string()),
        "until": freeze.end.is_none().then_some(LIFTED), "reason": freeze.reason, "owner": freeze.owner,
        "scope": freeze.scope.as_ref().map(Concerned::written),
    })
}

fn notice(notice: &Notice) -> Value {
    let mut written = json!({ "required": notice.required, "lead": notice.lead.to_string() });
    let channels = notice.channels.iter().map(|(audience, channel)| (audience.to_string(), json!(channel)));
    merge(&mut written, channels.collect::<Map<_, _>>().into());
    written
}

impl Config {
    fn exceptions(&self) -> Value {
        let own = &self.exceptions;
        let approvers = own.approvers.iter().map(|(category, roles)| (category.to_string(), json!(roles)));
        let elements = own.elements.iter().map(|(category, elements)| (category.to_string(), json!(elements)));
        json!({
            "roles": own.roles,
            "override": {
                "max-age": own.max_age.to_string(), "window-approvers": own.window_approvers,
                "approvers": approvers.collect::<Map<_, _>>(), "elements": elements.collect::<Map<_, _>>(),
            },
        })
    }
}

fn selector(selector: &Selector) -> Value {
    let versioning =
        VERSIONINGS.iter().find(|(_, versioning)| *versioning == selector.versioning).map(|(name, _)| name);
    let mut written = json!({
        "kind": selector.kind.as_str(), "paths": selector.paths.written(), "key": selector.settings.key,
        "strata": selector.settings.strata, "versioning": versioning,
    });
    let columns = selector.settings.tolerance.iter();
    let tolerance: Map<String, Value> = columns.map(|(column, by)| (column.clone(), tolerance(*by))).collect();
    // Where none is set, the form (and with it the digest) is what it was before there were any.
    if let Some(members) = written.as_object_mut().filter(|_| !tolerance.is_empty()) {
        members.insert("tolerance".to_owned(), tolerance.into());
    }
    written
}

fn tolerance(tolerance: Tolerance) -> Value {
    match tolerance {
        Tolerance::Absolute(by) => json!(by),
        Tolerance::Relative(part) => json!(format!("{}%", part * 100.0)),
    }
}

fn classify(classify: &Classify) -> Value {
    let level = |it: &Override| json!({ "class": it.level.as_str(), "reason": it.reason });
    let levels: Map<String, Value> = classify.levels.iter().map(|(rule, it)| (rule.clone(), level(it))).collect();
    let mut thresholds = classify.thresholds.clone();
    let thresholds: Map<String, Value> = Thresholds::NAMES
        .iter()
        .filter_map(|name| Some((name.replace('_', "-"), json!(thresholds.named(name)?))))
        .collect();
    json!({ "form": classify.form.as_str(), "levels": levels, "thresholds": thresholds })
}

fn discipline(discipline: &Discipline) -> Value {
    json!({
        "gates": discipline.gates,
        "steps": discipline.steps.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "partitions": discipline.partitions,
        "watch": discipline.watch,
        "max-first": discipline.max_first.map(|percent| f64::from(percent.hundredths) / 100.0),
        "rollback": {
            "method": discipline.rollback.method.map(|method| method.to_string()),
            "within": discipline.rollback.within.map(|within| within.to_string()),
        },
    })
}

fn gate(policy: &GatePolicy) -> Value {
    json!({
        "name": policy.gate, "off": policy.off, "set": policy.set, "max-error-rate": policy.max_error_rate,
        "declared": policy.takes_declared, "check": policy.checks.iter().map(check).collect::<Vec<_>>(),
    })
}

fn check(check: &Check) -> Value {
    let mut written = json!({
        "metric": check.metric, "scope": check.scope.to_string(), "floor": check.floor, "margin": check.margin,
        "flips": check.flips, "max-failures": check.max_failures,
    });
    merge(&mut written, check.ratio.as_ref().map_or(Value::Null, ratio));
    written
}

fn ratio(limit: &RatioLimit) -> Value {
    json!({
        "max-ratio": limit.max, "critical-ratio": limit.critical, "min-events": limit.min_events, "nan": limit.nan,
        "no-data": limit.no_data, "direction": if limit.higher_is_better { "higher" } else { "lower" },
        "against": limit.against.as_ref().map(|(key, value)| format!("{key}={value}")),
    })
}

fn model((name, entry): (&String, &Entry)) -> Value {
    let day = |day: Option<jiff::civil::Date>| day.map(|day| day.to_string());
    json!({
        "name": name, "family": entry.family, "released": day(entry.released), "version": entry.version,
        "floating": entry.floating, "points-to": entry.points_to, "deprecated": day(entry.deprecated),
        "retires": day(entry.retires), "context-window": entry.context_window, "max-output": entry.max_output,
        "input-price": entry.input_price, "output-price": entry.output_price,
    })
}

fn merge(root: &mut Value, more: Value) {
    if let (Value::Object(root), Value::Object(more)) = (root, more) {
        root.extend(more);
    }
}

/// TOML has no null: a value that is not there has no key.
fn without_nulls(value: &mut Value) {
    match value {
        Value::Object(entries) => {
            entries.retain(|_, value| !value.is_null());
            entries.values_mut().for_each(without_nulls);
        }
        Value::Array(items) => items.iter_mut().for_each(without_nulls),
        _ => {}
    }
}
