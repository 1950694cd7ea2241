//! `--format sarif`: SARIF 2.1.0, for code scanning. All rules are declared, so that a fixed finding can be closed.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde_json::{Value, json};

use super::{Layout, json};
use crate::classify;
use crate::domain::{Class, Digest, Place, Problem, Rule};
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
                "executionSuccessful": changes.problems.is_empty(),
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
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let findings = changes.artefacts.iter().flat_map(|row| row.findings.iter().map(move |finding| (row, finding)));
    findings
        .map(|(row, finding)| {
            let content = content(row, finding);
            let nth = seen.entry(content.clone()).and_modify(|nth| *nth += 1).or_insert(0);
            let fingerprint = Digest::of(format!("{content}\0{nth}").as_bytes());
            result(row, finding, rules, fingerprint.hex())
        })
        .collect()
}

/// What makes a finding this one, wherever it stands.
fn content(row: &Row, finding: &FindingRow) -> String {
    let text = |quote: &Option<crate::domain::Quote>| quote.as_ref().map_or(String::new(), |quote| quote.text.clone());
    [finding.rule.to_owned(), row.id.to_string(), finding.message.clone(), text(&finding.old), text(&finding.new)]
        .join("\0")
}

fn result(row: &Row, finding: &FindingRow, rules: &[&Rule], fingerprint: &str) -> Value {
    let level = level(finding.class);
    let mut result = json!({
        "ruleId": finding.rule,
        "kind": if level == "none" { "informational" } else { "fail" },
        "level": level,
        "message": { "text": text(&format!("{}: {}", row.id, finding.message)) },
        "locations": [finding.new.as_ref().map_or_else(|| whole_file(row), |quote| location(&quote.place))],
        "partialFingerprints": { "pv/1": fingerprint },
        "properties": { "class": finding.class, "risk": finding.risk, "changeType": finding.change_type, "count": finding.count },
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
        for changes in
            [sample::one_line(), sample::breaking(), sample::hostile(), sample::many(), sample::changes(Vec::new())]
        {
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
    fn a_fingerprint_survives_a_moved_line_and_tells_twins_apart() {
        let fingerprints = |changes: Changes| -> Vec<Value> {
            let log = log(changes);
            log["runs"][0]["results"]
                .as_array()
                .unwrap()
                .iter()
                .map(|result| result["partialFingerprints"]["pv/1"].clone())
                .collect()
        };
        let mut moved = sample::one_line();
        for quote in
            moved.artefacts.iter_mut().flat_map(|row| &mut row.findings).filter_map(|finding| finding.new.as_mut())
        {
            quote.place.line += 40;
        }
        assert_eq!(fingerprints(sample::one_line()), fingerprints(moved));
        let mut twins = sample::one_line();
        let twin = sample::one_line().artefacts.remove(0).findings.remove(0);
        twins.artefacts[0].findings.push(twin);
        let both = fingerprints(twins);
        assert_ne!(both[0], both[1]);
    }

    #[test]
    fn what_could_not_be_read_is_a_notification() {
        let log = log(sample::breaking());
        let invocation = &log["runs"][0]["invocations"][0];
        assert_eq!(invocation["executionSuccessful"], false);
        assert_eq!(invocation["toolExecutionNotifications"][0]["descriptor"]["id"], "yaml-syntax");
    }
}
