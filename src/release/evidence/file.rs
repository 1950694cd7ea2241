//! Evidence as a file: an in-toto statement in JSON, one case a line, whose name carries the digest of its content.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{Binding, Case, Evidence, Measure, Revision, Run, Source, Subject};
use crate::domain::{ArtefactId, Digest, Gate};
use crate::release::checks::{Refused, evidence as checks};

/// Where evidence stands before a release relies on it.
pub const FOLDER: &str = ".pv/evidence";

/// The type of every statement that signs or binds something: <https://in-toto.io/Statement/v1>.
pub(crate) const STATEMENT: &str = "https://in-toto.io/Statement/v1";
/// What is stated: the result of a run.
pub(crate) const PREDICATE: &str = "urn:pv:evidence:1";

/// Digits of the digest in a file's name.
const SHOWN: usize = 12;

/// What an evidence file holds beside the subjects.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Predicate {
    /// The gate.
    pub(crate) gate: Option<Gate>,
    /// The artefact that was run, as text.
    pub(crate) about: Option<String>,
    /// The report that it was read from; a statement that another tool wrote has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) source: Option<Source>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) tool: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) made: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) model: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) revision: Option<Revision>,
    /// Counts over the cases.
    pub(crate) cases: Counts,
    /// Each metric over all cases, for readers; and the measures that have no cases.
    #[serde(default)]
    pub(crate) metrics: Vec<Metric>,
    #[serde(default)]
    pub(crate) per_case: Vec<Case>,
}

/// Counts over the cases of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Counts {
    /// How many were to be run.
    pub(crate) planned: Option<u64>,
    /// How many were.
    pub(crate) run: u64,
    /// Attempts at them.
    pub(crate) attempts: u64,
    /// Attempts that ended in an error of the run.
    #[serde(default)]
    pub(crate) errors: u64,
}

/// One metric over a scope.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Metric {
    /// Its name.
    pub(crate) name: String,
    /// `overall` (the mean over the cases) or `measured` (a number that has no cases).
    pub(crate) scope: String,
    /// What a measure is taken over: `variant` to `canary`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(crate) labels: BTreeMap<String, String>,
    /// The mean over the cases, or the measure; `null`: there is no number.
    pub(crate) value: Option<f64>,
    /// Over how many cases, or events.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) n: Option<f64>,
}

impl Counts {
    /// The counts of `run`.
    pub(crate) fn of(run: &Run) -> Self {
        Self {
            planned: run.planned,
            run: run.cases.len() as u64,
            attempts: run.cases.iter().map(|case| u64::from(case.attempts)).sum(),
            errors: run.cases.iter().map(|case| u64::from(case.errors)).sum(),
        }
    }
}

/// The file's text: canonical, so that equal evidence has equal bytes.
pub fn encode(evidence: &Evidence) -> String {
    let subjects = evidence.subjects.iter().map(|(id, subject)| {
        let digest: Map<String, Value> =
            [(subject.digest.algorithm().to_owned(), json!(subject.digest.hex()))].into_iter().collect();
        json!({ "name": id.to_string(), "digest": digest, "annotations": { "binding": subject.binding } })
    });
    let run = &evidence.run;
    let predicate = Predicate {
        gate: Some(evidence.gate),
        about: Some(evidence.about.to_string()),
        source: Some(evidence.source.clone()),
        tool: run.tool.clone(),
        made: run.made.clone(),
        model: run.model.clone(),
        revision: run.revision.clone(),
        cases: Counts::of(run),
        metrics: metrics(run),
        per_case: Vec::new(),
    };
    let statement = json!({
        "_type": STATEMENT, "subject": subjects.collect::<Vec<_>>(), "predicateType": PREDICATE, "predicate": predicate,
    });
    let text = format!("{statement:#}\n");
    text.replacen("\"perCase\": []", &format!("\"perCase\": {}", rows(&run.cases)), 1)
}

