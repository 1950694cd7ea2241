//! What an exception owes and has not got.

use super::Check;

/// The checks of this family.
pub const CHECKS: &[&Check] = &[];
