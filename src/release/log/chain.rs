//! The chain of a log: every event names the digest of the one before it.

use super::{Event, decode, seal};
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

/// The log whose files are `files`, in whatever order: path and text.
pub fn chain<'f>(files: impl IntoIterator<Item = (&'f str, &'f str)>) -> Chain {
    let mut chain = Chain::default();
    let mut links: Vec<(Link, Digest)> = Vec::new();
    for (path, text) in files {
        match decode(path, text) {
            Ok(event) => links.push((Link { path: path.to_owned(), digest: records::digest(text), event }, seal(text))),
            Err(problem) => chain.problems.push(problem),
        }
    }
    chain.problems.sort();
    links.sort_by(|(a, _), (b, _)| (a.event.n, &a.path).cmp(&(b.event.n, &b.path)));
    links.into_iter().for_each(|(link, seal)| chain.add(link, &seal));
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

    fn add(&mut self, link: Link, seal: &Digest) {
        let (expected, event, path) = (self.next_number(), &link.event, &link.path);
        if event.digest.as_ref() != Some(seal) {
            let seen = format!(
                "{path} is not what was recorded: it has the digest {seal}, and says {}",
                shown(event.digest.as_ref())
            );
            self.broken.push(Refused::by(&checks::EVENT_EDITED, seen));
        }
        if event.n != expected || *path != event.path() {
            let seen = format!(
                "{path} says that it is event {} of its log ({}), and event {expected} is the next",
                event.n,
                event.path()
            );
            self.broken.push(Refused::by(&checks::EVENT_MISSING, seen));
        } else if event.prev.as_ref() != self.head() {
            let (said, found) = (shown(event.prev.as_ref()), shown(self.head()));
            let seen = format!("{path} says that the event before it is {said}, and there stands {found}");
            self.broken.push(Refused::by(&checks::CHAIN_BROKEN, seen));
        }
        self.links.push(link);
    }
}

fn shown(digest: Option<&Digest>) -> &str {
    digest.map_or("none", Digest::as_str)
}
