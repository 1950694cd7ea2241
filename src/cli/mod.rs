//! The edge outward: what was typed, what is printed, what is written, the environment and the clock.
#![expect(
    clippy::disallowed_methods,
    reason = "the command line is the edge where files, environment and clock are used"
)]

mod amount;
mod base;
pub mod commands;
mod cut;
mod discipline;
mod evidence;
mod example;
mod exit;
mod found;
mod gates;
mod given;
mod histories;
mod intents;
mod judged;
mod load;
mod logbook;
mod logged;
#[cfg_attr(not(feature = "remote"), expect(dead_code, reason = "without remotes only collections ask what is needed"))]
mod needs;
mod planning;
mod policy;
mod progress;
mod release_names;
mod released;
mod relied;
mod scratch;
mod shell;
mod shipped;
mod sides;
mod signing;
mod since;
#[cfg(feature = "remote")]
mod transfer;
#[cfg(not(feature = "remote"))]
#[path = "without_remote.rs"]
mod transfer;
mod transferred;
mod trees;
mod verified;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory, Parser};

pub use exit::Exit;
pub use shell::{Color, Shell};

use crate::domain::Instant;
use crate::git::Environment;
use crate::report::render::{self, FORMATS, Format, Layout};
use crate::report::{Page, Report};
use crate::store::room;
use commands::Command;

/// Semantic diffs, change types and a release lock for prompts, models, tools, agents, evals and indexes kept in git.
#[derive(Debug, Parser)]
#[command(name = "pv", version, arg_required_else_help = true, max_term_width = 100, after_help = EXAMPLES)]
pub struct App {
    #[command(flatten)]
    global: Global,
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Examples:
  pv demo                     a tour on a small repository made for it
  pv init                     find the artefacts of this repository, write pv.toml
  pv diff HEAD~5              what changed in meaning since five commits ago
  pv check --staged           is what I am about to commit well-formed, and what does it owe?
  pv lock --name 2026.11.21   what the next release would record (a dry run)

Pipe Viewer also installs a `pv`: where it comes first, `git pv …` is this program.";

/// Options of every command.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Global options")]
pub struct Global {
    /// Run as if started in DIR (a repository, bare or not, or a directory inside one)
    #[arg(long, global = true, value_name = "DIR")]
    pub repo: Option<PathBuf>,
    /// Read FILE instead of the repository's pv.toml
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Output format
    #[arg(long, global = true, value_name = "FORMAT", default_value = "text", value_parser = format_names())]
    pub format: String,
    /// When to colour
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub color: Color,
    /// The instant to judge by, RFC 3339 (`2026-11-21T10:00:00+05:30`); default now
    #[arg(long, global = true, value_name = "INSTANT")]
    pub at: Option<Instant>,
    /// Say less on standard error
    #[arg(short, long, global = true)]
    pub quiet: bool,
    /// Show no progress on standard error (there is none anyway where it is no terminal)
    #[arg(long, global = true)]
    pub no_progress: bool,
}

fn format_names() -> clap::builder::PossibleValuesParser {
    clap::builder::PossibleValuesParser::new(FORMATS.iter().map(|format| format.name))
}

/// What a command runs in.
#[derive(Debug)]
pub struct Context {
    /// The options of every command.
    pub global: Global,
    /// The terminal.
    pub shell: Shell,
    /// The process environment.
    pub environment: Environment,
}

/// Runs the program on the process's arguments.
pub fn main() -> ExitCode {
    run(std::env::args_os()).into()
}

fn run(arguments: impl IntoIterator<Item = std::ffi::OsString>) -> Exit {
    let app = match App::try_parse_from(arguments) {
        Ok(app) => app,
        Err(error) => {
            // Help and version are wanted output; everything else is a usage error. Nobody can be told of a closed stream.
            let _ = error.print();
            return if error.use_stderr() { Exit::Usage } else { Exit::Pass };
        }
    };
    restrain();
    let shell = Shell::new(&app.global);
    let context = Context { shell, global: app.global, environment: Environment::new(std::env::vars_os()) };
    commands::dispatch(app.command, &context).unwrap_or_else(|failure| context.shell.fail(&failure))
}

/// Under a limit of memory only as many threads work as have room: each takes address space for itself.
fn restrain() {
    const ROOM: u64 = 256 << 20;
    if let Some(space) = room::address_space() {
        let most = usize::try_from(space / ROOM).unwrap_or(usize::MAX).max(1);
        let threads = std::thread::available_parallelism().map_or(1, usize::from).min(most);
        // It fails only where the threads run already.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(threads).build_global();
    }
}

/// The program's own description, for completions and manual pages.
pub(crate) fn app() -> clap::Command {
    App::command()
}

impl Context {
    /// The directory that the user means.
    pub fn start(&self) -> PathBuf {
        self.global.repo.clone().unwrap_or_else(|| PathBuf::from("."))
    }

    /// The instant to judge by.
    pub fn now(&self) -> Instant {
        // To the second: what is written of it can be typed again.
        let now = || jiff::Timestamp::from_second(jiff::Timestamp::now().as_second()).unwrap_or_default();
        self.global.at.clone().unwrap_or_else(|| Instant::utc(now()))
    }

    /// The environment variable `name`, when it is set and not empty.
    pub fn variable(&self, name: &str) -> Option<String> {
        std::env::var(name).ok().filter(|value| !value.is_empty())
    }

    /// Prints a report in the wanted format.
    ///
    /// # Errors
    /// When the format cannot show this sort of report, or standard output cannot be written.
    pub fn show(&self, report: &Report, layout: &Layout) -> miette::Result<()> {
        let format = self.format(matches!(report, Report::Page(_)))?;
        self.shell.print(report, format, layout).map_err(shell::unwritable)
    }

    /// Prints a page in the wanted format.
    ///
    /// # Errors
    /// As [`Context::show`].
    pub fn show_page(&self, page: Page) -> miette::Result<()> {
        self.show(&Report::Page(page), &self.shell.layout())
    }

    fn format(&self, is_page: bool) -> miette::Result<&'static Format> {
        let wanted = &self.global.format;
        let format = render::format(wanted).filter(|format| format.renders_pages || !is_page);
        format.ok_or_else(|| {
            let able: Vec<&str> =
                FORMATS.iter().filter(|format| format.renders_pages).map(|format| format.name).collect();
            miette::miette!(
                code = "cli::format",
                help = format!("use --format {}", able.join("|")),
                "this command has no {wanted} output"
            )
        })
    }
}
