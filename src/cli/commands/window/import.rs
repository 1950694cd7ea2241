//! `pv window import`: other tools' calendars.

use crate::cli::{Context, Exit};

/// Arguments of `pv window import`.
#[derive(Debug, clap::Args)]
pub(super) struct Import {}

pub(super) fn run(_args: &Import, _context: &Context) -> miette::Result<Exit> {
    Err(miette::miette!("not written yet"))
}
