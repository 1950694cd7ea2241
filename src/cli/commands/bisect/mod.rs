//! `pv bisect`: which release made it bad, and which artefacts of it.

mod states;
mod told;

use states::{Ends, States};

use crate::cli::load::Session;
use crate::cli::shipped::Shelf;
use crate::cli::{Context, Exit, histories};
use crate::lock::ReleaseName;
use crate::lock::record::Record;
use crate::release::after::bisect::{self, Answer, Choice, Differing, Span};
use crate::release::standing::History;

/// Find the release that made a command fail, and the smallest set of its artefacts that does
#[derive(Debug, clap::Args)]
#[command(after_help = "\
First a binary search over the releases between the two, in the order of their cuts; then, inside the guilty release,
delta debugging over the artefacts that it changed: combinations of old and new ones in which everything has what it
needs. Each state is laid out, offline, in a scratch directory where the command runs; PV_DIR names the directory,
PV_RELEASE the release, PV_CHANGED the artefacts that are new in it. Exit codes as for `git bisect run`: 0 good, 125
cannot be told, 1 to 127 bad, anything else stops the search.

Examples:
  pv bisect --good 2026.11.02 --bad 2026.11.21 --run 'promptfoo eval -c ci.yaml'
  pv bisect --good r3 --bad r7 --run '! grep -q guarantee prompts/explain_refund.md'")]
pub struct Args {
    /// A release on which the command succeeds
    #[arg(long, value_name = "RELEASE")]
    good: ReleaseName,
    /// A later release on which it fails
    #[arg(long, value_name = "RELEASE")]
    bad: ReleaseName,
    /// The command, for `sh -c`
    #[arg(long, value_name = "COMMAND", value_parser = clap::builder::NonEmptyStringValueParser::new())]
    run: String,
}

/// What the search came to.
struct Found<'a> {
    /// The releases that were searched, in the order of their cuts.
    releases: &'a [Record],
    /// Between which of them it went bad.
    span: Span,
    /// What the two differ in.
    differing: &'a Differing<'a>,
    /// The pieces that do it.
    choice: Choice,
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    let session = Session::open(context)?;
    let shelf = Shelf::of(&session.repository)?;
    let releases = between(&shelf, args)?;
    let mut states = States::new(&shelf, &args.run, context)?;
    let last = releases.len() - 1;
    let ends = Ends { good: states.release(&releases[0])?, bad: states.release(&releases[last])? };
    if ends != (Ends { good: Answer::Good, bad: Answer::Bad }) {
        context.show_page(told::refused(args, &ends))?;
        return Ok(Exit::Refused);
    }
    let span = bisect::first_bad(releases.len(), |at| states.release(&releases[at]))?;
    let differing = Differing::between(&releases[span.good], &releases[span.bad]);
    let name = releases[span.bad].name.clone();
    let choice = differing.minimal(|choice| states.combination(&name, &differing, choice))?;
    let found = Found { releases: &releases, span, differing: &differing, choice };
    context.show_page(told::found(args, &found, &states))?;
    Ok(Exit::Pass)
}

/// The releases from the good to the bad one, in the order of their cuts.
fn between(shelf: &Shelf, args: &Args) -> miette::Result<Vec<Record>> {
    let all: Vec<History> = histories::all(shelf)?;
    let place = |name: &ReleaseName| {
        let found = all.iter().position(|history| history.record.name == *name);
        found.ok_or_else(|| shelf.unknown_release(name.as_str()))
    };
    let (good, bad) = (place(&args.good)?, place(&args.bad)?);
    if good >= bad {
        return Err(miette::miette!(
            code = "bisect::order",
            help = "name the earlier release with --good, the later one with --bad; `pv log` shows their order",
            "{} was not cut before {}",
            args.good,
            args.bad
        ));
    }
    Ok(all.into_iter().skip(good).take(bad - good + 1).map(|history| history.record).collect())
}
