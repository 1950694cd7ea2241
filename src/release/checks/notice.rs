//! People who were not told, or were told something else.

use super::Check;

/// The checks of this family.
pub const CHECKS: &[&Check] = &[];
