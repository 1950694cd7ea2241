//! `pv verify`: every digest of a release.

use crate::cli::load::Session;
use crate::cli::shipped::Shelf;
use crate::cli::verified::{self, Verified};
use crate::cli::{Context, Exit, trees};
use crate::lock::ReleaseName;
use crate::report::Page;

/// Verify releases: the record's seal, the tag, every stored byte, the evidence that was relied on, and the log
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Finds flipped bytes, missing objects, missing or damaged chunks of row snapshots, evidence that is gone or altered, edited, truncated or missing records, moved
tags, events that are missing, edited or out of order, and plans of another lock: each of these exits 5. Exit 1 when pv.lock is missing though releases were cut. That pv.lock is its record's copy,
`pv lock --check` checks.

Examples:
  pv verify               the latest release
  pv verify 2026.11.21
  pv verify --all")]
pub struct Args {
    /// The release; default the latest
    #[arg(value_name = "RELEASE")]
    release: Option<ReleaseName>,
    /// Every release that has a record or a tag; of another branch, as its tag has it
    #[arg(long, conflicts_with = "release")]
    all: bool,
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    let session = Session::open(context)?;
    let shelf = Shelf::of(&session.repository)?;
    let mut verified = match &args.release {
        _ if args.all => verified::anywhere(&session, &shelf.tagged_or_recorded(&session.repository)?)?,
        Some(name) => named(&session, &shelf, name)?,
        None => match shelf.lock() {
            Ok(lock) => {
                let latest = lock.and_then(|lock| lock.release).map(|release| release.name);
                verified::releases(&session, latest.as_slice())?
            }
            Err(failure) => return verified::without_lock(failure, context),
        },
    };
    if verified.is_empty() {
        let data = serde_json::json!({"schema": "pv/verify/1", "releases": []});
        context.show_page(Page::of(data).outcome(true, "nothing was released yet"))?;
        return Ok(Exit::Pass);
    }
    trees::verify(&session, &shelf, &mut verified)?;
    context.show_page(verified::conclude(&verified))?;
    Ok(verified::exit(&verified))
}

fn named(session: &Session, shelf: &Shelf, name: &ReleaseName) -> miette::Result<Vec<Verified>> {
    let known = shelf.tagged_or_recorded(&session.repository)?;
    let verified = if known.contains(name) { verified::anywhere(session, std::slice::from_ref(name))? } else { vec![] };
    if verified.is_empty() { Err(shelf.unknown_release(name.as_str())) } else { Ok(verified) }
}
