//! What gates come to, in words that several formats use.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::phrase;
use crate::domain::{ArtefactId, Verdict};
use crate::release::gates::{Checked, Judged};
use crate::report::Changes;

/// The file that says what is owed: the place of what has none of its own.
pub(super) const POLICY: &str = "pv.toml";

/// The verdicts, worst first.
const VERDICTS: [Verdict; 4] = [Verdict::Fail, Verdict::Inconclusive, Verdict::Waived, Verdict::Pass];

/// The scope of all cases.
const OVERALL: &str = "overall";

/// Lines of a gate told as a whole, and characters shown of each.
const TOLD: usize = 20;
const LINE: usize = 600;

/// One thing to be said below a gate.
#[derive(Debug)]
pub(super) struct Point<'g> {
    /// How it stands: a verdict, or `refused`.
    pub(super) word: &'static str,
    /// The verdict behind the word.
    pub(super) verdict: Verdict,
    /// One sentence.
    pub(super) text: String,
    /// The check whose page says more.
    pub(super) check: Option<&'static str>,
    /// The way out; empty: there is none to tell.
    pub(super) remedy: &'g str,
}

/// The gates, those of one artefact together: artefacts whose gates fail come first, and so do the gates that fail.
pub(super) fn sorted(changes: &Changes) -> Vec<&Judged> {
    let mut worst: BTreeMap<&ArtefactId, Verdict> = BTreeMap::new();
    for judged in &changes.gates {
        let worst = worst.entry(&judged.artefact).or_insert(judged.verdict);
        *worst = (*worst).max(judged.verdict);
    }
    let mut gates: Vec<&Judged> = changes.gates.iter().collect();
    gates.sort_by_key(|one| (Reverse(worst.get(&one.artefact)), &one.artefact, Reverse(one.verdict), one.gate));
    gates
}

/// `1 fail, 2 pass`; nothing where there are no gates.
pub(super) fn counted<'g>(gates: impl IntoIterator<Item = &'g Judged>) -> String {
    let verdicts: Vec<Verdict> = gates.into_iter().map(|judged| judged.verdict).collect();
    let count = |wanted: Verdict| verdicts.iter().filter(|verdict| **verdict == wanted).count();
    let counts = VERDICTS.into_iter().map(|verdict| (count(verdict), verdict)).filter(|(count, _)| *count > 0);
    phrase::list(counts.map(|(count, verdict)| format!("{count} {verdict}")))
}

/// What a gate came to, in one line.
pub(super) fn came_to(judged: &Judged) -> String {
    match (&*judged.refused, &*telling(judged)) {
        _ if judged.verdict == Verdict::Waived => judged.notes.first().cloned().unwrap_or_default(),
        _ if judged.verdict == Verdict::Pass => passed(judged),
        ([only], []) => only.message.clone(),
        ([], [only]) => said(only),
        ([], telling) => some_of(telling, judged.checks.len()),
        ([first, rest @ ..], telling) => {
            let more = phrase::counted(rest.len() + telling.len(), "more reason");
            format!("{} (and {more})", first.check.summary)
        }
    }
}

/// The one thing that stands against a gate, which its own line says: the check whose page says more, and the way out.
pub(super) fn only_reason(judged: &Judged) -> Option<(Option<&'static str>, &str)> {
    match (&*judged.refused, &*telling(judged)) {
        _ if judged.verdict < Verdict::Inconclusive => None,
        ([only], []) => Some((Some(only.check.id), &only.remedy)),
        ([], [only]) => Some((only.check, "")),
        _ => None,
    }
}

fn passed(judged: &Judged) -> String {
    let overall = judged.checks.iter().find(|checked| checked.scope == OVERALL).or(judged.checks.first());
    match (overall, judged.checks.len()) {
        (None, _) => judged.notes.first().cloned().unwrap_or_default(),
        (Some(only), 1) => said(only),
        (Some(first), count) => format!("{} (and {})", said(first), phrase::counted(count - 1, "more check")),
    }
}

