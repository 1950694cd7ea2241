//! Moments at which nothing ships: outside the windows, in a freeze, where a hold would have no cover.

use super::Check;

/// The checks of this family.
pub const CHECKS: &[&Check] = &[];

/// Those of them that only say that it is not the time: exit code 4.
pub const CLOSED: &[&Check] = &[];
