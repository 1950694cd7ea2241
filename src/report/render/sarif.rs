//! `--format sarif`: SARIF 2.1.0, for code scanning.
//!
//! All rules and checks are declared, so that every result has its help, and a fixed one can be closed. A gate is one
//! result, whatever number of its checks fail. Every result has a location: code scanning takes none without.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::{Value, json};

use super::{Layout, fingerprint, gates, json, phrase};
use crate::classify;
use crate::domain::{Ack, Class, Confidence, Gate, Place, Problem, Risk, Rule, Severity, Verdict};
use crate::release::checks::{self, Check};
use crate::release::gates::Judged;
use crate::report::{Changes, FindingRow, Refusal, Report, Row, visible};

pub(super) fn render(report: &Report, _layout: &Layout, out: &mut dyn Write) -> io::Result<()> {
    let Report::Changes(changes) = report else { return Ok(()) };
    json::write(&log(changes), out)
}

fn log(changes: &Changes) -> Value {
    let declared = declared();
    let results = results(changes, &declared);
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "pv",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": declared,
            }},
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": !changes.problems.iter().any(Problem::is_error),
                "toolExecutionNotifications": changes.problems.iter().map(notification).collect::<Vec<_>>(),
            }],
            "results": results,
        }],
    })
}

/// Every rule that finds something, every check that refuses something, and every gate.
fn declared() -> Vec<Value> {
    let rules = classify::rules().into_iter().map(descriptor);
    let checks = checks::all().into_iter().map(check_descriptor);
    rules.chain(checks).chain(Gate::ALL.into_iter().map(gate_descriptor)).collect()
}

fn descriptor(rule: &Rule) -> Value {
    json!({
        "id": rule.id,
        "shortDescription": { "text": rule.summary },
        "fullDescription": { "text": rule.why },
        "help": { "text": rule.remedy },
        "defaultConfiguration": { "level": level(rule.class) },
        "properties": { "class": rule.class, "risk": rule.risk, "changeType": rule.change_type },
    })
}

fn check_descriptor(check: &Check) -> Value {
    json!({
        "id": check.id,
        "shortDescription": { "text": check.summary },
        "fullDescription": { "text": check.why },
        "help": { "text": check.remedy },
        "defaultConfiguration": { "level": "error" },
    })
}

/// What a gate that does not pass is filed under where no check says why.
fn gate_descriptor(gate: Gate) -> Value {
    json!({
        "id": format!("gate/{gate}"),
        "shortDescription": { "text": format!("the gate `{gate}` does not pass") },
        "defaultConfiguration": { "level": "error" },
    })
}

/// What a class is worth. A harmless change is information, which has no level.
fn level(class: Class) -> &'static str {
    match class {
        Class::Integrity => "error",
        Class::Breaking => "warning",
        Class::Behavioural => "note",
        Class::Additive | Class::Cosmetic => "none",
    }
}

fn notification(problem: &Problem) -> Value {
    let help = if problem.help.is_empty() { String::new() } else { format!(" ({})", problem.help) };
    json!({
        "level": problem.severity,
        "descriptor": { "id": problem.code },
        "message": { "text": text(&format!("{}{help}", problem.message)) },
        "locations": [location(&problem.place)],
    })
}

/// The gates that do not pass, what is refused besides, and the findings.
fn results(changes: &Changes, declared: &[Value]) -> Vec<Value> {
    let gates = gates::sorted(changes).into_iter().filter(|judged| judged.verdict != Verdict::Pass);
    let gates = gates.map(|judged| gate(changes, judged));
    let refusals = changes.refusals.iter().map(|refusal| self::refusal(changes, refusal));
    let findings =
        changes.artefacts.iter().flat_map(|row| row.findings.iter().map(move |finding| result(row, finding)));
    let mut results: Vec<Value> = gates.chain(refusals).chain(findings).collect();
    let index: BTreeMap<&str, usize> =
        declared.iter().enumerate().filter_map(|(at, rule)| Some((rule["id"].as_str()?, at))).collect();
    for result in &mut results {
        if let Some(at) = result["ruleId"].as_str().and_then(|id| index.get(id)) {
            result["ruleIndex"] = json!(at);
        }
    }
    results
}