/// `2 of 5 checks fail, 1 is inconclusive`
fn some_of(telling: &[&Checked], all: usize) -> String {
    let count = |wanted| telling.iter().filter(|checked| checked.verdict == wanted).count();
    let plural = |count: usize, one: &'static str, more: &'static str| if count == 1 { one } else { more };
    let (fail, open) = (count(Verdict::Fail), count(Verdict::Inconclusive));
    let checks = plural(all, "check", "checks");
    match (fail, open) {
        (0, 0) => String::new(),
        (0, open) => format!("{open} of {all} {checks} {} inconclusive", plural(open, "is", "are")),
        (fail, 0) => format!("{fail} of {all} {checks} {}", plural(fail, "fails", "fail")),
        (fail, open) => {
            let (fails, are) = (plural(fail, "fails", "fail"), plural(open, "is", "are"));
            format!("{fail} of {all} {checks} {fails}, {open} {are} inconclusive")
        }
    }
}

/// The checks that a reader has to see: those that do not pass.
fn telling(judged: &Judged) -> Vec<&Checked> {
    judged.checks.iter().filter(|checked| checked.verdict >= Verdict::Inconclusive).collect()
}

/// `pass_rate lang=hi (at most 5 points below): -9 points [-13, -5] over 80 cases`
fn said(checked: &Checked) -> String {
    let asks = if checked.asks.is_empty() { String::new() } else { format!(" ({})", checked.asks) };
    format!("{}{asks}: {}", measured(checked), checked.message)
}

/// `pass_rate lang=hi`; of all cases, `pass_rate`.
fn measured(checked: &Checked) -> String {
    match &*checked.scope {
        OVERALL => checked.metric.clone(),
        scope => format!("{} {scope}", checked.metric),
    }
}

/// What stands against a gate: why evidence does not count, and the checks that do not pass. Those that pass are one line
/// together unless all is wanted; what the gate's own line says already is not said again.
pub(super) fn points(judged: &Judged, full: bool) -> Vec<Point<'_>> {
    if judged.verdict < Verdict::Inconclusive && !full {
        return Vec::new();
    }
    let is_said = only_reason(judged).is_some();
    let refused = judged.refused.iter().filter(|_| !is_said).map(|refused| Point {
        word: "refused",
        verdict: judged.verdict,
        text: refused.message.clone(),
        check: Some(refused.check.id),
        remedy: &refused.remedy,
    });
    let (telling, passing): (Vec<_>, Vec<_>) =
        judged.checks.iter().partition(|one| one.verdict >= Verdict::Inconclusive);
    let telling = telling.into_iter().filter(|_| !is_said).map(point);
    let passing = if full { passing.into_iter().map(point).collect() } else { Vec::from_iter(folded(&passing)) };
    refused.chain(telling).chain(passing).collect()
}

fn point(checked: &Checked) -> Point<'_> {
    Point {
        word: checked.verdict.as_str(),
        verdict: checked.verdict,
        text: said(checked),
        check: checked.check,
        remedy: "",
    }
}

/// `3 checks: pass_rate, pass_rate lang=en, cost`
fn folded<'g>(passing: &[&Checked]) -> Option<Point<'g>> {
    let text = format!(
        "{}: {}",
        phrase::counted(passing.len(), "check"),
        phrase::list(passing.iter().map(|checked| measured(checked)))
    );
    let point = Point { word: Verdict::Pass.as_str(), verdict: Verdict::Pass, text, check: None, remedy: "" };
    (!passing.is_empty()).then_some(point)
}

/// `.pv/evidence/greet.json, against prompt:greet@1.0.0 of release 2026.05.20`
pub(super) fn evidence(judged: &Judged) -> Option<String> {
    let against = judged.against.as_ref().map_or_else(String::new, |against| format!(", against {against}"));
    judged.evidence.as_ref().map(|path| format!("{path}{against}"))
}

/// What a reader should know besides, where the gate's own line does not say it.
pub(super) fn notes(judged: &Judged) -> &[String] {
    let is_said = judged.verdict == Verdict::Waived || (judged.verdict == Verdict::Pass && judged.checks.is_empty());
    judged.notes.get(usize::from(is_said)..).unwrap_or_default()
}

