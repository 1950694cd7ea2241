//! `pv gate calibrate`: how often the configured checks would fail a system that did not change.

use std::path::PathBuf;

use serde_json::json;

use super::add::ReadingArgs;
use crate::cli::load::Session;
use crate::cli::given;
use crate::cli::{Context, Exit};
use crate::domain::Gate;
use crate::release::checks::{Refused, report as checks};
use crate::release::formats::Reading;
use crate::release::gates::{self, Calibrated};
use crate::report::Page;

/// Ask the configured checks about two runs of the SAME system: how often would they fail it by chance?
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The two runs are drawn anew a thousand times, cases with replacement and which run is the baseline
at random (seeded: the same every time). A gate that fails more than some 5 % of them cries wolf.

Examples:
  pv gate calibrate --a monday.json --b tuesday.json
  pv gate calibrate --a monday.json --b tuesday.json --gate smoke")]
pub(super) struct Args {
    /// One report
    #[arg(long, value_name = "FILE")]
    a: PathBuf,
    /// Another report of the same system on the same cases
    #[arg(long, value_name = "FILE")]
    b: PathBuf,
    /// The gate whose checks are asked
    #[arg(long, value_name = "GATE", default_value = "eval", value_parser = |text: &str| text.parse::<Gate>().map_err(|()| "no gate is called so"))]
    gate: Gate,
    /// Metadata of the cases that are strata
    #[arg(long, value_name = "KEY")]
    strata: Vec<String>,
    #[command(flatten)]
    reading: ReadingArgs,
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    let session = Session::open(context)?;
    context.show_page(page(args, &calibrated(args, &session)?))?;
    Ok(Exit::Pass)
}

fn calibrated(args: &Args, session: &Session) -> miette::Result<Vec<Calibrated>> {
    let policy = session.config.gates.iter().find(|policy| policy.gate == args.gate).ok_or_else(|| {
        let help = format!("add a [[gate]] with name = \"{}\" to pv.toml", args.gate);
        miette::miette!(code = "gate::unconfigured", help = help, "no check says what the gate {} must show", args.gate)
    })?;
    let options = args.reading.options(args.strata.iter().cloned().collect());
    let read = |path: &PathBuf| -> miette::Result<Reading> {
        Ok(given::read(path, None)?.reading(&options)?)
    };
    let (a, b) = (read(&args.a)?, read(&args.b)?);
    if a.run.model != b.run.model || a.prompts != b.prompts || a.stated != b.stated {
        let message = "the two reports are of different systems: another prompt, model or content";
        return Err(Refused::by(&checks::MIXED, message).remedy("Give two runs of the same files.").into());
    }
    Ok(gates::calibrate(policy, &a.run, &b.run)?)
}

fn page(args: &Args, rows: &[Calibrated]) -> Page {
    let percent = |share: f64| format!("{:.1} %", share * 100.0);
    let mut table = vec![["asked", "passes", "inconclusive", "fails by chance"].map(str::to_owned).to_vec()];
    table.extend(rows.iter().map(|row| {
        let rates = &row.rates;
        vec![row.asks.clone(), percent(rates.pass), percent(rates.inconclusive), percent(rates.fail)]
    }));
    let data = rows.iter().map(|row| {
        let rates = &row.rates;
        json!({ "asks": row.asks, "pass": rates.pass, "inconclusive": rates.inconclusive, "fail": rates.fail })
    });
    let data = json!({ "schema": "pv/gate-calibrate/1", "gate": args.gate, "checks": data.collect::<Vec<_>>() });
    Page::of(data).heading(format!("The gate {} on a system that did not change", args.gate)).table(table)
}
