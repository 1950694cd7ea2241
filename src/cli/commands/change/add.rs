//! `pv change add`: write an intent, filled in from the diff.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::json;

use super::questions::ask;
use super::{Described, described};
use crate::cli::{Context, Exit, intents};
use crate::domain::{ArtefactId, Bump, ChangeType, Class, Severity};
use crate::release::intents::{Audience, Changed, FOLDER, Grounds, Intent, encode, judge, slug};
use crate::report::Page;
use crate::store::{flock, write_below};

const CLASSES: [Class; 4] = [Class::Cosmetic, Class::Additive, Class::Behavioural, Class::Breaking];
const BUMPS: [Bump; 3] = [Bump::Patch, Bump::Minor, Bump::Major];

#[derive(Debug, clap::Args)]
#[command(after_help = "\
Types, class, bump and materiality come from the diff, the owner from the documents or else from git's user.name.

Examples:
  pv change add --why \"Answers name the customer\"
  pv change add prompt:greet --base origin/main --why \"…\" --audience customer=\"You are greeted by name\"
  pv change add model:fast --why \"…\" --not-material --lowered \"only the staging alias\"")]
pub(super) struct Add {
    /// The artefacts that it is about; default all that changed and have no intent yet
    #[arg(value_name = "ID")]
    ids: Vec<ArtefactId>,
    /// Compare with where this branch parted from REV; default as `pv check`
    #[arg(long, value_name = "REV")]
    base: Option<String>,
    /// Why the change is made, in one sentence
    #[arg(long, value_name = "TEXT", value_parser = said)]
    why: Option<String>,
    /// The class, where it is more than the diff shows: additive, behavioural or breaking
    #[arg(long, value_name = "CLASS", value_parser = class)]
    pub(super) class: Option<Class>,
    /// The part of the version to move, where it is more than the diff asks for: minor or major
    #[arg(long, value_name = "BUMP", value_parser = bump)]
    bump: Option<Bump>,
    /// A change type besides those that the diff shows: prompt, model, agent-code, eval or data
    #[arg(long = "type", value_name = "TYPE", value_parser = change_type)]
    types: Vec<ChangeType>,
    /// Who answers for it
    #[arg(long, value_name = "NAME", value_parser = said)]
    pub(super) owner: Option<String>,
    /// People outside must be told
    #[arg(long, conflicts_with = "not_material")]
    pub(super) material: bool,
    /// Nobody outside needs to be told
    #[arg(long)]
    pub(super) not_material: bool,
    /// What to tell whom: customer, support, engineering or exec
    #[arg(long = "audience", value_name = "WHO=TEXT", value_parser = audience)]
    audiences: Vec<(Audience, String)>,
    /// Why it is called less than the diff shows
    #[arg(long, value_name = "REASON", value_parser = said)]
    lowered: Option<String>,
    /// The file's name, without `.md`; default from the first artefact and the reason
    #[arg(long, value_name = "SLUG", value_parser = file_name)]
    name: Option<String>,
}

/// A text with something in it, on one line.
fn said(text: &str) -> Result<String, String> {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.is_empty() { Err("nothing is said".to_owned()) } else { Ok(line) }
}

/// The class called `text`.
pub(super) fn class(text: &str) -> Result<Class, String> {
    one_of(text, &CLASSES.map(|class| (class.as_str(), class)))
}

fn bump(text: &str) -> Result<Bump, String> {
    one_of(text, &BUMPS.map(|bump| (bump.as_str(), bump)))
}

fn change_type(text: &str) -> Result<ChangeType, String> {
    one_of(text, &ChangeType::ALL.map(|change_type| (change_type.as_str(), change_type)))
}

fn one_of<T: Copy>(text: &str, choices: &[(&str, T)]) -> Result<T, String> {
    let found = choices.iter().find(|(name, _)| *name == text).map(|(_, choice)| *choice);
    let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
    found.ok_or_else(|| format!("one of: {}", names.join(", ")))
}

