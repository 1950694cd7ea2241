//! `pv push`.

use crate::cli::{Context, Exit};

/// Send the large objects that releases need to the remote
#[derive(Debug, clap::Args)]
pub struct Args {}

pub(super) fn run(_args: &Args, _context: &Context) -> miette::Result<Exit> {
    Err(miette::miette!("not there yet"))
}
