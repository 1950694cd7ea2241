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
#[command(override_usage = "pv export [OPTIONS] FORMAT [RELEASE]\n       pv export [OPTIONS] --format FORMAT [RELEASE]", after_help = "\
The document goes to standard output. Flags stand where they are at --at (now, by default); bills of materials and
attestations read and verify every byte that they vouch for. in-toto prints one statement a line.

Examples:
  pv export flagd --out flags.json        the flags of the latest release, as far as they are on now
  pv export cyclonedx 2026.11.21          the bill of materials of that release
  set -a; eval \"$(pv export env)\"         PV_RELEASE and its kin for every process started from here")]
pub struct Args {
    /// For which tool; the same as FORMAT
    // The same id as the global option: clap takes this one in its place, and `pv export --format json` is the format
    // of the document, not of a report.
    #[arg(id = "format", long, alias = "as", value_name = "FORMAT", value_parser = names(), help_heading = "Options")]
    format: Option<String>,
    /// For which tool, where --format does not say so; then the release, default the latest
    #[arg(value_names = ["FORMAT", "RELEASE"], num_args = 0..=2)]
    words: Vec<ReleaseName>,
    /// Write the document to FILE
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

fn names() -> clap::builder::PossibleValuesParser {
    let value = |format: &Format| clap::builder::PossibleValue::new(format.name).help(format.summary);
    clap::builder::PossibleValuesParser::new(EXPORTS.iter().map(value))
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    let (format, release) = wanted(args)?;
    let session = Session::open(context)?;
    let document = gather::document(&session, format, release, context)?;
    match &args.out {
        None => context.shell.write_raw(document.as_bytes()).map_err(shell::unwritable)?,
        Some(file) => {
            durable::write(file, document.as_bytes())?;
            context.shell.note(&format!("wrote {} for {}", file.display(), format.name));
        }
    }
    Ok(Exit::Pass)
}

/// The format and the release that are meant.
fn wanted(args: &Args) -> miette::Result<(&'static Format, Option<&ReleaseName>)> {
    // Without one of the formats here, it is the global option's default.
    let named = args.format.as_deref().and_then(export::format);
    let typed = args.words.first().and_then(|word| export::format(word.as_str()));
    let (format, rest) = match (named, typed) {
        (Some(named), Some(typed)) if named.name != typed.name => return Err(two_formats(named, typed)),
        (_, Some(typed)) => (typed, args.words.get(1..).unwrap_or_default()),
        (Some(named), None) => (named, args.words.as_slice()),
        (None, None) => return Err(without_format(args.words.first())),
    };
    match rest {
        [] => Ok((format, None)),
        [release] => Ok((format, Some(release))),
        several => Err(miette::miette!(
            code = "export::release",
            help = "pv export FORMAT [RELEASE]",
            "one release is exported at a time, and {} words name one",
            several.len()
        )),
    }
}

fn two_formats(named: &Format, typed: &Format) -> miette::Report {
    miette::miette!(
        code = "export::format",
        help = format!("pv export {} [RELEASE], or pv export {} [RELEASE]", typed.name, named.name),
        "--format says {}, and {} is a format too: one document is written at a time",
        named.name,
        typed.name
    )
}

/// That the format is missing, with the command line that names it.
fn without_format(typed: Option<&ReleaseName>) -> miette::Report {
    let names: Vec<&str> = EXPORTS.iter().map(|format| format.name).collect();
    let help = format!("pv export {} [RELEASE]", names.join("|"));
    match typed {
        Some(typed) => miette::miette!(code = "export::format", help = help, "`{typed}` is no format"),
        None => miette::miette!(code = "export::format", help = help, "the format says for which tool; it is not there"),
    }
}
