//! `--format github`: workflow commands, which become annotations on the changed lines of a pull request.

use std::io::{self, Write};

use super::{Layout, gates, phrase};
use crate::domain::{ArtefactId, Class, Place, Problem, Severity, Verdict};
use crate::release::gates::Judged;
use crate::report::{Changes, FindingRow, Refusal, Report, Row, visible};

/// GitHub shows at most this many annotations of each level for a step.
const MOST: usize = 10;

/// How loud an annotation is; loudest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Error,
    Warning,
    Notice,
}

impl Level {
    const ALL: [Self; 3] = [Self::Error, Self::Warning, Self::Notice];

    /// What a class is worth; additive and cosmetic changes are not annotated.
    fn of(class: Class) -> Option<Self> {
        match class {
            Class::Integrity => Some(Self::Error),
            Class::Breaking => Some(Self::Warning),
            Class::Behavioural => Some(Self::Notice),
            Class::Additive | Class::Cosmetic => None,
        }
    }

    fn of_severity(severity: Severity) -> Self {
        match severity {
            Severity::Error => Self::Error,
            Severity::Warning => Self::Warning,
        }
    }

    fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Notice => "notice",
        }
    }
}

struct Annotation {
    level: Level,
    properties: String,
    message: String,
}

pub(super) fn render(report: &Report, _layout: &Layout, out: &mut dyn Write) -> io::Result<()> {
    let Report::Changes(changes) = report else { return Ok(()) };
    let annotations = annotations(changes);
    let mut left_out = Vec::new();
    for level in Level::ALL {
        let of_level: Vec<&Annotation> = annotations.iter().filter(|annotation| annotation.level == level).collect();
        for Annotation { properties, message, .. } in of_level.iter().take(MOST) {
            writeln!(out, "::{} {properties}::{message}", level.as_str())?;
        }
        if of_level.len() > MOST {
            left_out.push(phrase::counted(of_level.len() - MOST, level.as_str()));
        }
    }
    if !left_out.is_empty() {
        writeln!(out, "pv: not annotated: {} more; `--format markdown` has them all", left_out.join(", "))?;
    }
    writeln!(out, "pv: {} ({})", phrase::total(changes), phrase::sides(changes))
}

/// Why a check failed, the gates and what is refused besides, what could not be read, and the findings; rows and their
/// findings come worst first.
fn annotations(changes: &Changes) -> Vec<Annotation> {
    let failed = changes.verdict.iter().filter(|verdict| !verdict.passed);
    let reasons =
        failed.map(|verdict| annotation(Level::Error, &[("title", "pv check failed")], &verdict.reasons.join("\n")));
    let gates = gates::sorted(changes).into_iter().filter_map(|judged| gate(changes, judged));
    let refusals = changes.refusals.iter().map(|refusal| self::refusal(changes, refusal));
    let problems = changes.problems.iter().map(problem);
    let findings =
        changes.artefacts.iter().flat_map(|row| row.findings.iter().filter_map(move |one| finding(row, one)));
    reasons.chain(gates).chain(refusals).chain(problems).chain(findings).collect()
}

/// A gate that does not pass, on the first line of its artefact.
fn gate(changes: &Changes, judged: &Judged) -> Option<Annotation> {
    let level = match judged.verdict {
        Verdict::Fail => Level::Error,
        Verdict::Inconclusive => Level::Warning,
        Verdict::Waived | Verdict::Pass => return None,
    };
    Some(on_artefact(changes, Some(&judged.artefact), level, (&gates::title(judged), &gates::told(judged))))
}

fn refusal(changes: &Changes, refusal: &Refusal) -> Annotation {
    let level = Level::of_severity(refusal.severity);
    let message = format!("{}\n{}", phrase::refused(refusal), refusal.refused.remedy);
    let title = format!("pv: {}", refusal.refused.check.id);
    match &refusal.place {
        Some(place) => located(level, place, &title, &message),
        None => on_artefact(changes, refusal.artefact.as_ref(), level, (&title, &message)),
    }
}

fn problem(problem: &Problem) -> Annotation {
    let message = format!("{}\n{}", problem.message, problem.help);
    located(Level::of_severity(problem.severity), &problem.place, &format!("pv: {}", problem.code), &message)
}

/// On the first line of an artefact that changed; else on no line.
fn on_artefact(
    changes: &Changes,
    artefact: Option<&ArtefactId>,
    level: Level,
    (title, message): (&str, &str),
) -> Annotation {
    match artefact.and_then(|artefact| gates::path(changes, artefact)) {
        Some(path) => annotation(level, &[("file", path), ("line", "1"), ("title", title)], message),
        None => annotation(level, &[("title", title)], message),
    }
}

