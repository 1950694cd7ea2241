//! What cannot be told to other tools.

use super::Check;

/// The checks of this family.
pub const CHECKS: &[&Check] = &[];
