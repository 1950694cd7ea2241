//! Commands: one file each. A new one is a file and a line in this list.

use clap::Subcommand;

use super::{Context, Exit};

macro_rules! commands {
    ($($(#[$attribute:meta])* $module:ident $variant:ident,)*) => {
        $(pub mod $module;)*

        /// What to do.
        #[derive(Debug, Subcommand)]
        pub enum Command {
            $($(#[$attribute])* #[doc(hidden)] $variant($module::Args),)*
        }

        /// Runs a command.
        ///
        /// # Errors
        /// When the command could not run at all; what it found is in its output and exit code.
        pub fn dispatch(command: Command, context: &Context) -> miette::Result<Exit> {
            match command {
                $(Command::$variant(args) => $module::run(&args, context),)*
            }
        }
    };
}

commands! {
    init Init,
    status Status,
    diff Diff,
    check Check,
    gate Gate,
    change Change,
    ack Ack,
    feature Feature,
    plan Plan,
    lock Lock,
    window Window,
    rollout Rollout,
    rollback Rollback,
    #[command(name = "override")]
    override_ Override,
    obligations Obligations,
    notes Notes,
    notice Notice,
    at At,
    timeline Timeline,
    bisect Bisect,
    postmortem Postmortem,
    checklist Checklist,
    export Export,
    show Show,
    log Log,
    verify Verify,
    restore Restore,
    snapshot Snapshot,
    push Push,
    pull Pull,
    gc Gc,
    remote Remote,
    hook Hook,
    rules Rules,
    explain Explain,
    schema Schema,
    completions Completions,
    man Man,
    demo Demo,
    merge_driver MergeDriver,
}
