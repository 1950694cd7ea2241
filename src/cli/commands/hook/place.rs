//! Where git looks for this repository's hooks.

use std::path::{Path, PathBuf};

use crate::cli::load::Session;

/// The hook that is installed.
pub(super) const HOOK: &str = "pre-commit";

/// The hook's file, and how git comes to look there.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) file: PathBuf,
    /// Whether git's `core.hooksPath` names the folder.
    pub(super) is_set: bool,
    /// Whether the folder is outside the repository, so that others may use it too.
    pub(super) is_shared: bool,
}

/// Where the hook goes.
///
/// # Errors
/// In a bare repository, where nothing is committed, and when git cannot be asked.
pub(super) fn place(session: &Session) -> miette::Result<Place> {
    let root = resolved(session.root()?);
    let common = resolved(session.repository.common_dir());
    let folder = resolved(&session.repository.hooks_dir()?);
    let main_worktree = common.parent().filter(|_| common.ends_with(".git"));
    let own = [Some(root.as_path()), Some(&common), main_worktree];
    Ok(Place {
        is_set: folder != common.join("hooks"),
        is_shared: !own.into_iter().flatten().any(|own| folder.starts_with(own)),
        file: folder.join(HOOK),
    })
}

/// `path` without links, as far as it exists.
fn resolved(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| match (path.parent(), path.file_name()) {
        (Some(parent), Some(name)) => resolved(parent).join(name),
        _ => path.to_owned(),
    })
}
