//! `pv lock`: cut a release.

use serde_json::json;

use crate::cli::cut::{self, Next};
use crate::cli::load::{CONFIG, Session};
use crate::cli::shipped::Shelf;
use crate::cli::{Context, Exit, intents, verified};
use crate::diff;
use crate::domain::{Problem, Version};
use crate::git::{CommitId, Snapshot};
use crate::lock::merge::{self, Merge};
use crate::lock::record::Record;
use crate::lock::{self, ReleaseName, conflict};
use crate::report::{Page, Unreadable};
use crate::store::{flock, write_below};

/// Cut a release: compute every version, keep the shipped bytes, write pv.lock. Without --write, only say what it would do
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A release is cut from the commit HEAD. It consists of .pv/objects (the exact bytes), releases/NAME/lock.toml (its
record) and pv.lock (the same, as the latest release). An interrupted run is completed by running it again.

A pv.lock with merge conflict markers is merged artefact by artefact.

Examples:
  pv lock                                        what the next release would be
  pv lock --name 2026.11.21 --write --commit --tag
  pv lock --check                                in CI: is the release what it claims to be?")]
pub struct Args {
    /// The release's name; default the date, 2026.11.21
    #[arg(long, value_name = "NAME")]
    name: Option<ReleaseName>,
    /// Write the release
    #[arg(long)]
    write: bool,
    /// Commit what was written, and nothing else
    #[arg(long, requires = "write")]
    commit: bool,
    /// Tag the commit as pv/NAME, annotated (signed when git is configured to)
    #[arg(long, requires = "commit")]
    tag: bool,
    /// Check that the latest release is what it claims: exit 1 when its record is not, 5 when bytes are missing or altered
    #[arg(long, conflicts_with_all = ["name", "write"])]
    check: bool,
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    let session = Session::open(context)?;
    if args.check {
        return verified::latest(&session, context);
    }
    let guard = if args.write { Some(flock::acquire(&session.repository.common_dir().join("pv").join("lock"))?) } else { None };
    let outcome = cut(args, &session, context);
    drop(guard);
    outcome
}

fn cut(args: &Args, session: &Session, context: &Context) -> miette::Result<Exit> {
    let shelf = Shelf::of(&session.repository)?;
    if let Some(merge) = conflicted(&shelf)? {
        return resolve(&merge, args, session, context);
    }
    let next = cut::plan(session, shelf.lock()?, context)?;
    if !next.refusals.is_empty() || next.problems.iter().any(Problem::is_error) {
        return refuse(next, context);
    }
    let name = name(args, &next, &shelf, context)?;
    if !args.write {
        context.show_page(planned(&next, &name, uncommitted(session)?.as_deref()))?;
        return Ok(Exit::Pass);
    }
    if let Some(edits) = uncommitted(session)? {
        return Err(miette::miette!(
            code = "lock::uncommitted",
            help = "commit or stash them first: a release is cut from a commit",
            "there are uncommitted edits: {edits}"
        ));
    }
    if next.is_unchanged() && next.previous_name() != Some(&name) {
        let data = json!({"schema": "pv/lock/1", "outcome": "unchanged", "release": name.to_string()});
        let text = format!("nothing changed since the latest release: no release {name} was cut");
        context.show_page(Page::of(data).outcome(false, text))?;
        return Ok(Exit::Refused);
    }
    if args.tag {
        refuse_taken_tag(session, &name, &shelf)?;
    }
    let record = record(&next, session, &name, &shelf, context)?;
    let commit = if args.commit { Some(commit(&next, session, &name)?) } else { None };
    if let (true, Some(commit)) = (args.tag, &commit) {
        session.repository.create_tag(&name.tag(), commit, &cut::tag_message(&record))?;
    }
    context.show_page(written(&next, &record, commit.as_ref(), args.tag))?;
    Ok(Exit::Pass)
}

/// A tag of that name that is not this release's is found before anything is written, not after.
fn refuse_taken_tag(session: &Session, name: &ReleaseName, shelf: &Shelf) -> miette::Result<()> {
    let tag = session.repository.tags(&name.tag())?.into_iter().find(|tag| tag.name == name.tag());
    match tag {
        Some(tag) if shelf.record_text(name).is_none() => Err(miette::miette!(
            code = "lock::tag_exists",
            help = "choose another --name; pv never moves a tag",
            "there is a tag `{}` already, and no release `{name}`",
            tag.name
        )),
        _ => Ok(()),
    }
}

