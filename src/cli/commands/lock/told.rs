//! A release in words: what it would be, what stops it, what it is.

use serde_json::json;

use crate::cli::cut::Next;
use crate::cli::{intents, judged};
use crate::cli::planning::Planned;
use crate::domain::{Stage, Verdict, Version};
use crate::git::CommitId;
use crate::lock::ReleaseName;
use crate::lock::record::Record;
use crate::release::checks::{self, Refused};
use crate::release::gates::Judged;
use crate::release::plan::Plan;
use crate::report::Page;

/// What the release would be.
///
/// # Errors
/// When the plan has no form in TOML.
pub(super) fn planned(
    next: &Next,
    name: &ReleaseName,
    (planned, uncommitted): (Option<&Planned>, Option<&str>),
) -> miette::Result<Page> {
    let page = decisions(next, name, "planned");
    if next.is_unchanged() {
        return Ok(page.outcome(true, "nothing changed since the latest release"));
    }
    let page = match uncommitted {
        Some(edits) => page.paragraph(format!("Not in it, because not committed: {edits}.")),
        None => page,
    };
    let page = discipline(told(gates(page, next), next), planned);
    let page = match planned {
        Some(planned) => page.paragraph(plan_line(&planned.plan)?),
        None => page,
    };
    let gates = next.gates.conclude(Stage::Lock).reasons.len();
    let others = planned.map_or(0, |planned| planned.errors().count());
    let stopped = match (gates, others) {
        (0, 0) => {
            let way = format!("Nothing was written. `pv lock --name {name} --write --commit --tag` cuts the release.");
            return Ok(page.paragraph(way));
        }
        (1, 0) => "1 gate is in the way".to_owned(),
        (count, 0) => format!("{count} gates are in the way"),
        (0, 1) => "1 thing is in the way".to_owned(),
        (gates, others) => format!("{} things are in the way", gates + others),
    };
    Ok(page.paragraph("Nothing was written.").outcome(false, format!("--write would be refused: {stopped}")))
}

/// The plan in a line, with the digest by which it is named.
fn plan_line(plan: &Plan) -> miette::Result<String> {
    let digest = plan.digest().map_err(|error| miette::miette!("{error}"))?;
    let steps = match plan.step.len() {
        1 => "1 step".to_owned(),
        count => format!("{count} steps"),
    };
    Ok(format!("Its plan has {steps} (`pv plan` shows them): {digest}"))
}

/// What else stands against the release, and what is to be said of it.
fn discipline(page: Page, planned: Option<&Planned>) -> Page {
    let judgements = planned.map(|planned| planned.judgements.as_slice()).unwrap_or_default();
    judgements.iter().fold(page, |page, one| page.verbatim(judged::line(one)))
}

/// That the gates stop the release: which, by which checks, and what to do about each.
pub(super) fn stopped(next: &Next, name: &ReleaseName, planned: Option<&Planned>) -> Page {
    let mut page = gates(decisions(next, name, "refused"), next);
    for judged in next.gates.judged.iter().filter(|judged| judged.verdict.blocks(Stage::Lock)) {
        let subject = format!("{} owes {}", judged.artefact, judged.gate);
        page = reasons(judged).iter().fold(page, |page, reason| refusal(page, &subject, reason));
    }
    let judgements = planned.map(|planned| planned.judgements.iter().cloned().map(intents::refusal).collect::<Vec<_>>());
    if let (Some(data), Some(judgements)) = (page.data.as_object_mut(), judgements) {
        data.insert("refusals".to_owned(), json!(judgements));
    }
    discipline(page, planned).outcome(false, "no release was cut")
}

/// That there is nothing to release.
pub(super) fn unchanged(name: &ReleaseName) -> Page {
    let data = json!({"schema": "pv/lock/1", "outcome": "unchanged", "release": name.to_string()});
    Page::of(data).outcome(false, format!("nothing changed since the latest release: no release {name} was cut"))
}

/// The gates that the release owes, one a line.
fn gates(page: Page, next: &Next) -> Page {
    if next.previous_name().is_none() {
        return page.paragraph("The first release owes no gate: there is no live version to compare it with.");
    }
    let mut table = vec![["artefact", "gate", "verdict", "because"].map(str::to_owned).to_vec()];
    table.extend(next.gates.judged.iter().map(|judged| {
        vec![judged.artefact.to_string(), judged.gate.to_string(), judged.verdict.to_string(), because(judged)]
    }));
    let altered = next.gates.refusals.iter().map(|altered| &altered.refused);
    altered.fold(page.table(table), |page, refused| refusal(page, "evidence", refused))
}

