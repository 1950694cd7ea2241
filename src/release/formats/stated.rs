//! Digests that a report itself names, under `pv.subjects` of whatever free metadata its format has.

use std::collections::BTreeMap;

use serde_json::Value;

use super::json::label;
use crate::domain::{ArtefactId, Digest};
use crate::release::checks::{Refused, report};

/// The key of free metadata that names digests.
pub(super) const KEY: &str = "pv.subjects";

/// Adds what `value` states: a map of `kind:name` to digest, or a text `prompt:x=blake3:…, tool:y=blake3:…`.
///
/// # Errors
/// When it is neither, or when one artefact is stated with two digests.
pub(super) fn add(stated: &mut BTreeMap<ArtefactId, Digest>, value: &Value) -> Result<(), Refused> {
    match value {
        Value::Object(entries) => entries.iter().try_for_each(|(id, digest)| {
            let digest = label(digest).ok_or_else(|| malformed(&format!("{id}={digest}"), "the digest is no text"))?;
            one(stated, id, &digest)
        }),
        Value::String(text) => add_text(stated, text),
        other => Err(malformed(&other.to_string(), "it is neither an object nor a text")),
    }
}

/// Adds what a text states: `prompt:x=blake3:…`, several with commas between them.
///
/// # Errors
/// As [`add`].
pub(super) fn add_text(stated: &mut BTreeMap<ArtefactId, Digest>, text: &str) -> Result<(), Refused> {
    let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    parts.into_iter().try_for_each(|part| {
        let (id, digest) = part.rsplit_once('=').ok_or_else(|| malformed(part, "there is no `=` in it"))?;
        one(stated, id, digest)
    })
}

fn one(stated: &mut BTreeMap<ArtefactId, Digest>, id: &str, digest: &str) -> Result<(), Refused> {
    let subject: ArtefactId = id.trim().parse().map_err(|fault| malformed(id, &format!("{fault}")))?;
    let digest: Digest = digest.trim().parse().map_err(|fault| malformed(id, &format!("{fault}")))?;
    match stated.insert(subject.clone(), digest.clone()) {
        Some(before) if before != digest => {
            let message = format!("{KEY} states two digests for {subject}: {before} and {digest}");
            Err(Refused::by(&report::CONTRADICTORY, message).remedy("Run one version at a time, and state its digest."))
        }
        _ => Ok(()),
    }
}

fn malformed(what: &str, why: &str) -> Refused {
    let message = format!("{KEY} cannot be read at `{what}`: {why}");
    Refused::by(&report::UNREADABLE, message)
        .remedy("Write it as a map of `kind:name` to digest, or as the text `kind:name=blake3:<64 hex>, …`.")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(value: &Value) -> Result<Vec<String>, String> {
        let mut stated = BTreeMap::new();
        add(&mut stated, value).map_err(|refused| refused.message)?;
        Ok(stated.iter().map(|(id, digest)| format!("{id}={}", digest.algorithm())).collect())
    }

    #[test]
    fn a_map_and_a_text_state_the_same() {
        let (a, b) = (Digest::of(b"a"), format!("sha256:{}", "0".repeat(64)));
        let map = json!({"prompt:x": a.as_str(), "tool:y": b});
        let text = Value::String(format!("prompt:x={a}, tool:y={b}"));
        assert_eq!(read(&map), Ok(vec!["prompt:x=blake3".to_owned(), "tool:y=sha256".to_owned()]));
        assert_eq!(read(&text), read(&map));
    }

    #[test]
    fn what_is_no_digest_is_refused_and_so_are_two() {
        let of = |text: &str| read(&Value::String(text.to_owned())).unwrap_err();
        assert!(of("prompt:x").contains("no `=`"));
        assert!(of("prompt:x=blake3:12").contains("is not a digest"));
        assert!(of("poem:x=blake3:12").contains("is not a kind"));
        assert!(read(&json!(3)).unwrap_err().contains("neither"));
        let two = format!("prompt:x={},prompt:x={}", Digest::of(b"a"), Digest::of(b"b"));
        assert!(of(&two).contains("two digests for prompt:x"));
    }
}
