//! `pv schema`: the JSON Schemas of what pv reads and writes.

use serde_json::json;

use crate::cli::{Context, Exit, shell};
use crate::report::Page;

/// Print a JSON Schema: of pv.toml, of the lock, of a command's `--format json`
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  pv schema pv > pv.schema.json      with `#:schema ./pv.schema.json` on top, pv.toml completes in editors
  pv schema diff                     what `pv diff --format json` prints
  pv schema --list")]
pub struct Args {
    /// Which one
    #[arg(required_unless_present = "list", value_name = "NAME", value_parser = names())]
    name: Option<String>,
    /// List every schema
    #[arg(long, conflicts_with = "name")]
    list: bool,
}

struct Schema {
    name: &'static str,
    describes: &'static str,
    text: &'static str,
}

const SCHEMAS: &[Schema] = &[
    Schema { name: "pv", describes: "pv.toml", text: include_str!("../../../schema/pv.schema.json") },
    Schema { name: "lock", describes: "pv.lock", text: include_str!("../../../schema/lock.schema.json") },
    Schema {
        name: "record",
        describes: "releases/<name>/lock.toml",
        text: include_str!("../../../schema/record.schema.json"),
    },
    Schema {
        name: "evidence",
        describes: ".pv/evidence/*.json, and what `pv gate add` takes as pv's own form",
        text: include_str!("../../../schema/evidence.schema.json"),
    },
    Schema { name: "diff", describes: "pv diff --format json", text: include_str!("../../../schema/diff.schema.json") },
    Schema {
        name: "status",
        describes: "pv status --format json",
        text: include_str!("../../../schema/status.schema.json"),
    },
    Schema { name: "check", describes: "pv check --format json", text: include_str!("../../../schema/check.schema.json") },
    Schema {
        name: "export",
        describes: "pv export --format json",
        text: include_str!("../../../schema/export.schema.json"),
    },
    Schema {
        name: "rules",
        describes: "pv rules --format json",
        text: include_str!("../../../schema/rules.schema.json"),
    },
    Schema {
        name: "explain",
        describes: "pv explain --format json",
        text: include_str!("../../../schema/explain.schema.json"),
    },
];

fn names() -> clap::builder::PossibleValuesParser {
    clap::builder::PossibleValuesParser::new(SCHEMAS.iter().map(|schema| schema.name))
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    match SCHEMAS.iter().find(|schema| args.name.as_deref() == Some(schema.name)) {
        Some(schema) => context.shell.write_raw(schema.text.as_bytes()).map_err(shell::unwritable)?,
        None => context.show_page(list())?,
    }
    Ok(Exit::Pass)
}

/// Where `pv init` puts the schema of `pv.toml`, for editors that read its first line.
pub(super) const OF_CONFIG: (&str, &str) = (".pv/pv.schema.json", include_str!("../../../schema/pv.schema.json"));

fn list() -> Page {
    let mut rows = vec![["name", "describes"].map(str::to_owned).to_vec()];
    rows.extend(SCHEMAS.iter().map(|schema| vec![schema.name.to_owned(), schema.describes.to_owned()]));
    Page::of(SCHEMAS.iter().map(|schema| json!({ "name": schema.name, "describes": schema.describes })).collect()).table(rows)
}
