//! Writing events: each gets the next number, and the digest of the one before it.

use super::histories;
use super::load::Session;
use super::shipped::Shelf;
use crate::release::log::Event;
use crate::store::write_below;

/// Writes `event` as the next one of its release's log, in the worktree. An event that stands there already as the last
/// one, and says the same, is left alone: an interrupted run is continued.
///
/// The caller holds the repository's lock (`store::flock`).
///
/// # Errors
/// When the log is broken, or the system refuses.
pub(super) fn append(session: &Session, event: Event) -> miette::Result<Event> {
    let shelf = Shelf::of(&session.repository)?;
    let chain = histories::intact(histories::chain(&shelf, &event.release))?;
    if let Some(last) = chain.links.last().filter(|last| is_same(&last.event, &event)) {
        return Ok(last.event.clone());
    }
    place(session, Event { n: chain.next_number(), prev: chain.head().cloned(), ..event })
}

/// Writes `event` as the first one of its release's log, whatever an interrupted run left there.
///
/// The caller holds the repository's lock.
///
/// # Errors
/// When the system refuses.
pub(super) fn begin(session: &Session, event: Event) -> miette::Result<()> {
    place(session, Event { n: 1, ..event }).map(drop)
}

fn place(session: &Session, event: Event) -> miette::Result<Event> {
    let actor = event.actor.clone().or_else(|| session.repository.user_name());
    let event = Event { actor, ..event };
    let text = event.encode().map_err(|error| miette::miette!("{error}"))?;
    write_below(session.root()?, &event.path(), text.as_bytes())?;
    Ok(event)
}

/// Whether two events say the same of the same moment.
fn is_same(written: &Event, wanted: &Event) -> bool {
    let (digest, prev, actor) = (written.digest.clone(), written.prev.clone(), written.actor.clone());
    let placed = Event { n: written.n, digest, prev, actor, ..wanted.clone() };
    placed == *written
}