fn gate(changes: &Changes, judged: &Judged) -> Value {
    let is_waived = judged.verdict == Verdict::Waived;
    let waivers = Some(gates::came_to(judged)).filter(|_| is_waived);
    let waivers =
        waivers.map(|reason| json!({ "kind": "external", "status": "accepted", "justification": text(&reason) }));
    json!({
        "ruleId": gates::rule(judged),
        "kind": "fail",
        "level": if judged.verdict == Verdict::Fail { "error" } else { "warning" },
        "message": { "text": text(&format!("{}: {}", gates::title(judged), gates::told(judged))) },
        "locations": [file_location(gates::path(changes, &judged.artefact).unwrap_or(gates::POLICY))],
        "partialFingerprints": { "pv/1": fingerprint::of_gate(judged) },
        "suppressions": waivers.into_iter().collect::<Vec<_>>(),
        "properties": { "artefact": judged.artefact, "gate": judged.gate, "verdict": judged.verdict },
    })
}

fn refusal(changes: &Changes, refusal: &Refusal) -> Value {
    let path = refusal.artefact.as_ref().and_then(|artefact| gates::path(changes, artefact));
    let whole_file = || file_location(path.unwrap_or(gates::POLICY));
    json!({
        "ruleId": refusal.refused.check.id,
        "kind": "fail",
        "level": if refusal.severity == Severity::Error { "error" } else { "warning" },
        "message": { "text": text(&format!("{}\n{}", phrase::refused(refusal), refusal.refused.remedy)) },
        "locations": [refusal.place.as_ref().map_or_else(whole_file, location)],
        "partialFingerprints": { "pv/1": fingerprint::of_refusal(refusal) },
    })
}

fn result(row: &Row, finding: &FindingRow) -> Value {
    let level = level(finding.class);
    let mut result = json!({
        "ruleId": finding.rule,
        "kind": if level == "none" { "informational" } else { "fail" },
        "level": level,
        "message": { "text": text(&message(row, finding)) },
        "locations": [finding.new.as_ref().map_or_else(|| whole_file(row), |quote| location(&quote.place))],
        "partialFingerprints": { "pv/1": finding.fingerprint },
        "rank": rank(finding),
        "suppressions": finding.ack.iter().filter(|_| finding.is_waived()).map(suppression).collect::<Vec<_>>(),
        "properties": {
            "class": finding.class, "risk": finding.risk, "changeType": finding.change_type, "count": finding.count,
            "confidence": finding.confidence, "witness": finding.witness.as_ref().map(|witness| &witness.instance),
        },
    });
    if let Some(old) = &finding.old {
        let mut place = location(&old.place);
        place["message"] = json!({ "text": "what it was" });
        result["relatedLocations"] = json!([place]);
    }
    result
}

/// The sentence; what shows it, and what would acknowledge it.
fn message(row: &Row, finding: &FindingRow) -> String {
    let witness = finding.witness.as_ref().map_or_else(String::new, |it| format!(" ({} {})", it.instance, it.shows()));
    let way_out = finding.way_out.as_ref().map_or_else(String::new, |line| format!("; to acknowledge it: {line}"));
    format!("{}: {}{witness}{way_out}", row.id, finding.message)
}

/// How much it matters, from 0 to 100: the class first, then the risk, less where the reading is doubtful.
fn rank(finding: &FindingRow) -> f64 {
    let by_class = match finding.class {
        Class::Integrity => 80.0,
        Class::Breaking => 60.0,
        Class::Behavioural => 30.0,
        Class::Additive => 10.0,
        Class::Cosmetic => 0.0,
    };
    let by_risk = match finding.risk {
        Risk::None => 0.0,
        Risk::Low => 5.0,
        Risk::Medium => 10.0,
        Risk::High => 15.0,
        Risk::Critical => 20.0,
    };
    let doubt = if finding.confidence == Confidence::Possible { 0.5 } else { 1.0 };
    (by_class + by_risk) * doubt
}

fn suppression(ack: &Ack) -> Value {
    json!({
        "kind": "external",
        "status": "accepted",
        "justification": text(&ack.reason),
        "location": location(&ack.place),
    })
}

/// A message's text: hidden characters shown, and nothing that reads as a link.
fn text(text: &str) -> String {
    visible::block(text).replace("](", "\\](")
}

fn whole_file(row: &Row) -> Value {
    let path = row.path.new.as_ref().or(row.path.old.as_ref()).map_or("", String::as_str);
    file_location(path)
}

fn file_location(path: &str) -> Value {
    json!({ "physicalLocation": { "artifactLocation": file(path) } })
}

fn location(place: &Place) -> Value {
    json!({ "physicalLocation": {
        "artifactLocation": file(&place.path),
        "region": { "startLine": place.line, "startColumn": place.column },
    }})
}