fn audience(text: &str) -> Result<(Audience, String), String> {
    let (whom, text) = text.split_once('=').ok_or("write it as customer=\"what they are told\"")?;
    let names = Audience::ALL.map(Audience::as_str).join(", ");
    let found = Audience::ALL.into_iter().find(|one| one.as_str() == whom);
    let whom = found.ok_or_else(|| format!("`{whom}` is no audience; one of: {names}"))?;
    Ok((whom, said(text)?))
}

fn file_name(text: &str) -> Result<String, String> {
    let name = text.strip_suffix(".md").unwrap_or(text);
    let is_allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let is_name = name.starts_with(|c: char| c.is_ascii_alphanumeric()) && name.chars().all(is_allowed);
    if is_name && name.len() <= 100 && !name.ends_with('.') && !name.eq_ignore_ascii_case("readme") {
        return Ok(name.to_owned());
    }
    Err("letters, digits, `-`, `_` and `.`, at most 100, beginning with a letter or a digit".to_owned())
}

pub(super) fn run(args: &Add, context: &Context) -> miette::Result<Exit> {
    let described = described(args.base.as_deref(), context)?;
    let root = described.session.root()?.to_owned();
    let changed = intents::of_rows(&described.changes.artefacts);
    let about = about(args, &described, &changed)?;
    let mut intent = prefilled(args, &described, &about);
    if intent.why.is_empty() {
        ask(&mut intent, args, &about, context)?;
    }
    refuse(&intent, args, &described, &changed)?;
    let guard = flock::acquire(&described.session.repository.common_dir().join("pv").join("lock"))?;
    intent.path = free_path(args.name.as_deref(), &intent, &root)?;
    write_below(&root, &intent.path, encode(&intent).as_bytes())?;
    drop(guard);
    context.show_page(written(&intent))?;
    Ok(Exit::Pass)
}

/// The changed artefacts that the intent is about.
fn about<'a>(args: &Add, described: &Described, changed: &'a [Changed]) -> miette::Result<Vec<&'a Changed>> {
    let held = &described.held;
    let named = |id: &ArtefactId| held.intents.iter().any(|intent| intent.artefacts.contains(id)) || held.described.contains(id);
    if args.ids.is_empty() {
        let about: Vec<&Changed> = changed.iter().filter(|one| one.is_own && !named(&one.id)).collect();
        let message = if changed.is_empty() { "no artefact changed" } else { "every changed artefact has an intent already" };
        return if about.is_empty() { Err(nothing(message, described)) } else { Ok(about) };
    }
    let find = |id: &ArtefactId| changed.iter().find(|one| one.id == *id).ok_or_else(|| unchanged(id, changed, described));
    args.ids.iter().map(find).collect()
}

fn nothing(message: &str, described: &Described) -> miette::Report {
    let help = "name the artefacts that another intent is to be about, or the base with --base REV";
    let old = &described.changes.old.spec;
    miette::miette!(code = "change::nothing", help = help, "there is nothing to describe: {message} since {old}")
}

fn unchanged(id: &ArtefactId, changed: &[Changed], described: &Described) -> miette::Report {
    let ids: Vec<String> = changed.iter().map(|one| one.id.to_string()).collect();
    let help = match ids.as_slice() {
        [] => "nothing did; another base is named with --base REV".to_owned(),
        ids => format!("what did: {}", ids.join(", ")),
    };
    miette::miette!(
        code = "change::unchanged",
        help = help,
        "no artefact `{id}` changed since {}",
        described.changes.old.spec
    )
}

