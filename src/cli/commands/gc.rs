//! `pv gc`.

use crate::cli::{Context, Exit};

/// Delete large objects that no release needs any more
#[derive(Debug, clap::Args)]
pub struct Args {}

pub(super) fn run(_args: &Args, _context: &Context) -> miette::Result<Exit> {
    Err(miette::miette!("not there yet"))
}
