//! The catalogue: what makes a good release a bad one, and what is said then.

mod calendar;
mod coordination;
mod evidence;
mod exceptions;
mod history;
mod intents;
mod rollout;

use super::release::Release;
use super::release::Sort::{self, Coordinated, Smaller, ToolSchema, ToolText, Wording};

/// Releases whose steps are shares of the traffic, held for a day.
const STEPPED: &[Sort] = &[Wording, ToolText, ToolSchema, Coordinated, Smaller];

/// One thing that is wrong.
pub(super) struct Defect {
    /// What.
    pub(super) name: &'static str,
    /// The good releases that can have it.
    pub(super) sorts: &'static [Sort],
    /// The checks that refuse it: one, or what cannot be wrong alone.
    pub(super) checks: &'static [&'static str],
    /// The exit code.
    pub(super) code: u8,
    /// Types it; what `pv` says in the end.
    pub(super) type_it: fn(&Release) -> String,
    /// Whether the first step was taken before; otherwise the release is ready to be cut.
    pub(super) is_stepping: bool,
}

impl Defect {
    const fn of(
        name: &'static str,
        sorts: &'static [Sort],
        (checks, code): (&'static [&'static str], u8),
        type_it: fn(&Release) -> String,
    ) -> Self {
        Self { name, sorts, checks, code, type_it, is_stepping: false }
    }

    /// Of a release whose first step was taken.
    const fn stepping(
        name: &'static str,
        sorts: &'static [Sort],
        refused: (&'static [&'static str], u8),
        type_it: fn(&Release) -> String,
    ) -> Self {
        Self { is_stepping: true, ..Self::of(name, sorts, refused, type_it) }
    }
}

/// All of them.
pub(super) fn all() -> Vec<&'static Defect> {
    [
        calendar::DEFECTS,
        coordination::DEFECTS,
        evidence::DEFECTS,
        exceptions::DEFECTS,
        history::DEFECTS,
        intents::DEFECTS,
        rollout::DEFECTS,
    ]
    .into_iter()
    .flatten()
    .collect()
}
