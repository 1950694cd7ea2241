//! `--format junit`: a suite with a case for every gate, artefact, refusal and problem, and one for the verdict.
//!
//! What stops the check is a failure; what is inconclusive, waived or only worth a look is skipped, with the reason. The
//! last case is the verdict itself, so that a check that fails is never a suite that passes.

use std::io::{self, Write};

use super::{Layout, gates, phrase};
use crate::domain::{Problem, Severity, Verdict};
use crate::release::gates::Judged;
use crate::report::{Changes, FindingRow, Refusal, Report, Row, visible};

/// What became of a case.
enum Result {
    Passed,
    Skipped(String),
    /// One line, and all of it.
    Failed(String, String),
}

struct Case {
    /// What it is about: an artefact, a file.
    class: String,
    name: String,
    result: Result,
    /// What there is to know of a case that passed.
    output: String,
}

pub(super) fn render(report: &Report, _layout: &Layout, out: &mut dyn Write) -> io::Result<()> {
    let Report::Changes(changes) = report else { return Ok(()) };
    let cases = cases(changes);
    let failures = cases.iter().filter(|case| matches!(case.result, Result::Failed(..))).count();
    let skipped = cases.iter().filter(|case| matches!(case.result, Result::Skipped(_))).count();
    let counts = format!("tests=\"{}\" failures=\"{failures}\" errors=\"0\"", cases.len());
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(out, "<testsuites name=\"pv\" {counts}>")?;
    writeln!(out, "  <testsuite name=\"pv check\" {counts} skipped=\"{skipped}\">")?;
    cases.iter().try_for_each(|case| write_case(case, out))?;
    writeln!(out, "  </testsuite>\n</testsuites>")
}

fn cases(changes: &Changes) -> Vec<Case> {
    let gates = gates::sorted(changes).into_iter().map(gate);
    let artefacts = changes.artefacts.iter().map(artefact);
    let refusals = changes.refusals.iter().map(refusal);
    let problems = changes.problems.iter().map(problem);
    gates.chain(artefacts).chain(refusals).chain(problems).chain(verdict(changes)).collect()
}

fn gate(judged: &Judged) -> Case {
    let result = match judged.verdict {
        Verdict::Pass => Result::Passed,
        Verdict::Waived | Verdict::Inconclusive => {
            Result::Skipped(format!("{}: {}", judged.verdict, gates::came_to(judged)))
        }
        Verdict::Fail => Result::Failed(gates::came_to(judged), gates::told(judged)),
    };
    let output = if judged.verdict == Verdict::Fail { String::new() } else { gates::told(judged) };
    Case { class: judged.artefact.to_string(), name: format!("gate {}", judged.gate), result, output }
}

/// Whether the changes of an artefact let it pass: findings that block are its failure.
fn artefact(row: &Row) -> Case {
    let said = |finding: &FindingRow| format!("{} {} [{}]", finding.class, finding.message, finding.rule);
    let blocking: Vec<&FindingRow> = row.findings.iter().filter(|finding| finding.way_out.is_some()).collect();
    let lines = |findings: &[&FindingRow]| findings.iter().map(|one| said(one)).collect::<Vec<_>>().join("\n");
    let result = match blocking.first() {
        None => Result::Passed,
        Some(first) => Result::Failed(said(first), lines(&blocking)),
    };
    let output = if blocking.is_empty() { lines(&row.findings.iter().collect::<Vec<_>>()) } else { String::new() };
    Case { class: row.id.to_string(), name: format!("changes in {}", phrase::path(&row.path)), result, output }
}

fn refusal(refusal: &Refusal) -> Case {
    let message = phrase::refused(refusal);
    let whole = format!("{message}\n{}", refusal.refused.remedy);
    let class = refusal.artefact.as_ref().map_or_else(|| "policy".to_owned(), ToString::to_string);
    case(class, refusal.refused.check.id, refusal.severity, (message, whole))
}

fn problem(problem: &Problem) -> Case {
    let place = &problem.place;
    let message = format!("{}:{}:{}: {}", place.path, place.line, place.column, problem.message);
    let whole = format!("{message}\n{}", problem.help);
    case(place.path.to_string(), problem.code, problem.severity, (message, whole))
}

fn case(class: String, name: &str, severity: Severity, (message, whole): (String, String)) -> Case {
    let (result, output) = match severity {
        Severity::Error => (Result::Failed(message, whole), String::new()),
        Severity::Warning => (Result::Skipped(message), whole),
    };
    Case { class, name: name.to_owned(), result, output }
}

fn verdict(changes: &Changes) -> Option<Case> {
    let verdict = changes.verdict.as_ref()?;
    let result = match verdict.passed {
        true => Result::Passed,
        false => Result::Failed(format!("check failed (exit {})", verdict.exit), verdict.reasons.join("\n")),
    };
    Some(Case { class: "pv check".to_owned(), name: "verdict".to_owned(), result, output: String::new() })
}

fn write_case(case: &Case, out: &mut dyn Write) -> io::Result<()> {
    let (class, name) = (attribute(&case.class), attribute(&case.name));
    writeln!(out, "    <testcase classname=\"{class}\" name=\"{name}\">")?;
    match &case.result {
        Result::Passed => {}
        Result::Skipped(message) => writeln!(out, "      <skipped message=\"{}\"/>", attribute(message))?,
        Result::Failed(message, whole) => writeln!(
            out,
            "      <failure type=\"refused\" message=\"{}\">{}</failure>",
            attribute(message),
            text(whole)
        )?,
    }
    if !case.output.is_empty() {
        writeln!(out, "      <system-out>{}</system-out>", text(&case.output))?;
    }
    writeln!(out, "    </testcase>")
}

