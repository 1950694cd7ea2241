//! Writing an entry of `.pv/acks.toml`: every other line of the file stays as it is.

use std::ops::Range;

use super::{parse, place};
use crate::domain::Ack;

/// The first lines of a new file.
const HEADER: &str = "# The findings that somebody answers for: written by `pv ack`, reviewed like code.\n";

/// The file `text` with `ack` in it: in the place of the entry for its finding, else where it sorts by artefact,
/// rule and fingerprint, so that two branches seldom write at one place.
pub fn with(text: &str, ack: &Ack) -> String {
    let text = if text.trim().is_empty() { HEADER } else { text };
    let known = parse("", text).unwrap_or_default();
    let places: Vec<(&Ack, Range<usize>)> = known.iter().zip(place::entries(text)).collect();
    if let Some((_, entry)) = places.iter().find(|(known, _)| key(known) == key(ack)) {
        let keys = place::keys(text, entry);
        return spliced(text, keys, &entry_of(ack));
    }
    match places.iter().find(|(known, _)| key(known) > key(ack)) {
        Some((_, entry)) => spliced(text, entry.start..entry.start, &format!("{}\n", entry_of(ack))),
        None => format!("{}\n\n{}", text.trim_end(), entry_of(ack)),
    }
}

fn key(ack: &Ack) -> (&str, &str, &str) {
    (&ack.artefact, &ack.rule, &ack.fingerprint)
}

fn spliced(text: &str, range: Range<usize>, piece: &str) -> String {
    let (before, after) = (text.get(..range.start).unwrap_or_default(), text.get(range.end..).unwrap_or_default());
    format!("{before}{piece}{after}")
}

fn entry_of(ack: &Ack) -> String {
    let mut out = "[[ack]]\n".to_owned();
    let digest = |digest: &Option<crate::domain::Digest>| digest.as_ref().map(ToString::to_string);
    let texts = [
        ("fingerprint", Some(ack.fingerprint.clone())),
        ("rule", Some(ack.rule.clone())),
        ("artefact", Some(ack.artefact.clone())),
        ("from", digest(&ack.from)),
        ("to", digest(&ack.to)),
        ("reason", Some(ack.reason.clone())),
        ("approved_by", ack.approved_by.clone()),
        ("role", ack.role.clone()),
    ];
    for (key, value) in texts {
        out.extend(value.map(|value| format!("{key} = {}\n", toml::Value::String(on_one_line(&value)))));
    }
    out.extend(ack.until.map(|until| format!("until = {until}\n")));
    let waives: Vec<String> = ack.waives.iter().map(|waiver| format!("\"{waiver}\"")).collect();
    out + &format!("waives = [{}]\n", waives.join(", "))
}

/// A text whose TOML is a basic string in one line, whatever it holds.
fn on_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
