//! What a scorer may give: letters, truth values, numbers, or several of them by name.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::python;
use crate::release::checks::{Refused, report};
use crate::release::formats::raw;

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
pub(super) fn score(value: &RawValue, place: &str) -> Result<Score, Refused> {
    if value.get().starts_with('{') {
        let parts = raw::entries(Some(value), |_| true).map_err(|error| raw::damaged(place, &error))?;
        let parts = parts.into_iter().map(|(name, part)| Ok((name.clone(), single(part, &format!("{place}.{name}"))?)));
        return Ok(Score::Several(parts.collect::<Result<_, Refused>>()?));
    }
    single(value, place)
}

fn single(value: &RawValue, place: &str) -> Result<Score, Refused> {
    Ok(match value.get() {
        python::NAN | "null" => Score::None,
        "\"C\"" | "true" => Score::Graded(1.0),
        "\"P\"" => Score::Graded(0.5),
        "\"I\"" | "\"N\"" | "false" => Score::Graded(0.0),
        other if other.starts_with(['"', '[', '{']) => return Err(unknown(other, place)),
        _ => match raw::score(value, place)? {
            number if number == 0.0 || number == 1.0 => Score::Graded(number),
            number => Score::Measured(number),
        },
    })
}

fn unknown(value: &str, place: &str) -> Refused {
    let shown: String = value.chars().take(40).collect();
    Refused::by(&report::AMBIGUOUS, format!("{place} is {shown}, which is neither C, P, I or N nor a number"))
        .remedy("Have the scorer give C, P, I or N, a truth value, a number, or a map of them.")
}