/// The value of an attribute, on one line.
fn attribute(value: &str) -> String {
    escaped(&visible::line(value))
}

/// The text of an element.
fn text(text: &str) -> String {
    escaped(visible::block(text).trim_end())
}

/// Without what ends a value or an element; and without the two characters that no XML may hold and `visible` leaves.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => out.extend(c.escape_default()),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use quick_xml::Reader;
    use quick_xml::events::Event;

    use crate::report::Changes;
    use crate::report::render::sample::{self, PLAIN};

    /// The names of the elements, in order; whatever is not well-formed fails.
    fn elements(changes: Changes) -> Vec<String> {
        let text = sample::rendered("junit", changes, &PLAIN);
        assert!(!text.contains(|c: char| c.is_control() && !matches!(c, '\n' | '\t')), "{text:?}");
        let mut reader = Reader::from_str(&text);
        let mut names = Vec::new();
        loop {
            match reader.read_event().unwrap() {
                Event::Start(start) | Event::Empty(start) => {
                    start.attributes().for_each(|attribute| drop(attribute.unwrap()));
                    names.push(start.name().as_ref().to_owned());
                }
                Event::Eof => return names,
                _ => {}
            }
        }
    }

    fn count(names: &[String], wanted: &str) -> usize {
        names.iter().filter(|name| *name == wanted).count()
    }

    #[test]
    fn a_check_with_gates() {
        insta::assert_snapshot!(sample::rendered("junit", sample::gated(), &PLAIN), @r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="pv" tests="8" failures="4" errors="0">
          <testsuite name="pv check" tests="8" failures="4" errors="0" skipped="2">
            <testcase classname="prompt:greet" name="gate eval">
              <failure type="refused" message="1 of 4 checks fails, 1 is inconclusive">1 of 4 checks fails, 1 is inconclusive
        fail: pass_rate lang=hi (at most 5 points below): -9 points [-13, -5] over 80 cases
        inconclusive: pass_rate lang=mr (at most 5 points below): -3 points [-9, 3] over 12 cases, where 10 points would show; about 40 more cases would decide
        pass: 2 checks: pass_rate, pass_rate lang=en
        evidence: .pv/evidence/greet.json, against prompt:greet@1.0.0 of release 2026.05.20</failure>
            </testcase>
            <testcase classname="prompt:greet" name="gate cost">
              <failure type="refused" message="it was run on `prompt:greet` as of blake3:1a2b3c4d5e, which is blake3:9f8e7d6c5b now">it was run on `prompt:greet` as of blake3:1a2b3c4d5e, which is blake3:9f8e7d6c5b now
          Run the eval again on what is here, then `pv gate add reports/cost.json`.</failure>
            </testcase>
            <testcase classname="prompt:greet" name="gate safety">
              <skipped message="inconclusive: pass_rate (at least 95 %): 94 % [89, 97] over 90 cases; about 60 more cases would decide"/>
              <system-out>pass_rate (at least 95 %): 94 % [89, 97] over 90 cases; about 60 more cases would decide
        evidence: .pv/evidence/greet-safety.json</system-out>
            </testcase>
            <testcase classname="prompt:greet" name="gate integration">
              <skipped message="waived: owner answers for it until 2026-12-31: callers migrated"/>
              <system-out>owner answers for it until 2026-12-31: callers migrated</system-out>
            </testcase>
            <testcase classname="prompt:bye" name="gate eval">
              <system-out>pass_rate (at most 5 points below): 94 % [91, 96] over 200 cases
        evidence: .pv/evidence/bye.json, against prompt:greet@1.0.0 of release 2026.05.20</system-out>
            </testcase>
            <testcase classname="prompt:greet" name="changes in prompts/greet.md">
              <system-out>behavioural the wording of a sentence changed [prompt/wording-changed]</system-out>
            </testcase>
            <testcase classname="prompt:greet" name="report/cases-missing">
              <failure type="refused" message="prompt:greet: it changed, and no intent names it">prompt:greet: it changed, and no intent names it
        Say why: `pv change add prompt:greet`</failure>
            </testcase>
            <testcase classname="pv check" name="verdict">
              <failure type="refused" message="check failed (exit 1)">2 gates fail
        1 artefact has no intent</failure>
            </testcase>
          </testsuite>
        </testsuites>
        "#);
    }

    #[test]
    fn a_check_that_fails_is_a_suite_that_fails() {
        let mut changes = sample::changes(Vec::new());
        changes.verdict = sample::gated().verdict;
        assert_eq!(count(&elements(changes), "failure"), 1);
    }

    #[test]
    fn whatever_a_text_holds_the_document_is_well_formed() {
        for changes in [sample::hostile(), sample::breaking(), sample::many(), sample::monstrous()] {
            assert!(count(&elements(changes), "testcase") > 0);
        }
        assert_eq!(super::escaped("\u{fffe}&<\">\u{ffff}"), r"\u{fffe}&amp;&lt;&quot;&gt;\u{ffff}");
    }
}
