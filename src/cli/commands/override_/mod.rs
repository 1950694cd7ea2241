//! `pv override`: exceptions from the discipline, asked for, approved, made good.

mod approve;
mod audit;
mod close;
mod draft;
mod list;
mod proof;
mod request;
mod told;

use std::path::PathBuf;

use clap::Subcommand;
use jiff::civil::Date;

use crate::cli::discipline::Situation;
use crate::cli::load::Session;
use crate::cli::{Context, Exit};
use crate::lock::ReleaseName;
use crate::release::overrides::{self, Exception, Register};
use crate::store::{flock, write_below};

/// Leave out named rules for one release: asked for, approved by somebody else, until an end, against something in return
#[derive(Debug, clap::Args)]
#[command(after_help = "\
There is no --force. An exception names the rules that it leaves out, for one release and one plan of it; it ends, by
default after a day; it is signed by the one who asks and by those who approve (SSH keys of .pv/allowed_signers, as it
is committed); and it owes something for every rule, by a date. What is overdue stops the next ordinary release.

The category says what may be left out: `[override.elements]` in pv.toml. The rehearsal of the way back never may be.

Examples:
  pv override request --release 2026.11.20 --category security --harm 'addresses of customers are shown' \\
    --bypass gate/evidence-missing --why 'an eval takes four hours' --compensation 'run the eval after promotion' --due 24h
  pv override approve security-2026-11-20
  pv override close security-2026-11-20 --outcome 'the eval passed: 0.91, margin 3 points'
  pv override audit --by month")]
pub struct Args {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Ask for one: write its record, and sign it
    Request(request::Request),
    /// Approve one that somebody else asked for: sign its record
    Approve {
        /// Which: its id, or RELEASE/ID
        #[arg(value_name = "ID")]
        id: String,
        /// The key to sign with, private or public (its other half in an agent); default the key that git signs with
        #[arg(long, value_name = "FILE")]
        key: Option<PathBuf>,
        /// Commit what was written, and nothing else
        #[arg(long)]
        commit: bool,
    },
    /// Say that what it owes was done
    Close(close::Close),
    /// List them: who asked, who approved, until when, what they owe
    List {
        /// Of one release
        #[arg(long, value_name = "NAME")]
        release: Option<ReleaseName>,
    },
    /// How often releases leave something out
    Audit {
        /// Releases that were cut from this day on
        #[arg(long, value_name = "DATE")]
        since: Option<Date>,
        /// What is counted apart: each month, each rule, or each owner of what was changed
        #[arg(long, value_name = "WHAT", default_value = "month")]
        by: audit::Apart,
    },
}

pub(super) fn run(args: &Args, context: &Context) -> miette::Result<Exit> {
    match &args.action {
        Action::Request(request) => request::run(request, context),
        Action::Approve { id, key, commit } => approve::run(id, key.as_deref(), *commit, context),
        Action::Close(close) => close::run(close, context),
        Action::List { release } => list::run(release.as_ref(), context),
        Action::Audit { since, by } => audit::run(*since, *by, context),
    }
}

/// A repository, judged by what is committed, and everything that is known of its releases.
struct Office<'c> {
    context: &'c Context,
    session: Session,
    situation: Situation,
}

impl<'c> Office<'c> {
    fn open(context: &'c Context) -> miette::Result<Self> {
        let session = Session::open(context)?;
        let head = session.head()?;
        let session = session.judging(&head, context)?;
        let situation = Situation::of(&session, context)?;
        Ok(Self { context, session, situation })
    }

    fn register(&self) -> Register<'_> {
        let Situation { histories, papers, at, .. } = &self.situation;
        Register::read(&self.session.config.exceptions, histories, papers, at)
    }

    /// The repository's lock, held by whoever writes.
    fn guard(&self) -> miette::Result<flock::Guard> {
        Ok(flock::acquire(&self.session.repository.common_dir().join("pv").join("lock"))?)
    }

    /// Writes files below the folder of a release's exceptions. The caller holds the lock.
    fn write(&self, files: &[(String, String)]) -> miette::Result<()> {
        for (path, text) in files {
            write_below(self.session.root()?, path, text.as_bytes())?;
        }
        Ok(())
    }

    /// Commits exactly `paths`.
    fn commit(&self, paths: &[String], message: &str) -> miette::Result<()> {
        self.session.repository.commit_paths(paths, message)?;
        Ok(())
    }
}

/// The exception called `id`, or `release/id` where several releases have one of that name.
fn find<'r>(register: &'r Register<'_>, id: &str) -> miette::Result<&'r Exception> {
    let (release, name) = id.rsplit_once('/').map_or((None, id), |(release, name)| (Some(release), name));
    let is_meant = |one: &&Exception| one.record.id == name && release.is_none_or(|release| one.record.release.as_str() == release);
    let found: Vec<&Exception> = register.exceptions.iter().filter(is_meant).collect();
    match found.as_slice() {
        [one] => Ok(one),
        [] => {
            let known: Vec<&str> = register.exceptions.iter().map(|one| one.record.id.as_str()).collect();
            let help = match known.as_slice() {
                [] => "none was asked for yet: `pv override request` does".to_owned(),
                known => crate::config::did_you_mean(name, known),
            };
            Err(miette::miette!(code = "override::unknown", help = help, "there is no exception `{id}`"))
        }
        several => {
            let names: Vec<String> = several.iter().map(|one| format!("{}/{name}", one.record.release)).collect();
            let help = format!("name the release too: {}", names.join(", "));
            Err(miette::miette!(code = "override::ambiguous", help = help, "several releases have an exception `{name}`"))
        }
    }
}

/// The path of a paper of `release`, from the release's folder on, as its log names it.
fn subject(path: &str, release: &ReleaseName) -> String {
    let name = path.strip_prefix(&overrides::folder(release)).unwrap_or(path);
    format!("overrides/{name}")
}