/// What is refused, by which check, and the way out.
fn refusal(page: Page, subject: &str, refused: &Refused) -> Page {
    page.verbatim(format!("{subject}: {}  [{}]\n  help: {}", refused.message, refused.check.id, refused.remedy))
}

/// The first thing that stands against a gate, and who waived it; of what does not, who waived it, or what it rests on.
fn because(judged: &Judged) -> String {
    let waiver = judged.notes.first().filter(|_| judged.verdict == Verdict::Waived);
    let waived = waiver.map(|waiver| format!("; {waiver}")).unwrap_or_default();
    match reasons(judged).first() {
        Some(reason) => format!("{}{waived}  [{}]", reason.message, reason.check.id),
        None => judged.evidence.as_ref().or(judged.notes.first()).cloned().unwrap_or_default(),
    }
}

/// Everything that stands against a gate.
fn reasons(judged: &Judged) -> Vec<Refused> {
    let failed = judged.checks.iter().filter_map(|checked| {
        let check = checks::check(checked.check?)?;
        Some(Refused::by(check, format!("{} {}, {}: {}", checked.metric, checked.scope, checked.asks, checked.message)))
    });
    judged.refused.iter().cloned().chain(failed).collect()
}

/// What the release is.
pub(super) fn written(
    next: &Next,
    record: &Record,
    (commit, tagged): (Option<&CommitId>, bool),
    planned: Option<&Planned>,
) -> Page {
    let page = decisions(next, &record.name, "written");
    let place = match commit {
        Some(commit) => format!("committed as {}", commit.to_string().chars().take(10).collect::<String>()),
        None if next.intents.intents.is_empty() => "not committed: `git add .pv releases pv.lock` and commit it".to_owned(),
        None => "not committed: `git add .pv releases changes pv.lock` and commit it".to_owned(),
    };
    let tag = if tagged { format!(", tagged {}", record.name.tag()) } else { String::new() };
    let page = discipline(told(gates(page, next), next), planned);
    let page = page.outcome(true, format!("release {} written, {place}{tag}", record.name));
    match planned {
        Some(_) => page.paragraph(format!("Nobody sees it yet: `pv rollout step {}` takes the first step.", record.name)),
        None => page,
    }
}

/// What the authors of the changes say, and what is to be said of that.
fn told(page: Page, next: &Next) -> Page {
    let page = match next.intents.intents.len() {
        0 => page,
        1 => page.paragraph("1 intent describes it, and moves beside its record."),
        count => page.paragraph(format!("{count} intents describe it, and move beside its record.")),
    };
    let notes = next.intents.notes().map(|note| format!("note: {}  [{}]", note.refused.message, note.refused.check.id));
    let notes = notes.collect::<Vec<_>>().join("\n");
    if notes.is_empty() { page } else { page.verbatim(notes) }
}

fn decisions(next: &Next, name: &ReleaseName, outcome: &str) -> Page {
    let label = |version: &Option<Version>| version.as_ref().map_or("-".to_owned(), ToString::to_string);
    let moved = next.decisions().iter().filter(|decision| decision.from != decision.to);
    let mut table = vec![["artefact", "from", "to", "bump", "because"].map(str::to_owned).to_vec()];
    table.extend(moved.clone().map(|decision| {
        let because = if decision.to.is_none() { "removed" } else { decision.reason };
        vec![decision.id.to_string(), label(&decision.from), label(&decision.to), decision.bump.to_string(), because.to_owned()]
    }));
    let rows: Vec<_> = next
        .decisions()
        .iter()
        .map(|decision| json!({"id": decision.id, "from": decision.from, "to": decision.to, "bump": decision.bump, "reason": decision.reason}))
        .collect();
    let previous = next.previous_name().map(ToString::to_string);
    let intents: Vec<&str> = next.intents.intents.iter().map(|intent| intent.path.as_str()).collect();
    let data = json!({
        "schema": "pv/lock/1", "outcome": outcome, "release": name.to_string(), "previous": previous, "artefacts": rows,
        "gates": next.gates.judged, "verdict": next.gates.conclude(Stage::Lock), "intents": intents, "notes": next.intents.notes().cloned().map(intents::refusal).collect::<Vec<_>>(),
    });
    let unchanged = next.decisions().len() - moved.count();
    let after = match previous {
        None => "the first one".to_owned(),
        Some(previous) if previous == name.as_str() => "the latest one".to_owned(),
        Some(previous) => format!("after {previous}"),
    };
    Page::of(data).heading(format!("release {name}, {after}")).table(table).paragraph(match unchanged {
        0 => String::new(),
        1 => "1 artefact is unchanged.".to_owned(),
        count => format!("{count} artefacts are unchanged."),
    })
}
