//! What a report states beside its rows, held against what its rows come to.

use crate::release::checks::{Refused, report};

/// How far a mean may be from the sum of its parts: tools add in another order, and some round.
const TOLERANCE: f64 = 1e-6;

/// Refuses when the report states `stated` as its `what`, and its rows come to `counted`.
pub(super) fn hold(what: &str, stated: f64, counted: f64) -> Result<(), Refused> {
    if (stated - counted).abs() <= TOLERANCE * stated.abs().max(1.0) {
        return Ok(());
    }
    let message = format!("the report states {stated} as {what}; its rows come to {counted}");
    Err(Refused::by(&report::CONTRADICTORY, message))
}

/// [`hold`] for counts, which agree exactly.
pub(super) fn hold_count(what: &str, stated: u64, counted: u64) -> Result<(), Refused> {
    if stated == counted {
        return Ok(());
    }
    let message = format!("the report states {stated} {what}; its rows come to {counted}");
    Err(Refused::by(&report::CONTRADICTORY, message))
}