/// The record of the release: written now, or, when the lock already is of this release, as it was cut.
fn record(
    next: &Next,
    session: &Session,
    name: &ReleaseName,
    shelf: &Shelf,
    context: &Context,
) -> miette::Result<Record> {
    if next.is_unchanged() { shelf.record(name) } else { next.write(session, name, context) }
}

/// The commit that holds the release: made now, unless an interrupted run made it.
fn commit(next: &Next, session: &Session, name: &ReleaseName) -> miette::Result<CommitId> {
    let head = session.snapshot("HEAD")?;
    let committed = head.entry(&name.record_path()).is_some();
    match session.repository.head()? {
        Some(head) if committed => Ok(head),
        _ => Ok(session.repository.commit_paths(&next.paths(name), &format!("Release {name}"))?),
    }
}

/// The name asked for; else the date, with a number when that day has a release.
fn name(args: &Args, next: &Next, shelf: &Shelf, context: &Context) -> miette::Result<ReleaseName> {
    if let Some(name) = &args.name {
        return Ok(name.clone());
    }
    let day = context.now().date().replace('-', ".");
    let taken = shelf.releases();
    let names = std::iter::once(day.clone()).chain((2..).map(|n: u32| format!("{day}.{n}")));
    let mut free = names.filter_map(|name| name.parse::<ReleaseName>().ok()).filter(|name| !taken.contains(name));
    match next.previous_name() {
        Some(latest) if next.is_unchanged() => Ok(latest.clone()),
        _ => free.next().ok_or_else(|| miette::miette!("no release name is free today: give one with --name")),
    }
}

/// The artefacts (and the configuration and the intents) whose edits are not committed, in a few words.
fn uncommitted(session: &Session) -> miette::Result<Option<String>> {
    if session.repository.is_bare() {
        return Ok(None);
    }
    let (head, worktree) = (session.head()?, session.snapshot("worktree")?);
    let comparison = diff::between(&head, &worktree, &session.discovery());
    let mut ids: Vec<String> =
        comparison.artefacts.iter().filter_map(|one| Some(one.artefact()?.id.to_string())).collect();
    ids.extend(comparison.problems.iter().map(|problem| problem.place.path.to_string()));
    let config = |snapshot: &Snapshot| snapshot.entry(CONFIG).map(|entry| entry.oid);
    if config(&head) != config(&worktree) {
        ids.push(CONFIG.to_owned());
    }
    ids.extend(intents::uncommitted(&head, &worktree));
    let total = ids.len();
    ids.truncate(5);
    let more = if total > 5 { format!(" and {} more", total - 5) } else { String::new() };
    Ok((total > 0).then(|| format!("{}{more}", ids.join(", "))))
}

fn conflicted(shelf: &Shelf) -> miette::Result<Option<Merge>> {
    let Some(bytes) = shelf.read(lock::PATH) else { return Ok(None) };
    let text = String::from_utf8_lossy(&bytes).into_owned();
    if !conflict::is_conflicted(&text) {
        return Ok(None);
    }
    let file = crate::domain::SourceFile::new(lock::PATH, text);
    merge::conflicted(&file).map(Some).map_err(|problems| Unreadable::new(lock::PATH, problems).into())
}

/// Merges a conflicted pv.lock; what both sides changed stays for a person to decide.
fn resolve(merge: &Merge, args: &Args, session: &Session, context: &Context) -> miette::Result<Exit> {
    let Some(merged) = merge.clean() else {
        let ids: Vec<String> = merge.conflicts().collect();
        let data = json!({"schema": "pv/lock/1", "outcome": "conflict", "artefacts": ids});
        let text = format!("both sides of the merge changed {}", ids.join(", "));
        let way_out = "Keep one side's tables of each in pv.lock (or `git checkout --ours pv.lock`), then run `pv lock` again.";
        context.show_page(Page::of(data).outcome(false, text).paragraph(way_out))?;
        return Ok(Exit::Refused);
    };
    if let Some(refusal) = merge.refusal() {
        return Err(miette::miette!(code = "lock::unknown_key", help = refusal.help, "{}", refusal.message));
    }
    if args.write {
        write_below(session.root()?, lock::PATH, lock::encode(&merged).as_bytes())?;
    }
    let data = json!({"schema": "pv/lock/1", "outcome": "merged", "artefacts": merged.artefacts.len(), "written": args.write});
    let text = if args.write { "merged pv.lock" } else { "pv.lock merges cleanly, artefact by artefact: --write does it" };
    context.show_page(Page::of(data).outcome(true, text))?;
    Ok(Exit::Pass)
}

