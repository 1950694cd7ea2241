//! `pv completions`: completion scripts for shells.

use crate::cli::{self, Context, Exit, shell};

/// Print a completion script for a shell
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  pv completions bash > ~/.local/share/bash-completion/completions/pv\n  pv completions zsh > \"${fpath[1]}/_pv\"")]
pub struct Args {
    /// The shell
    #[arg(value_enum)]
    shell: clap_complete::Shell,
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut cli::app(), "pv", &mut script);
    context.shell.write_raw(&script).map_err(shell::unwritable)?;
    Ok(Exit::Pass)
}
