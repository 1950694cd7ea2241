//! The catalogue: what makes a good release a bad one, and what is said then.

use super::release::Release;
use super::release::Sort::{self, *};

/// One thing that is wrong.
pub(super) struct Defect {
    /// What.
    pub(super) name: &'static str,
    /// The releases that can have it.
    pub(super) sorts: &'static [Sort],
    /// The check that refuses it.
    pub(super) check: &'static str,
    /// The exit code.
    pub(super) code: u8,
    /// Types it; what `pv` says in the end.
    pub(super) type_it: fn(&Release) -> String,
}

/// All of them.
pub(super) const DEFECTS: &[Defect] = &[
    Defect {
        name: "outside the window",
        sorts: &[Wording, ToolText, Smaller],
        check: "window/closed",
        code: 4,
        type_it: |it| it.on(0, 16).lock(),
    },
];
