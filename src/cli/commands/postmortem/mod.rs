//! `pv postmortem`.

use crate::cli::{Context, Exit};

/// To be written
#[derive(Debug, clap::Args)]
pub struct Args {}

pub(super) fn run(_args: &Args, _context: &Context) -> miette::Result<Exit> {
    Err(miette::miette!("not written yet"))
}
