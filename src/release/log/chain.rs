//! The chain of a log: every event names the digest of the one before it.

use super::{Event, decode};
use crate::domain::{Digest, Problem};
use crate::release::checks::{Refused, log as checks};
use crate::release::records;

/// An event as it stands in a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Its path.
    pub path: String,
    /// Digest of its text.
    pub digest: Digest,
    /// What it says.
    pub event: Event,
}

/// A log as it was found.
#[derive(Debug, Clone, Default)]
pub struct Chain {
    /// Its events that can be read, in their order.
    pub links: Vec<Link>,
    /// Files that cannot be read.
    pub problems: Vec<Problem>,
    /// Where the chain is broken: integrity findings.
    pub broken: Vec<Refused>,
}

/// The log whose files are `files`: path and text.
pub fn chain<'f>(files: impl IntoIterator<Item = (&'f str, &'f str)>) -> Chain {
    let mut chain = Chain::default();
    let mut files: Vec<_> = files.into_iter().collect();
    files.sort_unstable();
    for (path, text) in files {
        match decode(path, text) {
            Ok(event) => chain.add(Link { path: path.to_owned(), digest: records::digest(text), event }),
            Err(problem) => chain.problems.push(problem),
        }
    }
    chain
}

impl Chain {
    /// The digest that the next event names.
    pub fn head(&self) -> Option<&Digest> {
        self.links.last().map(|link| &link.digest)
    }

    /// The number of the next event.
    pub fn next_number(&self) -> u32 {
        self.links.last().map_or(1, |link| link.event.n.saturating_add(1))
    }

    fn add(&mut self, link: Link) {
        let (expected, head) = (self.next_number(), self.head().cloned());
        let event = &link.event;
        if event.n != expected || link.path != event.path() {
            let seen = format!("{} is event {} of its log, and {expected} is the next", link.path, event.n);
            self.broken.push(Refused::by(&checks::EVENT_MISSING, seen));
        } else if event.prev != head {
            let seen = format!("{} names another event before it than the one that stands there", link.path);
            self.broken.push(Refused::by(&checks::CHAIN_BROKEN, seen));
        }
        self.links.push(link);
    }
}
