//! Features and what they depend on, in the wrong order or not there.

use super::Check;

/// The checks of this family.
pub const CHECKS: &[&Check] = &[];
