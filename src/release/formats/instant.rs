//! Instants that reports give as seconds since 1970.

use jiff::Timestamp;

use super::json::Number;

/// `seconds` as RFC 3339 in UTC, to the second; `None` where it is no instant.
pub(super) fn of(seconds: Number) -> Option<String> {
    let Number::Finite(seconds) = seconds else { return None };
    let is_instant = (0.0..=253_402_300_799.0).contains(&seconds);
    #[expect(clippy::cast_possible_truncation, reason = "checked to be in the range of instants")]
    let whole = is_instant.then_some(seconds as i64)?;
    Timestamp::from_second(whole).ok().map(|instant| instant.to_string())
}
