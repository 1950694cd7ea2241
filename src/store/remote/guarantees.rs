//! What a remote guarantees, found out by trying it: create, create again, overwrite what changed, read a piece, many at once,
//! list, delete.

use std::sync::atomic::{AtomicUsize, Ordering};

use object_store::{Error, GetOptions, ObjectStoreExt as _, PutMode, UpdateVersion};

use super::layout::Key;
use super::{Remote, RemoteError};

/// How many write the same new key at once.
const RACERS: usize = 16;

/// Something that a store may or may not guarantee.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guarantee {
    /// What it is, in a few words.
    pub name: &'static str,
    /// Whether it held.
    pub held: Held,
    /// What was seen.
    pub seen: String,
    /// Whether pv relies on it.
    pub is_needed: bool,
}

/// Whether a guarantee held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// It did.
    Yes,
    /// The store says that it did, and it did not.
    No,
    /// The store says that it has no such thing.
    NotOffered,
}

impl Remote {
    /// Tries what the store guarantees, under names that no object has, and removes what it made.
    ///
    /// # Errors
    /// When the remote does not answer, or refuses to be written to.
    pub fn guarantees(&self) -> Result<Vec<Guarantee>, RemoteError> {
        let scratch = Key::of_check(&format!("{:016x}", fastrand::u64(..)));
        let keys: Vec<Key> = ["one", "race"].iter().map(|name| scratch.within(name)).collect();
        let tried = self.tried(&scratch, &keys);
        let removed = keys.iter().try_for_each(|key| self.delete(key));
        let (mut tried, ()) = (tried?, removed?);
        let left = self.list(&scratch)?.len();
        tried.push(needed("what is deleted is gone", left == 0, counted(left, "key") + " left"));
        Ok(tried)
    }

    fn tried(&self, scratch: &Key, keys: &[Key]) -> Result<Vec<Guarantee>, RemoteError> {
        let [one, race] = keys else { return Ok(Vec::new()) };
        let created = self.create(one, b"first".to_vec())?;
        let read = self.read(one, 64)?.is_some_and(|bytes| *bytes == *b"first");
        let again = self.create(one, b"second".to_vec())?;
        let kept = self.read(one, 64)?.is_some_and(|bytes| *bytes == *b"first");
        Ok(vec![
            needed("what is put can be read", created && read, if read { "the same bytes" } else { "other bytes" }),
            optional("an existing key is not created again", !again && kept, overwritten(again, kept)),
            self.stale(one)?,
            self.ranged(one)?,
            self.race(race)?,
            self.listed(scratch, keys)?,
        ])
    }

    /// Whether an overwrite is refused that names a version which is no longer there.
    fn stale(&self, key: &Key) -> Result<Guarantee, RemoteError> {
        const NAME: &str = "an overwrite of an older version is refused";
        let found = self.runtime.block_on(self.store.head(&self.path(key)));
        let old = found.map_err(|error| self.failed("look for", key, error))?;
        self.renew(key, b"newer".to_vec())?;
        let version = UpdateVersion { e_tag: old.e_tag, version: old.version };
        Ok(match self.put(key, "stale".into(), PutMode::Update(version)) {
            Err(Error::Precondition { .. }) => optional(NAME, true, "refused"),
            Err(Error::NotImplemented { .. } | Error::NotSupported { .. }) => {
                Guarantee { name: NAME, held: Held::NotOffered, seen: "not offered".to_owned(), is_needed: false }
            }
            Err(error) => return Err(self.failed("put", key, error)),
            Ok(()) => optional(NAME, false, "overwritten silently"),
        })
    }

    fn ranged(&self, key: &Key) -> Result<Guarantee, RemoteError> {
        const NAME: &str = "a piece of an object can be read";
        self.renew(key, b"0123456789".to_vec())?;
        let path = self.path(key);
        let options = GetOptions { range: Some((2..5).into()), ..GetOptions::default() };
        let read = self.runtime.block_on(async { self.store.get_opts(&path, options).await?.bytes().await });
        let is_right = read.as_ref().is_ok_and(|bytes| **bytes == *b"234");
        Ok(optional(NAME, is_right, if is_right { "the bytes asked for" } else { "other bytes" }))
    }

    /// Many create the same key at once: one of them must be told that it did.
    fn race(&self, key: &Key) -> Result<Guarantee, RemoteError> {
        let winners = AtomicUsize::new(0);
        let racer = |number: usize| {
            let won = self.create(key, format!("racer {number}").into_bytes())?;
            winners.fetch_add(usize::from(won), Ordering::Relaxed);
            Ok::<(), RemoteError>(())
        };
        let ended: Vec<Result<(), RemoteError>> = std::thread::scope(|scope| {
            let racers: Vec<_> = (0..RACERS).map(|number| scope.spawn(move || racer(number))).collect();
            racers.into_iter().filter_map(|racer| racer.join().ok()).collect()
        });
        ended.into_iter().collect::<Result<(), RemoteError>>()?;
        let winners = winners.into_inner();
        let seen = format!("{winners} of {RACERS} were told that they made it");
        Ok(optional("of many that create a key at once, one does", winners == 1, seen))
    }

    fn listed(&self, scratch: &Key, keys: &[Key]) -> Result<Guarantee, RemoteError> {
        let listed: Vec<Key> = self.list(scratch)?.into_iter().map(|stored| stored.key).collect();
        Ok(needed("what is there is listed", listed == keys, counted(listed.len(), "key") + " of 2"))
    }
}

fn needed(name: &'static str, held: bool, seen: impl Into<String>) -> Guarantee {
    Guarantee { is_needed: true, ..optional(name, held, seen) }
}

fn optional(name: &'static str, held: bool, seen: impl Into<String>) -> Guarantee {
    Guarantee { name, held: if held { Held::Yes } else { Held::No }, seen: seen.into(), is_needed: false }
}

fn overwritten(again: bool, kept: bool) -> &'static str {
    match (again, kept) {
        (false, true) => "refused, and the first bytes are there",
        (false, false) => "refused, and overwritten nevertheless",
        (true, true) => "said to be made, and the first bytes are there",
        (true, false) => "overwritten silently",
    }
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
