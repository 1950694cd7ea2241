//! Where shipped bytes are kept, and for how long.

use super::keys::STORE;
use super::quantity::{Duration, Size};
use super::raw::{Table, Wrong, did_you_mean, printable};

/// `[store]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Storage {
    /// Objects up to this size are committed; larger ones go to the remote.
    pub inline_limit: Size,
    /// The remote's URL.
    pub remote: Option<String>,
    /// How long a version that shipped must stay available: the rollback window.
    pub retention: Duration,
}

const SCHEMES: [&str; 6] = ["s3://", "gs://", "az://", "file://", "http://", "https://"];

pub(super) fn read(root: &Table<'_>, base: Storage) -> Storage {
    let Some(store) = root.table("store", &STORE) else { return base };
    let limit = store.get("inline-limit").and_then(|limit| limit.read(Size::read));
    let retention = store.get("retention").and_then(|retention| retention.read(Duration::read));
    Storage {
        inline_limit: limit.unwrap_or(base.inline_limit),
        remote: store.get("remote").and_then(|remote| remote.read(url)).or(base.remote),
        retention: retention.unwrap_or(base.retention),
    }
}

fn url(text: &str) -> Result<String, Wrong> {
    let rest = SCHEMES.iter().find_map(|scheme| text.strip_prefix(scheme));
    if rest.is_some_and(|rest| !rest.is_empty() && !text.contains(|c: char| c.is_whitespace() || c.is_control())) {
        return Ok(text.to_owned());
    }
    Err(Wrong::new(format!("`{}` is no remote pv can reach", printable(text)), did_you_mean(text, &SCHEMES)))
}
