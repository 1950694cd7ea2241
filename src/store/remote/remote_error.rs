//! What can go wrong with a remote.

use miette::Diagnostic;
use object_store::Error;

use super::address::Address;
use crate::domain::Digest;
use crate::store::StoreError;
use crate::tree::TreeError;

/// Why a remote could not do what was asked.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum RemoteError {
    /// The URL names no remote.
    #[error("`{url}` is no remote: {why}")]
    #[diagnostic(
        code("remote-address"),
        help(
            "under [store] in pv.toml: remote = \"s3://bucket/prefix\", or gs://, az://, file:///, https://host/bucket; \
             credentials come from the environment alone"
        )
    )]
    Address {
        /// The URL, without what may be secret.
        url: String,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The environment does not say how to speak to the store.
    #[error("{remote} cannot be opened: {why}")]
    #[diagnostic(code("remote-setup"), help("{help}"))]
    Setup {
        /// The remote.
        remote: String,
        /// What is wrong.
        why: String,
        /// What to do.
        help: &'static str,
    },
    /// The store refused, or nobody answered.
    #[error("could not {action} {key}: {why}")]
    #[diagnostic(code("remote-failed"), help("{help}"))]
    Failed {
        /// What was tried, as a verb.
        action: &'static str,
        /// On what.
        key: String,
        /// What the store, or the network, says.
        why: String,
        /// What to do.
        help: &'static str,
    },
    /// What the remote holds is not what its name says.
    #[error("{key} is corrupt: expected {expected}, found {found}")]
    #[diagnostic(
        code("remote-corrupt"),
        help("nothing of it was kept; delete that key, then `pv push --all` in a clone that holds the object")
    )]
    Corrupt {
        /// The whole name of what is wrong.
        key: String,
        /// What its name promises.
        expected: String,
        /// What is there.
        found: String,
    },
    /// The remote does not hold an object that is needed.
    #[error("{remote} does not hold {digest}")]
    #[diagnostic(
        code("remote-missing"),
        help("run `pv push --all` in a clone that holds it: where the release was cut, most likely")
    )]
    Missing {
        /// The remote.
        remote: String,
        /// The object.
        digest: Digest,
    },
    /// Neither this clone nor the remote holds an object that is to be sent.
    #[error("{digest} is neither in this clone nor at {remote}")]
    #[diagnostic(
        code("remote-nowhere"),
        help("run `pv push` in the clone where it was made, or make it again (`pv snapshot`)")
    )]
    Nowhere {
        /// The remote.
        remote: String,
        /// The object.
        digest: Digest,
    },
    /// An object is whole and is no chunk of a row tree, though something names it as one.
    #[error("{0}")]
    #[diagnostic(
        code("remote-tree"),
        help("build the snapshot anew with `pv snapshot`; what names this chunk is wrong")
    )]
    Tree(TreeError),
    /// This clone's own store failed.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Here(#[from] StoreError),
}

const CREDENTIALS: &str = "the credentials in the environment are missing, wrong or may not do this: AWS_ACCESS_KEY_ID and \
                           AWS_SECRET_ACCESS_KEY, GOOGLE_APPLICATION_CREDENTIALS, or AZURE_STORAGE_ACCOUNT_NAME and \
                           AZURE_STORAGE_ACCOUNT_KEY (docs/remotes.md has them all)";
const NETWORK: &str = "check the URL under [store] in pv.toml, the network and the endpoint in the environment; what was \
                       transferred is kept, so running the command again goes on from here";
const BUCKET: &str = "make the bucket (or container) first, and check its name under [store] in pv.toml";
const PLAIN: &str = "an endpoint without TLS is only spoken to with AWS_ALLOW_HTTP=true (AZURE_ALLOW_HTTP=true)";

impl RemoteError {
    /// Whether bytes are missing or are not what their name says.
    pub fn is_integrity(&self) -> bool {
        match self {
            Self::Corrupt { .. } | Self::Missing { .. } | Self::Nowhere { .. } | Self::Tree(_) => true,
            Self::Here(error) => error.is_integrity(),
            Self::Address { .. } | Self::Setup { .. } | Self::Failed { .. } => false,
        }
    }

    pub(super) fn setup(address: &Address, error: &dyn std::error::Error) -> Self {
        Self::Setup { remote: address.to_string(), why: chain(error), help: CREDENTIALS }
    }

    pub(super) fn failed(action: &'static str, key: String, error: Error) -> Self {
        let why = chain(&error);
        let help = match &error {
            Error::Unauthenticated { .. } | Error::PermissionDenied { .. } => CREDENTIALS,
            // Asked for credentials, the cloud's own machines answer there; no others do.
            _ if why.contains("169.254.") || why.contains("metadata.google") => CREDENTIALS,
            _ if why.contains("NoSuchBucket") || why.contains("ContainerNotFound") => BUCKET,
            Error::NotFound { .. } => BUCKET,
            _ if why.contains("URL scheme is not allowed") => PLAIN,
            _ => NETWORK,
        };
        Self::Failed { action, key, why, help }
    }
}

/// What went wrong, with every reason below it that is not said already, in one line.
fn chain(error: &dyn std::error::Error) -> String {
    let mut said = error.to_string();
    let mut below = error.source();
    while let Some(reason) = below {
        let text = reason.to_string();
        if !said.contains(&text) {
            said = format!("{said}: {text}");
        }
        below = reason.source();
    }
    said.split_whitespace().collect::<Vec<_>>().join(" ")
}
