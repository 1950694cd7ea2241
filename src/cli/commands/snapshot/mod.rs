//! `pv snapshot`: the rows of an index or an eval set as a tree of chunks, and back into a file.

mod build;
mod export;
mod made;
mod source;
mod target;
mod told;

use std::path::PathBuf;

use crate::cli::load::Session;
use crate::cli::{Context, Exit};
use crate::domain::KindName;

/// Keep the rows of an index or an eval set as a tree of content-addressed chunks
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The chunks go among the large objects of this clone (`pv push` sends them), and the small snapshot.toml that names them
into the artefact's directory, for git. Two versions share every chunk that is equal, and their diff reads only the
others. The same rows give the same root in whatever order and files they come. CSV holds texts only: its rows are not
those of a JSON file with numbers.

The key tells which row became which. It is what --key names, else `key` in pv.toml, else that of the snapshot that is
there, else the column that identifies the first rows (id, doc_id, …), else the whole content of a row.

A directory is taken as source documents: a row for each file below it, with its path, size and digest, and its text
where that is UTF-8 of at most 64 KiB. Links and .git are left out.

Examples:
  pv snapshot docs --from build/chunks.jsonl --key doc_id,chunk
  pv snapshot docs --from shards/*.parquet        several files are one set of rows
  pv snapshot handbook --from handbook/           a directory of documents
  pv snapshot refunds --kind eval --from cases.csv
  pv snapshot docs --export docs.parquet          for DuckDB, Spark, pandas
  pv snapshot docs@2026.11.21 --export old.jsonl  as it shipped")]
pub struct Args {
    /// The artefact, as name or kind:name; to export, with @VERSION for a shipped one
    #[arg(value_name = "NAME[@VERSION]")]
    name: String,
    /// Where the rows are: JSON Lines, CSV, TSV, a JSON list, Parquet, or a directory of documents
    #[arg(long, value_name = "FILE|DIR", num_args = 1.., required_unless_present = "export", conflicts_with = "export")]
    from: Vec<PathBuf>,
    /// The columns whose values tell the rows apart
    #[arg(long, value_name = "COLUMN", value_delimiter = ',', requires = "from")]
    key: Vec<String>,
    /// Tell the rows apart by all that stands in them
    #[arg(long, requires = "from", conflicts_with = "key")]
    by_content: bool,
    /// What the rows are; default index
    #[arg(long, value_name = "KIND", value_parser = ["index", "eval"])]
    kind: Option<String>,
    /// The artefact's directory; default the one that it has, else indexes/NAME or evals/NAME
    #[arg(long, value_name = "DIR", requires = "from")]
    dir: Option<PathBuf>,
    /// Write the rows to FILE: .jsonl, or .parquet with key, digest, row and the columns that hold one sort of value
    #[arg(long, value_name = "FILE")]
    export: Option<PathBuf>,
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    let session = Session::open(context)?;
    match &args.export {
        Some(file) => export::run(args, file, &session, context),
        None => made::run(args, &session, context),
    }
}

impl Args {
    /// The kind and the name that are meant.
    fn id(&self, name: &str) -> miette::Result<(KindName, String)> {
        let asked = self.kind.as_deref().map(|kind| if kind == "eval" { KindName::Eval } else { KindName::Index });
        let (kind, name) = match name.split_once(':') {
            Some((kind, name)) => (kind.parse().map_err(|error| miette::miette!(code = "snapshot::name", "{error}"))?, name),
            None => (asked.unwrap_or(KindName::Index), name),
        };
        let is_kind = matches!(kind, KindName::Index | KindName::Eval) && asked.is_none_or(|asked| asked == kind);
        if is_kind && !name.is_empty() {
            return Ok((kind, name.to_owned()));
        }
        Err(miette::miette!(
            code = "snapshot::name",
            help = "name it as index:NAME or eval:NAME; NAME alone is an index, with --kind eval an eval set",
            "`{}` names no index and no eval set",
            self.name
        ))
    }
}
