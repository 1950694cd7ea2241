//! `pv window check`: is it open?

use serde_json::json;

use super::asked::{About, Asked, table};
use crate::cli::load::Session;
use crate::cli::{Context, Exit, intents};
use crate::domain::Instant;
use crate::release::calendar::{self, Projection};
use crate::release::checks::Judgement;
use crate::report::Page;

/// Arguments of `pv window check`.
#[derive(Debug, clap::Args)]
pub(super) struct Check {
    #[command(flatten)]
    about: About,
}

pub(super) fn run(args: &Check, context: &Context) -> miette::Result<Exit> {
    let session = Session::open(context)?;
    let asked = args.about.asked(&session, context)?;
    let (calendar, now) = (&session.config.calendar, context.now());
    let told = calendar::uncoverable(calendar, &asked.occasions);
    let page = match calendar::project(calendar, &asked.occasions, &now) {
        Ok(projection) => {
            context.show_page(open(&asked, &projection, &told, &now))?;
            return Ok(Exit::Pass);
        }
        Err(reasons) => {
            let next = calendar::next_fit(calendar, &asked.occasions, &now);
            let page = closed(&asked, &[reasons.as_slice(), told.as_slice()].concat(), next.as_ref(), &now);
            (page, Exit::of_judgements(&reasons))
        }
    };
    context.show_page(page.0)?;
    Ok(page.1)
}

fn open(asked: &Asked, projection: &Projection, told: &[Judgement], at: &Instant) -> Page {
    let page = Page::of(json!({
        "schema": "pv/window/1", "outcome": "open", "at": at, "about": asked.about, "projection": projection,
        "next": projection.steps.first().map(|step| &step.at), "refusals": refusals(told),
    }));
    let page = page.paragraph(format!("for {}", asked.about)).table(table(projection));
    let page = projection.notes.iter().fold(page, |page, note| page.verbatim(format!("note: {note}")));
    let page = told.iter().fold(page, |page, one| page.verbatim(format!("note: {}", one.refused.message)));
    page.outcome(true, "open: every step fits from now on")
}

fn closed(asked: &Asked, reasons: &[Judgement], next: Option<&Projection>, at: &Instant) -> Page {
    let first = next.and_then(|next| next.steps.first()).map(|step| &step.at);
    let page = Page::of(json!({
        "schema": "pv/window/1", "outcome": "closed", "at": at, "about": asked.about, "projection": next,
        "next": first, "refusals": refusals(reasons),
    }));
    let page = page.paragraph(format!("for {}", asked.about));
    let page = reasons.iter().fold(page, |page, one| page.outcome(false, format!("closed: {}  [{}]", one.refused.message, one.refused.check.id)));
    let page = page.paragraph(reasons.first().map(|one| one.refused.remedy.clone()).unwrap_or_default());
    next.map(table).into_iter().fold(page, Page::table)
}

fn refusals(judgements: &[Judgement]) -> Vec<serde_json::Value> {
    judgements.iter().cloned().map(|one| json!(intents::refusal(one))).collect()
}
