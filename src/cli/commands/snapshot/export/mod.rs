//! The rows of a snapshot as a file: JSON Lines in the order of their keys, or Parquet for engines of tables.

mod columns;
mod parquet;

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::Path;

use serde_json::json;
use tempfile::NamedTempFile;

use super::Args;
use super::source::faulty;
use super::target::Target;
use crate::cli::commands::show;
use crate::cli::load::Session;
use crate::cli::shipped::{self, Shelf};
use crate::cli::{Context, Exit};
use crate::domain::{ArtefactId, SourceFile, Unheld};
use crate::git::Snapshot;
use crate::kinds::shared::row_tree::{self, RowTree};
use crate::report::Page;
use crate::store::Shelves;
use crate::tree::{TreeError, each_row};

/// A manifest larger than this is none, in bytes.
const LARGEST: u64 = 4 << 20;

/// Why rows are not exported.
enum Stop {
    Tree(TreeError),
    Output(String),
}

impl From<TreeError> for Stop {
    fn from(error: TreeError) -> Self {
        Self::Tree(error)
    }
}

impl Stop {
    fn told(self, file: &Path) -> miette::Report {
        match self {
            Self::Tree(TreeError::Unheld(Unheld::Absent(digest))) => miette::miette!(
                code = "snapshot::absent",
                help = "`pv pull` brings it; where no remote is, build the snapshot again from its sources",
                "the chunk {digest} is not on this machine"
            ),
            Self::Tree(error) => miette::miette!(
                code = "snapshot::damaged",
                help = "build the snapshot again from its sources, or remove the file and `pv pull`",
                "the rows cannot be read: {error}"
            ),
            Self::Output(why) => miette::miette!(
                code = "snapshot::export",
                help = "check that the disk is not full and that you may write there",
                "{} could not be written: {why}",
                file.display()
            ),
        }
    }
}

pub(super) fn run(args: &Args, file: &Path, session: &Session, context: &Context) -> miette::Result<Exit> {
    let is_parquet = is_parquet(file)?;
    let (id, tree) = tree(args, session)?;
    let place = context.start().join(file);
    let shelves = Shelves::below(session.repository.common_dir());
    let output = |error: std::io::Error| Stop::Output(error.to_string()).told(file);
    let mut temporary = temporary(&place).map_err(output)?;
    let written = if is_parquet {
        parquet::write(&tree, &shelves, temporary.as_file_mut())
    } else {
        lines(&tree, &shelves, temporary.as_file_mut())
    };
    written.map_err(|stop| stop.told(file))?;
    temporary.as_file().sync_all().map_err(output)?;
    temporary.persist(&place).map_err(|error| output(error.error))?;
    let bytes = std::fs::metadata(&place).map_err(output)?.len();
    let data = json!({
        "schema": "pv/snapshot/1", "id": id, "exported": file.to_string_lossy(), "rows": tree.rows, "bytes": bytes,
        "root": tree.root,
    });
    let text = format!("wrote {} rows of {id} to {} ({bytes} bytes)", tree.rows, file.display());
    context.show_page(Page::of(data).outcome(true, text))?;
    Ok(Exit::Pass)
}

fn is_parquet(file: &Path) -> miette::Result<bool> {
    match file.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase().as_str() {
        "parquet" => Ok(true),
        "jsonl" | "ndjson" => Ok(false),
        _ => Err(miette::miette!(
            code = "snapshot::format",
            help = "name a file that ends in .jsonl or .parquet",
            "what {} is to hold is not to be told from its name",
            file.display()
        )),
    }
}

/// An empty file beside `place`, removed unless it is persisted.
fn temporary(place: &Path) -> std::io::Result<NamedTempFile> {
    let parent = place.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".pv-export-").suffix(".tmp");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o644));
    builder.tempfile_in(parent)
}

/// The artefact that is meant, and the rows that it has there.
fn tree(args: &Args, session: &Session) -> miette::Result<(ArtefactId, RowTree)> {
    let (name, version) = args.name.rsplit_once('@').map_or((args.name.as_str(), None), |(name, it)| (name, Some(it)));
    let (kind, name) = args.id(name)?;
    let id = ArtefactId::new(kind, name);
    let (snapshot, directory) = match version {
        Some(version) => shipped_side(&id, version, session)?,
        None => present_side(&id, session)?,
    };
    let path = Target { id: id.clone(), directory }.manifest();
    let Some(entry) = snapshot.entry(&path) else {
        return Err(miette::miette!(
            code = "snapshot::none",
            help = "`pv snapshot NAME --from FILE` keeps rows as a snapshot",
            "{id} has no snapshot of rows: there is no {path}"
        ));
    };
    let bytes = snapshot.read(entry, LARGEST).map_err(|error| faulty(&path, vec![error.problem()]))?;
    let file = SourceFile::new(path.as_str(), String::from_utf8_lossy(&bytes));
    let tree = row_tree::decode(&file).map_err(|problems| faulty(&path, problems))?;
    Ok((id, tree))
}

fn shipped_side(id: &ArtefactId, version: &str, session: &Session) -> miette::Result<(Snapshot, String)> {
    let shelf = Shelf::of(&session.repository)?;
    let version = version.parse().unwrap_or_else(|never| match never {});
    let (shipped, _) = shipped::find(&shelf, id, &version)?;
    Ok((shelf.snapshot_of(&shipped)?, shipped.entry.path.clone()))
}

fn present_side(id: &ArtefactId, session: &Session) -> miette::Result<(Snapshot, String)> {
    let snapshot = show::present(session)?;
    let census = session.census(&snapshot);
    let found = census.artefacts.iter().find(|one| one.id == *id);
    let directory = found.ok_or_else(|| show::unknown(id, census.artefacts.iter().map(|one| &one.id)))?.path.clone();
    Ok((snapshot, directory))
}

/// Writes a line for each row.
fn lines(tree: &RowTree, shelves: &Shelves, file: &mut File) -> Result<(), Stop> {
    let mut out = BufWriter::with_capacity(1 << 18, file);
    each_row(&tree.root, shelves, &mut |_, row| {
        out.write_all(row).and_then(|()| out.write_all(b"\n")).map_err(|error| Stop::Output(error.to_string()))
    })?;
    out.flush().map_err(|error| Stop::Output(error.to_string()))
}
