//! Names of releases that nobody gave: the date.

use super::Context;
use super::cut::Next;
use super::shipped::Shelf;
use crate::lock::ReleaseName;

/// The date, with a number when that day has a release; of what is released already, its own.
///
/// # Errors
/// When no name is free.
pub(super) fn free(shelf: &Shelf, next: &Next, context: &Context) -> miette::Result<ReleaseName> {
    match next.previous_name() {
        Some(latest) if next.is_unchanged() => Ok(latest.clone()),
        _ => of_day(shelf, context),
    }
}

/// The date, with a number when that day has a release.
///
/// # Errors
/// When no name is free.
pub(super) fn of_day(shelf: &Shelf, context: &Context) -> miette::Result<ReleaseName> {
    let day = context.now().date().replace('-', ".");
    let taken = shelf.releases();
    let names = std::iter::once(day.clone()).chain((2..).map(|n: u32| format!("{day}.{n}")));
    let mut free = names.filter_map(|name| name.parse::<ReleaseName>().ok()).filter(|name| !taken.contains(name));
    free.next().ok_or_else(|| miette::miette!("no release name is free today: give one with --name"))
}