/// What was typed, and for the rest what the diff says.
fn prefilled(args: &Add, described: &Described, about: &[&Changed]) -> Intent {
    let types = about.iter().flat_map(|one| one.types.iter().copied());
    let bump = about.iter().map(|one| one.bump).max().filter(|bump| *bump != Bump::None);
    let class = args.class.or_else(|| about.iter().filter_map(|one| one.class).max());
    // A class that is more than computed asks for its own bump.
    let bump = args.bump.or(bump.max(args.class.map(Class::bump)));
    let is_material = about.iter().any(|one| one.is_material);
    Intent {
        path: String::new(),
        artefacts: about.iter().map(|one| one.id.clone()).collect(),
        types: types.chain(args.types.iter().copied()).collect(),
        class,
        bump,
        owner: args.owner.clone().or_else(|| owner(described, about)),
        material: Some(!args.not_material && (args.material || is_material)),
        why: args.why.clone().unwrap_or_default(),
        audience: args.audiences.iter().cloned().collect(),
        lowered: args.lowered.clone(),
        body: String::new(),
        places: BTreeMap::new(),
    }
}

/// Those whom the documents name, else who commits here.
fn owner(described: &Described, about: &[&Changed]) -> Option<String> {
    let owners: BTreeSet<&str> = about.iter().filter_map(|one| described.owners.get(&one.id)).map(String::as_str).collect();
    let declared = owners.into_iter().collect::<Vec<_>>().join(", ");
    Some(declared).filter(|owners| !owners.is_empty()).or_else(|| described.session.repository.user_name())
}

/// Refuses to write what `pv check` would refuse.
fn refuse(intent: &Intent, args: &Add, described: &Described, changed: &[Changed]) -> miette::Result<()> {
    let mut intents = described.held.intents.clone();
    intents.push(intent.clone());
    let (present, named) = (intent.artefacts.clone(), BTreeSet::new());
    let grounds = Grounds { changed, present: &present, described: &named, missing: None, revisions: "" };
    let is_ours = |id: &Option<ArtefactId>| id.as_ref().is_some_and(|id| intent.artefacts.contains(id));
    let judgements = judge(&intents, &grounds);
    let wrong = judgements.into_iter().find(|one| one.severity == Severity::Error && is_ours(&one.artefact));
    match wrong {
        Some(wrong) if args.lowered.is_none() => Err(wrong.refused.remedy("say why with --lowered REASON").into()),
        Some(wrong) => Err(wrong.refused.into()),
        None => Ok(()),
    }
}

/// A path below `changes/` where nothing is yet.
fn free_path(wanted: Option<&str>, intent: &Intent, root: &Path) -> miette::Result<String> {
    let path = |name: &str| format!("{FOLDER}/{name}.md");
    let is_taken = |path: &str| root.join(path).symlink_metadata().is_ok();
    if let Some(name) = wanted {
        let path = path(name);
        return if is_taken(&path) { Err(taken(&path)) } else { Ok(path) };
    }
    let slug = slug(intent.artefacts.first(), &intent.why);
    let names = std::iter::once(slug.clone()).chain((2..1000).map(|n: u32| format!("{slug}-{n}")));
    names.map(|name| path(&name)).find(|path| !is_taken(path)).ok_or_else(|| taken(&path(&slug)))
}

fn taken(path: &str) -> miette::Report {
    miette::miette!(code = "change::taken", help = "edit it, or choose another --name", "there is a file {path} already")
}

fn written(intent: &Intent) -> Page {
    let ids: Vec<String> = intent.artefacts.iter().map(ToString::to_string).collect();
    let types: Vec<String> = intent.types.iter().map(ToString::to_string).collect();
    let data = json!({"schema": "pv/change-add/1", "path": intent.path, "artefacts": ids});
    let facts = [
        ("artefacts", ids.join(", ")),
        ("type", types.join(", ")),
        ("class", intent.class.map_or_else(String::new, |class| class.to_string())),
        ("bump", intent.bump.map_or_else(String::new, |bump| bump.to_string())),
        ("owner", intent.owner.clone().unwrap_or_default()),
        ("material", if intent.material == Some(true) { "yes" } else { "no" }.to_owned()),
    ];
    let mut table = vec![["property", "value"].map(str::to_owned).to_vec()];
    table.extend(facts.into_iter().filter(|(_, value)| !value.is_empty()).map(|(name, value)| vec![name.to_owned(), value]));
    Page::of(data).heading(&intent.path).table(table).outcome(true, "written: commit it with the change")
}
