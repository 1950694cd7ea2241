//! `pv verify`: every digest of a release.

use crate::cli::load::Session;
use crate::cli::shipped::Shelf;
use crate::cli::{Context, Exit, verified};
use crate::lock::ReleaseName;
use crate::report::Page;

/// Verify releases: the record's seal, the tag, and every stored byte
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Finds flipped bytes, missing objects, edited or truncated records and moved tags. Exit 5 when bytes are missing or
altered, 1 for anything else that is wrong.

Examples:
  pv verify               the latest release
  pv verify 2026.11.21
  pv verify --all")]
pub struct Args {
    /// The release; default the latest
    #[arg(value_name = "RELEASE")]
    release: Option<ReleaseName>,
    /// Every release that has a record
    #[arg(long, conflicts_with = "release")]
    all: bool,
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    let session = Session::open(context)?;
    let shelf = Shelf::of(&session.repository)?;
    let names = match &args.release {
        _ if args.all => shelf.tagged_or_recorded(&session.repository)?,
        Some(name) => vec![name.clone()],
        None => shelf.lock()?.and_then(|lock| lock.release).map(|release| release.name).into_iter().collect(),
    };
    if names.is_empty() {
        let data = serde_json::json!({"schema": "pv/verify/1", "releases": []});
        context.show_page(Page::of(data).outcome(true, "nothing was released yet"))?;
        return Ok(Exit::Pass);
    }
    let verified = verified::releases(&session, &names)?;
    context.show_page(verified::conclude(&verified))?;
    Ok(verified::exit(&verified))
}
