//! Where the demo plays: a repository of its own, with an author and a clock of its own.

use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use miette::Diagnostic;

use super::story::{Files, Step};

/// Why the demo cannot be played.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub(super) enum StageError {
    /// Nothing is overwritten.
    #[error("{} is there already, and is not an empty directory", .0.display())]
    #[diagnostic(code(demo::occupied), help("name another directory (`pv demo DIR`), or remove this one"))]
    Occupied(PathBuf),
    /// The file system refuses.
    #[error("{}: {error}", path.display())]
    #[diagnostic(code(demo::unwritable), help("name a directory that you may write to: `pv demo DIR`"))]
    Unwritable { path: PathBuf, error: io::Error },
    /// A program is missing.
    #[error("cannot run `{program}`: {error}")]
    #[diagnostic(
        code(demo::program),
        help("the demo builds a real repository: install git, and see that it is on PATH")
    )]
    Program { program: String, error: io::Error },
    /// git will not do it.
    #[error("`git {0}` failed")]
    #[diagnostic(code(demo::git), help("what git says about it stands above"))]
    Git(String),
    /// Standard output is closed or full.
    #[error("cannot write the output: {0}")]
    #[diagnostic(code(demo::output), help("check that there is room where it goes"))]
    Output(#[from] io::Error),
}

/// The repository of the demo.
#[derive(Debug)]
pub(super) struct Stage {
    root: PathBuf,
    program: PathBuf,
    /// The instant of the story, RFC 3339.
    now: &'static str,
}

impl Stage {
    /// An empty repository at `root`.
    pub(super) fn build(root: &Path, now: &'static str) -> Result<Self, StageError> {
        let unwritable = |error| StageError::Unwritable { path: root.to_owned(), error };
        std::fs::create_dir_all(root).map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory => StageError::Occupied(root.to_owned()),
            _ => unwritable(error),
        })?;
        if std::fs::read_dir(root).map_err(unwritable)?.next().is_some() {
            return Err(StageError::Occupied(root.to_owned()));
        }
        let root = root.canonicalize().map_err(unwritable)?;
        let program =
            std::env::current_exe().map_err(|error| StageError::Program { program: "pv".to_owned(), error })?;
        let stage = Self { root, program, now };
        stage.git(&["init", "--quiet", "--initial-branch=main"])?;
        stage.offer_git_pv()?;
        Ok(stage)
    }

    /// Writes the files of a step and commits them, at the step's time.
    pub(super) fn commit(&mut self, step: &Step) -> Result<(), StageError> {
        self.now = step.at;
        self.write(step.files)?;
        self.git(&["add", "--all"])?;
        self.git(&["commit", "--quiet", "--no-verify", "--message", step.message])
    }

    /// Writes files below the root.
    pub(super) fn write(&self, files: Files) -> Result<(), StageError> {
        for (path, text) in files {
            let path = self.root.join(path);
            let folder = path.parent().unwrap_or(&self.root);
            let written = std::fs::create_dir_all(folder).and_then(|()| std::fs::write(&path, text));
            written.map_err(|error| StageError::Unwritable { path: path.clone(), error })?;
        }
        Ok(())
    }

    /// Shows a command line as one would type it, and runs it: `pv …` is this program, the rest is git.
    pub(super) fn show(&self, line: &str) -> Result<(), StageError> {
        let mut out = io::stdout();
        writeln!(out, "$ {line}")?;
        out.flush()?;
        let (program, arguments) = line.split_once(' ').unwrap_or((line, ""));
        let mut command = match program {
            "pv" => self.command(&self.program),
            other => self.command(Path::new(other)),
        };
        if program == "pv" && !arguments.contains("--at ") {
            command.args(["--at", self.now]);
        }
        let words = arguments.split_whitespace().map(|word| word.trim_matches('\''));
        let status = self.run(command.args(words))?;
        match status.code() {
            Some(0) => {}
            Some(code) => writeln!(out, "[exit code {code}]")?,
            None => writeln!(out, "[killed]")?,
        }
        Ok(writeln!(out)?)
    }

    fn git(&self, arguments: &[&str]) -> Result<(), StageError> {
        let status = self.run(self.command(Path::new("git")).args(arguments))?;
        if status.success() { Ok(()) } else { Err(StageError::Git(arguments.join(" "))) }
    }

    fn run(&self, command: &mut Command) -> Result<ExitStatus, StageError> {
        // One stream, so that what a hook says stands where it says it.
        let command = command.stdin(Stdio::null()).stderr(Stdio::from(io::stdout()));
        command.status().map_err(|error| StageError::Program {
            program: Path::new(command.get_program()).display().to_string(),
            error,
        })
    }

    /// A program at the root, where nothing of the user's own git shows: commits and tags come out the same everywhere.
    fn command(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root);
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("GIT_")) {
            command.env_remove(name);
        }
        command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1").env("PATH", self.path());
        for who in ["AUTHOR", "COMMITTER"] {
            command.env(format!("GIT_{who}_NAME"), "Demo").env(format!("GIT_{who}_EMAIL"), "demo@example.com");
            command.env(format!("GIT_{who}_DATE"), self.now);
        }
        command
    }

    /// The hook asks for `git-pv`, which `cargo run` does not build: this program goes by that name here.
    fn offer_git_pv(&self) -> Result<(), StageError> {
        let folder = self.programs();
        let made = std::fs::create_dir_all(&folder).and_then(|()| link(&self.program, &folder));
        made.map_err(|error| StageError::Unwritable { path: folder, error })
    }

    fn programs(&self) -> PathBuf {
        self.root.join(".git").join("demo")
    }

    fn path(&self) -> OsString {
        let inherited = std::env::var_os("PATH").unwrap_or_default();
        let all = [self.programs()].into_iter().chain(std::env::split_paths(&inherited));
        std::env::join_paths(all).unwrap_or(inherited)
    }
}

#[cfg(unix)]
fn link(program: &Path, folder: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(program, folder.join("git-pv"))
}

#[cfg(not(unix))]
fn link(program: &Path, folder: &Path) -> io::Result<()> {
    std::fs::copy(program, folder.join("git-pv.exe")).map(|_| ())
}
