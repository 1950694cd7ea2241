//! Exceptions that are none: not approved, expired, too wide.

use super::Check;

/// The checks of this family.
pub const CHECKS: &[&Check] = &[];
