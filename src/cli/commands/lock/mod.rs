//! `pv lock`: cut a release.

mod reviewed;
mod told;

use serde_json::json;

use crate::classify::ACKS;
use crate::cli::cut::{self, Next};
use crate::cli::load::{CONFIG, Session};
use crate::cli::shipped::Shelf;
use crate::cli::planning::{self, Planned};
use crate::cli::{Context, Exit, intents, policy, release_names, verified};
use crate::diff;
use crate::domain::{Problem, Stage};
use crate::git::CommitId;
use crate::lock::merge::{self, Merge};
use crate::lock::record::Record;
use crate::lock::{self, ReleaseName, conflict};
use crate::release::checks::{self, Refused};
use crate::report::{Page, Unreadable};
use crate::store::{flock, write_below};
use reviewed::Reviewed;

/// Cut a release: compute every version, keep the shipped bytes, write pv.lock. Without --write, only say what it would do
#[derive(Debug, clap::Args)]
#[command(after_help = "\
A release is cut from the commit HEAD. It consists of .pv/objects (the exact bytes), releases/NAME/lock.toml (its
record) and pv.lock (the same, as the latest release). An interrupted run is completed by running it again.

From the second release on, what changed owes its gates: --write is refused (exit 1; 3 when the evidence is too small to
tell) until evidence that HEAD holds meets them. What it relied on is kept in releases/NAME/evidence. A gate is waived
with `pv ack`, or switched off in pv.toml.

It is also refused by whatever else of the discipline stands against it: windows and freezes (exit 4 where that is all),
the steps of its plan, the way back (`pv rollback rehearse`), what earlier exceptions owe. `pv plan` shows the plan; with
--plan DIGEST nothing but that very plan is cut.

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
    /// Cut only the release whose plan was reviewed: its digest, as `pv plan` prints it
    #[arg(long, value_name = "DIGEST")]
    plan: Option<Reviewed>,
    /// Check that the latest release is what it claims: exit 1 when its record is not, 5 when bytes are missing or altered
    #[arg(long, conflicts_with_all = ["name", "write", "plan"])]
    check: bool,
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    let session = Session::open(context)?;
    if args.check {
        return verified::latest(&session, context);
    }
    let guard = if args.write { Some(flock::acquire(&session.repository.common_dir().join("pv").join("lock"))?) } else { None };
    let outcome = merge_or_cut(args, session, context);
    drop(guard);
    outcome
}

fn merge_or_cut(args: &Args, session: Session, context: &Context) -> miette::Result<Exit> {
    let shelf = Shelf::of(&session.repository)?;
    if let Some(merge) = conflicted(&shelf)? {
        return resolve(&merge, args, &session, context);
    }
    let source = session.snapshot("HEAD")?;
    // The record names the policy that judged the release: its own commit's, as are the waivers and the evidence.
    let session = &session.judging(&source, context)?;
    policy::refuse_own(args.write, context)?;
    if let Some(file) = &context.global.config {
        context.shell.note(&format!("pv: judged by {}, not by the pv.toml of the commit", file.display()));
    }
    let next = cut::plan(session, source, shelf.lock()?, context)?;
    if !next.refusals.is_empty() || next.problems.iter().any(Problem::is_error) {
        return refuse(next, context);
    }
    Cutting { args, session, shelf: &shelf, context }.cut(next)
}

/// What a release is cut by.
struct Cutting<'a> {
    args: &'a Args,
    session: &'a Session,
    shelf: &'a Shelf,
    context: &'a Context,
}

