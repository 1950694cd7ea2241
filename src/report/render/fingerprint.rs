//! What a gate, a refusal or a problem is called where findings have a fingerprint: never by its line.

use super::gates;
use crate::domain::{Digest, Problem};
use crate::release::gates::Judged;
use crate::report::Refusal;

/// How many hexadecimal digits name a thing.
const DIGITS: usize = 12;
/// Between the parts of what is hashed.
const SEPARATOR: &str = "\0";

/// A gate of an artefact, and why it does not pass.
pub(super) fn of_gate(judged: &Judged) -> String {
    of(&[&gates::rule(judged), &judged.artefact.to_string(), judged.gate.as_str()])
}

/// What is refused, about which artefact and file; where it is about neither, what was seen.
pub(super) fn of_refusal(refusal: &Refusal) -> String {
    let artefact = refusal.artefact.as_ref().map_or_else(String::new, ToString::to_string);
    let path = refusal.place.as_ref().map_or("", |place| &place.path);
    let seen =
        if artefact.is_empty() && path.is_empty() { unnumbered(&refusal.refused.message) } else { String::new() };
    of(&[refusal.refused.check.id, &artefact, path, &seen])
}

/// What is wrong with a file.
pub(super) fn of_problem(problem: &Problem) -> String {
    of(&[problem.code, &problem.place.path, &unnumbered(&problem.message)])
}

/// A sentence without its numbers, some of which may be lines.
fn unnumbered(text: &str) -> String {
    text.chars().filter(|c| !c.is_ascii_digit()).collect()
}

/// The name of these parts.
pub(super) fn of(parts: &[&str]) -> String {
    Digest::of(parts.join(SEPARATOR).as_bytes()).hex().chars().take(DIGITS).collect()
}
