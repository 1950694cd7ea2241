//! Durable writes: a file is the old one or the new one, never a piece of it, also after a power cut.
#![expect(clippy::disallowed_methods, reason = "the store writes files")]

use std::fs::{self, File, Permissions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::StoreError;

/// As many symbolic links in a row as Linux follows.
const MAX_LINKS: usize = 40;

/// What a write did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The file has new bytes.
    Written,
    /// The file had these bytes already and was not touched.
    Unchanged,
}

/// Puts `bytes` at `path` and returns when they would survive a power cut.
///
/// A symbolic link stays and its target is written; the mode of an existing file stays; missing parents are made.
///
/// # Errors
/// When the system refuses. The old file is then still there, whole.
pub fn write(path: &Path, bytes: &[u8]) -> Result<Outcome, StoreError> {
    let path = target(path)?;
    if fs::read(&path).is_ok_and(|old| old == bytes) {
        return Ok(Outcome::Unchanged);
    }
    let parent = parent(&path);
    create_dir(parent)?;
    let file = temporary(&path, bytes)?;
    file.as_file().sync_all().map_err(StoreError::io("write", &path))?;
    file.persist(&path).map_err(|error| error.error).map_err(StoreError::io("replace", &path))?;
    sync_dir(parent)?;
    Ok(Outcome::Written)
}

/// Puts what `fill` writes at `path`, as [`write()`] does, without ever holding it in memory.
///
/// # Errors
/// When the system refuses, or `fill` fails. The old file is then still there, whole.
pub fn write_from(path: &Path, fill: impl FnOnce(&mut dyn io::Write) -> io::Result<()>) -> Result<(), StoreError> {
    let path = target(path)?;
    let parent = parent(&path);
    create_dir(parent)?;
    let mut file = temporary(&path, b"")?;
    fill(&mut file).and_then(|()| file.as_file().sync_all()).map_err(StoreError::io("write", &path))?;
    file.persist(&path).map_err(|error| error.error).map_err(StoreError::io("replace", &path))?;
    sync_dir(parent)
}

/// Makes the directory `path` and its missing parents, each recorded in its own parent on disk.
///
/// # Errors
/// When the system refuses.
pub fn create_dir(path: &Path) -> Result<(), StoreError> {
    if path.is_dir() {
        return Ok(());
    }
    let parent = parent(path);
    create_dir(parent)?;
    match fs::create_dir(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => {
            Err(error).map_err(StoreError::io("create", path))
        }
        _ => sync_dir(parent),
    }
}

/// Records the names in the directory `path` on disk (Unix; elsewhere the system does so itself).
///
/// # Errors
/// When the system refuses.
pub fn sync_dir(path: &Path) -> Result<(), StoreError> {
    if cfg!(unix) {
        File::open(path).and_then(|dir| dir.sync_all()).map_err(StoreError::io("sync", path))?;
    }
    Ok(())
}

/// Lets whoever may read the file at `path` run it. See [`set_executable`].
///
/// # Errors
/// When the system refuses.
pub fn make_executable(path: &Path) -> Result<(), StoreError> {
    set_executable(path, true)
}

/// Makes the file at `path` one that its readers may run, or nobody (Unix; elsewhere the name decides).
///
/// # Errors
/// When the system refuses.
#[cfg(unix)]
pub fn set_executable(path: &Path, executable: bool) -> Result<(), StoreError> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = fs::metadata(path).map_err(StoreError::io("read the mode of", path))?.permissions().mode();
    let wanted = if executable { mode | (mode & 0o444) >> 2 } else { mode & !0o111 };
    fs::set_permissions(path, Permissions::from_mode(wanted)).map_err(StoreError::io("set the mode of", path))
}

/// Makes the file at `path` one that its readers may run, or nobody (Unix; elsewhere the name decides).
///
/// # Errors
/// Never here.
#[cfg(not(unix))]
pub fn set_executable(_path: &Path, _executable: bool) -> Result<(), StoreError> {
    Ok(())
}

/// A temporary file beside `path` that holds `bytes` and will have `path`'s mode; not yet synced. What a killed run
/// left of an earlier one is removed, so that nobody commits it.
pub(super) fn temporary(path: &Path, bytes: &[u8]) -> Result<NamedTempFile, StoreError> {
    remove_leftovers(parent(path), &temporary_prefix(path));
    shared_temporary(path, bytes)
}

