//! Features and what they depend on, in the wrong order or not there.

use super::Check;

/// The checks of this family.
pub const CHECKS: &[&Check] = &[&DEPENDENCY_CIRCULAR];

/// Artefacts that need each other in a circle.
pub const DEPENDENCY_CIRCULAR: Check = Check {
    id: "coordination/dependency-circular",
    summary: "artefacts need each other in a circle",
    why: "Whatever goes live has to find what it needs; in a circle there is no first step that keeps that, and no first step back.",
    remedy: "Take one of the references out of the circle, or ship what is in it as one artefact.",
};
