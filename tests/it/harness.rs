//! Temporary repositories that depend on nothing of the machine but the `git` program.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;

use pv::git::{Environment, Repository};
use tempfile::TempDir;

/// A repository (or directory) in a temporary directory, and a fixed environment, clock and author to work in it.
pub(crate) struct Repo {
    folder: Arc<TempDir>,
    root: PathBuf,
    variables: Vec<(OsString, OsString)>,
}

impl Repo {
    /// An empty repository on the branch `main`.
    pub(crate) fn new() -> Self {
        Self::init(&[])
    }

    /// A repository made by `git init` with further options (`--bare`, `--object-format=sha256`).
    pub(crate) fn init(options: &[&str]) -> Self {
        let repo = Self::directory();
        repo.git(&[&["init", "--quiet", "--initial-branch=main"], options].concat());
        repo
    }

    /// A directory that is no repository yet.
    pub(crate) fn directory() -> Self {
        let folder = Arc::new(TempDir::new().unwrap());
        let base = folder.path().canonicalize().unwrap();
        let root = base.join("repo");
        std::fs::create_dir_all(&root).unwrap();
        std::fs::create_dir_all(base.join("home")).unwrap();
        let mut variables = vec![("PATH".into(), search_path())];
        variables.extend([("HOME".into(), base.join("home").into()), ("GIT_CEILING_DIRECTORIES".into(), base.into())]);
        let fixed = [
            ("GIT_CONFIG_GLOBAL", "/dev/null"),
            ("GIT_CONFIG_NOSYSTEM", "1"),
            ("GIT_AUTHOR_NAME", "A U Thor"),
            ("GIT_AUTHOR_EMAIL", "author@example.com"),
            ("GIT_AUTHOR_DATE", "2026-01-02T03:04:05+0530"),
            ("GIT_COMMITTER_NAME", "C O Mitter"),
            ("GIT_COMMITTER_EMAIL", "committer@example.com"),
            ("GIT_COMMITTER_DATE", "2026-01-02T03:04:06+0000"),
            ("GIT_TERMINAL_PROMPT", "0"),
            ("LC_ALL", "C"),
            ("TZ", "UTC"),
        ];
        variables.extend(fixed.map(|(name, value)| (name.into(), value.into())));
        Self { folder, root, variables }
    }

    /// The same environment with another directory as the root: a linked worktree, a clone.
    pub(crate) fn at(self, root: PathBuf) -> Self {
        Self { root, ..self }
    }

    /// The same environment with another directory as the root, beside this one.
    pub(crate) fn also_at(&self, root: PathBuf) -> Self {
        Self { folder: self.folder.clone(), root, variables: self.variables.clone() }
    }

    /// With `name` set to `value` in the environment.
    pub(crate) fn with(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.variables.push((name.into(), value.into()));
        self
    }

