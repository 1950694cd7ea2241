//! Steps that may not be taken yet.

use super::Check;

/// The checks of this family.
pub const CHECKS: &[&Check] = &[];
