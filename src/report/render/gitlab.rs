//! `--format gitlab`: a Code Quality report, for the widget and the diff of a merge request.
//!
//! What is cosmetic is left out; what stops the check is a blocker. GitLab tells by the fingerprints what a merge request
//! adds to its target, so they never depend on lines.

use std::collections::BTreeMap;
use std::io::{self, Write};

use serde::Serialize;

use super::{Layout, fingerprint, gates, json, phrase};
use crate::domain::{Class, Problem, Risk, Verdict};
use crate::release::gates::Judged;
use crate::report::{Changes, FindingRow, Refusal, Report, Row, visible};

/// Characters shown of a description.
const DESCRIPTION: usize = 1000;

/// One degradation, as GitLab calls it.
#[derive(Debug, Serialize)]
struct Issue {
    description: String,
    check_name: String,
    fingerprint: String,
    severity: Severity,
    location: Location,
}

/// Least first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
enum Severity {
    Info,
    Minor,
    Major,
    Critical,
    Blocker,
}

#[derive(Debug, Serialize)]
struct Location {
    path: String,
    lines: Lines,
}

#[derive(Debug, Serialize)]
struct Lines {
    begin: usize,
}

pub(super) fn render(report: &Report, _layout: &Layout, out: &mut dyn Write) -> io::Result<()> {
    let Report::Changes(changes) = report else { return Ok(()) };
    json::write(&issues(changes), out)
}

/// Worst first, under fingerprints of their own.
fn issues(changes: &Changes) -> Vec<Issue> {
    let gates = gates::sorted(changes).into_iter().filter(|judged| judged.verdict != Verdict::Pass);
    let gates = gates.map(|judged| gate(changes, judged));
    let refusals = changes.refusals.iter().map(|refusal| self::refusal(changes, refusal));
    let problems = changes.problems.iter().map(problem);
    let findings =
        changes.artefacts.iter().flat_map(|row| row.findings.iter().filter_map(move |one| finding(row, one)));
    let mut issues: Vec<Issue> = gates.chain(refusals).chain(problems).chain(findings).collect();
    number_twins(&mut issues);
    issues.sort_by_key(|issue| std::cmp::Reverse(issue.severity));
    issues
}

fn number_twins(issues: &mut [Issue]) {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    for issue in issues {
        let nth = seen.entry(issue.fingerprint.clone()).and_modify(|nth| *nth += 1).or_insert(1);
        if *nth > 1 {
            issue.fingerprint = fingerprint::of(&[&issue.fingerprint, &nth.to_string()]);
        }
    }
}

fn gate(changes: &Changes, judged: &Judged) -> Issue {
    let severity = match judged.verdict {
        Verdict::Fail => Severity::Blocker,
        Verdict::Inconclusive => Severity::Major,
        Verdict::Waived | Verdict::Pass => Severity::Info,
    };
    Issue {
        description: line(&format!("{}: {}", gates::title(judged), gates::told(judged))),
        check_name: gates::rule(judged),
        fingerprint: fingerprint::of_gate(judged),
        severity,
        location: at(gates::path(changes, &judged.artefact).unwrap_or(gates::POLICY), 1),
    }
}

fn refusal(changes: &Changes, refusal: &Refusal) -> Issue {
    let path = refusal.artefact.as_ref().and_then(|artefact| gates::path(changes, artefact));
    let location = match &refusal.place {
        Some(place) => at(&place.path, place.line),
        None => at(path.unwrap_or(gates::POLICY), 1),
    };
    Issue {
        description: line(&format!("{}. {}", phrase::refused(refusal), refusal.refused.remedy)),
        check_name: refusal.refused.check.id.to_owned(),
        fingerprint: fingerprint::of_refusal(refusal),
        severity: stops(refusal.severity == crate::domain::Severity::Error),
        location,
    }
}

fn problem(problem: &Problem) -> Issue {
    Issue {
        description: line(&format!("{}. {}", problem.message, problem.help)),
        check_name: problem.code.to_owned(),
        fingerprint: fingerprint::of_problem(problem),
        severity: stops(problem.is_error()),
        location: at(&problem.place.path, problem.place.line),
    }
}

fn stops(is_error: bool) -> Severity {
    if is_error { Severity::Blocker } else { Severity::Minor }
}

fn finding(row: &Row, finding: &FindingRow) -> Option<Issue> {
    let path = row.path.new.as_ref().or(row.path.old.as_ref()).map_or(gates::POLICY, String::as_str);
    let location = finding.new.as_ref().map_or_else(|| at(path, 1), |quote| at(&quote.place.path, quote.place.line));
    Some(Issue {
        description: line(&format!("{}: {}", row.id, finding.message)),
        check_name: finding.rule.to_owned(),
        fingerprint: finding.fingerprint.clone(),
        severity: severity(finding)?,
        location,
    })
}

/// What a finding is worth: what blocks first, then its class, and its risk where that is high.
fn severity(finding: &FindingRow) -> Option<Severity> {
    let by_class = match finding.class {
        Class::Integrity => Severity::Critical,
        Class::Breaking => Severity::Major,
        Class::Behavioural => Severity::Minor,
        Class::Additive => Severity::Info,
        Class::Cosmetic => return None,
    };
    let by_risk = if finding.risk >= Risk::High { Severity::Major } else { Severity::Info };
    Some(match finding.way_out {
        _ if finding.is_waived() => Severity::Info,
        Some(_) => Severity::Blocker,
        None if finding.class == Class::Additive => by_class,
        None => by_class.max(by_risk),
    })
}

