//! Digests that a report itself names, under `pv.subjects` of whatever free metadata its format has.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::value::RawValue;

use super::json::{Text, label};
use crate::domain::{ArtefactId, Digest};
use crate::release::checks::{Refused, report};

/// What a report states, by artefact.
pub(super) type Stated = BTreeMap<ArtefactId, Digest>;

/// The key of free metadata that names digests.
pub(super) const KEY: &str = "pv.subjects";

/// Adds what a part of `file` states: a map of `kind:name` to digest, or a text `prompt:x=blake3:…, tool:y=blake3:…`.
///
/// # Errors
/// When it is neither, or when one artefact is stated with two digests.
pub(super) fn add(stated: &mut Stated, file: &Text<'_>, value: &RawValue) -> Result<(), Refused> {
    if value.get().starts_with('{') {
        let entries = file.entries(Some(value), |_| true)?;
        return entries.into_iter().try_for_each(|(id, digest)| {
            let text = label(digest).ok_or_else(|| malformed(file, digest.get(), "the digest is no text"))?;
            one(stated, file, (&id, &text))
        });
    }
    match label(value) {
        Some(text) => add_text(stated, file, &text),
        None => Err(malformed(file, value.get(), "it is neither an object nor a text")),
    }
}

/// Adds what the free metadata `holder`, a part of `file`, states under the key.
///
/// # Errors
/// As [`add`].
pub(super) fn add_from(stated: &mut Stated, file: &Text<'_>, holder: Option<&RawValue>) -> Result<(), Refused> {
    file.entry(holder, KEY)?.map_or(Ok(()), |value| add(stated, file, value))
}

/// Adds what a text at `place` states: `prompt:x=blake3:…`, several with commas between them.
///
/// # Errors
/// As [`add`].
pub(super) fn add_text(stated: &mut Stated, place: impl fmt::Display, text: &str) -> Result<(), Refused> {
    let mut parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
    parts.try_for_each(|part| {
        let pair = part.rsplit_once('=').ok_or_else(|| malformed(&place, part, "there is no `=` in it"))?;
        one(stated, &place, pair)
    })
}

/// Adds what a tag states: `pv.subjects=prompt:x=blake3:…`; other tags state nothing.
///
/// # Errors
/// As [`add`].
pub(super) fn add_tag(stated: &mut Stated, place: impl fmt::Display, tag: &str) -> Result<(), Refused> {
    match tag.strip_prefix(KEY).and_then(|rest| rest.strip_prefix('=')) {
        Some(text) => add_text(stated, place, text),
        None => Ok(()),
    }
}

fn one(stated: &mut Stated, place: impl fmt::Display, (id, digest): (&str, &str)) -> Result<(), Refused> {
    let subject: ArtefactId = id.trim().parse().map_err(|fault| malformed(&place, id, &format!("{fault}")))?;
    let digest: Digest = digest.trim().parse().map_err(|fault| malformed(&place, id, &format!("{fault}")))?;
    match stated.insert(subject.clone(), digest.clone()) {
        Some(before) if before != digest => {
            let message = format!("{place}: `{KEY}` states two digests for {subject}: {before} and {digest}");
            Err(Refused::by(&report::CONTRADICTORY, message).remedy("Run one version at a time, and state its digest."))
        }
        _ => Ok(()),
    }
}

fn malformed(place: impl fmt::Display, what: &str, why: &str) -> Refused {
    let what: String = what.chars().take(80).collect();
    let message = format!("{place}: `{KEY}` cannot be read at `{what}`: {why}");
    Refused::by(&report::UNREADABLE, message)
        .remedy("Write it as a map of `kind:name` to digest, or as the text `kind:name=blake3:<64 hex>, …`.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str) -> Result<Vec<String>, String> {
        let mut stated = Stated::new();
        let file = Text::of("r.json", value.as_bytes()).unwrap();
        add(&mut stated, &file, file.read().unwrap()).map_err(|refused| refused.message)?;
        Ok(stated.iter().map(|(id, digest)| format!("{id}={}", digest.algorithm())).collect())
    }

    #[test]
    fn a_map_and_a_text_state_the_same() {
        let (a, b) = (Digest::of(b"a"), format!("sha256:{}", "0".repeat(64)));
        let map = format!("{{\"prompt:x\": \"{a}\", \"tool:y\": \"{b}\"}}");
        let text = format!("\"prompt:x={a}, tool:y={b}\"");
        assert_eq!(read(&map), Ok(vec!["prompt:x=blake3".to_owned(), "tool:y=sha256".to_owned()]));
        assert_eq!(read(&text), read(&map));
    }

    #[test]
    fn what_is_no_digest_is_refused_and_so_are_two() {
        let of = |text: &str| read(&format!("\"{text}\"")).unwrap_err();
        assert!(of("prompt:x").contains("no `=`"));
        assert!(of("prompt:x=blake3:12").contains("is not a digest"));
        assert!(of("poem:x=blake3:12").contains("is not a kind"));
        assert!(read("[3]").unwrap_err().contains("neither"));
        assert!(read("{\"prompt:x\": null}").unwrap_err().contains("no text"));
        let two = format!("prompt:x={},prompt:x={}", Digest::of(b"a"), Digest::of(b"b"));
        assert!(of(&two).contains("two digests for prompt:x"));
        assert!(read("{\"prompt:x\": \"a\", \"prompt:x\": \"a\"}").unwrap_err().contains("stands twice"));
    }

    #[test]
    fn tags_of_others_state_nothing() {
        let mut stated = Stated::new();
        add_tag(&mut stated, "r.json", "pv.subjectsx").unwrap();
        add_tag(&mut stated, "r.json", &format!("{KEY}=prompt:x={}", Digest::of(b"a"))).unwrap();
        assert_eq!(stated.len(), 1);
        assert!(add_tag(&mut stated, "r.json", "pv.subjects=x").is_err());
    }
}
