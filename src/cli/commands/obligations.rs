//! `pv obligations`: what exceptions owe.

use serde_json::json;

use crate::cli::discipline::Situation;
use crate::cli::load::Session;
use crate::cli::{Context, Exit};
use crate::release::overrides::{Obligation, Register, State};
use crate::report::Page;

/// List what exceptions owe, by when it is due: exit 1 when something is overdue
#[derive(Debug, clap::Args)]
#[command(after_help = "\
An exception owes something for every rule that it left out, from the moment its release is cut. What is overdue stops
the next ordinary release. `pv override close` records what was done.

Examples:
  pv obligations
  pv obligations --overdue --at 2026-12-01T10:00:00+05:30")]
pub struct Args {
    /// Only what is overdue
    #[arg(long)]
    overdue: bool,
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    let session = Session::open(context)?;
    let head = session.head()?;
    let session = session.judging(&head, context)?;
    let situation = Situation::of(&session, context)?;
    let register =
        Register::read(&session.config.exceptions, &situation.histories, &situation.papers, &situation.at);
    let mut obligations = register.obligations();
    obligations.retain(|one| !args.overdue || one.state == State::Overdue);
    context.show_page(page(&obligations))?;
    let is_overdue = obligations.iter().any(|one| one.state == State::Overdue);
    Ok(if is_overdue { Exit::Refused } else { Exit::Pass })
}

fn page(obligations: &[Obligation<'_>]) -> Page {
    let mut table = vec![["due", "state", "exception", "release", "left out", "owes"].map(str::to_owned).to_vec()];
    table.extend(obligations.iter().map(|one| {
        let record = &one.exception.record;
        let state = one.state.to_string();
        let owes = one.bypass.compensation.clone();
        vec![one.due().to_string(), state, record.id.clone(), record.release.to_string(), one.bypass.rule.clone(), owes]
    }));
    let rows: Vec<_> = obligations.iter().map(data).collect();
    let page = Page::of(json!({"schema": "pv/obligations/1", "obligations": rows})).table(table);
    let count = |state| obligations.iter().filter(|one| one.state == state).count();
    match (count(State::Overdue), count(State::Open)) {
        (0, 0) => page.outcome(true, "nothing is owed"),
        (0, open) => page.outcome(true, format!("{open} open, none overdue")),
        (overdue, open) => page.outcome(false, format!("{overdue} overdue, {open} open")),
    }
}

fn data(one: &Obligation<'_>) -> serde_json::Value {
    let record = &one.exception.record;
    json!({
        "override": record.id, "release": record.release, "rule": one.bypass.rule, "owes": one.bypass.compensation,
        "due": one.due(), "state": one.state.to_string(), "fulfilled": one.fulfilled,
    })
}
