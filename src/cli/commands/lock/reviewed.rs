//! The digest of a plan that somebody reviewed.

use std::str::FromStr;

use crate::release::checks::{Refused, plan as checks};
use crate::release::plan::Plan;

/// As many hexadecimal digits name a plan beyond doubt.
const FEWEST: usize = 12;

/// A plan's digest, or its first digits.
#[derive(Debug, Clone)]
pub(super) struct Reviewed(String);

impl FromStr for Reviewed {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.strip_prefix("blake3:").unwrap_or(text);
        let is_hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
        if is_hex && (FEWEST..=64).contains(&digits.len()) {
            Ok(Self(digits.to_ascii_lowercase()))
        } else {
            Err(format!("write the digest that `pv plan` prints, or at least its first {FEWEST} digits"))
        }
    }
}

impl Reviewed {
    /// Refuses another plan than this.
    ///
    /// # Errors
    /// When `plan` has another digest.
    pub(super) fn must_be(&self, plan: &Plan) -> miette::Result<()> {
        let digest = plan.digest().map_err(|error| miette::miette!("{error}"))?;
        let digits = digest.as_str().strip_prefix("blake3:").unwrap_or(digest.as_str());
        if digits.starts_with(&self.0) {
            return Ok(());
        }
        let message = format!("the plan of release {} is {digest} now, and not {}", plan.release, self.0);
        Err(Refused::by(&checks::DIGEST_MOVED, message).into())
    }
}
