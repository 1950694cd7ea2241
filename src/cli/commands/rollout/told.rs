//! A rollout in words.

use serde_json::{Value, json};

use super::rolling::Rolling;
use crate::cli::{intents, judged};
use crate::config::Duration;
use crate::domain::{Instant, Severity};
use crate::release::calendar::{self, Projected};
use crate::release::checks::Judgement;
use crate::release::log::Event;
use crate::release::plan::{Plan, PlannedStep};
use crate::release::rollout::Position;
use crate::release::standing::Phase;
use crate::report::Page;

/// The steps, with those that were taken.
///
/// # Errors
/// When the release has no plan.
pub(super) fn plan(rolling: &Rolling) -> miette::Result<Page> {
    let (plan, position) = (rolling.plan()?, rolling.position()?);
    let earliest = earliest(rolling, &position)?;
    let mut rows = vec![["step", "what", "share", "hold", "gates", "watched", "taken", "earliest"].map(str::to_owned).to_vec()];
    rows.extend(plan.step.iter().map(|step| row(step, rolling, &earliest)));
    let data = json!({
        "schema": "pv/rollout-plan/1", "release": plan.release, "phase": position.rollout.phase,
        "step": position.rollout.step, "next": position.next.map(|step| step.n), "steps": plan.step, "earliest": earliest,
    });
    let page = Page::of(data).heading(format!("release {}", plan.release)).table(rows);
    Ok(page.paragraph(whereabouts(plan, &position, rolling.at())))
}

/// When each step that is left may be taken at the earliest, by the holds and the calendar; nothing where it never fits.
fn earliest(rolling: &Rolling, position: &Position<'_>) -> miette::Result<Vec<Projected>> {
    let is_over = matches!(position.rollout.phase, Phase::RolledBack | Phase::Closed);
    let Some(next) = position.next.filter(|_| !is_over) else { return Ok(Vec::new()) };
    let occasions = calendar::occasions(rolling.plan()?, &rolling.situation.histories, next.n);
    let ends = position.until.as_ref().filter(|until| !position.is_again && until.timestamp() > rolling.at().timestamp());
    let from = ends.unwrap_or(rolling.at());
    let projection = calendar::next_fit(&rolling.session.config.calendar, &occasions, from);
    Ok(projection.map(|projection| projection.steps).unwrap_or_default())
}

fn row(step: &PlannedStep, rolling: &Rolling, earliest: &[Projected]) -> Vec<String> {
    let gates: Vec<&str> = step.gates.iter().map(|gate| gate.as_str()).collect();
    let events = rolling.situation.standing.events.iter().rev().filter(|event| event.release == rolling.release);
    let taken = events.filter(|event| event.weights.keys().eq(&step.artefacts)).find(|event| event.step == Some(step.n));
    vec![
        step.n.to_string(),
        step.what(),
        share(step),
        if step.hold == 0 { "-".to_owned() } else { Duration { seconds: step.hold }.to_string() },
        or_dash(gates.join(", ")),
        or_dash(step.watch.join(", ")),
        taken.map_or("-".to_owned(), |event| event.at.to_string()),
        earliest.iter().find(|one| one.n == step.n).map_or("-".to_owned(), |one| calendar::moment(&one.at)),
    ]
}

fn or_dash(text: String) -> String {
    if text.is_empty() { "-".to_owned() } else { text }
}

fn share(step: &PlannedStep) -> String {
    match &step.partition {
        Some(partition) => format!("partition {partition}"),
        None => step.weight.to_string(),
    }
}

/// Where it is, in a sentence or two.
fn whereabouts(plan: &Plan, position: &Position<'_>, at: &Instant) -> String {
    let (rollout, of) = (position.rollout, plan.step.len());
    let since = rollout.since.as_ref().map(|since| format!(" since {since}")).unwrap_or_default();
    let at_step = position.taken.map(|step| format!("At step {} of {of}{since}: {} has {}.", step.n, step.what(), share(step)));
    let whole = match rollout.phase {
        Phase::Cut => format!("Cut at {}; no step was taken, so nobody sees it.", rollout.cut),
        Phase::Stepping => at_step.unwrap_or_default(),
        Phase::Held => format!("{} Stopped there.", at_step.unwrap_or_default()),
        Phase::Done => format!("Every step was taken{since}: everybody has it.{}", mature(position, at)),
        Phase::RolledBack => "Taken back.".to_owned(),
        Phase::Closed => "Closed.".to_owned(),
    };
    whole.trim().to_owned()
}

