//! What a scorer may give: letters, truth values, numbers, or several of them by name.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use crate::release::checks::{Refused, report};
use crate::release::formats::json::{self, Number, Text};

/// A score, as a number between samples to be averaged.
#[derive(Debug, PartialEq)]
pub(super) enum Score {
    /// Right, wrong or partly right: a letter, a truth value, 0 or 1.
    Graded(f64),
    /// Any other number.
    Measured(f64),
    /// Several numbers by name.
    Several(BTreeMap<String, Score>),
    /// NaN: the scorer came to nothing.
    None,
}

/// The score that `value` is, as Inspect's own reducers take it; `place` says whose it is.
///
/// # Errors
/// When it is another text, a list, or a number that is none.
pub(super) fn score(file: &Text<'_>, value: &RawValue, place: &str) -> Result<Score, Refused> {
    if value.get().starts_with('{') {
        let parts = file.entries(Some(value), |_| true)?;
        let parts = parts.into_iter().map(|(name, part)| Ok((name.clone(), single(part, &format!("{place}.{name}"))?)));
        return Ok(Score::Several(parts.collect::<Result<_, Refused>>()?));
    }
    single(value, place)
}

fn single(value: &RawValue, place: &str) -> Result<Score, Refused> {
    Ok(match value.get() {
        json::NAN | "null" => Score::None,
        "\"C\"" | "true" => Score::Graded(1.0),
        "\"P\"" => Score::Graded(0.5),
        "\"I\"" | "\"N\"" | "false" => Score::Graded(0.0),
        other if other.starts_with(['"', '[', '{']) && !json::is_bare(value) => return Err(unknown(other, place)),
        _ => match Number::of(value).score(place)? {
            Some(number) if number == 0.0 || number == 1.0 => Score::Graded(number),
            Some(number) => Score::Measured(number),
            None => Score::None,
        },
    })
}

fn unknown(value: &str, place: &str) -> Refused {
    let shown: String = value.chars().take(40).collect();
    Refused::by(&report::AMBIGUOUS, format!("{place} is {shown}, which is neither C, P, I or N nor a number"))
        .remedy("Have the scorer give C, P, I or N, a truth value, a number, or a map of them.")
}