    /// The worktree's root.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// A path beside the root, for clones and worktrees.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.folder.path().canonicalize().unwrap().join(name)
    }

    /// The path of `name` below the root.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// Writes a file below the root, with the directories it needs.
    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> &Self {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
        self
    }

    /// What `git` with `arguments` prints, without the last newline; a failure of git fails the test.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        let mut text = String::from_utf8(self.git_bytes(arguments)).unwrap();
        text.truncate(text.trim_end_matches('\n').len());
        text
    }

    /// The bytes that `git` with `arguments` prints.
    pub(crate) fn git_bytes(&self, arguments: &[&str]) -> Vec<u8> {
        let output = self.try_git(arguments);
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    /// Runs `git` with `arguments`, whatever comes of it.
    pub(crate) fn try_git(&self, arguments: &[&str]) -> Output {
        self.command("git").args(arguments).output().unwrap()
    }

    /// `program`, to be run at the root in the fixed environment, without input.
    pub(crate) fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root).env_clear().envs(self.variables.iter().cloned()).stdin(Stdio::null());
        command
    }

    /// Commits everything in the worktree; gives the commit's id.
    pub(crate) fn commit(&self, message: &str) -> String {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", message]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// The environment that [`Repo::command`] runs in, with `more` on top.
    pub(crate) fn environment(&self, more: &[(&str, &str)]) -> Environment {
        let more = more.iter().map(|(name, value)| (OsString::from(name), OsString::from(value)));
        Environment::new(self.variables.iter().cloned().chain(more))
    }

    /// The repository as pv opens it from the root.
    pub(crate) fn open(&self) -> Repository {
        Repository::discover(&self.root, &self.environment(&[])).unwrap()
    }

    /// What `pv` with `arguments` says at the root: standard output, standard error, and the exit code unless it is 0.
    /// The repository's own path is shown as `REPO`.
    pub(crate) fn pv(&self, arguments: &[&str]) -> String {
        self.said(self.command(env!("CARGO_BIN_EXE_pv")).args(arguments))
    }

    /// What a command says, as [`Repo::pv`] tells it.
    pub(crate) fn said(&self, command: &mut Command) -> String {
        let output = command.output().unwrap();
        let mut text = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
        if !output.status.success() {
            text += &format!("[exit code {}]\n", output.status.code().unwrap());
        }
        text.replace(self.root.to_str().unwrap(), "REPO")
    }

    /// Writes and commits the steps of `fixtures/repos/<scenario>`, one after the other.
    pub(crate) fn replay(&self, scenario: &str) -> &Self {
        for step in steps(scenario) {
            self.lay(&step);
            self.commit(step.file_name().unwrap().to_str().unwrap());
        }
        self
    }

    /// Says in the worktree's `pv.toml` that nothing owes a gate or a rehearsal, in place of its gates and what stands below them.
    pub(crate) fn ungate(&self) -> &Self {
        let text = std::fs::read_to_string(self.path("pv.toml")).unwrap_or_default();
        let artefacts = text.split("[rollback]").next().unwrap().split("[[gate]]").next().unwrap();
        self.write("pv.toml", format!("{artefacts}{}", gates_off()))
    }

    /// Copies the files below `folder` into the worktree.
    pub(crate) fn lay(&self, folder: &Path) {
        self.lay_below("", folder);
    }

    /// Copies the files below `folder` to below `place` in the worktree.
    pub(crate) fn lay_below(&self, place: &str, folder: &Path) {
        for file in ignore::WalkBuilder::new(folder).standard_filters(false).build().map(Result::unwrap) {
            if file.path().is_file() {
                let name = file.path().strip_prefix(folder).unwrap().to_str().unwrap();
                self.write(Path::new(place).join(name).to_str().unwrap(), std::fs::read(file.path()).unwrap());
            }
        }
    }
}

/// A `pv.toml` under which nothing owes a gate or a rehearsal: for tests of everything else that a check stops at.
pub(crate) fn ungated() -> String {
    format!("[intents]\nmissing = \"off\"\n\n{}", gates_off())
}

/// The part of a `pv.toml` that switches rehearsals and every gate off.
fn gates_off() -> String {
    let gates = ["smoke", "eval", "safety", "cost", "integration", "schema", "baseline", "feedback", "review"];
    let gates = gates.map(|gate| format!("[[gate]]\nname = \"{gate}\"\noff = \"not what this test is about\"\n"));
    format!("[rollback]\nrehearsal = \"off\"\n\n{}", gates.concat())
}

/// The folder of a scenario in `fixtures/repos`.
pub(crate) fn scenario(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/repos").join(name)
}

/// The steps of a scenario, in order: the folders whose names begin with a number.
pub(crate) fn steps(name: &str) -> Vec<PathBuf> {
    let folders = std::fs::read_dir(scenario(name)).unwrap().map(|entry| entry.unwrap().path());
    let numbered =
        |path: &PathBuf| path.file_name().unwrap().to_str().unwrap().starts_with(|c: char| c.is_ascii_digit());
    let mut steps: Vec<PathBuf> = folders.filter(numbered).collect();
    steps.sort();
    steps
}

/// The search path with the programs under test first, where hooks find them.
fn search_path() -> OsString {
    let own = Path::new(env!("CARGO_BIN_EXE_git-pv")).parent().unwrap().to_owned();
    let inherited = std::env::var_os("PATH").unwrap();
    std::env::join_paths([own].into_iter().chain(std::env::split_paths(&inherited))).unwrap()
}