fn file(path: &str) -> Value {
    json!({ "uri": percent_encoded(path), "uriBaseId": "%SRCROOT%" })
}

/// A path as a relative URI reference.
fn percent_encoded(path: &str) -> String {
    let mut out = String::new();
    for byte in path.bytes() {
        let is_plain = byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte);
        out.push_str(&if is_plain { char::from(byte).to_string() } else { format!("%{byte:02X}") });
    }
    out
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use crate::classify;
    use crate::domain::{Gate, Verdict};
    use crate::release::checks;
    use crate::report::Changes;
    use crate::report::render::sample;

    fn log(changes: Changes) -> Value {
        serde_json::from_str(&sample::rendered("sarif", changes, &sample::PLAIN)).unwrap()
    }

    #[test]
    fn every_log_is_valid_by_the_official_schema() {
        let mut schema: Value = serde_json::from_str(include_str!("../../../schema/vendor/sarif-2.1.0.json")).unwrap();
        for definition in ["run", "toolComponent"] {
            // The published pattern has a bracket too many, which is no regular expression everywhere.
            schema["definitions"][definition]["properties"]["language"]["pattern"] = "^[a-zA-Z]{2}".into();
        }
        let validator = jsonschema::validator_for(&schema).unwrap();
        for changes in [
            sample::one_line(),
            sample::breaking(),
            sample::hostile(),
            sample::many(),
            sample::acknowledged(),
            sample::gated(),
            sample::changes(Vec::new()),
        ] {
            let log = log(changes);
            let errors: Vec<String> =
                validator.iter_errors(&log).map(|error| format!("{} {error}", error.instance_path())).collect();
            assert_eq!(errors, Vec::<String>::new());
        }
    }

    #[test]
    fn every_rule_and_check_is_declared_whether_or_not_it_fired() {
        let declared = &log(sample::changes(Vec::new()))["runs"][0]["tool"]["driver"]["rules"];
        let ids: Vec<&str> = declared.as_array().unwrap().iter().map(|rule| rule["id"].as_str().unwrap()).collect();
        let rules = classify::rules().into_iter().map(|rule| rule.id);
        for id in rules.chain(checks::all().into_iter().map(|check| check.id)) {
            assert_eq!(ids.iter().filter(|declared| **declared == id).count(), 1, "{id}");
        }
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "no id twice");
    }

    #[test]
    fn every_result_is_declared_and_has_a_place_and_a_name() {
        let mut changes = sample::gated();
        let unnamed = sample::judged("prompt:gone", Gate::Schema, Verdict::Fail);
        changes.gates.push(unnamed);
        changes.artefacts[0].findings[0].rule = "prompt/variable-removed";
        let log = log(changes);
        let run = &log["runs"][0];
        for result in run["results"].as_array().unwrap() {
            let at = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(run["tool"]["driver"]["rules"][at]["id"], result["ruleId"]);
            assert!(result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"].is_string());
            assert_eq!(result["partialFingerprints"]["pv/1"].as_str().unwrap().len(), 12);
        }
    }

    #[test]
    fn a_gate_is_one_result_and_one_that_is_waived_is_suppressed() {
        let log = log(sample::gated());
        let results = log["runs"][0]["results"].as_array().unwrap();
        let gates: Vec<&Value> = results.iter().filter(|result| result["properties"]["gate"].is_string()).collect();
        let levels: Vec<&str> = gates.iter().map(|gate| gate["level"].as_str().unwrap()).collect();
        assert_eq!(levels, ["error", "error", "warning", "warning"]);
        assert_eq!(gates[3]["suppressions"][0]["status"], "accepted");
        assert_eq!(gates[1]["ruleId"], "report/run-incomplete");
    }

    #[test]
    fn what_is_acknowledged_is_suppressed_and_still_there() {
        let log = log(sample::acknowledged());
        let results = log["runs"][0]["results"].as_array().unwrap();
        assert_eq!(results[0]["suppressions"][0]["kind"], "external");
        assert_eq!(results[0]["properties"]["witness"], r#"{"order":"x"}"#);
        assert_eq!(results[1]["suppressions"], serde_json::json!([]));
        assert!(results[0]["rank"].as_f64() > results[1]["rank"].as_f64());
    }

    #[test]
    fn what_could_not_be_read_is_a_notification() {
        let log = log(sample::breaking());
        let invocation = &log["runs"][0]["invocations"][0];
        assert_eq!(invocation["executionSuccessful"], false);
        assert_eq!(invocation["toolExecutionNotifications"][0]["descriptor"]["id"], "yaml-syntax");
    }
}
