//! `pv init`: find the artefacts, write `pv.toml`.

use std::collections::BTreeMap;

use serde_json::json;

use super::schema;
use crate::cli::load::{CONFIG, Session};
use crate::cli::{Context, Exit};
use crate::config::{Found, scaffold};
use crate::diff::{self, Inventory};
use crate::domain::KindName;
use crate::git::Snapshot;
use crate::report::Page;
use crate::store::write_below;

/// Find the artefacts of this repository and write pv.toml; never overwrites one
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  pv init             write pv.toml\n  pv init --dry-run   print it instead")]
pub struct Args {
    /// Print the file instead of writing it
    #[arg(long)]
    dry_run: bool,
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    let session = Session::open(context)?;
    let root = session.root()?.to_owned();
    if session.is_configured && !args.dry_run {
        return Err(miette::miette!(
            code = "init::exists",
            help = "edit it, or remove it first; `pv init --dry-run` prints what would be written",
            "there is a {CONFIG} already"
        ));
    }
    let snapshot = session.snapshot("worktree")?;
    let discovery = diff::Discovery::by_format();
    let inventory = diff::inventory(&snapshot, &discovery);
    let text = written(&session, &snapshot, &inventory, &root);
    if args.dry_run {
        context.shell.write_raw(text.as_bytes()).map_err(crate::cli::shell::unwritable)?;
        return Ok(Exit::Pass);
    }
    let (schema, its_text) = schema::OF_CONFIG;
    write_below(&root, schema, its_text.as_bytes())?;
    write_below(&root, CONFIG, text.as_bytes())?;
    context.show_page(page(&inventory))?;
    Ok(Exit::Pass)
}

fn written(session: &Session, snapshot: &Snapshot, inventory: &Inventory, root: &std::path::Path) -> String {
    let mut found: BTreeMap<KindName, Vec<String>> = BTreeMap::new();
    for artefact in &inventory.artefacts {
        let slash = if artefact.is_directory { "/" } else { "" };
        found.entry(artefact.id.kind).or_default().push(format!("{}{slash}", artefact.path));
    }
    for paths in found.values_mut() {
        paths.sort();
        paths.dedup();
    }
    let found: Vec<(KindName, Vec<String>)> = found.into_iter().collect();
    let taken: std::collections::BTreeSet<&str> =
        found.iter().flat_map(|(_, paths)| paths).map(String::as_str).collect();
    let paths = snapshot.entries().iter().map(|entry| entry.path.clone());
    let others: Vec<String> = paths.filter(|path| !taken.contains(path.as_str())).collect();
    let name = root.file_name().map_or(String::new(), |name| name.to_string_lossy().into_owned());
    let branch = session.repository.branch().unwrap_or_else(|| "main".to_owned());
    scaffold(&name, &branch, &Found { artefacts: &found, others: &others })
}

fn page(inventory: &Inventory) -> Page {
    let mut counts: BTreeMap<KindName, usize> = BTreeMap::new();
    for artefact in &inventory.artefacts {
        *counts.entry(artefact.id.kind).or_default() += 1;
    }
    let mut rows = vec![vec!["kind".to_owned(), "artefacts".to_owned()]];
    rows.extend(counts.iter().map(|(kind, count)| vec![kind.to_string(), count.to_string()]));
    let data = json!({
        "schema": "pv/init/1",
        "written": [CONFIG, schema::OF_CONFIG.0],
        "found": counts.iter().map(|(kind, count)| (kind.to_string(), *count)).collect::<BTreeMap<_, _>>(),
        "problems": inventory.problems.len(),
    });
    let next = "Next: commit pv.toml and .pv, look at `pv status`, then `pv lock --name NAME --write --commit --tag` cuts the first release, and \
                `pv hook install` checks every commit.";
    let mut page = Page::of(data).heading(format!("wrote {CONFIG}, and its schema for editors below .pv/")).table(rows);
    if counts.is_empty() {
        page = page.paragraph(
            "No artefacts were recognised. Name your files in pv.toml: each [[artefact]] has a kind and paths.",
        );
    }
    if !inventory.problems.is_empty() {
        page = page.paragraph(format!("{} files have problems: `pv check` shows them.", inventory.problems.len()));
    }
    page.paragraph(next)
}
