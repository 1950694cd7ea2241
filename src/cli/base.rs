//! The base of a check: where the change began, and who says so. Nothing is ever fetched.

use std::fmt;

use miette::Diagnostic;

use super::Context;
use super::load::Session;
use crate::git::{CommitId, GitError, Resolved};

/// Who names the base, of those who name it outright, in the order in which they are believed.
const VARIABLES: [&str; 2] = ["PRE_COMMIT_FROM_REF", "CI_MERGE_REQUEST_DIFF_BASE_SHA"];
/// The variable in which GitHub names the target branch of a pull request.
const GITHUB: &str = "GITHUB_BASE_REF";
/// Where the base is looked for when nobody names it.
const GUESSES: [&str; 2] = ["@{u}", "origin/HEAD"];

/// A base that was found.
#[derive(Debug)]
pub(super) struct Base {
    /// As it was named.
    pub(super) spec: String,
    /// Where this branch parted from it.
    pub(super) parted: String,
}

/// What the search for a base came to.
#[derive(Debug)]
pub(super) enum Found {
    /// It is there.
    Base(Base),
    /// The guessed one has every commit of this branch.
    Reached(&'static str),
    /// Nobody names one, and none can be guessed.
    Nothing,
}

/// Where this branch parted from its base.
///
/// # Errors
/// When the base that somebody names is not in this clone, or its common history with `HEAD` is not.
pub(super) fn find(session: &Session, typed: Option<&str>, context: &Context) -> miette::Result<Found> {
    if let Some((spec, by)) = named(session, typed, context) {
        return parted(session, &spec).map(Found::Base).map_err(|cause| unusable(session, cause, by));
    }
    let head = session.repository.head()?;
    let mut reached = None;
    for guess in GUESSES {
        match parted(session, guess) {
            Ok(base) if commit(session, &base.parted) != head => return Ok(Found::Base(base)),
            Ok(_) => reached = reached.or(Some(guess)),
            Err(cause @ GitError::NoMergeBase { shallow: true, .. }) => return Err(unusable(session, cause, "git")),
            Err(_) => {}
        }
    }
    Ok(reached.map_or(Found::Nothing, Found::Reached))
}

/// The base as somebody names it, and who does.
fn named(session: &Session, typed: Option<&str>, context: &Context) -> Option<(String, &'static str)> {
    let typed = typed.map(|spec| (spec.to_owned(), "--base"));
    let variable = || VARIABLES.into_iter().find_map(|name| Some((context.variable(name)?, name)));
    let github = || context.variable(GITHUB).map(|branch| (target_of_pull_request(session, &branch), GITHUB));
    typed.or_else(variable).or_else(github)
}

/// The target branch; where it was not fetched, the first parent of the merge that a workflow run of a pull request is on.
fn target_of_pull_request(session: &Session, branch: &str) -> String {
    let target = format!("origin/{branch}");
    let is_there = |spec: &str| session.repository.resolve(spec).is_ok();
    if !is_there(&target) && is_there("HEAD^2") { "HEAD^1".to_owned() } else { target }
}

fn parted(session: &Session, spec: &str) -> Result<Base, GitError> {
    let parted = match session.repository.resolve(&format!("{spec}...HEAD"))? {
        Resolved::Range { old, .. } => old.spec,
        Resolved::One(one) => one.spec,
    };
    Ok(Base { spec: spec.to_owned(), parted })
}

fn commit(session: &Session, spec: &str) -> Option<CommitId> {
    match session.repository.resolve(spec) {
        Ok(Resolved::One(revision)) => revision.commit,
        _ => None,
    }
}

/// A base that somebody names and that cannot be used here.
#[derive(Debug, thiserror::Error)]
#[error("{cause} (the base that {by} names)")]
struct Unusable {
    cause: GitError,
    by: &'static str,
    shallow: bool,
}

const FETCH: &str = "this is a shallow clone, and pv fetches nothing: check out the whole history, in GitHub Actions with \
                     `fetch-depth: 0` (and `filter: blob:none`, which keeps it small), in GitLab CI with `GIT_DEPTH: 0`, \
                     elsewhere with `git fetch --unshallow`";

impl Diagnostic for Unusable {
    fn code<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.cause.code()
    }

    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        if self.shallow { Some(Box::new(FETCH)) } else { self.cause.help() }
    }
}

/// Why the base cannot be used; what was typed is only explained where the clone is the reason.
fn unusable(session: &Session, cause: GitError, by: &'static str) -> miette::Report {
    let shallow = session.repository.is_shallow();
    if by == "--base" && !shallow { cause.into() } else { Unusable { cause, by, shallow }.into() }
}