/// Until when it is monitored; nothing takes it back by itself.
fn mature(position: &Position<'_>, at: &Instant) -> String {
    match position.until.as_ref().map(|until| until.in_zone(at.zoned().time_zone())) {
        Some(until) if at.timestamp() < until.timestamp() => format!(" It is monitored, and mature on {until}."),
        Some(until) => format!(" Mature since {until}: `pv rollout close` closes it."),
        None => String::new(),
    }
}

/// Where it is, and what stands against the next step.
///
/// # Errors
/// When the release has no plan.
pub(super) fn status(rolling: &Rolling, judgements: &[Judgement]) -> miette::Result<Page> {
    let (plan, position) = (rolling.plan()?, rolling.position()?);
    let mut data = state(rolling, &position);
    insert(&mut data, "judgements", judgements.iter().cloned().map(|one| json!(intents::refusal(one))).collect());
    let page = Page::of(data).heading(format!("release {}", plan.release)).paragraph(whereabouts(plan, &position, rolling.at()));
    let page = match position.taken.filter(|step| !step.watch.is_empty()) {
        Some(step) => page.paragraph(format!("Watched: {}.", step.watch.join(", "))),
        None => page,
    };
    let is_over = matches!(position.rollout.phase, Phase::RolledBack | Phase::Closed);
    let Some(next) = position.next.filter(|_| !is_over) else { return Ok(page) };
    let page = page.paragraph(format!("Next: step {}, {}: {}.", next.n, next.what(), share(next)));
    let page = judgements.iter().fold(page, |page, one| page.verbatim(judged::line(one)));
    Ok(match judgements.iter().any(|one| one.severity == Severity::Error) {
        true => page.outcome(false, format!("step {} may not be taken now", next.n)),
        false => page.outcome(true, format!("step {} may be taken: pv rollout step {}", next.n, plan.release)),
    })
}

/// Where a release without a plan is.
///
/// # Errors
/// When there is no such release.
pub(super) fn unplanned(rolling: &Rolling) -> miette::Result<Page> {
    let history = rolling.history()?;
    let rollout = rolling.situation.standing.rollouts.get(&rolling.release);
    let data = json!({"schema": "pv/rollout-status/1", "release": rolling.release, "rollout": rollout, "next": Value::Null});
    let why = match (&history.record.previous, rollout) {
        (_, None) => "It is not cut yet at this instant.",
        (None, _) => "The first release was live when it was cut: it has no steps.",
        (Some(_), Some(rollout)) if rollout.phase == Phase::Done => "Everybody has it: it took another release back.",
        (Some(_), Some(_)) => "It has no plan, so it has no steps.",
    };
    Ok(Page::of(data).heading(format!("release {}", rolling.release)).paragraph(why))
}

fn state(rolling: &Rolling, position: &Position<'_>) -> Value {
    json!({
        "schema": "pv/rollout-status/1", "release": rolling.release, "at": rolling.at(), "rollout": position.rollout,
        "hold-until": position.until, "next": position.next, "again": position.is_again,
    })
}

fn insert(data: &mut Value, key: &str, value: Value) {
    if let Some(data) = data.as_object_mut() {
        data.insert(key.to_owned(), value);
    }
}

/// What stands against the next step: nothing was recorded.
///
/// # Errors
/// When the release has no plan.
pub(super) fn refused(rolling: &Rolling, judgements: &[Judgement]) -> miette::Result<Page> {
    let position = rolling.position()?;
    let mut data = state(rolling, &position);
    insert(&mut data, "schema", json!("pv/rollout-step/1"));
    insert(&mut data, "outcome", json!("refused"));
    insert(&mut data, "refusals", judgements.iter().cloned().map(|one| json!(intents::refusal(one))).collect());
    let page = judgements.iter().fold(Page::of(data), |page, one| page.verbatim(judged::line(one)));
    let what = position.next.map_or("no step".to_owned(), |next| format!("step {}", next.n));
    Ok(page.outcome(false, format!("{what} of release {} was not taken", rolling.release)))
}

/// That the step was taken before.
///
/// # Errors
/// When the release has no plan.
pub(super) fn already(rolling: &Rolling, event: &Event) -> miette::Result<Page> {
    let step = event.step.unwrap_or_default();
    let data = json!({"schema": "pv/rollout-step/1", "outcome": "already", "release": rolling.release, "step": step, "written": [], "event": event.path()});
    let text = format!("already at step {step} of release {}: {} at {}", rolling.release, event.path(), event.at);
    let now = whereabouts(rolling.plan()?, &rolling.position()?, rolling.at());
    Ok(Page::of(data).outcome(true, text).paragraph(now))
}

