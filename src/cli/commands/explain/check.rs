//! The page of a check: what it refuses, why, and what to do.

use crate::cli::commands::rules;
use crate::release::checks::Check;
use crate::report::Page;

/// The page of `check`.
pub(super) fn page(check: &Check) -> Page {
    Page::of(rules::check_data(check))
        .heading(check.id)
        .paragraph(check.summary)
        .heading("Why it matters")
        .paragraph(check.why)
        .heading("What to do")
        .paragraph(check.remedy)
}
