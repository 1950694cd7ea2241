//! Large objects between this clone and its remote.

mod check;
mod collect;
mod fault;
mod pull;
mod push;

pub(super) use check::check;
pub(super) use collect::collect;
pub(super) use pull::pull;
pub(super) use push::push;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use super::Context;
use super::amount::{counted, sized};
use super::load::{CONFIG, Session};
use super::needs::{self, Needed};
use super::shipped::Shelf;
use super::transferred::{Pace, Wanted};
use crate::domain::Digest;
use crate::lock::ReleaseName;
use crate::store::remote::{Moved, Remote, RemoteError, Run, Tally};

/// A clone, its remote, and what went between them so far.
struct Link {
    remote: Remote,
    tally: Arc<Tally>,
    jobs: usize,
}

impl Link {
    /// The remote that `pv.toml` names, with credentials from the environment. Nothing is asked of it yet.
    fn open(session: &Session, pace: &Pace) -> miette::Result<Self> {
        let url = session.config.store.remote.as_ref().ok_or_else(no_remote)?;
        let known = |(name, value): (std::ffi::OsString, std::ffi::OsString)| {
            Some((name.into_string().ok()?, value.into_string().ok()?))
        };
        let variables: BTreeMap<String, String> = std::env::vars_os().filter_map(known).collect();
        Ok(Self { remote: Remote::open(url, &variables)?, tally: Arc::default(), jobs: pace.jobs.into() })
    }

    fn run<'l>(&'l self, session: &Session) -> Result<Run<'l>, RemoteError> {
        Run::between(&self.remote, session.repository.common_dir(), self.jobs, &self.tally)
    }

    /// Says on a terminal, as long as the command is at work, how much was `moved` (`sent`, `fetched`) of `total` bytes;
    /// `None`: nobody knows how much there is.
    fn watch(&self, context: &Context, moved: &'static str, total: Option<u64>) {
        let tally = Arc::clone(&self.tally);
        context.shell.watch(move || {
            let (done, there) = (tally.moved(), tally.there());
            let of = total.map_or_else(String::new, |total| format!(" of {}", sized(total.max(done.bytes))));
            format!(
                "{moved} {}, {}{of}; {} there already",
                counted(done.objects, "object"),
                sized(done.bytes),
                there.objects
            )
        });
    }
}

fn no_remote() -> miette::Report {
    miette::miette!(
        code = "remote::none",
        help = "write this in pv.toml, with your own bucket, and commit it:\n\n  [store]\n  remote = \"s3://bucket/pv\"\n\n\
                gs://bucket/pv, az://container/pv, https://host/bucket/pv and file:///directory are remotes, too. \
                Credentials come from the environment: see docs/remotes.md",
        "no remote is named under [store] in {CONFIG}"
    )
}

/// What is wanted, by name.
struct Sides {
    releases: Vec<ReleaseName>,
    /// `worktree`, or revisions of git.
    standing: Vec<String>,
}

impl Sides {
    /// What was typed: a release, if there is one of that name, else a revision. Without any, the latest release and what
    /// stands.
    fn of(session: &Session, shelf: &Shelf, wanted: &Wanted) -> miette::Result<Self> {
        if !wanted.named.is_empty() {
            return Self::named(session, shelf, &wanted.named);
        }
        let releases = match wanted.all {
            true => reachable(session, shelf)?,
            false => shelf.lock()?.and_then(|lock| lock.release).map(|release| release.name).into_iter().collect(),
        };
        let standing = match session.repository.workdir() {
            Some(_) => vec!["worktree".to_owned()],
            None => session.repository.head()?.map(|_| "HEAD".to_owned()).into_iter().collect(),
        };
        Ok(Self { releases, standing })
    }

    fn named(session: &Session, shelf: &Shelf, names: &[String]) -> miette::Result<Self> {
        let known = reachable(session, shelf)?;
        let mut sides = Self { releases: Vec::new(), standing: Vec::new() };
        for typed in names {
            let name = typed.strip_prefix("release:").unwrap_or(typed);
            match known.iter().find(|known| known.as_str() == name) {
                Some(known) => sides.releases.push(known.clone()),
                None if name == typed && session.snapshot(typed).is_ok() => sides.standing.push(typed.clone()),
                None => return Err(shelf.unknown_release(name)),
            }
        }
        Ok(sides)
    }

    /// What these need.
    fn needed(&self, session: &Session, shelf: &Shelf) -> miette::Result<Needed> {
        let mut needed = needs::of(session, &self.releases)?;
        for side in &self.standing {
            needed.add(needs::of_snapshot(shelf, &session.snapshot(side)?)?);
        }
        Ok(needed)
    }
}

/// Every release whose record this clone can read: not those whose tag is here and whose commit is not.
fn reachable(session: &Session, shelf: &Shelf) -> miette::Result<Vec<ReleaseName>> {
    let (here, tags) = (shelf.releases(), session.repository.tags("pv/")?);
    let is_readable = |name: &ReleaseName| {
        let tagged = || tags.iter().find(|tag| tag.name == name.tag());
        here.contains(name) || tagged().is_some_and(|tag| Shelf::tagged(&session.repository, tag).is_some())
    };
    let mut names = shelf.tagged_or_recorded(&session.repository)?;
    names.retain(is_readable);
    Ok(names)
}

fn digests(needed: &Needed) -> BTreeSet<Digest> {
    needed.objects.keys().cloned().collect()
}

/// The lock that one pull of a clone holds.
fn pull_lock(common_dir: &Path) -> std::path::PathBuf {
    common_dir.join("pv").join("pull.lock")
}

fn amount(moved: Moved) -> String {
    format!("{} ({})", counted(moved.objects, "object"), sized(moved.bytes))
}
