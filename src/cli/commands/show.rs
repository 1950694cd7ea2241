//! `pv show`: one artefact, as it is or as it shipped.

use serde_json::json;

use crate::cli::load::Session;
use crate::cli::shipped::{self, Shelf};
use crate::cli::{Context, Exit, Shell, shell};
use crate::diff::{self, Artefact, Inventory};
use crate::domain::{ArtefactId, Elsewhere, Keeper, Unheld, Version};
use crate::git::Snapshot;
use crate::kinds::shared::pointer;
use crate::report::Page;
use crate::tree::{Chunk, TreeError};

/// As many rows of a snapshot are shown.
const SHOWN_ROWS: usize = 5;

/// Show an artefact: its pieces, what it needs, what needs it, and the versions that shipped
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Examples:
  pv show prompt:greet
  pv show prompt:greet@1.0.0 --raw > greet.md")]
pub struct Args {
    /// kind:name, or kind:name@version for a shipped one
    #[arg(value_name = "ID[@VERSION]")]
    what: String,
    /// Print the exact bytes and nothing else
    #[arg(long)]
    raw: bool,
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    let session = Session::open(context)?;
    let (id, version) = read(&args.what)?;
    let snapshot = snapshot(&session, &id, version.as_ref())?;
    let inventory = diff::inventory(&snapshot, &session.discovery());
    let artefact = inventory.get(&id).ok_or_else(|| unknown(&id, inventory.artefacts.iter().map(|one| &one.id)))?;
    if args.raw {
        raw(&snapshot, artefact, &context.shell)?;
        return Ok(Exit::Pass);
    }
    context.show_page(page(artefact, &inventory, &session)?)?;
    Ok(Exit::Pass)
}

fn read(what: &str) -> miette::Result<(ArtefactId, Option<Version>)> {
    let (id, version) = what.rsplit_once('@').map_or((what, None), |(id, version)| (id, Some(version)));
    let id: ArtefactId = id.parse().map_err(|error| miette::miette!(code = "show::id", "{error}"))?;
    Ok((id, version.map(|text| text.parse().unwrap_or_else(|never| match never {}))))
}

/// The side that stands: the worktree, or what a repository without one has committed.
pub(in crate::cli) fn present(session: &Session) -> miette::Result<Snapshot> {
    session.snapshot(if session.repository.is_bare() { "HEAD" } else { "worktree" })
}

fn snapshot(session: &Session, id: &ArtefactId, version: Option<&Version>) -> miette::Result<Snapshot> {
    let Some(version) = version else { return present(session) };
    let shelf = Shelf::of(&session.repository)?;
    let (shipped, _) = shipped::find(&shelf, id, version)?;
    Ok(shelf.snapshot_of(&shipped)?)
}

/// That there is no artefact `id`, with the nearest of the `known` as the hint.
pub(super) fn unknown<'a>(id: &ArtefactId, known: impl Iterator<Item = &'a ArtefactId>) -> miette::Report {
    let wanted = id.to_string();
    let names = known.map(ToString::to_string);
    let nearest = names.max_by(|a, b| strsim::jaro_winkler(a, &wanted).total_cmp(&strsim::jaro_winkler(b, &wanted)));
    let help = nearest.map_or("`pv status` counts what there is".to_owned(), |name| format!("did you mean `{name}`?"));
    miette::miette!(code = "artefact::unknown", help = help, "there is no artefact `{id}` here")
}

/// Prints the exact bytes: of a part, that part; of a directory, its listing.
fn raw(snapshot: &Snapshot, artefact: &Artefact, shell: &Shell) -> miette::Result<()> {
    let written = if let Some(listing) = artefact.listing() {
        shell.write_raw(&listing.encode())
    } else if artefact.part.is_some() {
        shell.write_raw(artefact.as_text().as_bytes())
    } else {
        let entry = snapshot.entry(&artefact.path).ok_or_else(|| miette::miette!("{} is gone", artefact.path))?;
        let content = snapshot.large(entry).map_err(|error| miette::miette!("{error}"))?;
        shell.write_content(&*content)
    };
    written.map_err(shell::unwritable)
}

