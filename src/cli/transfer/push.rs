//! Sending what releases need.

use serde_json::json;

use super::{Link, amount, digests, fault, needed, releases};
use crate::cli::amount::counted;
use crate::cli::load::Session;
use crate::cli::shipped::Shelf;
use crate::cli::transferred::Wanted;
use crate::cli::{Context, Exit};
use crate::report::Page;
use crate::store::flock;
use crate::store::remote::{Freshness, Moved};

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
    // No collection meanwhile.
    let guard = flock::share_large(session.repository.common_dir())?;
    let run = link.run(&session)?;
    let retention = session.config.store.retention.seconds;
    let freshness = Freshness { now: session.now.as_second(), retention, is_thorough: wanted.all };
    run.push(&digests(&needed), &needed.trees, freshness);
    let faults = run.faults();
    drop(guard);
    let data_of = |moved: Moved| json!({"objects": moved.objects, "bytes": moved.bytes});
    let data = json!({
        "schema": "pv/push/1", "remote": link.remote.shown(), "releases": names,
        "sent": data_of(link.tally.moved()), "renewed": data_of(link.tally.renewed()),
        "mended": data_of(link.tally.mended()), "there": {"objects": link.tally.there().objects},
    });
    fault::conclude(Page::of(data), faults, good(&link), context)
}

fn good(link: &Link) -> String {
    let (moved, renewed, mended) = (link.tally.moved(), link.tally.renewed(), link.tally.mended());
    let (there, remote) = (link.tally.there().objects, link.remote.shown());
    let did = [
        told(moved, &format!("sent {{}} to {remote}")),
        told(renewed, "sent {} again because of their age"),
        told(mended, "put {} right that had another length"),
    ];
    let did: Vec<String> = did.into_iter().flatten().collect();
    match (did.as_slice(), there) {
        ([], 0) => "nothing to send: nothing that is wanted is kept out of git".to_owned(),
        ([], _) => format!("nothing to send: {remote} holds it all"),
        (_, 0) => did.join("; "),
        _ => format!("{}; {} there already", did.join("; "), counted(there, "object")),
    }
}

/// `words` with the amount in place of `{}`; nothing when it is none.
fn told(moved: Moved, words: &str) -> Option<String> {
    (moved.objects > 0).then(|| words.replace("{}", &amount(moved)))
}
