//! `pv window lint`: what is odd about the calendar.

use std::collections::BTreeSet;

use serde_json::json;

use crate::cli::load::Session;
use crate::cli::{Context, Exit, intents, judged};
use crate::domain::{ArtefactId, Severity};
use crate::release::calendar;
use crate::report::Page;

pub(super) fn run(context: &Context) -> miette::Result<Exit> {
    let session = Session::open(context)?;
    let found = session.census(&session.head()?).artefacts;
    let ids: BTreeSet<ArtefactId> = found.into_iter().map(|one| one.id).collect();
    let judgements = calendar::lint(&session.config.calendar, &context.now(), &ids);
    let refusals: Vec<_> = judgements.iter().cloned().map(|one| json!(intents::refusal(one))).collect();
    let page = Page::of(json!({"schema": "pv/window-lint/1", "at": context.now(), "refusals": refusals}));
    let page = judgements.iter().fold(page, |page, one| page.verbatim(judged::line(one)));
    let errors = judgements.iter().filter(|one| one.severity == Severity::Error).count();
    let page = match (errors, judgements.len()) {
        (0, 0) => page.outcome(true, "the calendar is sound"),
        (0, notes) => page.outcome(true, format!("the calendar is sound; {notes} {}", if notes == 1 { "note" } else { "notes" })),
        (errors, _) => page.outcome(false, format!("{errors} {} open", if errors == 1 { "window does not" } else { "windows do not" })),
    };
    context.show_page(page)?;
    Ok(Exit::of_judgements(&judgements))
}
