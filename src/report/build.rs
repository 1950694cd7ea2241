//! From judged differences to the rows of a report.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde::ser::{SerializeSeq, SerializeStruct};
use serde::{Serialize, Serializer};

use crate::classify::Classified;
use crate::domain::{Ack, ArtefactId, Bump, Finding, Problem, Quote, Severity, Version, Versioning, Waiver};

use super::{
    Both, Changes, CodeChange, Endpoint, FindingRow, Refusal, Row, SubmoduleChange, Summary, VersionRow, excerpt,
};

/// A quoted text in machine output is at most this many characters.
const QUOTED: usize = 400;

/// What a report of changes is built from.
#[derive(Debug)]
pub struct Inputs {
    /// `pv/diff/1`, `pv/status/1` or `pv/check/1`.
    pub schema: &'static str,
    /// The old side.
    pub old: Endpoint,
    /// The new side.
    pub new: Endpoint,
    /// What differs, judged.
    pub classified: Vec<Classified>,
    /// What the old side's release calls its artefacts.
    pub released: BTreeMap<ArtefactId, Released>,
    /// The day that a date version would get.
    pub today: String,
    /// Changed code.
    pub code: Vec<CodeChange>,
    /// Moved submodules.
    pub submodules: Vec<SubmoduleChange>,
    /// Files that look like artefacts and are none here.
    pub unmanaged: Vec<String>,
    /// What could not be read.
    pub problems: Vec<Problem>,
}

/// What an artefact was called when it last shipped.
#[derive(Debug, Clone)]
pub struct Released {
    /// Its version.
    pub version: Version,
    /// What its change since then owes, where the old side already differs from what shipped.
    pub bump: Option<Bump>,
}

impl Changes {
    /// The report of these differences: worst class first, then by identity.
    pub fn build(inputs: Inputs) -> Self {
        let mut artefacts: Vec<Row> =
            inputs.classified.iter().filter_map(|one| row(one, &inputs.released, &inputs.today)).collect();
        artefacts.sort_by(|a, b| {
            (Reverse(worst(a)), &a.id, &a.path.new, &a.path.old).cmp(&(
                Reverse(worst(b)),
                &b.id,
                &b.path.new,
                &b.path.old,
            ))
        });
        Self {
            schema: inputs.schema,
            old: inputs.old,
            new: inputs.new,
            summary: summary(&artefacts, &inputs.code),
            artefacts,
            code: inputs.code,
            submodules: inputs.submodules,
            unmanaged: inputs.unmanaged,
            problems: inputs.problems,
            gates: Vec::new(),
            refusals: Vec::new(),
            policy: None,
            verdict: None,
        }
    }
}

fn worst(row: &Row) -> Option<(crate::domain::Class, crate::domain::Risk)> {
    row.findings.iter().map(|finding| (finding.class, finding.risk)).max()
}

fn summary(rows: &[Row], code: &[CodeChange]) -> Summary {
    let types = rows.iter().flat_map(|row| row.types.iter().copied());
    Summary {
        artefacts: rows.len(),
        class: rows.iter().filter_map(|row| row.class).max(),
        types: types.chain(code.iter().map(|change| change.change_type)).collect(),
        gates: rows.iter().flat_map(|row| row.gates.iter().copied()).collect(),
        inventory: BTreeMap::new(),
        chunks_read: 0,
    }
}

fn row(classified: &Classified, released: &BTreeMap<ArtefactId, Released>, today: &str) -> Option<Row> {
    let (before, after) = (classified.diff.before.as_ref(), classified.diff.after.as_ref());
    let artefact = after.or(before)?;
    Some(Row {
        id: artefact.id.clone(),
        was: before.map(|side| side.id.clone()),
        kind: artefact.id.kind,
        status: classified.diff.status,
        path: Both { old: before.map(|side| side.path.clone()), new: after.map(|side| side.path.clone()) },
        digest: Both { old: before.map(|side| side.digest.clone()), new: after.map(|side| side.digest.clone()) },
        meaning: Both { old: before.map(|side| side.meaning.clone()), new: after.map(|side| side.meaning.clone()) },
        version: version(classified, released, today),
        class: classified.class,
        bump: classified.bump,
        types: classified.types.clone(),
        gates: classified.gates.clone(),
        findings: classified.findings.iter().map(FindingRow::of).collect(),
    })
}

