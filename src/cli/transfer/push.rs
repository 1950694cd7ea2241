//! Sending what releases need.

use serde_json::json;

use super::{Link, amount, counted, digests, fault, needed, releases};
use crate::cli::load::Session;
use crate::cli::shipped::Shelf;
use crate::cli::transferred::Wanted;
use crate::cli::{Context, Exit};
use crate::report::Page;
use crate::store::remote::{Freshness, Tally};

/// Sends what is wanted and the remote lacks.
///
/// # Errors
/// Without a remote, when a release is unknown, and when the remote does not answer or refuses.
pub(in crate::cli) fn push(wanted: &Wanted, context: &Context) -> miette::Result<Exit> {
    let session = Session::open(context)?;
    let (shelf, link) = (Shelf::of(&session.repository)?, Link::open(&session, &wanted.pace)?);
    let names = releases(&session, &shelf, wanted)?;
    let needed = needed(&session, &shelf, wanted, &names)?;
    let total = needed.trees.is_empty().then(|| needed.objects.values().sum());
    link.watch(context, "sent", total);
    let run = link.run(&session)?;
    let retention = session.config.store.retention.seconds;
    let freshness = Freshness { now: session.now.as_second(), retention, is_thorough: wanted.all };
    run.push(&digests(&needed), &needed.trees, freshness);
    let faults = run.faults();
    let (moved, renewed, there) = (link.tally.moved(), link.tally.renewed(), link.tally.there());
    let data = json!({
        "schema": "pv/push/1", "remote": link.remote.shown(), "releases": names,
        "sent": {"objects": moved.objects, "bytes": moved.bytes},
        "renewed": {"objects": renewed.objects, "bytes": renewed.bytes},
        "there": {"objects": there.objects},
    });
    fault::conclude(Page::of(data), faults, good(&link, &link.tally), context)
}

fn good(link: &Link, tally: &Tally) -> String {
    let (moved, renewed, there) = (tally.moved(), tally.renewed(), tally.there());
    if moved.objects + renewed.objects == 0 {
        return match there.objects {
            0 => "nothing to send: nothing that is wanted is kept out of git".to_owned(),
            _ => format!("nothing to send: {} holds it all", link.remote.shown()),
        };
    }
    let again = match renewed.objects {
        0 => String::new(),
        _ => format!(", {} again because they were old", amount(renewed)),
    };
    let already = if there.objects == 0 {
        String::new()
    } else {
        format!("; {} there already", counted(there.objects, "object"))
    };
    format!("sent {} to {}{again}{already}", amount(moved), link.remote.shown())
}
