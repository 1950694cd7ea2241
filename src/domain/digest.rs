//! Content digests: of exact bytes ([`Digest`]) and of canonical form ([`Meaning`]).

use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, LazyLock};

use serde::{Serialize, Serializer};

/// Digest of exact bytes, algorithm first: `blake3:<64 hex>`; `sha256:` and `md5:` are foreign stores' own.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Digest(String);

impl Digest {
    /// BLAKE3 of `bytes`.
    pub fn of(bytes: &[u8]) -> Self {
        Self::from_blake3(blake3::hash(bytes))
    }

    /// A BLAKE3 hash computed elsewhere (streaming).
    pub fn from_blake3(hash: blake3::Hash) -> Self {
        Self(format!("blake3:{}", hash.to_hex()))
    }

    /// The whole text, `algorithm:hex`.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The algorithm's name.
    pub fn algorithm(&self) -> &str {
        self.0.split_once(':').map_or("", |(algorithm, _)| algorithm)
    }

    /// The lowercase hexadecimal part.
    pub fn hex(&self) -> &str {
        self.0.split_once(':').map_or("", |(_, hex)| hex)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de> serde::Deserialize<'de> for Digest {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

impl FromStr for Digest {
    type Err = DigestParseError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let well_formed = text.split_once(':').is_some_and(|(algorithm, hex)| {
            let length = match algorithm {
                "blake3" | "sha256" => 64,
                "md5" => 32,
                _ => return false,
            };
            hex.len() == length && hex.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
        });
        if well_formed { Ok(Self(text.to_owned())) } else { Err(DigestParseError(text.to_owned())) }
    }
}

/// The text is no digest.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a digest (blake3:<64 hex>, sha256:<64 hex> or md5:<32 hex>)")]
pub struct DigestParseError(pub String);

/// Digest of the canonical form, prefixed with the canonicaliser's version: `pvc1:<64 hex>`.
///
/// Equal meaning: nothing that reaches a model, a tool or a judge changed. Never a storage key.
#[derive(Clone)]
pub struct Meaning {
    text: Arc<LazyLock<String, Make>>,
    print: Option<[u8; 16]>,
}

type Make = Box<dyn FnOnce() -> String + Send>;

impl Meaning {
    /// The meaning of an artefact whose canonical form is `canonical`.
    pub fn of(canonical: &[u8]) -> Self {
        Self::recorded(format!("pvc1:{}", blake3::hash(canonical).to_hex()))
    }

    /// The meaning of an artefact whose canonical form takes time: it is made when the meaning is recorded or shown.
    /// Two such meanings are the same when their `print`s are, which are digests that this process alone makes.
    pub fn later(print: [u8; 16], canonical: impl FnOnce() -> Vec<u8> + Send + 'static) -> Self {
        let make: Make = Box::new(move || Self::of(&canonical()).as_str().to_owned());
        Self { text: Arc::new(LazyLock::new(make)), print: Some(print) }
    }

    /// A meaning read back from a lock or a memo.
    pub fn recorded(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { text: Arc::new(LazyLock::new(Box::new(move || text))), print: None }
    }

    /// The whole text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What this process tells it from others by: quick to have, and never recorded. The same for two meanings that are
    /// the same, where both were taken or both are still to be taken.
    pub fn token(&self) -> Vec<u8> {
        self.print.map_or_else(|| self.as_str().as_bytes().to_vec(), |print| print.to_vec())
    }
}

impl PartialEq for Meaning {
    fn eq(&self, other: &Self) -> bool {
        match (self.print, other.print) {
            (Some(print), Some(others)) => print == others,
            _ => self.as_str() == other.as_str(),
        }
    }
}

impl Eq for Meaning {}

impl fmt::Debug for Meaning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Meaning").field(&self.as_str()).finish()
    }
}

impl Serialize for Meaning {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl fmt::Display for Meaning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