/// A gate in lines: what it came to, what stands against it and the way out, the evidence, notes.
pub(super) fn told(judged: &Judged) -> String {
    let points = points(judged, false);
    let points = points.iter().flat_map(|point| [format!("{}: {}", point.word, point.text), remedy_line(point.remedy)]);
    let remedy = only_reason(judged).map(|(_, remedy)| remedy_line(remedy));
    let evidence = evidence(judged).map(|evidence| format!("evidence: {evidence}"));
    let notes = notes(judged).iter().cloned();
    let lines = [came_to(judged)].into_iter().chain(remedy).chain(points).chain(evidence).chain(notes);
    let lines = lines.filter(|line| !line.is_empty());
    lines.take(TOLD).map(|line| phrase::clipped(&line, LINE)).collect::<Vec<_>>().join("\n")
}

fn remedy_line(remedy: &str) -> String {
    if remedy.is_empty() { String::new() } else { format!("  {remedy}") }
}

/// `eval fails for prompt:greet`
pub(super) fn title(judged: &Judged) -> String {
    let says = match judged.verdict {
        Verdict::Pass => "passes",
        Verdict::Waived => "is waived",
        Verdict::Inconclusive => "is inconclusive",
        Verdict::Fail => "fails",
    };
    format!("{} {says} for {}", judged.gate, judged.artefact)
}

/// The check that a gate's failure is filed under: why its evidence does not count, or the worst of what it shows.
pub(super) fn rule(judged: &Judged) -> String {
    let refused = judged.refused.first().map(|refused| refused.check.id);
    let check = refused.or_else(|| telling(judged).into_iter().find_map(|checked| checked.check));
    check.map_or_else(|| format!("gate/{}", judged.gate), str::to_owned)
}

/// `by the policy of main (3f2a9c1b7e)`
pub(super) fn policy(changes: &Changes) -> Option<String> {
    let policy = changes.policy.as_ref()?;
    let commit = policy.commit.as_ref().map(|commit| phrase::short(commit));
    let spec = phrase::short(&policy.spec);
    let commit = commit.filter(|commit| *commit != spec).map_or_else(String::new, |commit| format!(" ({commit})"));
    Some(format!("by the policy of {spec}{commit}"))
}

/// Where in the repository an artefact stands, if it is one that changed.
pub(super) fn path<'c>(changes: &'c Changes, artefact: &ArtefactId) -> Option<&'c str> {
    let row = changes.artefacts.iter().find(|row| row.id == *artefact)?;
    row.path.new.as_deref().or(row.path.old.as_deref())
}

#[cfg(test)]
mod tests {
    use crate::report::render::FORMATS;
    use crate::report::render::sample::{self, PLAIN};
    use crate::report::visible;

    #[test]
    fn nothing_that_a_gate_says_breaks_out_of_its_format() {
        let said = |format: &str| sample::rendered(format, sample::hostile_gates(), &PLAIN);
        for format in FORMATS {
            let text = said(format.name);
            assert!(!text.contains(|c| visible::is_hidden(c) && c != '\n'), "{}: {text:?}", format.name);
        }
        let commands = said("github");
        assert_eq!(commands.lines().filter(|line| line.starts_with("::")).count(), 6, "{commands}");
        assert!(commands.lines().all(|line| !line.starts_with("::error::")), "{commands}");
        let markdown = said("markdown");
        assert_eq!(markdown.matches("\n<details>").count(), markdown.matches("\n</details>").count(), "{markdown}");
        let gates: Vec<&str> = markdown.lines().filter(|line| line.starts_with("| ❌")).collect();
        assert!(
            gates.len() == 2 && gates.iter().all(|row| row.replace("\\|", "").matches('|').count() == 5),
            "{gates:#?}"
        );
        let suite = said("junit");
        assert_eq!(suite.matches("<failure").count(), suite.matches("</failure>").count(), "{suite}");
    }
}