/// One case a line, so that a change of one case is a change of one line.
fn rows(cases: &[Case]) -> String {
    let lines: Vec<String> = cases.iter().map(|case| format!("      {}", json!(case))).collect();
    if lines.is_empty() { "[]".to_owned() } else { format!("[\n{}\n    ]", lines.join(",\n")) }
}

/// Each metric over all cases, and the measures that have none.
pub(crate) fn metrics(run: &Run) -> Vec<Metric> {
    let mut sums: BTreeMap<&str, (f64, u32)> = BTreeMap::new();
    for case in &run.cases {
        for (name, mean) in case.scores.iter().filter_map(|(name, tally)| Some((name, tally.mean()?))) {
            let (sum, cases) = sums.entry(name).or_default();
            *sum += mean;
            *cases += 1;
        }
    }
    let overall = sums.into_iter().map(|(name, (sum, cases))| Metric {
        name: name.to_owned(),
        scope: "overall".to_owned(),
        labels: BTreeMap::new(),
        value: Some(sum / f64::from(cases)),
        n: Some(f64::from(cases)),
    });
    let measured = run.measures.iter().map(|measure| Metric {
        name: measure.metric.clone(),
        scope: MEASURED.to_owned(),
        labels: measure.labels.clone(),
        value: measure.value,
        n: measure.events,
    });
    overall.chain(measured).collect()
}

/// The scope of a number that has no cases.
const MEASURED: &str = "measured";

impl Metric {
    /// The measure that it is; `None`: it sums up the cases.
    fn measure(&self) -> Option<Measure> {
        let measure =
            || Measure { metric: self.name.clone(), labels: self.labels.clone(), value: self.value, events: self.n };
        (self.scope == MEASURED).then(measure)
    }
}

/// The path that evidence with this text has: by its artefact, and by its content.
pub fn path(evidence: &Evidence, text: &str) -> String {
    let name: String = evidence.about.name.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '_' }).collect();
    let name: String = name.chars().take(60).collect();
    format!("{FOLDER}/{}-{name}-{}.json", evidence.about.kind, short(text))
}

fn short(text: &str) -> String {
    Digest::of(text.as_bytes()).hex().chars().take(SHOWN).collect()
}

/// Whether a file of the repository is evidence: recorded, or relied upon by a release.
pub fn is_evidence(path: &str) -> bool {
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let of_release = folder.strip_prefix("releases/").and_then(|rest| rest.strip_suffix("/evidence"));
    path.ends_with(".json") && (folder == FOLDER || of_release.is_some_and(|name| !name.contains('/')))
}

/// The evidence in the file at `path`.
///
/// # Errors
/// When it is not the file that was written, by the digest in its name or by its form.
pub fn decode(path: &str, text: &str) -> Result<Evidence, Refused> {
    let altered = |why: String| {
        let remedy = format!("Bring it back with `git checkout -- {path}`, or add the report again.");
        Refused::by(&checks::FILE_ALTERED, format!("{path}: {why}")).remedy(remedy)
    };
    // git may have given the lines other ends.
    let text = &text.replace("\r\n", "\n");
    if !path.ends_with(&format!("-{}.json", short(text))) {
        return Err(altered(format!("the content has the digest {}…, and the name says otherwise", short(text))));
    }
    let statement: Statement = serde_json::from_str(text).map_err(|error| altered(error.to_string()))?;
    let evidence = statement.evidence().map_err(altered)?;
    if encode(&evidence) == *text {
        Ok(evidence)
    } else {
        Err(altered("it is not in the form that pv writes".to_owned()))
    }
}

/// An in-toto statement about a run.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Statement {
    #[serde(default)]
    pub(crate) subject: Vec<Descriptor>,
    pub(crate) predicate_type: String,
    pub(crate) predicate: Predicate,
}

/// A subject of a statement.
#[derive(Debug, Deserialize)]
pub(crate) struct Descriptor {
    pub(crate) name: String,
    pub(crate) digest: BTreeMap<String, String>,
    #[serde(default)]
    pub(crate) annotations: Annotations,
}

/// What pv adds to a subject.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Annotations {
    pub(crate) binding: Option<Binding>,
}