impl Cutting<'_> {
    fn cut(&self, mut next: Next) -> miette::Result<Exit> {
        let name = self.name(&next)?;
        let edits = uncommitted(self.session)?;
        let planned = self.planned(&next, &name)?;
        if let Some(planned) = &planned {
            planned.waive(&mut next.gates.judged, self.session);
        }
        let next = &next;
        if !self.args.write {
            self.context.show_page(told::planned(next, &name, (planned.as_ref(), edits.as_deref()))?)?;
            return Ok(Exit::Pass);
        }
        if let Some(edits) = edits {
            return Err(miette::miette!(
                code = "lock::uncommitted",
                help = "commit or stash them first: a release is cut from a commit",
                "there are uncommitted edits: {edits}"
            ));
        }
        let verdict = next.gates.conclude(Stage::Lock);
        let exit = planned.as_ref().map_or(Exit::Pass, Planned::exit).or(Exit::of(&verdict));
        if exit != Exit::Pass {
            self.context.show_page(told::stopped(next, &name, planned.as_ref()))?;
            return Ok(exit);
        }
        let previous: Vec<ReleaseName> = next.previous_name().filter(|_| !next.is_unchanged()).cloned().into_iter().collect();
        if let Some(exit) = verified::unfit(self.session, &previous, self.context)? {
            return Ok(exit);
        }
        if next.is_unchanged() && next.previous_name() != Some(&name) {
            self.context.show_page(told::unchanged(&name))?;
            return Ok(Exit::Refused);
        }
        self.write(next, &name, planned.as_ref())
    }

    /// The plan, judged; refused when it is not the one that was reviewed.
    fn planned(&self, next: &Next, name: &ReleaseName) -> miette::Result<Option<Planned>> {
        let choices = planning::choices(self.session, name)?;
        let planned = planning::planned(next, name, &choices, (self.session, self.context))?;
        match (&planned, &self.args.plan) {
            (Some(planned), Some(reviewed)) => reviewed.must_be(&planned.plan)?,
            (None, Some(_)) if !next.is_unchanged() => {
                let message = format!("release {name} is the first one");
                return Err(Refused::by(&checks::plan::PLAN_MISSING, message).into());
            }
            _ => {}
        }
        Ok(planned)
    }

    fn write(&self, next: &Next, name: &ReleaseName, planned: Option<&Planned>) -> miette::Result<Exit> {
        if self.args.tag {
            self.refuse_taken_tag(name)?;
        }
        let record = self.record(next, name, planned)?;
        let commit = if self.args.commit { Some(self.commit(next, name)?) } else { None };
        if let Some(commit) = commit.as_ref().filter(|_| self.args.tag && !self.is_tagged(&record).unwrap_or(false)) {
            self.session.repository.create_tag(&name.tag(), commit, &cut::tag_message(&record))?;
        }
        self.context.show_page(told::written(next, &record, (commit.as_ref(), self.args.tag), planned))?;
        Ok(Exit::Pass)
    }

    /// Whether the release's own tag is there: made by an earlier run, before whatever was committed since.
    fn is_tagged(&self, record: &Record) -> miette::Result<bool> {
        let (name, message) = (record.name.tag(), cut::tag_message(record));
        let tags = self.session.repository.tags(&name)?;
        let is_own = |text: &String| text.trim_end().starts_with(message.trim_end());
        Ok(tags.iter().any(|tag| tag.name == name && tag.message.as_ref().is_some_and(is_own)))
    }

    /// A tag of that name that is not this release's is found before anything is written, not after.
    fn refuse_taken_tag(&self, name: &ReleaseName) -> miette::Result<()> {
        let tag = self.session.repository.tags(&name.tag())?.into_iter().find(|tag| tag.name == name.tag());
        match tag {
            Some(tag) if self.shelf.record_text(name).is_none() => Err(miette::miette!(
                code = "lock::tag_exists",
                help = "choose another --name; pv never moves a tag",
                "there is a tag `{}` already, and no release `{name}`",
                tag.name
            )),
            _ => Ok(()),
        }
    }

    /// The record of the release: written now, or, when the lock already is of this release, as it was cut.
    fn record(&self, next: &Next, name: &ReleaseName, planned: Option<&Planned>) -> miette::Result<Record> {
        if next.is_unchanged() {
            return self.shelf.record(name);
        }
        next.write(name, planned, (self.session, self.context))
    }

    /// The commit that holds the release: made now, unless an interrupted run made it.
    fn commit(&self, next: &Next, name: &ReleaseName) -> miette::Result<CommitId> {
        let repository = &self.session.repository;
        let committed = self.session.snapshot("HEAD")?.entry(&name.record_path()).is_some();
        match repository.head()? {
            Some(head) if committed => Ok(head),
            _ => Ok(repository.commit_paths(&next.paths(name), &format!("Release {name}"))?),
        }
    }

    /// The name asked for; else the date, with a number when that day has a release.
    fn name(&self, next: &Next) -> miette::Result<ReleaseName> {
        match &self.args.name {
            Some(name) => Ok(name.clone()),
            None => release_names::free(self.shelf, next, self.context),
        }
    }
}

/// The artefacts (and the configuration, the waivers and the intents) whose edits are not committed, in a few words.
fn uncommitted(session: &Session) -> miette::Result<Option<String>> {
    if session.repository.is_bare() {
        return Ok(None);
    }
    let (head, worktree) = (session.head()?, session.snapshot("worktree")?);
    let comparison = diff::between(&head, &worktree, &session.discovery());
    let mut ids: Vec<String> =
        comparison.artefacts.iter().filter_map(|one| Some(one.artefact()?.id.to_string())).collect();
    ids.extend(comparison.problems.iter().map(|problem| problem.place.path.to_string()));
    let is_edited = |path: &str| head.entry(path).map(|entry| entry.oid) != worktree.entry(path).map(|entry| entry.oid);
    ids.extend([CONFIG, ACKS].into_iter().filter(|path| is_edited(path)).map(str::to_owned));
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
