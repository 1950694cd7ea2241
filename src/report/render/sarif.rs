//! `--format sarif`: SARIF 2.1.0, for code scanning. All rules are declared, so that a fixed finding can be closed.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::{Layout, json};
use crate::classify;
use crate::domain::{Ack, Class, Confidence, Place, Problem, Risk, Rule};
use crate::report::{Changes, FindingRow, Report, Row, visible};

pub(super) fn render(report: &Report, _layout: &Layout, out: &mut dyn Write) -> io::Result<()> {
    let Report::Changes(changes) = report else { return Ok(()) };
    json::write(&log(changes), out)
}

fn log(changes: &Changes) -> Value {
    let rules = classify::rules();
    json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "pv",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": rules.iter().map(|rule| descriptor(rule)).collect::<Vec<_>>(),
            }},
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": !changes.problems.iter().any(Problem::is_error),
                "toolExecutionNotifications": changes.problems.iter().map(notification).collect::<Vec<_>>(),
            }],
            "results": results(changes, &rules),
        }],
    })
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

fn results(changes: &Changes, rules: &[&Rule]) -> Vec<Value> {
    let findings = changes.artefacts.iter().flat_map(|row| row.findings.iter().map(move |finding| (row, finding)));
    findings.map(|(row, finding)| result(row, finding, rules)).collect()
}

fn result(row: &Row, finding: &FindingRow, rules: &[&Rule]) -> Value {
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
    if let Some(at) = rules.iter().position(|rule| rule.id == finding.rule) {
        result["ruleIndex"] = json!(at);
    }
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
    use serde_json::Value;

    use crate::classify;
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
            sample::changes(Vec::new()),
        ] {
            let log = log(changes);
            let errors: Vec<String> =
                validator.iter_errors(&log).map(|error| format!("{} {error}", error.instance_path())).collect();
            assert_eq!(errors, Vec::<String>::new());
        }
    }

    #[test]
    fn every_rule_is_declared_whether_or_not_it_fired() {
        let declared = &log(sample::changes(Vec::new()))["runs"][0]["tool"]["driver"]["rules"];
        let ids: Vec<&str> = declared.as_array().unwrap().iter().map(|rule| rule["id"].as_str().unwrap()).collect();
        assert_eq!(ids, classify::rules().iter().map(|rule| rule.id).collect::<Vec<_>>());
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
