//! Postmortems that leave something open.

use super::Check;

/// The checks of this family.
pub const CHECKS: &[&Check] = &[];