impl Descriptor {
    /// The digest in an algorithm that artefacts have; others are ignored, as the specification wants.
    pub(crate) fn digest(&self) -> Option<Digest> {
        let known = ["blake3", "sha256", "md5"].into_iter();
        known.filter_map(|name| format!("{name}:{}", self.digest.get(name)?).parse().ok()).next()
    }
}

impl Statement {
    fn evidence(self) -> Result<Evidence, String> {
        if self.predicate_type != PREDICATE {
            return Err(format!("`{}` is not `{PREDICATE}`", self.predicate_type));
        }
        let subject = |it: &Descriptor| -> Option<(ArtefactId, Subject)> {
            Some((it.name.parse().ok()?, Subject { digest: it.digest()?, binding: it.annotations.binding? }))
        };
        let subjects: Option<BTreeMap<ArtefactId, Subject>> = self.subject.iter().map(subject).collect();
        let predicate = self.predicate;
        let about = predicate.about.as_deref().and_then(|about| about.parse().ok());
        Ok(Evidence {
            gate: predicate.gate.ok_or("it names no gate")?,
            about: about.ok_or("it names no artefact that it is about")?,
            subjects: subjects.ok_or("a subject has no name, digest or binding that pv knows")?,
            source: predicate.source.clone().ok_or("it names no report")?,
            run: predicate.run(),
        })
    }
}

impl Predicate {
    /// The run that it tells of.
    pub(crate) fn run(self) -> Run {
        Run {
            tool: self.tool,
            made: self.made,
            model: self.model,
            revision: self.revision,
            planned: self.cases.planned,
            cases: self.per_case,
            measures: self.metrics.iter().filter_map(Metric::measure).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::release::evidence::{Options, PASS_RATE, ReportFile, Tally};

    fn evidence() -> Evidence {
        let subject = Subject { digest: Digest::of(b"prompt"), binding: Binding::PromptRaw };
        let case = |id: &str, sum: f64| Case {
            id: id.to_owned(),
            strata: [("lang".to_owned(), "hi".to_owned())].into(),
            attempts: 3,
            errors: 0,
            scores: [(PASS_RATE.to_owned(), Tally { sum, n: 3 })].into(),
        };
        let measure = Measure {
            metric: "complaints".to_owned(),
            labels: [("variant".to_owned(), "canary".to_owned())].into(),
            value: None,
            events: Some(12.0),
        };
        Evidence {
            gate: Gate::Eval,
            about: "prompt:greet".parse().unwrap(),
            subjects: [("prompt:greet".parse().unwrap(), subject)].into(),
            source: Source {
                format: "promptfoo".to_owned(),
                files: vec![ReportFile { path: "r.json".to_owned(), digest: Digest::of(b"report"), size: 6 }],
                options: Options { strata: ["lang".to_owned()].into(), ..Options::default() },
            },
            run: Run {
                tool: Some("promptfoo 0.120".to_owned()),
                planned: Some(2),
                cases: vec![case("a", 3.0), case("b", 1.0)],
                measures: vec![measure],
                ..Run::default()
            },
        }
    }

    #[test]
    fn evidence_is_read_as_it_was_written() {
        let evidence = evidence();
        let text = encode(&evidence);
        let path = path(&evidence, &text);
        assert!(path.starts_with(".pv/evidence/prompt-greet-") && is_evidence(&path), "{path}");
        assert_eq!(decode(&path, &text).unwrap(), evidence);
        assert_eq!(text.lines().filter(|line| line.contains("\"attempts\":3")).count(), 2, "{text}");
    }

    #[test]
    fn any_edit_shows() {
        let evidence = evidence();
        let text = encode(&evidence);
        let path = path(&evidence, &text);
        for edited in [text.replace("1.0", "3.0"), text.replace("greet", "other")] {
            assert_eq!(decode(&path, &edited).unwrap_err().check.id, "evidence/file-altered");
        }
        let truncated = &text[..text.len() / 2];
        let renamed = super::path(&evidence, truncated);
        assert_eq!(decode(&renamed, truncated).unwrap_err().check.id, "evidence/file-altered");
    }
}
