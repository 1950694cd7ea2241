//! Content digests: of exact bytes ([`Digest`]) and of canonical form ([`Meaning`]).

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

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
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Meaning(String);

impl Meaning {
    /// The meaning of an artefact whose canonical form is `canonical`.
    pub fn of(canonical: &[u8]) -> Self {
        Self(format!("pvc1:{}", blake3::hash(canonical).to_hex()))
    }

    /// A meaning read back from a lock or a memo.
    pub fn recorded(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The whole text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Meaning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