fn refuse(next: Next, context: &Context) -> miette::Result<Exit> {
    if !next.problems.is_empty() {
        context.shell.explain(&Unreadable::new("the commit HEAD", next.problems).into());
    }
    let rows = next.refusals.iter().map(|refusal| {
        json!({"rule": refusal.rule, "artefact": refusal.id, "message": refusal.message, "help": refusal.help})
    });
    let mut page = Page::of(json!({"schema": "pv/lock/1", "outcome": "refused", "refusals": rows.collect::<Vec<_>>()}));
    for refusal in &next.refusals {
        let subject = refusal.id.as_ref().map_or("pv.lock".to_owned(), ToString::to_string);
        page = page.outcome(false, format!("{subject}: {}  [{}]", refusal.message, refusal.rule)).paragraph(format!("help: {}", refusal.help));
    }
    context.show_page(page.outcome(false, "no release was cut"))?;
    Ok(Exit::Refused)
}

fn planned(next: &Next, name: &ReleaseName, uncommitted: Option<&str>) -> Page {
    let page = decisions(next, name, "planned");
    if next.is_unchanged() {
        return page.outcome(true, "nothing changed since the latest release");
    }
    let page = match uncommitted {
        Some(edits) => page.paragraph(format!("Not in it, because not committed: {edits}.")),
        None => page,
    };
    told(page, next).paragraph(format!("Nothing was written. `pv lock --name {name} --write --commit --tag` cuts the release."))
}

fn written(next: &Next, record: &Record, commit: Option<&CommitId>, tagged: bool) -> Page {
    let page = decisions(next, &record.name, "written");
    let place = match commit {
        Some(commit) => format!("committed as {}", commit.to_string().chars().take(10).collect::<String>()),
        None if next.intents.intents.is_empty() => "not committed: `git add .pv releases pv.lock` and commit it".to_owned(),
        None => "not committed: `git add .pv releases changes pv.lock` and commit it".to_owned(),
    };
    let tag = if tagged { format!(", tagged {}", record.name.tag()) } else { String::new() };
    told(page, next).outcome(true, format!("release {} written, {place}{tag}", record.name))
}

/// What the authors of the changes say, and what is to be said of that.
fn told(page: Page, next: &Next) -> Page {
    let page = match next.intents.intents.len() {
        0 => page,
        1 => page.paragraph("1 intent describes it, and moves beside its record."),
        count => page.paragraph(format!("{count} intents describe it, and move beside its record.")),
    };
    let notes = next.intents.notes().map(|note| format!("note: {}  [{}]", note.refused.message, note.refused.check.id));
    let notes = notes.collect::<Vec<_>>().join("\n");
    if notes.is_empty() { page } else { page.verbatim(notes) }
}

fn decisions(next: &Next, name: &ReleaseName, outcome: &str) -> Page {
    let label = |version: &Option<Version>| version.as_ref().map_or("-".to_owned(), ToString::to_string);
    let moved = next.decisions().iter().filter(|decision| decision.from != decision.to);
    let mut table = vec![["artefact", "from", "to", "bump", "because"].map(str::to_owned).to_vec()];
    table.extend(moved.clone().map(|decision| {
        let because = if decision.to.is_none() { "removed" } else { decision.reason };
        vec![decision.id.to_string(), label(&decision.from), label(&decision.to), decision.bump.to_string(), because.to_owned()]
    }));
    let rows: Vec<_> = next
        .decisions()
        .iter()
        .map(|decision| json!({"id": decision.id, "from": decision.from, "to": decision.to, "bump": decision.bump, "reason": decision.reason}))
        .collect();
    let previous = next.previous_name().map(ToString::to_string);
    let intents: Vec<&str> = next.intents.intents.iter().map(|intent| intent.path.as_str()).collect();
    let data = json!({
        "schema": "pv/lock/1", "outcome": outcome, "release": name.to_string(), "previous": previous, "artefacts": rows,
        "intents": intents, "notes": next.intents.notes().cloned().map(intents::refusal).collect::<Vec<_>>(),
    });
    let unchanged = next.decisions().len() - moved.count();
    let after = match previous {
        None => "the first one".to_owned(),
        Some(previous) if previous == name.as_str() => "the latest one".to_owned(),
        Some(previous) => format!("after {previous}"),
    };
    Page::of(data).heading(format!("release {name}, {after}")).table(table).paragraph(match unchanged {
        0 => String::new(),
        1 => "1 artefact is unchanged.".to_owned(),
        count => format!("{count} artefacts are unchanged."),
    })
}
