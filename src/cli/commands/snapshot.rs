//! `pv snapshot`.

use crate::cli::{Context, Exit};

/// Keep the rows of an index or an eval set as a tree of content-addressed chunks
#[derive(Debug, clap::Args)]
pub struct Args {}

pub(super) fn run(_args: &Args, _context: &Context) -> miette::Result<Exit> {
    Err(miette::miette!("not there yet"))
}
