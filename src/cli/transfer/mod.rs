//! Large objects between this clone and its remote.

mod check;
mod fault;
mod pull;
mod push;

pub(super) use check::check;
pub(super) use pull::pull;
pub(super) use push::push;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use super::Context;
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
        help = "name one, and commit that: every clone shares it\n\n  [store]\n  remote = \"s3://my-bucket/pv\"   \
                # or gs://bucket/…, az://container/…, file:///directory, https://host/bucket/…\n\n\
                credentials come from the environment (docs/remotes.md)",
        "no remote is named under [store] in {CONFIG}"
    )
}

/// The releases that are wanted; without any, the latest.
fn releases(session: &Session, shelf: &Shelf, wanted: &Wanted) -> miette::Result<Vec<ReleaseName>> {
    if wanted.all {
        return reachable(session, shelf);
    }
    if wanted.releases.is_empty() {
        return Ok(shelf.lock()?.and_then(|lock| lock.release).map(|release| release.name).into_iter().collect());
    }
    Ok(wanted.releases.clone())
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

/// What the releases `names` need, and, unless they were asked for by name, the snapshots of the worktree.
fn needed(session: &Session, shelf: &Shelf, wanted: &Wanted, names: &[ReleaseName]) -> miette::Result<Needed> {
    let mut needed = needs::of(session, names)?;
    if wanted.releases.is_empty() {
        let side = if session.repository.workdir().is_some() { "worktree" } else { "HEAD" };
        let standing = if side == "HEAD" { session.head()? } else { session.snapshot(side)? };
        needed.add(needs::of_snapshot(shelf, &standing)?);
    }
    Ok(needed)
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

fn counted(count: u64, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// A length as a person reads it: `7 bytes`, `1.5 MiB`.
fn sized(bytes: u64) -> String {
    let units = [("GiB", 1_u64 << 30), ("MiB", 1 << 20), ("KiB", 1 << 10)];
    let Some((unit, size)) = units.into_iter().find(|(_, size)| bytes >= *size) else { return counted(bytes, "byte") };
    // Whole tenths: a float would round some of them otherwise elsewhere.
    let tenths = bytes / (size / 10).max(1);
    format!("{}.{} {unit}", tenths / 10, tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::sized;

    #[test]
    fn lengths_read_well() {
        let said = [0, 1, 1023, 1024, 1536, 8 << 20, (1 << 30) - 1, 5 << 30].map(sized);
        assert_eq!(said, ["0 bytes", "1 byte", "1023 bytes", "1.0 KiB", "1.5 KiB", "8.0 MiB", "1024.0 MiB", "5.0 GiB"]);
    }
}
