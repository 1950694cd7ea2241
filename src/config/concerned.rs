//! Which artefacts something is about: kinds, identities, and globs over them.

use std::collections::BTreeSet;

use super::raw::{Value, Wrong, did_you_mean, printable};
use crate::domain::{ArtefactId, KindName};

/// How long an entry may be, in bytes.
const LONGEST: usize = 256;

/// The artefacts that a `scope` names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Concerned {
    written: Vec<String>,
}

impl Concerned {
    /// A `scope` list; every bad entry is noted.
    pub(super) fn read(value: &Value<'_>) -> Self {
        Self { written: value.some_items().iter().filter_map(|item| item.read(entry)).collect() }
    }

    /// The entries as written.
    pub fn written(&self) -> &[String] {
        &self.written
    }

    /// Whether it names `id`: by its kind, by itself, or by a glob.
    pub fn names(&self, id: &ArtefactId) -> bool {
        self.written.iter().any(|entry| is_named(entry, id))
    }

    /// The entries that name none of `ids`.
    pub fn unmatched<'s>(&'s self, ids: &BTreeSet<ArtefactId>) -> Vec<&'s str> {
        let names_none = |entry: &&String| !ids.iter().any(|id| is_named(entry, id));
        self.written.iter().filter(names_none).map(String::as_str).collect()
    }
}

fn is_named(entry: &str, id: &ArtefactId) -> bool {
    match entry.split_once(':') {
        None => is_kind(entry, id.kind),
        Some((kind, name)) => is_kind(kind, id.kind) && is_like(name.as_bytes(), id.name.as_bytes()),
    }
}

fn entry(text: &str) -> Result<String, Wrong> {
    let kinds = KindName::ALL.map(KindName::as_str);
    let (kind, name) = text.split_once(':').map_or((text, "*"), |(kind, name)| (kind, name));
    if kind != "*" && !kinds.contains(&kind) {
        return Err(Wrong::new(format!("`{}` is no kind", printable(kind)), did_you_mean(kind, &kinds)));
    }
    if name.is_empty() || text.len() > LONGEST || text.chars().any(char::is_control) {
        let help = "write a kind, an artefact or a glob: \"prompt\", \"prompt:explain_refund\", \"prompt:*\"";
        return Err(Wrong::new(format!("`{}` names no artefact", printable(text)), help));
    }
    Ok(text.to_owned())
}

fn is_kind(written: &str, kind: KindName) -> bool {
    written == "*" || written == kind.as_str()
}

/// Whether `name` is like `glob`, in which `*` stands for any text and `?` for one byte. Linear in practice: only the
/// last star is ever tried again.
fn is_like(glob: &[u8], name: &[u8]) -> bool {
    let (mut at, mut seen, mut retry) = (0, 0, None);
    while seen < name.len() {
        match glob.get(at) {
            Some(b'*') => {
                retry = Some((at, seen));
                at += 1;
            }
            Some(byte) if *byte == b'?' || name.get(seen) == Some(byte) => (at, seen) = (at + 1, seen + 1),
            _ => match retry {
                Some((star, from)) => {
                    retry = Some((star, from + 1));
                    (at, seen) = (star + 1, from + 1);
                }
                None => return false,
            },
        }
    }
    glob.get(at..).is_none_or(|rest| rest.iter().all(|byte| *byte == b'*'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(written: &str, id: &str) -> bool {
        Concerned { written: vec![entry(written).ok().unwrap()] }.names(&id.parse().unwrap())
    }

    #[test]
    fn a_scope_names_kinds_artefacts_and_globs() {
        for written in
            ["prompt", "prompt:*", "*", "*:explain_refund", "prompt:explain_refund", "prompt:explain_*", "*:*fund"]
        {
            assert!(names(written, "prompt:explain_refund"), "{written}");
        }
        for written in ["model", "prompt:explain", "prompt:explain_refund?", "model:*", "*:*funds"] {
            assert!(!names(written, "prompt:explain_refund"), "{written}");
        }
    }

    #[test]
    fn what_names_nothing_is_refused() {
        for written in ["promt", "promt:*", "prompt:", ":x", "explain_refund", "prompt:a\nb", &"x".repeat(300)] {
            assert!(entry(written).is_err(), "{written:?}");
        }
    }

    #[test]
    fn many_stars_take_no_time() {
        assert!(!is_like("*a".repeat(100).as_bytes(), "a".repeat(99).as_bytes()));
    }
}
