//! Deleting at the remote what nothing names.

use std::collections::HashSet;

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use serde_json::json;

use super::Link;
use crate::cli::amount::{counted, sized};
use crate::cli::load::Session;
use crate::cli::transferred::Collection;
use crate::cli::{Context, Exit};
use crate::domain::Digest;
use crate::report::Page;
use crate::store::remote::layout::Key;
use crate::store::remote::{RemoteError, Stored};

/// Deletes what is at the remote, is not to be kept, and was put long enough ago; without `write` it only says so.
///
/// # Errors
/// Without a remote, when it does not answer or refuses, and when a list of pieces cannot be read: then nothing is deleted.
pub(in crate::cli) fn collect(session: &Session, asked: &Collection<'_>, context: &Context) -> miette::Result<Exit> {
    let link = Link::open(session, asked.pace)?;
    let pool = rayon::ThreadPoolBuilder::new().num_threads(link.jobs).build();
    let pool = pool.map_err(|error| miette::miette!("no threads could be started: {error}"))?;
    context.shell.watch(|| "looking at what the remote holds".to_owned());
    let (goes, stays) = pool.install(|| sorted(&link, asked))?;
    let deleted = if asked.write { Some(pool.install(|| delete(&link, &goes, asked))?) } else { None };
    context.show_page(page(&link, (&goes, &stays), deleted))?;
    Ok(Exit::Pass)
}

/// What goes, the highest first, and what stays.
fn sorted(link: &Link, asked: &Collection<'_>) -> Result<(Vec<Stored>, Vec<Stored>), RemoteError> {
    let folders: Vec<Key> = Key::folders().collect();
    let listed: Vec<Vec<Stored>> =
        folders.par_iter().map(|folder| link.remote.list(folder)).collect::<Result<_, _>>()?;
    let all: Vec<Stored> = listed.into_iter().flatten().collect();
    // Of an object that is being sent, too, the pieces stay: whatever list is young or kept.
    let wanted = |one: &&Stored| is_kept(one, asked, &HashSet::new());
    let lists: Vec<Digest> =
        all.iter().filter(|one| one.key.is_pieces()).filter(wanted).filter_map(|one| one.key.digest()).collect();
    let pieces: Vec<Vec<Digest>> = lists.par_iter().map(|list| link.remote.pieces(list)).collect::<Result<_, _>>()?;
    let pieces: HashSet<Digest> = pieces.into_iter().flatten().collect();
    let (stays, goes): (Vec<Stored>, Vec<Stored>) = all.into_iter().partition(|one| is_kept(one, asked, &pieces));
    let heights: Vec<u8> = goes.par_iter().map(|one| link.remote.height(one)).collect::<Result<_, _>>()?;
    let mut goes: Vec<(u8, Stored)> = heights.into_iter().zip(goes).collect();
    goes.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.key.cmp(&b.1.key)));
    Ok((goes.into_iter().map(|(_, one)| one).collect(), stays))
}

/// What pv did not put there is not its to delete.
fn is_kept(one: &Stored, asked: &Collection<'_>, pieces: &HashSet<Digest>) -> bool {
    let Some(digest) = one.key.digest() else { return true };
    let is_named = asked.keep.contains(&digest) || (!one.key.is_pieces() && pieces.contains(&digest));
    is_named || one.modified > asked.before
}

/// Deletes one after the other, each only if it is still as old as it was.
fn delete(link: &Link, goes: &[Stored], asked: &Collection<'_>) -> Result<Vec<Stored>, RemoteError> {
    let mut deleted = Vec::new();
    for one in goes {
        if link.remote.stat(&one.key)?.is_some_and(|now| now.modified <= asked.before) {
            link.remote.delete(&one.key)?;
            deleted.push(one.clone());
        }
    }
    Ok(deleted)
}

fn page(link: &Link, (goes, stays): (&[Stored], &[Stored]), deleted: Option<Vec<Stored>>) -> Page {
    let data = json!({
        "schema": "pv/gc-remote/1", "remote": link.remote.shown(), "written": deleted.is_some(),
        "goes": goes.iter().map(|one| json!({"key": one.key.to_string(), "bytes": one.size})).collect::<Vec<_>>(),
        "deleted": deleted.as_deref().map(sum), "stays": sum(stays),
    });
    let page = Page::of(data).paragraph(format!("Stays at {}: {}.", link.remote.shown(), amount(stays)));
    match deleted {
        Some(gone) if !goes.is_empty() => page.outcome(true, format!("deleted {} at the remote", amount(&gone))),
        None if !goes.is_empty() => {
            page.outcome(true, format!("{} would be deleted at the remote: --write does it", amount(goes)))
        }
        _ => page.outcome(true, "nothing to delete at the remote"),
    }
}

fn amount(stored: &[Stored]) -> String {
    format!("{} ({})", counted(stored.len() as u64, "object"), sized(stored.iter().map(|one| one.size).sum()))
}

fn sum(stored: &[Stored]) -> serde_json::Value {
    json!({"objects": stored.len(), "bytes": stored.iter().map(|one| one.size).sum::<u64>()})
}
