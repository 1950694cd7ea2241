//! `pv man`: the manual page.

use crate::cli::{self, Context, Exit, shell};

/// Print the manual page (`pv man | man -l -`), or write every page into a directory
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  pv man | man -l -\n  pv man --to ~/.local/share/man/man1")]
pub struct Args {
    /// Write pv.1 and one page a command into DIR
    #[arg(long, value_name = "DIR")]
    to: Option<std::path::PathBuf>,
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    if let Some(directory) = &args.to {
        clap_mangen::generate_to(cli::app(), directory).map_err(shell::unwritable)?;
        return Ok(Exit::Pass);
    }
    let mut page = Vec::new();
    clap_mangen::Man::new(cli::app()).render(&mut page).map_err(shell::unwritable)?;
    context.shell.write_raw(&page).map_err(shell::unwritable)?;
    Ok(Exit::Pass)
}
