//! Ways back that are not there, or were not tried.

use super::Check;

/// The checks of this family.
pub const CHECKS: &[&Check] = &[];
