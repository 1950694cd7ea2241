//! The rows of a snapshot as a file.

use std::path::Path;

use super::Args;
use crate::cli::load::Session;
use crate::cli::{Context, Exit};

pub(super) fn run(_args: &Args, _file: &Path, _session: &Session, _context: &Context) -> miette::Result<Exit> {
    Err(miette::miette!("not there yet"))
}