fn finding(row: &Row, finding: &FindingRow) -> Option<Annotation> {
    let level = if finding.is_waived() { Level::Notice } else { Level::of(finding.class)? };
    let title = format!("{}: {}", finding.class, finding.rule);
    let notes: String = phrase::notes(finding).iter().map(|(label, text)| format!("\n{label}: {text}")).collect();
    let message = format!("{}: {}{notes}", row.id, finding.message);
    Some(match (&finding.new, row.path.new.as_ref().or(row.path.old.as_ref())) {
        (Some(quote), _) => located(level, &quote.place, &title, &message),
        (None, Some(path)) => annotation(level, &[("file", path), ("title", &title)], &message),
        (None, None) => annotation(level, &[("title", &title)], &message),
    })
}

fn located(level: Level, place: &Place, title: &str, message: &str) -> Annotation {
    let (line, column) = (place.line.to_string(), place.column.to_string());
    annotation(level, &[("file", &*place.path), ("line", &line), ("col", &column), ("title", title)], message)
}

fn annotation(level: Level, properties: &[(&str, &str)], message: &str) -> Annotation {
    let properties: Vec<String> =
        properties.iter().map(|(name, value)| format!("{name}={}", property(value))).collect();
    Annotation { level, properties: properties.join(","), message: data(visible::block(message).trim_end()) }
}

/// Text behind the `::`, where no line may end.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property, where besides no property may end.
fn property(text: &str) -> String {
    data(&visible::block(text)).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use crate::report::render::sample;

    #[test]
    fn problems_and_reasons_are_errors_and_a_break_warns() {
        insta::assert_snapshot!(sample::rendered("github", sample::breaking(), &sample::PLAIN), @r#"
        ::error title=pv check failed::1 file cannot be read
        ::error file=prompts/bad.md,line=2,col=7,title=pv%3A yaml-syntax::the list is not closed%0Aadd a `]`
        ::warning file=prompts/greet.md,title=breaking%3A prompt/variable-removed::prompt:greet: the prompt no longer takes `order_id`
        ::notice file=prompts/greet.md,line=7,col=3,title=behavioural%3A prompt/model-changed::prompt:greet: the model changed
        pv: 1 artefact changed (HEAD → worktree)
        "#);
    }

    #[test]
    fn gates_that_fail_and_refusals_are_errors_on_the_artefact_and_come_first() {
        insta::assert_snapshot!(sample::rendered("github", sample::gated(), &sample::PLAIN), @r"
        ::error title=pv check failed::2 gates fail%0A1 artefact has no intent
        ::error file=prompts/greet.md,line=1,title=eval fails for prompt%3Agreet::1 of 4 checks fails, 1 is inconclusive%0Afail: pass_rate lang=hi (at most 5 points below): -9 points [-13, -5] over 80 cases%0Ainconclusive: pass_rate lang=mr (at most 5 points below): -3 points [-9, 3] over 12 cases, where 10 points would show; about 40 more cases would decide%0Apass: 2 checks: pass_rate, pass_rate lang=en%0Aevidence: .pv/evidence/greet.json, against prompt:greet@1.0.0 of release 2026.05.20
        ::error file=prompts/greet.md,line=1,title=cost fails for prompt%3Agreet::it was run on `prompt:greet` as of blake3:1a2b3c4d5e, which is blake3:9f8e7d6c5b now%0A  Run the eval again on what is here, then `pv gate add reports/cost.json`.
        ::error file=prompts/greet.md,line=1,title=pv%3A report/cases-missing::prompt:greet: it changed, and no intent names it%0ASay why: `pv change add prompt:greet`
        ::warning file=prompts/greet.md,line=1,title=safety is inconclusive for prompt%3Agreet::pass_rate (at least 95 %25): 94 %25 [89, 97] over 90 cases; about 60 more cases would decide%0Aevidence: .pv/evidence/greet-safety.json
        ::notice file=prompts/greet.md,line=7,col=3,title=behavioural%3A prompt/wording-changed::prompt:greet: the wording of a sentence changed
        pv: 1 artefact changed (HEAD → worktree)
        ");
    }

    #[test]
    fn ten_of_a_level_are_shown_and_the_rest_counted() {
        let text = sample::rendered("github", sample::many(), &sample::PLAIN);
        assert_eq!(text.lines().filter(|line| line.starts_with("::notice ")).count(), 10);
        assert!(text.contains("pv: not annotated: 690 notices more"), "{text}");
    }

    #[test]
    fn no_text_starts_a_command_of_its_own() {
        let text = sample::rendered("github", sample::hostile(), &sample::PLAIN);
        insta::assert_snapshot!(text, @r#"
        ::warning file=prompts/greet.md,line=7,col=3,title=breaking%3A prompt/wording-changed::prompt:x`|<img src=x>%0A::error::y\u{1b}[2J: takes `a`<script>`b` from @team,%0A::warning::see [x](javascript:1)
        pv: 1 artefact changed (HEAD → worktree)
        "#);
        assert_eq!(text.lines().filter(|line| line.trim_start().starts_with("::")).count(), 1);
    }
}