/// The same where several processes may write `path` at once: leftovers stay.
pub(super) fn shared_temporary(path: &Path, bytes: &[u8]) -> Result<NamedTempFile, StoreError> {
    let prefix = temporary_prefix(path);
    let mut builder = tempfile::Builder::new();
    builder.prefix(&prefix).suffix(".tmp");
    if let Some(mode) = shared_mode() {
        builder.permissions(mode);
    }
    let mut file = builder.tempfile_in(parent(path)).map_err(StoreError::io("create a file beside", path))?;
    if let Ok(old) = fs::metadata(path) {
        file.as_file().set_permissions(old.permissions()).map_err(StoreError::io("set the mode of", path))?;
    }
    file.write_all(bytes).map_err(StoreError::io("write", path))?;
    Ok(file)
}

/// Whether a file of this name is what a killed run left of a write: no file of anybody's.
pub fn is_leftover(name: &str) -> bool {
    name.starts_with(".pv-") && name.ends_with(".tmp")
}

/// How the names of `path`'s temporary files begin: short, however long its own name is.
fn temporary_prefix(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default();
    let hash = blake3::hash(name.as_encoded_bytes()).to_hex();
    format!(".pv-{}-", hash.get(..16).unwrap_or_default())
}

/// Best effort: a leftover is untidy, not wrong.
fn remove_leftovers(dir: &Path, prefix: &str) {
    let entries = fs::read_dir(dir).into_iter().flatten().flatten();
    for entry in entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix)) {
        let _ = fs::remove_file(entry.path());
    }
}

/// 0644, from which the system takes the umask away.
#[cfg(unix)]
#[expect(clippy::unnecessary_wraps, reason = "other systems have no mode")]
fn shared_mode() -> Option<Permissions> {
    use std::os::unix::fs::PermissionsExt as _;
    Some(Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn shared_mode() -> Option<Permissions> {
    None
}

/// What `path` is, links followed; the last target need not exist.
fn target(path: &Path) -> Result<PathBuf, StoreError> {
    let mut target = path.to_owned();
    for _ in 0..MAX_LINKS {
        match fs::read_link(&target) {
            Ok(link) => target = parent(&target).join(link),
            Err(_) => return Ok(target),
        }
    }
    Err(StoreError::io("follow the links of", path)(io::Error::other("too many symbolic links")))
}

fn parent(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use super::{Outcome, temporary, write};
    use std::fs;

    #[test]
    fn writes_once_and_leaves_equal_bytes_alone() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("releases/r1/lock.toml");
        assert_eq!(write(&path, b"one").unwrap(), Outcome::Written);
        let before = fs::metadata(&path).unwrap().modified().unwrap();
        assert_eq!(write(&path, b"one").unwrap(), Outcome::Unchanged);
        assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), before);
        assert_eq!(write(&path, b"two").unwrap(), Outcome::Written);
        assert_eq!(fs::read(&path).unwrap(), b"two");
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1, "no temporary file stays");
    }

    #[test]
    fn removes_what_a_killed_run_left() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x".repeat(250));
        temporary(&path, b"half").unwrap().keep().unwrap();
        temporary(&dir.path().join("other"), b"another's").unwrap().keep().unwrap();
        write(&path, b"whole").unwrap();
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 2, "the file, and the other file's leftover");
    }

    #[cfg(unix)]
    #[test]
    fn keeps_links_and_modes() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let dir = tempfile::tempdir().unwrap();
        let (real, link) = (dir.path().join("real"), dir.path().join("link"));
        fs::write(&real, "old").unwrap();
        fs::set_permissions(&real, fs::Permissions::from_mode(0o600)).unwrap();
        symlink("real", &link).unwrap();
        write(&link, b"new").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&real).unwrap(), b"new");
        assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o600);
        let fresh = dir.path().join("fresh");
        write(&fresh, b"x").unwrap();
        assert_eq!(fs::metadata(&fresh).unwrap().permissions().mode() & 0o444, 0o444, "others may read a new file");
    }

    #[cfg(unix)]
    #[test]
    fn a_loop_of_links_is_an_error() {
        let dir = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("b", dir.path().join("a")).unwrap();
        std::os::unix::fs::symlink("a", dir.path().join("b")).unwrap();
        assert!(write(&dir.path().join("a"), b"x").is_err());
    }

    #[test]
    fn a_reader_sees_the_old_or_the_new_file_and_nothing_between() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("pv.lock");
        let versions = [vec![b'a'; 300_000], vec![b'b'; 300_000]];
        write(&path, &versions[0]).unwrap();
        std::thread::scope(|scope| {
            let writer = scope.spawn(|| {
                for n in 0..40 {
                    write(&path, &versions[n % 2]).unwrap();
                }
            });
            while !writer.is_finished() {
                let seen = fs::read(&path).unwrap();
                assert!(versions.contains(&seen), "a torn file of {} bytes", seen.len());
            }
        });
    }
}
