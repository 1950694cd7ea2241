//! `pv change lint`: do the intents fit the diff?

use serde_json::json;

use super::described;
use crate::cli::intents::refusal;
use crate::cli::{Context, Exit};
use crate::domain::{Problem, Severity};
use crate::report::{Page, Refusal, Unreadable};

pub(super) fn run(base: Option<&str>, context: &Context) -> miette::Result<Exit> {
    let held = described(base, context)?.held;
    let refusals: Vec<Refusal> = held.judgements.into_iter().map(refusal).collect();
    let is_error = |refusal: &&Refusal| refusal.severity == Severity::Error;
    let errors = refusals.iter().filter(is_error).count() + held.problems.iter().filter(|one| one.is_error()).count();
    context.show_page(page(&refusals, &held.problems, errors, held.intents.len()))?;
    if !held.problems.is_empty() {
        context.shell.explain(&Unreadable::new("changes/", held.problems).into());
    }
    Ok(if errors == 0 { Exit::Pass } else { Exit::Refused })
}

fn page(refusals: &[Refusal], problems: &[Problem], errors: usize, judged: usize) -> Page {
    let faults: Vec<_> = problems
        .iter()
        .map(|one| json!({"path": &*one.place.path, "line": one.place.line, "code": one.code, "message": one.message}))
        .collect();
    let outcome = if errors == 0 { "passed" } else { "failed" };
    let data = json!({"schema": "pv/change-lint/1", "outcome": outcome, "refusals": refusals, "problems": faults});
    let page = refusals.iter().fold(Page::of(data), |page, one| {
        page.paragraph(told(one)).paragraph(format!("help: {}", one.refused.remedy))
    });
    let judged = if judged == 1 { "1 intent".to_owned() } else { format!("{judged} intents") };
    match errors {
        0 if refusals.is_empty() && problems.is_empty() => page.outcome(true, format!("{judged} of this change: all in order")),
        0 => page.outcome(true, format!("{judged} of this change: nothing that stops a check")),
        1 => page.outcome(false, "1 error".to_owned()),
        _ => page.outcome(false, format!("{errors} errors")),
    }
}

/// One refusal in a sentence: where, what, by which check.
fn told(refusal: &Refusal) -> String {
    let severity = if refusal.severity == Severity::Error { "error" } else { "warning" };
    let place = refusal.place.as_ref().map_or_else(String::new, |place| format!("{}:{}: ", place.path, place.line));
    format!("{severity}: {place}{}  [{}]", refusal.refused.message, refusal.refused.check.id)
}