fn page(artefact: &Artefact, inventory: &Inventory, session: &Session) -> miette::Result<Page> {
    let needs: Vec<String> = artefact.references.iter().map(|reference| reference.id.to_string()).collect();
    let needed_by: Vec<String> = inventory
        .artefacts
        .iter()
        .filter(|other| other.references.iter().any(|reference| reference.id == artefact.id))
        .map(|other| other.id.to_string())
        .collect();
    let pieces: Vec<_> = artefact.pieces().collect();
    let versions = versions(session, &artefact.id)?;
    let mut facts = vec![["property", "value"].map(str::to_owned).to_vec()];
    let mut fact = |name: &str, value: String| {
        if !value.is_empty() {
            facts.push(vec![name.to_owned(), value]);
        }
    };
    fact("path", artefact.path.clone());
    fact("digest", artefact.digest.to_string());
    fact("meaning", artefact.meaning.to_string());
    fact("size", format!("{} bytes", artefact.size));
    fact("declares version", artefact.declared.clone().unwrap_or_default());
    fact("needs", needs.join(", "));
    fact("needed by", needed_by.join(", "));
    let mut table = vec![["piece", "name", "value"].map(str::to_owned).to_vec()];
    table.extend(pieces.iter().map(|(aspect, key, value)| {
        vec![(*aspect).to_owned(), (*key).to_owned(), clipped(value)]
    }));
    let rows = artefact.first_rows(SHOWN_ROWS);
    let mut first = vec![vec!["first rows".to_owned()]];
    first.extend(rows.iter().map(|row| vec![clipped(row)]));
    let kept: Vec<_> = artefact.elsewhere.iter().map(|one| (one, state(one, session))).collect();
    let mut elsewhere = vec![["store", "size", "address", "named in", "here"].map(str::to_owned).to_vec()];
    elsewhere.extend(kept.iter().map(|(one, state)| {
        let size = one.size.map_or_else(|| "-".to_owned(), |size| size.to_string());
        vec![one.keeper.to_string(), size, one.address.clone(), one.path.clone(), (*state).to_owned()]
    }));
    let mut history = vec![["version", "release", "class"].map(str::to_owned).to_vec()];
    history.extend(versions.iter().cloned());
    let data = json!({
        "schema": "pv/show/1", "id": artefact.id, "path": artefact.path, "digest": artefact.digest,
        "meaning": artefact.meaning, "size": artefact.size, "declared": artefact.declared,
        "needs": needs, "needed_by": needed_by,
        "elsewhere": kept.iter().map(|(one, state)| json!({
            "store": one.keeper.to_string(), "size": one.size, "address": one.address, "path": one.path, "state": state,
        })).collect::<Vec<_>>(),
        "pieces": pieces.iter().map(|(aspect, key, value)| json!({"piece": aspect, "name": key, "value": value})).collect::<Vec<_>>(),
        "first_rows": rows,
        "versions": versions.iter().map(|row| json!({"version": row.first(), "release": row.get(1)})).collect::<Vec<_>>(),
    });
    let page = Page::of(data).heading(artefact.id.to_string()).table(facts).table(elsewhere);
    Ok(page.table(table).table(first).table(history))
}

/// The beginning of a text, in one line.
fn clipped(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(80).collect()
}

/// Whether a content of another store is at hand, and is what it should be. Of rows only the root is looked at.
fn state(elsewhere: &Elsewhere, session: &Session) -> &'static str {
    let Some(at_hand) = session.repository.at_hand() else { return pointer::state(&Err(pointer::Fault::Absent)) };
    if elsewhere.keeper != Keeper::Rows {
        return pointer::state(&pointer::check(elsewhere, &*at_hand));
    }
    let root = elsewhere.address.parse().ok().map(|root| Chunk::read(&root, &*at_hand));
    match root {
        Some(Ok(_)) => "root intact",
        Some(Err(TreeError::Unheld(Unheld::Absent(_)))) => "absent",
        _ => "damaged",
    }
}

/// Version, release and class of everything that shipped under this identity.
fn versions(session: &Session, id: &ArtefactId) -> miette::Result<Vec<Vec<String>>> {
    let records = Shelf::of(&session.repository)?.records()?;
    let shipped = records.iter().filter_map(|record| Some((record, record.artefacts.get(id)?)));
    Ok(shipped
        .filter(|(_, shipped)| shipped.from.as_ref() != Some(&shipped.entry.version))
        .map(|(record, shipped)| {
            let class = shipped.class.map_or("-".to_owned(), |class| class.to_string());
            vec![shipped.entry.version.to_string(), record.name.to_string(), class]
        })
        .collect())
}
