//! in-toto: statements about a release, one a line: that it was released, what each gate showed, what was verified.
//!
//! <https://in-toto.io/Statement/v1> with the predicates release v0.2, test-result v0.1 and svr v0.2. Every subject has
//! the SHA-256 of its bytes and its id in git, so that it can be compared without pv.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::cyclonedx;
use super::{FileDigests, Shipment};
use crate::domain::{Digest, Verdict};
use crate::release::checks::Refused;
use crate::release::evidence::file::STATEMENT;
use crate::release::gates::{Checked, Judged};

/// Which version of the verification this is: its properties keep their meaning.
const VERIFIER: &str = "urn:pv:verifier:1";

pub(super) fn render(shipment: &Shipment<'_>) -> Result<String, Refused> {
    let measured = shipment.gates.iter().filter(|gate| gate.evidence.is_some());
    let results = measured.map(|gate| test_result(shipment, gate));
    let statements = std::iter::once(release(shipment)).chain(results).chain(verdict(shipment));
    Ok(statements.map(|statement| format!("{statement}\n")).collect())
}

fn statement(subject: &[Value], predicate_type: &str, predicate: Value) -> Value {
    json!({ "_type": STATEMENT, "subject": subject, "predicateType": predicate_type, "predicate": predicate })
}

/// That these files are this release.
fn release(shipment: &Shipment<'_>) -> Value {
    let (project, name) = (cyclonedx::project(shipment), &shipment.history.record.name);
    let purl = format!("pkg:generic/{}@{name}", cyclonedx::encoded(project));
    let predicate = json!({ "purl": purl, "packageId": format!("pv:{project}") });
    statement(&subjects(shipment), "https://in-toto.io/attestation/release/v0.2", predicate)
}

/// Every file that shipped, once, by path; what another store keeps, by that store's digest.
fn subjects(shipment: &Shipment<'_>) -> Vec<Value> {
    let mut subjects = BTreeMap::new();
    for (id, shipped) in &shipment.history.record.artefacts {
        let files = shipment.bytes.get(id).map(|bytes| bytes.files.as_slice()).unwrap_or_default();
        subjects.extend(files.iter().map(|file| (file.path.clone(), digests(file))));
        if files.is_empty() {
            subjects.insert(shipped.entry.path.clone(), foreign(&shipped.entry.digest));
        }
    }
    subjects.into_iter().map(|(name, digest)| json!({ "name": name, "digest": digest })).collect()
}

fn digests(file: &FileDigests) -> Value {
    let mut digests = json!({ "sha256": file.sha256 });
    if let (Some(blob), Some(fields)) = (&file.git_blob, digests.as_object_mut()) {
        fields.insert("gitBlob".to_owned(), json!(blob));
    }
    digests
}

fn foreign(digest: &Digest) -> Value {
    Value::Object(Map::from_iter([(digest.algorithm().to_owned(), json!(digest.hex()))]))
}

/// A file that something went by.
fn resource(file: &FileDigests) -> Value {
    json!({ "name": file.path, "digest": digests(file) })
}

/// What one gate showed of one artefact.
fn test_result(shipment: &Shipment<'_>, gate: &Judged) -> Value {
    let files = shipment.bytes.get(&gate.artefact).map(|bytes| bytes.files.as_slice()).unwrap_or_default();
    let subject: Vec<Value> = files.iter().map(resource).collect();
    let evidence = gate.relied().filter_map(|path| Some(resource(&shipment.evidence.get(name_of(path))?.0)));
    let configuration: Vec<Value> = evidence.chain(shipment.policy.map(resource)).collect();
    let tests = |verdicts: &[Verdict]| -> BTreeSet<String> {
        gate.checks.iter().filter(|check| verdicts.contains(&check.verdict)).map(test_name).collect()
    };
    let result = match gate.verdict {
        Verdict::Pass => "PASSED",
        Verdict::Fail => "FAILED",
        Verdict::Inconclusive | Verdict::Waived => "WARNED",
    };
    let predicate = json!({
        "result": result,
        "configuration": configuration,
        "passedTests": tests(&[Verdict::Pass]),
        "warnedTests": tests(&[Verdict::Inconclusive, Verdict::Waived]),
        "failedTests": tests(&[Verdict::Fail]),
    });
    let subject = if subject.is_empty() { subjects(shipment) } else { subject };
    statement(&subject, "https://in-toto.io/attestation/test-result/v0.1", predicate)
}

/// `lang=hi:pass_rate: at least 80 %`: the stratum, the metric, and what was asked.
fn test_name(check: &Checked) -> String {
    format!("{}:{}: {}", check.scope, check.metric, check.asks)
}

/// The last piece of a path: the name of an evidence file, which carries its digest wherever it stands.
fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// What was verified of the release. Only what holds is named; what was waived or not asked is absent.
fn verdict(shipment: &Shipment<'_>) -> Option<Value> {
    let properties = properties(shipment);
    let created = cyclonedx::cut(shipment)?;
    let predicate = json!({
        "verifier": { "id": VERIFIER, "policies": shipment.policy.map(resource).into_iter().collect::<Vec<Value>>() },
        "timeCreated": created,
        "properties": properties,
    });
    let subjects = subjects(shipment);
    (!properties.is_empty()).then(|| statement(&subjects, "https://in-toto.io/attestation/svr/v0.2", predicate))
}

fn properties(shipment: &Shipment<'_>) -> BTreeSet<String> {
    let of_gate = |gate: &Judged| format!("PV_{}_GATE_PASSED", gate.gate.to_string().to_uppercase());
    let failed: BTreeSet<String> =
        shipment.gates.iter().filter(|gate| gate.verdict != Verdict::Pass).map(of_gate).collect();
    let passed = shipment.gates.iter().map(of_gate).filter(|property| !failed.contains(property));
    let verified = shipment.verified;
    let others = [
        (verified.is_intact, "PV_RELEASE_VERIFIED"),
        (verified.is_in_window, "PV_WINDOW_OPEN"),
        (verified.is_rehearsed, "PV_ROLLBACK_REHEARSED"),
    ];
    passed.chain(others.iter().filter(|(holds, _)| *holds).map(|(_, name)| (*name).to_owned())).collect()
}
