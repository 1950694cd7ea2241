//! `pv notice`: what is told of a release before, during and after it.

mod check;
mod draft;
mod record;
mod subject;

use clap::Subcommand;

use crate::cli::{Context, Exit};
use crate::domain::Audience;
use crate::release::notices::Phase;

/// Draft, record and check what people are told of a release
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Engineering is told of every release before its first step; of a material change (of a model, or of who sees a feature)
those who answer customers get talking points, and customers hear of it at least `[notice] lead` before. pv sends
nothing: it writes the draft, and keeps the record that the rollout asks for.

Examples:
  pv notice draft --audience customer 2026.11.21 > notice.txt
  pv notice record --audience customer --file notice.txt --sent 2026-11-20T09:00+05:30 2026.11.21
  pv notice check 2026.11.21")]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Print a draft: from the plan, the intents, and when it begins
    Draft(draft::Args),
    /// Record what was sent: releases/NAME/notices/PHASE-AUDIENCE.toml, and an event in the release's log
    Record(record::Args),
    /// Say who was not told, too late, or something else than is planned now: exit 1
    Check(check::Args),
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    match &args.action {
        Action::Draft(args) => draft::run(args, context),
        Action::Record(args) => record::run(args, context),
        Action::Check(args) => check::run(args, context),
    }
}

/// An audience that is sent notices.
fn audience(text: &str) -> Result<Audience, String> {
    let names = Audience::NOTIFIED.map(Audience::as_str).join(", ");
    Audience::NOTIFIED.into_iter().find(|one| one.as_str() == text).ok_or_else(|| format!("one of: {names}"))
}

/// A phase by its name.
fn phase(text: &str) -> Result<Phase, String> {
    let names = Phase::ALL.map(Phase::as_str).join(", ");
    Phase::ALL.into_iter().find(|one| one.as_str() == text).ok_or_else(|| format!("one of: {names}"))
}
