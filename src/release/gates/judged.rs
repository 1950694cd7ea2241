//! What a gate says, as reports show it.

use std::collections::BTreeSet;

use serde::{Serialize, Serializer};

use crate::domain::{ArtefactId, Gate, Place, Verdict};
use crate::release::checks::Refused;
use crate::release::statistics::Outcome;

/// A gate that an artefact owes, judged.
#[derive(Debug, Clone, Serialize)]
pub struct Judged {
    /// The artefact that owes it.
    pub artefact: ArtefactId,
    /// The gate.
    pub gate: Gate,
    /// What it says.
    pub verdict: Verdict,
    /// The rules whose findings owe it, sorted.
    pub because: Vec<&'static str>,
    /// The path of the evidence that counts; `None`: there is none.
    pub evidence: Option<String>,
    /// What the evidence is compared with: `prompt:explain_refund@1.0.0 of release 2026.05.20`.
    pub against: Option<String>,
    /// The path of the evidence that it is compared with.
    #[serde(skip)]
    pub baseline: Option<String>,
    /// What each check of the policy came to, worst first.
    pub checks: Vec<Checked>,
    /// Why no evidence counts, or what stands against the one that does.
    #[serde(serialize_with = "refused")]
    pub refused: Vec<Refused>,
    /// What a reader should know besides: who waived it, what was only declared.
    pub notes: Vec<String>,
}

impl Judged {
    /// The paths of the evidence that the verdict rests on: the run, and what it is compared with.
    pub fn relied(&self) -> impl Iterator<Item = &str> {
        self.evidence.iter().chain(&self.baseline).map(String::as_str)
    }

    /// The checks that stand against it, by their ids.
    pub fn rules(&self) -> BTreeSet<&'static str> {
        let refused = self.refused.iter().map(|refused| refused.check.id);
        refused.chain(self.checks.iter().filter_map(|checked| checked.check)).collect()
    }
}

impl Judged {
    /// Lets a run of something new count although no check decides: there is nothing to compare it with.
    pub fn accept_alone(&mut self) {
        let is_measured = self.refused.is_empty() && self.evidence.is_some();
        if is_measured
            && self.checks.iter().all(|checked| checked.verdict != Verdict::Fail && checked.outcome.is_none())
        {
            self.verdict = Verdict::Pass;
            self.notes.push("it is new: a run of it counts, and there is nothing to compare that with".to_owned());
        }
    }
}

/// One check of one metric over one scope.
#[derive(Debug, Clone, Serialize)]
pub struct Checked {
    /// The metric: `pass_rate`.
    pub metric: String,
    /// The cases: `overall`, `lang=hi`.
    pub scope: String,
    /// What is asked for: `at least 80 %`, `at most 5 points below`.
    pub asks: String,
    /// What it came to.
    pub verdict: Verdict,
    /// What was seen, in words, with the interval, the smallest effect, and how many more cases would decide.
    pub message: String,
    /// The numbers behind it.
    #[serde(serialize_with = "outcome")]
    pub outcome: Option<Outcome>,
    /// The check that a failure is.
    pub check: Option<&'static str>,
    /// Where the policy asks for it; `None`: it is built in.
    #[serde(serialize_with = "place")]
    pub policy: Option<Place>,
}

#[derive(Serialize)]
struct RefusedRow<'a> {
    check: &'a str,
    message: &'a str,
    remedy: &'a str,
}

fn refused<S: Serializer>(refused: &[Refused], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(refused.iter().map(|one| RefusedRow {
        check: one.check.id,
        message: &one.message,
        remedy: &one.remedy,
    }))
}

#[derive(Serialize)]
struct OutcomeRow {
    value: f64,
    low: Option<f64>,
    high: Option<f64>,
    cases: usize,
    smallest: Option<f64>,
    more: Option<usize>,
}

#[expect(clippy::ref_option, reason = "serde wants a reference to the field")]
fn outcome<S: Serializer>(outcome: &Option<Outcome>, serializer: S) -> Result<S::Ok, S::Error> {
    let row = outcome.as_ref().map(|it| OutcomeRow {
        value: it.value,
        low: it.interval.map(|(low, _)| low),
        high: it.interval.map(|(_, high)| high),
        cases: it.cases,
        smallest: it.smallest,
        more: it.more,
    });
    row.serialize(serializer)
}

#[expect(clippy::ref_option, reason = "serde wants a reference to the field")]
fn place<S: Serializer>(place: &Option<Place>, serializer: S) -> Result<S::Ok, S::Error> {
    place.as_ref().map(|place| format!("{}:{}", place.path, place.line)).serialize(serializer)
}
