//! `pv remote`.

use crate::cli::{Context, Exit};

/// Ask the remote what it guarantees, and whether it holds what releases need
#[derive(Debug, clap::Args)]
pub struct Args {}

pub(super) fn run(_args: &Args, _context: &Context) -> miette::Result<Exit> {
    Err(miette::miette!("not there yet"))
}