fn at(path: &str, line: usize) -> Location {
    Location { path: visible::line(path), lines: Lines { begin: line.max(1) } }
}

/// One line of plain text.
fn line(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    visible::line(&phrase::clipped(&lines.join("; "), DESCRIPTION))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    use crate::report::Changes;
    use crate::report::render::sample::{self, PLAIN};

    fn report(changes: Changes) -> Vec<Value> {
        serde_json::from_str(&sample::rendered("gitlab", changes, &PLAIN)).unwrap()
    }

    fn fingerprints(changes: Changes) -> Vec<String> {
        report(changes).iter().map(|issue| issue["fingerprint"].as_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn a_check_with_gates() {
        insta::assert_snapshot!(sample::rendered("gitlab", sample::gated(), &PLAIN), @r#"
        [
          {
            "description": "eval fails for prompt:greet: 1 of 4 checks fails, 1 is inconclusive; fail: pass_rate lang=hi (at most 5 points below): -9 points [-13, -5] over 80 cases; inconclusive: pass_rate lang=mr (at most 5 points below): -3 points [-9, 3] over 12 cases, where 10 points would show; about 40 more cases would decide; pass: 2 checks: pass_rate, pass_rate lang=en; evidence: .pv/evidence/greet.json, against prompt:greet@1.0.0 of release 2026.05.20",
            "check_name": "gate/eval",
            "fingerprint": "158980b5f7ca",
            "severity": "blocker",
            "location": {
              "path": "prompts/greet.md",
              "lines": {
                "begin": 1
              }
            }
          },
          {
            "description": "cost fails for prompt:greet: it was run on `prompt:greet` as of blake3:1a2b3c4d5e, which is blake3:9f8e7d6c5b now; Run the eval again on what is here, then `pv gate add reports/cost.json`.",
            "check_name": "report/run-incomplete",
            "fingerprint": "0e72b62557f8",
            "severity": "blocker",
            "location": {
              "path": "prompts/greet.md",
              "lines": {
                "begin": 1
              }
            }
          },
          {
            "description": "prompt:greet: it changed, and no intent names it. Say why: `pv change add prompt:greet`",
            "check_name": "report/cases-missing",
            "fingerprint": "20fc988fdbf3",
            "severity": "blocker",
            "location": {
              "path": "prompts/greet.md",
              "lines": {
                "begin": 1
              }
            }
          },
          {
            "description": "safety is inconclusive for prompt:greet: pass_rate (at least 95 %): 94 % [89, 97] over 90 cases; about 60 more cases would decide; evidence: .pv/evidence/greet-safety.json",
            "check_name": "gate/safety",
            "fingerprint": "16a1695199b4",
            "severity": "major",
            "location": {
              "path": "prompts/greet.md",
              "lines": {
                "begin": 1
              }
            }
          },
          {
            "description": "prompt:greet: the wording of a sentence changed",
            "check_name": "prompt/wording-changed",
            "fingerprint": "9445c01b53cd",
            "severity": "minor",
            "location": {
              "path": "prompts/greet.md",
              "lines": {
                "begin": 7
              }
            }
          },
          {
            "description": "integration is waived for prompt:greet: owner answers for it until 2026-12-31: callers migrated",
            "check_name": "gate/integration",
            "fingerprint": "b2326f08edbc",
            "severity": "info",
            "location": {
              "path": "prompts/greet.md",
              "lines": {
                "begin": 1
              }
            }
          }
        ]
        "#);
    }

    #[test]
    fn every_report_is_what_gitlab_takes() {
        let severities = ["info", "minor", "major", "critical", "blocker"];
        for changes in
            [sample::breaking(), sample::hostile(), sample::many(), sample::acknowledged(), sample::monstrous()]
        {
            let report = report(changes);
            for issue in &report {
                for key in ["description", "check_name", "fingerprint"] {
                    assert!(issue[key].as_str().is_some_and(|text| !text.is_empty()), "{issue}");
                }
                assert!(severities.contains(&issue["severity"].as_str().unwrap()), "{issue}");
                assert!(!issue["location"]["path"].as_str().unwrap().is_empty());
                assert!(issue["location"]["lines"]["begin"].as_u64().unwrap() >= 1);
            }
            let names: BTreeSet<&str> = report.iter().map(|issue| issue["fingerprint"].as_str().unwrap()).collect();
            assert_eq!(names.len(), report.len(), "no two have one fingerprint");
        }
        assert!(report(sample::changes(Vec::new())).is_empty());
    }

    #[test]
    fn lines_that_move_change_no_fingerprint() {
        let (still, mut moved) = (sample::breaking(), sample::breaking());
        for finding in moved.artefacts.iter_mut().flat_map(|row| &mut row.findings) {
            for quote in [&mut finding.old, &mut finding.new].into_iter().flatten() {
                quote.place.line += 40;
            }
        }
        moved.problems[0].place.line += 40;
        assert_eq!(fingerprints(still), fingerprints(moved));
    }
}
