//! Finding and opening the repository, as `git` would: `GIT_*` variables, ceilings, owners, configuration.

use std::path::{Path, PathBuf};

use gix::bstr::{BStr, BString};
use gix::open::{Options, Permissions, permissions};
use gix::sec::{Permission, Trust, trust::Mapping};

use super::{Environment, GitError};
use crate::store::room;

/// Opens the repository that `start` lies in, or the one that `environment` names.
pub(super) fn open(start: &Path, environment: &Environment) -> Result<gix::Repository, GitError> {
    let named = environment.get("GIT_DIR").map(|git_dir| start.join(git_dir));
    let opened = match &named {
        // Like git: who names the directory vouches for it.
        Some(git_dir) => {
            options(start, environment).with(Trust::Full).bail_if_untrusted(false).open_path_as_is(true).open(git_dir)
        }
        None => discover(start, environment),
    };
    let mut repository = opened.map_err(|error| failure(&named.unwrap_or(start.to_owned()), &error))?.to_thread_local();
    place_worktree(&mut repository, start, environment)?;
    Ok(repository)
}

fn discover(start: &Path, environment: &Environment) -> gix::Result<gix::ThreadSafeRepository> {
    let search = gix::discover::upwards::Options {
        ceiling_dirs: ceilings(environment),
        match_ceiling_dir_or_error: false,
        cross_fs: environment.is_on("GIT_DISCOVERY_ACROSS_FILESYSTEM"),
        ..Default::default()
    };
    let options = options(start, environment);
    gix::ThreadSafeRepository::discover_opts(start, search, Mapping { full: options.clone(), reduced: options })
}

fn ceilings(environment: &Environment) -> Vec<PathBuf> {
    let listed = environment.get("GIT_CEILING_DIRECTORIES").unwrap_or_default();
    let absolute = std::env::split_paths(listed).filter(|path| path.is_absolute());
    absolute.map(|path| path.canonicalize().unwrap_or(path)).collect()
}

/// Whether the packs are more than this process may address beside its work: gix maps each whole.
pub(super) fn is_short_of_room(repository: &gix::Repository) -> bool {
    let Some(room) = room::address_space() else { return false };
    let packs = std::fs::read_dir(repository.common_dir().join("objects").join("pack")).into_iter().flatten();
    let sizes = packs.filter_map(|pack| Some(pack.ok()?.metadata().ok()?.len()));
    sizes.sum::<u64>() > room / 4
}

/// The options under which nothing but `environment` steers gix.
fn options(start: &Path, environment: &Environment) -> Options {
    let options = Options::default()
        .permissions(Permissions { env: variables(environment), config: config(environment), ..Permissions::all() })
        .config_overrides(overrides(start, environment))
        .bail_if_untrusted(true);
    let Some(global) = environment.get("GIT_CONFIG_GLOBAL") else {
        return match environment.get("GIT_CONFIG_SYSTEM") {
            Some(system) => options.system_config_path(system),
            None => options,
        };
    };
    // gix has no option for the global file: it takes the place of the system's, and that moves one place down.
    options
        .system_config_path(global)
        .git_installation_config_path(environment.get("GIT_CONFIG_SYSTEM").unwrap_or("/etc/gitconfig".as_ref()))
}

fn config(environment: &Environment) -> permissions::Config {
    let system = !environment.is_on("GIT_CONFIG_NOSYSTEM");
    let env = environment.get("GIT_CONFIG_COUNT").is_some();
    let all = permissions::Config { system, env, ..permissions::Config::all() };
    match environment.get("GIT_CONFIG_GLOBAL") {
        Some(_) => permissions::Config { git_binary: system, system: true, git: false, user: false, ..all },
        None => all,
    }
}

/// gix may read of the process what `environment` has too, but no `GIT_*`: those come from [`overrides`].
fn variables(environment: &Environment) -> permissions::Environment {
    let allowed = |name| if environment.get(name).is_some() { Permission::Allow } else { Permission::Deny };
    permissions::Environment {
        home: allowed("HOME"),
        xdg_config_home: allowed("XDG_CONFIG_HOME"),
        ..permissions::Environment::isolated()
    }
}

fn overrides(start: &Path, environment: &Environment) -> Vec<BString> {
    [("GIT_INDEX_FILE", "gitoxide.core.indexFile="), ("GIT_SHALLOW_FILE", "gitoxide.core.shallowFile=")]
        .into_iter()
        .filter_map(|(name, key)| {
            let path = start.join(environment.get(name)?);
            Some([key.as_bytes(), gix::path::into_bstr(path).ok()?.as_ref()].concat().into())
        })
        .collect()
}

/// The worktree that `environment` names, or implies by naming a git directory from inside a worktree.
fn place_worktree(repository: &mut gix::Repository, start: &Path, environment: &Environment) -> Result<(), GitError> {
    let named = environment.get("GIT_WORK_TREE").map(|path| start.join(path));
    let implied = || {
        let possible = environment.get("GIT_DIR").is_some() && repository.workdir().is_none() && !repository.is_bare();
        (possible && !start.starts_with(repository.git_dir())).then(|| start.to_owned())
    };
    let Some(path) = named.or_else(implied) else { return Ok(()) };
    let failed = |error| GitError::unreadable(format!("the worktree {} could not be entered", path.display()), &error);
    repository.set_workdir(path.clone()).map(drop).map_err(failed)
}

fn failure(start: &Path, error: &gix::Error) -> GitError {
    let start = start.to_owned();
    let is_refused = error.is_permission_denied() && error.downcast_any_ref::<std::io::Error>().is_none();
    match () {
        () if is_refused => GitError::Untrusted { path: untrusted(&start) },
        () if error.is_not_found() => GitError::NotARepository { start },
        () => GitError::unreadable(format!("the repository at {} could not be opened", start.display()), error),
    }
}

/// The worktree or bare repository at or above `start`: the path that git's remedy names.
fn untrusted(start: &Path) -> PathBuf {
    let is_root = |directory: &&Path| directory.join(".git").exists() || directory.join("HEAD").is_file();
    start.ancestors().find(is_root).unwrap_or(start).to_owned()
}

/// Takes every filter program out of the configuration in memory, so that none can be run; gives their names.
pub(super) fn take_filters(repository: &mut gix::Repository) -> Vec<BString> {
    let mut config = repository.config_snapshot_mut();
    let sections = config.sections_by_name("filter").into_iter().flatten();
    let mut names: Vec<BString> =
        sections.filter_map(|section| Some(section.header().subsection_name()?.to_owned())).collect();
    for name in &names {
        config.remove_section("filter", name.as_ref() as &BStr);
    }
    // What is left is valid: only whole sections went.
    let _ = config.commit();
    names.sort();
    names.dedup();
    names
}