/// That a step was taken.
pub(super) fn taken(
    plan: &Plan,
    step: &PlannedStep,
    warnings: &[Judgement],
    (paths, is_committed, is_late, at): (&[String], bool, bool, &Instant),
) -> Page {
    let refusals: Vec<Value> = warnings.iter().cloned().map(|one| json!(intents::refusal(one))).collect();
    let data = json!({
        "schema": "pv/rollout-step/1", "outcome": "taken", "release": plan.release, "step": step, "at": at,
        "written": paths, "committed": is_committed, "refusals": refusals,
    });
    let late = if is_late { " (recorded late)" } else { "" };
    let page = warnings.iter().fold(Page::of(data), |page, one| page.verbatim(judged::line(one)));
    let text = format!("step {} of {} of release {}{late}: {} has {}", step.n, plan.step.len(), plan.release, step.what(), share(step));
    page.outcome(true, text).paragraph(written(paths, is_committed)).paragraph(onward(plan, step, at))
}

fn written(paths: &[String], is_committed: bool) -> String {
    let what = paths.join(", ");
    if is_committed { format!("Written and committed: {what}.") } else { format!("Written: {what}. Commit it.") }
}

/// What comes after a step.
fn onward(plan: &Plan, step: &PlannedStep, at: &Instant) -> String {
    let until = crate::release::rollout::after(at, step.hold);
    let watch = if step.watch.is_empty() { String::new() } else { format!(" Watch {}.", step.watch.join(", ")) };
    match plan.step(step.n + 1) {
        Some(next) if step.hold == 0 => format!("Next: step {}, {}: {}.{watch}", next.n, next.what(), share(next)),
        Some(next) => format!("Held until {until}.{watch} Then step {}, {}: {}.", next.n, next.what(), share(next)),
        None if step.hold == 0 => format!("It was the last step: pv rollout close {}", plan.release),
        None => format!("It was the last step: monitored until {until}, then mature.{watch}"),
    }
}

/// That something was recorded.
pub(super) fn recorded(what: &str, rolling: &Rolling, (paths, is_committed): (&[String], bool), text: String) -> Page {
    let data = json!({
        "schema": format!("pv/rollout-{what}/1"), "release": rolling.release, "at": rolling.at(), "written": paths,
        "committed": is_committed,
    });
    Page::of(data).outcome(true, text).paragraph(written(paths, is_committed))
}

/// What stands against closing a release: nothing was recorded.
pub(super) fn unclosed(rolling: &Rolling, judgements: &[Judgement]) -> Page {
    let refusals: Vec<Value> = judgements.iter().cloned().map(|one| json!(intents::refusal(one))).collect();
    let data = json!({"schema": "pv/rollout-close/1", "outcome": "refused", "release": rolling.release, "at": rolling.at(), "refusals": refusals});
    let page = judgements.iter().fold(Page::of(data), |page, one| page.verbatim(judged::line(one)));
    page.outcome(false, format!("release {} was not closed", rolling.release))
}

/// That a rollout was ended.
pub(super) fn aborted(rolling: &Rolling, back: Option<&Event>, (paths, is_committed): (&[String], bool)) -> Page {
    let taken: Vec<String> = back.iter().flat_map(|event| &event.rolled_back).map(|one| format!("{}@{}", one.artefact, one.version)).collect();
    let flags: Vec<&String> = back.iter().flat_map(|event| event.flags.keys()).collect();
    let mut page = recorded("abort", rolling, (paths, is_committed), format!("the rollout of release {} is over", rolling.release));
    insert(&mut page.data, "rolled-back", json!(back.map(|event| &event.rolled_back)));
    insert(&mut page.data, "flags", json!(flags));
    for flag in flags {
        page = page.paragraph(format!("Switched off: flag {flag}."));
    }
    if !taken.is_empty() {
        let text = format!("Taken back: {}. The next lock refuses {} until the bytes change.", taken.join(", "), if taken.len() == 1 { "it" } else { "them" });
        page = page.paragraph(text);
    }
    let own = rolling.situation.standing.artefacts.iter().filter(|(_, served)| {
        served.stable.as_ref().is_some_and(|stable| stable.release == rolling.release)
    });
    let stays: Vec<String> = own.map(|(id, _)| id.to_string()).collect();
    match stays.is_empty() {
        true => page.paragraph("Nothing of it is served any more: `pv at` says what is live."),
        false => page.paragraph(format!("Everybody keeps {}: `pv rollback plan --change {}` takes that back.", stays.join(", "), stays.first().cloned().unwrap_or_default())),
    }
}
