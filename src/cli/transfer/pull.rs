//! Fetching what releases need.

use serde_json::json;

use super::{Link, Sides, amount, digests, fault, pull_lock};
use crate::cli::load::Session;
use crate::cli::shipped::Shelf;
use crate::cli::transferred::Wanted;
use crate::cli::{Context, Exit};
use crate::report::Page;
use crate::store::flock;
use crate::store::remote::RemoteError;

/// Fetches what is wanted and this clone lacks.
///
/// # Errors
/// Without a remote, when a release is unknown, when another pull of this clone is at work, and when the remote does not
/// answer or refuses.
pub(in crate::cli) fn pull(wanted: &Wanted, context: &Context) -> miette::Result<Exit> {
    let session = Session::open(context)?;
    let (shelf, link) = (Shelf::of(&session.repository)?, Link::open(&session, &wanted.pace)?);
    let sides = Sides::of(&session, &shelf, wanted)?;
    let common_dir = session.repository.common_dir();
    // One pull at a time, and no collection meanwhile.
    let guards = (flock::acquire(&pull_lock(common_dir))?, flock::share_large(common_dir)?);
    let faults = fetch(&session, &shelf, &link, &sides, context)?;
    drop(guards);
    let moved = link.tally.moved();
    let data = json!({
        "schema": "pv/pull/1", "remote": link.remote.shown(), "releases": sides.releases, "revisions": sides.standing,
        "fetched": {"objects": moved.objects, "bytes": moved.bytes},
    });
    let good = match moved.objects {
        0 => "nothing to fetch: all that is wanted is here".to_owned(),
        _ => format!("fetched and verified {} from {}", amount(moved), link.remote.shown()),
    };
    fault::conclude(Page::of(data), faults, good, context)
}

/// Fetches until nothing is missing: what a directory consists of is known once its listing is here.
fn fetch(
    session: &Session,
    shelf: &Shelf,
    link: &Link,
    sides: &Sides,
    context: &Context,
) -> miette::Result<Vec<RemoteError>> {
    let mut unlisted = usize::MAX;
    loop {
        let needed = sides.needed(session, shelf)?;
        let total = needed.trees.is_empty().then(|| needed.objects.values().sum());
        link.watch(context, "fetched", total);
        let run = link.run(session)?;
        run.pull(&digests(&needed), &needed.trees);
        let faults = run.faults();
        // Each round lists what the one before fetched.
        if !faults.is_empty() || needed.unlisted.is_empty() || needed.unlisted.len() >= unlisted {
            return Ok(faults);
        }
        unlisted = needed.unlisted.len();
    }
}
