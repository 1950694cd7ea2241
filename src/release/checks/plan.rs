//! Plans that a release may not follow.

use super::Check;

/// The checks of this family.
pub const CHECKS: &[&Check] = &[];
