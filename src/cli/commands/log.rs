//! `pv log`: the releases, or the versions of an artefact across them.

use serde_json::json;

use super::show;
use crate::cli::load::Session;
use crate::cli::shipped::Shelf;
use crate::cli::{Context, Exit};
use crate::diff;
use crate::domain::ArtefactId;
use crate::lock::record::Record;
use crate::report::Page;

/// List the releases, or the versions of one artefact across releases
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:\n  pv log\n  pv log prompt:greet")]
pub struct Args {
    /// The artefact, kind:name
    #[arg(value_name = "ID")]
    artefact: Option<ArtefactId>,
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    let session = Session::open(context)?;
    let mut records = Shelf::of(&session.repository)?.records()?;
    records.sort_by(|a, b| (&b.cut, &b.name).cmp(&(&a.cut, &a.name)));
    let page = match &args.artefact {
        Some(id) => {
            ensure_known(id, &records, &session)?;
            versions(id, &records)
        }
        None => releases(&records),
    };
    context.show_page(page)?;
    Ok(Exit::Pass)
}

/// A misspelt identity is no artefact without releases.
fn ensure_known(id: &ArtefactId, records: &[Record], session: &Session) -> miette::Result<()> {
    if records.iter().any(|record| record.artefacts.contains_key(id)) {
        return Ok(());
    }
    let inventory = diff::inventory(&show::present(session)?, &session.discovery());
    let shipped = records.iter().flat_map(|record| record.artefacts.keys());
    let known = shipped.chain(inventory.artefacts.iter().map(|artefact| &artefact.id));
    if inventory.get(id).is_some() { Ok(()) } else { Err(show::unknown(id, known)) }
}

fn releases(records: &[Record]) -> Page {
    let mut table = vec![["release", "cut", "artefacts", "changed", "commit"].map(str::to_owned).to_vec()];
    let mut data = Vec::new();
    for record in records {
        let changed = record.artefacts.values().filter(|shipped| shipped.from.as_ref() != Some(&shipped.entry.version));
        let changed = changed.count();
        let commit: String = record.commit.iter().flat_map(|commit| commit.chars().take(10)).collect();
        table.push(vec![
            record.name.to_string(),
            record.cut.clone(),
            record.artefacts.len().to_string(),
            changed.to_string(),
            commit,
        ]);
        data.push(json!({
            "name": record.name.to_string(), "previous": record.previous.as_ref().map(ToString::to_string),
            "cut": record.cut, "commit": record.commit, "artefacts": record.artefacts.len(), "changed": changed,
        }));
    }
    let page = Page::of(json!({"schema": "pv/log/1", "releases": data}));
    if records.is_empty() { page.paragraph("Nothing was released yet.") } else { page.table(table) }
}

fn versions(id: &ArtefactId, records: &[Record]) -> Page {
    let mut table = vec![["version", "release", "class", "because", "digest"].map(str::to_owned).to_vec()];
    let mut data = Vec::new();
    for (record, shipped) in records.iter().filter_map(|record| Some((record, record.artefacts.get(id)?))) {
        if shipped.from.as_ref() == Some(&shipped.entry.version) {
            continue;
        }
        let class = shipped.class.map_or("-".to_owned(), |class| class.to_string());
        let digest: String = shipped.entry.digest.as_str().chars().take(19).collect();
        table.push(vec![shipped.entry.version.to_string(), record.name.to_string(), class, shipped.reason.clone(), digest]);
        data.push(json!({
            "version": shipped.entry.version, "release": record.name.to_string(), "class": shipped.class,
            "types": shipped.types, "reason": shipped.reason, "digest": shipped.entry.digest,
        }));
    }
    let none = data.is_empty();
    let page = Page::of(json!({"schema": "pv/log/1", "artefact": id, "versions": data})).heading(id.to_string());
    if none { page.paragraph("No release shipped it.") } else { page.table(table) }
}
