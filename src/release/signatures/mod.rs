//! SSH signatures of records, as `ssh-keygen -Y sign` makes them: made, and held against who may sign.
//!
//! A signature stands in a file of its own beside the record; its namespace says what sort of record it is for, so that
//! none can be carried over to another sort. Line ends count as LF, which git may have changed.

mod pattern;
mod signers;

use ssh_key::public::KeyData;
use ssh_key::{HashAlg, LineEnding, PrivateKey, SshSig};

use crate::domain::Instant;

pub use signers::{Allowed, Signer, Signers};

/// The namespace of approvals of overrides.
pub const OVERRIDE: &str = "pv-override";

/// The armour of a signature is no longer than this, in bytes.
const LARGEST: usize = 64 << 10;

/// A signature that is what it claims.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signed {
    /// The key that made it: `SHA256:…`.
    pub fingerprint: String,
    /// The names that the key may sign under: patterns as `.pv/allowed_signers` has them.
    pub signer: Signer,
}

/// Why a signature counts for nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unsigned {
    /// It is no signature.
    #[error("it is no SSH signature")]
    Unreadable,
    /// It is for another sort of record.
    #[error("it was made for the namespace `{found}`, and `{wanted}` is needed")]
    Namespace {
        /// The namespace that it has.
        found: String,
        /// The one that it should have.
        wanted: String,
    },
    /// It does not fit the bytes.
    #[error("it does not fit the text, which was edited after it was signed by {fingerprint}")]
    Altered {
        /// The key that made it.
        fingerprint: String,
    },
    /// Nobody knows the key.
    #[error("the key {fingerprint} is none of .pv/allowed_signers, as it is committed")]
    Unknown {
        /// The key that made it.
        fingerprint: String,
    },
    /// The key is known, and may not sign this, or not then.
    #[error("the key {fingerprint} {because}")]
    Barred {
        /// The key that made it.
        fingerprint: String,
        /// Why.
        because: String,
    },
}

/// The armoured signature of `text` by an unencrypted private key; `None` when this program cannot sign with it, and
/// `ssh-keygen` has to (RSA keys, hardware keys).
pub fn sign(namespace: &str, text: &str, key: &PrivateKey) -> Option<String> {
    let signature = key.sign(namespace, HashAlg::Sha512, lf(text).as_bytes()).ok()?;
    signature.to_pem(LineEnding::LF).ok()
}

/// Who signed `text` by the armoured `signature`, as the committed list of signers says of the moment `at`.
///
/// # Errors
/// Why it counts for nothing.
pub fn verify(namespace: &str, text: &str, signature: &str, by: (&Signers, &Instant)) -> Result<Signed, Unsigned> {
    let read = read(signature).ok_or(Unsigned::Unreadable)?;
    let fingerprint = fingerprint(read.public_key());
    if read.namespace() != namespace {
        let found = read.namespace().escape_debug().take(80).collect();
        return Err(Unsigned::Namespace { found, wanted: namespace.to_owned() });
    }
    let key = ssh_key::PublicKey::from(read.public_key().clone());
    if key.verify(namespace, lf(text).as_bytes(), &read).is_err() {
        return Err(Unsigned::Altered { fingerprint });
    }
    let (signers, at) = by;
    match signers.allow(read.public_key(), namespace, at) {
        Allowed::Yes(signer) => Ok(Signed { fingerprint, signer }),
        Allowed::No(because) => Err(Unsigned::Barred { fingerprint, because }),
        Allowed::Unknown => Err(Unsigned::Unknown { fingerprint }),
    }
}

/// The key that a signature says it is by, without a look at anything else.
pub fn claimed(signature: &str) -> Option<String> {
    read(signature).map(|signature| fingerprint(signature.public_key()))
}

/// How a key is called in a few letters: `SHA256:…`.
pub fn fingerprint(key: &KeyData) -> String {
    key.fingerprint(HashAlg::Sha256).to_string()
}

fn read(signature: &str) -> Option<SshSig> {
    if signature.len() > LARGEST {
        return None;
    }
    SshSig::from_pem(lf(signature).trim_start()).ok()
}

fn lf(text: &str) -> String {
    text.replace("\r\n", "\n")
}
