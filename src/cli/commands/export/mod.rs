//! `pv export`: a release in the formats that other tools read.

mod gather;

use std::path::PathBuf;

use crate::cli::load::Session;
use crate::cli::{Context, Exit, shell};
use crate::lock::ReleaseName;
use crate::release::export::{self, EXPORTS, Format};
use crate::store::durable;

/// Export a release for other tools: flags, rollouts, bills of materials, attestations, traces
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The document goes to standard output. Flags stand where they are at --at (now, by default); bills of materials and
attestations read and verify every byte that they vouch for. in-toto prints one statement a line.

Examples:
  pv export --format flagd --out flags.json        the flags of the latest release, as far as they are on now
  pv export --format cyclonedx 2026.11.21          the bill of materials of that release
  set -a; eval \"$(pv export --format env)\"         PV_RELEASE and its kin for every process started from here")]
pub struct Args {
    /// What for
    // The same id as the global option: clap takes this one in its place, and `pv export --format json` is the format
    // of the document, not of a report.
    #[arg(id = "format", long, alias = "as", value_name = "FORMAT", value_parser = names(), help_heading = "Options")]
    format: Option<String>,
    /// The release; default the latest
    #[arg(value_name = "RELEASE")]
    release: Option<ReleaseName>,
    /// Write the document to FILE
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

fn names() -> clap::builder::PossibleValuesParser {
    let value = |format: &Format| clap::builder::PossibleValue::new(format.name).help(format.summary);
    clap::builder::PossibleValuesParser::new(EXPORTS.iter().map(value))
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    // Without one here, it is the global option's default.
    let wanted = args.format.as_deref().unwrap_or_default();
    let format = export::format(wanted).ok_or_else(|| without_format(args))?;
    let session = Session::open(context)?;
    let document = gather::document(&session, format, args.release.as_ref(), context)?;
    match &args.out {
        None => context.shell.write_raw(document.as_bytes()).map_err(shell::unwritable)?,
        Some(file) => {
            durable::write(file, document.as_bytes())?;
            context.shell.note(&format!("wrote {} for {}", file.display(), format.name));
        }
    }
    Ok(Exit::Pass)
}

/// That the format is missing, with the command line that names it.
fn without_format(args: &Args) -> miette::Report {
    let typed = args.release.as_ref().filter(|name| export::format(name.as_str()).is_some());
    let list: Vec<&str> = EXPORTS.iter().map(|format| format.name).collect();
    let help = match typed {
        Some(name) => format!("did you mean `pv export --format {name}`?"),
        None => format!("pv export --format {} [RELEASE]", list.join("|")),
    };
    miette::miette!(code = "export::format", help = help, "--format says for which tool; it is not there")
}
