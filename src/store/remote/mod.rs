//! The remote: immutable objects in a bucket or a directory, named by the BLAKE3 of their bytes.
//!
//! Object stores speak asynchronously; nothing outside this folder does. Each method waits for its answer, and many
//! threads may ask at once. Nothing that is stored is ever changed: see [`layout`] for the names.

mod address;
mod connect;
mod download;
mod guarantees;
pub mod layout;
mod partial;
mod pieces;
mod presence;
mod remote_error;
mod run;
mod upload;

pub use guarantees::{Guarantee, Held};
pub use remote_error::RemoteError;
pub use run::{Moved, Run, Tally};
pub use upload::Freshness;

use std::collections::BTreeMap;
use std::future::Future;
use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use object_store::{Error, GetOptions, ObjectMeta, ObjectStore, ObjectStoreExt as _, PutMode, PutPayload};
use tokio::runtime::{Builder, Runtime};

use address::Address;
use layout::Key;

/// How long an answer that carries no object may take, retries and all. Where nobody answers, it is said after this.
const PATIENCE: Duration = Duration::from_secs(30);

/// A remote that objects are sent to and fetched from.
#[derive(Debug)]
pub struct Remote {
    store: Arc<dyn ObjectStore>,
    runtime: Runtime,
    address: Address,
}

/// What a remote says of an object without sending it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// Its name, below the remote's prefix.
    pub key: Key,
    /// Its length in bytes.
    pub size: u64,
    /// When it was put: seconds since 1970, by the store's clock.
    pub modified: i64,
}

impl Remote {
    /// The remote at `url`, with credentials and endpoints from `variables` (the process environment) and the cloud's own
    /// chain. Nothing is asked of it yet.
    ///
    /// # Errors
    /// [`RemoteError::Address`] for a URL that names none, [`RemoteError::Setup`] when the environment contradicts itself.
    pub fn open(url: &str, variables: &BTreeMap<String, String>) -> Result<Self, RemoteError> {
        let address = Address::parse(url)?;
        let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build();
        let runtime = runtime.map_err(|error| RemoteError::setup(&address, &error))?;
        let store = connect::store(&address, variables)?;
        Ok(Self { store, runtime, address })
    }

    /// What is stored under `key`, if anything is.
    ///
    /// # Errors
    /// When the remote does not answer, or refuses.
    pub fn stat(&self, key: &Key) -> Result<Option<Stored>, RemoteError> {
        match self.soon(self.store.head(&self.path(key))) {
            Ok(meta) => Ok(Some(stored(key, &meta))),
            Err(Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(self.failed("look for", key, error)),
        }
    }

    /// Puts `bytes` under `key`, unless something is there already: then nothing is written, and that is told (`false`).
    ///
    /// # Errors
    /// When the remote does not answer, or refuses.
    pub fn create(&self, key: &Key, bytes: Vec<u8>) -> Result<bool, RemoteError> {
        match self.put(key, bytes.into(), PutMode::Create) {
            Ok(()) => Ok(true),
            Err(Error::AlreadyExists { .. } | Error::Precondition { .. }) => Ok(false),
            Err(error) => Err(self.failed("put", key, error)),
        }
    }

    /// Puts `bytes` under `key` once more, which makes what is there young again. Only ever the bytes that the key names.
    ///
    /// # Errors
    /// When the remote does not answer, or refuses.
    pub fn renew(&self, key: &Key, bytes: Vec<u8>) -> Result<(), RemoteError> {
        self.put(key, bytes.into(), PutMode::Overwrite).map_err(|error| self.failed("put", key, error))
    }

    /// The bytes under `key`, no more than `limit`; `None` when nothing is there. What they are is not known yet.
    ///
    /// # Errors
    /// When the remote does not answer or refuses, and [`RemoteError::Corrupt`] when there are more.
    pub fn read(&self, key: &Key, limit: u64) -> Result<Option<impl Deref<Target = [u8]> + use<>>, RemoteError> {
        let found = match self.soon(self.store.get_opts(&self.path(key), GetOptions::default())) {
            Ok(found) => found,
            Err(Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(self.failed("fetch", key, error)),
        };
        if found.meta.size > limit {
            let found = format!("{} bytes", found.meta.size);
            return Err(self.corrupt(key, format!("no more than {limit} bytes"), found));
        }
        self.runtime.block_on(found.bytes()).map(Some).map_err(|error| self.failed("fetch", key, error))
    }

    /// Everything that is stored in the folder `folder` (see [`Key::folders`]), sorted by key.
    ///
    /// # Errors
    /// When the remote does not answer, or refuses.
    pub fn list(&self, folder: &Key) -> Result<Vec<Stored>, RemoteError> {
        let path = self.path(folder);
        let listed = self.runtime.block_on(self.store.list_with_delimiter(Some(&path)));
        let listed = listed.map_err(|error| self.failed("list", folder, error))?;
        let mut all: Vec<Stored> = listed
            .objects
            .iter()
            .filter_map(|meta| Some(stored(&folder.within(meta.location.filename()?), meta)))
            .collect();
        all.sort_by(|a, b| a.key.cmp(&b.key));
        Ok(all)
    }

    /// Deletes what is under `key`; nothing there is no fault.
    ///
    /// # Errors
    /// When the remote does not answer, or refuses.
    pub fn delete(&self, key: &Key) -> Result<(), RemoteError> {
        match self.soon(self.store.delete(&self.path(key))) {
            Ok(()) | Err(Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(self.failed("delete", key, error)),
        }
    }

    /// Where it is, as a person reads it: without anything that is secret.
    pub fn shown(&self) -> String {
        self.address.to_string()
    }

    /// The whole name of `key`, as other tools call it.
    pub fn shown_key(&self, key: &Key) -> String {
        format!("{}/{key}", self.address)
    }

    fn put(&self, key: &Key, payload: PutPayload, mode: PutMode) -> Result<(), Error> {
        let path = self.path(key);
        let put = |mode: PutMode| self.runtime.block_on(self.store.put_opts(&path, payload.clone(), mode.into()));
        match put(mode) {
            // A store without conditional writes: the key names the bytes, so whoever else writes there writes the same.
            Err(Error::NotImplemented { .. }) => put(PutMode::Overwrite).map(drop),
            put => put.map(drop),
        }
    }

    /// Waits for an answer that carries no object: never longer than [`PATIENCE`].
    fn soon<T>(&self, answer: impl Future<Output = Result<T, Error>>) -> Result<T, Error> {
        let timed = self.runtime.block_on(async { tokio::time::timeout(PATIENCE, answer).await });
        timed.unwrap_or_else(|late| Err(Error::Generic { store: "remote", source: Box::new(late) }))
    }

    fn path(&self, key: &Key) -> object_store::path::Path {
        self.address.prefix().parts().chain(key.path().parts()).collect()
    }

    fn failed(&self, action: &'static str, key: &Key, error: Error) -> RemoteError {
        RemoteError::failed(action, self.shown_key(key), error)
    }

    fn corrupt(&self, key: &Key, expected: impl Into<String>, found: impl Into<String>) -> RemoteError {
        RemoteError::Corrupt { key: self.shown_key(key), expected: expected.into(), found: found.into() }
    }
}

fn stored(key: &Key, meta: &ObjectMeta) -> Stored {
    Stored { key: key.clone(), size: meta.size, modified: meta.last_modified.timestamp() }
}
