//! A plan in words.

use serde_json::{Value, json};

use crate::cli::cut::Next;
use crate::cli::load::Session;
use crate::cli::planning::Planned;
use crate::cli::{intents, judged};
use crate::config::Duration;
use crate::domain::Stage;
use crate::release::calendar::{self, Projection};
use crate::release::plan::{Plan, PlannedChange, PlannedStep};
use crate::report::Page;

/// The plan, and what stands against it.
///
/// # Errors
/// When it has no form in TOML.
pub(super) fn plan(next: &Next, planned: &Planned, session: &Session, written: bool) -> miette::Result<Page> {
    let plan = &planned.plan;
    let digest = plan.digest().map_err(|error| miette::miette!("{error}"))?;
    let projection = planned.projection(session).unwrap_or_default();
    let refusals: Vec<Value> = planned.judgements.iter().cloned().map(|one| json!(intents::refusal(one))).collect();
    let page = Page::of(json!({
        "schema": "pv/plan/1", "outcome": "planned", "digest": digest, "plan": plan, "projection": projection,
        "gates": next.gates.judged, "written": written.then(|| Plan::path(&plan.release)), "refusals": refusals,
    }));
    let previous = next.previous_name().map(|name| format!(", after {name}")).unwrap_or_default();
    let because = plan.because.as_ref().map(|why| format!(" because {why}")).unwrap_or_default();
    let page = page
        .heading(format!("release {}{previous}", plan.release))
        .paragraph(format!("{}{because}", plan.mode))
        .table(changes(plan))
        .table(steps(plan, &projection))
        .paragraph(projection.notes.join("; "));
    let page = planned.judgements.iter().fold(page, |page, one| page.verbatim(judged::line(one)));
    let gates = next.gates.conclude(Stage::Lock).reasons;
    let page = gates.iter().fold(page, |page, reason| page.verbatim(reason.clone()));
    let stopping = planned.errors().count() + gates.len();
    let page = match stopping {
        0 => page.outcome(true, format!("plan {digest}")),
        count => page.outcome(false, format!("plan {digest}: {count} {} in the way", if count == 1 { "thing is" } else { "things are" })),
    };
    let place = if written { format!("It stands in {}. ", Plan::path(&plan.release)) } else { String::new() };
    Ok(page.paragraph(format!("{place}`pv lock --name {} --plan {digest} --write` cuts this and nothing else.", plan.release)))
}

/// What stands against the next release before it has a plan.
pub(super) fn refused(next: &Next) -> Page {
    let rows = next.refusals.iter().map(|one| json!({"rule": one.rule, "artefact": one.id, "message": one.message}));
    let page = Page::of(json!({"schema": "pv/plan/1", "outcome": "refused", "refusals": rows.collect::<Vec<_>>()}));
    let page = next.refusals.iter().fold(page, |page, one| {
        let subject = one.id.as_ref().map_or("pv.lock".to_owned(), ToString::to_string);
        page.verbatim(format!("{subject}: {}  [{}]\n  help: {}", one.message, one.rule, one.help))
    });
    page.outcome(false, "there is no plan")
}

fn changes(plan: &Plan) -> Vec<Vec<String>> {
    let head = ["change", "from", "to", "type", "class", "owner", "way back"].map(str::to_owned).to_vec();
    std::iter::once(head).chain(plan.change.iter().map(change)).collect()
}

fn change(change: &PlannedChange) -> Vec<String> {
    let types: Vec<String> = change.types.iter().map(ToString::to_string).collect();
    let or_dash = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    let within = change.rollback.within.map(|seconds| format!(" within {}", Duration { seconds })).unwrap_or_default();
    vec![
        change.artefact.to_string(),
        or_dash(change.from.as_ref().map(ToString::to_string)),
        change.version.to_string(),
        types.join(", "),
        or_dash(change.class.map(|class| class.to_string())),
        or_dash(change.owner.clone()),
        format!("{}{within}", change.rollback.method),
    ]
}

fn steps(plan: &Plan, projection: &Projection) -> Vec<Vec<String>> {
    let head = ["step", "what", "share", "hold", "gates", "earliest"].map(str::to_owned).to_vec();
    let projected = |n: u32| projection.steps.iter().find(|one| one.n == n);
    let at = |step: &PlannedStep| projected(step.n).map_or("-".to_owned(), |one| calendar::moment(&one.at));
    let rows = plan.step.iter().map(|step| {
        let gates: Vec<&str> = step.gates.iter().map(|gate| gate.as_str()).collect();
        vec![step.n.to_string(), step.what(), share(step), hold(step), gates.join(", "), at(step)]
    });
    std::iter::once(head).chain(rows).collect()
}

fn share(step: &PlannedStep) -> String {
    match &step.partition {
        Some(partition) => format!("partition {partition}"),
        None => step.weight.to_string(),
    }
}

fn hold(step: &PlannedStep) -> String {
    if step.hold == 0 { "-".to_owned() } else { Duration { seconds: step.hold }.to_string() }
}