fn version(classified: &Classified, released: &BTreeMap<ArtefactId, Released>, today: &str) -> VersionRow {
    let (before, after) = (classified.diff.before.as_ref(), classified.diff.after.as_ref());
    let shipped = before.and_then(|side| released.get(&side.id));
    let old = shipped.map(|shipped| shipped.version.clone());
    let bump = shipped.and_then(|shipped| shipped.bump).unwrap_or(classified.bump);
    let required = after.map(|side| match (&old, side.versioning) {
        (previous, Versioning::Date) => Version::on_date(previous.as_ref(), today),
        (Some(previous), _) => previous.bumped(bump),
        (None, _) => Version::FIRST,
    });
    VersionRow { old, required, declared: after.and_then(|side| side.declared.clone()) }
}

impl FindingRow {
    /// The row of a finding.
    pub fn of(finding: &Finding) -> Self {
        Self {
            rule: finding.rule.id,
            class: finding.class,
            risk: finding.rule.risk,
            confidence: finding.confidence,
            change_type: finding.change_type,
            message: finding.message.clone(),
            old: finding.old.clone(),
            new: finding.new.clone(),
            count: finding.count,
            fingerprint: finding.fingerprint.clone(),
            witness: finding.witness.clone(),
            ack: finding.ack.clone(),
            owes: finding.owes.clone(),
            way_out: None,
            why: None,
        }
    }
}

#[derive(Serialize)]
struct QuoteRow<'a> {
    path: &'a str,
    line: usize,
    column: usize,
    text: String,
}

fn quote_row(quote: Option<&Quote>, text: String) -> Option<QuoteRow<'_>> {
    let place = &quote?.place;
    Some(QuoteRow { path: &place.path, line: place.line, column: place.column, text })
}

impl Serialize for FindingRow {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = |quote: &Option<Quote>| quote.as_ref().map_or_else(String::new, |quote| quote.text.clone());
        let (old, new) = excerpt::around_change(&text(&self.old), &text(&self.new), QUOTED);
        let mut row = serializer.serialize_struct("finding", 12)?;
        row.serialize_field("rule", self.rule)?;
        row.serialize_field("class", &self.class)?;
        row.serialize_field("risk", &self.risk)?;
        row.serialize_field("type", &self.change_type)?;
        row.serialize_field("message", &self.message)?;
        row.serialize_field("old", &quote_row(self.old.as_ref(), old))?;
        row.serialize_field("new", &quote_row(self.new.as_ref(), new))?;
        row.serialize_field("count", &self.count)?;
        row.serialize_field("fingerprint", &self.fingerprint)?;
        row.serialize_field("confidence", &self.confidence)?;
        row.serialize_field("witness", &self.witness.as_ref().map(|witness| &witness.instance))?;
        row.serialize_field("ack", &self.ack.as_ref().map(AckRow::of))?;
        row.end()
    }
}

#[derive(Serialize)]
struct AckRow<'a> {
    reason: &'a str,
    approved_by: Option<&'a str>,
    role: Option<&'a str>,
    until: Option<String>,
    waives: &'a [Waiver],
}

impl<'a> AckRow<'a> {
    fn of(ack: &'a Ack) -> Self {
        Self {
            reason: &ack.reason,
            approved_by: ack.approved_by.as_deref(),
            role: ack.role.as_deref(),
            until: ack.until.map(|until| until.to_string()),
            waives: &ack.waives,
        }
    }
}

#[derive(Serialize)]
struct RefusalRow<'a> {
    check: &'a str,
    severity: Severity,
    artefact: Option<&'a ArtefactId>,
    path: Option<&'a str>,
    line: Option<usize>,
    message: &'a str,
    remedy: &'a str,
}

impl Serialize for Refusal {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let row = RefusalRow {
            check: self.refused.check.id,
            severity: self.severity,
            artefact: self.artefact.as_ref(),
            path: self.place.as_ref().map(|place| &*place.path),
            line: self.place.as_ref().map(|place| place.line),
            message: &self.refused.message,
            remedy: &self.refused.remedy,
        };
        row.serialize(serializer)
    }
}

#[derive(Serialize)]
struct ProblemRow<'a> {
    path: &'a str,
    line: usize,
    column: usize,
    code: &'a str,
    message: &'a str,
    help: &'a str,
    severity: Severity,
}

pub(super) fn problem_rows<S: Serializer>(problems: &[Problem], serializer: S) -> Result<S::Ok, S::Error> {
    let mut rows = serializer.serialize_seq(Some(problems.len()))?;
    for problem in problems {
        rows.serialize_element(&ProblemRow {
            path: &problem.place.path,
            line: problem.place.line,
            column: problem.place.column,
            code: problem.code,
            message: &problem.message,
            help: &problem.help,
            severity: problem.severity,
        })?;
    }
    rows.end()
}
