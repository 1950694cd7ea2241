//! `pv notes`: what a release is, told to an audience.

use std::collections::BTreeMap;

use clap::ValueEnum;
use serde_json::json;

use crate::cli::cut::{self, Next};
use crate::cli::load::Session;
use crate::cli::shipped::Shelf;
use crate::cli::{Context, Exit, histories, shell};
use crate::classify::Classified;
use crate::domain::{ArtefactId, Audience, Digest, Problem};
use crate::lock::ReleaseName;
use crate::lock::next::Decision;
use crate::lock::record::Record;
use crate::release::evidence::file;
use crate::release::intents::{self, Intent};
use crate::release::notices::{self, Entry, Shipment};
use crate::report::render::notes::{self, Tongue};
use crate::report::{Page, Unreadable};

/// Write the notes of a release for an audience: engineering, support, customer or exec
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Engineering reads every change with its gates and its way back, support what changed and why. Customers and those who
decide read what intents say to them (`audience` in changes/*.md) and nothing else: no artefact, no gate.

Without RELEASE: what the next release would be, from the worktree; where nothing changed, the latest release.

Examples:
  pv notes                                          what the next release will tell engineering
  pv notes 2026.11.21 --audience customer --as slack
  pv notes 2026.11.21 --since 2026.10.02 --as github
  pv notes --format json")]
pub struct Args {
    /// The release
    #[arg(value_name = "RELEASE")]
    release: Option<ReleaseName>,
    /// Everything since this earlier release, not only since the one before
    #[arg(long, value_name = "RELEASE", requires = "release")]
    since: Option<ReleaseName>,
    /// Whom they are for
    #[arg(long, value_name = "AUDIENCE", default_value = "engineering", value_parser = audience)]
    audience: Audience,
    /// The language to write them in
    #[arg(long = "as", value_name = "LANGUAGE", default_value = "markdown")]
    language: Language,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Language {
    /// Markdown
    #[value(alias = "md")]
    Markdown,
    /// Markdown without a title, for the body of a release on GitHub
    Github,
    /// Slack's mrkdwn
    Slack,
}

/// An audience by its name.
pub(super) fn audience(text: &str) -> Result<Audience, String> {
    let names = Audience::ALL.map(Audience::as_str).join(", ");
    Audience::ALL.into_iter().find(|one| one.as_str() == text).ok_or_else(|| format!("one of: {names}"))
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    let session = Session::open(context)?;
    let shelf = Shelf::of(&session.repository)?;
    let shipment = match &args.release {
        Some(name) => since(&shelf, name, args.since.as_ref())?,
        None => unreleased(session, &shelf, context)?,
    };
    let notes = notices::notes(&shipment, args.audience);
    if !matches!(&*context.global.format, "text" | "markdown") {
        let data = json!({
            "schema": "pv/notes/1", "release": shipment.name, "audience": args.audience, "notes": notes,
        });
        context.show_page(Page::of(data))?;
        return Ok(Exit::Pass);
    }
    let tongue = match args.language {
        Language::Markdown => Tongue::Markdown,
        Language::Github => Tongue::GitHub,
        Language::Slack => Tongue::Slack,
    };
    context.shell.write_raw(notes::text(&notes, tongue).as_bytes()).map_err(shell::unwritable)?;
    Ok(Exit::Pass)
}

/// The changes of the release `name`, and of those before it down to `since`.
fn since(shelf: &Shelf, name: &ReleaseName, since: Option<&ReleaseName>) -> miette::Result<Shipment> {
    let mut shipment = shipped(shelf, name)?;
    let Some(since) = since else { return Ok(shipment) };
    let mut seen = vec![name.clone()];
    while shipment.previous.as_deref() != Some(since.as_str()) {
        let previous = shipment.previous.as_ref().and_then(|previous| previous.parse::<ReleaseName>().ok());
        let Some(previous) = previous.filter(|previous| !seen.contains(previous)) else {
            return Err(miette::miette!(
                code = "notes::unrelated",
                help = "`pv log` shows which release goes on from which",
                "release {name} does not go on from release {since}"
            ));
        };
        shipment = shipment.after(shipped(shelf, &previous)?);
        seen.push(previous);
    }
    Ok(shipment)
}

/// What a release shipped, as its folder tells.
fn shipped(shelf: &Shelf, name: &ReleaseName) -> miette::Result<Shipment> {
    let (record, plan) = (shelf.record(name)?, histories::plan(shelf, name)?);
    Ok(Shipment::of(&record, plan.as_ref(), intents_of(shelf, name)?, &gates_of(shelf, &record)))
}

/// What the gates of a release came to, by the evidence in its folder that can be read. `pv verify` tells of what cannot.
pub(super) fn gates_of(shelf: &Shelf, record: &Record) -> BTreeMap<ArtefactId, Vec<String>> {
    let files = shelf.texts_in(&format!("{}/", record.name.evidence_folder()));
    let read = files.iter().filter_map(|(path, text)| {
        let evidence = file::decode(path, text).ok()?;
        Some((Digest::of(file::encode(&evidence).as_bytes()), evidence))
    });
    notices::evidence_words(record, &read.collect::<Vec<_>>())
}

/// The intents that a release took along.
///
/// # Errors
/// When one cannot be read.
pub(super) fn intents_of(shelf: &Shelf, name: &ReleaseName) -> miette::Result<Vec<Intent>> {
    let files = shelf.texts_in(&format!("{}/{}/", name.folder(), intents::FOLDER));
    let files = files.iter().filter(|(path, _)| path.ends_with(".md"));
    let (mut read, mut problems) = (Vec::new(), Vec::new());
    for (path, text) in files {
        match intents::parse(path, text) {
            Ok(intent) => read.push(intent),
            Err(faults) => problems.extend(faults.into_iter().filter(Problem::is_error)),
        }
    }
    if problems.is_empty() { Ok(read) } else { Err(Unreadable::new(name.folder(), problems).into()) }
}

/// What the next release would be; where nothing changed, the latest one.
fn unreleased(session: Session, shelf: &Shelf, context: &Context) -> miette::Result<Shipment> {
    let lock = shelf.lock()?;
    let source = session.snapshot(if session.repository.is_bare() { "HEAD" } else { "worktree" })?;
    let next = cut::plan(&session, source, lock, context)?;
    if let (true, Some(latest)) = (next.is_unchanged(), next.previous_name()) {
        context.shell.note(&format!("pv: nothing changed since release {latest}: these are its notes"));
        return shipped(shelf, latest);
    }
    for refusal in &next.refusals {
        context.shell.note(&format!("pv: the release would be refused: {}  [{}]", refusal.message, refusal.rule));
    }
    Ok(to_come(&next))
}

fn to_come(next: &Next) -> Shipment {
    let gates = notices::gate_words(&next.gates.judged);
    let moved = next.decisions().iter().filter(|decision| decision.from != decision.to);
    Shipment {
        name: None,
        previous: next.previous_name().map(ToString::to_string),
        cut: None,
        entries: moved.clone().filter_map(|decision| entry(next, decision, &gates)).collect(),
        removed: moved.filter(|decision| decision.to.is_none()).map(|decision| decision.id.clone()).collect(),
        intents: next.intents.intents.clone(),
    }
}

fn entry(next: &Next, decision: &Decision, gates: &BTreeMap<ArtefactId, Vec<String>>) -> Option<Entry> {
    let is_it = |one: &&Classified| one.diff.artefact().is_some_and(|artefact| artefact.id == decision.id);
    let judged = next.classified.iter().find(is_it);
    Some(Entry {
        artefact: decision.id.clone(),
        from: decision.from.clone(),
        to: decision.to.clone()?,
        types: judged.map(|one| one.types.clone()).unwrap_or_default(),
        class: judged.and_then(|one| one.class),
        lowered: next.intents.lowered(&decision.id),
        gates: gates.get(&decision.id).cloned().unwrap_or_default(),
        rollback: notices::rollback(None, &decision.id, decision.from.as_ref()),
    })
}
